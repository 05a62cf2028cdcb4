import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, NOT_TCP, SYN_ACK } from '../../../src/decode/packet-class.js';
import { decodeGre } from '../../../src/decode/tunnel/gre.js';
import { concat, ETHER_TYPE, ethernet, ipv4, ipv6, u16 } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';
import { ieee80211 } from './tunnels.js';

// biome-ignore format: a field a line
const WITH_ALL = [
  0xb0, 0x00, // flags: checksum, key, sequence number; version 0
  0x08, 0x00, // protocol type IPv4
  0xab, 0xcd, // checksum
  0x00, 0x00, // reserved
  0x00, 0x00, 0x00, 0x2a, // key 42
  0x00, 0x00, 0x00, 0x01, // sequence number
];

// biome-ignore format: a field a line
const PPTP = [
  0x30, 0x81, // flags: key, sequence number, acknowledgment number; version 1
  0x88, 0x0b, // protocol type PPP
  0x00, 0x2c, // key: payload length 44
  0x00, 0x11, // key: call
  0x00, 0x00, 0x00, 0x05, // sequence number
  0x00, 0x00, 0x00, 0x04, // acknowledgment number
  0xff, 0x03, // PPP address and control
  0x00, 0x21, // PPP protocol IPv4
];

const KEEPALIVE = [0x00, 0x00, 0x00, 0x00];

function gre(flags: number, protocol: number, payload: Uint8Array): Uint8Array {
  return concat(u16(flags), u16(protocol), payload);
}

describe('decodeGre', () => {
  test('when it has all optional fields then IPv4 is found after them', () => {
    const bytes = concat(WITH_ALL, ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 16 + 12, client: 16 + 16, port: 443 };
    expect(decode(decodeGre, bytes)).toEqual(found);
    expectTruncation(decodeGre, bytes, 16 + 20 + 13);
  });

  test.each([
    ['checksum', 0x8000, 4],
    ['key', 0x2000, 4],
    ['sequence number', 0x1000, 4],
    ['checksum and key', 0xa000, 8],
    ['key and sequence number', 0x3000, 8],
    ['none', 0x0000, 0],
  ])('when its optional fields are %s then IPv6 is found after them', (_fields, flags, length) => {
    const bytes = gre(flags, ETHER_TYPE.ipv6, concat(new Uint8Array(length), ipv6()));
    expect(decode(decodeGre, bytes)).toMatchObject({
      packetClass: SYN_ACK,
      family: 6,
      server: 4 + length + 8,
    });
    expectTruncation(decodeGre, bytes, 4 + length + 40 + 13);
  });

  test('when there is a routing field then decoding ends', () => {
    for (const flags of [0x4000, 0xc000, 0xf000]) {
      expect(classOf(decodeGre, gre(flags, ETHER_TYPE.ipv4, ipv4()))).toBe(NOT_IP);
    }
  });

  test('when the version is neither 0 nor 1 then decoding ends', () => {
    for (let version = 2; version < 8; version++) {
      expect(classOf(decodeGre, gre(version, ETHER_TYPE.ipv4, ipv4()))).toBe(NOT_IP);
    }
  });

  test('when the protocol type is not one that carries IP then it is not IP', () => {
    for (const protocol of [0x0000, 0x00fe, ETHER_TYPE.arp, 0x2000, 0xb7ea, 0xffff]) {
      expect(classOf(decodeGre, gre(0, protocol, ipv4()))).toBe(NOT_IP);
    }
  });

  test('when it is a keepalive, an empty packet back to its sender, then it is not TCP', () => {
    const back = ipv4({ protocol: 47, payload: Uint8Array.from(KEEPALIVE) });
    expect(classOf(decodeGre, gre(0, ETHER_TYPE.ipv4, back))).toBe(NOT_TCP);
  });

  test('when outer headers end inside it then they decide', () => {
    const bytes = concat(WITH_ALL, ipv4());
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeGre, bytes, { limit })).toBe(MALFORMED);
    }
  });
});

describe('decodeGre with WCCP', () => {
  test('when a redirect header comes before IPv4 then it is skipped, and only then', () => {
    const header = [0x00, 0x51, 0x01, 0x02];
    const bytes = gre(0, 0x883e, concat(header, ipv4()));
    expect(decode(decodeGre, bytes)).toMatchObject({ packetClass: SYN_ACK, server: 8 + 12 });
    expectTruncation(decodeGre, bytes, 8 + 20 + 13);
    expect(decode(decodeGre, gre(0, 0x883e, ipv4()))).toMatchObject({ packetClass: SYN_ACK, server: 4 + 12 });
    expectTruncation(decodeGre, gre(0, 0x883e, ipv4()), 4 + 20 + 13);
  });
});

describe('decodeGre of version 1', () => {
  test('when it carries PPP then addresses and port are found', () => {
    const bytes = concat(PPTP, ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 20 + 12, client: 20 + 16, port: 443 };
    expect(decode(decodeGre, bytes)).toEqual(found);
    expectTruncation(decodeGre, bytes, 20 + 20 + 13);
  });

  test('when its payload length ends before TCP does then the rest is padding', () => {
    for (let length = 0; length < 44; length++) {
      expect(classOf(decodeGre, concat(PPTP.with(5, length), ipv4()))).toBe(MALFORMED);
    }
  });

  test('when it has no sequence number then it only acknowledges', () => {
    expect(classOf(decodeGre, concat(PPTP.with(0, 0x20), ipv4()))).toBe(NOT_IP);
  });

  test('when it is EoIP then its length ends the frame, and 0 keeps the tunnel alive', () => {
    const eoip = (length: number): Uint8Array =>
      concat(u16(0x2001), u16(0x6400), u16(length), [42, 0], ethernet());
    expect(decode(decodeGre, eoip(54))).toMatchObject({ packetClass: SYN_ACK, server: 8 + 14 + 12 });
    expect(classOf(decodeGre, eoip(53))).toBe(MALFORMED);
    expect(classOf(decodeGre, eoip(0))).toBe(NOT_IP);
    expectTruncation(decodeGre, eoip(54), 8 + 14 + 20 + 13);
  });

  test('when it has no key, or carries neither PPP nor EoIP, then it is malformed', () => {
    expect(classOf(decodeGre, concat(PPTP.with(0, 0x10), ipv4()))).toBe(MALFORMED);
    expect(classOf(decodeGre, concat(PPTP.with(2, 0x08).with(3, 0x00), ipv4()))).toBe(MALFORMED);
  });
});

describe('decodeGre with frames of Aruba', () => {
  test('when the protocol is one of its numbers then a frame of IEEE 802.11 follows', () => {
    const found = Array.from({ length: 0x200 }, (_, at) => 0x8180 + at).filter(
      (protocol) => classOf(decodeGre, gre(0, protocol, ieee80211(ipv4()))) === SYN_ACK,
    );
    expect(found).toEqual(Array.from({ length: 24 }, (_, at) => 0x8200 + at * 16));
    expect(classOf(decodeGre, gre(0, 0x9000, ieee80211(ipv4())))).toBe(NOT_IP);
  });
});

describe('decodeGre with reserved bits', () => {
  test('when any of them is set then it is ignored', () => {
    for (let bit = 3; bit < 12; bit++) {
      const flags = u16(0xb000 | (1 << bit));
      expect(classOf(decodeGre, concat(flags, WITH_ALL.slice(2), ipv4()))).toBe(SYN_ACK);
    }
  });
});
