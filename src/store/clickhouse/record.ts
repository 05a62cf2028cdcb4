// Records an inventory directly into a fleet, as `synsum push` would from a store of one machine.

import { renderDocument } from '../../inventory/document/writer.js';
import type { Inventory } from '../../inventory/inventory.js';
import type { Scan } from '../../inventory/scan.js';
import { knownUndecoded } from '../../inventory/undecoded.js';
import { type AddressRange, formatRange } from '../../ip/address.js';
import { isEmptyRow, rowsOf } from '../../tally/rows.js';
import { NO_TOTALS } from '../../tally/totals.js';
import { stringifyJson } from '../../text/escape.js';
import { clampTime } from '../../text/time.js';
import { batchId, digestsOf, type FleetBatch, type StoredRow, scopeOf } from '../batch.js';
import { StoreError } from '../errors.js';
import { periodOf } from '../period.js';
import type { Batch, Outcome, RecordedFile } from '../store.js';
import { again, deliver } from './deliver.js';
import type { Fleet } from './fleet.js';
import { findLive, quote } from './live.js';
import { RowWriter } from './row-binary.js';

export async function recordInFleet(fleet: Fleet, batch: Batch): Promise<Outcome> {
  const outcome = await recordContents(fleet, batch);
  if (batch.file !== undefined) await noteFile(fleet, batch.sensor, batch.file);
  return outcome;
}

async function recordContents(fleet: Fleet, batch: Batch): Promise<Outcome> {
  const { sensor, replaces, inventory } = batch;
  const made = toFleetBatch(batch);
  const digests = [...inventory.captures, ...inventory.scans].flatMap(({ digest }) => digest ?? []);
  const known = await knownBatches(fleet, sensor, [made.id], digests);
  if (known.batches.has(made.id)) return 'known';
  const repeated = digests.filter((digest) => known.digests.has(digest));
  const fresh = inventory.captures.length + inventory.scans.length - repeated.length;
  if (repeated.length > 0 && fresh === 0) return 'known';
  if (repeated.length > 0) {
    throw new StoreError(
      `contains ${nameOf(inventory, repeated)}, which is recorded, and ${fresh} more that are not; record the captures themselves`,
    );
  }
  const before = replaces === undefined ? [] : [batchId(sensor, { digests: [replaces], otherwise: [] })];
  await deliver(fleet, sensor, [{ ...made, replaces: before }]);
  return replaces === undefined ? 'recorded' : 'replaced';
}

function nameOf({ captures, scans }: Inventory, [digest]: readonly string[]): string | undefined {
  return (
    captures.find((capture) => capture.digest === digest)?.name ??
    scans.find((scan) => scan.digest === digest)?.scanner
  );
}

/** Which of these batches and digests a sensor's batches have, on any shard. */
async function knownBatches(
  fleet: Fleet,
  sensor: string,
  batches: readonly string[],
  digests: readonly string[],
): Promise<{ readonly batches: ReadonlySet<string>; readonly digests: ReadonlySet<string> }> {
  const list = digests.length === 0 ? '' : ` OR hasAny(digests, [${digests.map(quote).join()}])`;
  return fleet.ask(async (shards) => {
    const found = await Promise.all(
      (await findLive(shards, { sensor, across: 'sum' })).map(({ shard, batches: live }) =>
        shard.all(
          `SELECT batch, digests FROM ${live} WHERE batch IN (${batches.map(quote).join()})${list}`,
          (row) => ({ batch: row.text(), digests: row.list((item) => item.text()) }),
        ),
      ),
    );
    return {
      batches: new Set(found.flat().map(({ batch }) => batch)),
      digests: new Set(found.flat().flatMap((each) => each.digests)),
    };
  });
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
  const document = renderDocument({
    captures: [],
    totals: NO_TOTALS,
    folded: { rows: 0, count: 0, first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY },
    connections: [],
    scans: [scan],
  });
  return { digest: scan.digest, started: scan.from, document: [...document].join('') };
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
