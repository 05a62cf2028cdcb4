import { describe, expect, test } from 'vitest';
import { decodeCiscoHdlc, decodeHdlc } from '../../../../src/decode/link/ppp/hdlc.js';
import { decodePppPppd } from '../../../../src/decode/link/ppp/ppp-pppd.js';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { concat, ipv4, ipv6, ppp, vlan } from '../../../helpers/packets.js';
import { classOf } from '../../decoding.js';

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
    expect(classOf(decodeHdlc, ppp({ protocol: 0x0800 }))).toBe(NOT_IP);
    expect(classOf(decodeHdlc, ppp({ protocol: 0xc021 }))).toBe(NOT_IP);
  });
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

  test('when the type says another IP version than the packet then it is malformed', () => {
    expect(classOf(decodeCiscoHdlc, concat([0x0f, 0x00, 0x08, 0x00], ipv6()))).toBe(MALFORMED);
  });
});

describe('decodePppPppd', () => {
  test('when the first bytes are not a direction then they belong to PPP', () => {
    expect(classOf(decodePppPppd, ppp({}))).toBe(SYN_ACK);
    expect(classOf(decodePppPppd, ppp({ framed: false }))).toBe(SYN_ACK);
    expect(classOf(decodePppPppd, concat([0x02, 0x03, 0x00, 0x21], ipv4()))).toBe(NOT_IP);
  });
});
