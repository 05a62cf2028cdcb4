// When services were used, as far as their first and last connections show: the busiest ones, and those that began late or
// ended early though they were used too much for that to be chance.

import type { Span } from '../coverage.js';
import type { Row } from './rows.js';

/** A service of one server, over time. */
export interface Activity extends Span {
  readonly server: number;
  readonly port: number;
  readonly service: string;
  readonly connections: number;
  /** Whether it began late, or ended early; undefined if neither is remarkable. */
  readonly change: 'began' | 'ended' | undefined;
  /** SYN-ACKs in each slice of time; absent if it is not known when each of them came. */
  readonly counts?: readonly number[];
}

/** How many services are shown: the busiest, and remarkable ones besides. */
const MAX_BUSIEST = 20;
const MAX_REMARKABLE = 10;
/** Silence at the beginning or end is remarkable if chance makes it this seldom, and if there were enough connections. */
const CHANCE = 0.001;
const MIN_CONNECTIONS = 20;
/** The least share of the time, and of all connections, that silence must take. */
const MIN_SILENCE = 0.25;
/** How finely the time is divided. */
const BINS = 96;

/** Lists services by first time, the busiest and the remarkable ones only. */
export function listActivity(rows: readonly Row[], span: Span): Activity[] {
  const services = new Map<string, { -readonly [Key in keyof Activity]: Activity[Key] }>();
  for (const { server, port, service, connections, firstSeen, lastSeen } of rows) {
    const key = `${server} ${port} ${service}`;
    const known = services.get(key);
    if (known === undefined) {
      services.set(key, { server, port, service, connections, firstSeen, lastSeen, change: undefined });
      continue;
    }
    known.connections += connections;
    known.firstSeen = Math.min(known.firstSeen, firstSeen);
    known.lastSeen = Math.max(known.lastSeen, lastSeen);
  }
  const shareBefore = spread(rows, span);
  const length = span.lastSeen - span.firstSeen;
  const isLong = (silence: number, share: number): boolean =>
    silence >= length * MIN_SILENCE && share >= MIN_SILENCE;
  const chances = new Map<Activity, number>();
  for (const service of services.values()) {
    const { connections, firstSeen, lastSeen } = service;
    if (connections < MIN_CONNECTIONS) continue;
    const [before, after] = [shareBefore(firstSeen), 1 - shareBefore(lastSeen)];
    // If its connections were spread as all others are, none of them would be in that time with this probability.
    const began = isLong(firstSeen - span.firstSeen, before) ? (1 - before) ** connections : 1;
    const ended = isLong(span.lastSeen - lastSeen, after) ? (1 - after) ** connections : 1;
    if (Math.min(began, ended) >= CHANCE) continue;
    service.change = began <= ended ? 'began' : 'ended';
    chances.set(service, Math.min(began, ended));
  }
  const byCount = [...services.values()].sort((a, b) => b.connections - a.connections || compare(a, b));
  const busiest = byCount.slice(0, MAX_BUSIEST);
  const remarkable = byCount
    .slice(MAX_BUSIEST)
    .filter((service) => chances.has(service))
    .sort((a, b) => (chances.get(a) ?? 1) - (chances.get(b) ?? 1) || compare(a, b))
    .slice(0, MAX_REMARKABLE);
  return [...busiest, ...remarkable].sort((a, b) => b.connections - a.connections || compare(a, b));
}

function compare(a: Activity, b: Activity): number {
  return a.server - b.server || a.port - b.port;
}

/** Estimates which share of all connections came before a time: those of each row are taken as evenly spread. */
function spread(rows: readonly Row[], { firstSeen: start, lastSeen: end }: Span): (time: number) => number {
  const length = end - start;
  if (!(length > 0)) return () => 0;
  const rates = new Float64Array(BINS + 1);
  for (const { connections, firstSeen, lastSeen } of rows) {
    const first = binOf(firstSeen);
    const last = binOf(lastSeen);
    const rate = connections / (last - first + 1);
    rates[first] = (rates[first] as number) + rate;
    rates[last + 1] = (rates[last + 1] as number) - rate;
  }
  const before = new Float64Array(BINS + 1);
  let rate = 0;
  for (let bin = 0; bin < BINS; bin++) {
    rate += rates[bin] as number;
    before[bin + 1] = (before[bin] as number) + rate;
  }
  const all = before[BINS] as number;
  return (time) => (before[binOf(time)] as number) / all;

  function binOf(time: number): number {
    return Math.min(BINS - 1, Math.floor(((time - start) / length) * BINS));
  }
}
