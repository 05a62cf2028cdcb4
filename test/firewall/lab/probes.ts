// The first packets of TCP connections, as frames to send into a router.

import { type Address, parseAddress } from '../../../src/ip/address.js';

/** A new connection to try. */
export interface Probe {
  /** The number of the interface that it comes in by. */
  readonly iif: number;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly port: number;
}

/** Returns the frame of its SYN, with `sequence` in it; the router answers to any of these hardware addresses. */
export function frameOf(probe: Probe, sequence: number, router: Buffer): Buffer {
  const [source, destination] = [addressOf(probe.source), addressOf(probe.destination)];
  const tcp = Buffer.alloc(20);
  tcp.writeUInt16BE(probe.sourcePort, 0);
  tcp.writeUInt16BE(probe.port, 2);
  tcp.writeUInt32BE(sequence, 4);
  tcp.writeUInt8(0x50, 12);
  tcp.writeUInt8(0x02, 13);
  tcp.writeUInt16BE(64_240, 14);
  const pseudo = Buffer.concat([bytesOf(source), bytesOf(destination), Buffer.from([0, 6, 0, tcp.length])]);
  tcp.writeUInt16BE(checksum(Buffer.concat([pseudo, tcp])), 16);
  const ethernet = Buffer.alloc(14);
  router.copy(ethernet, 0);
  ethernet.set([0x02, 0, 0, 0, 0, 0x99], 6);
  ethernet.writeUInt16BE(source.family === 4 ? 0x0800 : 0x86dd, 12);
  return Buffer.concat([
    ethernet,
    source.family === 4 ? ipv4(source, destination) : ipv6(source, destination),
    tcp,
  ]);
}

function ipv4(source: Address, destination: Address): Buffer {
  const header = Buffer.alloc(20);
  header.set([0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6]);
  bytesOf(source).copy(header, 12);
  bytesOf(destination).copy(header, 16);
  header.writeUInt16BE(checksum(header), 10);
  return header;
}

function ipv6(source: Address, destination: Address): Buffer {
  const header = Buffer.from([0x60, 0, 0, 0, 0, 20, 6, 64]);
  return Buffer.concat([header, bytesOf(source), bytesOf(destination)]);
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`not an address: ${text}`);
  return address;
}

function bytesOf({ family, value }: Address): Buffer {
  return Buffer.from(value.toString(16).padStart(family === 4 ? 8 : 32, '0'), 'hex');
}

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
