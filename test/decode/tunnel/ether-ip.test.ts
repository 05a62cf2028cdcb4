import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../src/decode/packet-class.js';
import { decodeEtherIp } from '../../../src/decode/tunnel/ether-ip.js';
import { concat, ethernet } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';

const HEADER = [0x30, 0x00]; // version 3, reserved

describe('decodeEtherIp', () => {
  test('when it carries a frame then addresses and port are found', () => {
    const bytes = concat(HEADER, ethernet());
    const found = { packetClass: SYN_ACK, family: 4, server: 16 + 12, client: 16 + 16, port: 443 };
    expect(decode(decodeEtherIp, bytes)).toEqual(found);
    expectTruncation(decodeEtherIp, bytes, 16 + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeEtherIp, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when neither half of the first byte is version 3 then it is not IP', () => {
    for (const first of [0x00, 0x20, 0x40, 0xff]) {
      expect(classOf(decodeEtherIp, concat([first, 0x00], ethernet()))).toBe(NOT_IP);
    }
  });

  test('when reserved bits are set, or the halves of the first byte are swapped, then it is decoded', () => {
    for (const header of [
      [0x31, 0x00],
      [0x30, 0x01],
      [0x3f, 0xff],
      [0x03, 0x00],
    ]) {
      expect(classOf(decodeEtherIp, concat(header, ethernet()))).toBe(SYN_ACK);
    }
  });
});
