import { describe, expect, test } from 'vitest';
import { decodeDocsis } from '../../../../src/decode/link/ethernet/docsis.js';
import {
  MALFORMED,
  NOT_IP,
  type PacketClass,
  SYN_ACK,
  TRUNCATED,
} from '../../../../src/decode/packet-class.js';
import { concat, ethernet, u16 } from '../../../helpers/packets.js';
import { classOf } from '../../decoding.js';

/** A MAC frame with these elements in its extended header, whatever lengths they state. */
function docsis(parts: {
  readonly frameControl?: number;
  readonly elements?: readonly number[];
  readonly extendedLength?: number;
  readonly length?: number;
}): Uint8Array {
  const { elements = [], frameControl = elements.length === 0 ? 0x00 : 0x01 } = parts;
  const { extendedLength = elements.length, length = elements.length + ethernet().length + 4 } = parts;
  const [checkSequence, checksum] = [u16(0), [0, 0, 0, 0]];
  return concat(
    [frameControl, extendedLength, ...u16(length), ...elements, ...checkSequence],
    ethernet(),
    checksum,
  );
}

describe('decodeDocsis', () => {
  test.each<[string, number, PacketClass]>([
    ['a packet', 0x00, SYN_ACK],
    ['an isolated packet', 0x80, SYN_ACK],
    ['reserved', 0x40, NOT_IP],
    ['timing', 0xc0, NOT_IP],
    ['management', 0xc2, NOT_IP],
    ['a request', 0xc4, NOT_IP],
    ['a fragment', 0xc6, NOT_IP],
    ['concatenation', 0xf8, NOT_IP],
    ['a packet with a parameter', 0x02, NOT_IP],
  ])('when it is %s then it is decoded accordingly', (_kind, frameControl, expected) => {
    expect(classOf(decodeDocsis, docsis({ frameControl, extendedLength: 0 }))).toBe(expected);
  });

  test('when there is no extended header then the byte of its length means something else', () => {
    expect(classOf(decodeDocsis, docsis({ extendedLength: 9 }))).toBe(SYN_ACK);
  });

  test.each<[string, readonly number[], PacketClass]>([
    ['nothing', [0x00, 0x00], SYN_ACK],
    ['a request', [0x13, 1, 2, 3], SYN_ACK],
    ['privacy, not encrypted', [0x43, 0x11, 0x00, 0x01], SYN_ACK],
    ['privacy downstream, encrypted', [0x44, 0x11, 0x80, 0x01, 0x00], NOT_IP],
    ['privacy upstream, encrypted', [0x34, 0x11, 0x80, 0x01, 0x00], NOT_IP],
    ['privacy upstream in version 2, encrypted', [0x73, 0x11, 0x80, 0x01], NOT_IP],
    ['privacy after another element', [0x00, 0x13, 1, 2, 3, 0x44, 0x11, 0x80, 0x01, 0x00], NOT_IP],
    ['privacy too short for the encryption bit', [0x41, 0x11], NOT_IP],
    ['headers that are not suppressed', [0x51, 0x00], SYN_ACK],
    ['headers that are suppressed downstream', [0x51, 0x07], NOT_IP],
    ['headers that are suppressed upstream', [0x62, 0x07, 0x00], NOT_IP],
    ['an unknown element', [0xe2, 0xff, 0xff], SYN_ACK],
    ['an element longer than the header', [0x00, 0xef], NOT_IP],
  ])(
    'when the extended header has %s then the packet is decoded accordingly',
    (_name, elements, expected) => {
      expect(classOf(decodeDocsis, docsis({ elements }))).toBe(expected);
    },
  );

  test('when the frame is shorter than its extended header then it is malformed', () => {
    expect(classOf(decodeDocsis, docsis({ elements: [0x00, 0x00], length: 1 }))).toBe(MALFORMED);
  });

  test('when the length of the frame ends inside the TCP header then it is malformed', () => {
    expect(classOf(decodeDocsis, docsis({ length: ethernet().length }))).toBe(SYN_ACK);
    for (let length = 0; length < ethernet().length; length++) {
      expect(classOf(decodeDocsis, docsis({ length }))).toBe(MALFORMED);
    }
  });

  test('when the extended header was not captured whole then it is truncated', () => {
    const elements = [0x43, 0x11, 0x00, 0x01];
    for (let captured = 0; captured < 6 + elements.length; captured++) {
      expect(classOf(decodeDocsis, docsis({ elements }), { captured })).toBe(TRUNCATED);
    }
  });
});
