import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../src/decode/packet-class.js';
import { decodeLisp } from '../../../src/decode/tunnel/lisp.js';
import { concat, ethernet, ipv4, ipv6 } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';
import { lisp, nsh } from './tunnels.js';

// biome-ignore format: a field a line
const HEADER = [
  0xc8, // flags: nonce, locator status, instance
  0x01, 0x02, 0x03, // nonce
  0x00, 0x00, 0x01, // instance
  0x01, // locator status
];

describe('decodeLisp', () => {
  test('when it carries IPv4 then addresses and port are found', () => {
    const bytes = concat(HEADER, ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 8 + 12, client: 8 + 16, port: 443 };
    expect(decode(decodeLisp, bytes)).toEqual(found);
    expectTruncation(decodeLisp, bytes, 8 + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeLisp, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when it carries IPv6 then addresses and port are found', () => {
    expect(decode(decodeLisp, lisp({ payload: ipv6() }))).toMatchObject({ packetClass: SYN_ACK, family: 6 });
  });

  test.each([
    ['IPv4', 1, ipv4()],
    ['IPv6', 2, ipv6()],
    ['Ethernet', 3, ethernet()],
    ['NSH', 4, nsh({})],
  ])('when its header names %s then the packet is found', (_name, nextProtocol, payload) => {
    const bytes = lisp({ flags: 0x8c, nonce: [1, 2, nextProtocol], payload });
    expect(classOf(decodeLisp, bytes)).toBe(SYN_ACK);
    expect(classOf(decodeLisp, lisp({ flags: 0x8c, nonce: [1, 2, 0], payload }))).toBe(NOT_IP);
  });

  test('when it is encrypted then it is not IP', () => {
    for (const flags of [0x81, 0x82, 0x83]) expect(classOf(decodeLisp, lisp({ flags }))).toBe(NOT_IP);
  });

  test('when any other flags are set then they are ignored', () => {
    for (const flags of [0x00, 0x08, 0x10, 0x80, 0x90, 0xe8, 0xf8]) {
      expect(classOf(decodeLisp, lisp({ flags }))).toBe(SYN_ACK);
    }
  });

  test('when the length of IP is not that of the rest of the datagram then it is malformed', () => {
    const bytes = lisp({ payload: concat(ipv6(), [0]) });
    expect(classOf(decodeLisp, bytes, { limit: bytes.length })).toBe(MALFORMED);
    expect(classOf(decodeLisp, bytes, { limit: bytes.length - 1 })).toBe(SYN_ACK);
    expect(classOf(decodeLisp, bytes, { limit: bytes.length - 2 })).toBe(MALFORMED);
  });

  test('when it does not carry IP then it is not IP', () => {
    expect(classOf(decodeLisp, lisp({ payload: ethernet() }))).toBe(NOT_IP);
  });
});
