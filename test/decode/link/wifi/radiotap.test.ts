import { describe, expect, test } from 'vitest';
import { decodeRadiotap } from '../../../../src/decode/link/wifi/radiotap.js';
import { MALFORMED, NOT_IP, SYN_ACK, TRUNCATED } from '../../../../src/decode/packet-class.js';
import { concat, ipv4, llc, u16, u32 } from '../../../helpers/packets.js';
import { classOf } from '../../decoding.js';
import { bytesOf, LINK_FRAMES } from '../link-frames.js';

const IEEE_802_11 = bytesOf(LINK_FRAMES.find(({ linkType }) => linkType === 105)!);
const CLOCK_AND_FLAGS = 0x03;
const FLAGS = 0x02;
const MORE = 0x8000_0000;
const PADDED = 0x20;

/** A radiotap header with any value in its length field, then a frame. */
function radiotap(parts: {
  readonly version?: number;
  readonly present?: readonly number[];
  readonly fields?: readonly number[];
  readonly length?: number;
  readonly frame?: Uint8Array;
}): Uint8Array {
  const { version = 0, present = [0], fields = [], frame = IEEE_802_11 } = parts;
  const { length = 4 + present.length * 4 + fields.length } = parts;
  const words = present.flatMap((word) => u32(word).reverse());
  return concat([version, 0, ...u16(length).reverse(), ...words, ...fields], frame);
}

describe('decodeRadiotap', () => {
  test('when there are unknown fields then they are skipped', () => {
    const present = [0x7fff_ffff];
    expect(classOf(decodeRadiotap, radiotap({ present, fields: Array<number>(40).fill(0) }))).toBe(SYN_ACK);
  });

  test('when the flags come after the clock then the clock is not read as flags', () => {
    // Without SNAP only the flags show whether there is padding.
    const body = llc({ dsap: 0x06, ssap: 0x06, payload: ipv4() });
    const header = [0x88, 0x02, ...Array<number>(22).fill(0), 0, 0];
    const [plain, padded] = [concat(header, body), concat(header, [0, 0], body)];
    const fields = (clock: number, flags: number): number[] => [...Array<number>(8).fill(clock), flags];
    const present = [CLOCK_AND_FLAGS];
    const bytes = (clock: number, flags: number, frame: Uint8Array): Uint8Array =>
      radiotap({ present, fields: fields(clock, flags), frame });
    expect(classOf(decodeRadiotap, bytes(PADDED, 0, plain))).toBe(SYN_ACK);
    expect(classOf(decodeRadiotap, bytes(0, PADDED, padded))).toBe(SYN_ACK);
    expect(classOf(decodeRadiotap, bytes(PADDED, 0, padded))).toBe(NOT_IP);
    expect(classOf(decodeRadiotap, bytes(0, PADDED, plain))).toBe(NOT_IP);
  });

  test('when the header announces flags but ends before them then it has none', () => {
    for (const present of [[FLAGS], [CLOCK_AND_FLAGS], [FLAGS | MORE, MORE, MORE]]) {
      expect(classOf(decodeRadiotap, radiotap({ present }))).toBe(SYN_ACK);
    }
  });

  test('when the flags say that the checksum was wrong then the frame is decoded like any other', () => {
    expect(classOf(decodeRadiotap, radiotap({ present: [FLAGS], fields: [0x50] }))).toBe(SYN_ACK);
  });

  test.each([0, 1, 7])('when the length is %i then it is malformed', (length) => {
    expect(classOf(decodeRadiotap, radiotap({ length }))).toBe(MALFORMED);
  });

  test('when the length is more than was captured then it is truncated', () => {
    expect(classOf(decodeRadiotap, radiotap({ length: 0xffff }))).toBe(TRUNCATED);
  });

  test('when the version is not 0 then it is malformed', () => {
    expect(classOf(decodeRadiotap, radiotap({ version: 1 }))).toBe(MALFORMED);
  });
});
