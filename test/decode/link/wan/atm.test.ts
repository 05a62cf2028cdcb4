import { describe, expect, test } from 'vitest';
import { decodeAtmClip, decodeAtmLlc, decodeSunAtm } from '../../../../src/decode/link/wan/atm.js';
import { MALFORMED, NOT_IP, type PacketClass, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { concat, ethernet, ipv4, ipv6, llc } from '../../../helpers/packets.js';
import { classOf } from '../../decoding.js';

describe('IP on ATM', () => {
  test('when LLC has an NLPID then that decides', () => {
    const by = (identifier: number, payload: Uint8Array): Uint8Array =>
      llc({ dsap: 0xfe, ssap: 0xfe, payload: concat([identifier], payload) });
    expect(classOf(decodeAtmLlc, by(0xcc, ipv4()))).toBe(SYN_ACK);
    expect(classOf(decodeAtmLlc, by(0x8e, ipv6()))).toBe(SYN_ACK);
    expect(classOf(decodeAtmLlc, by(0xcf, concat([0x00, 0x21], ipv4())))).toBe(SYN_ACK);
    expect(classOf(decodeAtmLlc, by(0x83, ipv4()))).toBe(NOT_IP);
    expect(classOf(decodeAtmLlc, by(0xcc, ipv6()))).toBe(SYN_ACK);
    expect(classOf(decodeAtmLlc, by(0xcc, ipv6({ version: 5 })))).toBe(MALFORMED);
  });

  test('when it is bare IP then only classical IP decodes it', () => {
    expect(classOf(decodeAtmClip, ipv4())).toBe(SYN_ACK);
    expect(classOf(decodeAtmClip, ipv6())).toBe(SYN_ACK);
    expect(classOf(decodeAtmClip, llc({}))).toBe(SYN_ACK);
    expect(classOf(decodeAtmLlc, ipv4())).toBe(NOT_IP);
  });

  test.each<[string, number, Uint8Array, PacketClass]>([
    ['LLC', 0x02, llc({}), SYN_ACK],
    ['LLC, received', 0x82, llc({}), SYN_ACK],
    ['LAN emulation', 0x01, concat([0x00, 0x01], ethernet()), SYN_ACK],
    ['control of LAN emulation', 0x01, concat([0xff, 0x00], ethernet()), NOT_IP],
    ['raw', 0x00, ipv4(), NOT_IP],
    ['signalling', 0x06, llc({}), NOT_IP],
  ])('when SunATM says that it is %s then it is decoded accordingly', (_name, type, payload, expected) => {
    expect(classOf(decodeSunAtm, concat([type, 0, 0, 100], payload))).toBe(expected);
  });
});
