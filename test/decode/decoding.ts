// Runs a decoder on a packet in the middle of a window, where packets are, and returns all that it found.

import { expect } from 'vitest';
import { type Decoder, NO_LIMIT, Packet } from '../../src/decode/packet.js';
import * as packetClasses from '../../src/decode/packet-class.js';
import { type PacketClass, SYN_ACK, TRUNCATED } from '../../src/decode/packet-class.js';

/** Bytes of other packets around this one, so that offsets do not begin at 0. */
const BEFORE = 7;
const AFTER = 64;
/** Every one of them would be the flags of a SYN-ACK. */
const FILLER = 0x12;

export interface Found {
  readonly packetClass: PacketClass;
  // Only if the class is SYN_ACK.
  readonly family?: 4 | 6;
  /** Offset from the first byte of the packet; if the address is compressed there, its bytes in hexadecimal. */
  readonly client?: number | string;
  readonly server?: number | string;
  readonly port?: number;
}

export interface Options {
  /** How many bytes of the packet were captured. The others follow the end. */
  readonly captured?: number;
  /** Length of the packet according to outer headers. */
  readonly limit?: number;
}

export function decode(decoder: Decoder, bytes: Uint8Array, { captured, limit }: Options = {}): Found {
  const window = new Uint8Array(BEFORE + bytes.length + AFTER).fill(FILLER);
  window.set(bytes, BEFORE);
  const packet = new Packet();
  packet.point(new DataView(window.buffer), BEFORE + (captured ?? bytes.length));
  const packetClass = decoder(packet, BEFORE, limit === undefined ? NO_LIMIT : BEFORE + limit);
  if (packetClass !== SYN_ACK) return { packetClass };
  const { family, client, server, port } = packet;
  if (packet.addresses === packet.expanded) {
    return { packetClass, family, client: hexAt(packet, client), server: hexAt(packet, server), port };
  }
  return { packetClass, family, client: client - BEFORE, server: server - BEFORE, port };
}

function hexAt({ expanded }: Packet, offset: number): string {
  return Buffer.from(expanded.buffer, offset, 16).toString('hex');
}

export function classOf(decoder: Decoder, bytes: Uint8Array, options: Options = {}): PacketClass {
  return decode(decoder, bytes, options).packetClass;
}

/** The name of a packet class, for messages. */
export function nameOf(packetClass: PacketClass): string {
  return Object.entries(packetClasses).find(([, value]) => value === packetClass)?.[0] ?? String(packetClass);
}

/** Expects SYN_ACK if the flags were captured, and TRUNCATED if the capture ends before them. */
export function expectTruncation(decoder: Decoder, bytes: Uint8Array, flagsAt: number): void {
  for (let captured = 0; captured <= bytes.length; captured++) {
    const expected = captured > flagsAt ? SYN_ACK : TRUNCATED;
    expect([captured, nameOf(classOf(decoder, bytes, { captured }))]).toEqual([captured, nameOf(expected)]);
    // The same at the very end of a window: a read after it would throw.
    const packet = new Packet();
    packet.point(new DataView(bytes.slice(0, captured).buffer), captured);
    expect(nameOf(decoder(packet, 0, NO_LIMIT))).toBe(nameOf(expected));
  }
}
