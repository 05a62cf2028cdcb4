// The fields of a packet that expressions read. Anything that the first packet of a TCP connection does not show is unknown;
// a field of a protocol that the packet does not have is absent, because nft then skips the rule.

import { ETHERTYPES, type Kind, NF_PROTOCOLS, readAtom, TCP } from './constants.js';
import { isObject, type JsonObject, listIn, onlyField } from './json.js';
import { CT_STATES, type Packet, TCP_FLAGS } from './packet.js';
import { ABSENT, isAtom, type Reading, UNKNOWN } from './values.js';

/** An expression that reads a packet. */
export interface Field {
  readonly kind: Kind;
  readonly read: (packet: Packet) => Reading;
}

type Read = Field['read'];

const UNKNOWN_FIELD: Field = { kind: 'number', read: () => UNKNOWN };
const ABSENT_FIELD: Field = { kind: 'number', read: () => ABSENT };
/** Masks of masks are not followed further. */
const MAX_DEPTH = 8;
/** The flags of a SYN, without ECN. */
const SYN = TCP_FLAGS.syn as number;
/** Offset and "more fragments" of IPv4: RFC 791 3.1. */
const FRAGMENT_BITS = 0x3fff;
const OTHER_TRANSPORT = new Set([
  'udp',
  'udplite',
  'sctp',
  'dccp',
  'icmp',
  'icmpv6',
  'igmp',
  'ah',
  'esp',
  'comp',
  'arp',
]);

/** Finds the field that an expression reads; one that is not understood is unknown in every packet. */
export function readField(expression: unknown, depth = 0): Field {
  const [name, content] = onlyField(expression) ?? [];
  if (name === '&' && depth < MAX_DEPTH) return maskedField(listIn(expression, '&') ?? [], depth + 1);
  if (!isObject(content)) return UNKNOWN_FIELD;
  if (name === 'payload') return payloadField(content);
  if (name === 'meta') return metaField(content.key);
  if (name === 'ct') return ctField(content);
  return UNKNOWN_FIELD;
}

function payloadField({ protocol, field }: JsonObject): Field {
  switch (protocol) {
    case 'ip':
      return networkField(4, field);
    case 'ip6':
      return networkField(6, field);
    case 'tcp':
    case 'th':
      return transportField(protocol, field);
    default:
      return typeof protocol === 'string' && OTHER_TRANSPORT.has(protocol) ? ABSENT_FIELD : UNKNOWN_FIELD;
  }
}

function networkField(family: 4 | 6, field: unknown): Field {
  const of = (kind: Kind, read: Read): Field => ({
    kind,
    read: (packet) => (packet.family === family ? read(packet) : ABSENT),
  });
  const address = family === 4 ? 'ipv4' : 'ipv6';
  switch (field) {
    case 'saddr':
      return of(address, (packet) => packet.source);
    case 'daddr':
      return of(address, (packet) => packet.destination);
    case 'version':
      return of('number', () => family);
    case 'protocol':
    // An extension header would come first, but hardly any SYN has one.
    case 'nexthdr':
      return of('protocol', () => TCP);
    default:
      return of('number', () => UNKNOWN);
  }
}

function transportField(protocol: 'tcp' | 'th', field: unknown): Field {
  switch (field) {
    case 'sport':
      return { kind: 'number', read: (packet) => packet.sourcePort };
    case 'dport':
      return { kind: 'number', read: (packet) => packet.port };
    case 'flags':
      return protocol === 'tcp' ? { kind: 'flags', read: () => SYN } : UNKNOWN_FIELD;
    default:
      return UNKNOWN_FIELD;
  }
}

function metaField(key: unknown): Field {
  switch (key) {
    case 'l4proto':
      return { kind: 'protocol', read: () => TCP };
    case 'protocol':
      return { kind: 'ethertype', read: ({ family }) => ETHERTYPES[family] };
    case 'nfproto':
      return { kind: 'nfproto', read: ({ family }) => NF_PROTOCOLS[family] };
    case 'iifname':
    case 'iif':
      return { kind: 'interface', read: (packet) => packet.iif };
    case 'oifname':
    case 'oif':
      return { kind: 'interface', read: (packet) => packet.oif };
    default:
      return UNKNOWN_FIELD;
  }
}

function ctField({ key, dir }: JsonObject): Field {
  if (key === 'state') return { kind: 'state', read: (packet) => packet.ctState };
  const tracked = (kind: Kind, read: Read): Field => ({
    kind,
    read: (packet) => (packet.isTracked && packet.ctState === CT_STATES.new ? read(packet) : UNKNOWN),
  });
  if (key === 'direction') return tracked('direction', () => 0);
  if (dir !== 'original') return UNKNOWN_FIELD;
  const ofFamily = (family: 4 | 6, read: Read): Field =>
    tracked(family === 4 ? 'ipv4' : 'ipv6', (packet) => (packet.family === family ? read(packet) : ABSENT));
  switch (key) {
    case 'protocol':
      return tracked('protocol', () => TCP);
    case 'ip saddr':
      return ofFamily(4, ({ original }) => original.source);
    case 'ip daddr':
      return ofFamily(4, ({ original }) => original.destination);
    case 'ip6 saddr':
      return ofFamily(6, ({ original }) => original.source);
    case 'ip6 daddr':
      return ofFamily(6, ({ original }) => original.destination);
    case 'proto-src':
      return tracked('number', ({ original }) => original.sourcePort);
    case 'proto-dst':
      return tracked('number', ({ original }) => original.port);
    default:
      return UNKNOWN_FIELD;
  }
}

function maskedField([left, right]: readonly unknown[], depth: number): Field {
  const [, payload] = onlyField(left) ?? [];
  const { kind, read } = readField(left, depth);
  const mask = readAtom(right, kind);
  if (mask === undefined || typeof mask === 'string') return UNKNOWN_FIELD;
  // A SYN is not a fragment, but whether it may be fragmented is not known.
  const isFragment = isObject(payload) && payload.protocol === 'ip' && payload.field === 'frag-off';
  if (isFragment && typeof mask === 'number' && (mask & ~FRAGMENT_BITS) === 0) {
    return { kind: 'number', read: ({ family }) => (family === 4 ? 0 : ABSENT) };
  }
  return {
    kind,
    read: (packet) => {
      const value = read(packet);
      if (value === ABSENT || value === UNKNOWN) return value;
      if (!isAtom(value)) return UNKNOWN;
      if (typeof value === 'number' && typeof mask === 'number') return (value & mask) >>> 0;
      return typeof value === 'bigint' && typeof mask === 'bigint' ? value & mask : UNKNOWN;
    },
  };
}
