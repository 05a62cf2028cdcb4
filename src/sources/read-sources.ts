// Reads inputs of any kind into an inventory, each to its end or as far as possible.

import { availableParallelism } from 'node:os';
import { STDIN_NAME } from '../capture/input.js';
import { fileLength } from '../files/file-length.js';
import type { Inventory } from '../inventory/inventory.js';
import { distinctScans, keptInBoth } from '../inventory/merge.js';
import { addingFrom, exactSum } from '../tally/count-error.js';
import { EVERY_ADDRESS } from '../tally/scope.js';
import { Tally, type TallyPart } from '../tally/tally.js';
import { totalsOf } from '../tally/totals.js';
import type { InputOptions, InputResult, Reader } from './input-result.js';
import { isLargeCapture, MIN_LARGE_LENGTH } from './large-capture.js';
import type { IsRecorded, PieceTaker } from './pieces.js';
import type { Progress } from './progress.js';
import { readInput } from './read-input.js';

/** How sources are read. All of it is optional. */
export interface ReadOptions {
  /** The reader of captures; `fast` by default. */
  readonly reader?: Reader;
  /** Records each capture, with the time that it covers. Off by default. */
  readonly records?: boolean;
  /**
   * Also records the digest of each capture, which requires reading every byte. Off by default, except where a capture
   * might be counted twice.
   */
  readonly digests?: boolean;
  /** Aborting it ends the reading; everything read until then counts. */
  readonly signal?: AbortSignal;
  /** The number of threads that read; by default one for each core. The result does not depend on it. */
  readonly threads?: number;
  /**
   * Reads saved inventories completely although `since` or `until` choose SYN-ACKs. Off by default: such an inventory is
   * refused, because it has no single SYN-ACKs.
   */
  readonly wholeInventories?: boolean;
  /** Shows how far the reading has come. */
  readonly progress?: Progress;
  /**
   * Takes a single capture in pieces while it is read; the result is the last one.
   * @internal
   */
  readonly pieces?: PieceTaker | undefined;
  /**
   * Asked for the captures in an archive: only those that were not recorded count.
   * @internal
   */
  readonly isRecorded?: IsRecorded | undefined;
  /**
   * The lengths of the inputs, all of which are regular files and expected to be captures.
   * @internal
   */
  readonly captureLengths?: ReadonlyMap<string, number> | undefined;
}

/** The sums that could be too large, for messages. */
const COUNTED = { bytesRead: 'bytes', bytesSkipped: 'skipped bytes', gaps: 'gaps' } as const;

/**
 * Reads captures, saved inventories and scans, given as paths or `-`, into an empty tally. If an input cannot be read, or
 * not to its end, its report says so, and the others are read anyway.
 * @throws NotOnlyCaptures only with `captureLengths`
 */
export async function readSources(
  names: readonly string[],
  tally: Tally,
  settings: ReadOptions = {},
): Promise<Inventory> {
  const {
    reader = 'fast',
    digests = false,
    records = digests,
    signal = new AbortController().signal,
    threads = availableParallelism(),
    wholeInventories = false,
    progress,
    pieces,
    isRecorded,
    captureLengths,
  } = settings;
  const options: InputOptions = {
    reader,
    records,
    digests,
    wholeInventories,
    signal,
    threads,
    progress,
    pieces,
    isRecorded,
    onlyCaptures: captureLengths !== undefined,
  };
  progress?.watchTally(tally);
  const results =
    names.length === 1
      ? [await readInput(names[0] as string, tally, options)]
      : await readSeveral(names, tally, options, captureLengths);
  const sumOf = (key: 'bytesRead' | 'bytesSkipped' | 'gaps'): number =>
    results.reduce(
      (sum, result) => addingFrom(result.report.name, () => exactSum(sum, result[key], COUNTED[key])),
      0,
    );
  const totals = totalsOf(tally.readPacketsByClass(), {
    outsideTime: tally.outsideTime,
    bytesRead: sumOf('bytesRead'),
    bytesSkipped: sumOf('bytesSkipped'),
    gaps: sumOf('gaps'),
  });
  const inputs = results.map(({ report }) => report);
  return {
    tally,
    inputs,
    captures: inputs.flatMap(({ captures }) => captures),
    totals,
    // Captures that are read together keep the same addresses.
    kept: [...new Set(results.map(({ kept }) => kept))].reduce(keptInBoth, EVERY_ADDRESS),
    scans: distinctScans(results.flatMap(({ scans }) => scans)),
  };
}

/**
 * Reads each input into a tally of its own, then adds that to the tally: first the inputs that threads read side by side,
 * then the others. With evidence, they are added in the order of their names, because a capture may continue the one
 * before it. The order depends only on the inputs, and so do the rows that the tally may have to fold.
 */
async function readSeveral(
  names: readonly string[],
  tally: Tally,
  options: InputOptions,
  lengths: ReadonlyMap<string, number> | undefined,
): Promise<InputResult[]> {
  const inputs = names.map((name, place) => {
    const length = name === STDIN_NAME ? 0 : (lengths?.get(name) ?? fileLength(name) ?? 0);
    return { name, place, length, isAlone: isReadAlone(name, length) };
  });
  const beside = inputs.filter(({ isAlone }) => !isAlone);
  const results: InputResult[] = [];
  const take = (place: number, result: InputResult, part: TallyPart): void => {
    results[place] = result;
    addingFrom(result.report.name, () => tally.merge(part));
    tally.foldIfFull();
  };
  const { readEach } = await import('./threads/input-threads.js');
  const readBeside = readEach(beside, options, tally.options);
  let taken = 0;
  const takeBesideUpTo = async (end: number): Promise<void> => {
    for (let next = beside[taken]; next !== undefined && next.place < end; next = beside[taken]) {
      const { value } = await readBeside.next();
      // Without a signal, none is left out.
      taken = value === undefined ? beside.length : value.number + 1;
      if (value !== undefined)
        take((beside[value.number] as { place: number }).place, value.result, value.part);
    }
  };
  try {
    if (tally.evidence === undefined) await takeBesideUpTo(names.length);
    let own: Tally | undefined;
    for (const { name, place, isAlone } of inputs) {
      if (!isAlone || options.signal.aborted) continue;
      await takeBesideUpTo(place);
      if (own === undefined) {
        own = new Tally(tally.options);
        options.progress?.watchTally(own);
      }
      if (tally.evidence !== undefined) own.evidence?.beginCaptureAfter(tally.evidence);
      const result = await readInput(name, own, options);
      take(place, result, own.takePart());
    }
    await takeBesideUpTo(names.length);
  } finally {
    await readBeside.return();
  }
  return results.filter((result) => result !== undefined);
}

/** Whether only this thread can read the input, as with standard input, or all threads read it together. */
function isReadAlone(name: string, length: number): boolean {
  return name === STDIN_NAME || (length >= MIN_LARGE_LENGTH && isLargeCapture(name));
}
