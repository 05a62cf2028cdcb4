import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { decodeGtp } from '../../../../src/decode/tunnel/wireless/gtp.js';
import { concat, ethernet, ipv4, ipv6 } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';
import { gtp } from '../tunnels.js';

// biome-ignore format: a field a line
const HEADER = [
  0x30, // version 1, GTP, no optional fields
  0xff, // message type: a packet
  0x00, 0x28, // length 40
  0x01, 0x02, 0x03, 0x04, // tunnel endpoint
];

// biome-ignore format: a field a line
const WITH_EXTENSIONS = [
  0x37, // version 1, GTP, all optional fields
  0xff, // message type: a packet
  0x00, 0x38, // length 56
  0x01, 0x02, 0x03, 0x04, // tunnel endpoint
  0x00, 0x07, // sequence number
  0x00, // N-PDU number
  0x85, // next extension: PDU session container
  0x01, // length 1 word
  0x10, 0x01, // its content
  0xc0, // next extension: PDCP number
  0x02, // length 2 words
  0x00, 0x01, 0x00, 0x00, 0x00, 0x00, // its content
  0x00, // no next extension
];

describe('decodeGtp', () => {
  test('when it carries IPv4 then addresses and port are found', () => {
    const bytes = concat(HEADER, ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 8 + 12, client: 8 + 16, port: 443 };
    expect(decode(decodeGtp, bytes)).toEqual(found);
    expectTruncation(decodeGtp, bytes, 8 + 20 + 13);
  });

  test('when it has extensions then the packet is found after them', () => {
    const bytes = concat(WITH_EXTENSIONS, ipv4());
    expect(decode(decodeGtp, bytes)).toMatchObject({ packetClass: SYN_ACK, server: 24 + 12 });
    expectTruncation(decodeGtp, bytes, 24 + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeGtp, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when one optional field is present then all take up space, but extensions need their own flag', () => {
    for (const flags of [0x31, 0x32, 0x33]) {
      expect(classOf(decodeGtp, gtp({ flags, optional: [0, 1, 2, 0x85], payload: ipv6() }))).toBe(SYN_ACK);
    }
    expect(classOf(decodeGtp, gtp({ flags: 0x34, optional: [0, 1, 2, 0] }))).toBe(SYN_ACK);
  });

  test('when it carries a frame then it is found', () => {
    expect(classOf(decodeGtp, gtp({ payload: ethernet() }))).toBe(SYN_ACK);
  });

  test('when its length ends before TCP does then the rest is padding', () => {
    for (let length = 0; length < 40; length++) {
      expect([length, classOf(decodeGtp, gtp({ length }))]).toEqual([length, MALFORMED]);
    }
    for (let length = 0; length < 56; length++) {
      const bytes = concat(WITH_EXTENSIONS.with(3, length), ipv4());
      expect([length, classOf(decodeGtp, bytes)]).toEqual([length, MALFORMED]);
    }
  });

  test('when the spare bit is set then it is ignored', () => {
    expect(classOf(decodeGtp, gtp({ flags: 0x38 }))).toBe(SYN_ACK);
    expect(classOf(decodeGtp, gtp({ flags: 0x3a, optional: [0, 1, 0, 0] }))).toBe(SYN_ACK);
  });

  test('when the version or the protocol is another one then it is not GTP-U', () => {
    for (const flags of [0x00, 0x20, 0x28, 0x48, 0x50, 0x70, 0xf0]) {
      expect(classOf(decodeGtp, gtp({ flags }))).toBe(NOT_IP);
    }
  });

  test('when the message is signalling then it is not IP', () => {
    for (const messageType of [1, 2, 26, 31, 254]) {
      expect(classOf(decodeGtp, gtp({ messageType }))).toBe(NOT_IP);
    }
  });

  test('when an extension has no length, or runs past the packet, then it is malformed', () => {
    expect(classOf(decodeGtp, gtp({ flags: 0x34, optional: [0, 0, 0, 0x85, 0, 0, 0, 0] }))).toBe(MALFORMED);
    expect(classOf(decodeGtp, gtp({ flags: 0x34, optional: [0, 0, 0, 0x85, 255, 0, 0, 0] }))).toBe(MALFORMED);
  });

  test('when extensions go on without end then it is malformed', () => {
    const optional = [0, 0, 0, 0x85, ...Array.from({ length: 10_000 }, () => [1, 0, 0, 0x85]).flat()];
    expect(classOf(decodeGtp, gtp({ flags: 0x34, optional }))).toBe(MALFORMED);
  });
});

// biome-ignore format: a field a line
const HEADER_0 = [
  0x1e, // version 0, GTP, spare bits set, no SNDCP number
  0xff, // message type: a packet
  0x00, 0x28, // length 40
  0x00, 0x01, // sequence number
  0x00, 0x01, // flow
  0xff, // SNDCP number
  0xff, 0xff, 0xff, // spare
  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, // tunnel
];

describe('decodeGtp of version 0', () => {
  test('when it carries IPv4 then addresses and port are found', () => {
    const bytes = concat(HEADER_0, ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 20 + 12, client: 20 + 16, port: 443 };
    expect(decode(decodeGtp, bytes)).toEqual(found);
    expectTruncation(decodeGtp, bytes, 20 + 20 + 13);
    for (let length = 0; length < 40; length++) {
      expect([length, classOf(decodeGtp, concat(HEADER_0.with(3, length), ipv4()))]).toEqual([
        length,
        MALFORMED,
      ]);
    }
  });

  test('when the spare bits are any then they are ignored', () => {
    for (let bits = 0; bits < 16; bits++) {
      expect(classOf(decodeGtp, concat(HEADER_0.with(0, 0x10 | bits), ipv4()))).toBe(SYN_ACK);
    }
  });

  test('when the message is signalling, or the protocol GTP prime, then it is not IP', () => {
    expect(classOf(decodeGtp, concat(HEADER_0.with(1, 16), ipv4()))).toBe(NOT_IP);
    expect(classOf(decodeGtp, concat(HEADER_0.with(0, 0x0e), ipv4()))).toBe(NOT_IP);
  });
});
