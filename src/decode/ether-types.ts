// EtherType to decoder: the one place where a protocol that travels under an EtherType is entered.
// Numbers: IANA "IEEE 802 Numbers".

import { decodeIpv4 } from './ipv4.js';
import { decodeIpv6 } from './ipv6.js';
import { enterLayer, type Packet } from './packet.js';
import { MALFORMED, NOT_IP, type Verdict } from './verdict.js';
import { decodeVlan } from './vlan.js';

export const ETHER_TYPE_IPV4 = 0x0800;
export const ETHER_TYPE_IPV6 = 0x86dd;

export function decodeEtherType(packet: Packet, etherType: number, offset: number, limit: number): Verdict {
  if (!enterLayer(packet)) return MALFORMED;
  switch (etherType) {
    case ETHER_TYPE_IPV4:
      return decodeIpv4(packet, offset, limit);
    case ETHER_TYPE_IPV6:
      return decodeIpv6(packet, offset, limit);
    case 0x8100: // IEEE 802.1Q customer tag
    case 0x88a8: // IEEE 802.1ad service tag
    case 0x9100: // stacked tags before 802.1ad, as vendors chose
    case 0x9200:
      return decodeVlan(packet, offset, limit);
    default:
      return NOT_IP;
  }
}
