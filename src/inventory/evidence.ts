// Collects what an inventory knows about each service and each machine, from captures and scans. Knows
// nothing of names.

import { type Address, type AddressRange, formatAddress } from '../ip/address.js';
import { toAddress } from '../ip/address-words.js';
import type { Protocol } from '../ip/port.js';
import { ClientSketch } from '../tally/client-sketch.js';
import type { Hours } from '../tally/hours.js';
import { addEvidence, handshakesOf, NO_EVIDENCE, type RowEvidence } from '../tally/row-evidence.js';
import type { Rows } from '../tally/rows.js';
import { Coverage, type Span } from './coverage.js';
import type { Inventory } from './inventory.js';
import type { PortState, Scan, ScannedPort } from './scan.js';
import { type PortFinding, ScanIndex } from './scan-index.js';

/** The evidence for something: `passive` from captures, `active` from scans, or `both`. */
export type KnownBy = 'passive' | 'active' | 'both';

/** The use of a service by one client, or by all remote clients together. */
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
  readonly row?: number;
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

/** A span that contains nothing. */
export const NEVER: Span = { firstSeen: Number.POSITIVE_INFINITY, lastSeen: Number.NEGATIVE_INFINITY };

/** Collects what an inventory knows about each service and each machine, for lists and comparisons. */
export function collectEvidence(inventory: Inventory): Evidence {
  return collectUses(inventory).evidence;
}

/**
 * The same, with the use that each row of the tally belongs to, in the order of `rowsOf`. Rows of the same use in several
 * slices of time belong to one.
 */
export function collectUses(inventory: Inventory): {
  readonly evidence: Evidence;
  readonly uses: readonly Use[];
} {
  const { tally } = inventory;
  const scans = new ScanIndex(inventory.scans);
  const drafts = new Map<string, ServiceDraft>();
  const machines = new Map<string, MachineDraft>();
  const uses: Use[] = [];
  const isSliced = tally.options.slice !== undefined;
  for (const rows of [tally.readRows(4), tally.readRows(6)]) noteRows(rows, drafts, uses, isSliced);
  for (const scan of inventory.scans) noteScan(scan, drafts, machines);
  const services: Service[] = [];
  for (const draft of drafts.values()) {
    const { address, protocol, port, connections } = draft;
    const finding = address && scans.portFindingOf(address, protocol, port);
    // It was found open once, but not by the last scan that looked at it.
    if (connections === 0 && isAbsent(finding?.port)) continue;
    const service: Service = { ...draft, finding };
    services.push(service);
    linkMachines(service, machines);
  }
  const coverage = coverageOf(inventory);
  const evidence = {
    services,
    machines,
    scans,
    observed: coverage.length,
    coverage,
    kept: inventory.kept,
    foldedRows: tally.folded.rows,
  };
  return { evidence, uses };
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

/** Returns the shortest span that contains both. */
export function unite(a: Span, b: Span): Span {
  return {
    firstSeen: Math.min(a.firstSeen, b.firstSeen),
    lastSeen: Math.max(a.lastSeen, b.lastSeen),
  };
}

/** The number of connections: handshakes where they were counted, else SYN-ACKs, which may repeat. */
export function connectionsIn(uses: readonly Use[]): number {
  return uses.reduce(
    (sum, { count, evidence }) => sum + (evidence === undefined ? count : handshakesOf(count, evidence)),
    0,
  );
}

type Draft<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };
type ServiceDraft = Draft<Omit<Service, 'finding'>>;
type MachineDraft = Draft<Machine>;

function noteRows(rows: Rows, drafts: Map<string, ServiceDraft>, uses: Use[], isSliced: boolean): void {
  const { family } = rows;
  const before = uses.length;
  /** By client, of each service. */
  const known = new Map<ServiceDraft, Map<string, Draft<Use>>>();
  for (let row = 0; row < rows.size; row++) {
    const server = rows.serverOf(row);
    const client = rows.clientOf(row);
    const count = rows.countOf(row);
    const found: Draft<Use> = {
      client: client && toAddress(family, client),
      row: before + row,
      count,
      firstSeen: rows.firstOf(row),
      lastSeen: rows.lastOf(row),
      hours: rows.hoursOf(row),
      evidence: rows.evidenceOf(row),
    };
    const draft = draftOf(server && toAddress(family, server), 'tcp', rows.portOf(row), drafts);
    const use = isSliced ? joinSlices(found, draft, known) : found;
    if (use === found) draft.uses.push(use);
    uses.push(use);
    draft.connections += count;
    draft.evidence = addEvidence(draft.evidence, found.evidence);
    draft.passive = unite(draft.passive, found);
    const sketch = rows.remoteClientsOf(row);
    if (sketch !== undefined) {
      draft.remoteClients ??= new ClientSketch();
      draft.remoteClients.merge(ClientSketch.from(sketch));
    }
  }
}

/** Adds the use in one slice of time to that in the slices before, and returns the whole. */
function joinSlices(
  found: Draft<Use>,
  draft: ServiceDraft,
  known: Map<ServiceDraft, Map<string, Draft<Use>>>,
): Use {
  const ofService = known.get(draft) ?? new Map<string, Draft<Use>>();
  known.set(draft, ofService);
  const client = found.client === undefined ? '' : formatAddress(found.client);
  const whole = ofService.get(client);
  if (whole === undefined) {
    ofService.set(client, found);
    return found;
  }
  whole.count += found.count;
  whole.firstSeen = Math.min(whole.firstSeen, found.firstSeen);
  whole.lastSeen = Math.max(whole.lastSeen, found.lastSeen);
  whole.hours = undefined;
  whole.evidence = addEvidence(whole.evidence, found.evidence);
  return whole;
}

function noteScan(
  { hosts }: Scan,
  drafts: Map<string, ServiceDraft>,
  machines: Map<string, MachineDraft>,
): void {
  for (const { address, from, to, ports } of hosts) {
    const span = { firstSeen: from, lastSeen: to };
    const machine = machineAt(address, machines);
    machine.active = unite(machine.active, span);
    for (const port of ports) {
      if (!isOpen(port)) continue;
      const draft = draftOf(address, port.protocol, port.port, drafts);
      draft.active = unite(draft.active, span);
    }
  }
}

/** Adds a service to the machine that offers it and to the machines that used it. */
function linkMachines(service: Service, machines: Map<string, MachineDraft>): void {
  if (service.address !== undefined) {
    const machine = machineAt(service.address, machines);
    machine.offered.push(service);
    machine.passive = unite(machine.passive, service.passive);
  }
  for (const use of service.uses) {
    if (use.client === undefined) continue;
    const machine = machineAt(use.client, machines);
    machine.used.push({ service, use });
    machine.passive = unite(machine.passive, use);
  }
}

/** Links some of the services with their machines again. Machines that take no part in any of them are left out. */
export function relink(services: readonly Service[], machines: Evidence['machines']): Map<string, Machine> {
  const drafts = new Map<string, MachineDraft>();
  for (const service of services) linkMachines(service, drafts);
  for (const [address, draft] of drafts) draft.active = machines.get(address)?.active ?? NEVER;
  return drafts;
}

function draftOf(
  address: Address | undefined,
  protocol: Protocol,
  port: number,
  drafts: Map<string, ServiceDraft>,
): ServiceDraft {
  const key = `${address === undefined ? '' : formatAddress(address)} ${protocol} ${port}`;
  let draft = drafts.get(key);
  if (draft === undefined) {
    draft = {
      address,
      protocol,
      port,
      uses: [],
      connections: 0,
      evidence: NO_EVIDENCE,
      passive: NEVER,
      remoteClients: undefined,
      active: NEVER,
    };
    drafts.set(key, draft);
  }
  return draft;
}

function machineAt(address: Address, machines: Map<string, MachineDraft>): MachineDraft {
  const text = formatAddress(address);
  let machine = machines.get(text);
  if (machine === undefined) {
    machine = { address, offered: [], used: [], passive: NEVER, active: NEVER };
    machines.set(text, machine);
  }
  return machine;
}

/** Without records of its captures, only the time from the first row to the last is known. */
function coverageOf({ captures, tally }: Inventory): Coverage {
  if (captures.length > 0) return Coverage.of(captures);
  let all = NEVER;
  for (const rows of [tally.readRows(4), tally.readRows(6)]) {
    for (let row = 0; row < rows.size; row++) {
      all = unite(all, { firstSeen: rows.firstOf(row), lastSeen: rows.lastOf(row) });
    }
  }
  return Coverage.of([all]);
}
