// The upkeep of a store: what `synsum history compact`, `prune` and `verify` do.

import { OutputError } from '../../files/output.js';
import { StoreError } from '../../store/errors.js';
import { openToAsk, openToKeepUp } from '../../store/open.js';
import { isStoreName, parseStoreName, type Selection, withZone } from '../../store/selection.js';
import type { Pruning, Retention, Store, WritableStore } from '../../store/store.js';
import { countNoun, formatCount } from '../../text/count-noun.js';
import { visible } from '../../text/escape.js';
import type { Problem } from '../../text/problem.js';
import type { Context } from '../context.js';
import { EXIT_CHANGES, EXIT_DONE, EXIT_INCOMPLETE } from '../exit-codes.js';
import { resolveTimes } from '../reading.js';
import { UsageError } from '../usage-error.js';

export const UPKEEP = ['compact', 'prune', 'verify'] as const;
type Upkeep = (typeof UPKEEP)[number];

interface UpkeepOptions {
  readonly keep: string;
  readonly maxSize?: string | undefined;
  readonly until?: string | undefined;
  readonly tz?: string | undefined;
  readonly quiet?: true | undefined;
}

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const KEEP = /^(\d{1,5})([hd]),(\d{1,5})d$/;
const UNITS = ['', 'K', 'M', 'G', 'T'];
const SIZE = /^(\d{1,9})([KMGT]?)$/i;

export function isUpkeep(word: string): word is Upkeep {
  return UPKEEP.some((known) => known === word);
}

/** Does it, and returns the exit status. @throws UsageError if the store cannot be used */
export async function keepUp(
  task: Upkeep,
  path: string,
  options: UpkeepOptions,
  context: Context,
): Promise<number> {
  const { stderr } = context;
  const say = (text: string): void => {
    stderr.write(`synsum: ${visible(path)}: ${text}\n`);
  };
  const report = options.quiet === true ? () => undefined : say;
  const openToChange = async (name: string): Promise<WritableStore> => {
    const store = await openToKeepUp(name);
    for (const note of store.notes) say(visible(note));
    return store;
  };
  switch (task) {
    case 'compact': {
      const retention = parseRetention(options.keep);
      const {
        before,
        after,
        left = [],
      } = await withStore(path, openToChange, (store) => store.compact(retention, Date.now() * 1000));
      if (before > 0) report(`added up: ${countNoun(before - after, 'row')} fewer`);
      else if (left.length === 0) report('nothing is old enough to add up');
      for (const sentence of left) report(visible(sentence));
      return EXIT_DONE;
    }
    case 'prune': {
      const prune = parsePrune(options);
      const { rows, left } = await withStore(path, openToChange, prune);
      report(`removed ${countNoun(rows, 'row')}`);
      for (const sentence of left) say(visible(sentence));
      return EXIT_DONE;
    }
    case 'verify': {
      const { missing, ...found } = await withStore(path, openToAsk, async (store) => ({
        ...(await store.verify()),
        missing: store.missing,
      }));
      const { faults, batches, rows, synAcks } = found;
      reportMissing(path, missing, context);
      for (const fault of faults) say(visible(fault));
      if (faults.length > 0) return EXIT_CHANGES;
      report(
        `recorded sources: ${formatCount(batches)}, rows: ${formatCount(rows)}, SYN-ACKs: ${formatCount(synAcks)}; nothing is wrong`,
      );
      return missing.length === 0 ? EXIT_DONE : EXIT_INCOMPLETE;
    }
  }
}

/** Opens a store, uses it and closes it. @throws UsageError if it cannot be used */
export async function withStore<S extends Store, T>(
  path: string,
  open: (path: string) => Promise<S>,
  work: (store: S) => T | Promise<T>,
): Promise<T> {
  return withStoreErrors(path, async () => {
    const store = await open(path);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  });
}

/** @throws UsageError if a store cannot be used, OutputError if it can later, for example when the disk has room */
export async function withStoreErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw describeFailure(error, visible(path));
  }
}

/** Errors of stores as those of the command line; others as they are. @param subject names the store */
export function describeFailure(error: unknown, subject: string): unknown {
  if (!(error instanceof StoreError)) return error;
  // It may quote names of the store.
  const shown = new StoreError(visible(error.message));
  return error.mayPass ? new OutputError(shown, subject) : new UsageError(shown.message, subject);
}

/** Reports the parts of a store that could not be asked. */
export function reportMissing(path: string, missing: readonly Problem[], { stderr }: Context): void {
  for (const { message } of missing) stderr.write(`synsum: ${visible(path)}: ${visible(message)}\n`);
}

/** Reports what an answer for a window lacks, or contains besides. */
export async function reportRemarks(
  path: string,
  store: Store,
  selection: Selection,
  { stderr }: Context,
): Promise<void> {
  const remarks = (await store.remarks?.(selection)) ?? [];
  for (const { message } of remarks) stderr.write(`synsum: ${visible(path)}: ${visible(message)}\n`);
}

/** A store as a source names it, or the path of one. @param zone that of its times @throws UsageError */
export function parseStore(
  named: string,
  zone?: string,
): { readonly path: string; readonly selection: Selection } {
  if (!isStoreName(named)) return { path: named, selection: { across: 'sum' } };
  try {
    const now = Date.now();
    return parseStoreName(withZone(named, zone, now), now);
  } catch (error) {
    throw describeFailure(error, named);
  }
}

function parsePrune({ maxSize, ...options }: UpkeepOptions): (store: WritableStore) => Promise<Pruning> {
  const { until } = resolveTimes(options);
  if (maxSize !== undefined && until === undefined) {
    const size = parseSize(maxSize);
    return (store) => store.pruneToSize(size);
  }
  if (maxSize === undefined && until !== undefined) {
    return async (store) => ({ rows: await store.pruneBefore(until), left: [] });
  }
  throw new UsageError('synsum: prune needs either --until or --max-size');
}

function parseRetention(text: string): Retention {
  const [, hours, unit, days] = KEEP.exec(text) ?? [];
  if (hours === undefined) {
    throw new UsageError(`found ${JSON.stringify(text)}, expected two times such as 14d,400d`, '--keep');
  }
  return { hours: Number(hours) * (unit === 'h' ? HOUR : DAY), days: Number(days) * DAY };
}

function parseSize(text: string): number {
  const [, digits, unit = ''] = SIZE.exec(text) ?? [];
  if (digits === undefined) {
    throw new UsageError(`found ${JSON.stringify(text)}, expected a size such as 500M or 2G`, '--max-size');
  }
  return Number(digits) * 1024 ** UNITS.indexOf(unit.toUpperCase());
}
