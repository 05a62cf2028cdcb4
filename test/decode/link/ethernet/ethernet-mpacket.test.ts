import { describe, expect, test } from 'vitest';
import { decodeEpon } from '../../../../src/decode/link/ethernet/epon.js';
import { decodeEthernetMpacket } from '../../../../src/decode/link/ethernet/ethernet-mpacket.js';
import { NOT_IP, type PacketClass, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { concat, ethernet } from '../../../helpers/packets.js';
import { classOf } from '../../decoding.js';

describe('decodeEthernetMpacket', () => {
  const PREAMBLE = Array<number>(6).fill(0x55);

  test.each<[string, readonly number[], PacketClass]>([
    ['an express frame', [0x55, 0xd5], SYN_ACK],
    ['the beginning of frame 0', [0x55, 0xe6], SYN_ACK],
    ['the beginning of frame 1', [0x55, 0x4c], SYN_ACK],
    ['the beginning of frame 2', [0x55, 0x7f], SYN_ACK],
    ['the beginning of frame 3', [0x55, 0xb3], SYN_ACK],
    ['a continuation of frame 0', [0x61, 0xe6], NOT_IP],
    ['a continuation of frame 3', [0x2a, 0xb3], NOT_IP],
    ['a request to verify preemption', [0x55, 0x07], NOT_IP],
    ['the response', [0x55, 0x19], NOT_IP],
    ['more preamble', [0x55, 0x55], NOT_IP],
  ])('when it is %s then it is decoded accordingly', (_kind, delimiter, expected) => {
    const bytes = concat(PREAMBLE, delimiter, ethernet());
    expect(classOf(decodeEthernetMpacket, bytes)).toBe(expected);
  });
});

describe('decodeEpon', () => {
  const AFTER_DELIMITER = [0x55, 0x55, 0x00, 0x01, 0x55];

  test('when the delimiter is one of the first three bytes then the frame is found', () => {
    for (let before = 0; before <= 2; before++) {
      const preamble = [...Array<number>(before).fill(0x55), 0xd5, ...AFTER_DELIMITER];
      expect(classOf(decodeEpon, concat(preamble, ethernet()))).toBe(SYN_ACK);
    }
  });

  test('when there is no delimiter among them then it is not IP', () => {
    expect(classOf(decodeEpon, concat([0x55, 0x55, 0x55, 0xd5, ...AFTER_DELIMITER], ethernet()))).toBe(
      NOT_IP,
    );
    expect(classOf(decodeEpon, ethernet())).toBe(NOT_IP);
  });
});
