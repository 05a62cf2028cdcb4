// InfiniBand: a local route header, perhaps a global one, a transport header, then IP over InfiniBand. InfiniBand
// Architecture Specification 1.3, volume 1, 7.7, 8.3 and 9.2 to 9.5; IP: RFC 4391 6, RFC 4755 (connected).
// LINKTYPE_INFINIBAND at tcpdump.org.

import { decodeIpv6 } from '../../ip/ipv6.js';
import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType } from '../ethernet/ether-types.js';

/** In the lower bits of a byte: the next header. */
const LOCAL_ROUTE = { nextHeader: 1, nextHeaderMask: 0x03, length: 8 } as const;
const NEXT = { raw: 0, ipv6: 1, transport: 2, globalRoute: 3 } as const;
const GLOBAL_ROUTE_LENGTH = 40;

const TRANSPORT = { opcode: 0, length: 12 } as const;
const DATAGRAM_LENGTH = 8;
const IMMEDIATE_LENGTH = 4;

export function decodeInfiniband(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < LOCAL_ROUTE.length) return TRUNCATED;
  const payload = offset + LOCAL_ROUTE.length;
  switch (view.getUint8(offset + LOCAL_ROUTE.nextHeader) & LOCAL_ROUTE.nextHeaderMask) {
    case NEXT.raw:
      return decodeRaw(packet, payload, limit);
    case NEXT.ipv6:
      return decodeIpv6(packet, payload, limit);
    case NEXT.transport:
      return decodeTransport(packet, payload, limit);
    default:
      return decodeTransport(packet, payload + GLOBAL_ROUTE_LENGTH, limit);
  }
}

const RAW = { type: 2, length: 4 } as const;

function decodeRaw(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < RAW.length) return TRUNCATED;
  return decodeEtherType(packet, packet.view.getUint16(offset + RAW.type), offset + RAW.length, limit);
}

function decodeTransport(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < TRANSPORT.length) return TRUNCATED;
  const payload = offset + TRANSPORT.length;
  switch (packet.view.getUint8(offset + TRANSPORT.opcode)) {
    case 0x00: // first packet of a message, reliable connection
    case 0x04: // only packet of a message, reliable connection
    case 0x20: // the same of an unreliable connection
    case 0x24:
      return decodeIpOverInfiniband(packet, payload, limit);
    case 0x64: // datagram
      return decodeIpOverInfiniband(packet, payload + DATAGRAM_LENGTH, limit);
    case 0x65: // datagram with immediate data
      return decodeIpOverInfiniband(packet, payload + DATAGRAM_LENGTH + IMMEDIATE_LENGTH, limit);
    default:
      return NOT_IP;
  }
}

const IP_OVER_INFINIBAND = { type: 0, length: 4 } as const;

function decodeIpOverInfiniband(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < IP_OVER_INFINIBAND.length) return TRUNCATED;
  const type = packet.view.getUint16(offset + IP_OVER_INFINIBAND.type);
  return decodeEtherType(packet, type, offset + IP_OVER_INFINIBAND.length, limit);
}
