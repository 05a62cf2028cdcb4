import { describe, expect, test } from 'vitest';
import { decodeAuthentication } from '../../../src/decode/ip/ah.js';
import { decodeIpv4 } from '../../../src/decode/ip/ipv4.js';
import { NO_LIMIT, Packet } from '../../../src/decode/packet.js';
import {
  MALFORMED,
  NOT_TCP,
  OTHER_TCP,
  type PacketClass,
  SYN_ACK,
} from '../../../src/decode/packet-class.js';
import { concat, FLAG, ipv4, tcp } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';

// biome-ignore format: a field a line
const HEADER = [
  0x06, // next header TCP
  0x04, // length: six words of four bytes, two of them not counted
  0x00, 0x00, // reserved
  0x00, 0x00, 0x01, 0x00, // security parameters index
  0x00, 0x00, 0x00, 0x01, // sequence number
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, // integrity check value
];

function transport(payload = tcp()): Uint8Array {
  return ipv4({ protocol: 51, payload: concat(HEADER, payload) });
}

function classOfOuter(bytes: Uint8Array): PacketClass {
  const packet = new Packet({ outerOnly: true });
  packet.point(new DataView(bytes.buffer), bytes.length);
  return decodeIpv4(packet, 0, NO_LIMIT);
}

describe('decodeAuthentication', () => {
  test('when TCP follows it then the addresses are those of the IP header before it', () => {
    const found = { packetClass: SYN_ACK, family: 4, server: 12, client: 16, port: 443 };
    expect(decode(decodeIpv4, transport())).toEqual(found);
    expectTruncation(decodeIpv4, transport(), 20 + 24 + 13);
    expect(classOf(decodeIpv4, transport(tcp({ flags: FLAG.ack })))).toBe(OTHER_TCP);
  });

  test('when only the outermost packet is wanted then TCP after it counts, but a packet inside it does not', () => {
    expect(classOfOuter(transport())).toBe(SYN_ACK);
    const tunnel = ipv4({ protocol: 51, payload: concat(HEADER.with(0, 4), ipv4()) });
    expect(classOf(decodeIpv4, tunnel)).toBe(SYN_ACK);
    expect(classOfOuter(tunnel)).toBe(NOT_TCP);
  });

  test('when an encrypted payload follows it then it is not TCP', () => {
    expect(classOf(decodeAuthentication, concat(HEADER.with(0, 50), tcp()))).toBe(NOT_TCP);
  });

  test('when its length is less than its fields need then it is malformed', () => {
    expect(classOf(decodeAuthentication, concat(HEADER.with(1, 0), tcp()))).toBe(MALFORMED);
    expect(classOf(decodeAuthentication, concat(HEADER.with(1, 255), tcp()), { limit: 44 })).toBe(MALFORMED);
  });

  test('when outer headers end inside it then they decide', () => {
    for (let limit = 0; limit < 44; limit++) {
      expect(classOf(decodeAuthentication, concat(HEADER, tcp()), { limit })).toBe(MALFORMED);
    }
  });

  test('when headers nest without end then it is malformed, and the stack holds', () => {
    const bytes = new Uint8Array(65_536);
    for (let at = 0; at < bytes.length; at += 12) bytes.set([51, 1], at);
    expect(classOf(decodeAuthentication, bytes)).toBe(MALFORMED);
  });
});
