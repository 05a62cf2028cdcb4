// Collects what an inventory knows about each service and each machine, from captures and scans. Knows
// nothing of names.

import type { AddressRange } from '../ip/address.js';
import type { RowCounters } from '../tally/row-counters.js';
import { handshakesOf } from '../tally/row-evidence.js';
import { Coverage, NEVER, type Span, unite } from './coverage.js';
import type { Inventory } from './inventory.js';
import { type LinkedMachine, linkMachines, machineAt } from './linked-machines.js';
import { isAbsent, type Scan } from './scan.js';
import { ScanIndex } from './scan-index.js';
import type { Machine, Service, Use } from './service.js';
import { draftAt, draftServices, joinSlices, noteRows, noteScans } from './service-drafts.js';
import { readCounters, TableUse, UseTable } from './use-table.js';

export { NEVER, unite } from './coverage.js';
export { isAbsent, isOpen } from './scan.js';
export type { Machine, Service, Use } from './service.js';

/** The evidence for something: `passive` from captures, `active` from scans, or `both`. */
export type KnownBy = 'passive' | 'active' | 'both';

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
export function relink(services: readonly Service[], evidence: Evidence): Map<string, Machine> {
  const { machines, table } = evidence;
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
