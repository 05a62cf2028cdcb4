// What the user named, read into an inventory, with the names that apply: the first half of nearly every command.

import { isTerminal } from '../files/output.js';
import type { InputReport, Inventory } from '../inventory/inventory.js';
import { findRepeated } from '../inventory/merge.js';
import type { AddressRange } from '../ip/address.js';
import type { Names } from '../names/names.js';
import { readInventories } from '../sources/read-inventory.js';
import { maxRowsWith } from '../tally/tally.js';
import { visible } from '../text/escape.js';
import { checkSources, loadHosts } from './inputs.js';
import type { SourceOptions } from './options.js';
import { showProgress } from './progress.js';
import { describeProblems, nameOfInput, reportProblems } from './report.js';
import type { Context } from './run.js';
import { abortOnSignals } from './signals.js';
import { parseTime, TIME_FORMS } from './time.js';
import { UsageError } from './usage-error.js';

/** How sources are to be read: all that can be wrong with the options is found before any work. */
export interface SourceSettings {
  readonly names: Names;
  /** The hosts file that the names come from. */
  readonly hostsFile: string;
  /** Ends the reading of all that is read with these settings. */
  readonly signal: AbortSignal;
  readonly options: SourceOptions;
  readonly times: Times;
}

interface Times {
  readonly since?: number;
  readonly until?: number;
}

export interface ReadRequest {
  /** Whether what is shown has the captures in it. */
  readonly captures?: boolean;
  /** Whether each capture needs a record with its digest; if not said, that is where one might come twice. */
  readonly digests?: boolean;
  /** Whether remote clients are to be counted. */
  readonly clients?: boolean;
  /** Whether the hours in which each row was seen are to be counted. */
  readonly hours?: boolean;
  /** Addresses to keep, beside those that are local or named. */
  readonly keep?: readonly AddressRange[];
  /** Whether each side has to have something that could be read: else there is no answer. */
  readonly needed?: boolean;
}

export interface ReadSources {
  readonly inventory: Inventory;
  /** Some input could not be read whole. */
  readonly hasProblems: boolean;
  /** No input could be read at all, and so there is no answer. */
  readonly isEmpty: boolean;
}

export async function resolveSources(options: SourceOptions, context: Context): Promise<SourceSettings> {
  const times = resolveTimes(options);
  const { names, file } = await loadHosts(options.hosts, context);
  return { names, hostsFile: file, signal: abortOnSignals(), options, times };
}

/** Reads the sources, and reports what was wrong with them. @throws UsageError for a capture that is counted twice */
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
 * The same of sources to compare: what a scan found on one side is kept in the captures of all.
 * @throws UsageError also for a side that is needed and empty
 */
export async function readSides(
  sides: readonly (readonly string[])[],
  { names, signal, options, times }: SourceSettings,
  { stderr }: Context,
  request: ReadRequest = {},
): Promise<ReadSources[]> {
  const { remote = false, outer = false, reader, threads, maxRows, quiet = false } = options;
  const { captures = false, digests, clients = false, hours = false, keep = [], needed = false } = request;
  const limit = maxRowsWith({ clients, hours });
  if (maxRows !== undefined && maxRows > limit) {
    const counted = hours ? 'hours of use' : 'remote clients';
    throw new UsageError(
      `found ${maxRows}, expected at most ${limit} where ${counted} are counted`,
      '--max-rows',
    );
  }
  const { progress, end } = showProgress(sides.flat(), stderr, quiet);
  const inventories = await readInventories(sides, {
    names,
    remote,
    keep,
    clients,
    hours,
    outerOnly: outer,
    ...times,
    ...(maxRows === undefined ? {} : { maxRows }),
    reader,
    progress,
    signal,
    ...(captures ? { records: true } : {}),
    ...(digests === undefined ? {} : { digests }),
    ...(threads === undefined ? {} : { threads }),
  }).finally(end);
  if (needed && inventories.some(isEmpty)) {
    const problems = describeProblems(inventories.flatMap(({ inputs }) => inputs));
    throw new UsageError(problems.join('\n') || 'synsum: nothing was read');
  }
  return inventories.map((inventory) => {
    const hasProblems = reportProblems(inventory.inputs, stderr);
    if (options.allowDuplicates !== true) refuseRepeated(inventory.inputs);
    return { inventory, hasProblems, isEmpty: isEmpty(inventory) };
  });
}

/** Without any source, standard input is read, but never waited for at a keyboard. */
export function sourcesOrStdin(sources: readonly string[]): readonly string[] {
  if (sources.length === 0 && isTerminal(0))
    throw new UsageError('synsum: no capture given; name files, or - for standard input (see --help)');
  const named = sources.length > 0 ? sources : ['-'];
  checkSources(named);
  return named;
}

function isEmpty({ inputs }: Inventory): boolean {
  return inputs.every(({ format }) => format === undefined);
}

/** @throws UsageError for a capture that two of the inputs have */
export function refuseRepeated(inputs: readonly InputReport[]): void {
  const [repeated] = findRepeated(inputs);
  if (repeated === undefined) return;
  const [first, second] = repeated.inputs;
  const { name, digest } = repeated.capture;
  throw new UsageError(
    `has the same capture in it as ${nameOfInput(first)}: ${visible(name)}, ${digest}; --allow-duplicates counts it twice`,
    nameOfInput(second),
  );
}

function resolveTimes(options: SourceOptions): Times {
  const now = Date.now();
  const times: { since?: number; until?: number } = {};
  for (const bound of ['since', 'until'] as const) {
    const text = options[bound];
    if (text === undefined) continue;
    const time = parseTime(text, now);
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
