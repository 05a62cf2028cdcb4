// Questions about all that a store remembers: which services there ever were, when there was how much, and what was
// recorded.

import type {
  Activity,
  RecordedCapture,
  RememberedService,
  SensorState,
  TimelineUnit,
} from '../../inventory/history/history.js';
import { type Address, parseAddress } from '../../ip/address.js';
import { MAX_PORT } from '../../ip/port.js';
import { REMOTE } from '../../names/reserved-names.js';
import { StoreError } from '../errors.js';
import { UNITS } from '../period.js';
import type { Selection } from '../selection.js';
import type { ChooseService } from '../store.js';
import type { SqlRow, SqlValue } from './driver.js';
import { optionalTextIn, textIn } from './read-rows.js';
import { findSlots } from './slots.js';
import type { Store } from './store.js';

/** The services that were first seen in the time asked for, by all sensors together; the earliest first. */
export function* newServices(store: Store, selection: Selection): Generator<RememberedService> {
  const { since = Number.MIN_SAFE_INTEGER, until = Number.MAX_SAFE_INTEGER, sensor } = selection;
  // Those that another sensor had seen before are not new.
  const found = `SELECT server, port FROM services AS now WHERE first_seen >= ? AND first_seen < ?
    ${sensor === undefined ? '' : 'AND sensor = ?4'}
    AND NOT EXISTS (SELECT 1 FROM services AS old WHERE old.server = now.server AND old.port = now.port
      AND old.first_seen < ?3)`;
  const rows = store.all(
    `${SERVICES} WHERE (server, port) IN (${found}) ${BY_SERVICE}`,
    since,
    until,
    since,
    ...(sensor === undefined ? [] : [sensorId(store, sensor)]),
  );
  yield* readServices(rows);
}

/** All services that were ever seen, or were seen in the time asked for; the earliest first. */
export function* seenServices(
  store: Store,
  { since = Number.MIN_SAFE_INTEGER, until = Number.MAX_SAFE_INTEGER, sensor }: Selection,
): Generator<RememberedService> {
  const rows = store.all(
    `${SERVICES} WHERE last_seen >= ? AND first_seen < ? ${sensor === undefined ? '' : 'AND sensor = ?'} ${BY_SERVICE}`,
    since,
    until,
    ...(sensor === undefined ? [] : [sensorId(store, sensor)]),
  );
  yield* readServices(rows);
}

const SERVICES = `SELECT family, address, port, min(first_seen), max(last_seen), min(first_used), max(last_used),
  group_concat(sensors.name, char(10)) FROM services JOIN addresses ON addresses.id = server
  JOIN sensors ON sensors.id = sensor`;
const BY_SERVICE = 'GROUP BY server, port ORDER BY min(first_seen), server, port';

/**
 * The activity by hour, day or week of UTC, ascending, without those in which nothing was seen. Days and months that are longer
 * than the unit stay whole.
 * @param isChosen whether a service counts; by default all do
 */
export function timeline(
  store: Store,
  selection: Selection,
  unit: TimelineUnit,
  isChosen?: ChooseService,
): Activity[] {
  const { where, values } = findSlots(store, selection);
  const { length, offset } = UNITS[unit];
  const chosen = isChosen === undefined ? '' : 'JOIN chosen USING (server, port)';
  if (isChosen !== undefined) chooseServices(store, isChosen);
  const longer = `CASE WHEN length > ${length} THEN length END`;
  const start = `CASE WHEN length > ${length} THEN start ELSE ((start + ${offset}) / ${length}) * ${length} - ${offset} END`;
  const from = (table: string): string =>
    `FROM slots CROSS JOIN ${table} ON slots.id = slot ${chosen} WHERE ${where} GROUP BY at, longer`;
  const repeats = new Map<string, number>();
  for (const [at, long, count] of store.all(
    `SELECT ${start} AS at, ${longer} AS longer, sum(resent + mutual) ${from('details')}`,
    ...values,
  )) {
    repeats.set(`${at} ${long}`, readNumber(count));
  }
  const rows = store.all(
    `SELECT ${start} AS at, ${longer} AS longer, sum(syn_acks), sum(syn_acks - copies), count(*) = count(copies),
        count(DISTINCT server * ${MAX_PORT + 1} + port) ${from('uses')} ORDER BY at, longer`,
    ...values,
  );
  return [...rows].map(([at, long, synAcks, handshakes, isKnown, services]) => ({
    start: readNumber(at),
    synAcks: readNumber(synAcks),
    handshakes: isKnown === 1 ? readNumber(handshakes) - (repeats.get(`${at} ${long}`) ?? 0) : undefined,
    services: readNumber(services),
    length: readOptionalNumber(long),
  }));
}

/** Writes the chosen services into a temporary table, which is not part of the file. */
function chooseServices(store: Store, isChosen: ChooseService): void {
  store.exec(
    'DROP TABLE IF EXISTS temp.chosen; CREATE TEMP TABLE chosen (server INTEGER, port INTEGER, PRIMARY KEY (server, port)) WITHOUT ROWID',
  );
  const rows = store.all(
    'SELECT DISTINCT server, port, family, address FROM services JOIN addresses ON addresses.id = server',
  );
  for (const [server, port, family, address] of [...rows]) {
    const service = { address: readAddress(family, address), port: readPort(port) };
    if (isChosen(service)) store.run('INSERT INTO chosen VALUES (?, ?)', server as number, port as number);
  }
}

/** The names of all sensors, in order. */
export function sensorNames(store: Store): string[] {
  return [...store.all('SELECT name FROM sensors ORDER BY name')].map(([name]) => textIn('sensors', name));
}

/** The recordings of each sensor, by its name. */
export function sensorStates(store: Store): SensorState[] {
  const rows = store.all(
    `SELECT sensors.name, count(captures.id), coalesce(sum(captures.syn_acks), 0), min(first_seen), max(last_seen),
        max(recorded)
      FROM sensors JOIN batches ON batches.sensor = sensors.id LEFT JOIN captures ON captures.batch = batches.id
      GROUP BY sensors.id ORDER BY sensors.name`,
  );
  return [...rows].map(([sensor, captures, synAcks, firstSeen, lastSeen, recorded]) => ({
    sensor: textIn('sensors', sensor),
    captures: readNumber(captures),
    synAcks: readNumber(synAcks),
    firstSeen: readOptionalNumber(firstSeen),
    lastSeen: readOptionalNumber(lastSeen),
    recorded: readNumber(recorded),
  }));
}

/** The captures that were recorded and have SYN-ACKs in the time asked for, in that order; all without a time. */
export function recordedCaptures(store: Store, { since, until, sensor }: Selection): RecordedCapture[] {
  const conditions = [
    ...(since === undefined ? [] : [`last_seen >= ${since}`]),
    ...(until === undefined ? [] : [`first_seen < ${until}`]),
    ...(sensor === undefined ? [] : [`sensors.id = ${sensorId(store, sensor)}`]),
  ];
  const rows = store.all(
    `SELECT sensors.name, captures.name, format, digest, captures.packets_read, captures.syn_acks, first_seen,
        last_seen, recorded, json_array_length(problems)
      FROM captures JOIN batches ON batches.id = batch JOIN sensors ON sensors.id = sensor
      WHERE ${['1', ...conditions].join(' AND ')} ORDER BY first_seen, captures.id`,
  );
  return [...rows].map(
    ([sensorName, name, format, digest, packets, synAcks, firstSeen, lastSeen, recorded, problems]) => ({
      sensor: textIn('sensors', sensorName),
      name: textIn('captures', name),
      format: textIn('captures', format),
      digest: optionalTextIn('captures', digest),
      packets: readNumber(packets),
      synAcks: readNumber(synAcks),
      firstSeen: readOptionalNumber(firstSeen),
      lastSeen: readOptionalNumber(lastSeen),
      recorded: readNumber(recorded),
      problems: readNumber(problems),
    }),
  );
}

function sensorId(store: Store, sensor: string): number {
  const id = store.value('SELECT id FROM sensors WHERE name = ?', sensor);
  if (id === null) throw new StoreError(`found no sensor ${JSON.stringify(sensor)}`);
  return id as number;
}

/** Services of one server share its address. */
function* readServices(rows: Iterable<SqlRow>): Generator<RememberedService> {
  const addresses = new Map<SqlValue | undefined, Address | undefined>();
  for (const row of rows) {
    const [family, text, port, firstSeen, lastSeen, firstUsed, lastUsed, sensors] = row;
    if (!addresses.has(text)) addresses.set(text, readAddress(family, text));
    yield {
      address: addresses.get(text),
      port: readPort(port),
      firstSeen: readNumber(firstSeen),
      lastSeen: readNumber(lastSeen),
      firstUsed: readOptionalNumber(firstUsed),
      lastUsed: readOptionalNumber(lastUsed),
      sensors: textIn('sensors', sensors).split('\n').sort(),
    };
  }
}

/** Undefined for remote machines. */
function readAddress(family: SqlValue | undefined, text: SqlValue | undefined): Address | undefined {
  if (text === REMOTE) return undefined;
  const address = typeof text === 'string' ? parseAddress(text) : undefined;
  if (address?.family !== family)
    throw new StoreError('table addresses: found a value that synsum does not write');
  return address;
}

function readPort(port: SqlValue | undefined): number {
  if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > MAX_PORT) {
    throw new StoreError('table services: found a value that synsum does not write');
  }
  return port as number;
}

/** Tables of synsum are strict, but a file may come from somebody else. */
function readNumber(value: SqlValue | undefined): number {
  if (!Number.isSafeInteger(value)) throw new StoreError('found a value that synsum does not write');
  return value as number;
}

function readOptionalNumber(value: SqlValue | undefined): number | undefined {
  return value === null ? undefined : readNumber(value);
}
