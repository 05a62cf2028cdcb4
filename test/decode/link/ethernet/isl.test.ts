import { describe, expect, test } from 'vitest';
import { decodeEthernet } from '../../../../src/decode/link/ethernet/ethernet.js';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { concat, ethernet, llc, u16 } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

// biome-ignore format: a field a line
const HEADER = [
  0x01, 0x00, 0x0c, 0x00, 0x00, // destination
  0x00, // type Ethernet, priority 0
  0x02, 0x00, 0x00, 0x00, 0x00, 0x01, // source
  0x00, 0x46, // length 70
  0xaa, 0xaa, 0x03, // SNAP
  0x00, 0x00, 0x0c, // upper bytes of the source
  0x00, 0x0a, // VLAN 5, not a BPDU
  0x00, 0x01, // index
  0x00, 0x00, // reserved
];

const CHECK_SEQUENCE = [0, 0, 0, 0];
const FRAME = ethernet();

describe('ISL', () => {
  test('when it carries a frame then addresses and port are found', () => {
    const bytes = concat(HEADER, FRAME, CHECK_SEQUENCE, CHECK_SEQUENCE);
    const at = HEADER.length + 14;
    const found = { packetClass: SYN_ACK, family: 4, server: at + 12, client: at + 16, port: 443 };
    expect(decode(decodeEthernet, bytes)).toEqual(found);
    expectTruncation(decodeEthernet, bytes, at + 20 + 13);
  });

  test('when the first byte is the other one, or the length is 0, then it is still ISL', () => {
    expect(classOf(decodeEthernet, concat(HEADER.with(0, 0x03), FRAME))).toBe(SYN_ACK);
    expect(classOf(decodeEthernet, concat(HEADER.with(13, 0), FRAME))).toBe(SYN_ACK);
  });

  test('when the frame is as long as Ethernet allows then the length is still not an EtherType', () => {
    const length = 12 + 1518;
    expect(classOf(decodeEthernet, concat(HEADER.slice(0, 12), u16(length), HEADER.slice(14), FRAME))).toBe(
      SYN_ACK,
    );
  });

  test('when the length ends inside the TCP header then it is malformed', () => {
    const length = 12 + 14 + 39;
    expect(classOf(decodeEthernet, concat(HEADER.with(13, length), FRAME))).toBe(MALFORMED);
    expect(classOf(decodeEthernet, concat(HEADER.with(13, length + 1), FRAME))).toBe(SYN_ACK);
  });

  test('when the destination is another one then it is not ISL', () => {
    for (const at of [0, 1, 2, 3, 4]) {
      const bytes = concat(HEADER.with(at, 0x77), FRAME);
      expect([at, classOf(decodeEthernet, bytes)]).toEqual([at, NOT_IP]);
    }
  });

  test('when the frame is token ring then five more bytes come before it', () => {
    const ring = concat([0x10, 0x40], new Uint8Array(12), llc({}));
    expect(classOf(decodeEthernet, concat(HEADER.with(5, 0x10).with(13, 0), [0, 0, 0, 0, 0], ring))).toBe(
      SYN_ACK,
    );
    for (const type of [0x20, 0x30, 0xf0]) {
      expect(classOf(decodeEthernet, concat(HEADER.with(5, type), FRAME))).toBe(NOT_IP);
    }
  });

  test('when headers nest without end then it is malformed, and the stack holds', () => {
    const header = HEADER.with(12, 0).with(13, 0);
    const bytes = Uint8Array.from({ length: 60_000 }, (_, at) => header[at % header.length] ?? 0);
    expect(classOf(decodeEthernet, bytes)).toBe(MALFORMED);
  });
});
