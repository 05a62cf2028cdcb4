// Who talks to whom in a capture: addresses and ports by the number of the packet. Addresses are numbers in network
// order.

import type { Random } from './random.js';

/** One connection; the same object again for every packet. */
export interface Connection {
  client: number;
  server: number;
  clientPort: number;
  serverPort: number;
}

/** Sets the connection that the packet with this number belongs to, counted from 0. */
export type Traffic = (packet: number, connection: Connection) => void;

/** The first ports of a client; RFC 6335 leaves ports from 49152 on to clients, Linux takes them from 32768 on. */
const FIRST_CLIENT_PORT = 32_768;
const CLIENT_PORT_BITS = 15;

const LOCAL_CLIENTS = 0x0a140000; // 10.20.0.0, and 1,023 addresses behind it
const LOCAL_CLIENT_BITS = 10;
const LOCAL_SERVERS = 0xc0a80a00; // 192.168.10.0, and 63 addresses behind it
const LOCAL_SERVER_COUNT = 64;
/** The first of them are those that the office itself uses. */
const INNER_SERVER_COUNT = 8;

/** What the servers of the Internet are asked for. */
const REMOTE_SERVICES = [443, 443, 443, 443, 443, 443, 443, 443, 80, 80, 80, 993, 587, 22, 5228, 8443];
/** Each local server has two of these. */
const LOCAL_SERVICES = [443, 22, 80, 445, 25, 3306, 53, 5432, 389, 8080, 88, 6379, 143, 9200, 873, 8889];

/** Odd, so that a product with it, cut to its lowest bits, is a permutation (Knuth 6.4, the golden ratio). */
const SHUFFLE = 0x9e3779b1;

/** The lowest `bits` of the number, each value once in as many numbers as there are values. */
function shuffle(number: number, bits: number): number {
  return Math.imul(number, SHUFFLE) & (2 ** bits - 1);
}

/** An address of the Internet from 30 bits: 11.0.0.0 to 74.255.255.255, all of them for anybody's machines. */
function remoteAddress(bits: number): number {
  return 0x0b000000 + bits;
}

/**
 * An office at its perimeter and inside: half of the connections come from the Internet to a local server, a quarter
 * goes from local clients to the Internet, a quarter stays inside. Servers with low addresses are busier. That makes
 * some 24,000 rows. The client's address and port together occur once in 2^25 packets: up to there every packet is of a
 * connection of its own.
 */
export function officeTraffic(random: Random): Traffic {
  return (packet, connection) => {
    const chance = random();
    const way = chance & 3;
    const number = shuffle(packet, LOCAL_CLIENT_BITS + CLIENT_PORT_BITS);
    const machine = number >>> CLIENT_PORT_BITS;
    connection.clientPort = FIRST_CLIENT_PORT + (number & (2 ** CLIENT_PORT_BITS - 1));
    connection.client =
      way < 2 ? remoteAddress((machine << 20) | (random() >>> 12)) : LOCAL_CLIENTS + machine;
    if (way === 2) {
      connection.server = remoteAddress(random() >>> 2);
      connection.serverPort = REMOTE_SERVICES[(chance >>> 4) & 15]!;
    } else {
      const uniform = (chance >>> 8) / 2 ** 24;
      const server = Math.floor(uniform * uniform * (way === 3 ? INNER_SERVER_COUNT : LOCAL_SERVER_COUNT));
      connection.server = LOCAL_SERVERS + server;
      connection.serverPort = LOCAL_SERVICES[(server * 2 + ((chance >>> 4) & 1)) & 15]!;
    }
  };
}

/**
 * A flood with forged addresses, the worst for a program that counts: client and server are each, independently, with
 * even chances in 10.0.0.0/8 or in the Internet, and no address occurs twice at one end in the first 2^24 inside (some
 * 33 million packets). The ports of the servers are those of the office.
 */
export function spoofedTraffic(random: Random): Traffic {
  const clients = { inside: 1, outside: 1 };
  const servers = { inside: 1_000_001, outside: 1_000_001 };
  const forge = (count: { inside: number; outside: number }, isInside: boolean): number =>
    isInside ? 0x0a000000 + shuffle(count.inside++, 24) : remoteAddress(shuffle(count.outside++, 30));
  return (_packet, connection) => {
    const chance = random();
    connection.client = forge(clients, (chance & 1) === 0);
    connection.server = forge(servers, (chance & 2) === 0);
    connection.clientPort = FIRST_CLIENT_PORT + (chance >>> 17);
    connection.serverPort = LOCAL_SERVICES[(chance >>> 4) & 15]!;
  };
}
