import { describe, expect, test } from 'vitest';
import { decodePpp } from '../../../../src/decode/link/ppp/ppp.js';
import { decodePppMultilink } from '../../../../src/decode/link/ppp/ppp-multilink.js';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { concat, ipv4, ppp } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

// biome-ignore format: a field a line
const BEGINNING = [
  0x80, // the first fragment, and not the last
  0x00, 0x00, 0x09, // sequence number
  0x21, // PPP protocol IPv4, compressed
];

describe('decodePppMultilink', () => {
  test('when it is the first fragment then addresses and port are found', () => {
    const bytes = concat(BEGINNING, ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 5 + 12, client: 5 + 16, port: 443 };
    expect(decode(decodePppMultilink, bytes)).toEqual(found);
    expectTruncation(decodePppMultilink, bytes, 5 + 20 + 13);
    expect(classOf(decodePpp, ppp({ protocol: 0x003d, payload: bytes }))).toBe(SYN_ACK);
  });

  test('when it is a later fragment then bytes that look like a packet are not read as one', () => {
    for (const flags of [0x00, 0x40]) {
      expect(classOf(decodePppMultilink, concat(BEGINNING.with(0, flags), ipv4()))).toBe(NOT_IP);
    }
  });

  test('when outer headers end inside it then they decide', () => {
    const bytes = concat(BEGINNING, ipv4());
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodePppMultilink, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when fragments nest in fragments without end then it is malformed, and the stack holds', () => {
    const bytes = new Uint8Array(6 * 10_000);
    for (let at = 0; at < bytes.length; at += 6) bytes.set([0x80, 0, 0, 1, 0x00, 0x3d], at);
    expect(classOf(decodePppMultilink, bytes)).toBe(MALFORMED);
  });
});
