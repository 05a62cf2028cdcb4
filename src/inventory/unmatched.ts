// Finds patterns that match nothing in an inventory, and the name that each was probably meant to be.

import { toAddress } from '../ip/address-words.js';
import type { Names } from '../names/names.js';
import type { MachinePattern, ServicePattern } from '../names/patterns.js';
import { nearest } from '../text/nearest.js';
import { describeEndpoint, type Endpoint, UNKEPT_ENDPOINT } from './endpoints.js';
import type { Filter } from './filter.js';
import type { Inventory } from './inventory.js';
import { matchesMachine, matchesService } from './pattern-matching.js';

/** The lists of patterns that an inventory is searched for. */
export interface Searched extends Required<Filter> {
  /** Patterns of machines at either end. */
  readonly machines: readonly MachinePattern[];
}

export interface Unmatched {
  readonly list: keyof Searched;
  /** The position of the pattern in its list. */
  readonly at: number;
  /** A name that occurs where the pattern was looked for. */
  readonly suggestion: string | undefined;
}

/** The most names that a suggestion is chosen from: a flood of forged packets has any number of ports. */
const MAX_NAMES = 10_000;

/** Finds the patterns that match nothing. It stops looking as soon as each has matched. */
export function findUnmatched(inventory: Inventory, names: Names, searched: Searched): Unmatched[] {
  const ends = (['clients', 'servers', 'machines'] as const).map((list) => new Search(list, searched[list]));
  const [clients, servers, machines] = ends as [MachineSearch, MachineSearch, MachineSearch];
  const services = new Search<ServicePattern>('services', searched.services);
  const all = [clients, servers, machines, services];
  const isDone = (): boolean => all.every(({ left }) => left.size === 0);
  const tryEnds = (end: Endpoint, searches: readonly MachineSearch[]): void => {
    for (const search of searches) search.try((pattern) => matchesMachine(pattern, end), end.name);
  };
  for (const family of [4, 6] as const) {
    const rows = inventory.tally.readRows(family);
    for (let row = 0; row < rows.size && !isDone(); row++) {
      const [client, server] = [rows.clientOf(row), rows.serverOf(row)];
      const from = client && toAddress(family, client);
      const to = server && toAddress(family, server);
      tryEnds(from === undefined ? UNKEPT_ENDPOINT : describeEndpoint(from, names), [clients, machines]);
      tryEnds(to === undefined ? UNKEPT_ENDPOINT : describeEndpoint(to, names), [servers, machines]);
      if (services.left.size === 0) continue;
      const port = rows.portOf(row);
      const name = names.serviceNameOf(to, port);
      services.try((pattern) => matchesService(pattern, name, port), name);
    }
  }
  for (const { hosts } of inventory.scans) {
    for (const { address, ports } of hosts) {
      tryEnds(describeEndpoint(address, names), [servers, machines]);
      for (const { port, protocol, service, isProbed = false } of ports) {
        const known = service === undefined ? {} : { name: service };
        const name = names.serviceNameOf(address, port, { protocol, isProbed, ...known });
        services.try((pattern) => matchesService(pattern, name, port, protocol), name);
      }
    }
  }
  return all.flatMap((search) => search.unmatched());
}

/** The patterns of a list that have not matched yet, and the names that were met on the way. */
class Search<Pattern extends MachinePattern | ServicePattern> {
  readonly left: Set<Pattern>;
  readonly #list: keyof Searched;
  readonly #patterns: readonly Pattern[];
  readonly #names = new Set<string>();

  constructor(list: keyof Searched, patterns: readonly Pattern[]) {
    this.#list = list;
    this.#patterns = patterns;
    this.left = new Set(patterns);
  }

  try(matches: (pattern: Pattern) => boolean, name: string | undefined): void {
    if (this.left.size === 0) return;
    for (const pattern of this.left) if (matches(pattern)) this.left.delete(pattern);
    if (name !== undefined && this.#names.size < MAX_NAMES) this.#names.add(name);
  }

  unmatched(): Unmatched[] {
    return [...this.left].map((pattern) => ({
      list: this.#list,
      at: this.#patterns.indexOf(pattern),
      suggestion: pattern.kind === 'name' ? nearest(pattern.glob.join(''), this.#names) : undefined,
    }));
  }
}

type MachineSearch = Search<MachinePattern>;
