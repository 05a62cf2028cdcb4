import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../src/decode/packet-class.js';
import { decodeL2tp, decodeL2tpv3 } from '../../../src/decode/tunnel/l2tp.js';
import { concat, ETHER_TYPE, ethernet, ipv4, ipv6, ppp, u16, u32, vlan } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';
import { l2tp } from './tunnels.js';

// biome-ignore format: a field a line
const MINIMAL = [
  0x00, 0x02, // flags: data, no optional fields; version 2
  0x00, 0x07, // tunnel
  0x00, 0x09, // session
  0xff, 0x03, // PPP address and control
  0x00, 0x21, // PPP protocol IPv4
];

// biome-ignore format: a field a line
const WITH_ALL = [
  0x4b, 0x02, // flags: data, length, sequence, offset, priority; version 2
  0x00, 0x3d, // length 61
  0x00, 0x07, // tunnel
  0x00, 0x09, // session
  0x00, 0x01, // sequence number
  0x00, 0x02, // expected sequence number
  0x00, 0x05, // offset 5
  0x00, 0x00, 0x00, 0x00, 0x00, // padding of the offset
  0x00, 0x21, // PPP protocol IPv4
];

// biome-ignore format: a field a line
const VERSION_3 = [
  0x00, 0x03, // flags: data; version 3
  0x00, 0x00, // reserved
  0x00, 0x00, 0x00, 0x09, // session
];

describe('decodeL2tp of version 2', () => {
  test.each([
    ['no optional fields', concat(MINIMAL, ipv4()), 10],
    ['all optional fields', concat(WITH_ALL, ipv4()), 21],
  ])('when it has %s then addresses and port are found', (_fields, bytes, length) => {
    const found = { packetClass: SYN_ACK, family: 4, server: length + 12, client: length + 16, port: 443 };
    expect(decode(decodeL2tp, bytes)).toEqual(found);
    expectTruncation(decodeL2tp, bytes, length + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeL2tp, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test.each([
    ['length', 0x4002, [...u16(8 + 44)], []],
    ['sequence', 0x0802, [], [...u16(1), ...u16(2)]],
    ['offset', 0x0202, [], [...u16(0)]],
  ])('when it has the field %s then PPP is found after it', (_field, flags, before, after) => {
    const fields = [...before, ...u16(7), ...u16(9), ...after];
    const bytes = l2tp({ flags, fields, payload: ppp({ protocol: 0x0021 }) });
    expect(classOf(decodeL2tp, bytes)).toBe(SYN_ACK);
  });

  test('when its length ends before TCP does then the rest is padding', () => {
    for (let length = 0; length < 61; length++) {
      expect([length, classOf(decodeL2tp, concat(WITH_ALL.with(3, length), ipv4()))]).toEqual([
        length,
        MALFORMED,
      ]);
    }
  });

  test('when its offset is outside the packet then it is malformed', () => {
    const bytes = concat(WITH_ALL.with(12, 0xff), ipv4());
    expect(classOf(decodeL2tp, bytes, { limit: bytes.length })).toBe(MALFORMED);
  });

  test('when it is a control message then it is not IP', () => {
    expect(classOf(decodeL2tp, l2tp({ flags: 0x8002 }))).toBe(NOT_IP);
  });

  test('when the priority bit or reserved bits are set then they are ignored', () => {
    for (const bit of [0x2000, 0x1000, 0x0400, 0x0100, 0x0080, 0x0040, 0x0020, 0x0010]) {
      expect(classOf(decodeL2tp, l2tp({ flags: 0x0002 | bit }))).toBe(SYN_ACK);
    }
  });

  test('when the version is another one then it is not IP', () => {
    for (const version of [0, 1, 4, 15]) {
      expect(classOf(decodeL2tp, l2tp({ flags: version }))).toBe(NOT_IP);
    }
  });

  test('when PPP does not carry IP then it is not IP', () => {
    expect(classOf(decodeL2tp, l2tp({ payload: ppp({ protocol: 0xc021 }) }))).toBe(NOT_IP);
  });
});

describe('decodeL2tp of version 3', () => {
  test.each([0, 4, 8, 12])(
    'when %i bytes of cookie and sublayer come before a frame then it is found',
    (length) => {
      const bytes = concat(VERSION_3, new Uint8Array(length).fill(0xa5), ethernet());
      const at = 8 + length + 14;
      const found = { packetClass: SYN_ACK, family: 4, server: at + 12, client: at + 16, port: 443 };
      expect(decode(decodeL2tp, bytes)).toEqual(found);
      expectTruncation(decodeL2tp, bytes, at + 20 + 13);
      expect(classOf(decodeL2tpv3, bytes.subarray(4))).toBe(SYN_ACK);
      for (let limit = 0; limit < bytes.length; limit++) {
        expect(classOf(decodeL2tp, bytes, { limit })).toBe(MALFORMED);
      }
    },
  );

  test.each([
    ['IPv6', ethernet({ type: ETHER_TYPE.ipv6, payload: ipv6() })],
    [
      'a tag',
      ethernet({ type: ETHER_TYPE.serviceVlan, payload: vlan({ type: ETHER_TYPE.vlan, payload: vlan({}) }) }),
    ],
    ['PPPoE', ethernet({ type: 0x8864, payload: concat([0x11, 0, 0, 1, 0, 42, 0, 0x21], ipv4()) })],
  ])('when the frame has %s then it is found', (_what, frame) => {
    expect(classOf(decodeL2tp, concat(VERSION_3, frame))).toBe(SYN_ACK);
  });

  test('when the session is 0 then it is a control message, not IP', () => {
    expect(classOf(decodeL2tpv3, concat([0, 0, 0, 0], ethernet()))).toBe(NOT_IP);
  });

  test('when no frame with IP can be found then it is not IP', () => {
    expect(classOf(decodeL2tp, concat(VERSION_3, ethernet({ type: ETHER_TYPE.arp })))).toBe(NOT_IP);
    expect(classOf(decodeL2tp, concat(VERSION_3, ethernet({ payload: ipv6() })))).toBe(NOT_IP);
    expect(classOf(decodeL2tp, concat(VERSION_3, new Uint8Array(60)))).toBe(NOT_IP);
    const tags = new Uint8Array(60_000);
    for (let at = 0; at < tags.length; at += 2) tags.set([0x81, 0x00], at);
    expect(classOf(decodeL2tp, concat(VERSION_3, tags))).toBe(NOT_IP);
  });

  test('when reserved bits are set then they are ignored', () => {
    for (const flags of [0x4003, 0x0803, 0x0013, 0x7ff3]) {
      const fields = [...u16(0xffff), ...u32(9)];
      expect(classOf(decodeL2tp, l2tp({ flags, fields, payload: ethernet() }))).toBe(SYN_ACK);
    }
    expect(classOf(decodeL2tp, concat(u16(0x8003), VERSION_3.slice(2), ethernet()))).toBe(NOT_IP);
  });
});
