// Questions about all that a fleet remembers: which services there ever were, when there was how much, and what was
// recorded.

import type {
  Activity,
  RecordedCapture,
  RememberedService,
  SensorState,
  TimelineUnit,
} from '../../inventory/history/history.js';
import { toAddress } from '../../ip/address-words.js';
import { NO_TIME } from '../batch.js';
import { StoreError } from '../errors.js';
import { UNITS } from '../period.js';
import type { Selection } from '../selection.js';
import type { ChooseService } from '../store.js';
import type { Fleet } from './fleet.js';
import { findLive } from './live.js';
import { mergeSorted } from './merge.js';
import type { RowReader } from './row-binary.js';
import { readServiceKey, SERVICE_KEY, type ServiceKey } from './rows.js';
import { quote } from './shard.js';
import { compareWords } from './uses.js';
import { checkSensor, findWindow } from './window.js';

/** A service as one sensor saw it. */
interface SeenService extends ServiceKey {
  readonly sensor: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly firstUsed: number;
  readonly lastUsed: number;
}

/** The services that were first seen in the time asked for, by all sensors together; the earliest first. */
export async function newInFleet(
  fleet: Fleet,
  { since = NO_TIME.last, until = NO_TIME.first, sensor }: Selection,
): Promise<RememberedService[]> {
  return servicesOf(fleet, sensor, (seen) => {
    const isNew = (each: SeenService): boolean =>
      each.firstSeen >= since && each.firstSeen < until && (sensor === undefined || each.sensor === sensor);
    // Those that another sensor had seen before are not new.
    return seen.some(isNew) && seen.every(({ firstSeen }) => firstSeen >= since) ? seen : [];
  });
}

/** All services that were ever seen, or were seen in the time asked for; the earliest first. */
export async function seenInFleet(
  fleet: Fleet,
  { since = NO_TIME.last, until = NO_TIME.first, sensor }: Selection,
): Promise<RememberedService[]> {
  return servicesOf(fleet, sensor, (seen) =>
    seen.filter(
      (each) =>
        each.lastSeen >= since && each.firstSeen < until && (sensor === undefined || each.sensor === sensor),
    ),
  );
}

/**
 * @param choose returns those of the sensors that saw a service which count
 * @throws StoreError if a sensor is asked for that is not there
 */
async function servicesOf(
  fleet: Fleet,
  sensor: string | undefined,
  choose: (seen: readonly SeenService[]) => readonly SeenService[],
): Promise<RememberedService[]> {
  const found = await fleet.ask(async (shards) => {
    const live = await findLive(shards, { across: 'sum' });
    if (sensor !== undefined) await checkSensor(live, sensor);
    const answers = live.map(({ shard, parts }) =>
      shard.rows(
        `SELECT ${SERVICE_KEY}, sensor, min(first_seen), max(last_seen), min(first_used), max(last_used)
          FROM services WHERE ${parts} GROUP BY ${SERVICE_KEY}, sensor ORDER BY ${SERVICE_KEY}, sensor`,
        readSeen,
      ),
    );
    const services: RememberedService[] = [];
    for await (const group of mergeSorted(answers, compareServices)) {
      const chosen = choose(joinSensors(group));
      if (chosen.length > 0) services.push(remember(chosen));
    }
    return services;
  });
  return found.sort((a, b) => a.firstSeen - b.firstSeen);
}

function readSeen(row: RowReader): SeenService {
  const key = readServiceKey(row);
  const sensor = row.text();
  const [firstSeen, lastSeen, firstUsed, lastUsed] = [row.i64(), row.i64(), row.i64(), row.i64()];
  if (firstSeen > lastSeen) throw new StoreError('table services: found a value that synsum does not write');
  return { ...key, sensor, firstSeen, lastSeen, firstUsed, lastUsed };
}

function compareServices(a: ServiceKey, b: ServiceKey): number {
  return (
    a.family - b.family ||
    (a.server === undefined ? 1 : 0) - (b.server === undefined ? 1 : 0) ||
    compareWords(a.server, b.server) ||
    a.port - b.port
  );
}

/** A sensor has services on two shards after one of them was down. */
function joinSensors(group: readonly SeenService[]): SeenService[] {
  const sensors = new Map<string, SeenService>();
  for (const seen of group) {
    const known = sensors.get(seen.sensor);
    sensors.set(seen.sensor, known === undefined ? seen : { ...seen, ...spanOf([known, seen]) });
  }
  return [...sensors.values()];
}

function spanOf(
  seen: readonly SeenService[],
): Pick<SeenService, 'firstSeen' | 'lastSeen' | 'firstUsed' | 'lastUsed'> {
  const least = (key: 'firstSeen' | 'firstUsed'): number =>
    seen.reduce((min, each) => Math.min(min, each[key]), NO_TIME.first);
  const most = (key: 'lastSeen' | 'lastUsed'): number =>
    seen.reduce((max, each) => Math.max(max, each[key]), NO_TIME.last);
  return {
    firstSeen: least('firstSeen'),
    lastSeen: most('lastSeen'),
    firstUsed: least('firstUsed'),
    lastUsed: most('lastUsed'),
  };
}

function remember(seen: readonly SeenService[]): RememberedService {
  const [{ family, server, port }] = seen as readonly [SeenService];
  const { firstSeen, lastSeen, firstUsed, lastUsed } = spanOf(seen);
  const isUsed = firstUsed <= lastUsed;
  return {
    address: server === undefined ? undefined : toAddress(family, server),
    port,
    firstSeen,
    lastSeen,
    firstUsed: isUsed ? firstUsed : undefined,
    lastUsed: isUsed ? lastUsed : undefined,
    sensors: seen.map(({ sensor }) => sensor).sort(),
  };
}

/** The use of a service in a span of time. */
interface Use extends ServiceKey {
  readonly start: number;
  /** Where hours were added up, the length of the sum, if it is longer than the unit; else 0. */
  readonly length: number;
  readonly synAcks: number;
  readonly handshakes: number;
  readonly isKnown: boolean;
}

/**
 * The activity by hour, day or week of UTC, ascending, without those in which nothing was seen. Days and months that are longer
 * than the unit are whole.
 */
export async function timelineOf(
  fleet: Fleet,
  selection: Selection,
  unit: TimelineUnit,
  isChosen?: ChooseService,
): Promise<Activity[]> {
  const { length, offset } = UNITS[unit];
  return fleet.ask(async (shards) => {
    const live = await findLive(shards, selection);
    const { where } = await findWindow(live, selection);
    // Rounded down, also before 1970.
    const shifted = `(start + ${offset})`;
    const start = `(${shifted} - ((${shifted} % ${length}) + ${length}) % ${length} - ${offset})`;
    const isLonger = `length > ${length}`;
    const answers = live.map(({ shard, parts }) =>
      shard.rows(
        `SELECT toInt64(if(${isLonger}, start, ${start})) AS at, toInt64(if(${isLonger}, length, 0)) AS longer,
            ${SERVICE_KEY_OF_SERVER}, sum(syn_acks),
            toInt64(sum(toInt64(syn_acks) - toInt64(copies) - toInt64(resent) - toInt64(mutual))), min(known)
          FROM uses WHERE ${where} AND ${parts} GROUP BY at, longer, family, remote_server, server, port
          ORDER BY at, longer, family, remote_server, server, port`,
        readUse,
      ),
    );
    const rows: Activity[] = [];
    for await (const group of mergeSorted(answers, compareUses)) {
      const [use] = group as [Use];
      const address = use.server === undefined ? undefined : toAddress(use.family, use.server);
      if (isChosen !== undefined && !isChosen({ address, port: use.port })) continue;
      addActivity(rows, group);
    }
    return rows;
  });
}

/** The client does not matter here. */
const SERVICE_KEY_OF_SERVER = 'family, bitAnd(remote, 1) AS remote_server, server, port';

function compareUses(a: Use, b: Use): number {
  return a.start - b.start || a.length - b.length || compareServices(a, b);
}

function readUse(row: RowReader): Use {
  const start = row.i64();
  const length = row.i64();
  const key = readServiceKey(row);
  return { start, length, ...key, synAcks: row.u64(), handshakes: row.i64(), isKnown: row.u8() === 1 };
}

/** Adds the uses of one service to the last span of time, or begins the next one. */
function addActivity(rows: Activity[], group: readonly Use[]): void {
  const { start, length } = group[0] as Use;
  const last = rows.at(-1);
  const isSame = last?.start === start && (last.length ?? 0) === length;
  const before = isSame ? last : { start, synAcks: 0, handshakes: 0, services: 0 };
  if (before === last) rows.pop();
  const handshakes = group.every(({ isKnown }) => isKnown)
    ? group.reduce((sum, use) => sum + use.handshakes, 0)
    : undefined;
  rows.push({
    start,
    synAcks: group.reduce((sum, use) => sum + use.synAcks, before.synAcks),
    handshakes:
      handshakes === undefined || before.handshakes === undefined
        ? undefined
        : before.handshakes + handshakes,
    services: before.services + 1,
    length: length === 0 ? undefined : length,
  });
}

/** The recordings of each sensor, by its name. */
export async function sensorsOf(fleet: Fleet): Promise<SensorState[]> {
  const captures = await recordedIn(fleet, { across: 'sum' });
  const recorded = await fleet.ask(async (shards) => {
    const live = await findLive(shards, { across: 'sum' });
    return Promise.all(
      live.map(({ shard, batches }) =>
        shard.all(
          `SELECT sensor, max(recorded) FROM ${batches} GROUP BY sensor`,
          (row) => [row.text(), row.i64()] as const,
        ),
      ),
    );
  });
  const states = new Map<string, { -readonly [Key in keyof SensorState]: SensorState[Key] }>();
  for (const [sensor, time] of recorded.flat()) {
    const state = states.get(sensor);
    if (state !== undefined) state.recorded = Math.max(state.recorded, time);
    else {
      states.set(sensor, {
        sensor,
        captures: 0,
        synAcks: 0,
        firstSeen: undefined,
        lastSeen: undefined,
        recorded: time,
      });
    }
  }
  for (const { sensor, synAcks, firstSeen, lastSeen } of captures) {
    const state = states.get(sensor);
    if (state === undefined) continue;
    state.captures += 1;
    state.synAcks += synAcks;
    if (firstSeen !== undefined) state.firstSeen = Math.min(firstSeen, state.firstSeen ?? firstSeen);
    if (lastSeen !== undefined) state.lastSeen = Math.max(lastSeen, state.lastSeen ?? lastSeen);
  }
  return [...states.values()].sort((a, b) => (a.sensor < b.sensor ? -1 : 1));
}

/** The captures that were recorded and have SYN-ACKs in the time asked for, in that order; all without a time. */
export async function recordedIn(
  fleet: Fleet,
  { since, until, sensor }: Selection,
): Promise<RecordedCapture[]> {
  const where = [
    '1',
    ...(since === undefined ? [] : [`last_seen >= ${Math.ceil(since)}`]),
    ...(until === undefined ? [] : [`first_seen < ${Math.ceil(until)}`]),
    ...(sensor === undefined ? [] : [`sensor = ${quote(sensor)}`]),
  ].join(' AND ');
  const found = await fleet.ask(async (shards) => {
    const live = await findLive(shards, { sensor, across: 'sum' });
    if (sensor !== undefined) await checkSensor(live, sensor);
    return Promise.all(
      live.map(({ shard, batches }) =>
        shard.all(
          `SELECT sensor, name, format, digest, packets_read, syn_acks, first_seen, last_seen, recorded, problem_count
            FROM (SELECT * FROM captures WHERE ${where} AND part IN (SELECT arrayJoin(parts) FROM ${batches})) AS found
            ANY LEFT JOIN (SELECT batch, recorded FROM ${batches}) AS recordings USING batch`,
          readCapture,
        ),
      ),
    );
  });
  return found
    .flat()
    .sort(
      (a, b) =>
        (a.firstSeen ?? Number.NEGATIVE_INFINITY) - (b.firstSeen ?? Number.NEGATIVE_INFINITY) ||
        a.recorded - b.recorded,
    );
}

function readCapture(row: RowReader): RecordedCapture {
  const [sensor, name, format, digest] = [row.text(), row.text(), row.text(), row.text()];
  const [packets, synAcks, first, last] = [row.u64(), row.u64(), row.i64(), row.i64()];
  const isSeen = first <= last;
  return {
    sensor,
    name,
    format,
    digest: digest === '' ? undefined : digest,
    packets,
    synAcks,
    firstSeen: isSeen ? first : undefined,
    lastSeen: isSeen ? last : undefined,
    recorded: row.i64(),
    problems: row.u32(),
  };
}
