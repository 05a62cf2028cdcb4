// Reads the sources that a command line names into inventories: the first half of nearly every command.

import type { InputReport, Inventory } from '../inventory/inventory.js';
import { findRepeated } from '../inventory/merge.js';
import type { AddressRange } from '../ip/address.js';
import type { Names } from '../names/names.js';
import type { IsRecorded, PieceTaker } from '../sources/pieces.js';
import { readInventories } from '../sources/read-inventory.js';
import { isStoreName, withAcross, withZone } from '../store/selection.js';
import { maxRowsWith } from '../tally/tally.js';
import { visible } from '../text/escape.js';
import { parseTimeForm, TIME_FORMS } from '../text/time-forms.js';
import type { Context } from './context.js';
import { describeProblems, nameOfInput, reportProblems } from './diagnostics.js';
import { loadHosts } from './hosts-option.js';
import type { SourceOptions } from './options/listing.js';
import { type ShownProgress, showProgress } from './progress.js';
import { abortOnSignals } from './signals.js';
import { UsageError } from './usage-error.js';

/** How to read sources. Mistakes in the options are found while this is made, before any work. */
export interface SourceSettings {
  readonly names: Names;
  /** The hosts file that the names come from. */
  readonly hostsFile: string;
  /** A line for each file that it takes names from. */
  readonly namesNotes: readonly string[];
  /** Ends all reading with these settings. */
  readonly signal: AbortSignal;
  readonly options: SourceOptions;
  readonly times: Times;
}

interface Times {
  readonly since?: number;
  readonly until?: number;
}

export interface ReadRequest {
  /** Whether the result lists the captures. */
  readonly captures?: boolean;
  /** Whether to record a digest for each capture; by default, only where one might occur twice. */
  readonly digests?: boolean;
  /** Whether to count remote clients. */
  readonly clients?: boolean;
  /** Whether the hours in which each row was seen are to be counted. */
  readonly hours?: boolean;
  /** Whether to count how often each row was seen in slices of time. */
  readonly activity?: boolean;
  /** Whether handshakes and their outcomes are to be counted. */
  readonly evidence?: boolean;
  /** Keeps separate rows for each slice of time of this length, in microseconds. */
  readonly slice?: number | undefined;
  /** Addresses to count one by one, besides those that are local or named. */
  readonly keep?: readonly AddressRange[];
  /** Whether the sources are some of many, so that an empty file is only noted; by default, if another can be read. */
  readonly amongOthers?: boolean;
  /** Takes a single capture in pieces while it is read. */
  readonly pieces?: PieceTaker | undefined;
  /** Asked for the captures in an archive: only those that were not recorded count. */
  readonly isRecorded?: IsRecorded | undefined;
  /** Shows how far the reading is; by default, a line on a terminal does. */
  readonly shown?: ShownProgress;
  /** Whether each side must have something that could be read: without it there is no answer. */
  readonly needed?: boolean;
}

export interface ReadSources {
  readonly inventory: Inventory;
  /** Some input could not be read completely. */
  readonly hasProblems: boolean;
  /** No input could be read at all, so there is no answer. */
  readonly isEmpty: boolean;
}

export async function resolveSources(options: SourceOptions, context: Context): Promise<SourceSettings> {
  const times = resolveTimes(options);
  const { names, file, notes } = await loadHosts(options.names, context);
  return { names, hostsFile: file, namesNotes: notes, signal: abortOnSignals(), options, times };
}

/** Reads the sources, and reports their problems. @throws UsageError for a capture that would count twice */
export async function readNamed(
  sources: readonly string[],
  settings: SourceSettings,
  context: Context,
  request: ReadRequest = {},
): Promise<ReadSources> {
  const [read] = await readSides([sources], settings, context, request);
  return read as ReadSources;
}

/**
 * The same for sources to compare: machines that a scan found on one side are kept in the captures of all.
 * @throws UsageError also for a side that is needed and empty
 */
export async function readSides(
  sides: readonly (readonly string[])[],
  { names, signal, options, times }: SourceSettings,
  { stderr }: Context,
  request: ReadRequest = {},
): Promise<ReadSources[]> {
  const { remote = false, outer = false, reader, threads, maxRows, across, quiet = false } = options;
  const {
    captures = false,
    digests,
    clients = false,
    hours = false,
    activity = false,
    evidence = false,
    slice,
    keep = [],
    pieces,
    isRecorded,
    needed = false,
  } = request;
  const limit = maxRowsWith({ clients, hours, activity });
  if (maxRows !== undefined && maxRows > limit) {
    const counted = hours ? 'hours of use' : 'remote clients';
    throw new UsageError(
      `found ${maxRows}, expected at most ${limit} where ${counted} are counted`,
      '--max-rows',
    );
  }
  if (across !== undefined && !sides.flat().some(isStoreName)) {
    throw new UsageError('joins the sensors of a store, and no source is a store', '--across');
  }
  const now = Date.now();
  const zoned = sides.map((side) => side.map((name) => withZone(name, options.tz, now)));
  const named =
    across === undefined ? zoned : zoned.map((side) => side.map((name) => withAcross(name, across)));
  const { progress, end } = request.shown ?? showProgress(sides.flat(), stderr, quiet);
  const inventories = await readInventories(named, {
    names,
    remote,
    keep,
    clients,
    hours,
    activity,
    evidence,
    outerOnly: outer,
    ...times,
    ...(maxRows === undefined ? {} : { maxRows }),
    reader,
    progress,
    signal,
    pieces,
    isRecorded,
    ...(captures ? { records: true } : {}),
    ...(digests === undefined ? {} : { digests }),
    ...(slice === undefined ? {} : { slice }),
    ...(threads === undefined ? {} : { threads }),
  }).finally(end);
  if (needed && inventories.some(isEmpty)) {
    const problems = describeProblems(inventories.flatMap(({ inputs }) => inputs));
    throw new UsageError(problems.join('\n') || 'synsum: nothing was read');
  }
  return inventories.map((inventory) => {
    const hasProblems = reportProblems(inventory.inputs, stderr, request.amongOthers);
    if (options.allowDuplicates !== true) refuseRepeated(inventory.inputs);
    return { inventory, hasProblems, isEmpty: isEmpty(inventory) };
  });
}

function isEmpty({ inputs }: Inventory): boolean {
  return inputs.every(({ format }) => format === undefined);
}

/** @throws UsageError for a capture that two of the inputs contain */
export function refuseRepeated(inputs: readonly InputReport[]): void {
  const [repeated] = findRepeated(inputs);
  if (repeated === undefined) return;
  const [first, second] = repeated.inputs;
  const { name } = repeated.capture;
  const what =
    isCaptureItself(inputs, first) && isCaptureItself(inputs, second)
      ? `is a copy of ${nameOfInput(first)}`
      : `contains the same capture as ${nameOfInput(first)}: ${visible(name)}`;
  throw new UsageError(`${what}; leave one out, or add --allow-duplicates`, nameOfInput(second));
}

/** Whether an input is one capture, and not an inventory with several. */
function isCaptureItself(inputs: readonly InputReport[], name: string): boolean {
  return (
    inputs.find((input) => input.name === name)?.captures.every((capture) => capture.name === name) === true
  );
}

/** The times that options name. @throws UsageError */
export function resolveTimes(options: Pick<SourceOptions, 'since' | 'until' | 'tz'>): Times {
  const now = Date.now();
  const times: { since?: number; until?: number } = {};
  for (const bound of ['since', 'until'] as const) {
    const text = options[bound];
    if (text === undefined) continue;
    const time = parseTimeForm(text, now, options.tz);
    if (time === undefined) {
      throw new UsageError(
        `found ${JSON.stringify(text)}, expected a time such as ${TIME_FORMS}`,
        `--${bound}`,
      );
    }
    times[bound] = time;
  }
  if (times.since !== undefined && times.until !== undefined && times.since >= times.until) {
    throw new UsageError('found a time that is not later than --since, expected a later one', '--until');
  }
  return times;
}
