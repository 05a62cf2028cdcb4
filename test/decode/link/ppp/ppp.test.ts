import { describe, expect, test } from 'vitest';
import { decodePpp } from '../../../../src/decode/link/ppp/ppp.js';
import { NOT_IP, SYN_ACK, TRUNCATED } from '../../../../src/decode/packet-class.js';
import { ipv4, ipv6, ppp } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

const IPV4 = 0x0021;
const IPV6 = 0x0057;

// biome-ignore format: a field a line
const FRAMED = [
  0xff, // address: all stations
  0x03, // control: unnumbered information
  0x00, 0x21, // protocol IPv4
];

/** All ways to write the same header, and their lengths. */
const FORMS = [
  ['with address and control', { framed: true, compressed: false }, 4],
  ['without address and control', { framed: false, compressed: false }, 2],
  ['with address and control, protocol compressed', { framed: true, compressed: true }, 3],
  ['without address and control, protocol compressed', { framed: false, compressed: true }, 1],
] as const;

describe('decodePpp', () => {
  test('when it carries IPv4 then addresses and port are found', () => {
    const bytes = Uint8Array.from([...FRAMED, ...ipv4()]);
    const found = { packetClass: SYN_ACK, family: 4, server: 4 + 12, client: 4 + 16, port: 443 };
    expect(decode(decodePpp, bytes)).toEqual(found);
  });

  describe.each(FORMS)('%s', (_form, form, length) => {
    test('when it carries IPv4 then the packet is found', () => {
      const bytes = ppp({ ...form, protocol: IPV4 });
      expect(decode(decodePpp, bytes)).toMatchObject({
        packetClass: SYN_ACK,
        family: 4,
        server: length + 12,
      });
      expectTruncation(decodePpp, bytes, length + 20 + 13);
    });

    test('when it carries IPv6 then the packet is found', () => {
      const bytes = ppp({ ...form, protocol: IPV6, payload: ipv6() });
      expect(decode(decodePpp, bytes)).toMatchObject({ packetClass: SYN_ACK, family: 6, server: length + 8 });
      expectTruncation(decodePpp, bytes, length + 40 + 13);
    });

    test('when the protocol names another IP version than the packet then the version decides', () => {
      expect(decode(decodePpp, ppp({ ...form, protocol: IPV6 }))).toMatchObject({
        packetClass: SYN_ACK,
        family: 4,
      });
      expect(decode(decodePpp, ppp({ ...form, protocol: IPV4, payload: ipv6() }))).toMatchObject({
        packetClass: SYN_ACK,
        family: 6,
      });
    });
  });

  test.each([
    ['link control', 0xc021],
    ['IP control', 0x8021],
    ['compressed TCP', 0x002d],
    ['multilink', 0x003d],
    ['uncompressed TCP', 0x002f],
  ])('when the protocol is %s then it is not IP', (_name, protocol) => {
    expect(classOf(decodePpp, ppp({ protocol }))).toBe(NOT_IP);
    expect(classOf(decodePpp, ppp({ protocol, framed: false }))).toBe(NOT_IP);
  });

  test('when it ends before its protocol then it is truncated', () => {
    for (let captured = 0; captured < 4; captured++) {
      expect(classOf(decodePpp, ppp({}), { captured })).toBe(TRUNCATED);
    }
  });
});
