// Guesses from the connections which networks are local, for a first hosts.yaml. In a capture at a perimeter,
// each connection has one end inside and the other anywhere, so the networks that talk to the most other
// networks are the inside.

import { type Address, type AddressRange, blockOf, formatAddress } from '../../ip/address.js';
import { ADDRESS_WORDS, toAddress } from '../../ip/address-words.js';
import type { Names } from '../../names/names.js';
import { compareBytes } from '../../text/compare-bytes.js';
import { describeEndpoint, type Endpoint } from '../endpoints.js';
import { DistinctKeys } from '../flat/distinct-keys.js';
import type { Inventory } from '../inventory.js';

/** A network that is probably local. */
export interface LocalNetwork {
  /** CIDR. */
  readonly text: string;
  readonly range: AddressRange;
  /** Addresses seen in it. */
  readonly machines: number;
  /** SYN-ACKs with an end in it. */
  readonly synAcks: number;
}

/** One end of a connection whose address the tally kept, with its network. */
export interface End extends Endpoint {
  readonly address: Address;
  /** CIDR. */
  readonly network: string;
}

/** A client and a server, and how often they connected. */
export interface Pair {
  readonly client: End;
  readonly server: End;
  readonly port: number;
  readonly count: number;
}

/** The prefix length of a guessed network: that of the usual subnet. */
const PREFIX_LENGTH = { 4: 24, 6: 64 } as const;

/** Guessing ends when at most this share of the SYN-ACKs has neither end in a network found. */
const UNEXPLAINED_SHARE = 0.01;
const MAX_NETWORKS = 64;

/** The rows of an inventory that kept all its addresses. */
export function pairsOf(inventory: Inventory, names: Names): Pair[] {
  const { tally } = inventory;
  const pairs: Pair[] = [];
  for (const table of [tally.readRows(4), tally.readRows(6)]) {
    const addresses = new DistinctKeys(ADDRESS_WORDS[table.family], table.size * 2);
    const ends: End[] = [];
    const endOf = (words: Uint32Array | undefined): End | undefined => {
      if (words === undefined) return undefined;
      const number = addresses.add(words);
      ends[number] ??= makeEnd(toAddress(table.family, words), names);
      return ends[number];
    };
    for (let row = 0; row < table.size; row++) {
      const client = endOf(table.clientOf(row));
      const server = endOf(table.serverOf(row));
      if (client === undefined || server === undefined) continue;
      pairs.push({ client, server, port: table.portOf(row), count: table.countOf(row) });
    }
  }
  return pairs;
}

function makeEnd(address: Address, names: Names): End {
  return { ...describeEndpoint(address, names), address, network: networkOf(address) };
}

/**
 * Returns the networks that are local or have names, and those that must be local for the rest to make sense.
 */
export function guessNetworks(pairs: readonly Pair[]): LocalNetwork[] {
  const local = new Set<string>();
  for (const { client, server } of pairs) {
    for (const end of [client, server]) if (!end.isRemote) local.add(end.network);
  }
  const total = sumCounts(pairs);
  while (local.size < MAX_NETWORKS) {
    const unexplained = pairs.filter(
      ({ client, server }) => !local.has(client.network) && !local.has(server.network),
    );
    if (sumCounts(unexplained) <= total * UNEXPLAINED_SHARE) break;
    local.add(mostConnected(unexplained));
  }
  return describeNetworks(pairs, local);
}

/**
 * Returns the network that talks to the most others; of equals, the one with more SYN-ACKs, then one that
 * serves.
 */
function mostConnected(pairs: readonly Pair[]): string {
  const found = new Map<string, { peers: Set<string>; count: number }>();
  const note = (network: string, peer: string, count: number): void => {
    const entry = found.get(network) ?? { peers: new Set(), count: 0 };
    found.set(network, entry);
    entry.peers.add(peer);
    entry.count += count;
  };
  for (const { client, server, count } of pairs) {
    note(server.network, client.network, count);
    note(client.network, server.network, count);
  }
  let best = '';
  let bestEntry = { peers: new Set<string>(), count: 0 };
  for (const [network, entry] of found) {
    const difference = entry.peers.size - bestEntry.peers.size || entry.count - bestEntry.count;
    if (difference > 0) [best, bestEntry] = [network, entry];
  }
  return best;
}

function describeNetworks(pairs: readonly Pair[], local: ReadonlySet<string>): LocalNetwork[] {
  const found = new Map<string, { range: AddressRange; machines: Set<string>; synAcks: number }>();
  for (const { client, server, count } of pairs) {
    // A connection inside a network counts once for it.
    for (const end of client.network === server.network ? [server] : [server, client]) {
      if (!local.has(end.network)) continue;
      const entry = found.get(end.network) ?? {
        range: rangeOf(end.address),
        machines: new Set(),
        synAcks: 0,
      };
      found.set(end.network, entry);
      entry.synAcks += count;
    }
    for (const end of [client, server]) found.get(end.network)?.machines.add(end.addressText);
  }
  return Array.from(found, ([text, { range, machines, synAcks }]) => ({
    text,
    range,
    machines: machines.size,
    synAcks,
  })).sort((a, b) => b.synAcks - a.synAcks || compareBytes(a.text, b.text));
}

function sumCounts(pairs: readonly Pair[]): number {
  return pairs.reduce((sum, { count }) => sum + count, 0);
}

function networkOf(address: Address): string {
  const { family } = address;
  return `${formatAddress({ family, value: rangeOf(address).first })}/${PREFIX_LENGTH[family]}`;
}

function rangeOf({ family, value }: Address): AddressRange {
  return blockOf(family, value, PREFIX_LENGTH[family]);
}
