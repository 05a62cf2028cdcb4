import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { decodeTzsp } from '../../../../src/decode/tunnel/mirror/tzsp.js';
import { concat, ethernet, ipv4, ipv6, ppp } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';
import { ieee80211, tzsp } from '../tunnels.js';

// biome-ignore format: a field a line
const HEADER = [
  0x01, // version 1
  0x00, // type: a received packet
  0x00, 0x01, // encapsulated protocol Ethernet
  0x0a, // tag: signal strength
  0x01, // of 1 byte
  0xd0, // its value
  0x00, // tag: padding
  0x12, // tag: channel
  0x01, // of 1 byte
  0x06, // its value
  0x01, // tag: end
];

describe('decodeTzsp', () => {
  test('when it carries a frame after tags then addresses and port are found', () => {
    const bytes = concat(HEADER, ethernet());
    const found = { packetClass: SYN_ACK, family: 4, server: 26 + 12, client: 26 + 16, port: 443 };
    expect(decode(decodeTzsp, bytes)).toEqual(found);
    expectTruncation(decodeTzsp, bytes, 26 + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeTzsp, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test.each([
    ['PPP', 4, ppp({})],
    ['IPv4', 7, ipv4()],
    ['IPv6', 7, ipv6()],
    ['IEEE 802.11', 18, ieee80211(ipv4())],
    [
      'IEEE 802.11 after an AVS header',
      127,
      concat([0x80, 0x21, 0x10, 0x01, 0, 0, 0, 64], new Uint8Array(56), ieee80211(ipv4())),
    ],
  ])('when it encapsulates %s then the packet is found', (_name, encapsulated, payload) => {
    const bytes = tzsp({ encapsulated, payload });
    expect(classOf(decodeTzsp, bytes)).toBe(SYN_ACK);
  });

  test('when it encapsulates something else then it is not IP', () => {
    for (const encapsulated of [0, 3, 6, 8, 255, 0xffff]) {
      expect(classOf(decodeTzsp, tzsp({ encapsulated }))).toBe(NOT_IP);
    }
  });

  test('when the version or the type is another one then it is not IP', () => {
    for (const version of [0, 2, 255]) expect(classOf(decodeTzsp, tzsp({ version }))).toBe(NOT_IP);
    for (const type of [2, 3, 4, 5, 255]) expect(classOf(decodeTzsp, tzsp({ type }))).toBe(NOT_IP);
    expect(classOf(decodeTzsp, tzsp({ type: 1 }))).toBe(SYN_ACK);
  });

  test('when the tags do not end then it is malformed', () => {
    for (const tag of [0x00, 0x0a]) {
      const bytes = concat([1, 0, 0, 1], new Uint8Array(60_000).fill(tag));
      expect(classOf(decodeTzsp, bytes, { limit: bytes.length })).toBe(MALFORMED);
    }
    const bytes = tzsp({ tags: [0x0a, 255, 0x01] });
    expect(classOf(decodeTzsp, bytes, { limit: bytes.length })).toBe(MALFORMED);
  });
});
