import { describe, expect, test } from 'vitest';
import { decodeIpv6 } from '../../../src/decode/ip/ipv6.js';
import { LATER_FRAGMENT, MALFORMED, NOT_TCP, SYN_ACK, TRUNCATED } from '../../../src/decode/packet-class.js';
import { concat, EXTENSION, extension, fragment, IP_PROTOCOL, ipv6, tcp } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';

const FLAGS_AT = 40 + 13;

// biome-ignore format: a field a line
const PACKET = Uint8Array.from([
  0x60, 0x00, 0x00, 0x00, // version 6, traffic class, flow label
  0x00, 0x14, // payload length 20
  0x06, // next header TCP
  0x40, // hop limit
  0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, // source 2001:db8::1
  0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, // destination 2001:db8::2
  0x1f, 0x90, // source port 8080
  0xc3, 0x50, // destination port 50000
  0x00, 0x00, 0x00, 0x01, // sequence number
  0x00, 0x00, 0x00, 0x02, // acknowledgment number
  0x50, // data offset 5 words
  0x12, // flags ACK and SYN
  0xff, 0xff, // window
  0x00, 0x00, // checksum
  0x00, 0x00, // urgent pointer
]);

/** Extension headers whose length is in units of eight bytes. */
const COMMON_EXTENSIONS = [
  EXTENSION.hopByHop,
  EXTENSION.routing,
  EXTENSION.destinationOptions,
  EXTENSION.mobility,
  EXTENSION.hostIdentity,
  EXTENSION.shim6,
];

describe('decodeIpv6', () => {
  test('when it carries a SYN-ACK then the source is the server and the destination the client', () => {
    expect(decode(decodeIpv6, PACKET)).toEqual({
      packetClass: SYN_ACK,
      family: 6,
      server: 8,
      client: 24,
      port: 8080,
    });
  });

  test('when it is cut anywhere then it counts from the TCP flags on', () => {
    expectTruncation(decodeIpv6, PACKET, FLAGS_AT);
  });

  test('when the version is not 6 then it is malformed', () => {
    for (const version of [0, 4, 5, 7, 15]) expect(classOf(decodeIpv6, ipv6({ version }))).toBe(MALFORMED);
  });

  test('when traffic class and flow label are set then they do not matter', () => {
    const packet = PACKET.slice();
    packet.set([0x6f, 0xff, 0xff, 0xff]);
    expect(classOf(decodeIpv6, packet)).toBe(SYN_ACK);
  });

  test('when the payload length leaves less than a TCP header then it is malformed', () => {
    for (let payloadLength = 1; payloadLength < 20; payloadLength++) {
      expect(classOf(decodeIpv6, ipv6({ payloadLength }))).toBe(MALFORMED);
    }
  });

  test('when the payload length is 0, as in a jumbogram, then it is as long as captured', () => {
    expectTruncation(decodeIpv6, ipv6({ payloadLength: 0 }), FLAGS_AT);
  });

  test('when the padding after the packet looks like a SYN-ACK then it is not counted as one', () => {
    const short = ipv6({ payload: tcp().subarray(0, 8) });
    expect(classOf(decodeIpv6, concat(short, tcp().subarray(8)))).toBe(MALFORMED);
    const none = ipv6({ nextHeader: EXTENSION.noNextHeader, payload: new Uint8Array(8) });
    expect(classOf(decodeIpv6, concat(none, tcp()))).toBe(NOT_TCP);
    const hidden = extension({ length: 1, size: 16, payload: new Uint8Array(0) });
    const packet = ipv6({ nextHeader: EXTENSION.hopByHop, payload: hidden });
    expect(classOf(decodeIpv6, concat(packet, tcp()))).toBe(MALFORMED);
  });

  test('when outer headers end before it does then they decide', () => {
    expect(classOf(decodeIpv6, PACKET, { limit: 59 })).toBe(MALFORMED);
    expect(classOf(decodeIpv6, PACKET, { limit: 60 })).toBe(SYN_ACK);
  });

  test('when it carries another protocol then it is not TCP', () => {
    for (const nextHeader of [IP_PROTOCOL.udp, IP_PROTOCOL.icmpv6, EXTENSION.noNextHeader, 50, 255]) {
      expect(classOf(decodeIpv6, ipv6({ nextHeader }))).toBe(NOT_TCP);
    }
  });
});

describe('decodeIpv6 with extension headers', () => {
  test.each(COMMON_EXTENSIONS)('when header %i comes between then TCP is found after it', (nextHeader) => {
    for (const length of [0, 1, 2, 31]) {
      const size = 8 + length * 8;
      const packet = ipv6({ nextHeader, payload: extension({ length, size }) });
      expect(decode(decodeIpv6, packet)).toMatchObject({
        packetClass: SYN_ACK,
        server: 8,
        client: 24,
        port: 443,
      });
      expectTruncation(decodeIpv6, packet, FLAGS_AT + size);
    }
  });

  test('when the authentication header comes between then its length is in words, less two', () => {
    for (const length of [0, 1, 4, 5]) {
      const size = (length + 2) * 4;
      const packet = ipv6({ nextHeader: EXTENSION.authentication, payload: extension({ length, size }) });
      expectTruncation(decodeIpv6, packet, FLAGS_AT + size);
    }
  });

  test('when several come between then TCP is found after the last', () => {
    const last = fragment({});
    const second = extension({ nextHeader: EXTENSION.fragment, length: 1, size: 16, payload: last });
    const packet = ipv6({
      nextHeader: EXTENSION.hopByHop,
      payload: extension({ nextHeader: EXTENSION.destinationOptions, payload: second }),
    });
    expectTruncation(decodeIpv6, packet, FLAGS_AT + 8 + 16 + 8);
  });

  test('when it is a first or an atomic fragment then it has the TCP header', () => {
    for (const more of [false, true]) {
      const packet = ipv6({ nextHeader: EXTENSION.fragment, payload: fragment({ more }) });
      expect(classOf(decodeIpv6, packet)).toBe(SYN_ACK);
    }
  });

  test('when a fragment header has the byte set that is the length in other headers then it is not a length', () => {
    const payload = fragment({});
    payload[1] = 0xff;
    expect(classOf(decodeIpv6, ipv6({ nextHeader: EXTENSION.fragment, payload }))).toBe(SYN_ACK);
  });

  test('when the fragment offset is not 0 then bytes that look like a TCP header are not read as one', () => {
    for (let bit = 0; bit < 13; bit++) {
      for (const more of [false, true]) {
        const payload = fragment({ offset: 1 << bit, more });
        expect(classOf(decodeIpv6, ipv6({ nextHeader: EXTENSION.fragment, payload }))).toBe(LATER_FRAGMENT);
      }
    }
  });

  test('when the reserved bits next to the fragment offset are set then they do not count as an offset', () => {
    const payload = fragment({});
    payload[3] = 0b110;
    expect(classOf(decodeIpv6, ipv6({ nextHeader: EXTENSION.fragment, payload }))).toBe(SYN_ACK);
  });

  test('when a header is longer than the packet then it is malformed', () => {
    const packet = ipv6({ nextHeader: EXTENSION.routing, payload: extension({ length: 255 }) });
    expect(classOf(decodeIpv6, packet)).toBe(MALFORMED);
  });

  test('when a header is longer than a packet of unknown length then it is truncated', () => {
    const payload = extension({ length: 255 });
    const packet = ipv6({ nextHeader: EXTENSION.routing, payloadLength: 0, payload });
    expect(classOf(decodeIpv6, packet)).toBe(TRUNCATED);
  });

  test('when a header begins less than 8 bytes before the end of the packet then it is malformed', () => {
    for (let size = 1; size < 8; size++) {
      const packet = ipv6({ nextHeader: EXTENSION.hopByHop, payload: tcp().subarray(0, size) });
      expect(classOf(decodeIpv6, packet)).toBe(MALFORMED);
    }
  });

  test('when a chain has more headers than a genuine packet then it is malformed, and decoding ends', () => {
    for (const [headers, expected] of [
      [8, SYN_ACK],
      [40, MALFORMED],
      [8000, MALFORMED],
    ] as const) {
      const last = extension({});
      const chain = concat(new Uint8Array((headers - 1) * 8), last);
      for (let at = 0; at < chain.length - last.length; at += 8) chain[at] = EXTENSION.destinationOptions;
      const packet = ipv6({ nextHeader: EXTENSION.destinationOptions, payload: chain });
      expect(classOf(decodeIpv6, packet)).toBe(expected);
    }
  });

  test('when a chain has only headers of the greatest length then decoding ends', () => {
    const payload = new Uint8Array(65_535).fill(0xff);
    for (let at = 0; at < payload.length; at += 2048) payload[at] = EXTENSION.hopByHop;
    expect(classOf(decodeIpv6, ipv6({ nextHeader: EXTENSION.hopByHop, payload }))).toBe(MALFORMED);
  });
});
