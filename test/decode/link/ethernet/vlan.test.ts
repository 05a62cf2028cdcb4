import { describe, expect, test } from 'vitest';
import { decodeEthernet } from '../../../../src/decode/link/ethernet/ethernet.js';
import { decodeVlan } from '../../../../src/decode/link/ethernet/vlan.js';
import { MALFORMED, NOT_IP, SYN_ACK, TRUNCATED } from '../../../../src/decode/packet-class.js';
import { ETHER_TYPE, ethernet, ipv4, ipv6, llc, vlan } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

// biome-ignore format: a field a line
const TAG = [
  0x20, 0x64, // priority 1, VLAN 100
  0x08, 0x00, // type IPv4
];

/** A frame with a number of tags, all of one type. */
function stacked(tags: number, type: number): Uint8Array {
  let payload = ipv4();
  for (let tag = 0; tag < tags; tag++) {
    payload = vlan({ type: tag === 0 ? ETHER_TYPE.ipv4 : type, payload });
  }
  return ethernet({ type, payload });
}

describe('decodeVlan', () => {
  test('when it tags IPv4 then addresses and port are found', () => {
    const bytes = Uint8Array.from([...TAG, ...ipv4()]);
    const found = { packetClass: SYN_ACK, family: 4, server: 4 + 12, client: 4 + 16, port: 443 };
    expect(decode(decodeVlan, bytes)).toEqual(found);
    expectTruncation(decodeVlan, bytes, 4 + 20 + 13);
  });

  test('when it tags IPv6 then addresses and port are found', () => {
    const bytes = vlan({ type: ETHER_TYPE.ipv6, payload: ipv6() });
    const found = { packetClass: SYN_ACK, family: 6, server: 4 + 8, client: 4 + 24, port: 443 };
    expect(decode(decodeVlan, bytes)).toEqual(found);
  });

  test('when it tags an 802.3 frame then LLC follows', () => {
    const payload = llc({});
    expect(classOf(decodeVlan, vlan({ type: payload.length, payload }))).toBe(SYN_ACK);
    expect(classOf(decodeVlan, vlan({ type: payload.length - 1, payload }))).toBe(MALFORMED);
  });

  test('when it tags something else then it is not IP', () => {
    expect(classOf(decodeVlan, vlan({ type: ETHER_TYPE.arp }))).toBe(NOT_IP);
  });

  test('when the tag control has any value then it does not matter', () => {
    for (const id of [0, 0x0fff, 0xffff]) expect(classOf(decodeVlan, vlan({ id }))).toBe(SYN_ACK);
  });
});

describe('decodeEthernet with VLAN tags', () => {
  test.each([0x8100, 0x88a8, 0x9100, 0x9200])(
    'when tags of type %i are stacked then IP is found after them',
    (type) => {
      for (const tags of [1, 2, 3, 8]) {
        const frame = stacked(tags, type);
        expect(classOf(decodeEthernet, frame)).toBe(SYN_ACK);
        expectTruncation(decodeEthernet, frame, 14 + tags * 4 + 20 + 13);
      }
    },
  );

  test('when a service tag comes before a customer tag then IP is found after both', () => {
    const payload = vlan({ type: ETHER_TYPE.vlan, payload: vlan({}) });
    expect(classOf(decodeEthernet, ethernet({ type: ETHER_TYPE.serviceVlan, payload }))).toBe(SYN_ACK);
  });

  test('when 40 tags are stacked then it is malformed', () => {
    expect(classOf(decodeEthernet, stacked(40, ETHER_TYPE.vlan))).toBe(MALFORMED);
  });

  test('when tags fill a whole window then it is malformed, and the stack holds', () => {
    const frame = new Uint8Array(262_144);
    for (let at = 12; at < frame.length; at += 4) frame.set([0x81, 0x00], at);
    expect(classOf(decodeEthernet, frame)).toBe(MALFORMED);
  });

  test('when the capture ends in a stack of tags then it is truncated', () => {
    const frame = stacked(3, ETHER_TYPE.vlan);
    for (let captured = 14; captured < 14 + 12; captured++) {
      expect(classOf(decodeEthernet, frame, { captured })).toBe(TRUNCATED);
    }
  });
});
