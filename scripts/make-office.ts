// Writes samples/office.pcap: a working day at the perimeter of the office in the 2007 article, as tcpdump would have
// captured it. Every byte is computed here, so anyone can see what the sample contains.

import { writeFileSync } from 'node:fs';

const DUMBO = '12.13.14.137';
const GOOFY = '12.13.15.162';
const MINNIE = '12.13.15.163';
const PLUTO = '12.13.15.166';

/** The SYN-ACKs in the article's table; the end that is not given is somewhere in the Internet. */
const CONNECTIONS: readonly { count: number; client?: string; server?: string; port: number }[] = [
  { count: 62, server: MINNIE, port: 80 },
  { count: 2496, server: PLUTO, port: 22 },
  { count: 9179, server: PLUTO, port: 873 },
  { count: 324, client: DUMBO, port: 25 },
  { count: 10, client: GOOFY, port: 80 },
  { count: 21, client: MINNIE, port: 80 },
];

/** The number of bytes of a packet that tcpdump captured by default in 2007. */
const SNAPLEN = 68;
const DAY_BEGINS = Date.UTC(2007, 5, 21, 8) / 1000;
const DAY_SECONDS = 10 * 3600;

const ROUTER_MAC = [0x00, 0x0c, 0x29, 0x0a, 0x0b, 0x01];
const INSIDE_MAC = [0x00, 0x0c, 0x29, 0x0a, 0x0b, 0x02];

// Marsaglia's xorshift, which yields the same numbers on every machine.
let state = 0x2007_0621;
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

/** An address in 198.18.0.0/15, which RFC 2544 reserves for tests, so that it is nobody's machine. */
function remoteAddress(): string {
  return `198.${18 + random(2)}.${random(256)}.${1 + random(254)}`;
}

interface SynAck {
  readonly time: number;
  readonly client: string;
  readonly server: string;
  readonly port: number;
}

function synAcks(): SynAck[] {
  const packets = CONNECTIONS.flatMap(({ count, client, server, port }) =>
    Array.from({ length: count }, () => ({
      // Whole microseconds since the epoch.
      time: (DAY_BEGINS + random(DAY_SECONDS)) * 1e6 + random(1_000_000),
      client: client ?? remoteAddress(),
      server: server ?? remoteAddress(),
      port,
    })),
  );
  return packets.sort((a, b) => a.time - b.time);
}

/** Ethernet, IPv4, and TCP with the options that Linux sent at the time: 74 bytes. */
function frameOf({ client, server, port }: SynAck): Buffer {
  const frame = Buffer.alloc(74);
  const toOutside = server.startsWith('12.');
  Buffer.from([...(toOutside ? ROUTER_MAC : INSIDE_MAC), ...(toOutside ? INSIDE_MAC : ROUTER_MAC)]).copy(
    frame,
  );
  frame.writeUInt16BE(0x0800, 12);

  const ip = frame.subarray(14, 34);
  ip[0] = 0x45;
  ip.writeUInt16BE(60, 2);
  ip.writeUInt16BE(0x4000, 6); // do not fragment
  ip[8] = 64;
  ip[9] = 6;
  Buffer.from(server.split('.').map(Number)).copy(ip, 12);
  Buffer.from(client.split('.').map(Number)).copy(ip, 16);
  ip.writeUInt16BE(checksum(ip), 10);

  const tcp = frame.subarray(34);
  tcp.writeUInt16BE(port, 0);
  tcp.writeUInt16BE(1024 + random(64_512), 2);
  tcp.writeUInt32BE(random(2 ** 32), 4);
  tcp.writeUInt32BE(random(2 ** 32), 8);
  tcp[12] = 0xa0; // 40 bytes
  tcp[13] = 0x12; // SYN, ACK
  tcp.writeUInt16BE(5792, 14);
  // MSS 1460, SACK permitted, timestamps, no operation, window scale 7.
  Buffer.from('020405b40402080a', 'hex').copy(tcp, 20);
  tcp.writeUInt32BE(random(2 ** 32), 28);
  tcp.writeUInt32BE(random(2 ** 32), 32);
  Buffer.from('01030307', 'hex').copy(tcp, 36);
  const pseudoHeader = Buffer.concat([ip.subarray(12, 20), Buffer.from([0, 6, 0, tcp.length])]);
  tcp.writeUInt16BE(checksum(Buffer.concat([pseudoHeader, tcp])), 16);
  return frame;
}

/** The Internet checksum, RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(SNAPLEN, 16);
  header.writeUInt32LE(1, 20); // Ethernet
  return header;
}

function recordOf(packet: SynAck): Buffer {
  const frame = frameOf(packet);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(packet.time / 1e6), 0);
  header.writeUInt32LE(packet.time % 1e6, 4);
  header.writeUInt32LE(SNAPLEN, 8);
  header.writeUInt32LE(frame.length, 12);
  return Buffer.concat([header, frame.subarray(0, SNAPLEN)]);
}

const target = process.argv[2] ?? 'samples/office.pcap';
writeFileSync(target, Buffer.concat([fileHeader(), ...synAcks().map(recordOf)]));
