import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../src/decode/packet-class.js';
import { decodeNsh } from '../../../src/decode/tunnel/nsh.js';
import { concat, ethernet, ipv4, ipv6 } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';
import { label, nsh } from './tunnels.js';

// biome-ignore format: a field a line
const HEADER = [
  0x0f, 0xc6, // version 0, time to live 63, length 6 words
  0x01, // metadata of type 1
  0x03, // next protocol Ethernet
  0x00, 0x00, 0x01, // service path 1
  0xff, // service index 255
  0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x02, // context
  0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x04, // more of it
];

describe('decodeNsh', () => {
  test('when it carries a frame after context headers then addresses and port are found', () => {
    const bytes = concat(HEADER, ethernet());
    const found = { packetClass: SYN_ACK, family: 4, server: 38 + 12, client: 38 + 16, port: 443 };
    expect(decode(decodeNsh, bytes)).toEqual(found);
    expectTruncation(decodeNsh, bytes, 38 + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeNsh, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test.each([
    ['IPv4', 1, ipv4()],
    ['IPv6', 2, ipv6()],
    ['another one', 4, nsh({})],
    ['MPLS', 5, concat(label(100), ipv4())],
  ])('when it carries %s then it is found', (_name, nextProtocol, payload) => {
    expect(classOf(decodeNsh, nsh({ nextProtocol, payload }))).toBe(SYN_ACK);
  });

  test('when it carries something else then it is not IP', () => {
    for (const nextProtocol of [0, 6, 254, 255])
      expect(classOf(decodeNsh, nsh({ nextProtocol }))).toBe(NOT_IP);
  });

  test('when the version is another one then it is not IP', () => {
    for (const version of [1, 2, 3]) expect(classOf(decodeNsh, nsh({ version }))).toBe(NOT_IP);
  });

  test('when flags are set then they are ignored', () => {
    for (const flags of [0b01, 0b10, 0b11]) expect(classOf(decodeNsh, nsh({ flags }))).toBe(SYN_ACK);
  });

  test('when its length is less than its fields need, or more than the packet has, then it is malformed', () => {
    for (const length of [0, 1]) expect(classOf(decodeNsh, nsh({ length }))).toBe(MALFORMED);
    const bytes = concat([0x0f, 0xff], HEADER.slice(2), ethernet());
    expect(classOf(decodeNsh, bytes, { limit: bytes.length })).toBe(MALFORMED);
  });

  test('when headers nest without end then it is malformed, and the stack holds', () => {
    const bytes = new Uint8Array(65_536);
    for (let at = 0; at < bytes.length; at += 8) bytes.set([0x0f, 0xc2, 0x02, 0x04], at);
    expect(classOf(decodeNsh, bytes)).toBe(MALFORMED);
  });
});
