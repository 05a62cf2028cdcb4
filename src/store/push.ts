// Brings what a store in a file has into a fleet, each batch once, however often and from wherever this is repeated.

import { formatRange } from '../ip/address.js';
import { EVERY_ADDRESS } from '../tally/scope.js';
import { countNoun } from '../text/count-noun.js';
import { type BatchHead, batchId, type FleetBatch, NO_CONTENTS } from './batch.js';
import { deliver } from './clickhouse/deliver.js';
import { type Fleet, openFleet } from './clickhouse/fleet.js';
import { type FoundBatch, findInFleet, GROWN_AFTER_SUMS, markCopies } from './clickhouse/known.js';
import { StoreError } from './errors.js';
import { forgetTarget, makePushTables, targetsOf } from './sqlite/pushed.js';
import {
  headOf,
  isIntact,
  type LocalBatch,
  localBatches,
  notePushed,
  pushedTo,
  removedBatches,
  rowsOfBatch,
  rowsOfSums,
  servicesOf,
} from './sqlite/pushing.js';
import { openExisting, openForReading, type Store } from './sqlite/store.js';

/** The result of pushing. */
interface Pushed {
  batches: number;
  synAcks: number;
  /** Batches that were in the fleet already, though this store did not know. */
  known: number;
  /** Sentences about what could not be pushed. */
  readonly faults: string[];
}

interface PushOptions {
  /** Asks the fleet about every batch, also those that were pushed before: a shard may have been lost. */
  readonly isAll: boolean;
  readonly signal: AbortSignal;
}

/** The store to read, at one moment, and to note in what was pushed. */
interface PushedStore {
  readonly reading: Store;
  readonly noting: Store;
}

/** A name for a list of shards, by which a store remembers what they have. */
function targetOf({ shardNames, database }: Fleet): string {
  return `${database}@${[...shardNames].sort().join()}`;
}

/** Whether a list is of some of the shards of a fleet, as it was before others were added. */
function isPartOf(target: string, { shardNames, database }: Fleet): boolean {
  const [name, shards = ''] = target.split('@');
  const list = shards.split(',');
  return (
    name === database && list.length < shardNames.length && list.every((shard) => shardNames.includes(shard))
  );
}

/**
 * Pushes the store in a file to the fleet at a URL.
 * @throws StoreError if nothing can be pushed
 */
export async function pushFile(
  path: string,
  url: string,
  { passwordFile, ...options }: PushOptions & { readonly passwordFile: string | undefined },
): Promise<Pushed & { readonly missing: readonly string[] }> {
  const noting = await openExisting(path);
  try {
    const reading = await openForReading(path);
    const fleet = await openFleet(url, passwordFile);
    try {
      await fleet.makeTables();
      makePushTables(noting);
      // Changes that others make meanwhile are not seen.
      reading.exec('BEGIN');
      try {
        const pushed = await push({ reading, noting }, fleet, options);
        return { ...pushed, missing: fleet.absent.map(({ message }) => message) };
      } finally {
        // Closing alone would keep what is seen for as long as a statement is in memory.
        reading.exec('COMMIT');
      }
    } finally {
      reading.close();
      await fleet.close();
    }
  } finally {
    noting.close();
  }
}

async function push(
  { reading, noting }: PushedStore,
  fleet: Fleet,
  { isAll, signal }: PushOptions,
): Promise<Pushed> {
  const target = targetOf(fleet);
  const before = pushedTo(reading, target);
  const [absent] = fleet.absent;
  if ((isAll || before.size === 0) && absent !== undefined) {
    throw new StoreError(
      `${absent.message}; until a store has been pushed once, all shards are needed to know what they have`,
    );
  }
  const pushed: Pushed = { batches: 0, synAcks: 0, known: 0, faults: [] };
  const sensors = [...reading.all('SELECT name FROM sensors ORDER BY name')].map(([name]) => name as string);
  for (const sensor of sensors) {
    if (signal.aborted) break;
    await pushSensor({ reading, noting, fleet, target, sensor, before, isAll, signal, pushed });
  }
  if (signal.aborted) pushed.faults.push('interrupted; the rest is pushed next time');
  // Otherwise, rows that the shorter list never gets could never be added up.
  if (pushed.faults.length === 0) {
    for (const other of targetsOf(noting)) if (isPartOf(other, fleet)) forgetTarget(noting, other);
  }
  return pushed;
}

interface Work {
  readonly reading: Store;
  readonly noting: Store;
  readonly fleet: Fleet;
  readonly target: string;
  readonly sensor: string;
  readonly before: ReadonlySet<string>;
  readonly isAll: boolean;
  readonly signal: AbortSignal;
  readonly pushed: Pushed;
}

async function pushSensor(work: Work): Promise<void> {
  const { reading, noting, fleet, target, sensor, before, isAll, signal, pushed } = work;
  const isOpen = ({ id }: { readonly id: string }): boolean => isAll || !before.has(id);
  const candidates = localBatches(reading, sensor).filter(isOpen);
  const removed = removedBatches(reading, sensor).filter(({ id }) => isAll || !before.has(removalOf(id)));
  if (candidates.length + removed.length === 0) return;
  const found = await findInFleet(
    fleet,
    [...candidates, ...removed].map(({ id }) => id),
  );
  const known = candidates.filter(({ id }) => found.has(id));
  pushed.known += known.length;
  // A push may have ended before it could look for copies.
  await markCopies(
    fleet,
    known.flatMap(({ id }) => (found.get(id)?.isRepeated === true ? [id] : [])),
  );
  notePushed(noting, target, known);
  const missing = candidates.filter(({ id }) => !found.has(id));
  const summed = missing.filter((batch) => !isIntact(reading, batch));
  await pushSums(work, summed, found);
  for (const batch of missing) {
    if (signal.aborted) return;
    if (summed.includes(batch)) continue;
    const replaced = removed.filter(({ by }) => by === batch.local).map(({ id }) => id);
    await pushBatch(work, batch, replaced, found);
  }
  // A piece of a stream that turned out to be a capture that is there under another name.
  for (const { id, by } of removed) {
    if (by === undefined) await pushRemoval(work, id, found);
  }
}

async function pushBatch(
  { reading, noting, fleet, target, sensor, pushed }: Work,
  batch: LocalBatch,
  replaced: readonly string[],
  found: ReadonlyMap<string, FoundBatch>,
): Promise<void> {
  const replaces = replaced.filter((id) => found.has(id));
  const [absent] = fleet.absent;
  if (absent !== undefined && replaces.length < replaced.length) {
    // It may have added up what is replaced.
    pushed.faults.push(`${batch.source}: has grown; ${absent.message}, so it is pushed later`);
    return;
  }
  if (replaces.some((id) => found.get(id)?.isAddedUp === true)) {
    pushed.faults.push(`${batch.source}: ${GROWN_AFTER_SUMS}`);
    return;
  }
  const head = headOf(reading, batch);
  await deliver(fleet, sensor, [{ ...head, replaces, rows: () => rowsOfBatch(reading, batch) }]);
  count(pushed, [head]);
  notePushed(noting, target, [batch, ...replaced.map((id) => ({ id: removalOf(id) }))]);
}

/** Batches that were added up before they were pushed go together: which rows are of which is not known any more. */
async function pushSums(
  work: Work,
  batches: readonly LocalBatch[],
  found: ReadonlyMap<string, FoundBatch>,
): Promise<void> {
  const { reading, noting, fleet, target, sensor, pushed, before } = work;
  for (const scope of new Set(batches.map((batch) => batch.scope))) {
    const own = batches.filter((batch) => batch.scope === scope);
    const others = localBatches(reading, sensor).filter(
      (batch) => batch.scope === scope && !own.some(({ id }) => id === batch.id),
    );
    const isMixed = others.some(
      (batch) => (before.has(batch.id) || found.has(batch.id)) && !isIntact(reading, batch),
    );
    if (isMixed) {
      pushed.faults.push(
        `${sensor}: ${countNoun(own.length, 'source')} cannot be pushed: their rows were added up with others, which the fleet has`,
      );
      continue;
    }
    const heads = own.map((batch) => headOf(reading, batch));
    const [first] = heads as [BatchHead, ...BatchHead[]];
    const sums: FleetBatch = {
      ...first,
      ...NO_CONTENTS,
      id: batchId(sensor, { digests: [], otherwise: ['sums', ...own.map(({ id }) => id).sort()] }),
      source: 'rows that were added up before they were pushed',
      replaces: [],
      *rows() {
        yield* rowsOfSums(reading, sensor, scope);
        for (const batch of own) yield* rowsOfBatch(reading, batch);
      },
      // Some may have been removed with their rows.
      services: () => servicesOf(reading, sensor),
    };
    const withoutRows = heads.map((head): FleetBatch => ({ ...head, replaces: [], rows: () => [] }));
    await deliver(fleet, sensor, [...withoutRows, sums]);
    count(pushed, heads);
    notePushed(noting, target, own);
  }
}

/** A batch without anything, that replaces one which counts no more. */
async function pushRemoval(
  { noting, fleet, target, sensor, pushed }: Work,
  id: string,
  found: ReadonlyMap<string, FoundBatch>,
): Promise<void> {
  if (found.get(id)?.isAddedUp === true) {
    pushed.faults.push(
      `${sensor}: a piece of a stream was recorded as a capture since it was added up in the fleet`,
    );
    return;
  }
  const [absent] = fleet.absent;
  if (absent !== undefined && !found.has(id)) {
    pushed.faults.push(`${absent.message}, so a piece of a stream is removed later`);
    return;
  }
  if (found.has(id)) {
    const removal: FleetBatch = {
      ...NO_CONTENTS,
      id: batchId(sensor, { digests: [], otherwise: [removalOf(id)] }),
      sensor,
      kept: JSON.stringify(EVERY_ADDRESS.map(formatRange)),
      recorded: 0,
      source: 'a piece of a stream that was recorded as a capture',
      replaces: [id],
    };
    await deliver(fleet, sensor, [removal]);
  }
  notePushed(noting, target, [{ id: removalOf(id) }]);
}

/** The name under which it is remembered that a fleet knows of a removal. */
function removalOf(id: string): string {
  return `removed ${id}`;
}

function count(pushed: Pushed, heads: readonly BatchHead[]): void {
  pushed.batches += heads.length;
  for (const { totals } of heads) pushed.synAcks += totals.synAcks;
}
