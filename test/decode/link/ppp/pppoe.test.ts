import { describe, expect, test } from 'vitest';
import { decodeEthernet } from '../../../../src/decode/link/ethernet/ethernet.js';
import { decodePppoe } from '../../../../src/decode/link/ppp/pppoe.js';
import { MALFORMED, NOT_IP, SYN_ACK, TRUNCATED } from '../../../../src/decode/packet-class.js';
import { concat, ethernet, ipv4, ipv6 } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

// biome-ignore format: a field a line
const SESSION = [
  0x11, // version 1, type 1
  0x00, // code: session data
  0x12, 0x34, // session
  0x00, 0x2a, // length 42
  0x00, 0x21, // PPP protocol IPv4
];

// biome-ignore format: a field a line
const SESSION_WITH_CREDITS = [
  0x11, // version 1, type 1
  0x00, // code: session data
  0x12, 0x34, // session
  0x00, 0x46, // length 70
  0x01, 0x06, // tag: credits
  0x00, 0x04, // of 4 bytes
  0x00, 0x10, 0x00, 0x20, // for this direction and the other
  0x00, 0x57, // PPP protocol IPv6
];

describe('decodePppoe', () => {
  test('when a session carries IPv4 then addresses and port are found', () => {
    const bytes = concat(SESSION, ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 8 + 12, client: 8 + 16, port: 443 };
    expect(decode(decodePppoe, bytes)).toEqual(found);
    expectTruncation(decodePppoe, bytes, 8 + 20 + 13);
  });

  test('when credits come before PPP then they are skipped', () => {
    const bytes = concat(SESSION_WITH_CREDITS, ipv6());
    const found = { packetClass: SYN_ACK, family: 6, server: 16 + 8, client: 16 + 24, port: 443 };
    expect(decode(decodePppoe, bytes)).toEqual(found);
    expectTruncation(decodePppoe, bytes, 16 + 40 + 13);
  });

  test('when the length ends before TCP does then the rest is padding', () => {
    for (let length = 0; length < 42; length++) {
      const bytes = concat(SESSION.with(5, length), ipv4());
      expect([length, classOf(decodePppoe, bytes)]).toEqual([length, MALFORMED]);
    }
    expect(classOf(decodePppoe, concat(SESSION.with(4, 0xff), ipv4()))).toBe(SYN_ACK);
  });

  test('when outer headers end inside it then they decide', () => {
    const bytes = concat(SESSION, ipv4());
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodePppoe, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when version or type is not 1 then it is malformed', () => {
    for (const versionAndType of [0x00, 0x01, 0x10, 0x12, 0x21, 0x45]) {
      expect(classOf(decodePppoe, concat(SESSION.with(0, versionAndType), ipv4()))).toBe(MALFORMED);
    }
  });

  test('when the code is not that of session data then it is not IP', () => {
    for (const code of [0x07, 0x09, 0x19, 0x65, 0xa7]) {
      expect(classOf(decodePppoe, concat(SESSION.with(1, code), ipv4()))).toBe(NOT_IP);
    }
  });

  test('when PPP does not carry IP then it is not IP', () => {
    expect(classOf(decodePppoe, concat(SESSION.with(6, 0xc0), ipv4()))).toBe(NOT_IP);
  });

  test('when the EtherType is that of discovery then it is not entered', () => {
    const payload = concat(SESSION, ipv4());
    expect(classOf(decodeEthernet, ethernet({ type: 0x8864, payload }))).toBe(SYN_ACK);
    expect(classOf(decodeEthernet, ethernet({ type: 0x8863, payload }))).toBe(NOT_IP);
  });

  test('when its header is cut then it is truncated', () => {
    expect(classOf(decodePppoe, Uint8Array.from(SESSION), { captured: 5 })).toBe(TRUNCATED);
  });
});
