// The row of `batches` that makes a batch count, and the week in which it must be written.

import { randomBytes } from 'node:crypto';
import { TOTALS } from '../../inventory/document/fields.js';
import type { Totals } from '../../tally/totals.js';
import { clampTime } from '../../text/time.js';
import { digestsOf, type FleetBatch, NO_TIME, scopeOf } from '../batch.js';
import type { RowWriter } from './row-binary.js';
import { IN_TIME, TOTAL_COLUMNS } from './schema.js';
import type { Shard } from './shard.js';

/** Milliseconds since the epoch, and 20 bits by which attempts of the same one differ: later ones are higher. */
export function newAttempt(): bigint {
  return (BigInt(Date.now()) << 20n) | BigInt(randomBytes(4).readUInt32LE() >>> 12);
}

/** The week by the clock of a shard, as its first day: the number of days since 1970. */
export async function weekOf(shard: Shard): Promise<number> {
  const [week = 0] = await shard.all('SELECT toMonday(now())', (row) => row.u16());
  return week;
}

/** Whether a batch whose first insert was made in a week would come too late. */
export async function isOver(shard: Shard, week: number): Promise<boolean> {
  const [isInTime] = await shard.all(
    `SELECT ${IN_TIME} FROM (SELECT toUInt32(now()) AS committed, toDate(${week}) AS pushed) AS given`,
    (row) => row.u8(),
  );
  return isInTime !== 1;
}

export const COMMIT_COLUMNS: readonly string[] = [
  'batch',
  'attempt',
  'pushed',
  'sensor',
  'scope',
  'kept',
  'recorded',
  'source',
  'stream',
  'sequence',
  'is_last',
  'digests',
  'parts',
  'replaces',
  'doubtful',
  'first_start',
  'last_end',
  'rows',
  'row_syn_acks',
  'folded_rows',
  'folded_syn_acks',
  'folded_first',
  'folded_last',
  'undecoded',
  ...TOTAL_COLUMNS,
];

interface Commit {
  /** Its rows, as they were sent. */
  readonly contents: {
    readonly parts: readonly bigint[];
    readonly rows: number;
    readonly synAcks: number;
    readonly firstStart: number;
    readonly lastEnd: number;
  };
  readonly attempt: bigint;
  readonly week: number;
  readonly isDoubtful: boolean;
}

export function writeCommit(
  to: RowWriter,
  batch: FleetBatch,
  { contents, attempt, week, isDoubtful }: Commit,
): void {
  const { id, sensor, kept, recorded, source, stream, sequence, replaces, folded, undecoded, totals } = batch;
  const isFolded = folded.rows > 0;
  to.text(id);
  to.id(attempt);
  to.u16(week);
  to.text(sensor);
  to.id(scopeOf(kept));
  to.text(kept);
  to.i64(recorded);
  to.text(source);
  to.text(stream);
  to.i64(sequence);
  to.u8(batch.isLast ? 1 : 0);
  to.list(digestsOf(batch), (digest) => to.text(digest));
  to.list(contents.parts, (part) => to.id(part));
  to.list(replaces, (replaced) => to.text(replaced));
  to.u8(isDoubtful ? 1 : 0);
  for (const value of [contents.firstStart, contents.lastEnd, contents.rows, contents.synAcks]) to.i64(value);
  to.i64(folded.rows);
  to.i64(folded.count);
  to.i64(isFolded ? clampTime(folded.first) : NO_TIME.first);
  to.i64(isFolded ? clampTime(folded.last) : NO_TIME.last);
  to.text(undecoded);
  for (const column of TOTAL_COLUMNS) to.i64(totals[TOTALS[column] as keyof Totals]);
}
