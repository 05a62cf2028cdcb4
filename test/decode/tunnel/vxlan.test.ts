import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../src/decode/packet-class.js';
import { decodeVxlan, decodeVxlanGpe } from '../../../src/decode/tunnel/vxlan.js';
import { concat, ethernet, ipv4, ipv6 } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';
import { label, nsh, vxlan } from './tunnels.js';

// biome-ignore format: a field a line
const HEADER = [
  0x08, // flags: the network is valid
  0x00, 0x00, 0x00, // reserved
  0x00, 0x00, 0x64, // network 100
  0x00, // reserved
];

// biome-ignore format: a field a line
const GPE_HEADER = [
  0x0c, // flags: version 0, the network and the next protocol are valid
  0x00, 0x00, // reserved
  0x01, // next protocol IPv4
  0x00, 0x00, 0x64, // network 100
  0x00, // reserved
];

const EVERY_FLAG = Array.from({ length: 256 }, (_, flags) => flags);

describe('decodeVxlan', () => {
  test('when it carries a frame then addresses and port are found', () => {
    const bytes = concat(HEADER, ethernet());
    const found = { packetClass: SYN_ACK, family: 4, server: 22 + 12, client: 22 + 16, port: 443 };
    expect(decode(decodeVxlan, bytes)).toEqual(found);
    expectTruncation(decodeVxlan, bytes, 22 + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeVxlan, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when any flags and reserved bytes are set then they are ignored', () => {
    for (const flags of EVERY_FLAG) expect(classOf(decodeVxlan, vxlan({ flags }))).toBe(SYN_ACK);
    expect(classOf(decodeVxlan, vxlan({ flags: 0x88, reserved: [0x48, 0x12, 0x34] }))).toBe(SYN_ACK);
    expect(classOf(decodeVxlan, vxlan({ reserved: [0xff, 0xff, 0xff] }))).toBe(SYN_ACK);
    for (let last = 0; last < 256; last++) {
      expect(classOf(decodeVxlan, vxlan({ last }))).toBe(SYN_ACK);
    }
  });

  test('when no frame with IP is inside then it is not IP, whatever its flags', () => {
    for (const flags of EVERY_FLAG) {
      expect(classOf(decodeVxlan, vxlan({ flags, payload: ipv4() }))).toBe(NOT_IP);
      expect(classOf(decodeVxlan, vxlan({ flags, payload: new Uint8Array(60) }))).toBe(NOT_IP);
    }
  });
});

describe('decodeVxlanGpe', () => {
  test('when it carries IPv4 then addresses and port are found', () => {
    const bytes = concat(GPE_HEADER, ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 8 + 12, client: 8 + 16, port: 443 };
    expect(decode(decodeVxlanGpe, bytes)).toEqual(found);
    expectTruncation(decodeVxlanGpe, bytes, 8 + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeVxlanGpe, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test.each([
    ['IPv6', 2, ipv6()],
    ['Ethernet', 3, ethernet()],
    ['NSH', 4, nsh({})],
    ['MPLS', 5, concat(label(100), ipv4())],
  ])('when the next protocol is %s then it is found', (_name, nextProtocol, payload) => {
    expect(classOf(decodeVxlanGpe, concat(GPE_HEADER.with(3, nextProtocol), payload))).toBe(SYN_ACK);
  });

  test('when the next protocol is another one then it is not IP', () => {
    for (const nextProtocol of [0, 6, 7, 0x80, 255]) {
      expect(classOf(decodeVxlanGpe, concat(GPE_HEADER.with(3, nextProtocol), ipv4()))).toBe(NOT_IP);
    }
  });

  test('when there is no next protocol then a frame follows', () => {
    expect(classOf(decodeVxlanGpe, concat(HEADER, ethernet()))).toBe(SYN_ACK);
    expect(classOf(decodeVxlanGpe, concat(HEADER.with(3, 1), ethernet()))).toBe(SYN_ACK);
    expect(classOf(decodeVxlanGpe, concat(HEADER, ipv4()))).toBe(NOT_IP);
  });

  test('when flags and reserved bytes are set then only the version and the next protocol count', () => {
    const gpe = (flags: number): Uint8Array => concat(GPE_HEADER.with(0, flags), ipv4());
    const found = EVERY_FLAG.filter((flags) => classOf(decodeVxlanGpe, gpe(flags)) === SYN_ACK);
    expect(found).toEqual(EVERY_FLAG.filter((flags) => (flags & 0x34) === 0x04));
    for (const at of [1, 2, 7]) {
      expect(classOf(decodeVxlanGpe, concat(GPE_HEADER.with(at, 0xff), ipv4()))).toBe(SYN_ACK);
    }
  });
});
