// The part of a sampler that a screen shows: one kind of item, filtered, sorted and cut.

import { compareBytes } from '../../text/compare-bytes.js';
import { REMOTE } from '../endpoints.js';
import { type Compare, firstOf } from './busiest.js';
import type { Counts } from './counts.js';
import type { LiveLabels } from './labels.js';
import type { Sampler } from './sampler.js';
import type { LiveTables } from './tables.js';
import { TextFilter } from './text-filter.js';

export type LiveKind = 'services' | 'rows' | 'machines';

/** A column that a live view can be sorted by. */
export type LiveColumn =
  | 'client'
  | 'server'
  | 'service'
  | 'machine'
  | 'rate'
  | 'count'
  | 'clients'
  | 'served'
  | 'offers'
  | 'first'
  | 'last';

/** The columns of each kind, from left to right. */
export const LIVE_COLUMNS: Readonly<Record<LiveKind, readonly LiveColumn[]>> = {
  services: ['server', 'service', 'rate', 'count', 'clients', 'first', 'last'],
  rows: ['client', 'server', 'service', 'rate', 'count', 'first', 'last'],
  machines: ['machine', 'rate', 'count', 'served', 'offers', 'first', 'last'],
};

export interface LiveQuery {
  readonly kind: LiveKind;
  readonly sort: LiveColumn;
  readonly isReversed: boolean;
  readonly filter: string;
  /** Items to skip, and to show. */
  readonly offset: number;
  readonly height: number;
}

/** An item as it is shown. */
export interface LiveRow {
  /** By column; text from outside. */
  readonly names: Partial<Readonly<Record<LiveColumn, string>>>;
  readonly isNew: boolean;
  /** SYN-ACKs per second: recently, and in each of the last samples. */
  readonly rate: number;
  readonly history: readonly number[];
  readonly count: number;
  /** Clients of a service whose addresses are known, and whether remote ones used it too. */
  readonly clients: number;
  readonly hasRemoteClients: boolean;
  /** SYN-ACKs that a machine sent, and the number of services that it offers. */
  readonly served: number;
  readonly offers: number;
  /** Microseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}

export interface LiveSelection {
  readonly rows: readonly LiveRow[];
  /** The number of items that pass the filter, and of all. */
  readonly matching: number;
  readonly total: number;
  /** The number of items before the first row: at most the query's, as there may be fewer items than before. */
  readonly offset: number;
}

/** Without a baseline, a service is new for this time after the sample that first had it; milliseconds. */
const NEW_FOR = 60_000;

/** Whether a service is to be marked as new. */
function isNewService(sampler: Sampler, labels: LiveLabels, service: number, now: number): boolean {
  if (labels.hasBaseline) return labels.isMissingInBaseline(service);
  return now - sampler.tables.services.since[service]! < NEW_FOR;
}

/** Counts the services that are marked as new. */
export function countNew(sampler: Sampler, labels: LiveLabels, now: number): number {
  labels.use(sampler.tables);
  let count = 0;
  for (let service = 0; service < sampler.tables.services.size; service++) {
    if (isNewService(sampler, labels, service, now)) count += 1;
  }
  return count;
}

/** A service that has appeared. */
export interface Appearance {
  readonly server: string;
  readonly service: string;
  readonly client: string;
  /** Microseconds since the epoch. */
  readonly firstSeen: number;
}

/**
 * Returns the services that have appeared since the last call, in the order in which they were first seen. With a baseline,
 * those that it has are left out.
 */
export function takeUnreported({ tables }: Sampler, labels: LiveLabels): Appearance[] {
  labels.use(tables);
  const { services, isReported } = tables;
  const found: Appearance[] = [];
  for (let service = 0; service < services.size; service++) {
    if (isReported[service] === true) continue;
    isReported[service] = true;
    if (labels.hasBaseline && !labels.isMissingInBaseline(service)) continue;
    found.push({
      server: labels.machineName(tables.servers[service]!),
      service: labels.serviceName(service),
      client: labels.machineName(tables.firstClients[service]!),
      firstSeen: services.firsts[service]!,
    });
  }
  return found.sort((a, b) => a.firstSeen - b.firstSeen);
}

/** Selects the items to show. `now` is in milliseconds of the sampler's clock. */
export function select(sampler: Sampler, labels: LiveLabels, query: LiveQuery, now: number): LiveSelection {
  const { tables } = sampler;
  const { kind, offset, height } = query;
  labels.use(tables);
  const counts = tables[kind];
  const filter = filterOf(query.filter, labels, tables);
  const passes = (item: number): boolean => counts.counts[item]! > 0 && passesKind(filter, kind, item);
  const compare = orderOf(sampler, labels, query);
  const wanted = offset + height;
  let { items, matching } = firstOf(counts.size, wanted, passes, compare);
  const from = Math.max(0, Math.min(offset, matching - height));
  items = items.slice(from, from + height);
  return {
    rows: items.map((item) => describe(sampler, labels, kind, item, now)),
    matching,
    // Nothing may have been counted for the remote machine.
    total: kind === 'machines' && counts.counts[0] === 0 ? counts.size - 1 : counts.size,
    offset: from,
  };
}

let lastFilter: { text: string; tables: LiveTables; filter: TextFilter } | undefined;

/** A filter remembers where its words occur, so the last one is kept. */
function filterOf(text: string, labels: LiveLabels, tables: LiveTables): TextFilter {
  if (lastFilter?.text !== text || lastFilter.tables !== tables) {
    lastFilter = { text, tables, filter: new TextFilter(text, labels, tables) };
  }
  return lastFilter.filter;
}

function passesKind(filter: TextFilter, kind: LiveKind, item: number): boolean {
  if (!filter.isFiltering) return true;
  switch (kind) {
    case 'services':
      return filter.passesService(item);
    case 'rows':
      return filter.passesRow(item);
    case 'machines':
      return filter.passesMachine(item);
  }
}

/** Numbers and times are descending, names ascending; equal items are in the order of their counts. */
function orderOf(sampler: Sampler, labels: LiveLabels, { kind, sort, isReversed }: LiveQuery): Compare {
  const counts = sampler.tables[kind];
  const first = compareBy(sampler, labels, kind, sort);
  const sign = isReversed ? -1 : 1;
  const { counts: synAcks } = counts;
  return (a, b) => sign * first(a, b) || synAcks[b]! - synAcks[a]! || a - b;
}

function compareBy(sampler: Sampler, labels: LiveLabels, kind: LiveKind, sort: LiveColumn): Compare {
  const { tables } = sampler;
  const counts: Counts = tables[kind];
  const { series, firsts, lasts } = counts;
  switch (sort) {
    case 'rate':
      return (a, b) => series.recentOf(b) - series.recentOf(a);
    case 'count':
      return (a, b) => counts.counts[b]! - counts.counts[a]!;
    case 'first':
      return (a, b) => firsts[b]! - firsts[a]!;
    case 'last':
      return (a, b) => lasts[b]! - lasts[a]!;
    case 'clients':
      return (a, b) => tables.clients[b]! - tables.clients[a]!;
    case 'served':
      return (a, b) => tables.served[b]! - tables.served[a]!;
    case 'offers':
      return (a, b) => tables.offers[b]! - tables.offers[a]!;
    default: {
      const nameOf = nameReader(sampler, labels, kind, sort);
      return (a, b) => compareBytes(nameOf(a), nameOf(b));
    }
  }
}

/** Returns the text of a column with names. */
function nameReader(
  { tables }: Sampler,
  labels: LiveLabels,
  kind: LiveKind,
  column: LiveColumn,
): (item: number) => string {
  const serviceOf = (item: number): number => (kind === 'rows' ? tables.rowServices[item]! : item);
  switch (column) {
    case 'client':
      return (item) => labels.machineName(tables.rowClients[item]!);
    case 'server':
      return (item) => labels.machineName(tables.servers[serviceOf(item)]!);
    case 'service':
      return (item) => labels.serviceName(serviceOf(item));
    case 'machine':
      return (item) => labels.machineName(item);
    default:
      return () => REMOTE;
  }
}

const NAME_COLUMNS: readonly LiveColumn[] = ['client', 'server', 'service', 'machine'];

function describe(sampler: Sampler, labels: LiveLabels, kind: LiveKind, item: number, now: number): LiveRow {
  const { tables } = sampler;
  const counts = tables[kind];
  const names: Partial<Record<LiveColumn, string>> = {};
  for (const column of LIVE_COLUMNS[kind]) {
    if (NAME_COLUMNS.includes(column)) names[column] = nameReader(sampler, labels, kind, column)(item);
  }
  const service = kind === 'services' ? item : kind === 'rows' ? tables.rowServices[item]! : undefined;
  return {
    names,
    isNew: service !== undefined && isNewService(sampler, labels, service, now),
    rate: sampler.rateOf(counts.series, item),
    history: sampler.historyOf(counts.series, item),
    count: counts.counts[item]!,
    clients: tables.clients[item] ?? 0,
    hasRemoteClients: tables.hasRemoteClients[item] ?? false,
    served: tables.served[item] ?? 0,
    offers: tables.offers[item] ?? 0,
    firstSeen: counts.firsts[item]!,
    lastSeen: counts.lasts[item]!,
  };
}
