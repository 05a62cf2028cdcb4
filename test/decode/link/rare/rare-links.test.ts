// Rare link layers: payloads other than IP, and impossible headers. A good frame of each link type is in
// link-frames.ts.

import { describe, expect, test } from 'vitest';
import { decodeIpnet } from '../../../../src/decode/link/host/ipnet.js';
import { decodeSymantec } from '../../../../src/decode/link/host/symantec.js';
import { decodeArcnetBsd, decodeArcnetLinux } from '../../../../src/decode/link/rare/arcnet.js';
import { decodeAx25, decodeAx25Kiss } from '../../../../src/decode/link/rare/ax25.js';
import { decodeEbhscr } from '../../../../src/decode/link/rare/ebhscr.js';
import { decodeErf } from '../../../../src/decode/link/rare/erf.js';
import { decodeFibreChannel } from '../../../../src/decode/link/rare/fibre-channel.js';
import { decodeGfp } from '../../../../src/decode/link/rare/gfp.js';
import { decodeAppleIeee1394 } from '../../../../src/decode/link/rare/ieee1394.js';
import { decodeInfiniband } from '../../../../src/decode/link/rare/infiniband.js';
import { decodeIpoib } from '../../../../src/decode/link/rare/ipoib.js';
import { decodeRedback } from '../../../../src/decode/link/rare/redback.js';
import {
  MALFORMED,
  NOT_IP,
  type PacketClass,
  SYN_ACK,
  TRUNCATED,
} from '../../../../src/decode/packet-class.js';
import { concat, ethernet, ipv4, ipv6, llc, ppp, u16, u32 } from '../../../helpers/packets.js';
import { classOf } from '../../decoding.js';

describe('ARCNET', () => {
  test.each<[string, readonly number[], PacketClass]>([
    ['the first of three fragments', [0xd4, 0x03, 0, 1], SYN_ACK],
    ['the second of three fragments', [0xd4, 0x02, 0, 1], NOT_IP],
    ['the first of fragments, made longer', [0xd4, 0xff, 0xff, 0xff, 0xd4, 0x01, 0, 1], SYN_ACK],
    ['the second of fragments, made longer', [0xd4, 0xff, 0xff, 0xff, 0xd4, 0x02, 0, 1], NOT_IP],
    ['ARP', [0xd5, 0x00, 0, 1], NOT_IP],
    ['ARP, RFC 1051', [0xf1], NOT_IP],
    ['diagnosis', [0x80], NOT_IP],
  ])('when it is %s then it is decoded accordingly', (_kind, header, expected) => {
    expect(classOf(decodeArcnetBsd, concat([1, 2], header, ipv4()))).toBe(expected);
    expect(classOf(decodeArcnetLinux, concat([1, 2, 0, 0], header, ipv4()))).toBe(expected);
  });
});

describe('AX.25', () => {
  const ADDRESS = [0x82, 0x84, 0x86, 0x40, 0x40, 0x40, 0x60];
  const LAST_ADDRESS = [...ADDRESS.slice(0, 6), 0x61];

  function ax25(repeaters: number, control: number, protocol: number): Uint8Array {
    const before = Array<readonly number[]>(1 + repeaters)
      .fill(ADDRESS)
      .flat();
    return concat([...before, ...LAST_ADDRESS, control, protocol], ipv4());
  }

  test('when a frame has up to eight repeaters then IP is found, and with more it is malformed', () => {
    for (let repeaters = 0; repeaters <= 8; repeaters++) {
      expect(classOf(decodeAx25, ax25(repeaters, 0x03, 0xcc))).toBe(SYN_ACK);
    }
    expect(classOf(decodeAx25, ax25(9, 0x03, 0xcc))).toBe(MALFORMED);
    expect(classOf(decodeAx25, concat(LAST_ADDRESS, LAST_ADDRESS, [0x03, 0xcc], ipv4()))).toBe(MALFORMED);
  });

  test.each<[string, number, number, PacketClass]>([
    ['unnumbered information, polling', 0x13, 0xcc, SYN_ACK],
    ['information 7, expecting 7', 0xee, 0xcc, SYN_ACK],
    ['ready to receive', 0x01, 0xcc, NOT_IP],
    ['a request to connect', 0x2f, 0xcc, NOT_IP],
    ['text', 0x03, 0xf0, NOT_IP],
    ['ARP', 0x03, 0xcd, NOT_IP],
  ])('when it is %s then it is decoded accordingly', (_kind, control, protocol, expected) => {
    expect(classOf(decodeAx25, ax25(0, control, protocol))).toBe(expected);
  });

  test('when KISS has something other than data then it is not IP', () => {
    expect(classOf(decodeAx25Kiss, concat([0x50], ax25(0, 0x03, 0xcc)))).toBe(SYN_ACK);
    expect(classOf(decodeAx25Kiss, concat([0x01], ax25(0, 0x03, 0xcc)))).toBe(NOT_IP);
  });
});

describe('ERF', () => {
  function erf(
    type: number,
    extensions: readonly number[],
    wireLength: number,
    payload: Uint8Array,
  ): Uint8Array {
    const [time, flags, recordLength, lost] = [new Uint8Array(8), 0x04, u16(0), u16(0)];
    const extended = extensions.flatMap((first) => [first, 0, 0, 0, 0, 0, 0, 0]);
    const fixed = [type, flags, ...recordLength, ...lost, ...u16(wireLength)];
    return concat(time, fixed, extended, payload);
  }
  const frame = concat([0, 0], ethernet());

  test.each<[string, number, Uint8Array, PacketClass]>([
    ['Ethernet, coloured', 11, frame, SYN_ACK],
    ['Ethernet of the coprocessor', 16, frame, SYN_ACK],
    ['Ethernet, coloured by hash', 20, frame, SYN_ACK],
    ['HDLC', 1, ppp({}), SYN_ACK],
    ['HDLC of a channel', 5, concat([0, 0, 0, 1], ppp({})), SYN_ACK],
    ['IPv6', 23, ipv6(), SYN_ACK],
    ['IPv4 that is IPv6', 22, ipv6(), SYN_ACK],
    ['IPv4 that is neither', 22, ipv4({ version: 5 }), MALFORMED],
    ['ATM', 3, frame, NOT_IP],
    ['metadata', 27, frame, NOT_IP],
  ])('when the record is %s then it is decoded accordingly', (_kind, type, payload, expected) => {
    expect(classOf(decodeErf, erf(type, [], 100, payload))).toBe(expected);
    expect(classOf(decodeErf, erf(0x80 | type, [0x85, 0x05], 100, payload))).toBe(expected);
  });

  test('when extension headers do not end then it is truncated', () => {
    expect(classOf(decodeErf, erf(0x82, [0x80, 0x80, 0x80], 100, new Uint8Array(200).fill(0x80)))).toBe(
      TRUNCATED,
    );
  });

  test('when the length of the packet ends inside the TCP header then it is malformed', () => {
    expect(classOf(decodeErf, erf(2, [], ethernet().length, frame))).toBe(SYN_ACK);
    expect(classOf(decodeErf, erf(2, [], ethernet().length - 1, frame))).toBe(MALFORMED);
  });
});

describe('InfiniBand', () => {
  const route = (next: number): number[] => [0x00, next, 0, 1, 0, 0x12, 0, 2];
  const transport = (opcode: number): number[] => [opcode, 0, 0xff, 0xff, 0, 0, 1, 0x23, 0, 0, 0, 1];
  const IP = concat([0x08, 0x00, 0, 0], ipv4());

  test.each([
    ['first of a message, connected', 0x00, 0, SYN_ACK],
    ['middle of a message, connected', 0x01, 0, NOT_IP],
    ['last of a message, connected', 0x02, 0, NOT_IP],
    ['first of a message, unreliable', 0x20, 0, SYN_ACK],
    ['a datagram', 0x64, 8, SYN_ACK],
    ['a datagram with immediate data', 0x65, 12, SYN_ACK],
    ['a write', 0x0a, 16, NOT_IP],
    ['an acknowledgement', 0x11, 4, NOT_IP],
  ])('when the packet is %s then it is decoded accordingly', (_kind, opcode, length, expected) => {
    const bytes = concat(route(2), transport(opcode), new Uint8Array(length), IP);
    expect(classOf(decodeInfiniband, bytes)).toBe(expected);
    const global = concat(route(3), new Uint8Array(40), transport(opcode), new Uint8Array(length), IP);
    expect(classOf(decodeInfiniband, global)).toBe(expected);
  });

  test('when IP over InfiniBand has ARP then it is not IP', () => {
    const arp = concat([0x08, 0x06, 0, 0], new Uint8Array(56));
    expect(classOf(decodeInfiniband, concat(route(2), transport(0x04), arp))).toBe(NOT_IP);
    expect(classOf(decodeInfiniband, concat(route(0), [0, 0, 0x08, 0x06], new Uint8Array(56)))).toBe(NOT_IP);
  });
});

describe('Fibre Channel', () => {
  const header = (type: number, control: number, count: number): number[] => [
    ...[4, 0, 0, 2, 0, 0, 0, 1, type, 0x38, 0, 0, 0, control, 0, count],
    ...[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
  ];

  test('when it is another type, or a later frame of a sequence, then it is not IP', () => {
    expect(classOf(decodeFibreChannel, concat(header(5, 0, 0), llc({})))).toBe(SYN_ACK);
    expect(classOf(decodeFibreChannel, concat(header(5, 0x20, 0), new Uint8Array(16), llc({})))).toBe(
      SYN_ACK,
    );
    expect(classOf(decodeFibreChannel, concat(header(8, 0, 0), llc({})))).toBe(NOT_IP);
    expect(classOf(decodeFibreChannel, concat(header(5, 0, 1), llc({})))).toBe(NOT_IP);
  });
});

describe('generic framing procedure', () => {
  const gfp = (type: number, payload: Uint8Array, length = 4 + payload.length): Uint8Array =>
    concat(u16(length), [0, 0], u16(type), [0, 0], payload);

  test('when the payload is MPLS or IPv6 then the packet is found', () => {
    expect(classOf(decodeGfp, gfp(0x000d, concat([0, 6, 0x41, 64], ipv4())))).toBe(SYN_ACK);
    expect(classOf(decodeGfp, gfp(0x0011, ipv6()))).toBe(SYN_ACK);
  });

  test('when it is management, or has another extension header or payload, then it is not IP', () => {
    for (const type of [0x8010, 0x0210, 0x0003, 0x00f0])
      expect(classOf(decodeGfp, gfp(type, ipv4()))).toBe(NOT_IP);
  });

  test('when the length ends inside the TCP header then it is malformed', () => {
    expect(classOf(decodeGfp, gfp(0x0010, ipv4(), 43))).toBe(MALFORMED);
    expect(classOf(decodeGfp, gfp(0x0010, ipv4(), 44))).toBe(SYN_ACK);
  });
});

describe('Redback', () => {
  const redback = (protocol: number, offset: number, payload: Uint8Array): Uint8Array =>
    concat(new Uint8Array(18), u16(protocol), u16(offset), u16(offset), payload);

  test('when the protocol is PPP then the packet is found, and when it is unknown then it is not IP', () => {
    expect(classOf(decodeRedback, redback(6, 24, ppp({})))).toBe(SYN_ACK);
    for (const protocol of [0, 2, 5, 9])
      expect(classOf(decodeRedback, redback(protocol, 24, ipv4()))).toBe(NOT_IP);
  });

  test('when the offset is inside the header then it is malformed, and after padding the packet is found', () => {
    expect(classOf(decodeRedback, redback(1, 23, ipv4()))).toBe(MALFORMED);
    expect(classOf(decodeRedback, redback(1, 32, concat(new Uint8Array(8), ipv4())))).toBe(SYN_ACK);
  });
});

describe('EBHSCR', () => {
  test('when the major number is not that of Ethernet then it is not IP', () => {
    for (const major of [0x51, 0x53, 0x60, 0x00]) {
      expect(classOf(decodeEbhscr, concat([major], new Uint8Array(31), ethernet()))).toBe(NOT_IP);
    }
  });
});

describe('others', () => {
  test('when ipnet has another family, or its length ends inside the TCP header, then there is no SYN-ACK', () => {
    const ipnet = (family: number, length: number): Uint8Array =>
      concat([2, family, 0, 0, ...u32(length)], new Uint8Array(16), ipv4());
    expect(classOf(decodeIpnet, ipnet(2, 40))).toBe(SYN_ACK);
    expect(classOf(decodeIpnet, ipnet(2, 39))).toBe(MALFORMED);
    expect(classOf(decodeIpnet, ipnet(26, 39))).toBe(MALFORMED);
    expect(classOf(decodeIpnet, ipnet(25, 40))).toBe(NOT_IP);
  });

  test('when IP over InfiniBand carries ARP, with or without addresses before it, then it is not IP', () => {
    expect(classOf(decodeIpoib, concat([0x08, 0x06, 0, 0], new Uint8Array(60)))).toBe(NOT_IP);
    expect(classOf(decodeIpoib, concat(new Uint8Array(40), [0x08, 0x06, 0, 0], ipv4()))).toBe(NOT_IP);
    expect(classOf(decodeIpoib, concat(new Uint8Array(40), [0x86, 0xdd, 0, 0], ipv6()))).toBe(SYN_ACK);
    expect(classOf(decodeIpoib, concat([0x86, 0xdd, 0, 0], ipv6()))).toBe(SYN_ACK);
  });

  test('when IEEE 1394 carries ARP then it is not IP', () => {
    expect(classOf(decodeAppleIeee1394, concat(new Uint8Array(16), [0x08, 0x06], ipv4()))).toBe(NOT_IP);
  });

  test('when a Symantec header has a type at both offsets, or at neither, then it is not IP', () => {
    const symantec = (v2: readonly number[], v3: readonly number[]): Uint8Array =>
      concat(new Uint8Array(6), v2, [0, 0], v3, new Uint8Array(32), ipv4());
    expect(classOf(decodeSymantec, symantec([0x08, 0x00], [0, 0]))).toBe(SYN_ACK);
    expect(classOf(decodeSymantec, symantec([0x08, 0x00], [0x08, 0x00]))).toBe(NOT_IP);
    expect(classOf(decodeSymantec, symantec([0, 0], [0, 0]))).toBe(NOT_IP);
  });
});
