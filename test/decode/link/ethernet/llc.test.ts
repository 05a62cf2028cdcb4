import { describe, expect, test } from 'vitest';
import { decodeLlc } from '../../../../src/decode/link/ethernet/llc.js';
import { MALFORMED, NOT_IP, SYN_ACK, TRUNCATED } from '../../../../src/decode/packet-class.js';
import { ETHER_TYPE, ipv4, ipv6, llc, snap, vlan } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

// biome-ignore format: a field a line
const LLC_SNAP = [
  0xaa, // destination access point SNAP
  0xaa, // source access point SNAP
  0x03, // unnumbered information
  0x00, 0x00, 0x00, // organisation: what follows is an EtherType
  0x08, 0x00, // IPv4
];

describe('decodeLlc', () => {
  test('when SNAP carries IPv4 then addresses and port are found', () => {
    const bytes = Uint8Array.from([...LLC_SNAP, ...ipv4()]);
    const found = { packetClass: SYN_ACK, family: 4, server: 8 + 12, client: 8 + 16, port: 443 };
    expect(decode(decodeLlc, bytes)).toEqual(found);
    expectTruncation(decodeLlc, bytes, 8 + 20 + 13);
  });

  test('when SNAP carries IPv6 or a VLAN tag then IP is found', () => {
    const overIpv6 = llc({ payload: snap({ type: ETHER_TYPE.ipv6, payload: ipv6() }) });
    expect(decode(decodeLlc, overIpv6)).toMatchObject({
      packetClass: SYN_ACK,
      family: 6,
      server: 16,
      client: 32,
    });
    const tagged = llc({ payload: snap({ type: ETHER_TYPE.vlan, payload: vlan({}) }) });
    expect(classOf(decodeLlc, tagged)).toBe(SYN_ACK);
  });

  test.each<[string, [number, number, number], typeof SYN_ACK | typeof NOT_IP]>([
    ['00-00-00, encapsulated Ethernet', [0, 0, 0], SYN_ACK],
    ['00-00-F8, Cisco', [0, 0, 0xf8], SYN_ACK],
    ['00-00-0C, Cisco’s own protocols', [0, 0, 0x0c], NOT_IP],
    ['08-00-07, AppleTalk', [0x08, 0, 0x07], NOT_IP],
    ['00-80-C2, bridged frames', [0, 0x80, 0xc2], NOT_IP],
    ['01-00-00', [1, 0, 0], NOT_IP],
    ['03-00-00, as if with the control field', [3, 0, 0], NOT_IP],
  ])('when the organisation is %s then its type is read accordingly', (_name, oui, expected) => {
    expect(classOf(decodeLlc, llc({ payload: snap({ oui }) }))).toBe(expected);
  });

  test('when both access points are IP then IPv4 follows directly', () => {
    const bytes = llc({ dsap: 0x06, ssap: 0x06, payload: ipv4() });
    expect(decode(decodeLlc, bytes)).toMatchObject({ packetClass: SYN_ACK, server: 3 + 12, client: 3 + 16 });
    expectTruncation(decodeLlc, bytes, 3 + 20 + 13);
  });

  test.each([
    ['spanning tree', 0x42, 0x42, 0x03],
    ['NetBIOS', 0xf0, 0xf0, 0x03],
    ['IPX', 0xe0, 0xe0, 0x03],
    ['raw 802.3', 0xff, 0xff, 0x03],
    ['SNAP on one side', 0xaa, 0x06, 0x03],
    ['IP on one side', 0x06, 0xaa, 0x03],
    ['SNAP in a numbered frame', 0xaa, 0xaa, 0x00],
    ['IP in a test frame', 0x06, 0x06, 0xe3],
  ])('when it is %s then it is not IP', (_name, dsap, ssap, control) => {
    expect(classOf(decodeLlc, llc({ dsap, ssap, control }))).toBe(NOT_IP);
    // The header alone decides.
    expect(classOf(decodeLlc, llc({ dsap, ssap, control }), { captured: 3 })).toBe(NOT_IP);
    expect(classOf(decodeLlc, llc({ dsap, ssap, control }), { captured: 2 })).toBe(TRUNCATED);
  });

  test('when SNAP carries ARP then it is not IP', () => {
    expect(classOf(decodeLlc, llc({ payload: snap({ type: ETHER_TYPE.arp }) }))).toBe(NOT_IP);
  });

  test('when the length of the frame ends inside the TCP header then it is malformed', () => {
    const bytes = llc({});
    expect(classOf(decodeLlc, bytes, { limit: bytes.length })).toBe(SYN_ACK);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decodeLlc, bytes, { limit })).toBe(MALFORMED);
    }
  });
});
