// Templates of pcap records, to be filled in for every packet: Ethernet II, IPv4 (RFC 791) or IPv6 (RFC 8200), TCP
// (RFC 9293) or UDP (RFC 768), with correct checksums.

import { makeRandom } from './random.js';

/** The properties that all packets of a kind share. */
export interface Shape {
  readonly ip: 4 | 6;
  readonly from: 'client' | 'server';
  /** Flags of the TCP header; absent for UDP. */
  readonly flags?: number;
  /** Length of the captured frame, without its check sequence, in bytes. */
  readonly length: number;
}

export const FLAGS = { syn: 0x02, synAck: 0x12, ack: 0x10, pushAck: 0x18, finAck: 0x11 } as const;

/** A record of one shape. All offsets are from its first byte. */
export interface Template {
  readonly shape: Shape;
  readonly bytes: Uint8Array;
  readonly sourceAt: number;
  readonly destinationAt: number;
  readonly portsAt: number;
  /** Four bytes that differ in every packet: the sequence number, or the start of the datagram's payload. */
  readonly variedAt: number;
  /** Undefined for IPv6. */
  readonly headerSumAt: number | undefined;
  readonly transportSumAt: number;
  /** The unfolded sums of the parts that do not differ. */
  readonly headerSum: number;
  readonly transportSum: number;
}

export const RECORD_HEADER_LENGTH = 16;
const ETHERNET_LENGTH = 14;
const IP_LENGTH = { 4: 20, 6: 40 } as const;
const PROTOCOL = { tcp: 6, udp: 17 } as const;

// Locally administered addresses, which no vendor assigns: the two sides of a router.
const MACS = '020000000002020000000001';
// MSS 1460, SACK permitted, timestamps, no operation, window scale 7.
const SYN_OPTIONS = '020405b40402080a001122330000000001030307';
// No operation twice, timestamps.
const OPTIONS = '0101080a0011223300112200';
// 2001:db8::/32 is for documentation, RFC 3849. The last four bytes are filled in for each packet.
const IPV6_ADDRESS = '20010db8000000000000000000000000';

export function makeTemplate(shape: Shape): Template {
  const bytes = Buffer.alloc(RECORD_HEADER_LENGTH + shape.length);
  bytes.writeUInt32LE(shape.length, 8);
  bytes.writeUInt32LE(shape.length, 12);

  bytes.write(MACS, RECORD_HEADER_LENGTH, 'hex');
  const ipAt = RECORD_HEADER_LENGTH + ETHERNET_LENGTH;
  bytes.writeUInt16BE(shape.ip === 4 ? 0x0800 : 0x86dd, ipAt - 2);
  const protocol = shape.flags === undefined ? PROTOCOL.udp : PROTOCOL.tcp;
  const transportAt = ipAt + IP_LENGTH[shape.ip];
  const transportLength = bytes.length - transportAt;
  if (shape.ip === 4) writeIpv4(bytes.subarray(ipAt, transportAt), protocol, transportLength);
  else writeIpv6(bytes.subarray(ipAt, transportAt), protocol, transportLength);

  const transport = bytes.subarray(transportAt);
  if (shape.flags === undefined) writeUdp(transport);
  else writeTcp(transport, shape.flags);

  const ofAddresses = shape.ip === 4 ? 0 : sumOf(bytes.subarray(ipAt + 8, transportAt));
  return {
    shape,
    bytes: new Uint8Array(bytes),
    // In an IPv6 address, its last four bytes.
    sourceAt: shape.ip === 4 ? ipAt + 12 : ipAt + 20,
    destinationAt: shape.ip === 4 ? ipAt + 16 : ipAt + 36,
    portsAt: transportAt,
    variedAt: transportAt + (protocol === PROTOCOL.tcp ? 4 : 8),
    headerSumAt: shape.ip === 4 ? ipAt + 10 : undefined,
    transportSumAt: transportAt + (protocol === PROTOCOL.tcp ? 16 : 6),
    headerSum: sumOf(bytes.subarray(ipAt, transportAt)),
    // Includes the pseudo header: addresses, protocol, length.
    transportSum: ofAddresses + protocol + transportLength + sumOf(transport),
  };
}

function writeIpv4(header: Buffer, protocol: number, payloadLength: number): void {
  header[0] = 0x45;
  header.writeUInt16BE(header.length + payloadLength, 2);
  header.writeUInt16BE(0x4000, 6); // do not fragment
  header[8] = 64;
  header[9] = protocol;
}

function writeIpv6(header: Buffer, protocol: number, payloadLength: number): void {
  header[0] = 0x60;
  header.writeUInt16BE(payloadLength, 4);
  header[6] = protocol;
  header[7] = 64;
  header.write(IPV6_ADDRESS.repeat(2), 8, 'hex');
}

function writeTcp(segment: Buffer, flags: number): void {
  const options = Buffer.from(flags & FLAGS.syn ? SYN_OPTIONS : OPTIONS, 'hex');
  if (flags !== FLAGS.syn) segment.writeUInt32BE(0x10203040, 8); // acknowledgment number
  segment[12] = ((20 + options.length) / 4) << 4;
  segment[13] = flags;
  segment.writeUInt16BE(64_240, 14);
  options.copy(segment, 20);
  fillPayload(segment.subarray(20 + options.length));
}

function writeUdp(datagram: Buffer): void {
  datagram.writeUInt16BE(datagram.length, 4);
  // The first four bytes after the header differ in every packet.
  fillPayload(datagram.subarray(12));
}

/** Bytes without a pattern, like encrypted data; the same for all packets of a shape. */
function fillPayload(payload: Buffer): void {
  const random = makeRandom(payload.length + 1);
  for (let at = 0; at < payload.length; at++) payload[at] = random();
}

/** The sum of 16-bit words from which the Internet checksum is computed, RFC 1071; at most 2^27 for a frame. */
function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at++) sum += at & 1 ? bytes[at]! : bytes[at]! << 8;
  return sum;
}

/** The Internet checksum for this sum of words, which must be below 2^31. */
export function checksumOf(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return ~((once & 0xffff) + (once >>> 16)) & 0xffff;
}
