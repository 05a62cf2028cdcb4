import { describe, expect, test } from 'vitest';
import { decodeLinuxCooked, decodeLinuxCookedV2 } from '../../../../src/decode/link/host/linux-cooked.js';
import type { Decoder } from '../../../../src/decode/packet.js';
import { NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { ETHER_TYPE, ipv4, ipv6, llc, sll, sll2, vlan } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

// biome-ignore format: a field a line
const HEADER_V1 = [
  0x00, 0x00, // packet type: to us
  0x00, 0x01, // ARPHRD_ETHER
  0x00, 0x06, // length of the sender's address
  0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, // sender's address, padded
  0x08, 0x00, // protocol IPv4
];

// biome-ignore format: a field a line
const HEADER_V2 = [
  0x08, 0x00, // protocol IPv4
  0x00, 0x00, // reserved
  0x00, 0x00, 0x00, 0x02, // interface index
  0x00, 0x01, // ARPHRD_ETHER
  0x00, // packet type: to us
  0x06, // length of the sender's address
  0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, // sender's address, padded
];

const VERSIONS: readonly [string, Decoder, typeof sll, readonly number[]][] = [
  ['version 1', decodeLinuxCooked, sll, HEADER_V1],
  ['version 2', decodeLinuxCookedV2, sll2, HEADER_V2],
];

describe.each(VERSIONS)('Linux cooked capture, %s', (_name, decoder, build, header) => {
  test('when it carries IPv4 then addresses and port are found', () => {
    const bytes = Uint8Array.from([...header, ...ipv4()]);
    const { length } = header;
    const found = { packetClass: SYN_ACK, family: 4, server: length + 12, client: length + 16, port: 443 };
    expect(decode(decoder, bytes)).toEqual(found);
    expectTruncation(decoder, bytes, length + 20 + 13);
  });

  test('when it carries IPv6, a VLAN tag or LLC then IP is found', () => {
    const overIpv6 = build({ protocol: ETHER_TYPE.ipv6, payload: ipv6() });
    expect(decode(decoder, overIpv6)).toMatchObject({ packetClass: SYN_ACK, family: 6 });
    expect(classOf(decoder, build({ protocol: ETHER_TYPE.vlan, payload: vlan({}) }))).toBe(SYN_ACK);
    expect(classOf(decoder, build({ protocol: 0x0004, payload: llc({}) }))).toBe(SYN_ACK);
  });

  test.each([
    ['ARP', ETHER_TYPE.arp],
    ['Novell 802.3', 0x0001],
    ['CAN', 0x000c],
    ['802.2 by a length', 1500],
    ['nothing', 0],
    ['Redback', 48],
  ])('when the protocol is %s then it is not IP', (_protocol, protocol) => {
    expect(classOf(decoder, build({ protocol, payload: llc({}) }))).toBe(NOT_IP);
    expect(classOf(decoder, build({ protocol }))).toBe(NOT_IP);
  });
});
