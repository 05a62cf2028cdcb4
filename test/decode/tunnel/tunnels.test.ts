// Behaviour that all tunnels share, whatever their headers.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEthernet } from '../../../src/decode/link/ethernet/ethernet.js';
import { NO_LIMIT, Packet } from '../../../src/decode/packet.js';
import {
  MALFORMED,
  NOT_IP,
  NOT_TCP,
  OTHER_TCP,
  PACKET_CLASSES,
  type PacketClass,
  SYN_ACK,
} from '../../../src/decode/packet-class.js';
import { concat, ETHER_TYPE, ethernet, FLAG, IP_PROTOCOL, ipv4, ipv6, tcp } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation, nameOf } from '../decoding.js';
import { inIpv4, inIpv6, innerOf, TUNNELS, type Tunnel } from './tunnels.js';

const ETHERNET_LENGTH = 14;
const MAX_IP_LENGTH = 65_535;

/** A packet of an IP version with a payload. */
function packetOf(family: 4 | 6, protocol: number, payload: Uint8Array): Uint8Array {
  return family === 4 ? ipv4({ protocol, payload }) : ipv6({ nextHeader: protocol, payload });
}

function outerClassOf(frame: Uint8Array): PacketClass {
  const packet = new Packet({ outerOnly: true });
  packet.point(new DataView(frame.buffer, frame.byteOffset, frame.byteLength), frame.length);
  return decodeEthernet(packet, 0, NO_LIMIT);
}

/** Turns a frame into a packet of the IP version that the tunnel carries. */
function asPacket({ family, isBelowIp }: Tunnel, frame: Uint8Array): Uint8Array {
  const isIpv4 = frame[ETHERNET_LENGTH - 2] === 0x08;
  if (isBelowIp) {
    const gre = concat([0x00, 0x00, 0x65, 0x58], frame);
    return packetOf(family, 47, gre);
  }
  const packet = frame.subarray(ETHERNET_LENGTH);
  if (family === 4) return isIpv4 ? packet : inIpv4(41, packet).subarray(ETHERNET_LENGTH);
  return isIpv4 ? inIpv6(4, packet).subarray(ETHERNET_LENGTH) : packet;
}

function nest(tunnel: Tunnel, levels: number): Uint8Array {
  let frame = tunnel.wrap(innerOf(tunnel));
  for (let level = 1; level < levels; level++) {
    const wrapped = tunnel.wrap(asPacket(tunnel, frame));
    if (wrapped.length > MAX_IP_LENGTH) break;
    frame = wrapped;
  }
  return frame;
}

describe.each(TUNNELS)('$name', (tunnel) => {
  const { family, wrap, isBelowIp = false, hasLength = !isBelowIp, trailerLength = 0 } = tunnel;
  const inner = innerOf(tunnel);
  const frame = wrap(inner);
  const innerAt = frame.length - trailerLength - inner.length;

  test('when it carries a SYN-ACK then the innermost addresses and port are found', () => {
    const addresses = family === 4 ? { server: 12, client: 16 } : { server: 8, client: 24 };
    expect(decode(decodeEthernet, frame)).toEqual({
      packetClass: SYN_ACK,
      family,
      server: innerAt + addresses.server,
      client: innerAt + addresses.client,
      port: 8443,
    });
  });

  test('when it is cut anywhere then it counts from the TCP flags on', () => {
    expectTruncation(decodeEthernet, frame, innerAt + (family === 4 ? 20 : 40) + 13);
  });

  test('when only the outermost packet is wanted then it is not entered', () => {
    expect(outerClassOf(frame)).toBe(isBelowIp ? SYN_ACK : NOT_TCP);
  });

  test('when it carries other TCP, or other IP, then that is its class', () => {
    const other = packetOf(family, IP_PROTOCOL.tcp, tcp({ flags: FLAG.syn }));
    expect(classOf(decodeEthernet, wrap(other))).toBe(OTHER_TCP);
    for (const protocol of [IP_PROTOCOL.udp, IP_PROTOCOL.icmp, IP_PROTOCOL.icmpv6]) {
      expect(classOf(decodeEthernet, wrap(packetOf(family, protocol, tcp())))).toBe(NOT_TCP);
    }
  });

  test('when it carries garbage then the packet around it decides the class', () => {
    for (const byte of [0x00, 0x12, 0xff]) {
      const packetClass = classOf(decodeEthernet, wrap(new Uint8Array(60).fill(byte)));
      const allowed: PacketClass[] = isBelowIp ? [NOT_IP, NOT_TCP, MALFORMED] : [NOT_TCP, MALFORMED];
      expect(allowed.map((each) => nameOf(each))).toContain(nameOf(packetClass));
    }
  });

  test('when headers around it say that it ends earlier then the rest is padding', () => {
    const cut = 10;
    const short = concat(wrap(inner.subarray(0, -cut)), inner.subarray(-cut));
    const allowed: PacketClass[] = hasLength ? [NOT_TCP, MALFORMED] : [SYN_ACK];
    // A trailer before the padding takes the place of the end of the TCP header.
    if (trailerLength > 0 && !hasLength) allowed.push(OTHER_TCP, MALFORMED);
    expect(allowed.map((each) => nameOf(each))).toContain(nameOf(classOf(decodeEthernet, short)));
  });

  test('when it is nested in itself then it is entered, up to a limit', () => {
    expect(nameOf(classOf(decodeEthernet, nest(tunnel, 3)))).toBe('SYN_ACK');
    const bomb = nest(tunnel, Number.POSITIVE_INFINITY);
    expect(bomb.length).toBeGreaterThan(60_000);
    // A length below IP may overflow first.
    const allowed: PacketClass[] = isBelowIp ? [NOT_IP, NOT_TCP, MALFORMED] : [NOT_TCP, MALFORMED];
    expect(allowed).toContain(classOf(decodeEthernet, bomb));
  });
});

describe('tunnels', () => {
  test('when their bytes are arbitrary then there is a packet class, and bytes after the end do not change it', () => {
    const anyChange = fc.tuple(fc.nat(200), fc.nat(0xff));
    const seen = new Array<number>(PACKET_CLASSES.length).fill(0);
    fc.assert(
      fc.property(
        fc.constantFrom(...TUNNELS),
        fc.array(anyChange, { maxLength: 4 }),
        fc.nat(200),
        (tunnel, changes, captured) => {
          const bytes = tunnel.wrap(innerOf(tunnel));
          for (const [at, value] of changes) bytes[12 + (at % (bytes.length - 12))] = value;
          const packetClass = classOf(decodeEthernet, bytes);
          seen[packetClass] = (seen[packetClass] ?? 0) + 1;
          expect(packetClass).toBeLessThan(PACKET_CLASSES.length);
          const cut = bytes.slice(0, captured);
          expect(classOf(decodeEthernet, bytes, { captured: cut.length })).toBe(classOf(decodeEthernet, cut));
        },
      ),
      { numRuns: 5000 },
    );
    const common: PacketClass[] = [SYN_ACK, OTHER_TCP, NOT_TCP, NOT_IP, MALFORMED];
    for (const packetClass of common) {
      expect([nameOf(packetClass), (seen[packetClass] ?? 0) > 20]).toEqual([nameOf(packetClass), true]);
    }
  });

  test('when one is inside another then the innermost packet decides', () => {
    const inOrder = TUNNELS.filter(({ family, isBelowIp }) => family === 4 && !isBelowIp);
    for (const outer of inOrder) {
      for (const tunnel of inOrder) {
        const packet = asPacket(outer, tunnel.wrap(innerOf(tunnel)));
        expect([outer.name, tunnel.name, nameOf(classOf(decodeEthernet, outer.wrap(packet)))]).toEqual([
          outer.name,
          tunnel.name,
          'SYN_ACK',
        ]);
      }
    }
  });

  test('when an ICMP error quotes a SYN-ACK then it is not counted as one', () => {
    const header = [3, 1, 0, 0, 0, 0, 0, 0];
    const error = ipv4({ protocol: IP_PROTOCOL.icmp, payload: concat(header, ipv4()) });
    expect(classOf(decodeEthernet, ethernet({ payload: error }))).toBe(NOT_TCP);
    const payload = ipv6({
      nextHeader: IP_PROTOCOL.icmpv6,
      payload: concat([1, ...header.slice(1)], ipv6()),
    });
    expect(classOf(decodeEthernet, ethernet({ type: ETHER_TYPE.ipv6, payload }))).toBe(NOT_TCP);
  });
});
