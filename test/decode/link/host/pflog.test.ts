import { describe, expect, test } from 'vitest';
import { decodeEnc } from '../../../../src/decode/link/host/enc.js';
import { decodePflog } from '../../../../src/decode/link/host/pflog.js';
import { MALFORMED, NOT_IP, SYN_ACK, TRUNCATED } from '../../../../src/decode/packet-class.js';
import { concat, ipv4, ipv6, u32 } from '../../../helpers/packets.js';
import { classOf } from '../../decoding.js';

/** A header of pf, padded as the systems pad it, then a packet. */
function pflog(length: number, family: number, payload: Uint8Array): Uint8Array {
  return concat([length, family], new Uint8Array(Math.ceil(length / 4) * 4 - 2), payload);
}

describe('decodePflog', () => {
  test('when the header has any length that a system uses then IP is found after it', () => {
    for (let length = 45; length <= 255; length++) {
      expect(classOf(decodePflog, pflog(length, 2, ipv4()))).toBe(SYN_ACK);
      expect(classOf(decodePflog, pflog(length, 28, ipv6()))).toBe(SYN_ACK);
    }
  });

  test('when pf has translated the packet to the other IP version then it is still found', () => {
    expect(classOf(decodePflog, pflog(100, 24, ipv4()))).toBe(SYN_ACK);
    expect(classOf(decodePflog, pflog(100, 2, ipv6()))).toBe(SYN_ACK);
  });

  test('when something other than IP follows it then it is not IP', () => {
    expect(classOf(decodePflog, pflog(61, 2, new Uint8Array(60)))).toBe(NOT_IP);
  });

  test('when the header is shorter than any known one then it is malformed', () => {
    for (const length of [0, 1, 28, 44]) {
      expect(classOf(decodePflog, concat([length, 2], new Uint8Array(46), ipv4()))).toBe(MALFORMED);
    }
    expect(classOf(decodePflog, Uint8Array.from([0, 2]))).toBe(TRUNCATED);
  });
});

describe('decodeEnc', () => {
  const enc = (family: readonly number[], payload: Uint8Array): Uint8Array =>
    concat(family, u32(0x1234), u32(0), payload);

  test.each([24, 28, 30])('when the family is %i in either byte order then IP follows', (family) => {
    expect(classOf(decodeEnc, enc(u32(family), ipv6()))).toBe(SYN_ACK);
    expect(classOf(decodeEnc, enc(u32(family).reverse(), ipv6()))).toBe(SYN_ACK);
    expect(classOf(decodeEnc, enc(u32(family), ipv4()))).toBe(SYN_ACK);
    expect(classOf(decodeEnc, enc(u32(family), ipv4({ version: 5 })))).toBe(MALFORMED);
  });

  test.each([0, 1, 18, 0xffff, 0x02000002])('when the family is %i then it is not IP', (family) => {
    expect(classOf(decodeEnc, enc(u32(family), ipv4()))).toBe(NOT_IP);
  });
});
