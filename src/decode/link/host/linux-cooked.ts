// Linux cooked captures, written by `tcpdump -i any` instead of the link header. LINKTYPE_LINUX_SLL and
// LINKTYPE_LINUX_SLL2 at tcpdump.org.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType } from '../ethernet/ether-types.js';
import { MIN_ETHER_TYPE } from '../ethernet/ethernet.js';
import { decodeLlc } from '../ethernet/llc.js';

const FIELD_V1 = { protocol: 14 } as const;
const HEADER_LENGTH_V1 = 16;
const FIELD_V2 = { protocol: 0 } as const;
const HEADER_LENGTH_V2 = 20;

/** In the protocol field, a number too small for an EtherType: an 802.2 LLC header follows. */
const PROTOCOL_802_2 = 0x0004;

export function decodeLinuxCooked(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH_V1) return TRUNCATED;
  return decodeProtocol(
    packet,
    packet.view.getUint16(offset + FIELD_V1.protocol),
    offset + HEADER_LENGTH_V1,
    limit,
  );
}

export function decodeLinuxCookedV2(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH_V2) return TRUNCATED;
  return decodeProtocol(
    packet,
    packet.view.getUint16(offset + FIELD_V2.protocol),
    offset + HEADER_LENGTH_V2,
    limit,
  );
}

function decodeProtocol(packet: Packet, protocol: number, offset: number, limit: number): PacketClass {
  if (protocol >= MIN_ETHER_TYPE) return decodeEtherType(packet, protocol, offset, limit);
  return protocol === PROTOCOL_802_2 ? decodeLlc(packet, offset, limit) : NOT_IP;
}
