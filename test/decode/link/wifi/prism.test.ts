import { describe, expect, test } from 'vitest';
import { decodeAvs } from '../../../../src/decode/link/wifi/avs.js';
import { decodePrism } from '../../../../src/decode/link/wifi/prism.js';
import { MALFORMED, SYN_ACK, TRUNCATED } from '../../../../src/decode/packet-class.js';
import { concat, u32 } from '../../../helpers/packets.js';
import { classOf } from '../../decoding.js';
import { bytesOf, LINK_FRAMES } from '../link-frames.js';

const IEEE_802_11 = bytesOf(LINK_FRAMES.find(({ linkType }) => linkType === 105)!);

/** Two numbers, zeros up to the length that the second one states, and an 802.11 frame. */
function header(first: number, length: number, isLittleEndian: boolean, size: number = length): Uint8Array {
  const long = (value: number): number[] => (isLittleEndian ? u32(value).reverse() : u32(value));
  return concat(long(first), long(length), new Uint8Array(size - 8), IEEE_802_11);
}

describe('decodePrism', () => {
  test.each([0x41, 0x44])(
    'when the message code is %i, in either byte order, then the frame is found',
    (code) => {
      expect(classOf(decodePrism, header(code, 144, true))).toBe(SYN_ACK);
      expect(classOf(decodePrism, header(code, 144, false))).toBe(SYN_ACK);
      expect(classOf(decodePrism, header(code, 24, true))).toBe(SYN_ACK);
    },
  );

  test.each([0, 0x40, 0x42, 0x4100, 0x8021_0001])(
    'when the message code is %i then it is malformed',
    (code) => {
      expect(classOf(decodePrism, header(code, 144, true))).toBe(MALFORMED);
    },
  );

  test('when the length is too small then it is malformed, and when it is too large, truncated', () => {
    expect(classOf(decodePrism, header(0x44, 23, true, 144))).toBe(MALFORMED);
    expect(classOf(decodePrism, header(0x44, 0xffff_ffff, true, 144))).toBe(TRUNCATED);
  });
});

describe('decodeAvs', () => {
  test.each([0x8021_1000, 0x8021_1001, 0x8021_1fff])(
    'when it begins with %i then the frame is found',
    (magic) => {
      expect(classOf(decodeAvs, header(magic, 64, false))).toBe(SYN_ACK);
      expect(classOf(decodePrism, header(magic, 64, false))).toBe(SYN_ACK);
    },
  );

  test('when the magic number is wrong, or the length impossible, then it is malformed', () => {
    expect(classOf(decodeAvs, header(0x8021_2001, 64, false))).toBe(MALFORMED);
    expect(classOf(decodeAvs, header(0x8021_1001, 64, true))).toBe(MALFORMED);
    expect(classOf(decodeAvs, header(0x8021_1001, 7, false, 64))).toBe(MALFORMED);
    expect(classOf(decodeAvs, header(0x8021_1001, 0xffff_ffff, false, 64))).toBe(TRUNCATED);
  });
});
