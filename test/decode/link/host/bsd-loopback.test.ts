import { describe, expect, test } from 'vitest';
import { decodeBsdLoopback } from '../../../../src/decode/link/host/bsd-loopback.js';
import { NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { bsdLoopback, ipv4, ipv6 } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

const BYTE_ORDERS = [
  ['little-endian', true],
  ['big-endian', false],
] as const;

const AF_INET6 = [
  ['Windows', 23],
  ['NetBSD, OpenBSD and BSD/OS', 24],
  ['FreeBSD', 28],
  ['macOS', 30],
] as const;

describe('decodeBsdLoopback', () => {
  test.each([
    ['little-endian', [0x02, 0x00, 0x00, 0x00]],
    ['big-endian', [0x00, 0x00, 0x00, 0x02]],
  ])('when the family is AF_INET, %s, then IPv4 follows', (_order, family) => {
    const bytes = Uint8Array.from([...family, ...ipv4()]);
    const found = { packetClass: SYN_ACK, family: 4, server: 4 + 12, client: 4 + 16, port: 443 };
    expect(decode(decodeBsdLoopback, bytes)).toEqual(found);
    expectTruncation(decodeBsdLoopback, bytes, 4 + 20 + 13);
  });

  describe.each(BYTE_ORDERS)('in %s order', (_order, littleEndian) => {
    test.each(AF_INET6)("when the family is %s's AF_INET6 then IPv6 follows", (_system, family) => {
      const bytes = bsdLoopback({ family, littleEndian, payload: ipv6() });
      const found = { packetClass: SYN_ACK, family: 6, server: 4 + 8, client: 4 + 24, port: 443 };
      expect(decode(decodeBsdLoopback, bytes)).toEqual(found);
      expectTruncation(decodeBsdLoopback, bytes, 4 + 40 + 13);
    });

    test.each([0, 1, 3, 7, 16, 22, 31, 255, 0xffff])('when the family is %i then it is not IP', (family) => {
      expect(classOf(decodeBsdLoopback, bsdLoopback({ family, littleEndian }))).toBe(NOT_IP);
      expect(classOf(decodeBsdLoopback, bsdLoopback({ family, littleEndian, payload: ipv6() }))).toBe(NOT_IP);
    });

    test('when the family names another IP version than the packet then the version decides', () => {
      expect(decode(decodeBsdLoopback, bsdLoopback({ littleEndian, payload: ipv6() }))).toMatchObject({
        packetClass: SYN_ACK,
        family: 6,
      });
      expect(decode(decodeBsdLoopback, bsdLoopback({ family: 24, littleEndian }))).toMatchObject({
        packetClass: SYN_ACK,
        family: 4,
      });
    });
  });

  test('when the family is a large number in either byte order then it is not IP', () => {
    expect(classOf(decodeBsdLoopback, bsdLoopback({ family: 0x02000002 }))).toBe(NOT_IP);
  });
});
