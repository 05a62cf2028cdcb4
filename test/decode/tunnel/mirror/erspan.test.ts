import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { decodeGre } from '../../../../src/decode/tunnel/gre.js';
import { decodeErspan } from '../../../../src/decode/tunnel/mirror/erspan.js';
import { concat, ethernet, ipv6, u16 } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

// biome-ignore format: a field a line
const TYPE_II = [
  0x10, 0x64, // version 1, VLAN 100
  0x00, 0x05, // class 0, encapsulation 0, not truncated, session 5
  0x00, 0x00, 0x00, 0x07, // reserved, index 7
];

// biome-ignore format: a field a line
const TYPE_III = [
  0x20, 0x64, // version 2, VLAN 100
  0x00, 0x05, // class 0, good, not truncated, session 5
  0x00, 0x00, 0x12, 0x34, // timestamp
  0x00, 0x00, // security group
  0x80, 0x00, // a whole frame, frame type Ethernet, hardware 0, ingress, granularity 0, no subheader
];

// biome-ignore format: a field a line
const PLATFORM_SUBHEADER = [
  0x0c, 0x00, 0x00, 0x01, // platform 3, information
  0x00, 0x00, 0x00, 0x00, // more of it
];

const SEQUENCE = 0x1000;

function gre(flags: number, protocol: number, ...parts: (Uint8Array | readonly number[])[]): Uint8Array {
  return concat(u16(flags), u16(protocol), ...parts);
}

describe('decodeErspan', () => {
  test.each([
    ['II', concat(TYPE_II, ethernet()), 8],
    ['III', concat(TYPE_III, ethernet()), 12],
    ['III with a subheader', concat(TYPE_III.with(11, 0x01), PLATFORM_SUBHEADER, ethernet()), 20],
  ])('when it is of type %s then the frame is found after its header', (_type, bytes, length) => {
    const at = length + 14;
    const found = { packetClass: SYN_ACK, family: 4, server: at + 12, client: at + 16, port: 443 };
    expect(decode(decodeErspan, bytes)).toEqual(found);
    expectTruncation(decodeErspan, bytes, at + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeErspan, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when the frame type of type III is IP then IP follows', () => {
    const bytes = concat(TYPE_III.with(10, 0x08), ipv6());
    expect(decode(decodeErspan, bytes)).toMatchObject({ packetClass: SYN_ACK, family: 6, server: 12 + 8 });
  });

  test('when the frame type of type III is another one then it is not IP', () => {
    for (const frameType of [1, 3, 4, 31]) {
      expect(classOf(decodeErspan, concat(TYPE_III.with(10, frameType << 2), ethernet()))).toBe(NOT_IP);
    }
  });

  test('when the version is another one then it is not IP', () => {
    for (const version of [0, 3, 15]) {
      expect(classOf(decodeErspan, concat(TYPE_II.with(0, version << 4), ethernet()))).toBe(NOT_IP);
    }
  });
});

describe('decodeGre with ERSPAN', () => {
  test('when there is no sequence number then it is of type I, and the frame follows directly', () => {
    const bytes = gre(0, 0x88be, ethernet());
    expect(decode(decodeGre, bytes)).toMatchObject({ packetClass: SYN_ACK, server: 4 + 14 + 12 });
    expectTruncation(decodeGre, bytes, 4 + 14 + 20 + 13);
  });

  test('when there is a sequence number then its own header shows its type', () => {
    const sequence = [0, 0, 0, 1];
    expect(classOf(decodeGre, gre(SEQUENCE, 0x88be, sequence, TYPE_II, ethernet()))).toBe(SYN_ACK);
    expect(classOf(decodeGre, gre(SEQUENCE, 0x22eb, sequence, TYPE_III, ethernet()))).toBe(SYN_ACK);
    expect(classOf(decodeGre, gre(SEQUENCE, 0x88be, sequence, ethernet()))).toBe(NOT_IP);
  });
});
