import { describe, expect, test } from 'vitest';
import { MALFORMED, NOT_IP, SYN_ACK, TRUNCATED } from '../../../src/decode/packet-class.js';
import { decodeMpls } from '../../../src/decode/tunnel/mpls.js';
import { concat, ETHER_TYPE, ethernet, ipv4, ipv6, llc, tcp, vlan } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';
import { label } from './tunnels.js';

// biome-ignore format: a field a line
const STACK = [
  0x00, 0x06, 0x40, 0x40, // label 100, traffic class 0, not the bottom, time to live 64
  0x00, 0x0c, 0x81, 0x40, // label 200, traffic class 0, bottom of stack, time to live 64
];

/** A frame whose destination begins with these bytes. */
function frameTo(...start: number[]): Uint8Array {
  return concat(start, ethernet().subarray(start.length));
}

describe('decodeMpls', () => {
  test('when IPv4 follows the last label then addresses and port are found', () => {
    const bytes = concat(STACK, ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 8 + 12, client: 8 + 16, port: 443 };
    expect(decode(decodeMpls, bytes)).toEqual(found);
    expectTruncation(decodeMpls, bytes, 8 + 20 + 13);
  });

  test('when IPv6 follows the last label then addresses and port are found', () => {
    const bytes = concat(STACK, ipv6());
    const found = { packetClass: SYN_ACK, family: 6, server: 8 + 8, client: 8 + 24, port: 443 };
    expect(decode(decodeMpls, bytes)).toEqual(found);
    expectTruncation(decodeMpls, bytes, 8 + 40 + 13);
  });

  test('when the label is an explicit null then its IP version follows', () => {
    expect(classOf(decodeMpls, concat(label(0), ipv4()))).toBe(SYN_ACK);
    expect(classOf(decodeMpls, concat(label(2), ipv6()))).toBe(SYN_ACK);
  });

  test('when the label is that of the generic associated channel then its payload is not IP', () => {
    expect(classOf(decodeMpls, concat(label(13), ipv4()))).toBe(NOT_IP);
    expect(classOf(decodeMpls, concat(label(100, { isBottom: false }), label(13), ipv4()))).toBe(NOT_IP);
  });

  test('when labels only steer then they are skipped, and the payload of the last one counts', () => {
    const above = (value: number): number[] => label(value, { isBottom: false });
    const stack = concat(above(1), above(16_000), above(7), label(0xf_ffff));
    expect(classOf(decodeMpls, concat(stack, ipv4()))).toBe(SYN_ACK);
  });

  test('when a control word comes before a frame then the frame is found after it', () => {
    for (const sequence of [0, 1, 0xffff]) {
      const bytes = concat(label(100), [0x00, 0x00, sequence >>> 8, sequence & 0xff], ethernet());
      expect(decode(decodeMpls, bytes)).toMatchObject({ packetClass: SYN_ACK, server: 8 + 14 + 12 });
      expectTruncation(decodeMpls, bytes, 8 + 14 + 20 + 13);
    }
    const payload = llc({});
    const frame = ethernet({ type: payload.length, payload });
    expect(classOf(decodeMpls, concat(label(100), [0, 0, 0, 9], frame))).toBe(SYN_ACK);
  });

  test.each([0x00, 0x14, 0x2c, 0x40, 0x45, 0x48, 0x60, 0x6c, 0x84, 0xf0])(
    'when a frame to an address that begins with %i has no control word then it is found',
    (first) => {
      const bytes = concat(label(100), frameTo(first));
      expect(decode(decodeMpls, bytes)).toMatchObject({ packetClass: SYN_ACK, server: 4 + 14 + 12 });
      const tagged = ethernet({
        type: ETHER_TYPE.vlan,
        payload: vlan({ type: ETHER_TYPE.vlan, payload: vlan({}) }),
      });
      expect(classOf(decodeMpls, concat(label(100), [first], tagged.subarray(1)))).toBe(SYN_ACK);
    },
  );

  test.each([
    ['IPv4', ipv4({ source: '8.0.69.1', payload: tcp({ payload: new Uint8Array(20) }) })],
    ['IPv4 with options', ipv4({ source: '8.0.69.1', options: [1, 1, 1, 0] })],
    ['IPv6', ipv6({ source: '2001:db8:800:4512::1' })],
    ['IPv6 that looks like IPv6', ipv6({ source: '2001:db8:86dd:6012::1' })],
  ])('when the source of %s looks like the type of a frame then the length decides', (_what, packet) => {
    for (const after of [0, 4]) {
      const bytes = concat(label(100), packet, new Uint8Array(after));
      expect(decode(decodeMpls, bytes)).toMatchObject({
        packetClass: SYN_ACK,
        server: packet[0] === 0x60 ? 4 + 8 : 4 + 12,
      });
    }
    expect(classOf(decodeMpls, concat(label(100), packet, new Uint8Array(20)))).not.toBe(SYN_ACK);
  });

  test('when the source of a short packet looks like the type of a frame then it may be padded', () => {
    const packet = ipv4({ source: '8.0.69.1' });
    for (let padding = 0; padding <= 10; padding++) {
      expect(classOf(decodeMpls, concat(label(100), packet, new Uint8Array(padding)))).toBe(SYN_ACK);
    }
  });

  test('when addresses of a frame look like the type of another then the control word is still recognised', () => {
    const frame = ethernet();
    frame.set([0x08, 0x00, 0x45], 8);
    expect(decode(decodeMpls, concat(label(100), [0, 0, 0, 1], frame))).toMatchObject({
      packetClass: SYN_ACK,
      server: 8 + 14 + 12,
    });
  });

  test('when the payload of the last label is unknown then it is not IP', () => {
    for (const first of [0x10, 0x20, 0x50, 0x70, 0xf0]) {
      expect(classOf(decodeMpls, concat(label(100), [first], new Uint8Array(60)))).toBe(NOT_IP);
    }
    expect(classOf(decodeMpls, concat(label(100), new Uint8Array(60)))).toBe(NOT_IP);
  });

  test('when there is no last label then it is malformed if it ends, and truncated if it is cut', () => {
    const bytes = concat(label(100, { isBottom: false }), label(200, { isBottom: false }));
    expect(classOf(decodeMpls, bytes, { limit: 8 })).toBe(MALFORMED);
    expect(classOf(decodeMpls, bytes)).toBe(TRUNCATED);
  });

  test('when labels go on without end then it is malformed, and the stack holds', () => {
    expect(classOf(decodeMpls, new Uint8Array(65_536))).toBe(MALFORMED);
  });

  test('when outer headers end inside the packet then they decide', () => {
    const bytes = concat(STACK, ipv4());
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeMpls, bytes, { limit })).toBe(MALFORMED);
    }
  });
});
