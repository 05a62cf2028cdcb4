import { describe, expect, test } from 'vitest';
import { linkDecoder } from '../../../../src/decode/link/link-types.js';
import { decodeCiscoHdlc, decodeHdlc } from '../../../../src/decode/link/ppp/hdlc.js';
import { decodePppPppd } from '../../../../src/decode/link/ppp/ppp-pppd.js';
import type { Decoder } from '../../../../src/decode/packet.js';
import { NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { concat, ipv4, ipv6, ppp, vlan } from '../../../helpers/packets.js';
import { classOf, decode } from '../../decoding.js';

function decoderOf(linkType: number): Decoder {
  const decoder = linkDecoder(linkType);
  if (decoder === undefined) throw new Error(`no decoder for link type ${linkType}`);
  return decoder;
}

describe('decodeHdlc', () => {
  test.each([
    ['Cisco, unicast', 0x0f],
    ['Cisco, multicast', 0x8f],
  ])('when the address is %s then an EtherType follows', (_name, address) => {
    expect(classOf(decodeHdlc, concat([address, 0, 0x08, 0x00], ipv4()))).toBe(SYN_ACK);
    expect(classOf(decodeHdlc, concat([address, 0, 0x86, 0xdd], ipv6()))).toBe(SYN_ACK);
    expect(classOf(decodeHdlc, concat([address, 0, 0x81, 0x00], vlan({})))).toBe(SYN_ACK);
    expect(classOf(decodeHdlc, concat([address, 0, 0x00, 0x21], ipv4()))).toBe(NOT_IP);
  });

  test('when the address is that of PPP then a PPP protocol follows', () => {
    expect(classOf(decodeHdlc, ppp({}))).toBe(SYN_ACK);
    expect(classOf(decodeHdlc, ppp({ protocol: 0x0800 }))).toBe(SYN_ACK);
    expect(classOf(decodeHdlc, ppp({ protocol: 0x0806 }))).toBe(NOT_IP);
    expect(classOf(decodeHdlc, ppp({ protocol: 0xc021 }))).toBe(NOT_IP);
  });
});

describe('link types of PPP', () => {
  test.each([9, 50])(
    'when the first byte of %i is that of Cisco’s HDLC then an EtherType follows',
    (linkType) => {
      const decoder = decoderOf(linkType);
      for (const address of [0x0f, 0x8f]) {
        expect(classOf(decoder, concat([address, 0, 0x08, 0x00], ipv4()))).toBe(SYN_ACK);
        expect(classOf(decoder, concat([address, 0, 0x86, 0xdd], ipv6()))).toBe(SYN_ACK);
        expect(classOf(decoder, concat([address, 0, 0x80, 0x35], ipv4()))).toBe(NOT_IP);
      }
      expect(classOf(decoder, ppp({}))).toBe(SYN_ACK);
      expect(classOf(decoder, ppp({ framed: false, compressed: true }))).toBe(SYN_ACK);
    },
  );
});

describe('decodeCiscoHdlc', () => {
  test.each([
    ['keepalive', [0x80, 0x35]],
    ['CDP', [0x20, 0x00]],
    ['ARP', [0x08, 0x06]],
    ['OSI', [0xfe, 0xfe]],
    ['PPP’s IPv4', [0x00, 0x21]],
  ])('when the type is %s then it is not IP', (_name, type) => {
    expect(classOf(decodeCiscoHdlc, concat([0x0f, 0x00, ...type], ipv4()))).toBe(NOT_IP);
  });

  test('when the type names another IP version than the packet then the version decides', () => {
    expect(decode(decodeCiscoHdlc, concat([0x0f, 0x00, 0x08, 0x00], ipv6()))).toMatchObject({
      packetClass: SYN_ACK,
      family: 6,
    });
  });
});

describe('decodePppPppd', () => {
  test('when the first bytes are not a direction then they belong to PPP', () => {
    expect(classOf(decodePppPppd, ppp({}))).toBe(SYN_ACK);
    expect(classOf(decodePppPppd, ppp({ framed: false }))).toBe(SYN_ACK);
    expect(classOf(decodePppPppd, concat([0x02, 0x03, 0x00, 0x21], ipv4()))).toBe(NOT_IP);
  });
});
