import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../src/decode/packet-class.js';
import { decodeGeneve } from '../../../src/decode/tunnel/geneve.js';
import { concat, ETHER_TYPE, ethernet, ipv4, ipv6 } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';
import { geneve } from './tunnels.js';

// biome-ignore format: a field a line
const HEADER = [
  0x02, // version 0, options of 2 words
  0x40, // flags: there are critical options
  0x65, 0x58, // protocol: transparent Ethernet bridging
  0x00, 0x00, 0x64, // network 100
  0x00, // reserved
  0x01, 0x02, // option class
  0x80, // type, critical
  0x01, // length 1 word
  0x00, 0x00, 0x00, 0x2a, // its value
];

describe('decodeGeneve', () => {
  test('when it carries a frame after options then addresses and port are found', () => {
    const bytes = concat(HEADER, ethernet());
    const found = { packetClass: SYN_ACK, family: 4, server: 30 + 12, client: 30 + 16, port: 443 };
    expect(decode(decodeGeneve, bytes)).toEqual(found);
    expectTruncation(decodeGeneve, bytes, 30 + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeGeneve, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when options are as long as possible then IP is found after them', () => {
    const options = new Array<number>(63 * 4).fill(0);
    expect(classOf(decodeGeneve, geneve({ protocol: ETHER_TYPE.ipv4, options, payload: ipv4() }))).toBe(
      SYN_ACK,
    );
    expect(classOf(decodeGeneve, geneve({ protocol: ETHER_TYPE.ipv6, options, payload: ipv6() }))).toBe(
      SYN_ACK,
    );
  });

  test('when options are longer than the packet then it is malformed', () => {
    const bytes = geneve({ optionsLength: 63, protocol: ETHER_TYPE.ipv4, payload: ipv4() });
    expect(classOf(decodeGeneve, bytes, { limit: bytes.length })).toBe(MALFORMED);
  });

  test('when the version is not 0 then it is not GENEVE', () => {
    for (const version of [1, 2, 3]) expect(classOf(decodeGeneve, geneve({ version }))).toBe(NOT_IP);
  });

  test('when flags and reserved bits are set then they are ignored', () => {
    for (let flags = 0; flags < 256; flags++) {
      expect(classOf(decodeGeneve, geneve({ flags, last: flags }))).toBe(SYN_ACK);
    }
  });

  test('when the protocol is not IP then it is not IP', () => {
    for (const protocol of [0, ETHER_TYPE.arp, 0xffff]) {
      expect(classOf(decodeGeneve, geneve({ protocol }))).toBe(NOT_IP);
    }
  });
});
