// A batch as a fleet holds it, from a capture that was just read or from a store of one machine.

import { createHash } from 'node:crypto';
import type { CaptureRecord, Inventory } from '../inventory/inventory.js';
import type { TallyRow } from '../tally/rows.js';
import { NOTHING_FOLDED } from '../tally/tally.js';
import { NO_TOTALS, type Totals } from '../tally/totals.js';
import type { Period } from './period.js';

/** The SYN-ACKs of a client, server and port in one slot. */
export interface StoredRow {
  readonly slot: Period;
  readonly row: TallyRow;
  /** Names the addresses that were local, see `scopeOf`. */
  readonly scope: bigint;
}

/** A service with the times at which it was seen; microseconds since the epoch. */
export interface StoredService {
  readonly family: 4 | 6;
  readonly server: Uint32Array | undefined;
  readonly port: number;
  firstSeen: number;
  lastSeen: number;
  /** When data was sent; NO_TIME if never. */
  firstUsed: number;
  lastUsed: number;
}

/** The times of what never happened, by which any time is earlier and later. */
export const NO_TIME: { readonly first: number; readonly last: number } = {
  first: Number.MAX_SAFE_INTEGER,
  last: Number.MIN_SAFE_INTEGER,
};

/** A scan as a document that has nothing else. */
interface StoredScan {
  readonly digest: string;
  readonly started: number;
  readonly document: string;
}

/** The part of a batch that is known before its rows are. */
export interface BatchHead {
  /** The same for the same captures in the whole fleet, whichever sensor has them. */
  readonly id: string;
  readonly sensor: string;
  /** A JSON list of ranges; empty if it is not known. */
  readonly kept: string;
  readonly recorded: number;
  readonly source: string;
  readonly stream: string;
  /** -1 if it is not a piece of a stream. */
  readonly sequence: number;
  /** Whether the stream ended with it. */
  readonly isLast: boolean;
  readonly captures: readonly CaptureRecord[];
  readonly scans: readonly StoredScan[];
  readonly folded: {
    readonly rows: number;
    readonly count: number;
    readonly first: number;
    readonly last: number;
  };
  /** JSON; empty if it is not known. */
  readonly undecoded: string;
  readonly totals: Totals;
}

/** A batch to deliver. */
export interface FleetBatch extends BatchHead {
  /** The rows, each time from the beginning: if a shard fails, another one gets them. */
  rows(): Iterable<StoredRow>;
  /** The services, if they are more than those of the rows. */
  services?(): Iterable<StoredService>;
  /** Batches that count no more once this one does. */
  readonly replaces: readonly string[];
}

/** The contents of a batch that has none, such as one that only replaces others. */
export const NO_CONTENTS: Omit<
  FleetBatch,
  'id' | 'sensor' | 'kept' | 'recorded' | 'source' | 'replaces' | 'services'
> = {
  stream: '',
  sequence: -1,
  isLast: false,
  captures: [],
  scans: [],
  folded: NOTHING_FOLDED,
  undecoded: '[]',
  totals: NO_TOTALS,
  rows: () => [],
};

/** How much of a hash is kept: 128 bits are enough for all batches of a fleet ever. */
const ID_LENGTH = 32;

/** The name of a batch: by the digests of its captures and scans, else by its sensor and what the sensor has only once. */
export function batchId(
  sensor: string,
  {
    digests,
    otherwise,
  }: { readonly digests: readonly string[]; readonly otherwise: readonly (string | number)[] },
): string {
  const content = digests.length > 0 ? ['digests', ...digests.toSorted()] : ['other', sensor, ...otherwise];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, ID_LENGTH);
}

/** A number for a list of ranges, which a batch has as text. */
export function scopeOf(kept: string): bigint {
  return createHash('sha256').update(kept).digest().readBigUInt64LE();
}

/** The digests of a batch; empty if one of its captures has none, as then it cannot be recognised by them. */
export function digestsOf({ captures, scans }: Pick<BatchHead, 'captures' | 'scans'>): string[] {
  const digests = [...captures, ...scans].map(({ digest }) => digest);
  return digests.every((digest) => digest !== undefined) ? digests : [];
}

/** Whether there is nothing to record, as of an archive of which all captures were. */
export function hasNothing({ inputs, captures, scans, totals, tally }: Inventory): boolean {
  const rows = tally.readRows(4).size + tally.readRows(6).size + tally.folded.rows;
  return inputs.length > 0 && captures.length + scans.length + totals.packetsRead + rows === 0;
}
