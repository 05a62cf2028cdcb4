// IP over InfiniBand (IPoIB): an EtherType and two reserved bytes, then IP. RFC 4391 6. LINKTYPE_IPOIB at tcpdump.org
// starts there, but the programs that write it, as well as tcpdump and Wireshark, have 40 bytes of addresses before.

import type { Packet } from '../../packet.js';
import { type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType } from '../ethernet/ether-types.js';

const FIELD = { type: 0, reserved: 2 } as const;
const HEADER_LENGTH = 4;
const ADDRESSES_LENGTH = 40;

/** The header at the very beginning, as specified. Addresses do not begin like this. */
const IPV4_AND_RESERVED = 0x0800_0000;
const IPV6_AND_RESERVED = 0x86dd_0000;

export function decodeIpoib(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < HEADER_LENGTH) return TRUNCATED;
  const first = view.getUint32(offset);
  const isBare = first === IPV4_AND_RESERVED || first === IPV6_AND_RESERVED;
  const header = isBare ? offset : offset + ADDRESSES_LENGTH;
  if (end - header < HEADER_LENGTH) return TRUNCATED;
  return decodeEtherType(packet, view.getUint16(header + FIELD.type), header + HEADER_LENGTH, limit);
}
