// A new TCP connection as rules see it: the SYN of its first packet, on its way through the hooks of the kernel.

import type { Address, AddressRange } from '../ip/address.js';
import { ABSENT, type Answer, type Domain, domain, type Reading, UNKNOWN, UNNAMED } from './values.js';

/** A connection to ask about. Fields that are absent are not known. */
export interface Connection {
  readonly family: 4 | 6;
  /** One address, or the ranges that it is in, ascending and disjoint. */
  readonly source?: Address | readonly AddressRange[] | undefined;
  readonly destination?: Address | readonly AddressRange[] | undefined;
  readonly sourcePort?: number | undefined;
  readonly port?: number | undefined;
  /** The interfaces by which it arrives and leaves. If they are not known, they are not the loopback interface. */
  readonly iif?: string | undefined;
  readonly oif?: string | undefined;
}

/** `forward` for connections through the firewall, `input` for those to it. */
export type Direction = 'forward' | 'input';

/** Part of the conntrack states of nft: include/uapi/linux/netfilter/nf_conntrack_common.h. */
export const CT_STATES: Readonly<
  Record<'invalid' | 'established' | 'related' | 'new' | 'untracked', number>
> = {
  invalid: 1,
  established: 2,
  related: 4,
  new: 8,
  untracked: 64,
};

/** RFC 9293 3.1. */
export const TCP_FLAGS: Readonly<
  Record<'fin' | 'syn' | 'rst' | 'psh' | 'ack' | 'urg' | 'ecn' | 'cwr', number>
> = {
  fin: 1,
  syn: 2,
  rst: 4,
  psh: 8,
  ack: 16,
  urg: 32,
  ecn: 64,
  cwr: 128,
};

/** The fields of a packet that rules read. NAT and other statements change them. */
export interface Packet {
  readonly family: 4 | 6;
  source: Reading;
  destination: Reading;
  sourcePort: Reading;
  port: Reading;
  iif: Reading;
  oif: Reading;
  ctState: Reading;
  /** Whether the kernel has looked for the connection, so that `ct` has more than a state. */
  isTracked: boolean;
  /** Whether a rule has kept it from doing so; NAT skips such a packet. */
  isUntracked: Answer;
  /** As the connection was before NAT. */
  readonly original: Pick<Packet, 'source' | 'destination' | 'sourcePort' | 'port'>;
}

const ALL_ADDRESSES = { 4: domain(0, 0xffff_ffff), 6: domain(0n, (1n << 128n) - 1n) } as const;
const ALL_PORTS = domain(0, 65_535);

/** The values of a field that a statement may have changed to anything. */
export function anyAddress(family: 4 | 6): Domain {
  return ALL_ADDRESSES[family];
}

export function anyPort(): Domain {
  return ALL_PORTS;
}

export function packetOf(connection: Connection): Packet {
  const { family, source, destination, sourcePort, port, iif, oif } = connection;
  const fields: Packet['original'] = {
    source: readingOf(family, source),
    destination: readingOf(family, destination),
    sourcePort: sourcePort ?? ALL_PORTS,
    port: port ?? ALL_PORTS,
  };
  return {
    family,
    ...fields,
    original: fields,
    iif: iif ?? UNNAMED,
    oif: oif ?? UNNAMED,
    ctState: ABSENT,
    isTracked: false,
    isUntracked: 'no',
  };
}

/** Forgets all that a statement could change. */
export function forget(packet: Packet): void {
  packet.source = anyAddress(packet.family);
  packet.destination = anyAddress(packet.family);
  packet.sourcePort = anyPort();
  packet.port = anyPort();
  stopTracking(packet, false);
}

/** As `notrack` does: it has an effect only before the kernel looks for the connection. */
export function stopTracking(packet: Packet, isCertain: boolean): void {
  if (packet.isTracked || packet.isUntracked === 'yes') return;
  // At the priority of the kernel itself, the state is not known, and it may be too late.
  const isInTime = isCertain && packet.ctState !== UNKNOWN;
  packet.isUntracked = isInTime ? 'yes' : 'maybe';
  packet.ctState = isInTime ? (CT_STATES.untracked as number) : UNKNOWN;
}

/** An address as rules compare it. */
export function toAtom({ family, value }: Address): number | bigint {
  return family === 4 ? Number(value) : value;
}

function readingOf(family: 4 | 6, address: Address | readonly AddressRange[] | undefined): Reading {
  if (address === undefined) return ALL_ADDRESSES[family];
  if ('value' in address) return toAtom(address);
  return {
    spans: address
      .filter((range) => range.family === family)
      .map(({ first, last }) => ({
        first: toAtom({ family, value: first }),
        last: toAtom({ family, value: last }),
      })),
  };
}
