// SYN-ACKs as Ethernet frames, and captures of them, written for speed: the tests of pages need hundreds of thousands.

const LINK_TYPE_ETHERNET = 1;
/** Maximum segment size, SACK permitted and a window scale: 12 bytes, as Linux sends them without timestamps. */
const OPTIONS = [2, 4, 5, 180, 1, 1, 4, 2, 1, 3, 3, 7];
const ETHERNET = 14;
const IP = 20;
const TCP = 20;

export interface SynAck {
  /** Addresses as numbers. */
  readonly client: number;
  readonly server: number;
  readonly port: number;
  readonly clientPort: number;
  readonly sequence: number;
  /** Whether it answers a SYN with options. */
  readonly hasOptions: boolean;
}

export function packet({ client, server, port, clientPort, sequence, hasOptions }: SynAck): Uint8Array {
  const tcpLength = TCP + (hasOptions ? OPTIONS.length : 0);
  const bytes = Buffer.alloc(ETHERNET + IP + tcpLength);
  bytes.writeUInt16BE(0x0800, 12);
  bytes[ETHERNET] = 0x45;
  bytes.writeUInt16BE(IP + tcpLength, ETHERNET + 2);
  bytes[ETHERNET + 8] = 64;
  bytes[ETHERNET + 9] = 6;
  bytes.writeUInt32BE(server, ETHERNET + 12);
  bytes.writeUInt32BE(client, ETHERNET + 16);
  const tcp = ETHERNET + IP;
  bytes.writeUInt16BE(port, tcp);
  bytes.writeUInt16BE(clientPort, tcp + 2);
  bytes.writeUInt32BE(sequence, tcp + 4);
  bytes.writeUInt32BE((sequence * 7 + 1) % 2 ** 32, tcp + 8);
  bytes[tcp + 12] = (tcpLength / 4) << 4;
  bytes[tcp + 13] = 0x12;
  bytes.writeUInt16BE(64_240, tcp + 14);
  if (hasOptions) bytes.set(OPTIONS, tcp + TCP);
  return bytes;
}

/** A pcap of these frames; times are microseconds since the epoch. */
export function pcap(frames: readonly { readonly time: number; readonly bytes: Uint8Array }[]): Uint8Array {
  const length = frames.reduce((sum, { bytes }) => sum + 16 + bytes.length, 24);
  const capture = Buffer.alloc(length);
  capture.writeUInt32LE(0xa1b2c3d4, 0);
  capture.writeUInt16LE(2, 4);
  capture.writeUInt16LE(4, 6);
  capture.writeUInt32LE(65_535, 16);
  capture.writeUInt32LE(LINK_TYPE_ETHERNET, 20);
  let at = 24;
  for (const { time, bytes } of frames) {
    capture.writeUInt32LE(Math.floor(time / 1e6), at);
    capture.writeUInt32LE(Math.floor(time % 1e6), at + 4);
    capture.writeUInt32LE(bytes.length, at + 8);
    capture.writeUInt32LE(bytes.length, at + 12);
    capture.set(bytes, at + 16);
    at += 16 + bytes.length;
  }
  return capture;
}
