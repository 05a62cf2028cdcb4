import { describe, expect, test } from 'vitest';
import { decodePktap } from '../../../../src/decode/link/host/pktap.js';
import { decodePpi } from '../../../../src/decode/link/wifi/ppi.js';
import {
  MALFORMED,
  NOT_IP,
  SYN_ACK,
  TRUNCATED,
  UNKNOWN_LINK_TYPE,
} from '../../../../src/decode/packet-class.js';
import { concat, ethernet, ipv4, u16, u32 } from '../../../helpers/packets.js';
import { classOf } from '../../decoding.js';

const RAW = 101;
const PPI = 192;
const PKTAP = 258;
const BLUETOOTH = 187;

/** Per-packet information with any value in its length field. */
function ppi(parts: {
  readonly version?: number;
  readonly length?: number;
  readonly linkType?: number;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { version = 0, length = 8, linkType = RAW, payload = ipv4() } = parts;
  return concat([version, 0, ...u16(length).reverse(), ...u32(linkType).reverse()], payload);
}

/** PKTAP in version 1 with any value in its length field. */
function pktap(parts: {
  readonly length?: number;
  readonly recordType?: number;
  readonly linkType?: number;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { length = 108, recordType = 1, linkType = 1, payload = ethernet() } = parts;
  const fields = [length, recordType, linkType].flatMap((value) => u32(value).reverse());
  return concat(fields, new Uint8Array(96), payload);
}

/** PKTAP in version 2 of minimal length. */
function pktapV2(length: number, linkType: number, payload: Uint8Array): Uint8Array {
  const flags = u32(0x0008_0000).reverse();
  const offsets = [0, 0, 0, 0, 0];
  return concat([length, ...offsets, ...u16(linkType).reverse()], new Uint8Array(28), flags, payload);
}

describe('decodePpi', () => {
  test('when it names a link type with a decoder then that frame is decoded', () => {
    expect(classOf(decodePpi, ppi({}))).toBe(SYN_ACK);
    expect(classOf(decodePpi, ppi({ linkType: 1, payload: ethernet() }))).toBe(SYN_ACK);
  });

  test.each([BLUETOOTH, 0xffff_ffff])(
    'when it names link type %i then the link type is unknown',
    (linkType) => {
      expect(classOf(decodePpi, ppi({ linkType }))).toBe(UNKNOWN_LINK_TYPE);
    },
  );

  test('when version or length is impossible then it is malformed', () => {
    expect(classOf(decodePpi, ppi({ version: 1 }))).toBe(MALFORMED);
    expect(classOf(decodePpi, ppi({ length: 7 }))).toBe(MALFORMED);
    expect(classOf(decodePpi, ppi({ length: 0xffff }))).toBe(TRUNCATED);
  });

  test('when such headers nest without end then it is malformed', () => {
    let bomb = ppi({});
    for (let depth = 0; depth < 10; depth++) bomb = ppi({ linkType: PPI, payload: bomb });
    expect(classOf(decodePpi, bomb)).toBe(SYN_ACK);
    for (let depth = 0; depth < 10_000; depth++) bomb = ppi({ linkType: PPI, payload: bomb });
    expect(classOf(decodePpi, bomb)).toBe(MALFORMED);
  });
});

describe('decodePktap', () => {
  test('when it names a link type with a decoder then that frame is decoded', () => {
    expect(classOf(decodePktap, pktap({}))).toBe(SYN_ACK);
    expect(classOf(decodePktap, pktap({ linkType: 12, payload: ipv4() }))).toBe(SYN_ACK);
    expect(classOf(decodePktap, pktapV2(40, 12, ipv4()))).toBe(SYN_ACK);
  });

  test('when it names another link type then the link type is unknown', () => {
    expect(classOf(decodePktap, pktap({ linkType: BLUETOOTH }))).toBe(UNKNOWN_LINK_TYPE);
    expect(classOf(decodePktap, pktapV2(40, BLUETOOTH, ipv4()))).toBe(UNKNOWN_LINK_TYPE);
  });

  test('when nothing follows the header then it is not IP', () => {
    expect(classOf(decodePktap, pktap({ recordType: 0 }))).toBe(NOT_IP);
  });

  test('when the length is impossible then it is malformed', () => {
    expect(classOf(decodePktap, pktap({ length: 107 }))).toBe(MALFORMED);
    expect(classOf(decodePktap, pktap({ length: 0xffff_ffff }))).toBe(TRUNCATED);
    expect(classOf(decodePktap, pktapV2(39, 12, ipv4()))).toBe(MALFORMED);
    expect(classOf(decodePktap, pktapV2(255, 12, ipv4()))).toBe(TRUNCATED);
  });

  test('when such headers nest without end then it is malformed', () => {
    let bomb = pktap({});
    for (let depth = 0; depth < 100; depth++) bomb = pktap({ linkType: PKTAP, payload: bomb });
    expect(classOf(decodePktap, bomb)).toBe(MALFORMED);
  });
});
