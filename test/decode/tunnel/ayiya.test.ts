import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../src/decode/packet-class.js';
import { decodeAyiya } from '../../../src/decode/tunnel/ayiya.js';
import { concat, ipv4, ipv6 } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';
import { ayiya } from './tunnels.js';

// biome-ignore format: a field a line
const HEADER = [
  0x21, // identity of 2^2 bytes, type integer
  0x52, // signature of 5 words, by SHA-1
  0x11, // authentication by a shared secret, operation forward
  0x29, // next header IPv6
  0x4b, 0x00, 0x00, 0x00, // epoch time
  0x0a, 0x00, 0x00, 0x01, // identity
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, // signature
  0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, // more of it
];

describe('decodeAyiya', () => {
  test('when it forwards IPv6 then addresses and port are found', () => {
    const bytes = concat(HEADER, ipv6());
    const found = { packetClass: SYN_ACK, family: 6, server: 32 + 8, client: 32 + 24, port: 443 };
    expect(decode(decodeAyiya, bytes)).toEqual(found);
    expectTruncation(decodeAyiya, bytes, 32 + 40 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeAyiya, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when identity and signature have other lengths then IP is found after them', () => {
    for (const identity of [0, 4, 10]) {
      for (const signature of [0, 15]) {
        expect(classOf(decodeAyiya, ayiya({ identity, signature }))).toBe(SYN_ACK);
        expect(classOf(decodeAyiya, ayiya({ identity, signature, nextHeader: 4, payload: ipv4() }))).toBe(
          SYN_ACK,
        );
      }
    }
  });

  test('when they are longer than the packet then it is malformed', () => {
    const bytes = concat(HEADER.with(0, 0xf1), ipv6());
    expect(classOf(decodeAyiya, bytes, { limit: bytes.length })).toBe(MALFORMED);
  });

  test('when the operation is not to forward then it is not IP', () => {
    for (const operation of [0, 2, 3, 4, 5, 15]) {
      expect(classOf(decodeAyiya, ayiya({ operation }))).toBe(NOT_IP);
    }
  });

  test('when the next header is not IP then it is not IP', () => {
    for (const nextHeader of [0, 6, 17, 59, 255]) {
      expect(classOf(decodeAyiya, ayiya({ nextHeader }))).toBe(NOT_IP);
    }
  });
});
