// Link-layer types by number: name, and decoder where there is one. To add one, write its decoder in a file of
// its own and give it a row. Numbers and names: the LINKTYPE_ list at tcpdump.org.

import { decodeBsdLoopback } from './bsd-loopback.js';
import { decodeEthernet } from './ethernet.js';
import { decodeLinuxCooked, decodeLinuxCookedV2 } from './linux-cooked.js';
import type { Decoder } from './packet.js';
import { decodePpp } from './ppp.js';
import { decodeRawIp } from './raw-ip.js';

export const LINK_TYPE_ETHERNET = 1;

interface LinkType {
  readonly name: string;
  readonly decode?: Decoder;
}

const LINK_TYPES: Readonly<Record<number, LinkType>> = {
  0: { name: 'NULL', decode: decodeBsdLoopback },
  [LINK_TYPE_ETHERNET]: { name: 'EN10MB', decode: decodeEthernet },
  6: { name: 'IEEE802_5' },
  7: { name: 'ARCNET_BSD' },
  8: { name: 'SLIP' },
  9: { name: 'PPP', decode: decodePpp },
  10: { name: 'FDDI' },
  // The DLT_RAW of most systems and of OpenBSD, written by tools that skip the translation to 101.
  12: { name: 'RAW', decode: decodeRawIp },
  14: { name: 'RAW', decode: decodeRawIp },
  50: { name: 'PPP_HDLC' },
  51: { name: 'PPP_ETHER' },
  101: { name: 'RAW', decode: decodeRawIp },
  104: { name: 'C_HDLC' },
  105: { name: 'IEEE802_11' },
  107: { name: 'FRELAY' },
  108: { name: 'LOOP', decode: decodeBsdLoopback },
  109: { name: 'ENC' },
  113: { name: 'LINUX_SLL', decode: decodeLinuxCooked },
  117: { name: 'PFLOG' },
  119: { name: 'IEEE802_11_PRISM' },
  122: { name: 'IP_OVER_FC' },
  127: { name: 'IEEE802_11_RADIOTAP' },
  143: { name: 'DOCSIS' },
  163: { name: 'IEEE802_11_AVS' },
  166: { name: 'PPP_PPPD' },
  189: { name: 'USB_LINUX' },
  192: { name: 'PPI' },
  195: { name: 'IEEE802_15_4_WITHFCS' },
  204: { name: 'PPP_WITH_DIR' },
  219: { name: 'MPLS' },
  220: { name: 'USB_LINUX_MMAPPED' },
  228: { name: 'IPV4', decode: decodeRawIp },
  229: { name: 'IPV6', decode: decodeRawIp },
  231: { name: 'DBUS' },
  239: { name: 'NFLOG' },
  242: { name: 'IPOIB' },
  249: { name: 'USBPCAP' },
  253: { name: 'NETLINK' },
  258: { name: 'PKTAP' },
  274: { name: 'ETHERNET_MPACKET' },
  276: { name: 'LINUX_SLL2', decode: decodeLinuxCookedV2 },
  281: { name: 'DSA_TAG_BRCM' },
  284: { name: 'DSA_TAG_DSA' },
  285: { name: 'DSA_TAG_EDSA' },
};

/** The decoder of a link type; undefined if there is none. */
export function linkDecoder(linkType: number): Decoder | undefined {
  return LINK_TYPES[linkType]?.decode;
}

/** Name and number, as in `EN10MB (1)`. */
export function describeLinkType(linkType: number): string {
  return `${LINK_TYPES[linkType]?.name ?? 'unnamed link type'} (${linkType})`;
}
