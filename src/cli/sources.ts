// What the user named, read into an inventory, with the names that apply: the first half of nearly every command.

import type { Inventory } from '../inventory/inventory.js';
import { findRepeated } from '../inventory/merge.js';
import type { AddressRange } from '../names/address.js';
import type { Names } from '../names/names.js';
import { readInventory } from '../sources/read-inventory.js';
import { EVERY_ADDRESS } from '../tally/scope.js';
import { visible } from '../views/escape.js';
import { checkSources, loadHosts } from './inputs.js';
import type { SourceOptions } from './options.js';
import { isTerminal } from './output.js';
import { showProgress } from './progress.js';
import { nameOfInput, reportProblems } from './report.js';
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
  /** Whether a record of each capture is needed: its digest and the time that it covers. */
  readonly records?: boolean;
  /** Whether remote clients are to be counted. */
  readonly clients?: boolean;
  /** Addresses to keep, beside those that are local or named. */
  readonly kept?: readonly AddressRange[];
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
  { names, signal, options, times }: SourceSettings,
  { stderr }: Context,
  { records, clients = false, kept = [] }: ReadRequest = {},
): Promise<ReadSources> {
  const { remote = false, outer = false, reader, threads, maxRows, quiet = false } = options;
  const { progress, end } = showProgress(sources, stderr, quiet);
  const inventory = await readInventory(sources, {
    kept: remote ? EVERY_ADDRESS : [...names.kept(), ...kept],
    clients,
    outerOnly: outer,
    ...times,
    ...(maxRows === undefined ? {} : { maxRows }),
    reader,
    progress,
    signal,
    ...(records === undefined ? {} : { records }),
    ...(threads === undefined ? {} : { threads }),
  }).finally(end);
  const hasProblems = reportProblems(inventory.inputs, stderr);
  if (options.allowDuplicates !== true) refuseRepeated(inventory);
  return { inventory, hasProblems, isEmpty: inventory.inputs.every(({ format }) => format === undefined) };
}

/** Without any source, standard input is read, but never waited for at a keyboard. */
export function sourcesOrStdin(sources: readonly string[]): readonly string[] {
  if (sources.length === 0 && isTerminal(0))
    throw new UsageError('synsum: no capture given; name files, or - for standard input (see --help)');
  const named = sources.length > 0 ? sources : ['-'];
  checkSources(named);
  return named;
}

function refuseRepeated({ inputs }: Inventory): void {
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
