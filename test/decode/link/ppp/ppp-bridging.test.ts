import { describe, expect, test } from 'vitest';
import { decodePpp } from '../../../../src/decode/link/ppp/ppp.js';
import { decodePppBridging } from '../../../../src/decode/link/ppp/ppp-bridging.js';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { concat, ethernet, ppp } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

// biome-ignore format: a field a line
const BRIDGED = [
  0x80, // flags: the frame has its checksum; no padding
  0x01, // MAC type Ethernet
];

// biome-ignore format: a field a line
const BRIDGED_OF_LAN = [
  0x40, // flags: the number of a LAN follows
  0x01, // MAC type Ethernet
  0x00, 0x00, 0x00, 0x07, // LAN 7
];

describe('decodePppBridging', () => {
  test.each([
    ['a frame', BRIDGED],
    ['the number of a LAN, and a frame', BRIDGED_OF_LAN],
  ])('when it carries %s then addresses and port are found', (_what, header) => {
    const bytes = concat(header, ethernet());
    const at = header.length + 14;
    const found = { packetClass: SYN_ACK, family: 4, server: at + 12, client: at + 16, port: 443 };
    expect(decode(decodePppBridging, bytes)).toEqual(found);
    expectTruncation(decodePppBridging, bytes, at + 20 + 13);
    expect(classOf(decodePpp, ppp({ protocol: 0x0031, payload: bytes }))).toBe(SYN_ACK);
  });

  test('when the frame is not Ethernet then it is not IP', () => {
    for (const macType of [0, 2, 3, 4, 128]) {
      expect(classOf(decodePppBridging, concat([0x00, macType], ethernet()))).toBe(NOT_IP);
    }
  });

  test('when it is a control packet between bridges then it is not IP', () => {
    expect(classOf(decodePppBridging, concat([0x10, 0x01], ethernet()))).toBe(NOT_IP);
  });

  test('when outer headers end inside it then they decide', () => {
    const bytes = concat(BRIDGED, ethernet());
    expect(classOf(decodePppBridging, bytes, { limit: 1 })).toBe(MALFORMED);
    expect(classOf(decodePppBridging, bytes, { limit: bytes.length - 1 })).toBe(MALFORMED);
  });
});
