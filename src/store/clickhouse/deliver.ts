// Delivers batches to the shard of their sensor, or, if that is down, to the next one.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { problemFields } from '../../inventory/document/fields.js';
import type { TallyRow } from '../../tally/rows.js';
import { stringifyJson } from '../../text/escape.js';
import { clampTime } from '../../text/time.js';
import { type FleetBatch, NO_TIME, type StoredService } from '../batch.js';
import { StoreError } from '../errors.js';
import { COMMIT_COLUMNS, isOver, newAttempt, weekOf, writeCommit } from './commit.js';
import type { Fleet } from './fleet.js';
import { markCopies, markOn } from './known.js';
import { RowWriter } from './row-binary.js';
import { SERVICE_COLUMNS, USE_COLUMNS, writeService, writeUse } from './rows.js';
import { IN_TIME } from './schema.js';
import { quote, type Shard, ShardDown } from './shard.js';

/** Rows in one insert: a shard takes it completely or not at all. */
const ROWS_AT_ONCE = 100_000;
/** Bytes after which an insert is sent, however few rows it has: sketches and scans may be long. */
const BYTES_AT_ONCE = 32 << 20;
/** Pauses in milliseconds before an insert whose answer was lost is repeated. */
const PAUSES = [20, 50, 100, 150, 200, 250, 300, 400];

/** Delivers batches that count together: either all of them or none. Returns the name of the shard. */
export async function deliver(fleet: Fleet, sensor: string, batches: readonly FleetBatch[]): Promise<string> {
  for (const name of fleet.shardsFor(sensor)) {
    const open = fleet.shards.find((shard) => shard.name === name);
    if (open === undefined) continue;
    try {
      // The shards that are down may have a copy.
      const isDoubtful = fleet.absent.length > 0;
      await deliverTo(open.shard, batches, isDoubtful);
      const ids = batches.map(({ id }) => id);
      if (!isDoubtful) await markCopies(fleet, ids);
      // A shard that was lost only now may have a copy, too.
      if (!isDoubtful && fleet.absent.length > 0) await markOn(open.shard, ids);
      return name;
    } catch (error) {
      if (!(error instanceof ShardDown)) throw error;
      fleet.lose(error);
    }
  }
  throw new StoreError(fleet.absent.map(({ message }) => message).join('; '));
}

async function deliverTo(shard: Shard, batches: readonly FleetBatch[], isDoubtful: boolean): Promise<void> {
  for (let attempt = 1; attempt <= DELIVERIES; attempt++) {
    if (await deliverInTime(shard, batches, isDoubtful)) return;
  }
  throw new StoreError(`${shard.name}: a week is too short to send a batch; record less at once`);
}

/** How often a batch is sent that was not complete in time, as after a machine has slept. */
const DELIVERIES = 2;

/** Returns whether the batches count: not if the week of their first insert was over for too long. */
async function deliverInTime(
  shard: Shard,
  batches: readonly FleetBatch[],
  isDoubtful: boolean,
): Promise<boolean> {
  const week = await weekOf(shard);
  const commits = new RowWriter();
  const attempts: bigint[] = [];
  for (const batch of batches) {
    const contents = new Contents(shard, batch);
    await contents.send();
    const attempt = newAttempt();
    attempts.push(attempt);
    writeCommit(commits, batch, { contents, attempt, week, isDoubtful });
  }
  if (await isOver(shard, week)) return false;
  // The same row again changes nothing.
  const rows = commits.take();
  await again(() => shard.insert('batches', COMMIT_COLUMNS, rows));
  const ids = batches.map(({ id }) => quote(id)).join();
  const [late] = await shard.all(
    `SELECT count() FROM batches WHERE batch IN (${ids}) AND attempt IN (${attempts.join()}) AND NOT (${IN_TIME})`,
    (row) => row.u64(),
  );
  return late === 0;
}

/** Repeats what fails because the connection does. */
export async function again(insert: () => Promise<void>): Promise<void> {
  for (const pause of [...PAUSES, undefined]) {
    try {
      return await insert();
    } catch (error) {
      if (!(error instanceof ShardDown) || pause === undefined) throw error;
      await sleep(pause);
    }
  }
}

/** Sends everything of a batch but its row in `batches`, and notes the parts that arrived. */
class Contents {
  readonly parts: bigint[] = [];
  rows = 0;
  synAcks = 0;
  firstStart: number = NO_TIME.first;
  lastEnd: number = NO_TIME.last;
  readonly #shard: Shard;
  readonly #batch: FleetBatch;

  constructor(shard: Shard, batch: FleetBatch) {
    this.#shard = shard;
    this.#batch = batch;
  }

  async send(): Promise<void> {
    const { sensor, captures, scans, folded } = this.#batch;
    const services = await this.#sendUses();
    await this.#sendAll(
      'services',
      SERVICE_COLUMNS,
      this.#batch.services?.() ?? services,
      (to, part, service) => writeService(to, part, sensor, service),
    );
    await this.#sendAll('captures', CAPTURE_COLUMNS, captures.entries(), (to, part, [number, capture]) => {
      const { digest = '', name, format, packetsRead, synAcks, firstSeen, lastSeen, problems } = capture;
      const isSeen = firstSeen <= lastSeen;
      const [first, last] = isSeen
        ? [clampTime(firstSeen), clampTime(lastSeen)]
        : [NO_TIME.first, NO_TIME.last];
      if (isSeen) this.#cover(first, last + 1);
      to.id(part);
      to.u32(number);
      for (const text of [this.#batch.id, sensor, digest, name, format]) to.text(text);
      for (const value of [packetsRead, synAcks, first, last]) to.i64(value);
      to.u32(problems.length);
      to.text(stringifyJson(problems.map(problemFields)));
    });
    await this.#sendAll('scans', SCAN_COLUMNS, scans, (to, part, { digest, started, document }) => {
      const time = Math.floor(clampTime(started));
      this.#cover(time, time + 1);
      to.id(part);
      to.text(digest);
      to.text(sensor);
      to.i64(time);
      to.text(document);
    });
    if (folded.rows > 0) this.#cover(clampTime(folded.first), clampTime(folded.last) + 1);
  }

  #cover(start: number, end: number): void {
    this.firstStart = Math.min(this.firstStart, start);
    this.lastEnd = Math.max(this.lastEnd, end);
  }

  /** Returns the services of the rows. */
  async #sendUses(): Promise<Iterable<StoredService>> {
    const services = new Map<string, StoredService>();
    const { sensor } = this.#batch;
    await this.#sendAll('uses', USE_COLUMNS, this.#batch.rows(), (to, part, stored) => {
      const { slot, row } = stored;
      writeUse(to, part, sensor, stored);
      this.rows += 1;
      this.synAcks += row.count;
      this.#cover(slot.start, slot.start + slot.length);
      noteService(services, row);
    });
    return services.values();
  }

  /** Sends rows in several inserts, each under a number of its own. */
  async #sendAll<T>(
    table: string,
    columns: readonly string[],
    rows: Iterable<T>,
    write: (to: RowWriter, part: bigint, row: T) => void,
  ): Promise<void> {
    const writer = new RowWriter();
    // Every row begins with its part, so these places are where another number goes.
    const places: number[] = [];
    const send = async (): Promise<void> => {
      const bytes = writer.take();
      await again(async () => {
        const part = newPart();
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        for (const place of places) view.setBigUint64(place, part, true);
        await this.#shard.insert(table, columns, bytes);
        this.parts.push(part);
      });
      places.length = 0;
    };
    for (const row of rows) {
      places.push(writer.length);
      write(writer, 0n, row);
      if (places.length === ROWS_AT_ONCE || writer.length >= BYTES_AT_ONCE) await send();
    }
    if (places.length > 0) await send();
  }
}

/** Part 0 is that of sums. */
function newPart(): bigint {
  return randomBytes(8).readBigUInt64LE() || 1n;
}

function noteService(services: Map<string, StoredService>, row: TallyRow): void {
  const { family, server, port, evidence } = row;
  const [first, last] = [clampTime(row.first), clampTime(row.last)];
  const key = `${family} ${server?.join() ?? ''} ${port}`;
  let service = services.get(key);
  if (service === undefined) {
    service = {
      family,
      server,
      port,
      firstSeen: NO_TIME.first,
      lastSeen: NO_TIME.last,
      firstUsed: NO_TIME.first,
      lastUsed: NO_TIME.last,
    };
    services.set(key, service);
  }
  service.firstSeen = Math.min(service.firstSeen, first);
  service.lastSeen = Math.max(service.lastSeen, last);
  if ((evidence?.data ?? 0) === 0) return;
  service.firstUsed = Math.min(service.firstUsed, first);
  service.lastUsed = Math.max(service.lastUsed, last);
}

const CAPTURE_COLUMNS = [
  'part',
  'number',
  'batch',
  'sensor',
  'digest',
  'name',
  'format',
  'packets_read',
  'syn_acks',
  'first_seen',
  'last_seen',
  'problem_count',
  'problems',
] as const;

const SCAN_COLUMNS = ['part', 'digest', 'sensor', 'started', 'document'] as const;
