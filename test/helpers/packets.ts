// Frames and captures made from parts, with every field named. A field that is left out has the value that an
// honest sender gives it, so a test says only what it is about. It knows nothing of the code under test.

/** TCP flags, RFC 9293 3.1. AE is the lowest bit of the byte before, RFC 9768. */
export const FLAG = {
  fin: 0x01,
  syn: 0x02,
  rst: 0x04,
  psh: 0x08,
  ack: 0x10,
  urg: 0x20,
  ece: 0x40,
  cwr: 0x80,
} as const;
export const SYN_ACK_FLAGS = 0x12;

export const ETHER_TYPE = {
  ipv4: 0x0800,
  arp: 0x0806,
  vlan: 0x8100,
  serviceVlan: 0x88a8,
  ipv6: 0x86dd,
} as const;
export const IP_PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;

const NOTHING = new Uint8Array(0);

export function concat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Big-endian, as all protocols have it. */
export function u16(value: number): number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

export function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value)];
}

/** The four bytes of an IPv4 address or the sixteen of an IPv6 one, which may end in an IPv4 one. */
export function address(text: string): number[] {
  if (!text.includes(':')) return text.split('.').map(Number);
  const lastColon = text.lastIndexOf(':');
  if (text.includes('.')) {
    const groups = `${text.slice(0, lastColon)}:0:0`.replace(/:::/, '::');
    return [...address(groups).slice(0, 12), ...address(text.slice(lastColon + 1))];
  }
  const [front = [], back = []] = text
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const groups = [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back];
  return groups.flatMap((group) => u16(Number.parseInt(group, 16)));
}

export interface TcpParts {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly flags?: number;
  /** The length of the header with its options, in words of four bytes. */
  readonly dataOffset?: number;
  /** The four bits between data offset and flags, of which the lowest is AE. */
  readonly reserved?: number;
  readonly options?: readonly number[];
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly payload?: Uint8Array;
}

export function tcp(parts: TcpParts = {}): Uint8Array {
  const {
    sourcePort = 443,
    destinationPort = 50_000,
    flags = SYN_ACK_FLAGS,
    reserved = 0,
    options = [],
  } = parts;
  const { dataOffset = 5 + options.length / 4, payload = NOTHING } = parts;
  const { sequence = 0x01020304, acknowledgment = 0x05060708 } = parts;
  const offsetAndFlags = [(dataOffset << 4) | reserved, flags];
  const [window, checksum, urgent] = [u16(0xffff), u16(0), u16(0)];
  return concat(
    [
      ...u16(sourcePort),
      ...u16(destinationPort),
      ...u32(sequence),
      ...u32(acknowledgment),
      ...offsetAndFlags,
    ],
    [...window, ...checksum, ...urgent, ...options],
    payload,
  );
}

/** A UDP datagram; its length field is as given. */
export function udp(parts: {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly length?: number;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { sourcePort = 50_000, destinationPort = 53, payload = NOTHING } = parts;
  const { length = 8 + payload.length } = parts;
  const checksum = u16(0);
  return concat([...u16(sourcePort), ...u16(destinationPort), ...u16(length), ...checksum], payload);
}

export interface Ipv4Parts {
  readonly source?: string;
  readonly destination?: string;
  readonly protocol?: number;
  readonly version?: number;
  /** In words of four bytes. */
  readonly headerLength?: number;
  readonly totalLength?: number;
  /** In units of eight bytes. */
  readonly fragmentOffset?: number;
  /** Three bits: reserved, don't fragment, more fragments. */
  readonly flags?: number;
  readonly options?: readonly number[];
  readonly payload?: Uint8Array;
}

export function ipv4(parts: Ipv4Parts = {}): Uint8Array {
  const {
    source = '192.0.2.1',
    destination = '198.51.100.2',
    protocol = IP_PROTOCOL.tcp,
    version = 4,
  } = parts;
  const { fragmentOffset = 0, flags = 0b010, options = [], payload = tcp() } = parts;
  const { headerLength = 5 + options.length / 4 } = parts;
  const { totalLength = 20 + options.length + payload.length } = parts;
  const [service, identification, timeToLive, checksum] = [0, u16(1), 64, u16(0)];
  return concat(
    [(version << 4) | headerLength, service, ...u16(totalLength)],
    [...identification, ...u16((flags << 13) | fragmentOffset)],
    [timeToLive, protocol, ...checksum],
    address(source),
    address(destination),
    options,
    payload,
  );
}

export interface Ipv6Parts {
  readonly source?: string;
  readonly destination?: string;
  readonly nextHeader?: number;
  readonly version?: number;
  readonly payloadLength?: number;
  /** With the extension headers, if there are any. */
  readonly payload?: Uint8Array;
}

export function ipv6(parts: Ipv6Parts = {}): Uint8Array {
  const {
    source = '2001:db8::1',
    destination = '2001:db8::2',
    nextHeader = IP_PROTOCOL.tcp,
    version = 6,
  } = parts;
  const { payload = tcp() } = parts;
  const { payloadLength = payload.length } = parts;
  const [classAndLabel, hopLimit] = [[0, 0, 0], 64];
  return concat(
    [version << 4, ...classAndLabel, ...u16(payloadLength), nextHeader, hopLimit],
    address(source),
    address(destination),
    payload,
  );
}

/** Numbers of IPv6 extension headers. */
export const EXTENSION = {
  hopByHop: 0,
  routing: 43,
  fragment: 44,
  authentication: 51,
  noNextHeader: 59,
  destinationOptions: 60,
  mobility: 135,
  hostIdentity: 139,
  shim6: 140,
} as const;

/** An IPv6 extension header of `size` bytes; its length field is as given, whatever the size. */
export function extension(parts: {
  readonly nextHeader?: number;
  readonly length?: number;
  readonly size?: number;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { nextHeader = IP_PROTOCOL.tcp, length = 0, size = 8, payload = tcp() } = parts;
  return concat([nextHeader, length], new Uint8Array(size - 2), payload);
}

/** An IPv6 fragment header; the offset is in units of eight bytes. */
export function fragment(parts: {
  readonly nextHeader?: number;
  readonly offset?: number;
  readonly more?: boolean;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { nextHeader = IP_PROTOCOL.tcp, offset = 0, more = false, payload = tcp() } = parts;
  const [reserved, identification] = [0, u32(7)];
  return concat([nextHeader, reserved, ...u16((offset << 3) | (more ? 1 : 0)), ...identification], payload);
}

/** An Ethernet frame. `type` is an EtherType or an 802.3 length. */
export function ethernet(parts: { readonly type?: number; readonly payload?: Uint8Array } = {}): Uint8Array {
  const { type = ETHER_TYPE.ipv4, payload = ipv4() } = parts;
  const destination = [0x02, 0, 0, 0, 0, 0x02];
  const source = [0x02, 0, 0, 0, 0, 0x01];
  return concat([...destination, ...source, ...u16(type)], payload);
}

/** A VLAN tag after its own EtherType, and the tagged payload. */
export function vlan(parts: {
  readonly id?: number;
  readonly type?: number;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { id = 100, type = ETHER_TYPE.ipv4, payload = ipv4() } = parts;
  return concat([...u16(id), ...u16(type)], payload);
}

export function llc(parts: {
  readonly dsap?: number;
  readonly ssap?: number;
  readonly control?: number;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { dsap = 0xaa, ssap = 0xaa, control = 0x03, payload = snap({}) } = parts;
  return concat([dsap, ssap, control], payload);
}

/** The header after LLC if both access points are SNAP. */
export function snap(parts: {
  readonly oui?: readonly [number, number, number];
  readonly type?: number;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { oui = [0, 0, 0], type = ETHER_TYPE.ipv4, payload = ipv4() } = parts;
  return concat([...oui, ...u16(type)], payload);
}

/** Linux cooked header, version 1. */
export function sll(parts: { readonly protocol?: number; readonly payload?: Uint8Array } = {}): Uint8Array {
  const { protocol = ETHER_TYPE.ipv4, payload = ipv4() } = parts;
  const [packetType, hardwareType, addressLength] = [u16(0), u16(1), u16(6)];
  const sender = [0x02, 0, 0, 0, 0, 0x01, 0, 0];
  return concat([...packetType, ...hardwareType, ...addressLength, ...sender, ...u16(protocol)], payload);
}

/** Linux cooked header, version 2. */
export function sll2(parts: { readonly protocol?: number; readonly payload?: Uint8Array } = {}): Uint8Array {
  const { protocol = ETHER_TYPE.ipv4, payload = ipv4() } = parts;
  const [reserved, interfaceIndex, hardwareType, packetType, addressLength] = [u16(0), u32(2), u16(1), 0, 6];
  const sender = [0x02, 0, 0, 0, 0, 0x01, 0, 0];
  return concat(
    [...u16(protocol), ...reserved, ...interfaceIndex, ...hardwareType, packetType, addressLength, ...sender],
    payload,
  );
}

/** BSD loopback: the address family in the byte order of the machine. */
export function bsdLoopback(parts: {
  readonly family?: number;
  readonly littleEndian?: boolean;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { family = 2, littleEndian = true, payload = ipv4() } = parts;
  return concat(littleEndian ? u32(family).reverse() : u32(family), payload);
}

export function ppp(parts: {
  /** Address 0xff and control 0x03 in front. */
  readonly framed?: boolean;
  /** The protocol in one byte, RFC 1661 6.5. */
  readonly compressed?: boolean;
  readonly protocol?: number;
  readonly payload?: Uint8Array;
}): Uint8Array {
  const { framed = true, compressed = false, protocol = 0x0021, payload = ipv4() } = parts;
  return concat(framed ? [0xff, 0x03] : [], compressed ? [protocol] : u16(protocol), payload);
}

/** The link types of the frames above. */
export const LINK_TYPE = { null: 0, ethernet: 1, ppp: 9, raw: 101, loop: 108, sll: 113, sll2: 276 } as const;

export const PCAP_MAGIC = {
  microseconds: 0xa1b2c3d4,
  nanoseconds: 0xa1b23c4d,
  modified: 0xa1b2cd34,
} as const;

export interface RecordParts {
  readonly seconds?: number;
  /** Microseconds or nanoseconds, according to the magic number of the file. */
  readonly fraction?: number;
  readonly capturedLength?: number;
  readonly originalLength?: number;
  readonly data?: Uint8Array;
}

export interface PcapParts {
  readonly magic?: number;
  readonly littleEndian?: boolean;
  readonly version?: readonly [major: number, minor: number];
  readonly snaplen?: number;
  /** The whole field, flag bits included. */
  readonly linkType?: number;
  readonly records?: readonly RecordParts[];
}

/** A classic pcap file. */
export function pcap(parts: PcapParts = {}): Uint8Array {
  const { magic = PCAP_MAGIC.microseconds, littleEndian = true, version = [2, 4] } = parts;
  const { snaplen = 262_144, linkType = LINK_TYPE.ethernet, records = [] } = parts;
  const short = (value: number): number[] => (littleEndian ? u16(value).reverse() : u16(value));
  const long = (value: number): number[] => (littleEndian ? u32(value).reverse() : u32(value));
  const [timeZone, accuracy] = [long(0), long(0)];
  const header = [
    ...long(magic),
    ...version.flatMap(short),
    ...timeZone,
    ...accuracy,
    ...long(snaplen),
    ...long(linkType),
  ];
  const body = records.map(({ seconds = 1_700_000_000, fraction = 0, data = ethernet(), ...lengths }) => {
    const { capturedLength = data.length, originalLength = data.length } = lengths;
    const [interfaceIndex, protocol, packetType, padding] = [long(0), short(0), 0, 0];
    const more = magic === PCAP_MAGIC.modified ? [...interfaceIndex, ...protocol, packetType, padding] : [];
    return concat(
      [...long(seconds), ...long(fraction), ...long(capturedLength), ...long(originalLength), ...more],
      data,
    );
  });
  return concat(header, ...body);
}
