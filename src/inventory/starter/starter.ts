// Collects from captures what a first hosts.yaml should contain: the networks that are probably local, the
// machines in them that deserve a name, and the ports that have none.

import type { Address } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import { compareBytes } from '../../text/compare-bytes.js';
import type { Inventory } from '../inventory.js';
import { type End, guessNetworks, type LocalNetwork, type Pair, pairsOf } from './networks.js';

/** A machine without a name. */
interface Machine {
  readonly address: string;
  /** SYN-ACKs it sent or received. */
  readonly synAcks: number;
  /** The services it offers, most used first; empty for a client. */
  readonly services: readonly { readonly service: string; readonly synAcks: number }[];
}

/** A port that has no name and is offered by a local machine. */
interface UnnamedPort {
  readonly port: number;
  readonly synAcks: number;
  /** The busiest machine that offers it. */
  readonly server: string;
}

/** A file of another program that names machines, and the names in it. */
export interface NamesFile {
  /** An absolute path. */
  readonly file: string;
  readonly names: Names;
  /** Whether the user asked for it. If not, it is listed only if it names a machine of the capture. */
  readonly isAskedFor: boolean;
}

/** The contents of a first hosts.yaml. */
export interface Starter {
  /** SYN-ACKs in all. */
  readonly synAcks: number;
  readonly networks: readonly LocalNetwork[];
  /** The files to take names from, each with the local machines that it names and no file before it does. */
  readonly namesFrom: readonly { readonly file: string; readonly machines: number }[];
  /** The busiest machines; `moreMachines` is how many more there are. */
  readonly machines: readonly Machine[];
  readonly moreMachines: number;
  readonly unnamedPorts: readonly UnnamedPort[];
}

/** The most machines and ports to list: what a user is willing to name in one sitting. */
const MAX_MACHINES = 25;
const MAX_PORTS = 15;

/**
 * Makes a starter from an inventory, which must have kept all its addresses. Machines that `files` name are not listed.
 * An address that only they name need not be local: many a hosts file names machines on the Internet.
 */
export function makeStarter(inventory: Inventory, names: Names, files: readonly NamesFile[] = []): Starter {
  const pairs = pairsOf(inventory, names);
  const networks = guessNetworks(pairs);
  const local = new Set(networks.map(({ text }) => text));
  const named = new Map(files.map((file) => [file, new Set<string>()]));
  const machines = busiestMachines(pairs, names, local).filter(({ address, end }) => {
    const file = files.find((one) => one.names.nameOf(end) !== undefined);
    if (file !== undefined) named.get(file)?.add(address);
    return file === undefined;
  });
  return {
    synAcks: pairs.reduce((sum, { count }) => sum + count, 0),
    networks,
    namesFrom: Array.from(named, ([{ file, isAskedFor }, { size }]) => ({ file, isAskedFor, machines: size }))
      .filter(({ isAskedFor, machines: count }) => isAskedFor || count > 0)
      .map(({ file, machines: count }) => ({ file, machines: count })),
    machines: machines
      .slice(0, MAX_MACHINES)
      .map(({ address, synAcks, services }) => ({ address, synAcks, services })),
    moreMachines: Math.max(0, machines.length - MAX_MACHINES),
    unnamedPorts: unnamedPorts(pairs, names, local).slice(0, MAX_PORTS),
  };
}

function busiestMachines(
  pairs: readonly Pair[],
  names: Names,
  local: ReadonlySet<string>,
): (Machine & { readonly end: Address })[] {
  const found = new Map<string, { end: Address; synAcks: number; services: Map<string, number> }>();
  const note = (end: End, count: number): Map<string, number> | undefined => {
    if (end.name !== undefined || !local.has(end.network)) return undefined;
    const entry = found.get(end.addressText) ?? { end: end.address, synAcks: 0, services: new Map() };
    found.set(end.addressText, entry);
    entry.synAcks += count;
    return entry.services;
  };
  for (const { client, server, port, count } of pairs) {
    note(client, count);
    const services = note(server, count);
    if (services !== undefined) add(services, names.serviceNameOf(server.address, port), count);
  }
  return Array.from(found, ([address, { end, synAcks, services }]) => ({
    address,
    end,
    synAcks,
    services: Array.from(services, ([service, count]) => ({ service, synAcks: count })).sort(
      (a, b) => b.synAcks - a.synAcks || compareBytes(a.service, b.service),
    ),
  })).sort((a, b) => b.synAcks - a.synAcks || compareBytes(a.address, b.address));
}

function unnamedPorts(pairs: readonly Pair[], names: Names, local: ReadonlySet<string>): UnnamedPort[] {
  const found = new Map<number, Map<string, number>>();
  for (const { server, port, count } of pairs) {
    if (!local.has(server.network) || names.serviceNameOf(server.address, port) !== `up:${port}`) continue;
    const servers = found.get(port) ?? new Map<string, number>();
    found.set(port, servers);
    add(servers, server.addressText, count);
  }
  return Array.from(found, ([port, servers]) => {
    const [server = ''] = [...servers].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
    return { port, server, synAcks: [...servers.values()].reduce((sum, count) => sum + count, 0) };
  }).sort((a, b) => b.synAcks - a.synAcks || a.port - b.port);
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
