import { describe, expect, test } from 'vitest';
import { decodeIp } from '../../../src/decode/ip/ip.js';
import { MALFORMED, SYN_ACK } from '../../../src/decode/packet-class.js';
import { ipv4, ipv6 } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';

describe('decodeIp', () => {
  test('when the version is 4 or 6 then IP of that version is decoded', () => {
    const [found4, found6] = [
      { packetClass: SYN_ACK, family: 4, server: 12, client: 16, port: 443 },
      { packetClass: SYN_ACK, family: 6, server: 8, client: 24, port: 443 },
    ];
    expect(decode(decodeIp, ipv4())).toEqual(found4);
    expect(decode(decodeIp, ipv6())).toEqual(found6);
  });

  test('when the version is any other then it is malformed', () => {
    for (let version = 0; version < 16; version++) {
      if (version === 4 || version === 6) continue;
      expect(classOf(decodeIp, ipv4({ version }))).toBe(MALFORMED);
      expect(classOf(decodeIp, ipv6({ version }))).toBe(MALFORMED);
    }
  });

  test('when it is cut anywhere then it counts from the TCP flags on', () => {
    expectTruncation(decodeIp, ipv4(), 33);
    expectTruncation(decodeIp, ipv6(), 53);
  });
});
