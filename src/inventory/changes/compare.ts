// Compares two inventories: machine by machine of the user's own machines, and port by port.

import { type Address, formatAddress } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import type { ExpectedPattern } from '../../names/patterns.js';
import { compareBytes } from '../../text/compare-bytes.js';
import {
  type Evidence,
  isOpen,
  isSeen,
  knownByOf,
  type Machine,
  type Service,
  type Use,
  unite,
} from '../evidence.js';
import { compareMachines, comparePorts, labelOf, productOf, serviceNameOf } from '../labels.js';
import { isOwnMachine } from '../own-machines.js';
import type { ScannedPort } from '../scan.js';
import {
  type Changes,
  type ClientsChange,
  DEFAULT_GONE_PROBABILITY,
  type MachineAt,
  type ServiceAt,
} from './changes.js';
import { judgeMissingMachine, judgeMissingService, judgeSilence, type Sides } from './missing.js';
import { Suppressor } from './suppressor.js';

/** How inventories are compared. */
export interface CompareOptions {
  /** A service counts as gone if its silence has at most this probability, from 0 to 1. By default 0.05. */
  readonly goneProbability?: number;
  /** Also compares the clients of services. Off by default. */
  readonly clients?: boolean;
  /** Changes to leave out, in addition to those that `names` expects. None by default. */
  readonly ignored?: readonly ExpectedPattern[];
}

/**
 * Compares two inventories, machine by machine of those that are local, named, or found by a scan.
 * @param before the baseline
 * @param names applied to both sides; the changes that they expect are left out
 */
export function compare(
  before: Evidence,
  after: Evidence,
  names: Names,
  { goneProbability = DEFAULT_GONE_PROBABILITY, clients = false, ignored = [] }: CompareOptions = {},
): Changes {
  const comparison = new Comparison({ before, after, goneProbability }, names, { clients, ignored });
  for (const pair of pairMachines(before, after, names)) {
    comparison.addMachine(pair);
    for (const services of pairServices(pair)) comparison.addService(pair, services);
  }
  return comparison.changes;
}

/** The same thing on both sides; undefined on a side that does not have it. */
interface Pair<Item> {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

interface MachinePair extends Pair<Machine> {
  readonly at: MachineAt;
  readonly address: Address;
}

/** The lists of the changes, while they grow. */
type Growing = {
  -readonly [List in keyof Changes]: Changes[List] extends readonly (infer Change)[] ? Change[] : number;
};

class Comparison {
  readonly changes: Growing = {
    added: [],
    gone: [],
    changed: [],
    newMachines: [],
    goneMachines: [],
    clients: [],
    unseen: [],
    suppressed: 0,
  };
  readonly #sides: Sides;
  readonly #names: Names;
  readonly #withClients: boolean;
  readonly #suppressor: Suppressor;

  constructor(
    sides: Sides,
    names: Names,
    { clients, ignored }: Required<Omit<CompareOptions, 'goneProbability'>>,
  ) {
    this.#sides = sides;
    this.#names = names;
    this.#withClients = clients;
    this.#suppressor = new Suppressor(names, ignored);
  }

  addMachine({ at, address, before, after }: MachinePair): void {
    const { newMachines, goneMachines } = this.changes;
    const isThere = isPresent(after, this.#sides.after);
    if (before === undefined && isThere) {
      const { passive, active } = after;
      this.#report(newMachines, { ...at, ...unite(passive, active), known: knownByOf(after) }, address);
    } else if (isPresent(before, this.#sides.before) && !isThere) {
      const { absence } = judgeMissingMachine(before, this.#sides);
      const seen = unite(before.passive, before.active);
      if (absence !== undefined) this.#report(goneMachines, { ...at, ...seen, absence }, address);
    }
  }

  addService(machines: MachinePair, { before, after }: Pair<Service>): void {
    if (before === undefined) {
      if (after !== undefined) this.#noteAdded(machines, after);
    } else if (after === undefined) {
      this.#noteMissing(machines, before);
    } else {
      this.#noteVersion(machines, before, after);
      if (this.#withClients) this.#noteClients(machines, before, after);
    }
  }

  #noteAdded({ at, address }: MachinePair, service: Service): void {
    const { connections, passive, active } = service;
    const evidence = { connections, ...unite(passive, active), known: knownByOf(service) };
    this.#report(this.changes.added, { ...this.#describe(at, service), ...evidence }, address, service);
  }

  #noteMissing({ at, address, before: machine }: MachinePair, service: Service): void {
    const { absence, expected } = judgeMissingService(service, machine as Machine, this.#sides);
    const missing = { ...this.#describe(at, service), ...unite(service.passive, service.active) };
    if (absence !== undefined) {
      this.#report(this.changes.gone, { ...missing, absence }, address, service);
    } else if (!this.#suppressor.suppresses(address, service)) {
      this.changes.unseen.push({ ...missing, expected });
    }
  }

  #noteVersion({ at, address }: MachinePair, before: Service, after: Service): void {
    const [was, is] = [before.finding?.port, after.finding?.port];
    if (!isOtherVersion(was, is)) return;
    const versions = { before: versionOf(was), after: versionOf(is) };
    this.#report(this.changes.changed, { ...this.#describe(at, after), ...versions }, address, after);
  }

  #noteClients({ at, address }: MachinePair, before: Service, after: Service): void {
    const change = this.#compareClients(before, after);
    if (change === undefined) return;
    this.#report(this.changes.clients, { ...this.#describe(at, after), ...change }, address, after);
  }

  #compareClients(before: Service, after: Service): Pick<ClientsChange, 'added' | 'gone'> | undefined {
    // Scans do not find clients.
    if (before.connections === 0 && this.#sides.before.observed === 0) return undefined;
    const [old, now] = [before, after].map(({ uses }) => countByClient(uses, this.#names)) as [
      Counts,
      Counts,
    ];
    const added = [...now.keys()].filter((client) => !old.has(client));
    const gone = [...old]
      .filter(([client, count]) => !now.has(client) && judgeSilence(count, this.#sides).absence !== undefined)
      .map(([client]) => client);
    if (added.length === 0 && gone.length === 0) return undefined;
    return { added: added.sort(compareBytes), gone: gone.sort(compareBytes) };
  }

  /** Adds a change to its list, unless it is suppressed. */
  #report<Change>(list: Change[], change: Change, address: Address, service?: Service): void {
    if (this.#suppressor.suppresses(address, service)) this.changes.suppressed += 1;
    else list.push(change);
  }

  #describe(at: MachineAt, service: Service): ServiceAt {
    const { port, protocol, finding } = service;
    return {
      ...at,
      port,
      protocol,
      service: serviceNameOf(service, this.#names),
      product: productOf(finding?.port),
    };
  }
}

/** Pairs the user's own machines, by name and address. */
function pairMachines(before: Evidence, after: Evidence, names: Names): MachinePair[] {
  const pairs: (MachinePair & { readonly label: string })[] = [];
  for (const { address } of new Map([...before.machines, ...after.machines]).values()) {
    const isScanned = before.scans.hasFoundUp(address) || after.scans.hasFoundUp(address);
    if (!isOwnMachine(address, isScanned, names)) continue;
    const text = formatAddress(address);
    const label = labelOf(address, names, isScanned);
    pairs.push({
      at: { machine: label, address: text },
      address,
      label,
      before: before.machines.get(text),
      after: after.machines.get(text),
    });
  }
  return pairs.sort(compareMachines);
}

/** Pairs the services of a machine, by protocol and port. */
function pairServices({ before, after }: MachinePair): Pair<Service>[] {
  const keyOf = ({ protocol, port }: Service): string => `${protocol} ${port}`;
  const mapOf = (machine: Machine | undefined): Map<string, Service> =>
    new Map(machine?.offered.map((service) => [keyOf(service), service]));
  const [old, now] = [mapOf(before), mapOf(after)];
  return [...new Map([...old, ...now])]
    .sort(([, a], [, b]) => comparePorts(a, b))
    .map(([key]) => ({ before: old.get(key), after: now.get(key) }));
}

/**
 * Whether a machine is present, as far as is known: one that was up once may be down in the last scan that
 * looked for it.
 */
function isPresent(machine: Machine | undefined, { scans }: Evidence): machine is Machine {
  return (
    machine !== undefined &&
    (isSeen(machine.passive) || scans.machineFindingOf(machine.address)?.isUp !== false)
  );
}

/** Compares only what both scans report: a scan without version detection says nothing about versions. */
function isOtherVersion(one: ScannedPort | undefined, other: ScannedPort | undefined): boolean {
  if (one === undefined || other === undefined || !isOpen(one) || !isOpen(other)) return false;
  const isOther = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && a !== b;
  return (
    isOther(one.product, other.product) ||
    isOther(one.version, other.version) ||
    isOther(one.extra, other.extra) ||
    (one.isProbed === true && other.isProbed === true && isOther(one.service, other.service))
  );
}

function versionOf(port: ScannedPort | undefined): string {
  return [port?.service, productOf(port)].filter(Boolean).join(' ');
}

/** Connections by name or address of the client. */
type Counts = ReadonlyMap<string, number>;

function countByClient(uses: readonly Use[], names: Names): Counts {
  const counts = new Map<string, number>();
  for (const { client, count } of uses) {
    const label = labelOf(client, names, false);
    counts.set(label, (counts.get(label) ?? 0) + count);
  }
  return counts;
}
