import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { decodeLwapp, decodeLwappAfterAddress } from '../../../../src/decode/tunnel/wireless/lwapp.js';
import { decodeMint, decodeMintOnEthernet } from '../../../../src/decode/tunnel/wireless/mint.js';
import { concat, ethernet, ipv4 } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';
import { ieee80211, lwapp } from '../tunnels.js';

describe('decodeLwapp', () => {
  const frame = ieee80211(ipv4());
  const at = 6 + 24 + 8;

  test('when it carries a frame then addresses and port are found', () => {
    const bytes = lwapp(frame);
    const found = { packetClass: SYN_ACK, family: 4, server: at + 12, client: at + 16, port: 443 };
    expect(decode(decodeLwapp, bytes)).toEqual(found);
    expectTruncation(decodeLwapp, bytes, at + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeLwapp, bytes, { limit })).toBe(MALFORMED);
    }
    const after = concat([2, 0, 0, 0, 0, 1], bytes);
    expect(decode(decodeLwappAfterAddress, after)).toMatchObject({ server: 6 + at + 12 });
  });

  test('when it is a control message, or of another version, then it is not IP', () => {
    for (const flags of [0x04, 0x0c, 0x40, 0x80]) {
      expect(classOf(decodeLwapp, lwapp(frame, flags))).toBe(NOT_IP);
    }
    for (const slot of [0x08, 0x38]) expect(classOf(decodeLwapp, lwapp(frame, slot))).toBe(SYN_ACK);
  });

  test('when it is a fragment then the last one is not decoded', () => {
    expect(classOf(decodeLwapp, lwapp(frame, 0x03))).toBe(SYN_ACK);
    expect(classOf(decodeLwapp, lwapp(frame, 0x02))).toBe(NOT_IP);
  });
});

// biome-ignore format: a field a line
const MINT = [
  0x01, 0x00, 0x00, 0x00, // version and flags
  0x12, 0x34, 0x56, 0x78, // destination
  0x12, 0x34, 0x56, 0x79, // source
  0x00, 0x01, // destination type: a frame to one station
  0x00, 0x01, // source type
  0x00, 0x00, // unknown
];

describe('decodeMint', () => {
  test('when it carries a frame then addresses and port are found', () => {
    const bytes = concat(MINT, ethernet());
    const at = 18 + 14;
    const found = { packetClass: SYN_ACK, family: 4, server: at + 12, client: at + 16, port: 443 };
    expect(decode(decodeMint, bytes)).toEqual(found);
    expectTruncation(decodeMint, bytes, at + 20 + 13);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeMint, bytes, { limit })).toBe(MALFORMED);
    }
    expect(decode(decodeMintOnEthernet, concat([0, 0, 0, 72], bytes))).toMatchObject({ server: 4 + at + 12 });
  });

  test('when it is to several stations then eight more bytes come before the frame', () => {
    const bytes = concat(MINT.with(13, 2), new Uint8Array(8), ethernet());
    expect(classOf(decodeMint, bytes)).toBe(SYN_ACK);
  });

  test('when it is something else then it is not IP', () => {
    for (const type of [0x00, 0x03, 0x0c, 0x1e, 0x22]) {
      expect(classOf(decodeMint, concat(MINT.with(13, type), ethernet()))).toBe(NOT_IP);
    }
  });
});
