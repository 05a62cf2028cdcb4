// The meaning of the numbers in undecoded.ts: names, and whether SYN-ACKs may be in such packets. Loaded only when packets
// were not decoded. Numbers: IANA "IEEE 802 Numbers", "Protocol Numbers", "PPP DLL Protocol Numbers"; names also from
// Wireshark's etypes.h, ipproto.h, ppptypes.h and sap.h.

import { ENCRYPTED, TOO_SHORT, UNDECODED } from './undecoded.js';

/** Why packets were not decoded; `no-tcp` if their protocol never carries TCP, and so no SYN-ACK is missing. */
type UndecodedReason = 'tcp-too-short' | 'too-short' | 'encrypted' | 'unknown' | 'no-tcp';

interface UndecodedName {
  readonly reason: UndecodedReason;
  /** Such as `EtherType 0x0806 (ARP)`. */
  readonly name: string;
}

type Names = Readonly<Record<number, string>>;

/** EtherTypes of protocols that do not carry TCP. */
const ETHER_TYPES: Names = {
  0: 'keepalive',
  254: 'OSI',
  1536: 'XNS',
  2054: 'ARP',
  2114: 'Wake-on-LAN',
  8192: 'CDP',
  8193: 'CGMP or NHRP',
  8196: 'DTP',
  8944: 'AVTP',
  8948: 'TRILL IS-IS',
  24577: 'DEC MOP dump and load',
  24578: 'DEC MOP remote console',
  24579: 'DECnet',
  24580: 'DEC LAT',
  32821: 'RARP',
  32923: 'AppleTalk',
  33011: 'AppleTalk ARP',
  33079: 'IPX',
  33080: 'IPX',
  34824: 'Ethernet flow control',
  34825: 'LACP and other slow protocols',
  34915: 'PPPoE discovery',
  34939: 'HomePlug 1.0',
  34958: 'EAPOL',
  34962: 'PROFINET',
  34978: 'ATA over Ethernet',
  34980: 'EtherCAT',
  34987: 'POWERLINK',
  34996: 'WAPI',
  35000: 'GOOSE',
  35001: 'GSE',
  35002: 'sampled values',
  35015: 'IEEE 802.11 preauthentication',
  35020: 'LLDP',
  35021: 'SERCOS III',
  35033: 'LLTD',
  35041: 'HomePlug AV',
  35043: 'MRP',
  35061: 'MVRP',
  35062: 'MMRP',
  35063: 'PTP',
  35067: 'PRP',
  35074: 'CFM',
  35078: 'FCoE',
  35085: 'IEEE 802.11 TDLS',
  35092: 'FIP',
  35093: 'RoCE',
  36864: 'loopback',
};

/** EtherTypes whose packets may carry TCP. */
const CARRYING_ETHER_TYPES: Names = {
  34997: 'local experimental 1',
  34998: 'local experimental 2',
  34999: 'organisation-specific',
};

/** IP protocols that do not carry TCP. */
const IP_PROTOCOLS: Names = {
  1: 'ICMP',
  2: 'IGMP',
  3: 'GGP',
  8: 'EGP',
  9: 'IGP',
  17: 'UDP',
  27: 'RDP',
  33: 'DCCP',
  46: 'RSVP',
  54: 'NARP',
  58: 'ICMPv6',
  59: 'no next header',
  88: 'EIGRP',
  89: 'OSPF',
  102: 'PNNI',
  103: 'PIM',
  112: 'VRRP',
  113: 'PGM',
  118: 'STP',
  124: 'IS-IS',
  132: 'SCTP',
  134: 'RSVP-E2E-IGNORE',
  136: 'UDP-Lite',
  138: 'MANET',
  139: 'HIP',
  240: 'pfsync',
  255: 'reserved',
};

const IP_PROTOCOL_ESP = 50;

/** IP protocols whose packets may carry TCP. */
const CARRYING_IP_PROTOCOLS: Names = {
  [IP_PROTOCOL_ESP]: 'ESP',
  53: 'swIPe',
  55: 'minimal encapsulation',
  94: 'IPIP',
  98: 'ENCAP',
  99: 'private encryption',
  108: 'IPComp',
  142: 'ROHC',
  144: 'AGGFRAG',
  253: 'experimental',
  254: 'experimental',
};

/** PPP protocols from this number on control the link. */
const FIRST_PPP_CONTROL = 0x8000;

/** PPP protocols that do not carry TCP, or do not carry its SYN segments: Van Jacobson's compression leaves those alone. */
const PPP_PROTOCOLS: Names = {
  1: 'padding',
  35: 'OSI',
  41: 'AppleTalk',
  43: 'IPX',
  45: 'Van Jacobson compressed TCP/IP',
  47: 'Van Jacobson uncompressed TCP/IP',
  63: 'NetBIOS',
  513: 'STP',
  519: 'CDP',
  32801: 'IPCP',
  32811: 'IPXCP',
  32851: 'ECP',
  32855: 'IPv6CP',
  33021: 'CCP',
  33287: 'CDPCP',
  33409: 'MPLSCP',
  49185: 'LCP',
  49187: 'PAP',
  49189: 'LQR',
  49699: 'CHAP',
  49703: 'EAP',
};

const PPP_ENCRYPTED = 0x0053;

/** PPP protocols whose packets may carry TCP. */
const CARRYING_PPP_PROTOCOLS: Names = {
  3: 'ROHC',
  5: 'ROHC',
  [PPP_ENCRYPTED]: 'encryption of a link',
  251: 'compression of a link in a bundle',
  253: 'compression or encryption of a link',
};

/** Service access points of LLC. None of them carries TCP but those that are decoded. */
const LLC_SAPS: Names = {
  0: 'null',
  4: 'SNA',
  6: 'IP',
  66: 'STP',
  170: 'SNAP of another organisation',
  224: 'IPX',
  240: 'NetBIOS',
  248: 'RPL',
  254: 'OSI',
  255: 'IPX',
};

const ENCRYPTED_NAMES: Names = {
  [ENCRYPTED.macsec]: 'MACsec',
  [ENCRYPTED.ieee80211]: 'IEEE 802.11',
  [ENCRYPTED.ieee802154]: 'IEEE 802.15.4',
  [ENCRYPTED.docsis]: 'DOCSIS',
};

const MAX_NUMBER = 0xffff;

/** Describes a number that a decoder left in a packet. */
export function nameUndecoded(undecoded: number): UndecodedName {
  const number = undecoded & MAX_NUMBER;
  switch (undecoded - number) {
    case UNDECODED.etherType: {
      const name = `EtherType 0x${number.toString(16).padStart(4, '0')}`;
      return named(name, number, ETHER_TYPES, CARRYING_ETHER_TYPES);
    }
    case UNDECODED.ipProtocol: {
      const found = named(`IP protocol ${number}`, number, IP_PROTOCOLS, CARRYING_IP_PROTOCOLS);
      return number === IP_PROTOCOL_ESP ? { ...found, reason: 'encrypted' } : found;
    }
    case UNDECODED.pppProtocol: {
      const name = `PPP protocol 0x${number.toString(16).padStart(4, '0')}`;
      const found = named(name, number, PPP_PROTOCOLS, CARRYING_PPP_PROTOCOLS);
      if (number === PPP_ENCRYPTED) return { ...found, reason: 'encrypted' };
      return number >= FIRST_PPP_CONTROL ? { ...found, reason: 'no-tcp' } : found;
    }
    case UNDECODED.llcSap: {
      const name = `LLC service access point 0x${number.toString(16).padStart(2, '0')}`;
      return { ...named(name, number, LLC_SAPS, {}), reason: 'no-tcp' };
    }
    case UNDECODED.encrypted:
      return { reason: 'encrypted', name: ENCRYPTED_NAMES[number] ?? '' };
    default:
      if (number === TOO_SHORT.udp) return { reason: 'no-tcp', name: 'UDP, captured too short' };
      return number === TOO_SHORT.tcp
        ? { reason: 'tcp-too-short', name: 'TCP' }
        : { reason: 'too-short', name: 'no TCP header' };
  }
}

function named(name: string, number: number, withoutTcp: Names, carrying: Names): UndecodedName {
  const text = withoutTcp[number] ?? carrying[number];
  return {
    reason: number in withoutTcp ? 'no-tcp' : 'unknown',
    name: text === undefined ? name : `${name} (${text})`,
  };
}
