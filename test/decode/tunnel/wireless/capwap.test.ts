import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { decodeCapwap } from '../../../../src/decode/tunnel/wireless/capwap.js';
import { concat, ethernet, ipv4, llc } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';
import { capwap, ieee80211 } from '../tunnels.js';

// biome-ignore format: a field a line
const HEADER = [
  0x00, // preamble: version 0, in the clear
  0x20, 0x42, 0x10, // header of 4 words, radio 1, binding 802.11, flags: radio address
  0x00, 0x00, 0x00, 0x00, // fragment, offset, reserved
  0x06, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, // radio address of 6 bytes
  0x00, // padding
];

const NATIVE = 0x100;
const FRAGMENT = 0x080;
const WIRELESS = 0x020;
const KEEP_ALIVE = 0x008;

/** An IEEE 802.11 data frame with the two bytes of frame control in the right order, or swapped. */
function frame(control: number, flags: number, headerLength: number, { isSwapped = false } = {}): Uint8Array {
  const frameControl = isSwapped ? [flags, control] : [control, flags];
  return concat(frameControl, new Uint8Array(headerLength - 2), llc({}));
}

describe('decodeCapwap', () => {
  test('when it carries an 802.3 frame then addresses and port are found', () => {
    const bytes = concat(HEADER, ethernet());
    const found = { packetClass: SYN_ACK, family: 4, server: 30 + 12, client: 30 + 16, port: 443 };
    expect(decode(decodeCapwap, bytes)).toEqual(found);
    expectTruncation(decodeCapwap, bytes, 30 + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeCapwap, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when it carries a frame of IEEE 802.11 then addresses and port are found', () => {
    const bytes = capwap({ flags: NATIVE | WIRELESS, length: 4, payload: ieee80211(ipv4()) });
    expect(decode(decodeCapwap, bytes)).toMatchObject({ packetClass: SYN_ACK, server: 16 + 24 + 8 + 12 });
    expectTruncation(decodeCapwap, bytes, 16 + 24 + 8 + 20 + 13);
  });

  describe.each([
    ['in order', { isSwapped: false }],
    ['swapped', { isSwapped: true }],
  ])('when its frame control is %s', (_way, way) => {
    test.each([
      ['to the access point', 0x08, 0x01, 24],
      ['from the access point', 0x08, 0x02, 24],
      ['with four addresses', 0x08, 0x03, 30],
      ['with quality of service', 0x88, 0x01, 26],
      ['with quality of service and four addresses', 0x88, 0x03, 32],
      ['with quality of service and high throughput', 0x88, 0x82, 30],
    ])('then a frame %s is found', (_what, control, flags, length) => {
      const bytes = capwap({ flags: NATIVE, payload: frame(control, flags, length, way) });
      expect(decode(decodeCapwap, bytes)).toMatchObject({
        packetClass: SYN_ACK,
        server: 8 + length + 8 + 12,
      });
      expectTruncation(decodeCapwap, bytes, 8 + length + 8 + 20 + 13);
    });

    test('then a frame that is encrypted, or has no data, is not IP', () => {
      const encrypted = capwap({ flags: NATIVE, payload: frame(0x08, 0x41, 24, way) });
      expect(classOf(decodeCapwap, encrypted)).toBe(NOT_IP);
      for (const control of [0x48, 0xc8, 0x80, 0xb4]) {
        const bytes = capwap({ flags: NATIVE, payload: frame(control, 0x01, 24, way) });
        expect(classOf(decodeCapwap, bytes)).toBe(NOT_IP);
      }
    });
  });

  test('when the binding is not IEEE 802.11 then its native frames are not IP', () => {
    for (const binding of [0, 2, 3, 31]) {
      const bytes = capwap({ flags: NATIVE, binding, payload: ieee80211(ipv4()) });
      expect(classOf(decodeCapwap, bytes)).toBe(NOT_IP);
      expect(classOf(decodeCapwap, capwap({ binding }))).toBe(SYN_ACK);
    }
  });

  test('when it is a fragment then only the first one is decoded', () => {
    expect(classOf(decodeCapwap, capwap({ flags: FRAGMENT, fragment: 0x0007_0000 }))).toBe(SYN_ACK);
    for (const offset of [1, 0x1000, 0x1fff]) {
      const fragment = 0x0007_0000 | (offset << 3);
      expect(classOf(decodeCapwap, capwap({ flags: FRAGMENT, fragment }))).toBe(NOT_IP);
    }
  });

  test('when it is encrypted, or a keep-alive, then it is not IP', () => {
    for (const preamble of [0x01, 0x10, 0xff])
      expect(classOf(decodeCapwap, capwap({ preamble }))).toBe(NOT_IP);
    expect(classOf(decodeCapwap, capwap({ flags: KEEP_ALIVE }))).toBe(NOT_IP);
  });

  test('when reserved bits are set then they are ignored', () => {
    for (let bits = 0; bits < 8; bits++) {
      expect(classOf(decodeCapwap, capwap({ flags: bits, fragment: 7 - bits }))).toBe(SYN_ACK);
      const native = capwap({ flags: NATIVE | bits, payload: ieee80211(ipv4()) });
      expect(classOf(decodeCapwap, native)).toBe(SYN_ACK);
    }
  });

  test('when its length is less than its fields need, or more than the packet has, then it is malformed', () => {
    for (const length of [0, 1]) expect(classOf(decodeCapwap, capwap({ length }))).toBe(MALFORMED);
    const bytes = concat([0x00, 0xf8, 0x42, 0x00], new Uint8Array(4), ethernet());
    expect(classOf(decodeCapwap, bytes, { limit: bytes.length })).toBe(MALFORMED);
  });
});
