// Collects what an inventory knows about each service and each machine, from captures and scans. Knows
// nothing of names.

import { type Address, type AddressRange, formatAddress } from '../ip/address.js';
import type { Protocol } from '../ip/port.js';
import { ClientSketch } from '../tally/client-sketch.js';
import type { Hours } from '../tally/hours.js';
import { COUNTER_COUNT } from '../tally/layout.js';
import { RowCounters } from '../tally/row-counters.js';
import { handshakesOf, NO_EVIDENCE, type RowEvidence } from '../tally/row-evidence.js';
import type { Tally } from '../tally/tally.js';
import { Coverage, NEVER, type Span, unite } from './coverage.js';
import type { Inventory } from './inventory.js';
import { type LinkedMachine, linkMachines, machineAt } from './linked-machines.js';
import type { PortState, Scan, ScannedPort } from './scan.js';
import { type PortFinding, ScanIndex } from './scan-index.js';
import { readCounters, TableUse, UseTable } from './use-table.js';

export { NEVER, unite } from './coverage.js';

/** The evidence for something: `passive` from captures, `active` from scans, or `both`. */
export type KnownBy = 'passive' | 'active' | 'both';

/**
 * The use of a service by one client, or by all remote clients together. Its fields are read from flat memory when they are
 * asked for, so a copy made by `{ ...use }` does not have them.
 */
export interface Use extends Span {
  /** Undefined stands for all remote clients whose addresses were not kept. */
  readonly client: Address | undefined;
  /** SYN-ACKs, at least 1. */
  readonly count: number;
  /**
   * The hours in which they came, if these were counted.
   * @internal
   */
  readonly hours?: Hours | undefined;
  /**
   * The number of its row in the tally, in the order of `rowsOf`; the first one if there are several.
   * @internal
   */
  readonly row: number;
  /** Its handshakes and their outcomes; undefined if they are not known for all SYN-ACKs, or were not counted. */
  readonly evidence?: RowEvidence | undefined;
}

/** A port of one server, or of all remote servers together. */
export interface Service {
  /** Undefined stands for all remote servers whose addresses were not kept. */
  readonly address: Address | undefined;
  readonly protocol: Protocol;
  readonly port: number;
  /** Its use, client by client. */
  readonly uses: readonly Use[];
  /** SYN-ACKs. */
  readonly connections: number;
  /** The sum of the evidence of its uses; undefined if that of one is not known. */
  readonly evidence?: RowEvidence | undefined;
  /** When these were seen. */
  readonly passive: Span;
  /**
   * The remote clients, if they were counted; it contains those clients in `uses` that are remote, too.
   * @internal
   */
  readonly remoteClients: ClientSketch | undefined;
  /** When scans found it open. */
  readonly active: Span;
  /** The finding of the last scan that looked at it; undefined if none did. */
  readonly finding: PortFinding | undefined;
}

/** One address, with the services that it offered and used. */
export interface Machine {
  readonly address: Address;
  readonly offered: readonly Service[];
  /** The services that it used, each with its use by this machine. */
  readonly used: readonly { readonly service: Service; readonly use: Use }[];
  /** When captures saw it. */
  readonly passive: Span;
  /** When it answered scans. */
  readonly active: Span;
}

/** Everything that an inventory knows about its services and machines: the result of `collectEvidence`. */
export interface Evidence {
  readonly services: readonly Service[];
  /** The machines that were seen, by address as `formatAddress` writes it. */
  readonly machines: ReadonlyMap<string, Machine>;
  /**
   * The rows that the uses read.
   * @internal
   */
  readonly table: UseTable;
  /** @internal */
  readonly scans: ScanIndex;
  /** Time that the captures cover, in microseconds; time that several of them cover counts once. */
  readonly observed: number;
  /** @internal */
  readonly coverage: Coverage;
  /**
   * As in `Inventory`.
   * @internal
   */
  readonly kept?: readonly AddressRange[] | undefined;
  /**
   * The evidence from which a filter chose this: what a client does with all services says something about each.
   * @internal
   */
  readonly whole?: Evidence;
  /**
   * Rows of client, server and port that did not fit into memory; anything known only from them is missing
   * here.
   */
  readonly foldedRows: number;
}

/** States in which a port is certainly not open. */
const ABSENT_STATES: readonly PortState[] = ['closed', 'filtered', 'closed|filtered'];

/** Collects what an inventory knows about each service and each machine, for lists and comparisons. */
export function collectEvidence(inventory: Inventory): Evidence {
  return collectUses(inventory, readCounters(inventory.tally)).evidence;
}

/**
 * The same, with the row that stands for each row of the tally, in the order of `rowsOf`: rows of the same use in several
 * slices of time are added to the first of them.
 * @param counters as `readCounters` returns them
 */
export function collectUses(
  inventory: Inventory,
  counters: RowCounters | undefined,
): { readonly evidence: Evidence; readonly firstOf: Uint32Array } {
  const { tally } = inventory;
  const isSliced = tally.options.slice !== undefined;
  const table = new UseTable(tally, isSliced ? counters?.copy() : counters);
  const scans = new ScanIndex(inventory.scans);
  const drafts = draftServices(table);
  noteRows(table, drafts, tally);
  const firstOf = isSliced
    ? joinSlices(table, tally.readRows(4).size)
    : Uint32Array.from(table.clients.keys());
  for (let row = 0; row < table.size; row++) {
    if (firstOf[row] === row) draftAt(table, row, drafts).uses.push(new TableUse(table, row));
  }
  noteScans(inventory.scans, drafts);
  const services: Service[] = [];
  for (const draft of drafts) {
    const { address, protocol, port, connections } = draft;
    draft.finding = address && scans.portFindingOf(address, protocol, port);
    // It was found open once, but not by the last scan that looked at it.
    if (connections > 0 || !isAbsent(draft.finding?.port)) services.push(draft);
  }
  const coverage = coverageOf(inventory, table);
  let machines: ReadonlyMap<string, Machine> | undefined;
  const evidence: Evidence = {
    services,
    // Lists of services do not need them.
    get machines() {
      machines ??= findMachines(inventory.scans, services, table);
      return machines;
    },
    table,
    scans,
    observed: coverage.length,
    coverage,
    kept: inventory.kept,
    foldedRows: tally.folded.rows,
  };
  return { evidence, firstOf };
}

/** Whether a port is certainly open. */
export function isOpen(port: ScannedPort | undefined): boolean {
  return port?.state === 'open';
}

/**
 * Whether a scan that looked at a port found it certainly not open; a port that is not listed is not open.
 */
export function isAbsent(port: ScannedPort | undefined): boolean {
  return port === undefined || ABSENT_STATES.includes(port.state);
}

/** Whether something was seen at all. */
export function isSeen({ lastSeen }: Span): boolean {
  return lastSeen !== NEVER.lastSeen;
}

/** Returns which kinds of evidence there are for a service or machine. */
export function knownByOf({ passive, active }: Pick<Service | Machine, 'passive' | 'active'>): KnownBy {
  if (!isSeen(active)) return 'passive';
  return isSeen(passive) ? 'both' : 'active';
}

/** The number of connections: handshakes where they were counted, else SYN-ACKs, which may repeat. */
export function connectionsIn(uses: readonly Use[]): number {
  return uses.reduce(
    (sum, { count, evidence }) => sum + (evidence === undefined ? count : handshakesOf(count, evidence)),
    0,
  );
}

type ServiceDraft = { -readonly [Key in keyof Service]: Service[Key] } & { readonly uses: Use[] };

/** A draft of each service of the table, in its order. */
function draftServices({ knownServices, addresses }: UseTable): ServiceDraft[] {
  return knownServices.map(({ server, port }) => draftOf(addresses[server], 'tcp', port));
}

function draftOf(address: Address | undefined, protocol: Protocol, port: number): ServiceDraft {
  return {
    address,
    protocol,
    port,
    uses: [],
    connections: 0,
    evidence: NO_EVIDENCE,
    passive: NEVER,
    remoteClients: undefined,
    active: NEVER,
    finding: undefined,
  };
}

function draftAt({ services }: UseTable, row: number, drafts: readonly ServiceDraft[]): ServiceDraft {
  return drafts[services[row] as number] as ServiceDraft;
}

/** Adds up the rows of each service. */
function noteRows(table: UseTable, drafts: readonly ServiceDraft[], tally: Tally): void {
  const { counts, firsts, lasts, clients, counters, services } = table;
  const sums = new RowCounters(new Float64Array(drafts.length * COUNTER_COUNT));
  const spans = drafts.map(() => ({ ...NEVER }));
  for (let row = 0; row < table.size; row++) {
    const service = services[row] as number;
    const span = spans[service] as { firstSeen: number; lastSeen: number };
    draftAt(table, row, drafts).connections += counts[row] as number;
    span.firstSeen = Math.min(span.firstSeen, firsts[row] as number);
    span.lastSeen = Math.max(span.lastSeen, lasts[row] as number);
    if (counters !== undefined) sums.add(service, counters, row);
    if (clients[row] === 0 && tally.options.clients === true)
      noteRemote(draftAt(table, row, drafts), row, tally);
  }
  for (const [service, draft] of drafts.entries()) {
    draft.passive = spans[service] as Span;
    draft.evidence = counters && sums.evidenceOf(service);
  }
}

/** Adds the remote clients of a row. */
function noteRemote(draft: ServiceDraft, row: number, tally: Tally): void {
  const rows4 = tally.readRows(4);
  const sketch =
    row < rows4.size ? rows4.remoteClientsOf(row) : tally.readRows(6).remoteClientsOf(row - rows4.size);
  if (sketch === undefined) return;
  draft.remoteClients ??= new ClientSketch();
  draft.remoteClients.merge(ClientSketch.from(sketch));
}

/** Adds each row to the first one of the same use, and returns the number of that for each. */
function joinSlices(table: UseTable, size4: number): Uint32Array {
  const { size, clients, services, addresses } = table;
  const firstOf = new Uint32Array(size);
  const known = new Map<number, number>();
  for (let row = 0; row < size; row++) {
    // Both IP versions have services of all remote servers together.
    const family = row < size4 ? 0 : 1;
    const key = ((services[row] as number) * addresses.length + (clients[row] as number)) * 2 + family;
    const first = known.get(key);
    firstOf[row] = first ?? row;
    if (first === undefined) known.set(key, row);
    else table.join(first, row);
  }
  return firstOf;
}

/** Adds the services that scans found open. */
function noteScans(scans: readonly Scan[], drafts: ServiceDraft[]): void {
  if (scans.length === 0) return;
  const keyOf = (address: Address | undefined, protocol: Protocol, port: number): string =>
    `${address === undefined ? '' : formatAddress(address)} ${protocol} ${port}`;
  const byKey = new Map(drafts.map((draft) => [keyOf(draft.address, draft.protocol, draft.port), draft]));
  for (const { address, from, to, ports } of scans.flatMap(({ hosts }) => hosts)) {
    for (const port of ports) {
      if (!isOpen(port)) continue;
      const key = keyOf(address, port.protocol, port.port);
      let draft = byKey.get(key);
      if (draft === undefined) {
        draft = draftOf(address, port.protocol, port.port);
        byKey.set(key, draft);
        drafts.push(draft);
      }
      draft.active = unite(draft.active, { firstSeen: from, lastSeen: to });
    }
  }
}

/** The machines that answered scans, or that offer or use services. */
function findMachines(
  scans: readonly Scan[],
  services: readonly Service[],
  table: UseTable,
): Map<string, LinkedMachine> {
  const machines = new Map<string, LinkedMachine>();
  for (const { address, from, to } of scans.flatMap(({ hosts }) => hosts)) {
    const machine = machineAt(address, machines);
    machine.active = unite(machine.active, { firstSeen: from, lastSeen: to });
  }
  linkMachines(services, table, machines);
  return machines;
}

/** Links some of the services with their machines again. Machines that take no part in any of them are left out. */
export function relink(services: readonly Service[], { machines, table }: Evidence): Map<string, Machine> {
  const linked = new Map<string, LinkedMachine>();
  linkMachines(services, table, linked);
  for (const [address, machine] of linked) machine.active = machines.get(address)?.active ?? NEVER;
  return linked;
}

/** Without records of its captures, only the time from the first row to the last is known. */
function coverageOf({ captures }: Inventory, { firsts, lasts, size }: UseTable): Coverage {
  if (captures.length > 0) return Coverage.of(captures);
  const all = { ...NEVER };
  for (let row = 0; row < size; row++) {
    all.firstSeen = Math.min(all.firstSeen, firsts[row] as number);
    all.lastSeen = Math.max(all.lastSeen, lasts[row] as number);
  }
  return Coverage.of([all]);
}
