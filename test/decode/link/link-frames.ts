// A frame of every link type that has a decoder, and of its variants: the bytes of its header with a comment for each
// field, then IPv4 or IPv6 with a SYN-ACK. link-oracle.test.ts asks other programs about them.

import { address, concat, ipv4, ipv6, tcp } from '../../helpers/packets.js';

export interface LinkFrame {
  readonly linkType: number;
  /** As describeLinkType has it. */
  readonly name: string;
  /** Distinguishes it from other frames of its link type. */
  readonly variant: string;
  readonly header: readonly number[];
  /** IPv4 by default. */
  readonly family?: 4 | 6;
  /** Whether `header` ends with a compressed IPv6 header, from 2001:db8::1 to 2001:db8::2, so that TCP follows it. */
  readonly isCompressed?: boolean;
  /** Bytes after the payload. */
  readonly trailer?: readonly number[];
  /** Byte order of the capturing machine, and so of the file; some headers depend on it. */
  readonly isBigEndian?: boolean;
  /** The program that confirms it; `none` if neither tshark 4.0 nor tcpdump 4.99 decodes it. */
  readonly oracle: 'tshark' | 'tcpdump' | 'none';
}

/** The whole frame. */
export function bytesOf({ header, family = 4, isCompressed = false, trailer = [] }: LinkFrame): Uint8Array {
  const uncompressed = family === 4 ? ipv4() : ipv6();
  return concat(header, isCompressed ? tcp() : uncompressed, trailer);
}

/** Offset of the byte with the TCP flags. */
export function flagsAt({ header, family = 4, isCompressed = false }: LinkFrame): number {
  const uncompressed = family === 4 ? 20 : 40;
  return header.length + (isCompressed ? 0 : uncompressed) + 13;
}

// Headers that follow other headers.

// biome-ignore-start format: a field a line
const ETHERNET = [
  0x02,
  0x00,
  0x00,
  0x00,
  0x00,
  0x02, // destination
  0x02,
  0x00,
  0x00,
  0x00,
  0x00,
  0x01, // source
  0x08,
  0x00, // IPv4
];

const LLC_SNAP = [
  0xaa, // destination access point SNAP
  0xaa, // source access point SNAP
  0x03, // unnumbered information
  0x00,
  0x00,
  0x00, // organisation: what follows is an EtherType
  0x08,
  0x00, // IPv4
];

const PPP = [
  0xff, // address: all stations
  0x03, // control: unnumbered information
  0x00,
  0x21, // IPv4
];

const CISCO_HDLC = [
  0x0f, // address: unicast
  0x00, // control
  0x08,
  0x00, // IPv4
];

const FRAME_RELAY = [
  0x18,
  0x41, // address: DLCI 100
  0x03, // control: unnumbered information
  0xcc, // NLPID IPv4
];

const IEEE_802_11_FROM_DS = [
  0x08, // version 0, data
  0x02, // from the distribution system
  0x00,
  0x00, // duration
  0x02,
  0x00,
  0x00,
  0x00,
  0x00,
  0x02, // receiver
  0x02,
  0x00,
  0x00,
  0x00,
  0x00,
  0x03, // base station
  0x02,
  0x00,
  0x00,
  0x00,
  0x00,
  0x01, // source
  0x10,
  0x00, // fragment 0 of sequence 1
];

const IEEE_802_11 = [...IEEE_802_11_FROM_DS, ...LLC_SNAP];

const IEEE_802_11_QOS = [
  0x88, // version 0, data with quality of service
  ...IEEE_802_11_FROM_DS.slice(1),
  0x00,
  0x00, // quality of service
];

const IEEE_802_11_FOUR_ADDRESSES = [
  0x03, // to and from the distribution system
  ...IEEE_802_11_FROM_DS.slice(2),
  0x02,
  0x00,
  0x00,
  0x00,
  0x00,
  0x04, // source
];

const IEEE_802_15_4 = [
  0x41,
  0x88, // frame control: data, one PAN, both addresses short, version 0
  0x01, // sequence number
  0xcd,
  0xab, // PAN
  0x02,
  0x00, // destination
  0x01,
  0x00, // source
];

const IEEE_802_15_4_IPV6 = [
  ...IEEE_802_15_4,
  0x41, // uncompressed IPv6
];

const ADDRESSES_IN_FULL = [
  ...address('2001:db8::1'), // source
  ...address('2001:db8::2'), // destination
];

const IEEE_802_15_4_IPHC = [
  ...IEEE_802_15_4,
  0x7a, // IPHC: traffic class and flow label 0, next header in full, hop limit 64
  0x00, // addresses in full
  0x06, // next header TCP
  ...ADDRESSES_IN_FULL,
];

const INFINIBAND = [
  0x00,
  0x02, // local route: next header transport
  0x00,
  0x01, // destination
  0x00,
  0x12, // length in words of four bytes
  0x00,
  0x02, // source
  0x64, // opcode: datagram
  0x00, // flags
  0xff,
  0xff, // partition
  0x00,
  0x00,
  0x01,
  0x23, // destination queue
  0x00,
  0x00,
  0x00,
  0x01, // sequence number
  0x00,
  0x00,
  0x0b,
  0x1b, // key
  0x00,
  0x00,
  0x00,
  0x48, // source queue
  0x08,
  0x00, // IPv4
  0x00,
  0x00, // reserved
];

const FIBRE_CHANNEL = [
  0x04, // routing control: unsolicited data
  0x00,
  0x00,
  0x02, // destination
  0x00, // class specific control
  0x00,
  0x00,
  0x01, // source
  0x05, // type: LLC
  0x38,
  0x00,
  0x00, // frame control
  0x00, // sequence
  0x00, // data field control: no optional headers
  0x00,
  0x00, // sequence count
  0xff,
  0xff,
  0xff,
  0xff, // exchanges
  0x00,
  0x00,
  0x00,
  0x00, // parameter
];

const JUNIPER = [
  0x4d,
  0x47,
  0x43, // MGC
  0x00, // outgoing, with a link layer
];

const ERF = [
  0x00,
  0x00,
  0x00,
  0x00,
  0x00,
  0xf1,
  0x53,
  0x65, // time, little-endian: fraction, then seconds
  0x02, // Ethernet
  0x04, // flags: varying length
  0x00,
  0x48, // record length
  0x00,
  0x00, // packets lost
  0x00,
  0x3a, // length on the wire, with the checksum
];
// biome-ignore-end format: as above

// biome-ignore format: a field a line
export const LINK_FRAMES: readonly LinkFrame[] = [
  {
    linkType: 0, name: 'NULL', variant: 'little-endian', oracle: 'tshark',
    header: [
      0x02, 0x00, 0x00, 0x00, // AF_INET
    ],
  },
  { linkType: 1, name: 'EN10MB', variant: 'EtherType', oracle: 'tshark', header: ETHERNET },
  {
    linkType: 1, name: 'EN10MB', variant: 'bridged frame in SNAP', oracle: 'tshark',
    header: [
      0x02, 0x00, 0x00, 0x00, 0x00, 0x02, // destination
      0x02, 0x00, 0x00, 0x00, 0x00, 0x01, // source
      0x00, 0x40, // length of an 802.3 frame
      0xaa, 0xaa, 0x03, // SNAP, unnumbered information
      0x00, 0x80, 0xc2, // organisation IEEE 802.1
      0x00, 0x07, // Ethernet without its checksum
      0x00, 0x00, // padding
      ...ETHERNET,
    ],
  },
  {
    linkType: 3, name: 'AX25', variant: 'two addresses', oracle: 'tshark',
    header: [
      0x82, 0x84, 0x86, 0x40, 0x40, 0x40, 0xe0, // destination ABC
      0x88, 0x8a, 0x8c, 0x40, 0x40, 0x40, 0x61, // source DEF, the last address
      0x03, // unnumbered information
      0xcc, // IPv4
    ],
  },
  {
    linkType: 3, name: 'AX25', variant: 'by a repeater, numbered information', oracle: 'tshark',
    header: [
      0x82, 0x84, 0x86, 0x40, 0x40, 0x40, 0xe0, // destination ABC
      0x88, 0x8a, 0x8c, 0x40, 0x40, 0x40, 0x60, // source DEF
      0x8e, 0x90, 0x92, 0x40, 0x40, 0x40, 0xe1, // repeater GHI, the last address
      0x24, // information number 2, expecting number 1
      0xcc, // IPv4
    ],
  },
  {
    linkType: 6, name: 'IEEE802_5', variant: 'on one ring', oracle: 'tshark',
    header: [
      0x10, // access control
      0x40, // frame control: LLC
      0x02, 0x00, 0x00, 0x00, 0x00, 0x02, // destination
      0x02, 0x00, 0x00, 0x00, 0x00, 0x01, // source
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 6, name: 'IEEE802_5', variant: 'with a route', oracle: 'tshark',
    header: [
      0x10, // access control
      0x40, // frame control: LLC
      0x02, 0x00, 0x00, 0x00, 0x00, 0x02, // destination
      0x82, 0x00, 0x00, 0x00, 0x00, 0x01, // source, with the bit for a route
      0x06, 0x30, // routing control: 6 bytes
      0x00, 0x11, // ring and bridge
      0x00, 0x20, // ring and bridge
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 7, name: 'ARCNET_BSD', variant: 'RFC 1201', oracle: 'tshark',
    header: [
      0x01, // source
      0x02, // destination
      0xd4, // IPv4
      0x00, // flag: not a fragment
      0x00, 0x01, // sequence number
    ],
  },
  {
    linkType: 7, name: 'ARCNET_BSD', variant: 'RFC 1201, exception', oracle: 'tshark',
    header: [
      0x01, // source
      0x02, // destination
      0xd4, // IPv4
      0xff, // exception
      0xff, 0xff, // padding
      0xd4, // IPv4
      0x00, // flag: not a fragment
      0x00, 0x01, // sequence number
    ],
  },
  {
    linkType: 7, name: 'ARCNET_BSD', variant: 'RFC 1051', oracle: 'tshark',
    header: [
      0x01, // source
      0x02, // destination
      0xf0, // IPv4
    ],
  },
  {
    linkType: 7, name: 'ARCNET_BSD', variant: 'IPv6', family: 6, oracle: 'tshark',
    header: [
      0x01, // source
      0x02, // destination
      0xc4, // IPv6
      0x00, // flag: not a fragment
      0x00, 0x01, // sequence number
    ],
  },
  {
    linkType: 8, name: 'SLIP', variant: 'received', oracle: 'tcpdump',
    header: [
      0x00, // received
      0x45, // an unmodified IP datagram
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // compression
    ],
  },
  { linkType: 9, name: 'PPP', variant: 'framed', oracle: 'tshark', header: PPP },
  { linkType: 9, name: 'PPP', variant: 'Cisco', oracle: 'tshark', header: CISCO_HDLC },
  { linkType: 9, name: 'PPP', variant: 'Cisco, multicast', oracle: 'tshark', header: [0x8f, ...CISCO_HDLC.slice(1)] },
  {
    linkType: 10, name: 'FDDI', variant: 'asynchronous', oracle: 'tshark',
    header: [
      0x54, // frame control: asynchronous, LLC, priority 4
      0x02, 0x00, 0x00, 0x00, 0x00, 0x02, // destination
      0x02, 0x00, 0x00, 0x00, 0x00, 0x01, // source
      ...LLC_SNAP,
    ],
  },
  { linkType: 11, name: 'ATM_RFC1483', variant: 'LLC', oracle: 'tshark', header: LLC_SNAP },
  { linkType: 12, name: 'RAW', variant: 'IPv4', oracle: 'tshark', header: [] },
  {
    linkType: 13, name: 'ENC', variant: 'IPv4', oracle: 'tshark',
    header: [
      0x02, 0x00, 0x00, 0x00, // AF_INET
      0x00, 0x00, 0x00, 0x00, // security parameters index
      0x00, 0x00, 0x00, 0x00, // flags
    ],
  },
  { linkType: 16, name: 'ATM_CLIP', variant: 'IPv4', oracle: 'tshark', header: [] },
  { linkType: 18, name: 'ATM_CLIP', variant: 'IPv4', oracle: 'tshark', header: [] },
  {
    linkType: 32, name: 'REDBACK_SMARTEDGE', variant: 'IPv4', oracle: 'tshark',
    header: redback(1, 24),
  },
  {
    linkType: 32, name: 'REDBACK_SMARTEDGE', variant: 'IPv4 after Ethernet', oracle: 'tshark',
    header: [...redback(1, 38), ...ETHERNET],
  },
  {
    linkType: 32, name: 'REDBACK_SMARTEDGE', variant: 'Ethernet', oracle: 'tshark',
    header: [...redback(3, 24), ...ETHERNET],
  },
  { linkType: 14, name: 'RAW', variant: 'IPv6', family: 6, oracle: 'tshark', header: [] },
  { linkType: 19, name: 'ATM_CLIP', variant: 'IPv4', oracle: 'tshark', header: [] },
  { linkType: 50, name: 'PPP_HDLC', variant: 'PPP', oracle: 'tshark', header: PPP },
  { linkType: 50, name: 'PPP_HDLC', variant: 'Cisco', oracle: 'tshark', header: CISCO_HDLC },
  {
    linkType: 51, name: 'PPP_ETHER', variant: 'session', oracle: 'tshark',
    header: [
      0x11, // version 1, type 1
      0x00, // session data
      0x12, 0x34, // session
      0x00, 0x2a, // length: 42
      0x00, 0x21, // IPv4
    ],
  },
  {
    linkType: 99, name: 'SYMANTEC_FIREWALL', variant: 'version 2', oracle: 'tshark',
    header: [
      0xc0, 0x00, 0x02, 0x09, // address of the interface
      0x00, 0x00, // unused
      0x08, 0x00, // IPv4
      0x00, 0x00, // unused
      0x00, 0x00, // no type of version 3
      ...Array<number>(32).fill(0), // unused
    ],
  },
  {
    linkType: 99, name: 'SYMANTEC_FIREWALL', variant: 'version 3', oracle: 'tshark',
    header: [
      0xc0, 0x00, 0x02, 0x09, // address of the interface
      0x00, 0x00, // unused
      0x00, 0x00, // no type of version 2
      0x00, 0x00, // unused
      0x08, 0x00, // IPv4
      ...Array<number>(44).fill(0), // unused
    ],
  },
  { linkType: 100, name: 'ATM_RFC1483', variant: 'LLC', oracle: 'tshark', header: LLC_SNAP },
  {
    linkType: 100, name: 'ATM_RFC1483', variant: 'NLPID', oracle: 'tshark',
    header: [
      0xfe, 0xfe, // access points: by an NLPID
      0x03, // unnumbered information
      0xcc, // NLPID IPv4
    ],
  },
  {
    linkType: 100, name: 'ATM_RFC1483', variant: 'bridged Ethernet', oracle: 'tshark',
    header: [
      0xaa, 0xaa, 0x03, // SNAP, unnumbered information
      0x00, 0x80, 0xc2, // organisation IEEE 802.1
      0x00, 0x07, // Ethernet without its checksum
      0x00, 0x00, // padding
      ...ETHERNET,
    ],
  },
  {
    linkType: 100, name: 'ATM_RFC1483', variant: 'NLPID as Cisco writes it', oracle: 'tcpdump',
    header: [
      0x03, // unnumbered information
      0xcc, // NLPID IPv4
    ],
  },
  {
    linkType: 100, name: 'ATM_RFC1483', variant: 'IP by its access points', oracle: 'tshark',
    header: [
      0x06, 0x06, // access points: IP
      0x03, // unnumbered information
    ],
  },
  { linkType: 101, name: 'RAW', variant: 'IPv4', oracle: 'tshark', header: [] },
  { linkType: 104, name: 'C_HDLC', variant: 'IPv4', oracle: 'tshark', header: CISCO_HDLC },
  {
    linkType: 104, name: 'C_HDLC', variant: 'IPv6, multicast', family: 6, oracle: 'tshark',
    header: [
      0x8f, // address: multicast
      0x00, // control
      0x86, 0xdd, // IPv6
    ],
  },
  { linkType: 105, name: 'IEEE802_11', variant: 'data', oracle: 'tshark', header: IEEE_802_11 },
  {
    linkType: 105, name: 'IEEE802_11', variant: 'to the distribution system', oracle: 'tshark',
    header: [0x08, 0x01, ...IEEE_802_11_FROM_DS.slice(2), ...LLC_SNAP],
  },
  {
    linkType: 105, name: 'IEEE802_11', variant: 'between stations', oracle: 'tshark',
    header: [0x08, 0x00, ...IEEE_802_11_FROM_DS.slice(2), ...LLC_SNAP],
  },
  {
    linkType: 105, name: 'IEEE802_11', variant: 'four addresses', oracle: 'tshark',
    header: [0x08, ...IEEE_802_11_FOUR_ADDRESSES, ...LLC_SNAP],
  },
  {
    linkType: 105, name: 'IEEE802_11', variant: 'with an acknowledgement for the base station', oracle: 'tshark',
    header: [0x18, ...IEEE_802_11_FROM_DS.slice(1), ...LLC_SNAP],
  },
  {
    linkType: 105, name: 'IEEE802_11', variant: 'order bit without quality of service', oracle: 'tshark',
    header: [0x08, 0x82, ...IEEE_802_11_FROM_DS.slice(2), ...LLC_SNAP],
  },
  {
    linkType: 105, name: 'IEEE802_11', variant: 'quality of service', oracle: 'tshark',
    header: [...IEEE_802_11_QOS, ...LLC_SNAP],
  },
  {
    linkType: 105, name: 'IEEE802_11', variant: 'quality of service, four addresses', oracle: 'tshark',
    header: [0x88, ...IEEE_802_11_FOUR_ADDRESSES, 0x00, 0x00, ...LLC_SNAP],
  },
  {
    linkType: 105, name: 'IEEE802_11', variant: 'HT control', oracle: 'tshark',
    header: [
      0x88, // version 0, data with quality of service
      0x82, // from the distribution system; order
      ...IEEE_802_11_FROM_DS.slice(2),
      0x00, 0x00, // quality of service
      0x00, 0x00, 0x00, 0x00, // HT control
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 105, name: 'IEEE802_11', variant: 'A-MSDU of one', oracle: 'tshark',
    header: [
      ...IEEE_802_11_QOS.slice(0, -2),
      0x80, 0x00, // quality of service: A-MSDU
      0x02, 0x00, 0x00, 0x00, 0x00, 0x02, // destination
      0x02, 0x00, 0x00, 0x00, 0x00, 0x01, // source
      0x00, 0x30, // length: 48
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 105, name: 'IEEE802_11', variant: 'mesh', oracle: 'tshark',
    header: [
      0x88, // version 0, data with quality of service
      ...IEEE_802_11_FOUR_ADDRESSES,
      0x00, 0x01, // quality of service: mesh control is present
      0x00, // no more addresses
      0x1f, // time to live
      0x01, 0x00, 0x00, 0x00, // sequence number
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 105, name: 'IEEE802_11', variant: 'mesh, six addresses', oracle: 'tshark',
    header: [
      0x88, // version 0, data with quality of service
      ...IEEE_802_11_FOUR_ADDRESSES,
      0x00, 0x01, // quality of service: mesh control is present
      0x02, // two more addresses
      0x1f, // time to live
      0x01, 0x00, 0x00, 0x00, // sequence number
      0x02, 0x00, 0x00, 0x00, 0x00, 0x05, // destination beyond the mesh
      0x02, 0x00, 0x00, 0x00, 0x00, 0x06, // source beyond the mesh
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 105, name: 'IEEE802_11', variant: 'the bit for a mesh without mesh control', oracle: 'tshark',
    header: [
      ...IEEE_802_11_QOS.slice(0, -2),
      0x00, 0x01, // quality of service: a number
      ...LLC_SNAP,
    ],
  },
  { linkType: 106, name: 'ATM_CLIP', variant: 'IPv4', oracle: 'tshark', header: [] },
  { linkType: 106, name: 'ATM_CLIP', variant: 'LLC', oracle: 'tcpdump', header: LLC_SNAP },
  { linkType: 107, name: 'FRELAY', variant: 'NLPID', oracle: 'tshark', header: FRAME_RELAY },
  {
    linkType: 107, name: 'FRELAY', variant: 'three bytes of address, padding', oracle: 'tshark',
    header: [
      0x18, 0x40, 0x41, // address
      0x03, // control: unnumbered information
      0x00, // padding
      0xcc, // NLPID IPv4
    ],
  },
  {
    linkType: 107, name: 'FRELAY', variant: 'four bytes of address, IPv6', family: 6, oracle: 'tshark',
    header: [
      0x18, 0x40, 0x40, 0x41, // address
      0x03, // control: unnumbered information
      0x8e, // NLPID IPv6
    ],
  },
  {
    linkType: 107, name: 'FRELAY', variant: 'Cisco', oracle: 'tshark',
    header: [
      0x18, 0x41, // address
      0x08, 0x00, // IPv4
    ],
  },
  {
    linkType: 107, name: 'FRELAY', variant: 'SNAP', oracle: 'tshark',
    header: [
      0x18, 0x41, // address
      0x03, // control: unnumbered information
      0x00, // padding
      0x80, // NLPID SNAP
      0x00, 0x00, 0x00, // organisation: what follows is an EtherType
      0x08, 0x00, // IPv4
    ],
  },
  {
    linkType: 107, name: 'FRELAY', variant: 'bridged Ethernet', oracle: 'tshark',
    header: [
      0x18, 0x41, // address
      0x03, // control: unnumbered information
      0x00, // padding
      0x80, // NLPID SNAP
      0x00, 0x80, 0xc2, // organisation IEEE 802.1
      0x00, 0x07, // Ethernet without its checksum
      ...ETHERNET,
    ],
  },
  {
    linkType: 107, name: 'FRELAY', variant: 'PPP', oracle: 'tshark',
    header: [
      0x18, 0x41, // address
      0x03, // control: unnumbered information
      0xcf, // NLPID PPP
      0x00, 0x21, // IPv4
    ],
  },
  { linkType: 108, name: 'LOOP', variant: 'IPv4', oracle: 'tshark', header: [0x00, 0x00, 0x00, 0x02] },
  {
    linkType: 109, name: 'ENC', variant: 'little-endian', oracle: 'tshark',
    header: [
      0x02, 0x00, 0x00, 0x00, // AF_INET
      0x00, 0x00, 0x12, 0x34, // security parameters index
      0x00, 0x0c, 0x00, 0x00, // flags: authentic and confidential
    ],
  },
  {
    linkType: 109, name: 'ENC', variant: 'big-endian', isBigEndian: true, oracle: 'tshark',
    header: [
      0x00, 0x00, 0x00, 0x02, // AF_INET
      0x00, 0x00, 0x12, 0x34, // security parameters index
      0x00, 0x00, 0x0c, 0x00, // flags: authentic and confidential
    ],
  },
  {
    linkType: 109, name: 'ENC', variant: 'IPv6', family: 6, oracle: 'tshark',
    header: [
      0x18, 0x00, 0x00, 0x00, // AF_INET6 of OpenBSD
      0x00, 0x00, 0x12, 0x34, // security parameters index
      0x00, 0x0c, 0x00, 0x00, // flags: authentic and confidential
    ],
  },
  { linkType: 112, name: 'HDLC', variant: 'IPv4', oracle: 'tshark', header: CISCO_HDLC },
  {
    linkType: 113, name: 'LINUX_SLL', variant: 'IPv4', oracle: 'tshark',
    header: [
      0x00, 0x00, // packet type: to us
      0x00, 0x01, // ARPHRD_ETHER
      0x00, 0x06, // length of the sender's address
      0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, // sender's address, padded
      0x08, 0x00, // IPv4
    ],
  },
  {
    linkType: 113, name: 'LINUX_SLL', variant: 'Ethernet', oracle: 'tshark',
    header: [...linuxCooked(1, 0x0003), ...ETHERNET],
  },
  {
    linkType: 113, name: 'LINUX_SLL', variant: 'PPP', oracle: 'tshark',
    header: [...linuxCooked(512, 0x0007), ...PPP],
  },
  {
    linkType: 113, name: 'LINUX_SLL', variant: 'frame relay', oracle: 'tshark',
    header: [...linuxCooked(770, 0x0000), ...FRAME_RELAY],
  },
  {
    linkType: 113, name: 'LINUX_SLL', variant: 'radiotap', oracle: 'tshark',
    header: [
      ...linuxCooked(803, 0x0004),
      0x00, 0x00, // radiotap: version, padding
      0x08, 0x00, // length 8
      0x00, 0x00, 0x00, 0x00, // no fields are present
      ...IEEE_802_11,
    ],
  },
  {
    linkType: 113, name: 'LINUX_SLL', variant: 'GRE', oracle: 'tshark',
    header: linuxCooked(778, 0x0800),
  },
  {
    linkType: 113, name: 'LINUX_SLL', variant: 'IEEE 802.15.4', family: 6, oracle: 'tshark',
    header: [...linuxCooked(804, 0x00f6), ...IEEE_802_15_4_IPV6],
    trailer: checkSequence(IEEE_802_15_4_IPV6, ipv6()),
  },
  {
    linkType: 117, name: 'PFLOG', variant: 'FreeBSD and macOS', oracle: 'tshark',
    header: [
      0x3d, // length: 61, without the padding
      0x02, // AF_INET
      0x00, // pass
      0x00, // match
      0x65, 0x6d, 0x30, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // em0
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // ruleset
      0x00, 0x00, 0x00, 0x01, // rule
      0xff, 0xff, 0xff, 0xff, // no rule in an anchor
      0xff, 0xff, 0xff, 0xff, // user
      0x00, 0x00, 0x00, 0x00, // process
      0x00, 0x00, 0x00, 0x00, // user of the rule
      0x00, 0x00, 0x00, 0x00, // process of the rule
      0x01, // in
      0x00, 0x00, 0x00, // padding
    ],
  },
  {
    linkType: 117, name: 'PFLOG', variant: 'OpenBSD', family: 6, oracle: 'tshark',
    header: [
      0x64, // length: 100
      0x18, // AF_INET6 of OpenBSD
      0x00, // pass
      0x00, // match
      0x65, 0x6d, 0x30, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // em0
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // ruleset
      0x00, 0x00, 0x00, 0x01, // rule
      0xff, 0xff, 0xff, 0xff, // no rule in an anchor
      0xff, 0xff, 0xff, 0xff, // user
      0x00, 0x00, 0x00, 0x00, // process
      0x00, 0x00, 0x00, 0x00, // user of the rule
      0x00, 0x00, 0x00, 0x00, // process of the rule
      0x01, // in
      0x00, // not rewritten
      0x18, // address family after translation
      0x00, // padding
      0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, // source
      0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, // destination
      0x01, 0xbb, // source port
      0xc3, 0x50, // destination port
    ],
  },
  {
    linkType: 117, name: 'PFLOG', variant: 'OpenBSD 3.4', oracle: 'tshark',
    header: [
      0x2d, // length: 45, without the padding
      0x02, // AF_INET
      0x00, // pass
      0x00, // match
      0x65, 0x6d, 0x30, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // em0
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // ruleset
      0x00, 0x00, 0x00, 0x01, // rule
      0xff, 0xff, 0xff, 0xff, // no rule in an anchor
      0x01, // in
      0x00, 0x00, 0x00, // padding
    ],
  },
  {
    linkType: 119, name: 'IEEE802_11_PRISM', variant: 'little-endian', oracle: 'tshark',
    header: [
      0x44, 0x00, 0x00, 0x00, // message code
      0x90, 0x00, 0x00, 0x00, // length: 144
      0x77, 0x6c, 0x61, 0x6e, 0x30, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // wlan0
      0x44, 0x00, 0x01, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, // host time
      0x44, 0x00, 0x02, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, // clock of the radio
      0x44, 0x00, 0x03, 0x00, 0x00, 0x00, 0x04, 0x00, 0x06, 0x00, 0x00, 0x00, // channel
      0x44, 0x00, 0x04, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, // signal strength
      0x44, 0x00, 0x05, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, // signal quality
      0x44, 0x00, 0x06, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, // signal
      0x44, 0x00, 0x07, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, // noise
      0x44, 0x00, 0x08, 0x00, 0x00, 0x00, 0x04, 0x00, 0x02, 0x00, 0x00, 0x00, // rate
      0x44, 0x00, 0x09, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, // was it sent?
      0x44, 0x00, 0x0a, 0x00, 0x00, 0x00, 0x04, 0x00, 0x48, 0x00, 0x00, 0x00, // frame length
      ...IEEE_802_11,
    ],
  },
  {
    linkType: 119, name: 'IEEE802_11_PRISM', variant: 'big-endian', oracle: 'tshark',
    header: [
      0x00, 0x00, 0x00, 0x44, // message code
      0x00, 0x00, 0x00, 0x90, // length: 144
      ...Array<number>(136).fill(0), // unused
      ...IEEE_802_11,
    ],
  },
  {
    linkType: 119, name: 'IEEE802_11_PRISM', variant: 'with the header of AVS', oracle: 'tshark',
    header: [
      0x80, 0x21, 0x10, 0x01, // magic number and version
      0x00, 0x00, 0x00, 0x40, // length: 64
      ...Array<number>(56).fill(0), // unused
      ...IEEE_802_11,
    ],
  },
  {
    linkType: 122, name: 'IP_OVER_FC', variant: 'IPv4', oracle: 'tshark',
    header: [
      0x10, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x02, // destination
      0x10, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, // source
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 123, name: 'SUNATM', variant: 'LLC', oracle: 'tshark',
    header: [
      0x02, // LLC
      0x00, // virtual path
      0x00, 0x64, // virtual circuit
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 123, name: 'SUNATM', variant: 'LAN emulation', oracle: 'tshark',
    header: [
      0x01, // LAN emulation
      0x00, // virtual path
      0x00, 0x64, // virtual circuit
      0x00, 0x01, // sender
      ...ETHERNET,
    ],
  },
  {
    linkType: 127, name: 'IEEE802_11_RADIOTAP', variant: 'no fields', oracle: 'tshark',
    header: [
      0x00, // version
      0x00, // padding
      0x08, 0x00, // length
      0x00, 0x00, 0x00, 0x00, // no field is present
      ...IEEE_802_11,
    ],
  },
  {
    linkType: 127, name: 'IEEE802_11_RADIOTAP', variant: 'padded, checksum at the end', oracle: 'tshark',
    header: [
      0x00, // version
      0x00, // padding
      0x09, 0x00, // length
      0x02, 0x00, 0x00, 0x00, // flags are present
      0x30, // padded between header and body, checksum at the end
      ...IEEE_802_11_QOS,
      0x00, 0x00, // padding
      ...LLC_SNAP,
    ],
    trailer: [0x00, 0x00, 0x00, 0x00], // checksum
  },
  {
    linkType: 127, name: 'IEEE802_11_RADIOTAP', variant: 'padded without notice', oracle: 'tshark',
    header: [
      0x00, // version
      0x00, // padding
      0x09, 0x00, // length
      0x02, 0x00, 0x00, 0x00, // flags are present
      0x00, // flags
      ...IEEE_802_11_QOS,
      0x00, 0x00, // padding
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 127, name: 'IEEE802_11_RADIOTAP', variant: 'flags after a clock', oracle: 'tshark',
    header: [
      0x00, // version
      0x00, // padding
      0x19, 0x00, // length
      0x03, 0x00, 0x00, 0x80, // clock and flags are present, and more of this
      0x00, 0x00, 0x00, 0x00, // no more fields are present
      0x00, 0x00, 0x00, 0x00, // alignment
      0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, // clock
      0x20, // padded between header and body
      0x88, ...IEEE_802_11_FROM_DS.slice(1), 0x00, 0x00, // header, quality of service
      0x00, 0x00, // padding
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 128, name: 'TZSP', variant: 'Ethernet', oracle: 'tshark',
    header: [
      0x01, // version
      0x00, // a packet that was received
      0x00, 0x01, // Ethernet
      0x01, // end of the tags
      ...ETHERNET,
    ],
  },
  {
    linkType: 129, name: 'ARCNET_LINUX', variant: 'RFC 1201', oracle: 'tshark',
    header: [
      0x01, // source
      0x02, // destination
      0x00, 0x00, // offset
      0xd4, // IPv4
      0x00, // flag: not a fragment
      0x00, 0x01, // sequence number
    ],
  },
  {
    linkType: 130, name: 'JUNIPER_MLPPP', variant: 'link of a bundle', oracle: 'tshark',
    header: [...JUNIPER, ...PPP],
  },
  {
    linkType: 130, name: 'JUNIPER_MLPPP', variant: 'multilink card', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x00, 0x05, // bundle
      0x00, 0x21, // IPv4
    ],
  },
  {
    linkType: 130, name: 'JUNIPER_MLPPP', variant: 'link services card', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x54, // link services
      0x05, // bundle
      0x00, 0x00, // unknown
      0x00, 0x21, // IPv4
    ],
  },
  {
    linkType: 130, name: 'JUNIPER_MLPPP', variant: 'adaptive services card', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x47, // adaptive services
      0x00, 0x00, 0x00, // unknown
      0x00, // direction
      0x00, // IPv4
      0x00, 0x28, // bundle
    ],
  },
  {
    linkType: 130, name: 'JUNIPER_MLPPP', variant: 'adaptive services card, IPv6', family: 6, oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x47, // adaptive services
      0x00, 0x00, 0x00, // unknown
      0x00, // direction
      0x10, // IPv6
      0x00, 0x28, // bundle
    ],
  },
  {
    linkType: 131, name: 'JUNIPER_MLFR', variant: 'multilink card', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x00, 0x05, // bundle
      0x03, // unnumbered information
      0xcc, // NLPID IPv4
    ],
  },
  {
    linkType: 131, name: 'JUNIPER_MLFR', variant: 'link services card', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x54, // link services
      0x05, // bundle
      0x00, 0x00, // unknown
      0x03, // unnumbered information
      0xcc, // NLPID IPv4
    ],
  },
  {
    linkType: 131, name: 'JUNIPER_MLFR', variant: 'adaptive services card', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x47, // adaptive services
      0x00, 0x00, 0x00, // unknown
      0x00, // direction
      0x00, // IPv4
      0x00, 0x28, // bundle
    ],
  },
  {
    linkType: 133, name: 'JUNIPER_GGSN', variant: 'IPv4', oracle: 'tcpdump',
    header: [
      ...JUNIPER,
      0x00, // service
      0x00, // flags
      0x02, // IPv4
      0x00, // flags
      0x00, 0x64, // VLAN
      0x00, 0x00, // reserved
    ],
  },
  {
    linkType: 133, name: 'JUNIPER_GGSN', variant: 'short', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x02, 0x00, // IPv4
      0x64, 0x00, // VLAN
    ],
  },
  {
    linkType: 134, name: 'JUNIPER_MFR', variant: 'link of a bundle', oracle: 'tcpdump',
    header: [
      ...JUNIPER,
      0xc0, 0x01, // whole frame, sequence number 1
      ...FRAME_RELAY,
    ],
  },
  {
    linkType: 134, name: 'JUNIPER_MFR', variant: 'adaptive services card', oracle: 'tcpdump',
    header: [
      ...JUNIPER,
      0x47, // adaptive services
      0x00, 0x00, 0x00, // unknown
      0x00, // direction
      0x00, // IPv4
      0x00, 0x28, // bundle
    ],
  },
  {
    linkType: 134, name: 'JUNIPER_MFR', variant: 'link services card', oracle: 'tcpdump',
    header: [
      ...JUNIPER,
      0x54, // link services
      0x05, // bundle
      0x00, 0x00, 0x00, 0x00, // unknown
      0x03, // unnumbered information
      0xcc, // NLPID IPv4
    ],
  },
  {
    linkType: 135, name: 'JUNIPER_ATM2', variant: 'LLC', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x00, 0x00, 0x00, 0x00, // gap count 0
      0x00, 0x00, 0x00, 0x00, // packet
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 135, name: 'JUNIPER_ATM2', variant: 'Ethernet', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x00, 0x00, 0x00, 0x01, // gap count 1
      0x00, 0x00, 0x00, 0x00, // packet
      ...ETHERNET,
    ],
  },
  {
    linkType: 135, name: 'JUNIPER_ATM2', variant: 'PPP', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x00, 0x00, 0x00, 0x00, // gap count 0
      0x00, 0x00, 0x00, 0x00, // packet
      0x00, 0x21, // IPv4
    ],
  },
  {
    linkType: 135, name: 'JUNIPER_ATM2', variant: 'IPv4', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x00, 0x00, 0x00, 0x00, // gap count 0
      0x00, 0x00, 0x00, 0x00, // packet
    ],
  },
  {
    linkType: 136, name: 'JUNIPER_SERVICES', variant: 'outgoing', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // unknown
    ],
  },
  {
    linkType: 136, name: 'JUNIPER_SERVICES', variant: 'incoming', oracle: 'tshark',
    header: [
      0x4d, 0x47, 0x43, // MGC
      0x01, // incoming, with a link layer
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // unknown
    ],
  },
  {
    linkType: 136, name: 'JUNIPER_SERVICES', variant: 'short', oracle: 'tcpdump',
    header: [
      ...JUNIPER,
      0x01, // service
      0x00, // flags
      0x00, 0x01, // set of services
      0x00, 0x00, 0x00, 0x05, // direction and interface
    ],
  },
  {
    linkType: 137, name: 'JUNIPER_ATM1', variant: 'LLC', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x00, 0x00, 0x01, 0x00, // format, virtual circuit and channel
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 137, name: 'JUNIPER_ATM1', variant: 'NLPID', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x00, 0x00, 0x01, 0x00, // format, virtual circuit and channel
      0x03, // unnumbered information
      0xcc, // NLPID IPv4
    ],
  },
  {
    linkType: 137, name: 'JUNIPER_ATM1', variant: 'IPv6', family: 6, oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x00, 0x00, 0x01, 0x00, // format, virtual circuit and channel
    ],
  },
  {
    linkType: 138, name: 'APPLE_IP_OVER_IEEE1394', variant: 'IPv4', oracle: 'tshark',
    header: [
      0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x02, // destination
      0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x01, // source
      0x08, 0x00, // IPv4
    ],
  },
  {
    linkType: 143, name: 'DOCSIS', variant: 'packet', oracle: 'tshark',
    header: [
      0x00, // packet, no extended header
      0x00, // parameter
      0x00, 0x3a, // length: 58
      0x07, 0x62, // header check sequence
      ...ETHERNET,
    ],
    trailer: [0x00, 0x00, 0x00, 0x00], // checksum of the Ethernet frame
  },
  {
    linkType: 143, name: 'DOCSIS', variant: 'packet with an extended header', oracle: 'tshark',
    header: [
      0x01, // packet, extended header
      0x06, // length of the extended header
      0x00, 0x40, // length: 64
      0x43, // privacy downstream, 3 bytes
      0x11, // key 1, version 1
      0x00, 0x01, // not encrypted, association 1
      0x80, // service downstream, 0 bytes
      0x00, // unused
      0xfe, 0x4b, // header check sequence
      ...ETHERNET,
    ],
    trailer: [0x00, 0x00, 0x00, 0x00], // checksum of the Ethernet frame
  },
  {
    linkType: 163, name: 'IEEE802_11_AVS', variant: 'version 1', oracle: 'tshark',
    header: [
      0x80, 0x21, 0x10, 0x01, // magic number and version
      0x00, 0x00, 0x00, 0x40, // length: 64
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, // clock of the radio
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, // host time
      0x00, 0x00, 0x00, 0x04, // direct sequence
      0x00, 0x00, 0x00, 0x06, // channel
      0x00, 0x00, 0x00, 0x6e, // rate
      0x00, 0x00, 0x00, 0x00, // antenna
      0x00, 0x00, 0x00, 0x00, // priority
      0x00, 0x00, 0x00, 0x00, // signal strength is absent
      0x00, 0x00, 0x00, 0x00, // signal
      0x00, 0x00, 0x00, 0x00, // noise
      0x00, 0x00, 0x00, 0x00, // preamble
      0x00, 0x00, 0x00, 0x00, // encoding
      ...IEEE_802_11,
    ],
  },
  {
    linkType: 163, name: 'IEEE802_11_AVS', variant: 'version 2', oracle: 'tshark',
    header: [
      0x80, 0x21, 0x10, 0x02, // magic number and version
      0x00, 0x00, 0x00, 0x50, // length: 80
      ...Array<number>(72).fill(0), // unused
      ...IEEE_802_11,
    ],
  },
  {
    linkType: 164, name: 'JUNIPER_MONITOR', variant: 'IPv6', family: 6, oracle: 'tcpdump',
    header: [
      ...JUNIPER,
      0x00, // type
      0x00, // padding
      0x00, 0x05, // interface
      0x00, 0x00, 0x00, 0x01, // service
    ],
  },
  {
    linkType: 166, name: 'PPP_PPPD', variant: 'sent', oracle: 'tcpdump',
    header: [
      0x01, // sent
      0x03, // control: unnumbered information
      0x00, 0x21, // IPv4
    ],
  },
  {
    linkType: 166, name: 'PPP_PPPD', variant: 'received', family: 6, oracle: 'tcpdump',
    header: [
      0x00, // received
      0x03, // control: unnumbered information
      0x00, 0x57, // IPv6
    ],
  },
  { linkType: 167, name: 'JUNIPER_PPPOE', variant: 'Ethernet', oracle: 'tshark', header: [...JUNIPER, ...ETHERNET] },
  {
    linkType: 168, name: 'JUNIPER_PPPOE_ATM', variant: 'PPPoE', oracle: 'tcpdump',
    header: [
      ...JUNIPER,
      0x88, 0x64, // PPPoE session
      0x11, // version 1, type 1
      0x00, // session data
      0x12, 0x34, // session
      0x00, 0x2a, // length: 42
      0x00, 0x21, // IPv4
    ],
  },
  {
    linkType: 175, name: 'ERF_ETH', variant: 'Ethernet', oracle: 'none',
    header: [...ERF, 0x00, 0x00, ...ETHERNET],
    trailer: [0x00, 0x00, 0x00, 0x00], // checksum of the Ethernet frame
  },
  {
    linkType: 176, name: 'ERF_POS', variant: 'PPP', oracle: 'none',
    header: [...ERF.slice(0, 8), 0x01, ...ERF.slice(9, 14), 0x00, 0x30, ...PPP],
    trailer: [0x00, 0x00, 0x00, 0x00], // checksum of the PPP frame
  },
  {
    linkType: 170, name: 'GPF_T', variant: 'IPv4', oracle: 'tshark',
    header: [
      0x00, 0x2c, // length 44
      0x00, 0x00, // its checksum
      0x00, 0x10, // data, no check sequence, no extension header, IPv4
      0x00, 0x00, // checksum of the type
    ],
  },
  {
    linkType: 171, name: 'GPF_F', variant: 'Ethernet with an extension header', oracle: 'tshark',
    header: [
      0x00, 0x3e, // length 62
      0x00, 0x00, // its checksum
      0x01, 0x01, // data, no check sequence, linear extension header, Ethernet
      0x00, 0x00, // checksum of the type
      0x00, 0x00, // channel, spare
      0x00, 0x00, // checksum of the extension header
      ...ETHERNET,
    ],
  },
  {
    linkType: 171, name: 'GPF_F', variant: 'PPP', oracle: 'tshark',
    header: [
      0x00, 0x30, // length 48
      0x00, 0x00, // its checksum
      0x00, 0x02, // data, no check sequence, no extension header, PPP
      0x00, 0x00, // checksum of the type
      ...PPP,
    ],
  },
  { linkType: 178, name: 'JUNIPER_ETHER', variant: 'Ethernet', oracle: 'tshark', header: [...JUNIPER, ...ETHERNET] },
  {
    linkType: 178, name: 'JUNIPER_ETHER', variant: 'with extensions', oracle: 'tshark',
    header: [
      0x4d, 0x47, 0x43, // MGC
      0x81, // incoming, with a link layer and extensions
      0x00, 0x06, // length of the extensions
      0x01, 0x01, 0x05, // interface index 5
      0x03, 0x01, 0x01, // medium: Ethernet
      ...ETHERNET,
    ],
  },
  {
    linkType: 178, name: 'JUNIPER_ETHER', variant: 'without a link layer', oracle: 'tshark',
    header: [
      0x4d, 0x47, 0x43, // MGC
      0x02, // outgoing, without a link layer
      0x02, 0x00, 0x00, 0x00, // IPv4
    ],
  },
  {
    linkType: 178, name: 'JUNIPER_ETHER', variant: 'MPLS without a link layer', oracle: 'tshark',
    header: [
      0x4d, 0x47, 0x43, // MGC
      0x02, // outgoing, without a link layer
      0x05, 0x00, 0x00, 0x00, // MPLS
      0x00, 0x06, 0x41, 0x40, // label 100, the last one, time to live 64
    ],
  },
  {
    linkType: 178, name: 'JUNIPER_ETHER', variant: 'another link layer', oracle: 'tshark',
    header: [
      0x4d, 0x47, 0x43, // MGC
      0x02, // outgoing, without a link layer
      0xcf, 0x00, 0x00, 0x00, // frame relay
      ...FRAME_RELAY,
    ],
  },
  { linkType: 179, name: 'JUNIPER_PPP', variant: 'framed', oracle: 'tshark', header: [...JUNIPER, ...PPP] },
  { linkType: 180, name: 'JUNIPER_FRELAY', variant: 'NLPID', oracle: 'tshark', header: [...JUNIPER, ...FRAME_RELAY] },
  { linkType: 181, name: 'JUNIPER_CHDLC', variant: 'IPv4', oracle: 'tshark', header: [...JUNIPER, ...CISCO_HDLC] },
  {
    linkType: 182, name: 'MFR', variant: 'whole frame', oracle: 'tcpdump',
    header: [
      0xc0, 0x01, // whole frame, sequence number 1
      ...FRAME_RELAY,
    ],
  },
  {
    linkType: 183, name: 'JUNIPER_VP', variant: 'IPv4', oracle: 'tshark',
    header: [
      ...JUNIPER,
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // unknown
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // unknown
    ],
  },
  {
    linkType: 149, name: 'USER2', variant: 'PKTAP of macOS 10.9', oracle: 'tshark',
    header: [...pktap(0x0001_0001), ...ETHERNET],
  },
  {
    linkType: 192, name: 'PPI', variant: '802.11', oracle: 'tshark',
    header: [
      0x00, // version
      0x00, // flags
      0x08, 0x00, // length
      0x69, 0x00, 0x00, 0x00, // link type IEEE802_11
      ...IEEE_802_11,
    ],
  },
  {
    linkType: 192, name: 'PPI', variant: 'Ethernet', oracle: 'tshark',
    header: [
      0x00, // version
      0x00, // flags
      0x10, 0x00, // length
      0x01, 0x00, 0x00, 0x00, // link type EN10MB
      0x05, 0x75, // an unknown field
      0x04, 0x00, // its length
      0x00, 0x00, 0x00, 0x00, // its value
      ...ETHERNET,
    ],
  },
  {
    linkType: 197, name: 'ERF', variant: 'Ethernet', oracle: 'tshark',
    header: [...ERF, 0x00, 0x00, ...ETHERNET],
    trailer: [0x00, 0x00, 0x00, 0x00], // checksum of the Ethernet frame
  },
  {
    linkType: 197, name: 'ERF', variant: 'AAL5', oracle: 'tshark',
    header: [...erf(4, 12 + 40), 0x00, 0x10, 0x06, 0x40, ...LLC_SNAP], // circuit 0/32
  },
  {
    linkType: 197, name: 'ERF', variant: 'AAL5 of a channel', oracle: 'tshark',
    header: [...erf(9, 16 + 40), 0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x06, 0x40, ...LLC_SNAP], // channel 0, circuit 0/32
  },
  {
    linkType: 197, name: 'ERF', variant: 'InfiniBand', oracle: 'tshark',
    header: [...erf(21, 32 + 40 + 6), ...INFINIBAND],
    trailer: [0x00, 0x00, 0x00, 0x00, 0x00, 0x00], // checksums
  },
  {
    linkType: 197, name: 'ERF', variant: 'InfiniBand with a global route', oracle: 'tshark',
    header: [
      ...erf(21, 72 + 40 + 6),
      0x00, 0x03, // local route: next header global route
      0x00, 0x01, 0x00, 0x1c, 0x00, 0x02, // destination, length, source
      0x60, 0x00, 0x00, 0x00, // version 6, traffic class, flow label
      0x00, 0x42, // length 66
      0x1b, 0x40, // next header transport, hop limit
      0xfe, 0x80, ...Array<number>(13).fill(0), 0x01, // source
      0xfe, 0x80, ...Array<number>(13).fill(0), 0x02, // destination
      ...INFINIBAND.slice(8),
    ],
    trailer: [0x00, 0x00, 0x00, 0x00, 0x00, 0x00], // checksums
  },
  {
    linkType: 197, name: 'ERF', variant: 'InfiniBand, connected', oracle: 'tshark',
    header: [
      ...erf(21, 24 + 40 + 6),
      ...INFINIBAND.slice(0, 4),
      0x00, 0x10, // length in words of four bytes
      ...INFINIBAND.slice(6, 8),
      0x04, // opcode: only packet of a message, reliable connection
      ...INFINIBAND.slice(9, 20),
      0x08, 0x00, // IPv4
      0x00, 0x00, // reserved
    ],
    trailer: [0x00, 0x00, 0x00, 0x00, 0x00, 0x00], // checksums
  },
  {
    linkType: 197, name: 'ERF', variant: 'raw InfiniBand', oracle: 'tshark',
    header: [
      ...erf(21, 12 + 40),
      0x00, 0x00, // local route: next header raw
      0x00, 0x01, 0x00, 0x0d, 0x00, 0x02, // destination, length, source
      0x00, 0x00, // reserved
      0x08, 0x00, // IPv4
    ],
  },
  { linkType: 247, name: 'INFINIBAND', variant: 'datagram', oracle: 'none', header: INFINIBAND },
  {
    linkType: 247, name: 'INFINIBAND', variant: 'raw IPv6', family: 6, oracle: 'none',
    header: [
      0x00, 0x01, // local route: next header IPv6
      0x00, 0x01, 0x00, 0x11, 0x00, 0x02, // destination, length, source
    ],
  },
  {
    linkType: 197, name: 'ERF', variant: 'HDLC with two extension headers', oracle: 'tshark',
    header: [
      ...ERF.slice(0, 8),
      0x81, // HDLC, with an extension header
      0x04, // flags: varying length
      0x00, 0x54, // record length
      0x00, 0x00, // packets lost
      0x00, 0x30, // length on the wire, with the checksum
      0x85, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // extension header, another one follows
      0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // extension header
      ...CISCO_HDLC,
    ],
    trailer: [0x00, 0x00, 0x00, 0x00], // checksum of the frame
  },
  {
    linkType: 197, name: 'ERF', variant: 'IPv4', oracle: 'tshark',
    header: [...ERF.slice(0, 8), 0x16, 0x04, 0x00, 0x38, 0x00, 0x00, 0x00, 0x28],
  },
  {
    linkType: 202, name: 'AX25_KISS', variant: 'data', oracle: 'tshark',
    header: [
      0x00, // port 0, data
      0x82, 0x84, 0x86, 0x40, 0x40, 0x40, 0xe0, // destination ABC
      0x88, 0x8a, 0x8c, 0x40, 0x40, 0x40, 0x61, // source DEF, the last address
      0x03, // unnumbered information
      0xcc, // IPv4
    ],
  },
  {
    linkType: 195, name: 'IEEE802_15_4_WITHFCS', variant: 'uncompressed IPv6', family: 6, oracle: 'tshark',
    header: IEEE_802_15_4_IPV6,
    trailer: checkSequence(IEEE_802_15_4_IPV6, ipv6()),
  },
  {
    linkType: 195, name: 'IEEE802_15_4_WITHFCS', variant: 'compressed IPv6', family: 6, isCompressed: true,
    oracle: 'tshark',
    header: IEEE_802_15_4_IPHC,
    trailer: checkSequence(IEEE_802_15_4_IPHC, tcp()),
  },
  {
    linkType: 215, name: 'IEEE802_15_4_NONASK_PHY', variant: 'uncompressed IPv6', family: 6, oracle: 'tshark',
    header: [
      0x00, 0x00, 0x00, 0x00, // preamble
      0xa7, // delimiter
      IEEE_802_15_4_IPV6.length + 60 + 2, // length
      ...IEEE_802_15_4_IPV6,
    ],
    trailer: checkSequence(IEEE_802_15_4_IPV6, ipv6()),
  },
  { linkType: 204, name: 'PPP_WITH_DIR', variant: 'sent', oracle: 'tshark', header: [0x01, ...PPP] },
  { linkType: 204, name: 'PPP_WITH_DIR', variant: 'Cisco', oracle: 'tshark', header: [0x01, ...CISCO_HDLC] },
  { linkType: 205, name: 'C_HDLC_WITH_DIR', variant: 'sent', oracle: 'none', header: [0x01, ...CISCO_HDLC] },
  { linkType: 206, name: 'FRELAY_WITH_DIR', variant: 'sent', oracle: 'none', header: [0x01, ...FRAME_RELAY] },
  {
    linkType: 219, name: 'MPLS', variant: 'one label', oracle: 'none',
    header: [
      0x00, 0x01, 0x01, // label 16, bottom of stack
      0x40, // time to live
    ],
  },
  { linkType: 224, name: 'FC_2', variant: 'LLC', oracle: 'tshark', header: [...FIBRE_CHANNEL, ...LLC_SNAP] },
  {
    linkType: 224, name: 'FC_2', variant: 'network header', oracle: 'tshark',
    header: [
      ...FIBRE_CHANNEL.slice(0, 13),
      0x20, // data field control: network header
      ...FIBRE_CHANNEL.slice(14),
      0x10, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x02, // destination
      0x10, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, // source
      ...LLC_SNAP,
    ],
  },
  {
    linkType: 225, name: 'FC_2_WITH_FRAME_DELIMS', variant: 'LLC', oracle: 'tshark',
    header: [
      0xbc, 0xb5, 0x56, 0x56, // start of the frame
      ...FIBRE_CHANNEL,
      ...LLC_SNAP,
    ],
    trailer: [0x00, 0x00, 0x00, 0x00, 0xbc, 0xb5, 0x75, 0x75], // checksum, end of the frame
  },
  {
    linkType: 226, name: 'IPNET', variant: 'IPv4', oracle: 'tshark',
    header: [
      0x02, // version
      0x02, // AF_INET
      0x00, 0x00, // received
      0x00, 0x00, 0x00, 0x28, // length: 40
      0x00, 0x00, 0x00, 0x02, // interface
      0x00, 0x00, 0x00, 0x00, // group
      0xff, 0xff, 0xff, 0xff, // source: another machine
      0x00, 0x00, 0x00, 0x00, // destination: the global zone
    ],
  },
  {
    linkType: 226, name: 'IPNET', variant: 'IPv6', family: 6, oracle: 'tshark',
    header: [
      0x02, // version
      0x1a, // AF_INET6 of Solaris
      0x00, 0x00, // received
      0x00, 0x00, 0x00, 0x3c, // length: 60
      0x00, 0x00, 0x00, 0x02, // interface
      0x00, 0x00, 0x00, 0x00, // group
      0xff, 0xff, 0xff, 0xff, // source: another machine
      0x00, 0x00, 0x00, 0x00, // destination: the global zone
    ],
  },
  { linkType: 228, name: 'IPV4', variant: 'IPv4', oracle: 'tshark', header: [] },
  { linkType: 229, name: 'IPV6', variant: 'IPv6', family: 6, oracle: 'tshark', header: [] },
  {
    linkType: 230, name: 'IEEE802_15_4_NOFCS', variant: 'uncompressed IPv6', family: 6, oracle: 'tshark',
    header: IEEE_802_15_4_IPV6,
  },
  {
    linkType: 230, name: 'IEEE802_15_4_NOFCS', variant: 'extended addresses, two PANs', family: 6, oracle: 'tshark',
    header: [
      0x01, 0xcc, // frame control: data, both addresses extended, version 0
      0x01, // sequence number
      0xcd, 0xab, // destination PAN
      0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, // destination
      0xce, 0xab, // source PAN
      0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, // source
      0x41, // uncompressed IPv6
    ],
  },
  {
    linkType: 230, name: 'IEEE802_15_4_NOFCS', variant: 'version 2 with information elements', family: 6,
    oracle: 'tshark',
    header: [
      0x41, 0xef, // frame control: data, one PAN, no sequence number, elements, extended addresses, version 2
      0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, // destination
      0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, // source
      0x02, 0x0f, // header element 0x1e of 2 bytes
      0xaa, 0xbb, // its value
      0x00, 0x3f, // end of the header elements, payload elements follow
      0x02, 0x88, // payload element 1 of 2 bytes
      0xaa, 0xbb, // its value
      0x00, 0xf8, // end of the payload elements
      0x41, // uncompressed IPv6
    ],
  },
  {
    linkType: 230, name: 'IEEE802_15_4_NOFCS', variant: 'mesh and broadcast headers', family: 6, oracle: 'tshark',
    header: [
      ...IEEE_802_15_4,
      0xb5, // mesh: both addresses short, 5 hops left
      0x00, 0x01, // originator
      0x00, 0x02, // final destination
      0x50, 0x01, // broadcast, sequence number
      0x41, // uncompressed IPv6
    ],
  },
  {
    linkType: 230, name: 'IEEE802_15_4_NOFCS', variant: 'first fragment', family: 6, oracle: 'none',
    header: [
      ...IEEE_802_15_4,
      0xc1, 0x00, // first fragment, datagram of 256 bytes
      0x00, 0x01, // tag
      0x41, // uncompressed IPv6
    ],
  },
  {
    linkType: 230, name: 'IEEE802_15_4_NOFCS', variant: 'compressed IPv6', family: 6, isCompressed: true,
    oracle: 'tshark',
    header: IEEE_802_15_4_IPHC,
  },
  {
    linkType: 230, name: 'IEEE802_15_4_NOFCS', variant: 'compressed IPv6 with all fields', family: 6,
    isCompressed: true, oracle: 'tshark',
    header: [
      ...IEEE_802_15_4,
      0x60, // IPHC: traffic class, flow label, next header and hop limit in full
      0x80, // contexts, addresses in full
      0x00, // contexts
      0x00, 0x00, 0x00, 0x00, // traffic class, flow label
      0x06, // next header TCP
      0x40, // hop limit
      ...ADDRESSES_IN_FULL,
    ],
  },
  {
    linkType: 230, name: 'IEEE802_15_4_NOFCS', variant: 'compressed extension headers', family: 6,
    isCompressed: true, oracle: 'tshark',
    header: [
      ...IEEE_802_15_4,
      0x7e, 0x00, // IPHC: next header compressed, addresses in full
      ...ADDRESSES_IN_FULL,
      0xe1, // NHC: hop-by-hop options, next header compressed
      0x06, 0x01, 0x04, 0x00, 0x00, 0x00, 0x00, // length 6, padding
      0xe6, // NHC: destination options
      0x06, // next header TCP
      0x06, 0x01, 0x04, 0x00, 0x00, 0x00, 0x00, // length 6, padding
    ],
  },
  {
    linkType: 230, name: 'IEEE802_15_4_NOFCS', variant: 'extension header after compressed IPv6', family: 6,
    isCompressed: true, oracle: 'tshark',
    header: [
      ...IEEE_802_15_4,
      0x7a, 0x00, // IPHC: next header in full, addresses in full
      0x3c, // next header destination options
      ...ADDRESSES_IN_FULL,
      0x06, // next header TCP
      0x00, 0x01, 0x04, 0x00, 0x00, 0x00, 0x00, // length 8, padding
    ],
  },
  {
    linkType: 239, name: 'NFLOG', variant: 'little-endian', oracle: 'tshark',
    header: [
      0x02, // AF_INET
      0x00, // version
      0x00, 0x05, // group
      0x08, 0x00, 0x01, 0x00, // 8 bytes of packet header
      0x08, 0x00, 0x01, 0x00, // IPv4, hook 1, padding
      0x07, 0x00, 0x0a, 0x00, // 7 bytes of text
      0x61, 0x62, 0x00, 0x00, // ab, and padding
      0x2c, 0x00, 0x09, 0x00, // 44 bytes of packet
    ],
  },
  {
    linkType: 239, name: 'NFLOG', variant: 'of a bridge', oracle: 'tshark',
    header: [
      0x07, // AF_BRIDGE
      0x00, // version
      0x00, 0x05, // group
      0x08, 0x00, 0x01, 0x00, // 8 bytes of packet header
      0x08, 0x00, 0x01, 0x00, // IPv4, hook 1, padding
      0x2c, 0x00, 0x09, 0x00, // 44 bytes of packet
    ],
  },
  {
    linkType: 239, name: 'NFLOG', variant: 'big-endian', family: 6, isBigEndian: true, oracle: 'tshark',
    header: [
      0x0a, // AF_INET6
      0x00, // version
      0x00, 0x05, // group
      0x00, 0x08, 0x00, 0x01, // 8 bytes of packet header
      0x86, 0xdd, 0x01, 0x00, // IPv6, hook 1, padding
      0x00, 0x40, 0x00, 0x09, // 64 bytes of packet
    ],
  },
  {
    linkType: 240, name: 'NETANALYZER', variant: 'Ethernet', oracle: 'tshark',
    header: [
      0x00, 0x04, 0x3a, 0x00, // version 1, port 0, length 58
      ...ETHERNET,
    ],
    trailer: [0x00, 0x00, 0x00, 0x00], // checksum of the Ethernet frame
  },
  {
    linkType: 241, name: 'NETANALYZER_TRANSPARENT', variant: 'Ethernet', oracle: 'tcpdump',
    header: [
      0x00, 0x06, 0x42, 0x00, // version 1, transparent mode, port 0, length 66
      0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5, // preamble
      ...ETHERNET,
    ],
    trailer: [0x00, 0x00, 0x00, 0x00], // checksum of the Ethernet frame
  },
  {
    linkType: 242, name: 'IPOIB', variant: 'as specified', oracle: 'none',
    header: [
      0x08, 0x00, // IPv4
      0x00, 0x00, // reserved
    ],
  },
  {
    linkType: 242, name: 'IPOIB', variant: 'after addresses', oracle: 'tshark',
    header: [
      0x60, 0x00, 0x00, 0x00, // version 6, class and label
      0x00, 0x2c, // length: 44
      0x1b, 0xff, // next header, hop limit
      0xfe, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xc9, 0x03, 0x00, 0x00, 0x00, 0x01, // source
      0xfe, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xc9, 0x03, 0x00, 0x00, 0x00, 0x02, // destination
      0x08, 0x00, // IPv4
      0x00, 0x00, // reserved
    ],
  },
  {
    linkType: 258, name: 'PKTAP', variant: 'version 1', oracle: 'tshark',
    header: [...pktap(0x0001_0001), ...ETHERNET],
  },
  {
    linkType: 258, name: 'PKTAP', variant: 'version 2', oracle: 'none',
    header: [
      0x2c, // length: 44
      0x00, 0x00, // no UUIDs
      0x28, // offset of the name of the interface
      0x00, 0x00, // no names of commands
      0x01, 0x00, // link type EN10MB
      0x0e, 0x00, // length of the link layer's header
      0x00, 0x00, // length of its trailer
      0x06, 0x00, // type of interface: Ethernet
      0x06, 0x00, // IP protocol: TCP
      0x02, 0x00, 0x00, 0x00, // AF_INET
      0x00, 0x00, 0x00, 0x00, // service class
      0x00, 0x00, 0x00, 0x00, // flow
      0x00, 0x00, 0x00, 0x00, // process
      0x00, 0x00, 0x00, 0x00, // effective process
      0x01, 0x00, 0x08, 0x00, // flags: incoming, version 2
      0x65, 0x6e, 0x30, 0x00, // en0
      ...ETHERNET,
    ],
  },
  {
    linkType: 252, name: 'WIRESHARK_UPPER_PDU', variant: 'IPv4', oracle: 'tshark',
    header: [
      0x00, 0x0c, 0x00, 0x04, // dissector, 4 bytes
      0x69, 0x70, 0x00, 0x00, // ip
      0x00, 0x18, 0x00, 0x04, // kind of port, 4 bytes
      0x00, 0x00, 0x00, 0x00, // none
      0x00, 0x00, 0x00, 0x00, // end
    ],
  },
  {
    linkType: 252, name: 'WIRESHARK_UPPER_PDU', variant: 'IPv6, not padded', family: 6, oracle: 'tshark',
    header: [
      0x00, 0x0c, 0x00, 0x02, // dissector, 2 bytes
      0x69, 0x70, // ip
      0x00, 0x00, 0x00, 0x00, // end
    ],
  },
  {
    linkType: 252, name: 'WIRESHARK_UPPER_PDU', variant: 'Ethernet', oracle: 'tshark',
    header: [
      0x00, 0x0c, 0x00, 0x10, // dissector, 16 bytes
      ...Buffer.from('eth_withoutfcs\0\0'),
      0x00, 0x00, 0x00, 0x00, // end
      ...ETHERNET,
    ],
  },
  {
    linkType: 252, name: 'WIRESHARK_UPPER_PDU', variant: 'by a table', oracle: 'tshark',
    header: [
      0x00, 0x0e, 0x00, 0x0c, // dissector table, 12 bytes
      ...Buffer.from('ethertype\0\0\0'),
      0x00, 0x20, 0x00, 0x04, // number in the table, 4 bytes
      0x00, 0x00, 0x08, 0x00, // IPv4
      0x00, 0x00, 0x00, 0x00, // end
    ],
  },
  {
    linkType: 259, name: 'EPON', variant: 'as specified', oracle: 'tshark',
    header: [
      0xd5, // delimiter of the logical link
      0x55, 0x55, // preamble
      0x00, 0x01, // logical link
      0x55, // checksum of the preamble
      ...ETHERNET,
    ],
  },
  {
    linkType: 259, name: 'EPON', variant: 'with the whole preamble', oracle: 'tshark',
    header: [
      0x55, 0x55, // preamble
      0xd5, // delimiter of the logical link
      0x55, 0x55, // preamble
      0x00, 0x01, // logical link
      0x55, // checksum of the preamble
      ...ETHERNET,
    ],
  },
  {
    linkType: 274, name: 'ETHERNET_MPACKET', variant: 'express', oracle: 'tshark',
    header: [
      0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, // preamble
      0xd5, // express frame
      ...ETHERNET,
    ],
    trailer: [0x6c, 0x27, 0xd9, 0x51], // checksum
  },
  {
    linkType: 274, name: 'ETHERNET_MPACKET', variant: 'beginning of a preemptible frame', oracle: 'tshark',
    header: [
      0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, // preamble
      0xe6, // first frame
      ...ETHERNET,
    ],
    trailer: [0x6c, 0x27, 0xd9, 0x51], // checksum
  },
  {
    linkType: 276, name: 'LINUX_SLL2', variant: 'IPv4', oracle: 'tshark',
    header: [
      0x08, 0x00, // IPv4
      0x00, 0x00, // reserved
      0x00, 0x00, 0x00, 0x02, // interface index
      0x00, 0x01, // ARPHRD_ETHER
      0x00, // packet type: to us
      0x06, // length of the sender's address
      0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, // sender's address, padded
    ],
  },
  {
    linkType: 279, name: 'EBHSCR', variant: 'Ethernet', oracle: 'tshark',
    header: [
      0x50, // major number: Ethernet
      0x00, 0x00, 0x00, // slot, channel, status
      0x00, 0x00, 0x00, 0x3e, // length 62
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // start
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // end
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // status of Ethernet
      ...ETHERNET,
    ],
  },
  {
    linkType: 281, name: 'DSA_TAG_BRCM', variant: 'from port 1', oracle: 'tcpdump',
    header: [
      ...ETHERNET.slice(0, 12),
      0x20, // egress, from the switch to the host
      0x00, // reason
      0x00, 0x01, // port
      0x08, 0x00, // IPv4
    ],
  },
  {
    linkType: 282, name: 'DSA_TAG_BRCM_PREPEND', variant: 'from port 1', oracle: 'tcpdump',
    header: [
      0x20, // egress, from the switch to the host
      0x00, // reason
      0x00, 0x01, // port
      ...ETHERNET,
    ],
  },
  {
    linkType: 283, name: 'IEEE802_15_4_TAP', variant: 'uncompressed IPv6', family: 6, oracle: 'tshark',
    header: [
      0x00, 0x00, // version, reserved
      0x0c, 0x00, // length 12
      0x00, 0x00, 0x01, 0x00, // type: check sequence, 1 byte
      0x00, 0x00, 0x00, 0x00, // there is none, padding
      ...IEEE_802_15_4_IPV6,
    ],
  },
  {
    linkType: 284, name: 'DSA_TAG_DSA', variant: 'forwarded', oracle: 'tcpdump',
    header: [
      ...ETHERNET.slice(0, 12),
      0xc0, // forwarded, untagged, device 0
      0x08, // port 1
      0x00, 0x01, // priority 0, VLAN 1
      0x08, 0x00, // IPv4
    ],
  },
  {
    linkType: 285, name: 'DSA_TAG_EDSA', variant: 'forwarded', oracle: 'tcpdump',
    header: [
      ...ETHERNET.slice(0, 12),
      0xda, 0xda, // EtherType of the tag, as set up
      0x00, 0x00, // reserved
      0xc0, // forwarded, untagged, device 0
      0x08, // port 1
      0x00, 0x01, // priority 0, VLAN 1
      0x08, 0x00, // IPv4
    ],
  },
];

/** The check sequence of IEEE 802.15.4 over the parts of a frame, little-endian. IEEE 802.15.4-2020 7.2.11. */
export function checkSequence(...parts: readonly (Uint8Array | readonly number[])[]): number[] {
  let rest = 0;
  for (const byte of concat(...parts)) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 0 ? rest >>> 1 : (rest >>> 1) ^ 0x8408;
  }
  return [rest & 0xff, rest >>> 8];
}

/** A Linux cooked capture of a kind of device. */
function linuxCooked(device: number, protocol: number): number[] {
  const [toUs, addressLength, sender] = [
    [0, 0],
    [0, 6],
    [2, 0, 0, 0, 0, 1, 0, 0],
  ];
  return [...toUs, device >>> 8, device & 0xff, ...addressLength, ...sender, protocol >>> 8, protocol & 0xff];
}

/** The header of a SmartEdge router, after which the network header begins, and the data there or later. */
function redback(protocol: number, dataOffset: number): number[] {
  const [context, flags, circuit, length] = [
    [0x40, 0x08, 0, 1],
    [0, 0, 0, 0],
    Array<number>(8).fill(0),
    [0, 64],
  ];
  return [...context, ...flags, ...circuit, ...length, 0, protocol, 0, 24, 0, dataOffset];
}

/** The header of an ERF record of a type, with a frame of `length` bytes. */
function erf(type: number, length: number): number[] {
  const [time, flags, lost] = [Array<number>(8).fill(0), 0x04, [0, 0]];
  const recordLength = 16 + length;
  return [...time, type, flags, 0, recordLength, ...lost, 0, length];
}

/** PKTAP, version 1. */
function pktap(flags: number): number[] {
  const little = (value: number): number[] => [
    value & 0xff,
    (value >> 8) & 0xff,
    (value >> 16) & 0xff,
    value >>> 24,
  ];
  const text = (value: string, size: number): number[] => [
    ...Buffer.from(value),
    ...Array<number>(size - value.length).fill(0),
  ];
  const [length, packet, ethernetType] = [little(108), little(1), little(1)];
  const [family, headerLength, trailerLength, process] = [little(2), little(14), little(0), little(1)];
  const [serviceClass, interfaceType, unit] = [little(0), [6, 0], [0, 0]];
  return [
    ...length,
    ...packet,
    ...ethernetType,
    ...text('en0', 24),
    ...little(flags),
    ...family,
    ...headerLength,
    ...trailerLength,
    ...process,
    ...text('curl', 20),
    ...serviceClass,
    ...interfaceType,
    ...unit,
    ...process,
    ...text('curl', 20),
  ];
}
