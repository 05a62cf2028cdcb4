// SYN-ACKs of the office in the 2007 article as a capture, as tcpdump would have written it. Every byte is computed
// here, so anyone can see what the samples contain.

import { writeFileSync } from 'node:fs';

export const DUMBO = '12.13.14.137';
export const GOOFY = '12.13.15.162';
export const MINNIE = '12.13.15.163';
export const PLUTO = '12.13.15.166';

/** The number of bytes of a packet that tcpdump captured by default in 2007. */
const SNAPLEN = 68;

const ROUTER_MAC = [0x00, 0x0c, 0x29, 0x0a, 0x0b, 0x01];
const INSIDE_MAC = [0x00, 0x0c, 0x29, 0x0a, 0x0b, 0x02];

/** SYN-ACKs of one client, server and port; the end that is not given is somewhere in the Internet. */
export interface Connections {
  readonly count: number;
  readonly client?: string;
  readonly server?: string;
  readonly port: number;
}

interface SynAck {
  /** Whole microseconds since the epoch. */
  readonly time: number;
  readonly client: string;
  readonly server: string;
  readonly port: number;
}

// Marsaglia's xorshift, which yields the same numbers on every machine.
let state = 0;
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

/**
 * Writes a capture with these connections, spread over the time from `begins` on, both in seconds. The same `seed`
 * yields the same bytes.
 */
export function writeSample(
  file: string,
  connections: readonly Connections[],
  { begins, seconds, seed }: { begins: number; seconds: number; seed: number },
): void {
  state = seed;
  const packets: SynAck[] = connections.flatMap(({ count, client, server, port }) =>
    Array.from({ length: count }, () => ({
      time: (begins + random(seconds)) * 1e6 + random(1_000_000),
      client: client ?? remoteAddress(),
      server: server ?? remoteAddress(),
      port,
    })),
  );
  packets.sort((a, b) => a.time - b.time);
  writeFileSync(file, Buffer.concat([fileHeader(), ...packets.map(recordOf)]));
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
