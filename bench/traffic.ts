// The traffic in a capture: addresses and ports, by the number of the packet. Addresses are numbers in network order.

import type { Random } from './random.js';

/** One connection. The same object is used for every packet. */
export interface Connection {
  client: number;
  server: number;
  clientPort: number;
  serverPort: number;
}

/** Sets the connection of the packet with this number, counted from 0. */
export type Traffic = (packet: number, connection: Connection) => void;

/** The first port of clients: RFC 6335 reserves ports from 49152 on for them, Linux uses ports from 32768 on. */
const FIRST_CLIENT_PORT = 32_768;
const CLIENT_PORT_BITS = 15;

const LOCAL_CLIENTS = 0x0a140000; // 10.20.0.0 and the next 1,023 addresses
const LOCAL_CLIENT_BITS = 10;
const LOCAL_SERVERS = 0xc0a80a00; // 192.168.10.0 and the next 63 addresses
const LOCAL_SERVER_COUNT = 64;
/** The office itself uses the first ones. */
const INNER_SERVER_COUNT = 8;

/** The ports of servers in the Internet. */
const REMOTE_SERVICES = [443, 443, 443, 443, 443, 443, 443, 443, 80, 80, 80, 993, 587, 22, 5228, 8443];
/** The ports of local servers, each of which has two. */
const LOCAL_SERVICES = [443, 22, 80, 445, 25, 3306, 53, 5432, 389, 8080, 88, 6379, 143, 9200, 873, 8889];

/** Odd, so that multiplying by it and keeping the lowest bits is a permutation (Knuth 6.4, the golden ratio). */
const SHUFFLE = 0x9e3779b1;

/** A permutation of the lowest `bits` of the number: consecutive numbers yield each value once before any repeats. */
function shuffle(number: number, bits: number): number {
  return Math.imul(number, SHUFFLE) & (2 ** bits - 1);
}

/** An Internet address from 30 bits: 11.0.0.0 to 74.255.255.255, all of which are public. */
function remoteAddress(bits: number): number {
  return 0x0b000000 + bits;
}

/**
 * An office, at its perimeter and inside: half of the connections go from the Internet to a local server, a quarter from
 * local clients to the Internet, and a quarter stay inside. Servers with low addresses are busier. This results in about
 * 24,000 rows. Client address and port repeat only after 2^25 packets: until then, each packet belongs to a different
 * connection.
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
 * A flood with forged addresses, the worst case for a program that counts. Client and server are each in 10.0.0.0/8 or in
 * the Internet, independently and with even chances. Neither end repeats an address before the 2^24 inside are used up,
 * which takes about 33 million packets. The ports of the servers are those of the office.
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
