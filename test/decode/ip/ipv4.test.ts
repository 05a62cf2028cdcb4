import { describe, expect, test } from 'vitest';
import { decodeIpv4 } from '../../../src/decode/ip/ipv4.js';
import {
  LATER_FRAGMENT,
  MALFORMED,
  NOT_TCP,
  OTHER_TCP,
  SYN_ACK,
  TRUNCATED,
} from '../../../src/decode/packet-class.js';
import { concat, FLAG, IP_PROTOCOL, ipv4, tcp } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';

const FLAGS_AT = 20 + 13;
const MORE_FRAGMENTS = 0b001;

// biome-ignore format: a field a line
const PACKET = Uint8Array.from([
  0x45, // version 4, header length 5 words
  0x00, // type of service
  0x00, 0x28, // total length 40
  0x00, 0x01, // identification
  0x40, 0x00, // don't fragment, fragment offset 0
  0x40, // time to live
  0x06, // protocol TCP
  0x00, 0x00, // header checksum
  0xc0, 0x00, 0x02, 0x01, // source 192.0.2.1
  0xc6, 0x33, 0x64, 0x02, // destination 198.51.100.2
  0x00, 0x16, // source port 22
  0xc3, 0x50, // destination port 50000
  0x00, 0x00, 0x00, 0x01, // sequence number
  0x00, 0x00, 0x00, 0x02, // acknowledgment number
  0x50, // data offset 5 words
  0x12, // flags ACK and SYN
  0xff, 0xff, // window
  0x00, 0x00, // checksum
  0x00, 0x00, // urgent pointer
]);

describe('decodeIpv4', () => {
  test('when it carries a SYN-ACK then the source is the server and the destination the client', () => {
    expect(decode(decodeIpv4, PACKET)).toEqual({
      packetClass: SYN_ACK,
      family: 4,
      server: 12,
      client: 16,
      port: 22,
    });
  });

  test('when it is cut anywhere then it counts from the TCP flags on', () => {
    expectTruncation(decodeIpv4, PACKET, FLAGS_AT);
  });

  test('when it has options then TCP is found after them', () => {
    for (let words = 1; words <= 10; words++) {
      const packet = ipv4({ options: Array<number>(words * 4).fill(1) });
      expect(decode(decodeIpv4, packet)).toMatchObject({
        packetClass: SYN_ACK,
        server: 12,
        client: 16,
        port: 443,
      });
      expectTruncation(decodeIpv4, packet, FLAGS_AT + words * 4);
    }
  });

  test('when the header length is below 5 then it is malformed', () => {
    for (let headerLength = 0; headerLength < 5; headerLength++) {
      expect(classOf(decodeIpv4, ipv4({ headerLength }))).toBe(MALFORMED);
    }
  });

  test('when the version is not 4 then it is malformed', () => {
    for (const version of [0, 1, 5, 6, 15]) {
      expect(classOf(decodeIpv4, ipv4({ version }))).toBe(MALFORMED);
    }
  });

  test('when the total length is less than the header then it is malformed', () => {
    for (let totalLength = 1; totalLength < 20; totalLength++) {
      expect(classOf(decodeIpv4, ipv4({ totalLength }))).toBe(MALFORMED);
    }
    const withOptions = ipv4({ options: [1, 1, 1, 1], totalLength: 23 });
    expect(classOf(decodeIpv4, withOptions)).toBe(MALFORMED);
    expect(classOf(decodeIpv4, ipv4({ protocol: IP_PROTOCOL.udp, totalLength: 19 }))).toBe(MALFORMED);
    expect(classOf(decodeIpv4, ipv4({ fragmentOffset: 1, totalLength: 19 }))).toBe(MALFORMED);
  });

  test('when the total length leaves less than a TCP header then it is malformed', () => {
    for (let totalLength = 20; totalLength < 40; totalLength++) {
      expect(classOf(decodeIpv4, ipv4({ totalLength }))).toBe(MALFORMED);
    }
    expect(classOf(decodeIpv4, ipv4({ totalLength: 40 }))).toBe(SYN_ACK);
  });

  test('when the total length is 0, as before segmentation by the network card, then it is as long as captured', () => {
    expect(classOf(decodeIpv4, ipv4({ totalLength: 0 }))).toBe(SYN_ACK);
    expectTruncation(decodeIpv4, ipv4({ totalLength: 0 }), FLAGS_AT);
  });

  test('when the total length is more than was captured then it still counts', () => {
    expect(classOf(decodeIpv4, ipv4({ totalLength: 65_535 }))).toBe(SYN_ACK);
  });

  test('when the padding after the packet looks like a SYN-ACK then it is not counted as one', () => {
    const empty = ipv4({ payload: new Uint8Array(0) });
    expect(classOf(decodeIpv4, concat(empty, tcp()))).toBe(MALFORMED);
    const short = ipv4({ payload: tcp().subarray(0, 8) });
    expect(classOf(decodeIpv4, concat(short, tcp().subarray(8)))).toBe(MALFORMED);
    const icmp = ipv4({ protocol: IP_PROTOCOL.icmp, payload: new Uint8Array(8) });
    expect(classOf(decodeIpv4, concat(icmp, ipv4()))).toBe(NOT_TCP);
  });

  test('when outer headers end before it does then they decide', () => {
    expect(classOf(decodeIpv4, PACKET, { limit: 39 })).toBe(MALFORMED);
    expect(classOf(decodeIpv4, PACKET, { limit: 40 })).toBe(SYN_ACK);
    expect(classOf(decodeIpv4, ipv4({ totalLength: 0 }), { limit: 39 })).toBe(MALFORMED);
  });

  test('when it is the first of several fragments then it has the TCP header', () => {
    expect(classOf(decodeIpv4, ipv4({ flags: MORE_FRAGMENTS }))).toBe(SYN_ACK);
  });

  test('when the fragment offset is not 0 then bytes that look like a TCP header are not read as one', () => {
    for (let bit = 0; bit < 13; bit++) {
      for (const flags of [0, MORE_FRAGMENTS]) {
        expect(classOf(decodeIpv4, ipv4({ fragmentOffset: 1 << bit, flags }))).toBe(LATER_FRAGMENT);
      }
    }
  });

  test('when don’t fragment and the reserved bit are set then they do not count as an offset', () => {
    for (const flags of [0b000, 0b010, 0b100, 0b110]) {
      expect(classOf(decodeIpv4, ipv4({ flags }))).toBe(SYN_ACK);
    }
  });

  test('when it carries another protocol then it is not TCP, however short', () => {
    for (const protocol of [IP_PROTOCOL.icmp, IP_PROTOCOL.udp, 0, 255]) {
      expect(classOf(decodeIpv4, ipv4({ protocol }))).toBe(NOT_TCP);
      expect(classOf(decodeIpv4, ipv4({ protocol, payload: new Uint8Array(0) }))).toBe(NOT_TCP);
    }
  });

  test('when it carries a TCP segment other than a SYN-ACK then it is other TCP', () => {
    expect(classOf(decodeIpv4, ipv4({ payload: tcp({ flags: FLAG.ack | FLAG.psh }) }))).toBe(OTHER_TCP);
  });

  test('when its options run past the captured bytes then it is truncated', () => {
    expect(classOf(decodeIpv4, ipv4({ headerLength: 15, totalLength: 80 }))).toBe(TRUNCATED);
  });
});
