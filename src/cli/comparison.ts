// Shared by the commands that compare: how they judge and report changes.

import { type Output, OutputError } from '../files/output.js';
import type { Changes, MachineAt } from '../inventory/changes/changes.js';
import type { CompareOptions } from '../inventory/changes/compare.js';
import type { Filter } from '../inventory/filter.js';
import type { Inventory } from '../inventory/inventory.js';
import { isEmptyInventory } from '../inventory/inventory.js';
import { hasOwnMachines } from '../inventory/own-machines.js';
import { levelOf } from '../inventory/verdicts/verdict.js';
import { parseExpectedPattern } from '../names/patterns.js';
import { countNoun } from '../text/count-noun.js';
import { visible } from '../text/escape.js';
import { countChanges } from '../views/changes/counts.js';
import { judge, PLUGIN_STATUS, type Thresholds, unknownLine } from '../views/changes/nagios.js';
import { PluginRangeError, parsePluginRange } from '../views/changes/nagios-range.js';
import { type DiffFormat, renderChanges } from '../views/index.js';
import { describeRemoteBefore } from '../views/wording.js';
import type { Context } from './context.js';
import { NOTHING_LOCAL } from './diagnostics.js';
import { EXIT_CHANGES, EXIT_DONE, EXIT_INCOMPLETE } from './exit-codes.js';
import type { ChangeOptions } from './options/changes.js';
import { writeChunks } from './output-file.js';
import { parseEach, parseFilter } from './pattern-options.js';
import type { SourceSettings } from './reading.js';
import { type ColorChoice, screenOf } from './screen.js';
import { UsageError } from './usage-error.js';

/** Help on the exit status of commands that compare. */
export const CHANGE_STATUS = `
Exit status: 0 no changes, 1 changes, 2 wrong usage or nothing could be read,
3 some input could not be read completely; with -f nagios: 0 OK, 1 WARNING,
2 CRITICAL, 3 UNKNOWN.`;

/** The options of a comparison, checked. */
export interface ChangeSettings {
  readonly color: ColorChoice | undefined;
  readonly compare: Required<CompareOptions>;
  readonly filter: Required<Filter>;
  readonly format: DiffFormat;
  readonly thresholds: Thresholds;
  readonly isVerbose: boolean;
  readonly tz: string | undefined;
}

/** @throws UsageError */
export function resolveChanges(options: ChangeOptions): ChangeSettings {
  const { changedClients: clients = false, numeric = false, goneProbability, ignore } = options;
  const { format = 'text', verbose = false } = options;
  const thresholds = {
    ...parseThreshold('warning', options.warning),
    ...parseThreshold('critical', options.critical),
  };
  if (format !== 'nagios' && Object.keys(thresholds).length > 0) {
    const [level] = Object.keys(thresholds);
    throw new UsageError(`found -f ${format}, expected -f nagios: only it has thresholds`, `--${level}`);
  }
  const ignored = parseEach('--ignore', ignore, parseExpectedPattern);
  const filter = parseFilter(options, { isTcp: false });
  const byAddress = format === 'text' || format === 'markdown';
  const compare = { goneProbability, clients, numeric, byAddress, ignored };
  const { color, tz } = options;
  return { color, tz, compare, filter, format, thresholds, isVerbose: verbose };
}

/**
 * Refuses to compare inventories without any machine of ours: the answer would be that nothing changed, whatever did.
 * Warns of whatever else makes the answer say less than it seems to. Nobody reads the warnings of a plugin, so there it
 * refuses instead.
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
      'no machine of the baseline is local: was it saved with another hosts.yaml? if so, everything looks new',
    );
  }
  if (isEmptyInventory(after))
    warnings.push('nothing was seen in the sources to compare, so nothing can be reported as gone');
  if (format === 'nagios' && warnings.length > 0) throw new UsageError(`synsum: ${warnings.join('; ')}`);
  for (const warning of warnings) stderr.write(`synsum: ${warning}\n`);
}

/** Says which machines are not reported as new because they were remote before. A plugin says it in its line. */
export function noteRemoteBefore(
  machines: readonly MachineAt[],
  { format }: Pick<ChangeSettings, 'format'>,
  { stderr }: Context,
): void {
  if (machines.length === 0 || format === 'nagios') return;
  stderr.write(`synsum: ${visible(describeRemoteBefore(machines))}\n`);
}

/** Says how many services are not reported as new because perhaps only a scan touched them. */
export function noteUncertain(
  { answered }: Pick<Changes, 'answered'>,
  { format, isVerbose }: Pick<ChangeSettings, 'format' | 'isVerbose'>,
  { stderr }: Context,
): void {
  const count = answered.filter(({ judgement }) => levelOf(judgement.verdict) === 'maybe').length;
  if (count === 0 || isVerbose || format === 'nagios') return;
  const [are, them] = count === 1 ? ['is', 'it'] : ['are', 'them'];
  stderr.write(
    `synsum: ${countNoun(count, 'new service')} ${are} not reported, because perhaps only a scan touched ${them}; -v shows ${them}\n`,
  );
}

/** Writes what changed, and returns the status of the command. */
export async function reportChanges(
  changes: Changes,
  { color, tz, compare, format, thresholds, isVerbose }: ChangeSettings,
  hasProblems: boolean,
  output: Output,
  context: Context,
): Promise<number> {
  if (format === 'nagios') {
    const { status, line } = judge(changes, thresholds);
    if (hasProblems && status === PLUGIN_STATUS.OK) {
      return reportUnknown('some input could not be read completely', output);
    }
    output.write(line);
    return status;
  }
  const options = { isVerbose, goneProbability: compare.goneProbability };
  const screen = screenOf(output, color, context, tz);
  await writeChunks(renderChanges(format, changes, options, screen), output);
  return statusOf(countChanges(changes) > 0, hasProblems);
}

export function statusOf(hasChanges: boolean, hasProblems: boolean): number {
  if (hasProblems) return EXIT_INCOMPLETE;
  return hasChanges ? EXIT_CHANGES : EXIT_DONE;
}

/** Runs a command that may be a plugin: if it is one, any failure becomes a line on standard output and UNKNOWN. */
export async function asPlugin(
  { format }: Pick<ChangeOptions, 'format'>,
  { stdout }: Context,
  command: () => Promise<number>,
): Promise<number> {
  if (format !== 'nagios') return command();
  try {
    return await command();
  } catch (error) {
    if (error instanceof OutputError) throw error;
    return reportUnknown((error as Error).message, stdout);
  }
}

/** Writes the line of a plugin that cannot judge, and returns its status. */
export function reportUnknown(message: string, output: Output): number {
  // The line already names the program.
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
