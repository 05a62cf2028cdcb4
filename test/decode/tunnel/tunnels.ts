// Every way to carry a packet in a packet: a function that puts an inner packet into a whole Ethernet frame. The
// headers follow the specifications that the decoders cite, one item for each field.

import {
  address,
  concat,
  ETHER_TYPE,
  EXTENSION,
  ethernet,
  extension,
  IP_PROTOCOL,
  ipv4,
  ipv6,
  llc,
  ppp,
  snap,
  tcp,
  u16,
  u32,
  udp,
  vlan,
} from '../../helpers/packets.js';
import { checkSequence } from '../link/link-frames.js';

export interface Tunnel {
  readonly name: string;
  /** IP version of the inner packet. */
  readonly family: 4 | 6;
  /** Returns a frame around the inner packet. */
  readonly wrap: (inner: Uint8Array) => Uint8Array;
  /** The inner IP header is the only one. */
  readonly isBelowIp?: boolean;
  /** Whether a header says where the inner packet ends, though it is below IP; others always do. */
  readonly hasLength?: boolean;
  /** Bytes of the frame after the inner packet; none by default. */
  readonly trailerLength?: number;
}

const OUTER = { source: '203.0.113.1', destination: '203.0.113.2' } as const;
const OUTER_6 = { source: '2001:db8:ff::1', destination: '2001:db8:ff::2' } as const;
const ADDRESS_A = [0x02, 0, 0, 0, 0, 0x0a];
const ADDRESS_B = [0x02, 0, 0, 0, 0, 0x0b];

export const PORT = {
  mobileIp: 434,
  l2tp: 1701,
  gtp: 2152,
  gtp0: 3386,
  teredo: 3544,
  lisp: 4341,
  gre: 4754,
  vxlan: 4789,
  vxlanGpe: 4790,
  ayiya: 5072,
  capwap: 5247,
  gue: 6080,
  geneve: 6081,
  mpls: 6635,
  vxlanOfLinux: 8472,
  lwappFrames: 12_220,
  lwapp: 12_222,
  lwappControl: 12_223,
  zep: 17_754,
  mint: 24_577,
  juniperMirror: 30_030,
  tzsp: 37_008,
} as const;

/** An MPLS label: 20 bits of it, traffic class, bottom of stack, time to live. */
export function label(value: number, { isBottom = true }: { isBottom?: boolean } = {}): number[] {
  return u32((value << 12) | (isBottom ? 0x100 : 0) | 64);
}

export function inIpv4(protocol: number, payload: Uint8Array): Uint8Array {
  return ethernet({ payload: ipv4({ ...OUTER, protocol, payload }) });
}

export function inIpv6(nextHeader: number, payload: Uint8Array): Uint8Array {
  return ethernet({ type: ETHER_TYPE.ipv6, payload: ipv6({ ...OUTER_6, nextHeader, payload }) });
}

/** Each tunnel gets ports of its own, so that a program that tracks conversations does not confuse them. */
function inUdp(destinationPort: number, payload: Uint8Array): Uint8Array {
  const sourcePort = 20_000 + destinationPort;
  return inIpv4(IP_PROTOCOL.udp, udp({ sourcePort, destinationPort, payload }));
}

function inEthernet(type: number, ...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return ethernet({ type, payload: concat(...parts) });
}

function inPppoe(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const payload = concat(...parts);
  const [versionAndType, code, session] = [0x11, 0x00, u16(1)];
  return inEthernet(0x8864, [versionAndType, code, ...session, ...u16(payload.length)], payload);
}

function inGre(
  flags: number,
  protocol: number,
  ...parts: readonly (Uint8Array | readonly number[])[]
): Uint8Array {
  return inIpv4(47, concat(u16(flags), u16(protocol), ...parts));
}

/** A data frame from a station to its access point. */
export function ieee80211(inner: Uint8Array): Uint8Array {
  const [frameControl, duration, sequenceControl] = [[0x08, 0x01], u16(0), u16(0)];
  const header = [...frameControl, ...duration, ...ADDRESS_A, ...ADDRESS_B, ...ADDRESS_A, ...sequenceControl];
  return concat(header, llc({ payload: snap({ payload: inner }) }));
}

function swapFrameControl(frame: Uint8Array): Uint8Array {
  return concat([frame[1] ?? 0, frame[0] ?? 0], frame.subarray(2));
}

/** The header of VXLAN or VXLAN-GPE, according to its flags, then a payload. */
export function vxlan(parts: {
  readonly flags?: number;
  readonly reserved?: readonly [number, number, number];
  readonly last?: number;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { flags = 0x08, reserved = [0, 0, 0], last = 0, payload = ethernet() } = parts;
  const network = [0x00, 0x00, 0x64];
  return concat([flags, ...reserved, ...network, last], payload);
}

export function gtp(parts: {
  readonly flags?: number;
  readonly messageType?: number;
  readonly length?: number;
  /** Sequence number, N-PDU number and type of the next extension, then extensions. */
  readonly optional?: readonly number[];
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { flags = 0x30, messageType = 255, optional = [], payload = ipv4() } = parts;
  const { length = optional.length + payload.length } = parts;
  const endpoint = u32(0x01020304);
  return concat([flags, messageType, ...u16(length), ...endpoint, ...optional], payload);
}

export function geneve(parts: {
  readonly version?: number;
  readonly optionsLength?: number;
  readonly flags?: number;
  readonly protocol?: number;
  readonly last?: number;
  readonly options?: readonly number[];
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { version = 0, flags = 0, protocol = 0x6558, last = 0, options = [], payload = ethernet() } = parts;
  const { optionsLength = options.length / 4 } = parts;
  const network = [0x00, 0x00, 0x64];
  return concat(
    [(version << 6) | optionsLength, flags, ...u16(protocol), ...network, last, ...options],
    payload,
  );
}

export function nsh(parts: {
  readonly version?: number;
  readonly flags?: number;
  /** In words of four bytes. */
  readonly length?: number;
  readonly nextProtocol?: number;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { version = 0, flags = 0, length = 2, nextProtocol = 1, payload = ipv4() } = parts;
  const timeToLive = 63;
  const metadataType = 2;
  const servicePath = [0, 0, 1];
  const serviceIndex = 255;
  return concat(
    u16((version << 14) | (flags << 12) | (timeToLive << 6) | length),
    [metadataType, nextProtocol, ...servicePath, serviceIndex],
    new Uint8Array(Math.max(0, length * 4 - 8)),
    payload,
  );
}

export function capwap(parts: {
  readonly preamble?: number;
  /** In words of four bytes. */
  readonly length?: number;
  readonly binding?: number;
  /** T, F, L, W, M, K, and three reserved bits. */
  readonly flags?: number;
  readonly fragment?: number;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { preamble = 0, length = 2, binding = 1, flags = 0, fragment = 0, payload = ethernet() } = parts;
  const radio = 1;
  return concat(
    u32(((preamble << 24) | (length << 19) | (radio << 14) | (binding << 9) | flags) >>> 0),
    u32(fragment),
    new Uint8Array(Math.max(0, length * 4 - 8)),
    payload,
  );
}

export function tzsp(parts: {
  readonly version?: number;
  readonly type?: number;
  readonly encapsulated?: number;
  readonly tags?: readonly number[];
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { version = 1, type = 0, encapsulated = 1, tags = [0x01], payload = ethernet() } = parts;
  return concat([version, type, ...u16(encapsulated), ...tags], payload);
}

export function ayiya(parts: {
  readonly identity?: number;
  readonly signature?: number;
  readonly operation?: number;
  readonly nextHeader?: number;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { identity = 4, signature = 5, operation = 1, nextHeader = 41, payload = ipv6() } = parts;
  const [identityType, hashMethod, authenticationMethod, epoch] = [1, 2, 1, u32(1_200_000_000)];
  return concat(
    [(identity << 4) | identityType, (signature << 4) | hashMethod],
    [(authenticationMethod << 4) | operation, nextHeader, ...epoch],
    new Uint8Array(2 ** identity + signature * 4),
    payload,
  );
}

export function lisp(parts: {
  readonly flags?: number;
  readonly nonce?: readonly [number, number, number];
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { flags = 0x80, nonce = [1, 2, 3], payload = ipv4() } = parts;
  const [instance, locators] = [[0, 0, 1], 1];
  return concat([flags, ...nonce, ...instance, locators], payload);
}

export function l2tp(parts: {
  readonly flags?: number;
  /** All fields after the flags: length if present, tunnel, session, and the other optional fields. */
  readonly fields?: readonly number[];
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { flags = 0x0002, fields = [...u16(7), ...u16(9)], payload = ppp({}) } = parts;
  return concat(u16(flags), fields, payload);
}

/** Authentication before Teredo: type, lengths, client, value, nonce, confirmation. */
const TEREDO_AUTHENTICATION: readonly number[] = [
  ...[0x00, 0x01],
  ...[2, 3],
  ...[0xaa, 0xbb],
  ...[0xcc, 0xdd, 0xee],
  ...[1, 2, 3, 4, 5, 6, 7, 8],
  0x00,
];
/** The origin of a Teredo packet: type, then port and address, both inverted. */
const TEREDO_ORIGIN: readonly number[] = [0x00, 0x00, ...u16(0x1234), ...address('63.255.253.254')];

/** An authentication header with an integrity check value of twelve bytes. */
export function authentication(nextHeader: number, payload: Uint8Array): Uint8Array {
  const [words, reserved, parameters, sequence] = [4, u16(0), u32(0x100), u32(1)];
  return concat([nextHeader, words, ...reserved, ...parameters, ...sequence], new Uint8Array(12), payload);
}

function erspanIii(flags: number, frameType: number): number[] {
  const [timestamp, group] = [u32(0), u16(0)];
  return [...u16(0x2064), ...u16(0x0001), ...timestamp, ...group, ...u16((frameType << 10) | flags)];
}

const CHECK_SEQUENCE_LENGTH = 2;
/** At the end of a frame of MACsec. */
const INTEGRITY_CHECK = new Uint8Array(16).fill(0xaa);

/** Two addresses, unnumbered information, IPv4. */
const AX25: readonly number[] = [
  ...[0x9c, 0x94, 0x6e, 0xa0, 0x40, 0x40, 0x60],
  ...[0x9c, 0x6e, 0x9c, 0xa0, 0x40, 0x40, 0x61],
  ...[0x03, 0xcc],
];

/** Module, counter, version, captured data, Ethernet, reserved, flags. */
const TECMP: readonly number[] = [...u16(0x80), ...u16(1), 3, 0x03, ...u16(0x80), ...u16(0), ...u16(0x0f)];

/** Channel, time, length and flags of a captured frame, then the frame. */
function tecmpEntry(frame: Uint8Array): Uint8Array {
  return concat(u32(1), u32(0), u32(0), u16(frame.length), u16(0), frame);
}

/** A frame of one type in the header of ISL, with a check sequence. */
function isl(type: number, frame: Uint8Array, length = 12 + frame.length): Uint8Array {
  const [destination, user] = [[0x01, 0x00, 0x0c, 0x00, 0x00], 0];
  const [snapHeader, source, vlanNumber, index, reserved] = [
    [0xaa, 0xaa, 0x03],
    [0x00, 0x00, 0x0c],
    u16(5 << 1),
    u16(1),
    u16(0),
  ];
  const header = [...destination, (type << 4) | user, ...ADDRESS_B, ...u16(length), ...snapHeader, ...source];
  return concat(header, vlanNumber, index, reserved, frame, new Uint8Array(4));
}

function gtp0(flags: number, payload: Uint8Array): Uint8Array {
  const [messageType, sequence, flow, number, spare] = [255, u16(1), u16(1), 0xff, [0xff, 0xff, 0xff]];
  const tunnel = [...u32(0), ...u32(1)];
  const header = [
    flags,
    messageType,
    ...u16(payload.length),
    ...sequence,
    ...flow,
    number,
    ...spare,
    ...tunnel,
  ];
  return concat(header, payload);
}

export function lwapp(payload: Uint8Array, flags = 0): Uint8Array {
  const [fragment, strength, quality] = [0, 0xc0, 0x20];
  return concat([flags, fragment, ...u16(payload.length), strength, quality], payload);
}

function mint(type: number, before: readonly number[], frame: Uint8Array): Uint8Array {
  const [unknown, destination, source, sourceType] = [u32(0x01000000), u32(1), u32(2), u16(1)];
  return concat(unknown, destination, source, u16(type), sourceType, before, frame);
}

/** An IEEE 802.15.4 data frame with uncompressed IPv6, and a check sequence. */
function ieee802154(inner: Uint8Array): Uint8Array {
  const [control, sequence, pan, destination, source] = [[0x41, 0x88], 1, [0xcd, 0xab], [2, 0], [1, 0]];
  const frame = concat([...control, sequence, ...pan, ...destination, ...source, 0x41], inner);
  return concat(frame, checkSequence(frame));
}

const below: readonly Omit<Tunnel, 'family' | 'isBelowIp'>[] = [
  { name: 'MPLS', wrap: (inner) => inEthernet(0x8847, label(100), inner) },
  { name: 'MPLS of an upstream label', wrap: (inner) => inEthernet(0x8848, label(100), inner) },
  {
    name: 'MPLS with three labels, and entropy',
    wrap: (inner) =>
      inEthernet(
        0x8847,
        label(100, { isBottom: false }),
        label(7, { isBottom: false }),
        label(54_321),
        inner,
      ),
  },
  { name: 'MPLS with explicit null', wrap: (inner) => inEthernet(0x8847, label(0), inner) },
  {
    name: 'MPLS pseudowire with a control word',
    wrap: (inner) => inEthernet(0x8847, label(100), u32(0x00000007), ethernet({ payload: inner })),
  },
  {
    name: 'MPLS pseudowire without a control word',
    wrap: (inner) => inEthernet(0x8847, label(100), ethernet({ payload: inner })),
  },
  { name: 'PPPoE', wrap: (inner) => inPppoe(ppp({ framed: false, payload: inner })) },
  {
    name: 'PPPoE with credits',
    wrap: (inner) =>
      inPppoe([0x01, 0x06, 0x00, 0x04, 0x00, 0x01, 0x00, 0x02], ppp({ framed: false, payload: inner })),
  },
  {
    name: 'PPPoE with MPLS',
    wrap: (inner) => inPppoe(u16(0x0281), label(100), inner),
  },
  {
    name: 'PPPoE with a bridged frame',
    wrap: (inner) => inPppoe(u16(0x0031), [0x00, 0x01], ethernet({ payload: inner })),
  },
  {
    name: 'PPPoE with a bridged frame of a LAN',
    wrap: (inner) => inPppoe(u16(0x0031), [0x40, 0x01], u32(5), ethernet({ payload: inner })),
  },
  {
    name: 'PPPoE with multilink',
    wrap: (inner) => inPppoe(u16(0x003d), [0xc0, 0x00, 0x00, 0x01], ppp({ framed: false, payload: inner })),
  },
  { name: 'PBB', wrap: (inner) => inEthernet(0x88e7, u32(0x00000064), ethernet({ payload: inner })) },
  { name: 'VN-tag', wrap: (inner) => inEthernet(0x8926, u32(0x00010002), u16(0x0800), inner) },
  { name: 'E-tag', wrap: (inner) => inEthernet(0x893f, u32(0x00000064), u16(0), u16(0x0800), inner) },
  { name: 'HSR', wrap: (inner) => inEthernet(0x892f, u16(0x002e), u16(1), u16(0x0800), inner) },
  { name: 'redundancy tag', wrap: (inner) => inEthernet(0xf1c1, u16(0), u16(1), u16(0x0800), inner) },
  {
    name: 'security group tag',
    wrap: (inner) => inEthernet(0x8909, [1, 1], u16(1), u16(100), u16(0x0800), inner),
  },
  {
    name: 'TTag',
    wrap: (inner) => inEthernet(0x8988, [0x9c, 0xfe, 0x36, 0x2a, 0x00, 0x00], u16(0x0800), inner),
  },
  {
    name: 'TTag before a VLAN tag',
    wrap: (inner) => inEthernet(0x8988, new Uint8Array(6), u16(ETHER_TYPE.vlan), vlan({ payload: inner })),
  },
  {
    name: 'tag of a Gigamon broker',
    wrap: (inner) => inEthernet(0x22e5, [6, 1, 3, 0, 0, 1], u16(0x0800), inner),
  },
  {
    name: 'tag of an Arista switch',
    wrap: (inner) => inEthernet(0xd28b, u16(1), u16(0x0010), u32(0), u32(0), u16(0x0800), inner),
  },
  {
    name: 'short tag of an Arista switch',
    wrap: (inner) => inEthernet(0xd28b, u16(1), u16(0x0120), u16(0), u32(0), u16(0x0800), inner),
  },
  {
    name: 'VMware Lab Manager',
    wrap: (inner) => inEthernet(0x88de, new Uint8Array(10), ethernet({ payload: inner })),
  },
  {
    name: 'tag of a Broadcom switch',
    wrap: (inner) => inEthernet(0x8874, u32(0x00000001), u16(0x0800), inner),
  },
  {
    name: 'short tag of a Realtek switch',
    wrap: (inner) => inEthernet(0x8899, u16(0xa001), u16(0x0800), inner),
  },
  {
    name: 'long tag of a Realtek switch',
    wrap: (inner) => inEthernet(0x8899, [0x04, 0x00], u16(0), u16(0x0001), u16(0x0800), inner),
  },
  {
    name: 'MACsec without a channel',
    wrap: (inner) => inEthernet(0x88e5, [0x00, 0x00], u32(1), u16(0x0800), inner, INTEGRITY_CHECK),
    trailerLength: INTEGRITY_CHECK.length,
  },
  {
    name: 'MACsec with a channel',
    wrap: (inner) =>
      inEthernet(0x88e5, [0x20, 0x00], u32(1), ADDRESS_A, u16(1), u16(0x0800), inner, INTEGRITY_CHECK),
    trailerLength: INTEGRITY_CHECK.length,
  },
  {
    name: 'MACsec around a VLAN tag',
    wrap: (inner) => {
      const tagged = vlan({ payload: inner });
      return inEthernet(0x88e5, [0x40, 0x00], u32(1), u16(ETHER_TYPE.vlan), tagged, INTEGRITY_CHECK);
    },
    trailerLength: INTEGRITY_CHECK.length,
  },
  {
    name: 'MACsec after a VLAN tag',
    wrap: (inner) => {
      const payload = concat([0x20, 0x2a], u32(1), ADDRESS_A, u16(1), u16(0x0800), inner, INTEGRITY_CHECK);
      return inEthernet(ETHER_TYPE.vlan, vlan({ type: 0x88e5, payload }));
    },
    trailerLength: INTEGRITY_CHECK.length,
  },
  {
    name: 'FabricPath',
    wrap: (inner) => inEthernet(0x8903, u16(0x0060), ethernet({ payload: inner })),
  },
  {
    name: 'LLC in a long frame',
    wrap: (inner) => inEthernet(0x8870, llc({ payload: snap({ payload: inner }) })),
  },
  {
    name: 'ISL',
    wrap: (inner) => isl(0, ethernet({ payload: inner })),
    hasLength: true,
    trailerLength: 4,
  },
  {
    name: 'ISL without a length',
    wrap: (inner) => isl(0, ethernet({ payload: inner }), 0),
    trailerLength: 4,
  },
  {
    name: 'ISL with token ring',
    wrap: (inner) => {
      const header = [0x10, 0x40, ...ADDRESS_A, ...ADDRESS_B];
      const frame = concat(header, llc({ payload: snap({ payload: inner }) }));
      return isl(1, concat([0, 0, 0, 0, 0], frame));
    },
    hasLength: true,
    trailerLength: 4,
  },
  { name: 'IEEE 802.11 in Ethernet', wrap: (inner) => inEthernet(0x2452, ieee80211(inner)) },
  {
    name: 'TECMP',
    wrap: (inner) => inEthernet(0x99fe, TECMP, tecmpEntry(ethernet({ payload: inner }))),
    hasLength: true,
  },
  { name: 'RTmac', wrap: (inner) => inEthernet(0x9021, u16(0x0800), [0x02, 0x01], inner) },
  { name: 'BPQ', wrap: (inner) => inEthernet(0x08ff, u16(0), AX25, inner) },
  { name: 'LWAPP in Ethernet', wrap: (inner) => inEthernet(0x88bb, lwapp(ieee80211(inner))) },
  {
    name: 'LWAPP in Ethernet, by its older type',
    wrap: (inner) => inEthernet(0xbbbb, lwapp(ieee80211(inner))),
  },
  {
    name: 'MINT in Ethernet',
    wrap: (inner) => {
      const frame = mint(1, u16(0), ethernet({ payload: inner }));
      return inEthernet(0x8783, u16(0), u16(frame.length), frame);
    },
  },
  {
    name: 'PPPoE with a multiplexed packet',
    wrap: (inner) => {
      const length = 0xc000 | (2 + inner.length);
      return inPppoe(u16(0x0059), u16(length), u16(0x0021), inner);
    },
  },
  {
    name: 'PPPoE with a multiplexed packet, without a protocol',
    wrap: (inner) => inPppoe(u16(0x0059), u16(0x4000 | inner.length), inner),
  },
  {
    name: 'PPPoE of 3Com',
    wrap: (inner) => inEthernet(0x3c13, [0x11, 0x00], u16(1), u16(2 + inner.length), u16(0x0021), inner),
    hasLength: true,
  },
  { name: 'PPPoE with an EtherType', wrap: (inner) => inPppoe(u16(0x0800), inner) },
  { name: 'NSH', wrap: (inner) => inEthernet(0x894f, nsh({ payload: inner })) },
  {
    name: 'NSH with all flags',
    wrap: (inner) => inEthernet(0x894f, nsh({ flags: 0b11, payload: inner })),
  },
  {
    name: 'NSH with a frame',
    wrap: (inner) =>
      inEthernet(0x894f, nsh({ length: 6, nextProtocol: 3, payload: ethernet({ payload: inner }) })),
  },
  {
    name: 'NSH with MPLS',
    wrap: (inner) => inEthernet(0x894f, nsh({ nextProtocol: 5, payload: concat(label(100), inner) })),
  },
  {
    name: 'TRILL',
    wrap: (inner) =>
      inEthernet(
        0x22f3,
        u16(0x003f),
        u16(1),
        u16(2),
        ethernet({ type: ETHER_TYPE.vlan, payload: vlan({ payload: inner }) }),
      ),
  },
  {
    name: 'TRILL with reserved bits',
    wrap: (inner) => inEthernet(0x22f3, u16(0x303f), u16(1), u16(2), ethernet({ payload: inner })),
  },
  {
    name: 'B.A.T.M.A.N.',
    wrap: (inner) => inEthernet(0x4305, [0x40, 15, 50, 1], ADDRESS_A, ethernet({ payload: inner })),
  },
  {
    name: 'B.A.T.M.A.N. with four addresses',
    wrap: (inner) =>
      inEthernet(0x4305, [0x42, 15, 50, 1], ADDRESS_A, ADDRESS_B, [1, 0], ethernet({ payload: inner })),
  },
];

const inIp: readonly Omit<Tunnel, 'family' | 'isBelowIp'>[] = [
  { name: 'IP in IP', wrap: (inner) => inIpv4(4, inner) },
  { name: '4in6', wrap: (inner) => inIpv6(4, inner) },
  { name: 'GRE', wrap: (inner) => inGre(0x0000, 0x0800, inner) },
  { name: 'GRE in IPv6', wrap: (inner) => inIpv6(47, concat([0, 0], u16(0x0800), inner)) },
  { name: 'GRE with a checksum', wrap: (inner) => inGre(0x8000, 0x0800, u16(0xabcd), u16(0), inner) },
  { name: 'GRE with a key', wrap: (inner) => inGre(0x2000, 0x0800, u32(42), inner) },
  { name: 'GRE with a sequence number', wrap: (inner) => inGre(0x1000, 0x0800, u32(1), inner) },
  {
    name: 'GRE with checksum, key and sequence number',
    wrap: (inner) => inGre(0xb000, 0x0800, u16(0xabcd), u16(0), u32(42), u32(1), inner),
  },
  { name: 'GRE with a frame', wrap: (inner) => inGre(0x2000, 0x6558, u32(42), ethernet({ payload: inner })) },
  { name: 'GRE with MPLS', wrap: (inner) => inGre(0, 0x8847, label(100), inner) },
  { name: 'GRE with NSH', wrap: (inner) => inGre(0, 0x894f, nsh({ payload: inner })) },
  { name: 'GRE with WCCP version 1', wrap: (inner) => inGre(0, 0x883e, inner) },
  { name: 'GRE with WCCP version 2', wrap: (inner) => inGre(0, 0x883e, [0x00, 0x51, 0x01, 0x02], inner) },
  { name: 'GRE with frame relay', wrap: (inner) => inGre(0, 0x6559, [0x18, 0x41, 0x03, 0xcc], inner) },
  { name: 'GRE with a frame of Aruba', wrap: (inner) => inGre(0, 0x8200, ieee80211(inner)) },
  { name: 'GRE with a frame of Aruba, last number', wrap: (inner) => inGre(0, 0x8370, ieee80211(inner)) },
  {
    name: 'EoIP',
    wrap: (inner) => {
      const frame = ethernet({ payload: inner });
      const [length, tunnel] = [u16(frame.length), [42, 0]];
      return inGre(0x2001, 0x6400, length, tunnel, frame);
    },
  },
  {
    name: 'GRE with a frame by the type of EoIP',
    wrap: (inner) => inGre(0, 0x6400, ethernet({ payload: inner })),
  },
  {
    name: 'PPTP',
    wrap: (inner) =>
      inGre(0x3081, 0x880b, u16(inner.length + 4), u16(17), u32(5), u32(4), ppp({ payload: inner })),
  },
  {
    name: 'PPTP without acknowledgment',
    wrap: (inner) =>
      inGre(
        0x3001,
        0x880b,
        u16(inner.length + 1),
        u16(17),
        u32(5),
        ppp({ framed: false, compressed: true, protocol: 0x21, payload: inner }),
      ),
  },
  { name: 'ERSPAN type I', wrap: (inner) => inGre(0, 0x88be, ethernet({ payload: inner })) },
  {
    name: 'ERSPAN type II',
    wrap: (inner) =>
      inGre(0x1000, 0x88be, u32(1), u16(0x1064), u16(0x0001), u32(7), ethernet({ payload: inner })),
  },
  {
    name: 'ERSPAN type III',
    wrap: (inner) => inGre(0x1000, 0x22eb, u32(1), erspanIii(0, 0), ethernet({ payload: inner })),
  },
  {
    name: 'ERSPAN type III with a subheader',
    wrap: (inner) =>
      inGre(0x1000, 0x22eb, u32(1), erspanIii(1, 0), u32(0), u32(0), ethernet({ payload: inner })),
  },
  {
    name: 'ERSPAN type III with IP',
    wrap: (inner) => inGre(0x1000, 0x22eb, u32(1), erspanIii(0, 2), inner),
  },
  { name: 'AH around IP', wrap: (inner) => inIpv4(51, authentication(4, inner)) },
  { name: 'AH around IP in IPv6', wrap: (inner) => inIpv6(51, authentication(4, inner)) },
  { name: 'EtherIP', wrap: (inner) => inIpv4(97, concat([0x30, 0x00], ethernet({ payload: inner }))) },
  { name: 'MPLS in IP', wrap: (inner) => inIpv4(137, concat(label(100), inner)) },
  { name: 'Ethernet in IPv6', wrap: (inner) => inIpv6(143, ethernet({ payload: inner })) },
  {
    name: 'L2TPv3 in IP',
    wrap: (inner) => inIpv4(115, concat(u32(7), ethernet({ payload: inner }))),
  },
  {
    name: 'L2TPv3 in IP with a sublayer',
    wrap: (inner) => inIpv4(115, concat(u32(7), u32(0x40000001), ethernet({ payload: inner }))),
  },
  {
    name: 'L2TPv3 in IP with a cookie and a sublayer',
    wrap: (inner) =>
      inIpv4(115, concat(u32(7), u32(0x11223344), u32(0x55667788), u32(0), ethernet({ payload: inner }))),
  },
  { name: 'AX.25 in IP', wrap: (inner) => inIpv4(93, concat(AX25, inner)) },
  {
    name: 'Mobile IP in UDP',
    wrap: (inner) => inUdp(PORT.mobileIp, concat([4, 4], u16(0), inner)),
  },
  {
    name: 'GRE in Mobile IP in UDP',
    wrap: (inner) => inUdp(PORT.mobileIp, concat([4, 47], u16(0), u16(0), u16(0x0800), inner)),
  },
  { name: 'GUE', wrap: (inner) => inUdp(PORT.gue, concat([0x00, 4], u16(0), inner)) },
  {
    name: 'GUE with optional fields and GRE',
    wrap: (inner) =>
      inUdp(PORT.gue, concat([0x02, 47], u16(0), new Uint8Array(8), u16(0), u16(0x0800), inner)),
  },
  { name: 'GUE without a header', wrap: (inner) => inUdp(PORT.gue, inner) },
  {
    name: 'LWAPP',
    wrap: (inner) => inUdp(PORT.lwapp, lwapp(ieee80211(inner))),
  },
  {
    name: 'LWAPP with frame control swapped',
    wrap: (inner) => inUdp(PORT.lwapp, lwapp(swapFrameControl(ieee80211(inner)))),
  },
  {
    name: 'LWAPP after an address',
    wrap: (inner) => inUdp(PORT.lwappControl, concat(ADDRESS_A, lwapp(ieee80211(inner)))),
  },
  {
    name: 'LWAPP with a whole frame',
    wrap: (inner) => inUdp(PORT.lwappFrames, ethernet({ payload: inner })),
  },
  {
    name: 'MINT',
    wrap: (inner) => inUdp(PORT.mint, mint(1, u16(0), ethernet({ payload: inner }))),
  },
  {
    name: 'MINT to several stations',
    wrap: (inner) =>
      inUdp(PORT.mint, mint(2, [...u16(1), ...u32(1), ...u32(0)], ethernet({ payload: inner }))),
  },
  {
    name: 'packet mirror of Juniper',
    wrap: (inner) => inUdp(PORT.juniperMirror, concat(u32(1), u32(2), inner)),
  },
  {
    name: 'EtherIP with reserved bits',
    wrap: (inner) => inIpv4(97, concat([0x3f, 0xff], ethernet({ payload: inner }))),
  },
  {
    name: 'EtherIP with the version in the lower half',
    wrap: (inner) => inIpv4(97, concat([0x03, 0x00], ethernet({ payload: inner }))),
  },
  {
    name: 'L2TPv3 in UDP',
    wrap: (inner) =>
      inUdp(
        PORT.l2tp,
        l2tp({ flags: 3, fields: [...u16(0), ...u32(7)], payload: ethernet({ payload: inner }) }),
      ),
  },
  {
    name: 'L2TPv3 in UDP with reserved bits',
    wrap: (inner) =>
      inUdp(
        PORT.l2tp,
        l2tp({ flags: 0x7ff3, fields: [...u16(0xffff), ...u32(7)], payload: ethernet({ payload: inner }) }),
      ),
  },
  {
    name: 'L2TPv2 with reserved bits',
    wrap: (inner) => inUdp(PORT.l2tp, l2tp({ flags: 0x34f2, payload: ppp({ payload: inner }) })),
  },
  { name: 'L2TPv2', wrap: (inner) => inUdp(PORT.l2tp, l2tp({ payload: ppp({ payload: inner }) })) },
  {
    name: 'L2TPv2 with all fields',
    wrap: (inner) => {
      const payload = ppp({ framed: false, payload: inner });
      const length = u16(2 + 14 + 3 + payload.length);
      const [tunnel, session, sent, expected] = [u16(7), u16(9), u16(1), u16(2)];
      const offsetSize = [...u16(3), 0xde, 0xad, 0xbe];
      const fields = [...length, ...tunnel, ...session, ...sent, ...expected, ...offsetSize];
      return inUdp(PORT.l2tp, l2tp({ flags: 0x4a02, fields: [...fields], payload }));
    },
  },
  { name: 'GTP', wrap: (inner) => inUdp(PORT.gtp, gtp({ payload: inner })) },
  { name: 'GTP version 0', wrap: (inner) => inUdp(PORT.gtp0, gtp0(0x1e, inner)) },
  { name: 'GTP version 0 with spare bits', wrap: (inner) => inUdp(PORT.gtp0, gtp0(0x11, inner)) },
  { name: 'GTP version 0 at the port of version 1', wrap: (inner) => inUdp(PORT.gtp, gtp0(0x1e, inner)) },
  {
    name: 'GTP with the spare bit',
    wrap: (inner) => inUdp(PORT.gtp, gtp({ flags: 0x38, payload: inner })),
  },
  {
    name: 'GTP with a sequence number',
    wrap: (inner) => inUdp(PORT.gtp, gtp({ flags: 0x32, optional: [0, 1, 0, 0], payload: inner })),
  },
  {
    name: 'GTP with extensions',
    wrap: (inner) =>
      inUdp(
        PORT.gtp,
        gtp({
          flags: 0x34,
          // A PDU session container of one word, then a PDCP number of two.
          optional: [0, 0, 0, 0x85, 0x01, 0x10, 0x01, 0x82, 0x02, 1, 2, 3, 4, 5, 6, 0x00],
          payload: inner,
        }),
      ),
  },
  {
    name: 'GTP with a frame',
    wrap: (inner) => inUdp(PORT.gtp, gtp({ payload: ethernet({ payload: inner }) })),
  },
  { name: 'LISP', wrap: (inner) => inUdp(PORT.lisp, lisp({ payload: inner })) },
  {
    name: 'LISP with all flags but two',
    wrap: (inner) => inUdp(PORT.lisp, lisp({ flags: 0xf8, payload: inner })),
  },
  {
    name: 'LISP with a next protocol',
    wrap: (inner) =>
      inUdp(PORT.lisp, lisp({ flags: 0x0c, nonce: [0, 0, 3], payload: ethernet({ payload: inner }) })),
  },
  { name: 'GRE in UDP', wrap: (inner) => inUdp(PORT.gre, concat(u16(0x2000), u16(0x0800), u32(42), inner)) },
  {
    name: 'GRE in UDP with reserved bits',
    wrap: (inner) => inUdp(PORT.gre, concat(u16(0x0ff8), u16(0x0800), inner)),
  },
  {
    name: 'VXLAN with all reserved bits',
    wrap: (inner) =>
      inUdp(
        PORT.vxlan,
        vxlan({
          flags: 0xff,
          reserved: [0xff, 0xff, 0xff],
          last: 0xff,
          payload: ethernet({ payload: inner }),
        }),
      ),
  },
  {
    name: 'VXLAN without flags',
    wrap: (inner) => inUdp(PORT.vxlan, vxlan({ flags: 0, payload: ethernet({ payload: inner }) })),
  },
  { name: 'VXLAN', wrap: (inner) => inUdp(PORT.vxlan, vxlan({ payload: ethernet({ payload: inner }) })) },
  {
    name: 'VXLAN at the port of Linux',
    wrap: (inner) => inUdp(PORT.vxlanOfLinux, vxlan({ payload: ethernet({ payload: inner }) })),
  },
  {
    name: 'VXLAN with a group policy',
    wrap: (inner) =>
      inUdp(
        PORT.vxlan,
        vxlan({ flags: 0x88, reserved: [0x08, 0x00, 0x64], payload: ethernet({ payload: inner }) }),
      ),
  },
  {
    name: 'VXLAN-GPE without a next protocol',
    wrap: (inner) => inUdp(PORT.vxlanGpe, vxlan({ payload: ethernet({ payload: inner }) })),
  },
  {
    name: 'VXLAN-GPE with IP',
    wrap: (inner) => inUdp(PORT.vxlanGpe, vxlan({ flags: 0x0c, reserved: [0, 0, 1], payload: inner })),
  },
  {
    name: 'VXLAN-GPE with all reserved bits',
    wrap: (inner) =>
      inUdp(PORT.vxlanGpe, vxlan({ flags: 0xcf, reserved: [0xff, 0xff, 1], last: 0xff, payload: inner })),
  },
  {
    name: 'VXLAN-GPE with a frame',
    wrap: (inner) =>
      inUdp(
        PORT.vxlanGpe,
        vxlan({ flags: 0x0c, reserved: [0, 0, 3], payload: ethernet({ payload: inner }) }),
      ),
  },
  {
    name: 'VXLAN-GPE with NSH',
    wrap: (inner) =>
      inUdp(PORT.vxlanGpe, vxlan({ flags: 0x0c, reserved: [0, 0, 4], payload: nsh({ payload: inner }) })),
  },
  { name: 'AYIYA with IPv4', wrap: (inner) => inUdp(PORT.ayiya, ayiya({ nextHeader: 4, payload: inner })) },
  { name: 'CAPWAP', wrap: (inner) => inUdp(PORT.capwap, capwap({ payload: ethernet({ payload: inner }) })) },
  {
    name: 'CAPWAP with reserved bits',
    wrap: (inner) =>
      inUdp(PORT.capwap, capwap({ flags: 0x007, fragment: 7, payload: ethernet({ payload: inner }) })),
  },
  {
    name: 'CAPWAP with a radio address',
    wrap: (inner) =>
      inUdp(PORT.capwap, capwap({ length: 4, flags: 0x010, payload: ethernet({ payload: inner }) })),
  },
  {
    name: 'CAPWAP with a frame of IEEE 802.11',
    wrap: (inner) => inUdp(PORT.capwap, capwap({ flags: 0x100, payload: ieee80211(inner) })),
  },
  {
    name: 'CAPWAP with a frame of IEEE 802.11, swapped',
    wrap: (inner) =>
      inUdp(PORT.capwap, capwap({ flags: 0x100, payload: swapFrameControl(ieee80211(inner)) })),
  },
  { name: 'GENEVE', wrap: (inner) => inUdp(PORT.geneve, geneve({ payload: ethernet({ payload: inner }) })) },
  {
    name: 'GENEVE with all flags and reserved bits',
    wrap: (inner) =>
      inUdp(PORT.geneve, geneve({ flags: 0xff, last: 0xff, payload: ethernet({ payload: inner }) })),
  },
  {
    name: 'GENEVE with options and IP',
    wrap: (inner) =>
      inUdp(
        PORT.geneve,
        geneve({
          protocol: 0x0800,
          flags: 0x40,
          options: [0x01, 0x08, 0x81, 0x01, 1, 2, 3, 4],
          payload: inner,
        }),
      ),
  },
  { name: 'MPLS in UDP', wrap: (inner) => inUdp(PORT.mpls, concat(label(100), inner)) },
  { name: 'TZSP', wrap: (inner) => inUdp(PORT.tzsp, tzsp({ payload: ethernet({ payload: inner }) })) },
  {
    name: 'TZSP with tags',
    wrap: (inner) =>
      inUdp(
        PORT.tzsp,
        // Signal strength, padding, channel, end.
        tzsp({ type: 1, tags: [10, 1, 0xd0, 0, 0, 18, 1, 6, 1], payload: ethernet({ payload: inner }) }),
      ),
  },
  {
    name: 'TZSP with a frame of IEEE 802.11',
    wrap: (inner) => inUdp(PORT.tzsp, tzsp({ encapsulated: 18, payload: ieee80211(inner) })),
  },
  { name: 'TZSP with IP', wrap: (inner) => inUdp(PORT.tzsp, tzsp({ encapsulated: 7, payload: inner })) },
];

const ofIpv6: readonly Omit<Tunnel, 'family'>[] = [
  {
    name: 'MPLS with IPv6',
    wrap: (inner) => inEthernet(0x8847, label(100), inner),
    isBelowIp: true,
  },
  {
    name: 'MPLS with explicit null of IPv6',
    wrap: (inner) => inEthernet(0x8847, label(2), inner),
    isBelowIp: true,
  },
  { name: '6in4', wrap: (inner) => inIpv4(41, inner) },
  { name: '6in6', wrap: (inner) => inIpv6(41, inner) },
  {
    name: '6in6 after destination options',
    wrap: (inner) => inIpv6(EXTENSION.destinationOptions, extension({ nextHeader: 41, payload: inner })),
  },
  { name: 'GRE with IPv6', wrap: (inner) => inGre(0, 0x86dd, inner) },
  { name: 'Teredo', wrap: (inner) => inUdp(PORT.teredo, inner) },
  {
    name: 'Teredo with authentication',
    wrap: (inner) => inUdp(PORT.teredo, concat(TEREDO_AUTHENTICATION, inner)),
  },
  { name: 'Teredo with its origin', wrap: (inner) => inUdp(PORT.teredo, concat(TEREDO_ORIGIN, inner)) },
  {
    name: 'Teredo with both',
    wrap: (inner) => inUdp(PORT.teredo, concat(TEREDO_AUTHENTICATION, TEREDO_ORIGIN, inner)),
  },
  { name: 'GTP with IPv6', wrap: (inner) => inUdp(PORT.gtp, gtp({ payload: inner })) },
  { name: 'LISP with IPv6', wrap: (inner) => inUdp(PORT.lisp, lisp({ payload: inner })) },
  {
    name: 'VXLAN-GPE with IPv6',
    wrap: (inner) => inUdp(PORT.vxlanGpe, vxlan({ flags: 0x0c, reserved: [0, 0, 2], payload: inner })),
  },
  { name: 'AYIYA', wrap: (inner) => inUdp(PORT.ayiya, ayiya({ payload: inner })) },
  { name: '6LoWPAN on Ethernet', wrap: (inner) => inEthernet(0xa0ed, [0x41], inner), isBelowIp: true },
  {
    name: 'IEEE 802.15.4 in Ethernet',
    wrap: (inner) => inEthernet(0x809a, ieee802154(inner)),
    trailerLength: CHECK_SEQUENCE_LENGTH,
    isBelowIp: true,
  },
  {
    name: 'ZEP version 1',
    trailerLength: CHECK_SEQUENCE_LENGTH,
    wrap: (inner) => {
      const frame = ieee802154(inner);
      const [channel, device, checksum, quality] = [0x0b, u16(1), 1, 0xff];
      const header = [0x45, 0x58, 1, channel, ...device, checksum, quality, 0, 0, 0, 0, 0, 0, 0];
      return inUdp(PORT.zep, concat(header, [frame.length & 0xff], frame));
    },
  },
  {
    name: 'ZEP version 2',
    trailerLength: CHECK_SEQUENCE_LENGTH,
    wrap: (inner) => {
      const frame = ieee802154(inner);
      const [type, channel, device, checksum, quality] = [1, 0x0b, u16(1), 1, 0xff];
      const [time, sequence] = [[...u32(0), ...u32(0)], u32(1)];
      const header = [0x45, 0x58, 2, type, channel, ...device, checksum, quality, ...time, ...sequence];
      return inUdp(PORT.zep, concat(header, new Uint8Array(10), [frame.length & 0xff], frame));
    },
  },
];

export const TUNNELS: readonly Tunnel[] = [
  ...below.map(
    (tunnel) =>
      ({ hasLength: tunnel.name.startsWith('PPPoE'), ...tunnel, family: 4, isBelowIp: true }) as const,
  ),
  ...inIp.map((tunnel) => ({ ...tunnel, family: 4 }) as const),
  ...ofIpv6.map((tunnel) => ({ ...tunnel, family: 6 }) as const),
];

/** The packet that a tunnel carries in the tests: a SYN-ACK from port 8443 of 192.0.2.1 or 2001:db8::1. */
export function innerOf({ family }: Tunnel): Uint8Array {
  const payload = tcp({ sourcePort: 8443 });
  return family === 4 ? ipv4({ payload }) : ipv6({ payload });
}
