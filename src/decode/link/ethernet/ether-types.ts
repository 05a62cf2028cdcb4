// The decoders of the protocols that have an EtherType, by number. Numbers: IANA "IEEE 802 Numbers".

import { decodeIp } from '../../ip/ip.js';
import { enterLayer, type Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass } from '../../packet-class.js';
import { decodeMpls } from '../../tunnel/mpls.js';
import { decodeNsh } from '../../tunnel/nsh.js';
import { decodeLwapp } from '../../tunnel/wireless/lwapp.js';
import { decodeMintOnEthernet } from '../../tunnel/wireless/mint.js';
import { UNDECODED } from '../../undecoded.js';
import { decodeIeee802154 } from '../lowpan/ieee802154.js';
import { decodeLowpanOnEthernet } from '../lowpan/lowpan.js';
import { decodePpp } from '../ppp/ppp.js';
import { decodePppoe } from '../ppp/pppoe.js';
import { decodeBpq } from '../rare/ax25.js';
import { decodeIeee80211 } from '../wifi/ieee80211.js';
import { decodeBatman } from './batman.js';
import {
  decodeBroadcomTag,
  decodeETag,
  decodeHsrTag,
  decodeRealtekTag,
  decodeRedundancyTag,
  decodeSecurityGroupTag,
  decodeTTag,
  decodeVnTag,
} from './bridge-tag.js';
import { decodeAristaTag, decodeGigamonTag } from './broker-tag.js';
import { decodeEthernet } from './ethernet.js';
import { decodeBackboneTag, decodeFabricPath, decodeVmLab } from './frame-header.js';
import { decodeLlc } from './llc.js';
import { decodeMacsec } from './macsec.js';
import { decodeRtMac } from './rtmac.js';
import { decodeTecmp } from './tecmp.js';
import { decodeTrill } from './trill.js';
import { decodeVlan } from './vlan.js';

export const ETHER_TYPE_IPV4 = 0x0800;
export const ETHER_TYPE_IPV6 = 0x86dd;
export const ETHER_TYPE_PPPOE_SESSION = 0x8864;

export function decodeEtherType(
  packet: Packet,
  etherType: number,
  offset: number,
  limit: number,
): PacketClass {
  if (!enterLayer(packet)) return MALFORMED;
  switch (etherType) {
    case ETHER_TYPE_IPV4:
    case ETHER_TYPE_IPV6:
      return decodeIp(packet, offset, limit);
    case 0x8100: // IEEE 802.1Q customer tag
    case 0x88a8: // IEEE 802.1ad service tag
    case 0x9100: // stacked tags from before 802.1ad
    case 0x9200:
      return decodeVlan(packet, offset, limit);
    case 0x8847: // MPLS
    case 0x8848: // MPLS with a label that the upstream router chose, RFC 5332
      return decodeMpls(packet, offset, limit);
    case ETHER_TYPE_PPPOE_SESSION:
    case 0x3c13: // PPPoE of 3Com
      return decodePppoe(packet, offset, limit);
    case 0x6558: // a whole frame: transparent Ethernet bridging, RFC 1701
      return decodeEthernet(packet, offset, limit);
    case 0x8870: // LLC in frames longer than 1500 bytes
      return decodeLlc(packet, offset, limit);
    case 0x2452: // IEEE 802.11, as some drivers show frames of other stations
      return decodeIeee80211(packet, offset, limit);
    case 0x8874:
      return decodeBroadcomTag(packet, offset, limit);
    case 0x8899:
      return decodeRealtekTag(packet, offset, limit);
    case 0x22e5:
      return decodeGigamonTag(packet, offset, limit);
    case 0xd28b:
      return decodeAristaTag(packet, offset, limit);
    case 0x88de:
      return decodeVmLab(packet, offset, limit);
    case 0x88e5:
      return decodeMacsec(packet, offset, limit);
    case 0x8903:
      return decodeFabricPath(packet, offset, limit);
    case 0x8988:
      return decodeTTag(packet, offset, limit);
    case 0x99fe:
      return decodeTecmp(packet, offset, limit);
    case 0x9021:
      return decodeRtMac(packet, offset, limit);
    case 0x08ff:
      return decodeBpq(packet, offset, limit);
    case 0x88bb:
    case 0xbbbb:
      return decodeLwapp(packet, offset, limit);
    case 0x8783:
      return decodeMintOnEthernet(packet, offset, limit);
    case 0x880b:
      return decodePpp(packet, offset, limit);
    case 0x88e7: // IEEE 802.1ah
      return decodeBackboneTag(packet, offset, limit);
    case 0x8909:
      return decodeSecurityGroupTag(packet, offset, limit);
    case 0x8926:
      return decodeVnTag(packet, offset, limit);
    case 0x892f:
      return decodeHsrTag(packet, offset, limit);
    case 0x893f:
      return decodeETag(packet, offset, limit);
    case 0xf1c1:
      return decodeRedundancyTag(packet, offset, limit);
    case 0x894f:
      return decodeNsh(packet, offset, limit);
    case 0x22f3:
      return decodeTrill(packet, offset, limit);
    case 0x809a:
      return decodeIeee802154(packet, offset, limit);
    case 0xa0ed:
      return decodeLowpanOnEthernet(packet, offset, limit);
    case 0x4305:
      return decodeBatman(packet, offset, limit);
    default:
      packet.undecoded = UNDECODED.etherType + etherType;
      return NOT_IP;
  }
}
