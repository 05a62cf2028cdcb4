// Link types by number: their names and decoders. To add one, write its decoder in a file of its own and add a row
// here. Numbers and names: the LINKTYPE_ list at tcpdump.org. Types without a decoder: link-type-names.ts.

import { decodeIp } from '../ip/ip.js';
import { type Decoder, enterLayer, type Packet } from '../packet.js';
import { MALFORMED, type PacketClass, UNKNOWN_LINK_TYPE } from '../packet-class.js';
import { decodeTzsp } from '../tunnel/mirror/tzsp.js';
import { decodeMpls } from '../tunnel/mpls.js';
import { decodeDocsis } from './ethernet/docsis.js';
import { decodeEpon } from './ethernet/epon.js';
import { decodeEthernet } from './ethernet/ethernet.js';
import { decodeEthernetMpacket } from './ethernet/ethernet-mpacket.js';
import { decodeLlc } from './ethernet/llc.js';
import { decodeTypeOnly } from './ethernet/type-only.js';
import { decodeBsdLoopback } from './host/bsd-loopback.js';
import { decodeEnc } from './host/enc.js';
import { decodeExportedPdu } from './host/exported-pdu.js';
import { decodeIpnet } from './host/ipnet.js';
import { decodeLinuxCooked, decodeLinuxCookedV2 } from './host/linux-cooked.js';
import { decodeNflog } from './host/nflog.js';
import { decodePflog } from './host/pflog.js';
import { decodePktap } from './host/pktap.js';
import { decodeRawIp } from './host/raw-ip.js';
import { decodeSymantec } from './host/symantec.js';
import {
  decodeJuniperAtm1,
  decodeJuniperAtm2,
  decodeJuniperGgsn,
  decodeJuniperMfr,
  decodeJuniperMlfr,
  decodeJuniperMlppp,
  decodeJuniperServices,
} from './juniper/cards.js';
import { afterJuniperHeader } from './juniper/header.js';
import { LINK_TYPE_NAMES } from './link-type-names.js';
import { decodeIeee802154 } from './lowpan/ieee802154.js';
import { decodeIeee802154Tap } from './lowpan/ieee802154-tap.js';
import { decodeCiscoHdlc, decodeHdlc } from './ppp/hdlc.js';
import { decodePpp } from './ppp/ppp.js';
import { decodePppPppd } from './ppp/ppp-pppd.js';
import { decodePppoe } from './ppp/pppoe.js';
import { decodeArcnetBsd, decodeArcnetLinux } from './rare/arcnet.js';
import { decodeAx25, decodeAx25Kiss } from './rare/ax25.js';
import { decodeEbhscr } from './rare/ebhscr.js';
import { decodeErf } from './rare/erf.js';
import { decodeFddi } from './rare/fddi.js';
import { decodeFibreChannel } from './rare/fibre-channel.js';
import { decodeGfp } from './rare/gfp.js';
import { decodeAppleIeee1394 } from './rare/ieee1394.js';
import { decodeInfiniband } from './rare/infiniband.js';
import { decodeIpoib } from './rare/ipoib.js';
import { decodeRedback } from './rare/redback.js';
import { decodeTokenRing } from './rare/token-ring.js';
import { skipHeader } from './skip-header.js';
import { decodeAtmClip, decodeAtmLlc, decodeSunAtm } from './wan/atm.js';
import { decodeFrameRelay } from './wan/frame-relay.js';
import { decodeMultilinkFrameRelay } from './wan/multilink-frame-relay.js';
import { decodeAvs } from './wifi/avs.js';
import { decodeIeee80211 } from './wifi/ieee80211.js';
import { decodePpi } from './wifi/ppi.js';
import { decodePrism } from './wifi/prism.js';
import { decodeRadiotap } from './wifi/radiotap.js';

interface LinkType {
  readonly name: string;
  readonly decode: Decoder;
  /** Set if nearly all packets have their network header at the same offset: the hot path looks for it there. */
  readonly plain?: PlainLayout;
}

/** Offsets of the fields that the hot path reads, in bytes from the start of the packet. */
export interface PlainLayout {
  readonly etherTypeAt: number;
  readonly networkAt: number;
}

export const LINK_TYPES: Readonly<Record<number, LinkType>> = {
  0: { name: 'NULL', decode: decodeBsdLoopback },
  1: { name: 'EN10MB', decode: decodeEthernet, plain: { etherTypeAt: 12, networkAt: 14 } },
  3: { name: 'AX25', decode: decodeAx25 },
  6: { name: 'IEEE802_5', decode: decodeTokenRing },
  7: { name: 'ARCNET_BSD', decode: decodeArcnetBsd },
  8: { name: 'SLIP', decode: skipHeader(16, decodeRawIp) },
  9: { name: 'PPP', decode: decodeHdlc },
  10: { name: 'FDDI', decode: decodeFddi },
  // The numbers that some systems use for 100, 101, 106 and 109; some tools write them to files without translation.
  11: { name: 'ATM_RFC1483', decode: decodeAtmLlc },
  12: { name: 'RAW', decode: decodeRawIp },
  13: { name: 'ENC', decode: decodeEnc },
  14: { name: 'RAW', decode: decodeRawIp },
  16: { name: 'ATM_CLIP', decode: decodeAtmClip },
  18: { name: 'ATM_CLIP', decode: decodeAtmClip },
  19: { name: 'ATM_CLIP', decode: decodeAtmClip },
  32: { name: 'REDBACK_SMARTEDGE', decode: decodeRedback },
  50: { name: 'PPP_HDLC', decode: decodeHdlc },
  51: { name: 'PPP_ETHER', decode: decodePppoe },
  99: { name: 'SYMANTEC_FIREWALL', decode: decodeSymantec },
  100: { name: 'ATM_RFC1483', decode: decodeAtmLlc },
  101: { name: 'RAW', decode: decodeRawIp },
  104: { name: 'C_HDLC', decode: decodeCiscoHdlc },
  105: { name: 'IEEE802_11', decode: decodeIeee80211 },
  106: { name: 'ATM_CLIP', decode: decodeAtmClip },
  107: { name: 'FRELAY', decode: decodeFrameRelay },
  108: { name: 'LOOP', decode: decodeBsdLoopback },
  109: { name: 'ENC', decode: decodeEnc },
  112: { name: 'HDLC', decode: decodeCiscoHdlc },
  113: { name: 'LINUX_SLL', decode: decodeLinuxCooked, plain: { etherTypeAt: 14, networkAt: 16 } },
  117: { name: 'PFLOG', decode: decodePflog },
  119: { name: 'IEEE802_11_PRISM', decode: decodePrism },
  // Two Fibre Channel addresses, then LLC. RFC 4338 4.
  122: { name: 'IP_OVER_FC', decode: skipHeader(16, decodeLlc) },
  123: { name: 'SUNATM', decode: decodeSunAtm },
  127: { name: 'IEEE802_11_RADIOTAP', decode: decodeRadiotap },
  128: { name: 'TZSP', decode: decodeTzsp },
  129: { name: 'ARCNET_LINUX', decode: decodeArcnetLinux },
  130: { name: 'JUNIPER_MLPPP', decode: afterJuniperHeader(decodeJuniperMlppp) },
  131: { name: 'JUNIPER_MLFR', decode: afterJuniperHeader(decodeJuniperMlfr) },
  133: { name: 'JUNIPER_GGSN', decode: afterJuniperHeader(decodeJuniperGgsn) },
  134: { name: 'JUNIPER_MFR', decode: afterJuniperHeader(decodeJuniperMfr) },
  135: { name: 'JUNIPER_ATM2', decode: afterJuniperHeader(decodeJuniperAtm2) },
  136: { name: 'JUNIPER_SERVICES', decode: afterJuniperHeader(decodeJuniperServices) },
  137: { name: 'JUNIPER_ATM1', decode: afterJuniperHeader(decodeJuniperAtm1) },
  138: { name: 'APPLE_IP_OVER_IEEE1394', decode: decodeAppleIeee1394 },
  143: { name: 'DOCSIS', decode: decodeDocsis },
  // For private use, but Apple used it for PKTAP before PKTAP had a number of its own.
  149: { name: 'USER2', decode: decodePktap },
  163: { name: 'IEEE802_11_AVS', decode: decodeAvs },
  164: { name: 'JUNIPER_MONITOR', decode: afterJuniperHeader(skipHeader(8, decodeRawIp)) },
  166: { name: 'PPP_PPPD', decode: decodePppPppd },
  167: { name: 'JUNIPER_PPPOE', decode: afterJuniperHeader(decodeEthernet) },
  168: { name: 'JUNIPER_PPPOE_ATM', decode: afterJuniperHeader(decodeTypeOnly) },
  170: { name: 'GPF_T', decode: decodeGfp },
  171: { name: 'GPF_F', decode: decodeGfp },
  175: { name: 'ERF_ETH', decode: decodeErf },
  176: { name: 'ERF_POS', decode: decodeErf },
  178: { name: 'JUNIPER_ETHER', decode: afterJuniperHeader(decodeEthernet) },
  179: { name: 'JUNIPER_PPP', decode: afterJuniperHeader(decodePpp) },
  180: { name: 'JUNIPER_FRELAY', decode: afterJuniperHeader(decodeFrameRelay) },
  181: { name: 'JUNIPER_CHDLC', decode: afterJuniperHeader(decodeCiscoHdlc) },
  182: { name: 'MFR', decode: decodeMultilinkFrameRelay },
  183: { name: 'JUNIPER_VP', decode: afterJuniperHeader(skipHeader(18, decodeIp)) },
  192: { name: 'PPI', decode: decodePpi },
  195: { name: 'IEEE802_15_4_WITHFCS', decode: decodeIeee802154 },
  197: { name: 'ERF', decode: decodeErf },
  202: { name: 'AX25_KISS', decode: decodeAx25Kiss },
  // One byte for the direction, then the frame.
  204: { name: 'PPP_WITH_DIR', decode: skipHeader(1, decodeHdlc) },
  205: { name: 'C_HDLC_WITH_DIR', decode: skipHeader(1, decodeCiscoHdlc) },
  206: { name: 'FRELAY_WITH_DIR', decode: skipHeader(1, decodeFrameRelay) },
  // Preamble, delimiter and length, then the frame.
  215: { name: 'IEEE802_15_4_NONASK_PHY', decode: skipHeader(6, decodeIeee802154) },
  219: { name: 'MPLS', decode: decodeMpls },
  224: { name: 'FC_2', decode: decodeFibreChannel },
  // The delimiter at the start of the frame, then the frame.
  225: { name: 'FC_2_WITH_FRAME_DELIMS', decode: skipHeader(4, decodeFibreChannel) },
  226: { name: 'IPNET', decode: decodeIpnet },
  228: { name: 'IPV4', decode: decodeRawIp },
  229: { name: 'IPV6', decode: decodeRawIp },
  230: { name: 'IEEE802_15_4_NOFCS', decode: decodeIeee802154 },
  239: { name: 'NFLOG', decode: decodeNflog },
  // How the frame arrived, and in the second case its preamble; then the frame.
  240: { name: 'NETANALYZER', decode: skipHeader(4, decodeEthernet) },
  241: { name: 'NETANALYZER_TRANSPARENT', decode: skipHeader(12, decodeEthernet) },
  242: { name: 'IPOIB', decode: decodeIpoib },
  247: { name: 'INFINIBAND', decode: decodeInfiniband },
  252: { name: 'WIRESHARK_UPPER_PDU', decode: decodeExportedPdu },
  258: { name: 'PKTAP', decode: decodePktap },
  259: { name: 'EPON', decode: decodeEpon },
  274: { name: 'ETHERNET_MPACKET', decode: decodeEthernetMpacket },
  276: { name: 'LINUX_SLL2', decode: decodeLinuxCookedV2, plain: { etherTypeAt: 0, networkAt: 20 } },
  279: { name: 'EBHSCR', decode: decodeEbhscr },
  // A switch's tag before the frame, or between its addresses and its type. In both cases the type lies the tag's
  // length further on than in a plain Ethernet frame, and the addresses are not needed.
  281: { name: 'DSA_TAG_BRCM', decode: skipHeader(4, decodeEthernet) },
  282: { name: 'DSA_TAG_BRCM_PREPEND', decode: skipHeader(4, decodeEthernet) },
  283: { name: 'IEEE802_15_4_TAP', decode: decodeIeee802154Tap },
  284: { name: 'DSA_TAG_DSA', decode: skipHeader(4, decodeEthernet) },
  285: { name: 'DSA_TAG_EDSA', decode: skipHeader(8, decodeEthernet) },
};

/** The decoder of a link type; undefined if there is none. */
export function linkDecoder(linkType: number): Decoder | undefined {
  return LINK_TYPES[linkType]?.decode;
}

/** Where nearly all packets of a link type have their network header; undefined if it varies. */
export function plainLayout(linkType: number): PlainLayout | undefined {
  return LINK_TYPES[linkType]?.plain;
}

/** Decodes a frame whose link type a header before it names. */
export function decodeLinkType(packet: Packet, linkType: number, offset: number, limit: number): PacketClass {
  const decode = linkDecoder(linkType);
  if (decode === undefined) return UNKNOWN_LINK_TYPE;
  return enterLayer(packet) ? decode(packet, offset, limit) : MALFORMED;
}

/** Name and number, as in `EN10MB (1)`. */
export function describeLinkType(linkType: number): string {
  const name = LINK_TYPES[linkType]?.name ?? LINK_TYPE_NAMES[linkType] ?? 'unnamed link type';
  return `${name} (${linkType})`;
}
