// IP over InfiniBand (IPoIB): an EtherType and two reserved bytes, then IP. RFC 4391 6. LINKTYPE_IPOIB at tcpdump.org
// starts there, but the programs that write it, as well as tcpdump and Wireshark, have 40 bytes of addresses before.

import type { Packet } from '../../packet.js';
import { type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType, ETHER_TYPE_IPV4, ETHER_TYPE_IPV6 } from '../ethernet/ether-types.js';

const FIELD = { type: 0 } as const;
const HEADER_LENGTH = 4;
const ADDRESSES_LENGTH = 40;

export function decodeIpoib(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset <= HEADER_LENGTH) return TRUNCATED;
  // Addresses at the beginning do not look like a type and the version of IP that it names.
  const type = view.getUint16(offset + FIELD.type);
  const version = view.getUint8(offset + HEADER_LENGTH) >>> 4;
  const isBare = (type === ETHER_TYPE_IPV4 && version === 4) || (type === ETHER_TYPE_IPV6 && version === 6);
  const header = isBare ? offset : offset + ADDRESSES_LENGTH;
  if (end - header < HEADER_LENGTH) return TRUNCATED;
  return decodeEtherType(packet, view.getUint16(header + FIELD.type), header + HEADER_LENGTH, limit);
}
