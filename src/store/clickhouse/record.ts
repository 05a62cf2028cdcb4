// Records an inventory directly into a fleet, as `synsum push` would from a store of one machine.

import type { Inventory } from '../../inventory/inventory.js';
import type { Scan } from '../../inventory/scan.js';
import { knownUndecoded } from '../../inventory/undecoded.js';
import { type AddressRange, formatRange } from '../../ip/address.js';
import { isEmptyRow, rowsOf } from '../../tally/rows.js';
import { compareBytes } from '../../text/compare-bytes.js';
import { stringifyJson } from '../../text/escape.js';
import { clampTime } from '../../text/time.js';
import {
  batchId,
  digestsOf,
  type FleetBatch,
  hasNothing,
  NO_CONTENTS,
  type StoredRow,
  scopeOf,
} from '../batch.js';
import { StoreError } from '../errors.js';
import { periodOf } from '../period.js';
import { scanDocument } from '../scan-document.js';
import type { Batch, Outcome, PieceOfStream, RecordedFile, RecordedPiece } from '../store.js';
import { again, deliver } from './deliver.js';
import type { Fleet } from './fleet.js';
import { findInFleet, GROWN_AFTER_SUMS } from './known.js';
import { findLive } from './live.js';
import { RowWriter } from './row-binary.js';
import { quote } from './shard.js';

export async function recordInFleet(fleet: Fleet, batch: Batch): Promise<Outcome> {
  const outcome = await recordContents(fleet, batch);
  if (batch.file !== undefined) await noteFile(fleet, batch.sensor, batch.file);
  return outcome;
}

async function recordContents(fleet: Fleet, batch: Batch): Promise<Outcome> {
  const { sensor, replaces, inventory } = batch;
  const made = toFleetBatch(batch);
  const digests = [...inventory.captures, ...inventory.scans].flatMap(({ digest }) => digest ?? []);
  if (batch.piece === undefined && hasNothing(inventory)) return 'known';
  if (batch.piece !== undefined && digests.length + inventory.totals.packetsRead === 0) return 'known';
  const known = await knownBatches(fleet, [made.id], digests);
  const same = known.batches.get(made.id);
  if (same !== undefined) {
    if (digests.every((digest) => same.includes(digest))) return 'known';
    throw new StoreError('another synsum is recording the same stream');
  }
  const repeated = digests.filter((digest) => known.digests.has(digest));
  const fresh = inventory.captures.length + inventory.scans.length - repeated.length;
  if (repeated.length > 0 && fresh === 0) {
    // A stream that ends as a capture that is recorded has been that capture from its beginning.
    if (batch.piece !== undefined && batch.piece.sequence > 0) await removeStream(fleet, made, batch.piece);
    return 'known';
  }
  if (repeated.length > 0) {
    throw new StoreError(
      `contains ${nameOf(inventory, repeated)}, which is recorded, and ${fresh} more that are not; record the captures themselves`,
    );
  }
  const before = replaces === undefined ? [] : [batchId(sensor, { digests: [replaces], otherwise: [] })];
  await checkReplaceable(fleet, before);
  await deliver(fleet, sensor, [{ ...made, replaces: before }]);
  return replaces === undefined ? 'recorded' : 'replaced';
}

function nameOf({ captures, scans }: Inventory, [digest]: readonly string[]): string | undefined {
  return (
    captures.find((capture) => capture.digest === digest)?.name ??
    scans.find((scan) => scan.digest === digest)?.scanner
  );
}

/** Whether a fleet has a capture with this digest, from any sensor. */
export async function hasCaptureIn(fleet: Fleet, digest: string): Promise<boolean> {
  return (await knownBatches(fleet, [], [digest])).digests.has(digest);
}

/** Which of these batches and digests the fleet has, from any sensor: a capture is known by its digest. */
async function knownBatches(
  fleet: Fleet,
  batches: readonly string[],
  digests: readonly string[],
): Promise<{
  readonly batches: ReadonlyMap<string, readonly string[]>;
  readonly digests: ReadonlySet<string>;
}> {
  const list = digests.length === 0 ? '' : ` OR hasAny(digests, [${digests.map(quote).join()}])`;
  return fleet.ask(async (shards) => {
    const found = await Promise.all(
      (await findLive(shards, { across: 'sum' })).map(({ shard, batches: live }) =>
        shard.all(
          `SELECT batch, digests FROM ${live} WHERE batch IN (${['', ...batches].map(quote).join()})${list}`,
          (row) => ({ batch: row.text(), digests: row.list((item) => item.text()) }),
        ),
      ),
    );
    return {
      batches: new Map(found.flat().map((each) => [each.batch, each.digests])),
      digests: new Set(found.flat().flatMap((each) => each.digests)),
    };
  });
}

/** @throws StoreError if rows of one of these batches were added up, or may have been: they would count as well */
async function checkReplaceable(fleet: Fleet, batches: readonly string[]): Promise<void> {
  const found = await findInFleet(fleet, batches);
  if ([...found.values()].some(({ isAddedUp }) => isAddedUp)) throw new StoreError(GROWN_AFTER_SUMS);
  const [absent] = fleet.absent;
  if (absent === undefined || found.size === batches.length) return;
  throw new StoreError(`has grown; ${absent.message}, so it must be recorded later`);
}

/** Takes the pieces of a stream back that came before this one. */
async function removeStream(
  fleet: Fleet,
  made: Omit<FleetBatch, 'replaces'>,
  { stream, sequence }: PieceOfStream,
): Promise<void> {
  const pieces = Array.from({ length: sequence }, (_, at) =>
    batchId(made.sensor, { digests: [], otherwise: [stream, at] }),
  );
  const removal: FleetBatch = {
    ...made,
    ...NO_CONTENTS,
    id: batchId(made.sensor, { digests: [], otherwise: ['removed', ...pieces] }),
    replaces: pieces,
  };
  await checkReplaceable(fleet, pieces);
  await deliver(fleet, made.sensor, [removal]);
}

/** Records a piece of a stream that has not ended; undefined if the stream may turn out to be a capture that is recorded. */
export async function recordPieceInFleet(
  fleet: Fleet,
  batch: Batch,
  place: Pick<PieceOfStream, 'stream' | 'sequence'>,
): Promise<Outcome | undefined> {
  const digest = batch.inventory.captures[0]?.digest;
  const isCapture = await fleet.ask(async (shards) => {
    const live = await findLive(shards, { across: 'sum' });
    const found = await Promise.all(
      live.map(({ shard, batches }) =>
        shard.all(
          `SELECT count() FROM ${batches} WHERE has(digests, ${quote(digest ?? '')}) AND stream != ${quote(place.stream)}`,
          (row) => row.u64(),
        ),
      ),
    );
    return found.flat().some((count) => count > 0);
  });
  return isCapture ? undefined : recordInFleet(fleet, { ...batch, piece: { ...place, isLast: false } });
}

/** The pieces of streams that have this name, or this name and a number after it; each stream in its order. */
export async function recordedPiecesIn(fleet: Fleet, stream: string): Promise<RecordedPiece[]> {
  const found = await fleet.ask(async (shards) => {
    const live = await findLive(shards, { across: 'sum' });
    return Promise.all(
      live.map(({ shard, batches }) =>
        shard.all(
          `SELECT stream, sequence, is_last, digests, packets_read, bytes_read FROM ${batches}
            WHERE stream = ${quote(stream)} OR startsWith(stream, ${quote(`${stream}#`)})`,
          (row) => ({
            stream: row.text(),
            sequence: row.i64(),
            isLast: row.u8() === 1,
            digests: row.list((item) => item.text()),
            packets: row.u64(),
            bytes: row.u64(),
          }),
        ),
      ),
    );
  });
  const pieces = found.flat().sort((a, b) => compareBytes(a.stream, b.stream) || a.sequence - b.sequence);
  const recorded: RecordedPiece[] = [];
  for (const { digests, bytes, ...piece } of pieces) {
    const before = recorded.at(-1)?.stream === piece.stream ? recorded.at(-1) : undefined;
    // A last piece without bytes has no capture of its own.
    recorded.push({ ...piece, digest: digests[0] ?? before?.digest ?? '', end: (before?.end ?? 0) + bytes });
  }
  return recorded;
}

/** Whether any stream was recorded in pieces. */
export async function hasPiecesIn(fleet: Fleet): Promise<boolean> {
  const found = await fleet.ask((shards) =>
    Promise.all(
      shards.map(({ shard }) =>
        shard.all("SELECT count() FROM batches WHERE stream != ''", (row) => row.u64()),
      ),
    ),
  );
  return found.flat().some((count) => count > 0);
}

function toFleetBatch({ sensor, source, piece, inventory }: Batch): Omit<FleetBatch, 'replaces'> {
  const { tally, captures, totals, inputs, kept } = inventory;
  const recorded = Date.now() * 1000;
  const scans = inventory.scans.map(toStoredScan);
  const undecoded = knownUndecoded(inputs);
  const ranges = textOfRanges(kept);
  const scope = scopeOf(ranges);
  const otherwise = piece === undefined ? ['recorded', recorded, source] : [piece.stream, piece.sequence];
  return {
    id: batchId(sensor, {
      digests: piece === undefined ? digestsOf({ captures, scans }) : [],
      otherwise,
    }),
    sensor,
    kept: ranges,
    recorded,
    source,
    stream: piece?.stream ?? '',
    sequence: piece?.sequence ?? -1,
    isLast: piece?.isLast === true,
    captures,
    scans,
    folded: tally.folded,
    undecoded: undecoded === undefined ? '' : stringifyJson(undecoded),
    totals,
    *rows(): Generator<StoredRow> {
      for (const row of rowsOf(tally)) {
        if (isEmptyRow(row)) continue;
        const times = { first: clampTime(row.first), last: clampTime(row.last) };
        yield { slot: periodOf(times.first, times.last), scope, row: { ...row, ...times } };
      }
    },
  };
}

function toStoredScan(scan: Scan): FleetBatch['scans'][number] {
  return { digest: scan.digest, started: scan.from, document: scanDocument(scan) };
}

/** Empty if it is not known which addresses were counted one by one. */
function textOfRanges(ranges: readonly AddressRange[] | undefined): string {
  return ranges === undefined ? '' : JSON.stringify(ranges.map(formatRange));
}

const FILE_COLUMNS = ['sensor', 'path', 'size', 'modified', 'changed', 'digest', 'noted'] as const;

/** Notes a file that was recorded, on the shard of its sensor. */
async function noteFile(
  fleet: Fleet,
  sensor: string,
  { path, size, modified, changed, digest = '' }: RecordedFile,
): Promise<void> {
  const row = new RowWriter();
  row.text(sensor);
  row.text(path);
  row.i64(size);
  row.f64(modified);
  row.f64(changed);
  row.text(digest);
  row.i64(Date.now());
  const bytes = row.take();
  await fleet.ask(async (shards) => {
    const [first] = fleet.shardsFor(sensor).flatMap((name) => shards.filter((shard) => shard.name === name));
    if (first !== undefined) await again(() => first.shard.insert('files', FILE_COLUMNS, bytes));
  });
}

export async function recordedFilesIn(fleet: Fleet, sensor: string): Promise<Map<string, RecordedFile>> {
  const files = await fleet.ask((shards) =>
    Promise.all(
      shards.map(({ shard }) =>
        shard.all(
          `SELECT path, size, modified, changed, digest, noted FROM files WHERE sensor = ${quote(sensor)} ORDER BY noted`,
          (row) => ({
            path: row.text(),
            size: row.u64(),
            modified: row.f64(),
            changed: row.f64(),
            digest: row.text(),
            noted: row.u64(),
          }),
        ),
      ),
    ),
  );
  const latest = files.flat().sort((a, b) => a.noted - b.noted);
  return new Map(
    latest.map(({ digest, noted: _, ...file }) => [
      file.path,
      { ...file, ...(digest === '' ? {} : { digest }) },
    ]),
  );
}
