import { describe, expect, test } from 'vitest';
import { decodeRawIp } from '../../../../src/decode/link/host/raw-ip.js';
import { NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { ipv4, ipv6 } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

describe('decodeRawIp', () => {
  test('when the first four bits are 4 then it is IPv4', () => {
    expect(decode(decodeRawIp, ipv4())).toMatchObject({
      packetClass: SYN_ACK,
      family: 4,
      server: 12,
      client: 16,
    });
    expectTruncation(decodeRawIp, ipv4(), 20 + 13);
  });

  test('when the first four bits are 6 then it is IPv6', () => {
    expect(decode(decodeRawIp, ipv6())).toMatchObject({
      packetClass: SYN_ACK,
      family: 6,
      server: 8,
      client: 24,
    });
    expectTruncation(decodeRawIp, ipv6(), 40 + 13);
  });

  test('when the first four bits are anything else then it is not IP', () => {
    for (let version = 0; version < 16; version++) {
      if (version === 4 || version === 6) continue;
      expect(classOf(decodeRawIp, ipv4({ version }))).toBe(NOT_IP);
      expect(classOf(decodeRawIp, ipv6({ version }))).toBe(NOT_IP);
    }
  });
});
