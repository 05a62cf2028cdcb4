// Groups machines so that at most a given number of groups remains: a tree of networks, opened where most connections
// are. RFC 4632 for IPv4; in IPv6, sites have /48 and links /64 (RFC 6177, RFC 7421).

import { blockOf, formatRange } from '../../ip/address.js';
import type { Machine } from './machines.js';

/** Machines that are drawn as one. */
export interface Group {
  readonly kind: 'internet' | 'network' | 'machine';
  /** The name or address of the machine, or the network. `_` for the Internet. */
  readonly label: string;
  /** The network that it is in, or that it is; empty for the Internet. */
  readonly network: string;
  /** Numbers, ascending. */
  readonly machines: readonly number[];
  readonly connections: number;
}

/** Prefix lengths at which networks divide. */
const PREFIXES = { 4: [0, 16, 24], 6: [0, 32, 48, 64] } as const;
/** Unnamed machines of one network are shown one by one up to this number. */
const MAX_UNNAMED = 3;

/** A network of the tree, or machines at its end. */
interface Node {
  readonly group: Group;
  /** Undefined if it cannot be opened. */
  readonly parts: readonly Node[] | undefined;
}

/**
 * Groups the machines that have weights, in the order of their numbers, which is that of addresses.
 * @param weights the connections of each machine
 * @returns at most `limit` groups, the Internet first, then by address
 */
export function groupMachines(
  weights: ReadonlyMap<number, number>,
  machines: readonly Machine[],
  limit: number,
): Group[] {
  const ours: number[] = [];
  const remote: number[] = [];
  for (const number of [...weights.keys()].sort((a, b) => a - b)) {
    (machines[number]?.isOurs === true ? ours : remote).push(number);
  }
  let open: Node[] = [];
  for (const family of [4, 6] as const) {
    const members = ours.filter((number) => familyOf(machines[number]) === family);
    if (members.length > 0) open.push(makeNetwork(members, family, 0, machines, weights));
  }
  if (remote.length > 0) open.unshift({ group: internetOf(remote, weights), parts: undefined });
  for (;;) {
    const fitting = open.filter(
      ({ parts }) => parts !== undefined && open.length - 1 + parts.length <= limit,
    );
    if (fitting.length === 0) break;
    const heaviest = fitting.reduce((a, b) => (b.group.connections > a.group.connections ? b : a));
    open = open.flatMap((node) => (node === heaviest ? (node.parts ?? []) : [node]));
  }
  return open.map(({ group }) => group);
}

/** The network of this level that has all these machines; without a choice, the level below it. */
function makeNetwork(
  members: readonly number[],
  family: 4 | 6,
  level: number,
  machines: readonly Machine[],
  weights: ReadonlyMap<number, number>,
): Node {
  const prefix = PREFIXES[family][level] as number;
  const next = PREFIXES[family][level + 1];
  const connections = sumOf(members, weights);
  const network = formatRange(blockOf(family, addressValueOf(machines[members[0] as number]), prefix));
  if (next !== undefined) {
    const children = new Map<bigint, number[]>();
    for (const member of members) {
      const { first } = blockOf(family, addressValueOf(machines[member]), next);
      const child = children.get(first);
      if (child === undefined) children.set(first, [member]);
      else child.push(member);
    }
    const parts = [...children.values()].map((child) =>
      makeNetwork(child, family, level + 1, machines, weights),
    );
    if (parts.length === 1) return parts[0] as Node;
    const label = prefix === 0 ? `IPv${family}` : network;
    return { group: { kind: 'network', label, network, machines: members, connections }, parts };
  }
  const unnamed = members.filter((member) => machines[member]?.isNamed === false);
  const isTogether = unnamed.length > MAX_UNNAMED;
  const parts: Node[] = [];
  for (const member of members) {
    if (isTogether && machines[member]?.isNamed === false) {
      if (member !== unnamed[0]) continue;
      const group = {
        kind: 'network',
        label: network,
        network,
        machines: unnamed,
        connections: sumOf(unnamed, weights),
      } as const;
      parts.push({ group, parts: undefined });
    } else {
      const group = {
        kind: 'machine',
        label: (machines[member] as Machine).label,
        network,
        machines: [member],
        connections: weights.get(member) ?? 0,
      } as const;
      parts.push({ group, parts: undefined });
    }
  }
  if (parts.length === 1) return parts[0] as Node;
  return { group: { kind: 'network', label: network, network, machines: members, connections }, parts };
}

function internetOf(members: readonly number[], weights: ReadonlyMap<number, number>): Group {
  return {
    kind: 'internet',
    label: '_',
    network: '',
    machines: members,
    connections: sumOf(members, weights),
  };
}

/** The network of the last level that a machine is in; empty for the Internet. */
export function networkOf(machine: Machine): string {
  const [address] = machine.addresses;
  if (address === undefined) return '';
  const { family, value } = address;
  return formatRange(blockOf(family, value, PREFIXES[family].at(-1) as number));
}

/** The group of each machine, by number. */
export function indexGroups(groups: readonly Pick<Group, 'machines'>[]): Map<number, number> {
  const index = new Map<number, number>();
  for (const [at, { machines }] of groups.entries()) for (const machine of machines) index.set(machine, at);
  return index;
}

function familyOf(machine: Machine | undefined): 4 | 6 {
  return machine?.addresses[0]?.family ?? 4;
}

function addressValueOf(machine: Machine | undefined): bigint {
  return machine?.addresses[0]?.value ?? 0n;
}

function sumOf(members: readonly number[], weights: ReadonlyMap<number, number>): number {
  return members.reduce((sum, member) => sum + (weights.get(member) ?? 0), 0);
}
