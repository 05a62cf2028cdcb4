import { describe, expect, test } from 'vitest';
import { decodeIpProtocol } from '../../../src/decode/ip/ip-protocols.js';
import { NO_LIMIT, Packet } from '../../../src/decode/packet.js';
import {
  MALFORMED,
  NOT_TCP,
  OTHER_TCP,
  type PacketClass,
  SYN_ACK,
} from '../../../src/decode/packet-class.js';
import { concat, ETHER_TYPE, ethernet, FLAG, ipv4, ipv6, tcp, u16, u32, udp } from '../../helpers/packets.js';
import { nameOf } from '../decoding.js';
import { authentication, label, PORT, vxlan } from '../tunnel/tunnels.js';

function classOf(protocol: number, bytes: Uint8Array, { outerOnly = false } = {}): PacketClass {
  const packet = new Packet({ outerOnly });
  packet.point(new DataView(bytes.buffer), bytes.length);
  return decodeIpProtocol(packet, protocol, 0, NO_LIMIT);
}

const arp = ethernet({ type: ETHER_TYPE.arp, payload: new Uint8Array(46) });

/** Name and number of a protocol, a payload with a SYN-ACK, and one with something other than IP. */
const TUNNELS: readonly [name: string, protocol: number, good: Uint8Array, other: Uint8Array | undefined][] =
  [
    ['IP in IP', 4, ipv4(), undefined],
    ['UDP', 17, udp({ destinationPort: PORT.vxlan, payload: vxlan({}) }), udp({ payload: arp })],
    ['6in4', 41, ipv6(), undefined],
    ['GRE', 47, concat([0, 0], u16(0x0800), ipv4()), concat([0, 0], u16(0x0806), arp)],
    ['EtherIP', 97, concat([0x30, 0x00], ethernet()), concat([0x30, 0x00], arp)],
    ['L2TPv3', 115, concat(u32(7), ethernet()), concat(u32(7), arp)],
    ['MPLS', 137, concat(label(100), ipv4()), concat(label(100), [0x10], arp)],
    ['Ethernet', 143, ethernet(), arp],
  ];

describe('decodeIpProtocol', () => {
  test.each(TUNNELS)(
    'when it is %s, %i, then it is entered, unless only the outermost packet is wanted',
    (_name, protocol, good) => {
      expect(nameOf(classOf(protocol, good))).toBe('SYN_ACK');
      expect(nameOf(classOf(protocol, good, { outerOnly: true }))).toBe('NOT_TCP');
    },
  );

  test.each(TUNNELS)(
    'when %s, %i, does not carry IP then it is still IP, but not TCP',
    (_name, protocol, _good, other) => {
      if (other !== undefined) expect(nameOf(classOf(protocol, other))).toBe('NOT_TCP');
    },
  );

  test('when the packet inside a tunnel contradicts itself then it is malformed', () => {
    expect(classOf(4, ipv4({ version: 5 }))).toBe(MALFORMED);
    expect(classOf(41, ipv6({ version: 7 }))).toBe(MALFORMED);
  });

  test('when the protocol names another IP version than the packet then the version decides', () => {
    expect(classOf(4, ipv6())).toBe(SYN_ACK);
    expect(classOf(41, ipv4())).toBe(SYN_ACK);
  });

  test('when it is TCP then it does not matter which packet is wanted', () => {
    for (const outerOnly of [false, true]) {
      expect(classOf(6, tcp(), { outerOnly })).toBe(SYN_ACK);
      expect(classOf(6, tcp({ flags: FLAG.syn }), { outerOnly })).toBe(OTHER_TCP);
      expect(classOf(51, authentication(6, tcp()), { outerOnly })).toBe(SYN_ACK);
    }
  });

  test('when it is a protocol that does not carry packets, or is encrypted, then it is not TCP', () => {
    for (const protocol of [0, 1, 2, 50, 58, 88, 89, 103, 108, 132, 136, 253, 255]) {
      for (const payload of [ipv4(), ipv6(), ethernet(), tcp()]) {
        expect(classOf(protocol, payload)).toBe(NOT_TCP);
      }
    }
  });
});
