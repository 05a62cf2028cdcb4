import { describe, expect, test } from 'vitest';
import { decodeEthernet } from '../../../../src/decode/link/ethernet/ethernet.js';
import {
  decodeJuniperAtm1,
  decodeJuniperAtm2,
  decodeJuniperGgsn,
  decodeJuniperMfr,
  decodeJuniperMlfr,
  decodeJuniperMlppp,
} from '../../../../src/decode/link/juniper/cards.js';
import { afterJuniperHeader } from '../../../../src/decode/link/juniper/header.js';
import {
  MALFORMED,
  NOT_IP,
  type PacketClass,
  SYN_ACK,
  TRUNCATED,
} from '../../../../src/decode/packet-class.js';
import { concat, ethernet, ipv4, ipv6, llc, ppp, u16 } from '../../../helpers/packets.js';
import { classOf } from '../../decoding.js';

const MAGIC = [0x4d, 0x47, 0x43];
const FLAG = { incoming: 0x01, noLinkLayer: 0x02, extensions: 0x80 } as const;

describe('afterJuniperHeader', () => {
  const decoder = afterJuniperHeader(decodeEthernet);

  test('when the magic number is wrong then it is malformed', () => {
    expect(classOf(decoder, concat([0x4d, 0x47, 0x44, 0x00], ethernet()))).toBe(MALFORMED);
    expect(classOf(decoder, ethernet())).toBe(MALFORMED);
  });

  test('when there are extensions then they are skipped, whatever their bytes', () => {
    for (const length of [0, 1, 50, 0xfff]) {
      const extensions = new Uint8Array(length).fill(0xff);
      const bytes = concat(MAGIC, [FLAG.extensions, ...u16(length)], extensions, ethernet());
      expect(classOf(decoder, bytes)).toBe(SYN_ACK);
    }
    const beyond = concat(MAGIC, [FLAG.extensions, 0xff, 0xff], ethernet());
    expect(classOf(decoder, beyond)).toBe(TRUNCATED);
  });

  test('when there is no link layer then IP follows the protocol', () => {
    const header = [...MAGIC, FLAG.noLinkLayer, 0x02, 0, 0, 0];
    expect(classOf(decoder, concat(header, ipv4()))).toBe(SYN_ACK);
    expect(classOf(decoder, concat(header, ipv6()))).toBe(SYN_ACK);
    expect(classOf(decoder, concat(header, ethernet()))).toBe(NOT_IP);
    const of = (protocol: number, payload: Uint8Array): number =>
      classOf(decoder, concat([...MAGIC, FLAG.noLinkLayer, protocol, 0, 0, 0], payload));
    for (const protocol of [4, 5, 8, 32])
      expect(of(protocol, concat([0, 6, 0x41, 64], ipv4()))).toBe(SYN_ACK);
    expect(of(200, concat([0x00, 0x21], ipv4()))).toBe(SYN_ACK);
    expect(of(204, ethernet())).toBe(SYN_ACK);
    expect(of(208, concat([0x0f, 0x00, 0x08, 0x00], ipv4()))).toBe(SYN_ACK);
    for (const protocol of [202, 203]) expect(of(protocol, llc({}))).toBe(SYN_ACK);
    const extended = [...MAGIC, FLAG.noLinkLayer | FLAG.extensions, 0x00, 0x03, 1, 1, 5, 0x02, 0, 0, 0];
    expect(classOf(decoder, concat(extended, ipv4()))).toBe(SYN_ACK);
  });
});

describe('cards of Juniper', () => {
  const IN = [...MAGIC, FLAG.incoming];
  const OUT = [...MAGIC, 0x00];
  const ATM2_WITH_GAP = [0, 0, 0, 1, 0, 0, 0, 0];
  const ATM2_WITHOUT_GAP = [0, 0, 0, 0, 0, 0, 0, 0];
  const ADAPTIVE = (protocol: number): number[] => [0x47, 0, 0, 0, 0, protocol, 0, 0];

  test.each<[string, PacketClass, Uint8Array]>([
    ['outgoing, with a gap: Ethernet', SYN_ACK, concat(OUT, ATM2_WITH_GAP, ethernet())],
    ['incoming, with a gap: not Ethernet', NOT_IP, concat(IN, ATM2_WITH_GAP, ethernet())],
    ['incoming: IP', SYN_ACK, concat(IN, ATM2_WITH_GAP, ipv4())],
    ['LLC with a gap', SYN_ACK, concat(OUT, ATM2_WITH_GAP, llc({}))],
    ['PPP, framed', SYN_ACK, concat(OUT, ATM2_WITHOUT_GAP, ppp({}))],
    ['NLPID', SYN_ACK, concat(OUT, ATM2_WITHOUT_GAP, [0x03, 0xcc], ipv4())],
    ['a cell', NOT_IP, concat(OUT, [0, 0, 0, 0, 0, 0, 0, 0x10], ipv4())],
  ])('when ATM2 has %s then it is decoded accordingly', (_name, expected, bytes) => {
    expect(classOf(afterJuniperHeader(decodeJuniperAtm2), bytes)).toBe(expected);
  });

  test('when ATM1 has a cell then it is not IP', () => {
    const decoder = afterJuniperHeader(decodeJuniperAtm1);
    expect(classOf(decoder, concat(OUT, [0x80, 0, 1, 0], ipv4()))).toBe(NOT_IP);
    expect(classOf(decoder, concat(OUT, [0x00, 0, 1, 0], ipv4()))).toBe(SYN_ACK);
    expect(classOf(decoder, concat(OUT, [0x00, 0, 1, 0], ethernet()))).toBe(NOT_IP);
  });

  test.each([
    ['multilink PPP', decodeJuniperMlppp],
    ['multilink frame relay', decodeJuniperMlfr],
    ['multilink frame relay of an interface', decodeJuniperMfr],
  ])('when an adaptive services card has %s then its cookie names the protocol', (_name, card) => {
    const decoder = afterJuniperHeader(card);
    expect(classOf(decoder, concat(OUT, ADAPTIVE(0x00), ipv4()))).toBe(SYN_ACK);
    expect(classOf(decoder, concat(OUT, ADAPTIVE(0x00), ipv6()))).toBe(SYN_ACK);
    expect(classOf(decoder, concat(OUT, ADAPTIVE(0x00), ipv6({ version: 5 })))).toBe(MALFORMED);
    expect(classOf(decoder, concat(OUT, ADAPTIVE(0x10), ipv6()))).toBe(SYN_ACK);
    const label = [0x00, 0x01, 0x01, 0x40];
    expect(classOf(decoder, concat(OUT, ADAPTIVE(0x20), label, ipv4()))).toBe(SYN_ACK);
    expect(classOf(decoder, concat(OUT, ADAPTIVE(0x30), ipv4()))).toBe(NOT_IP);
  });

  test('when no control field comes before the NLPID then it is not IP', () => {
    const decoder = afterJuniperHeader(decodeJuniperMlfr);
    expect(classOf(decoder, concat(OUT, [0, 5, 0x03, 0xcc], ipv4()))).toBe(SYN_ACK);
    expect(classOf(decoder, concat(OUT, [0, 5, 0x04, 0xcc], ipv4()))).toBe(NOT_IP);
  });

  test('when a link of PPP has no cookie then none is skipped', () => {
    const decoder = afterJuniperHeader(decodeJuniperMlppp);
    expect(classOf(decoder, concat(OUT, ppp({ framed: false })))).toBe(SYN_ACK);
    expect(classOf(decoder, concat(OUT, ppp({ framed: false, protocol: 0x0057, payload: ipv6() })))).toBe(
      SYN_ACK,
    );
    expect(classOf(decoder, concat(OUT, [0, 5], ppp({})))).toBe(SYN_ACK);
    expect(classOf(decoder, concat(OUT, ppp({ protocol: 0xc021 })))).toBe(NOT_IP);
  });

  test('when the protocol of GGSN is neither IPv4 nor IPv6 then it is not IP', () => {
    const decoder = afterJuniperHeader(decodeJuniperGgsn);
    expect(classOf(decoder, concat(OUT, [0, 0, 6, 0, 0, 100, 0, 0], ipv6()))).toBe(SYN_ACK);
    expect(classOf(decoder, concat(OUT, [0, 0, 1, 0, 0, 100, 0, 0], ipv4()))).toBe(NOT_IP);
  });
});
