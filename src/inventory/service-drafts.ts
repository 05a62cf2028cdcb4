// The services of an inventory while they are put together, from the rows of a tally and from scans.

import { type Address, formatAddress } from '../ip/address.js';
import type { Protocol } from '../ip/port.js';
import { ClientSketch } from '../tally/client-sketch.js';
import { COUNTER_COUNT } from '../tally/layout.js';
import { RowCounters } from '../tally/row-counters.js';
import { NO_EVIDENCE } from '../tally/row-evidence.js';
import type { Tally } from '../tally/tally.js';
import { NEVER, type Span, unite } from './coverage.js';
import { isOpen, type Scan } from './scan.js';
import type { Service, Use } from './service.js';
import type { UseTable } from './use-table.js';

export type ServiceDraft = { -readonly [Key in keyof Service]: Service[Key] } & { readonly uses: Use[] };

/** A draft of each service of the table, in its order. */
export function draftServices({ knownServices, addresses }: UseTable): ServiceDraft[] {
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

export function draftAt({ services }: UseTable, row: number, drafts: readonly ServiceDraft[]): ServiceDraft {
  return drafts[services[row] as number] as ServiceDraft;
}

/** Adds up the rows of each service. */
export function noteRows(table: UseTable, drafts: readonly ServiceDraft[], tally: Tally): void {
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
export function joinSlices(table: UseTable, size4: number): Uint32Array {
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
export function noteScans(scans: readonly Scan[], drafts: ServiceDraft[]): void {
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
