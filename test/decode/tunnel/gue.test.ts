import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../src/decode/packet-class.js';
import { decodeGue } from '../../../src/decode/tunnel/gue.js';
import { decodeJuniperMirror } from '../../../src/decode/tunnel/mirror/jmirror.js';
import { decodeMobileIp } from '../../../src/decode/tunnel/mobile-ip.js';
import { concat, ethernet, ipv4, ipv6, u16 } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';
import { label } from './tunnels.js';

// biome-ignore format: a field a line
const GUE = [
  0x01, // variant 0, data, optional fields of 1 word
  0x04, // protocol IPv4
  0x00, 0x00, // flags
  0x00, 0x00, 0x00, 0x00, // optional fields
];

describe('decodeGue', () => {
  test('when it carries IPv4 then addresses and port are found', () => {
    const bytes = concat(GUE, ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 8 + 12, client: 8 + 16, port: 443 };
    expect(decode(decodeGue, bytes)).toEqual(found);
    expectTruncation(decodeGue, bytes, 8 + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeGue, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test.each([
    ['IPv6', 41, ipv6()],
    ['GRE', 47, concat([0, 0], u16(0x0800), ipv4())],
    ['EtherIP', 97, concat([0x30, 0], ethernet())],
    ['MPLS', 137, concat(label(100), ipv4())],
  ])('when the protocol is %s then the packet is found', (_name, protocol, payload) => {
    expect(classOf(decodeGue, concat(GUE.with(1, protocol), payload))).toBe(SYN_ACK);
  });

  test('when it is IP without a header then the packet is found', () => {
    expect(classOf(decodeGue, ipv4())).toBe(SYN_ACK);
    expect(classOf(decodeGue, ipv6())).toBe(SYN_ACK);
  });

  test('when it is control, or of another variant or protocol, then it is not IP', () => {
    for (const first of [0x21, 0x81, 0xc1]) {
      expect(classOf(decodeGue, concat(GUE.with(0, first), ipv4()))).toBe(NOT_IP);
    }
    for (const protocol of [0, 6, 17, 59]) {
      expect(classOf(decodeGue, concat(GUE.with(1, protocol), ipv4()))).toBe(NOT_IP);
    }
  });
});

describe('decodeMobileIp', () => {
  test('when it carries IPv4 then addresses and port are found', () => {
    const bytes = concat([4, 4, 0, 0], ipv4());
    expect(decode(decodeMobileIp, bytes)).toMatchObject({ packetClass: SYN_ACK, server: 4 + 12 });
    expectTruncation(decodeMobileIp, bytes, 4 + 20 + 13);
  });

  test('when it is a message, or carries something else, then it is not IP', () => {
    for (const type of [1, 3, 5])
      expect(classOf(decodeMobileIp, concat([type, 4, 0, 0], ipv4()))).toBe(NOT_IP);
    for (const next of [0, 6, 55])
      expect(classOf(decodeMobileIp, concat([4, next, 0, 0], ipv4()))).toBe(NOT_IP);
  });
});

describe('decodeJuniperMirror', () => {
  test('when it carries IP then addresses and port are found', () => {
    const bytes = concat([0, 0, 0, 1, 0, 0, 0, 2], ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 8 + 12, client: 8 + 16, port: 443 };
    expect(decode(decodeJuniperMirror, bytes)).toEqual(found);
    expectTruncation(decodeJuniperMirror, bytes, 8 + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeJuniperMirror, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when the length of IP is not that of the rest of the datagram then it is malformed', () => {
    for (const packet of [ipv4(), ipv6()]) {
      const bytes = concat(new Uint8Array(8), packet, [0]);
      expect(classOf(decodeJuniperMirror, bytes, { limit: bytes.length })).toBe(MALFORMED);
      expect(classOf(decodeJuniperMirror, bytes, { limit: bytes.length - 1 })).toBe(SYN_ACK);
    }
  });
});
