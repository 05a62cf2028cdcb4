import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, NOT_TCP, SYN_ACK } from '../../../src/decode/packet-class.js';
import { decodeTeredo } from '../../../src/decode/tunnel/teredo.js';
import { concat, ipv4, ipv6 } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';

// biome-ignore format: a field a line
const AUTHENTICATION = [
  0x00, 0x01, // indication: authentication
  0x02, // client identifier of 2 bytes
  0x03, // authentication value of 3 bytes
  0xaa, 0xbb, // client identifier
  0xcc, 0xdd, 0xee, // authentication value
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, // nonce
  0x00, // confirmation
];

// biome-ignore format: a field a line
const ORIGIN = [
  0x00, 0x00, // indication: origin
  0x3c, 0xaf, // port, inverted
  0x3f, 0xff, 0xfd, 0xfe, // IPv4 address, inverted
];

describe('decodeTeredo', () => {
  test.each([
    ['nothing', []],
    ['authentication', AUTHENTICATION],
    ['an origin', ORIGIN],
    ['authentication and an origin', [...AUTHENTICATION, ...ORIGIN]],
    ['authentication without identifier and value', [0x00, 0x01, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0]],
  ])('when %s comes before IPv6 then addresses and port are found', (_what, indications) => {
    const bytes = concat(indications, ipv6());
    const at = indications.length;
    const found = { packetClass: SYN_ACK, family: 6, server: at + 8, client: at + 24, port: 443 };
    expect(decode(decodeTeredo, bytes)).toEqual(found);
    expectTruncation(decodeTeredo, bytes, at + 40 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect([limit, classOf(decodeTeredo, bytes, { limit })]).toEqual([limit, MALFORMED]);
    }
  });

  test('when it is a bubble, which is empty, then it is not TCP', () => {
    expect(classOf(decodeTeredo, ipv6({ nextHeader: 59, payload: new Uint8Array(0) }))).toBe(NOT_TCP);
  });

  test('when it does not carry IPv6 then it is not Teredo', () => {
    expect(classOf(decodeTeredo, ipv4({ payload: new Uint8Array(40) }))).toBe(NOT_IP);
    expect(classOf(decodeTeredo, concat(ORIGIN, ORIGIN, ipv6()))).toBe(NOT_IP);
    expect(classOf(decodeTeredo, concat([0x00, 0x02], ipv6()))).toBe(NOT_IP);
  });

  test('when IPv6 is longer than the datagram then it is malformed', () => {
    const bytes = ipv6({ payloadLength: 21 });
    expect(classOf(decodeTeredo, bytes, { limit: 60 })).toBe(MALFORMED);
    expect(classOf(decodeTeredo, bytes, { limit: 61 })).toBe(SYN_ACK);
  });
});
