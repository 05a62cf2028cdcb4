// `synsum diff BASELINE SOURCE…`: reports what changed, as diff(1) and ndiff(1) do.

import type { Output } from '../../files/output.js';
import type { OpenUnused } from '../../inventory/changes/changes.js';
import { compare } from '../../inventory/changes/compare.js';
import { findOpenUnused } from '../../inventory/changes/open-unused.js';
import { collectEvidence, type Evidence, NEVER } from '../../inventory/evidence.js';
import { filterEvidence, filterSides } from '../../inventory/filter.js';
import { type Inventory, isSavedInventory } from '../../inventory/inventory.js';
import { mergeInventories } from '../../inventory/merge.js';
import { isOwnMachine } from '../../inventory/own-machines.js';
import { parseAddress } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import { formatCount } from '../../text/count-noun.js';
import { REPORT_FORMATS, type ReportFormat, renderOpenUnused } from '../../views/index.js';
import type { AnyCommand, OptionsOf } from '../commander.js';
import {
  asPlugin,
  CHANGE_STATUS,
  type ChangeSettings,
  checkSides,
  noteRemoteBefore,
  noteUncertain,
  reportChanges,
  resolveChanges,
  statusOf,
} from '../comparison.js';
import type { Context } from '../context.js';
import { nameOfInput } from '../diagnostics.js';
import { reportUnmatchedInSides } from '../empty-result.js';
import { addChangeOptions } from '../options/changes.js';
import { type Done, GROUP, optionsOf } from '../options/command.js';
import { addDuplicatesOption, addTimeOptions } from '../options/filters.js';
import { addAcrossOption, addFilesOption, addReadingOptions, SOURCES } from '../options/reading.js';
import { openResult, writeChunks } from '../output-file.js';
import { rangesOfFilter } from '../pattern-options.js';
import { readSides, refuseRepeated, resolveSources, type SourceSettings } from '../reading.js';
import { screenOf } from '../screen.js';
import { expandFolders, namedSources, refuseRepeatedStdin } from '../sources.js';
import { UsageError } from '../usage-error.js';

type Options = OptionsOf<typeof addCommand>;

export function addDiffCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.action(async (baseline, sources) =>
    done(await diff(baseline, sources, optionsOf(command), context)),
  );
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('diff')
    .description('report what changed since a baseline; print nothing if nothing did')
    .argument('<baseline>', 'a saved inventory, a scan or a capture')
    .argument('<source...>', SOURCES);
  const compared = addChangeOptions(
    command
      .optionsGroup(GROUP.compare)
      .option(
        '--open-unused',
        'report services that a scan found open and no capture saw used, and services used that the scan missed',
      ),
  );
  return addAcrossOption(
    addFilesOption(addReadingOptions(addDuplicatesOption(addTimeOptions(compared)))),
  ).addHelpText('after', CHANGE_STATUS);
}

async function diff(
  baseline: string,
  words: readonly string[],
  options: Options,
  context: Context,
): Promise<number> {
  return asPlugin(options, context, async () => {
    refuseRepeatedStdin([baseline, ...words]);
    const known = await expandFolders([baseline], context);
    const sources = await namedSources(words, options, context);
    const all = [...known, ...sources];
    const changeSettings = resolveChanges(options);
    const { compare: compareOptions, filter, format } = changeSettings;
    const { openUnused = false, allowDuplicates = false, client } = options;
    if (openUnused && format === 'nagios') {
      throw new UsageError(`found -f nagios, expected ${REPORT_FORMATS.join(', ')}`, '--open-unused');
    }
    if (openUnused && client !== undefined) {
      throw new UsageError('unused means unused by everyone, expected no --open-unused with it', '--client');
    }
    const settings = await resolveSources(options, context);
    const output = openResult(options.output, [...all, settings.hostsFile], context);
    const request = {
      digests: true,
      // Remote machines that scan are known by their sketches.
      clients: true,
      hours: true,
      evidence: true,
      needed: true,
      keep: rangesOfFilter(filter),
    };
    const sides = await readSides([known, sources], settings, context, request);
    const hasProblems = sides.some((side) => side.hasProblems);
    const [before, after] = sides.map(({ inventory }) => inventory) as [Inventory, Inventory];
    if (isSavedIn(before) && Object.keys(settings.times).length > 0) {
      context.stderr.write(`synsum: ${nameOfInput(baseline)}: ${WHOLE_BASELINE}\n`);
    }
    let status: number;
    if (openUnused && format !== 'nagios') {
      if (!allowDuplicates) refuseRepeated([...before.inputs, ...after.inputs]);
      const both = mergeInventories(before, after);
      reportUnmatchedInSides([both], settings, filter, options, context);
      const hasFound = await reportOpenUnused(both, format, changeSettings, settings, output, context);
      status = statusOf(hasFound, hasProblems);
    } else {
      checkSides(before, after, changeSettings, settings, context);
      const sides = [collectEvidence(before), collectEvidence(after)] as const;
      reportUnmatchedInSides([before, after], settings, filter, options, context);
      const [old, now] = filterSides(sides, settings.names, filter);
      const changes = compare(old, now, settings.names, compareOptions);
      noteOrder(before, after, context);
      noteRemoteBefore(changes.remoteBefore, changeSettings, context);
      noteUncertain(changes, changeSettings, context);
      status = await reportChanges(changes, changeSettings, hasProblems, output, context);
    }
    output.close();
    return status;
  });
}

const WHOLE_BASELINE =
  'a saved inventory, so it is compared as a whole; --since and --until apply to captures only';

/** Warns if all that is compared is older than the baseline: then its silence and its news mean little. */
function noteOrder(before: Inventory, after: Inventory, { stderr }: Context): void {
  const oldest = before.captures.reduce((min, { firstSeen }) => Math.min(min, firstSeen), NEVER.firstSeen);
  const newest = after.captures.reduce((max, { lastSeen }) => Math.max(max, lastSeen), NEVER.lastSeen);
  const areSeen = oldest < NEVER.firstSeen && newest > NEVER.lastSeen;
  if (!areSeen || newest >= oldest) return;
  stderr.write('synsum: the sources are older than the baseline, which comes first: was the order meant?\n');
}

/** True if there is anything to report. */
async function reportOpenUnused(
  inventory: Inventory,
  format: ReportFormat,
  { color, compare: { ignored, numeric }, filter, isVerbose }: ChangeSettings,
  { names }: SourceSettings,
  output: Output,
  context: Context,
): Promise<boolean> {
  if (inventory.scans.length === 0 || inventory.captures.length === 0) {
    throw new UsageError('expected a scan and a capture, or inventories that contain them', '--open-unused');
  }
  const evidence = filterEvidence(collectEvidence(inventory), names, filter);
  const report = findOpenUnused(evidence, names, ignored, numeric);
  const unsure = isSavedIn(inventory) ? countUnsure(report, evidence, names) : 0;
  if (unsure > 0) {
    context.stderr.write(
      `synsum: ${formatCount(unsure)} of the candidates may be in use after all: a saved inventory does not tell remote machines apart\n`,
    );
  }
  const screen = screenOf(output, color, context);
  await writeChunks(renderOpenUnused(format, report, { isVerbose }, screen), output);
  return report.unused.length > 0 || report.hidden.length > 0;
}

function isSavedIn({ inputs }: Inventory): boolean {
  return inputs.some((input) => isSavedInventory(input) && input.captures.length > 0);
}

/** Unused services of remote machines, on ports where remote machines that are not told apart are used. */
function countUnsure({ unused }: OpenUnused, { services }: Evidence, names: Names): number {
  const ports = new Set(services.filter((service) => service.address === undefined).map(({ port }) => port));
  return unused.filter(({ address: text, port }) => {
    const address = parseAddress(text);
    return address !== undefined && ports.has(port) && !isOwnMachine(address, false, names);
  }).length;
}
