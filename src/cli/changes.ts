// How changes are told and what status they give, for the commands that compare.

import type { Output } from '../files/output.js';
import type { Changes } from '../inventory/changes/changes.js';
import type { CompareOptions } from '../inventory/changes/compare.js';
import type { Inventory } from '../inventory/inventory.js';
import { isEmptyInventory } from '../inventory/inventory.js';
import { hasOwnMachines } from '../inventory/own-machines.js';
import { parseExpectedPattern } from '../names/patterns.js';
import { countChanges } from '../views/changes/change-counts.js';
import { judge, PLUGIN_STATUS, type Thresholds, unknownLine } from '../views/changes/nagios.js';
import { PluginRangeError, parsePluginRange } from '../views/changes/nagios-range.js';
import { type DiffFormat, renderChanges } from '../views/index.js';
import { EXIT_CHANGES, EXIT_DONE, EXIT_INCOMPLETE } from './exit-codes.js';
import type { ChangeOptions } from './inventory-program.js';
import { parsePatterns } from './pattern-options.js';
import { NOTHING_LOCAL } from './report.js';
import type { Context } from './run.js';
import type { SourceSettings } from './sources.js';
import { UsageError } from './usage-error.js';

/** The options of a comparison, checked. */
export interface ChangeSettings {
  readonly compare: Required<CompareOptions>;
  readonly format: DiffFormat;
  readonly thresholds: Thresholds;
  readonly isVerbose: boolean;
}

/** @throws UsageError */
export function resolveChanges(options: ChangeOptions): ChangeSettings {
  const { clients = false, goneProbability, ignore, format, verbose = false } = options;
  const thresholds = {
    ...parseThreshold('warning', options.warning),
    ...parseThreshold('critical', options.critical),
  };
  if (format !== 'nagios' && Object.keys(thresholds).length > 0) {
    const [level] = Object.keys(thresholds);
    throw new UsageError(`found -f ${format}, expected -f nagios: only it has thresholds`, `--${level}`);
  }
  const ignored = parsePatterns('--ignore', ignore, parseExpectedPattern);
  return { compare: { goneProbability, clients, ignored }, format, thresholds, isVerbose: verbose };
}

/**
 * Refuses to compare what has nothing in it that is ours: it would say that nothing changed, whatever did. Warns of
 * what else makes the answer say less than it seems to; of a plugin nobody reads the warning, so it refuses.
 * @throws UsageError
 */
export function checkSides(
  before: Inventory,
  after: Inventory,
  { format }: Pick<ChangeSettings, 'format'>,
  { names, hostsFile }: Pick<SourceSettings, 'names' | 'hostsFile'>,
  { stderr }: Context,
): void {
  const hasOwn = hasOwnMachines(before, names);
  if (!isEmptyInventory(before) && !hasOwn && !hasOwnMachines(after, names)) {
    throw new UsageError(`synsum: ${NOTHING_LOCAL}; nothing is compared (names from ${hostsFile})`);
  }
  const warnings: string[] = [];
  if (!isEmptyInventory(before) && !hasOwn) {
    warnings.push(
      'no machine of the baseline is local: was it saved with another hosts.yaml? Then all is new',
    );
  }
  if (isEmptyInventory(after))
    warnings.push('nothing was seen in what is compared, so nothing can be told to be gone');
  if (format === 'nagios' && warnings.length > 0) throw new UsageError(`synsum: ${warnings.join('; ')}`);
  for (const warning of warnings) stderr.write(`synsum: ${warning}\n`);
}

/** Writes what changed, and gives the status of the command. */
export async function tellChanges(
  changes: Changes,
  { compare, format, thresholds, isVerbose }: ChangeSettings,
  hasProblems: boolean,
  output: Output,
): Promise<number> {
  if (format === 'nagios') {
    const { status, line } = judge(changes, thresholds);
    if (hasProblems && status === PLUGIN_STATUS.OK) {
      return tellUnknown('some input could not be read whole', output);
    }
    output.write(line);
    return status;
  }
  const options = { isVerbose, goneProbability: compare.goneProbability };
  await writeAll(renderChanges(format, changes, options), output);
  return statusOf(countChanges(changes) > 0, hasProblems);
}

export async function writeAll(chunks: Promise<Iterable<string>>, output: Output): Promise<void> {
  for (const chunk of await chunks) if (!output.write(chunk)) break;
}

export function statusOf(hasChanges: boolean, hasProblems: boolean): number {
  if (hasProblems) return EXIT_INCOMPLETE;
  return hasChanges ? EXIT_CHANGES : EXIT_DONE;
}

/** Runs a command that may be a plugin: then whatever goes wrong is a line on standard output, and UNKNOWN. */
export async function asPlugin(
  { format }: Pick<ChangeOptions, 'format'>,
  { stdout }: Context,
  command: () => Promise<number>,
): Promise<number> {
  if (format !== 'nagios') return command();
  try {
    return await command();
  } catch (error) {
    return tellUnknown((error as Error).message, stdout);
  }
}

/** Writes the line of a plugin that cannot tell, and gives its status. */
export function tellUnknown(message: string, output: Output): number {
  // Who speaks is in the line already.
  output.write(unknownLine(message.replace(/^(?:synsum|error): /gm, '')));
  return PLUGIN_STATUS.UNKNOWN;
}

function parseThreshold(level: 'warning' | 'critical', text: string | undefined): Thresholds {
  if (text === undefined) return {};
  try {
    return { [level]: parsePluginRange(text) };
  } catch (error) {
    throw error instanceof PluginRangeError ? new UsageError(error.message, `--${level}`) : error;
  }
}
