import { describe, expect, test } from 'vitest';
import { decodeFddi } from '../../../../src/decode/link/rare/fddi.js';
import { decodeTokenRing } from '../../../../src/decode/link/rare/token-ring.js';
import { MALFORMED, NOT_IP, SYN_ACK, TRUNCATED } from '../../../../src/decode/packet-class.js';
import { concat, llc } from '../../../helpers/packets.js';
import { classOf } from '../../decoding.js';

const DESTINATION = [0x02, 0, 0, 0, 0, 0x02];
const SOURCE = [0x02, 0, 0, 0, 0, 0x01];
const SOURCE_WITH_ROUTE = [0x82, 0, 0, 0, 0, 0x01];

describe('decodeTokenRing', () => {
  function ring(frameControl: number, source: readonly number[], route: readonly number[]): Uint8Array {
    return concat([0x10, frameControl, ...DESTINATION, ...source, ...route], llc({}));
  }

  test.each([0x40, 0x47, 0x7f])('when frame control is %i then LLC follows the addresses', (frameControl) => {
    expect(classOf(decodeTokenRing, ring(frameControl, SOURCE, []))).toBe(SYN_ACK);
  });

  test.each([0x00, 0x05, 0x80, 0xc0])('when frame control is %i then it is not IP', (frameControl) => {
    expect(classOf(decodeTokenRing, ring(frameControl, SOURCE, []))).toBe(NOT_IP);
  });

  test('when the source has a route then it is skipped, however long', () => {
    for (let length = 2; length <= 30; length += 2) {
      const route = [0xe0 | length, 0x30, ...Array<number>(length - 2).fill(0x11)];
      expect(classOf(decodeTokenRing, ring(0x40, SOURCE_WITH_ROUTE, route))).toBe(SYN_ACK);
    }
  });

  test('when the length of the route is impossible then it is malformed', () => {
    for (const length of [0, 1, 3, 31]) {
      expect(classOf(decodeTokenRing, ring(0x40, SOURCE_WITH_ROUTE, [length, 0]))).toBe(MALFORMED);
    }
    expect(classOf(decodeTokenRing, ring(0x40, SOURCE_WITH_ROUTE, []), { captured: 15 })).toBe(TRUNCATED);
  });
});

describe('decodeFddi', () => {
  const fddi = (frameControl: number): Uint8Array =>
    concat([frameControl, ...DESTINATION, ...SOURCE], llc({}));

  test.each([0x50, 0x57, 0xd0])('when frame control is %i then LLC follows the addresses', (frameControl) => {
    expect(classOf(decodeFddi, fddi(frameControl))).toBe(SYN_ACK);
  });

  test.each([
    ['a void frame', 0x40],
    ['a token', 0x80],
    ['station management', 0x41],
    ['MAC', 0xc2],
    ['with short addresses', 0x10],
    ['a frame for implementers', 0x60],
  ])('when it is %s then it is not IP', (_kind, frameControl) => {
    expect(classOf(decodeFddi, fddi(frameControl))).toBe(NOT_IP);
  });
});
