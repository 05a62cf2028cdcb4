// `synsum report -o FILE [source…]`: writes one page of HTML, for people who would rather look than read.

import { type AtomicFile, openAtomic } from '../../files/atomic-file.js';
import { OutputError } from '../../files/output.js';
import { reasonOf } from '../../files/system-error.js';
import { compare } from '../../inventory/changes/compare.js';
import { findOpenUnused } from '../../inventory/changes/open-unused.js';
import { collectEvidence } from '../../inventory/evidence.js';
import { filterEvidence, filterSides } from '../../inventory/filter.js';
import type { Inventory } from '../../inventory/inventory.js';
import { makePicture } from '../../inventory/picture/picture.js';
import { clockOf, UTC_CLOCK } from '../../text/clock.js';
import { type ReportContents, renderReport } from '../../views/index.js';
import type { AnyCommand, OptionsOf } from '../commander.js';
import { checkSides, noteRemoteBefore, resolveChanges } from '../comparison.js';
import type { Context } from '../context.js';
import { reportListing, reportOrigins } from '../diagnostics.js';
import { reportUnmatched } from '../empty-result.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { addNumericOption, addRemoteOption, addTimeZoneOption } from '../options/arrangement.js';
import { addComparingOptions } from '../options/changes.js';
import { type Done, GROUP, optionsOf, refuse } from '../options/command.js';
import { addDuplicatesOption, addFilterOptions, addTimeOptions } from '../options/filters.js';
import { addForceOption, addMessageOptions, addOutputOption } from '../options/output.js';
import { addAcrossOption, addFilesOption, addReadingOptions, SOURCES } from '../options/reading.js';
import { refuseExisting, refuseToOverwrite } from '../output-file.js';
import { rangesOfFilter } from '../pattern-options.js';
import { readSides, resolveSources } from '../reading.js';
import { expandFolders, namedSources, refuseRepeatedStdin } from '../sources.js';
import { UsageError } from '../usage-error.js';

type Options = OptionsOf<typeof addCommand>;

const TITLE = 'Who serves what to whom';

export function addReportCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.action(async (sources) => done(await report(sources, optionsOf(command), context)));
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('report')
    .description('write a page of HTML: who serves what to whom, what changed, what deserves a look')
    .argument('[source...]', SOURCES);
  const compared = addComparingOptions(
    command
      .optionsGroup(GROUP.compare)
      .option('--baseline <file>', 'also report what changed since this inventory, scan or capture'),
  );
  const chosen = addDuplicatesOption(addTimeOptions(addFilterOptions(compared)));
  const arranged = addTimeZoneOption(addRemoteOption(addNumericOption(chosen)));
  const written = addForceOption(addOutputOption(arranged, 'write to a file, unless it exists'))
    .option('--title <text>', 'title of the page')
    .option('--confidential', 'mark the page as confidential')
    .option('--static', 'leave out the script, for mail and for pages that may not have one');
  const full = addAcrossOption(addFilesOption(addReadingOptions(addMessageOptions(written))));
  const all = 'a report shows everything; sort and filter it in the page';
  refuse(full, ['--sort', '-S', '--top', '--reverse', '--only', '--evidence'], all);
  refuse(full, ['-f, --format'], 'a report is always HTML; synsum map has other formats');
  return full;
}

async function report(words: readonly string[], options: Options, context: Context): Promise<number> {
  const { output = '-', baseline, quiet = false, verbose = false } = options;
  refuseRepeatedStdin([...(baseline === undefined ? [] : [baseline]), ...words]);
  const known = baseline === undefined ? [] : await expandFolders([baseline], context);
  const sources = await namedSources(words, options, context);
  const changeSettings = resolveChanges({ ...options, output: undefined, verbose: undefined });
  const { filter, compare: compareOptions } = changeSettings;
  if (output === '-' && context.stdout.isTerminal) {
    throw new UsageError('a page of HTML is nothing for a terminal, expected -o FILE', 'synsum report');
  }
  refuseToOverwrite(output, [...known, ...sources]);
  refuseExisting(output, '-o', options);
  const settings = await resolveSources(options, context);
  const file = openReport(output);
  try {
    const request = {
      captures: true,
      clients: true,
      hours: baseline !== undefined,
      evidence: true,
      activity: true,
      keep: rangesOfFilter(filter),
      ...(baseline === undefined ? {} : { digests: true, needed: true }),
    };
    const sides = await readSides(
      baseline === undefined ? [sources] : [known, sources],
      settings,
      context,
      request,
    );
    const { inventory, isEmpty } = sides.at(-1) as (typeof sides)[number];
    const hasProblems = sides.some((side) => side.hasProblems);
    if (isEmpty) return hasProblems ? EXIT_USAGE : EXIT_DONE;
    const whole = collectEvidence(inventory);
    const { names } = settings;
    reportUnmatched(inventory, settings, { ...filter, machines: [] }, options, context);
    const evidence = filterEvidence(whole, names, filter);
    const before = sides.length > 1 ? sides[0]?.inventory : undefined;
    let comparison: ReportContents['comparison'];
    if (before !== undefined && baseline !== undefined) {
      checkSides(before, inventory, changeSettings, settings, context);
      const [old, now] = filterSides([collectEvidence(before), whole], names, filter);
      const changes = compare(old, now, names, { ...compareOptions, byAddress: true });
      noteRemoteBefore(changes.remoteBefore, changeSettings, context);
      comparison = { baseline, changes, goneProbability: compareOptions.goneProbability };
    }
    const { numeric = false, remote = false, tz, title = TITLE } = options;
    const contents: ReportContents = {
      picture: makePicture(evidence, inventory, names, { numeric, remote }),
      inventory,
      title,
      isConfidential: options.confidential === true,
      isStatic: options.static === true,
      clock: tz === undefined ? UTC_CLOCK : clockOf(tz),
      comparison,
      openUnused: hasBoth(inventory)
        ? findOpenUnused(evidence, names, compareOptions.ignored, numeric)
        : undefined,
    };
    writeReport(await renderReport(contents), file, output);
    if (!quiet) {
      if (verbose) reportOrigins(settings, context.stderr);
      const shown = { items: 'rows', count: contents.picture.rows.length };
      reportListing(inventory, names, shown, context.stderr, verbose);
    }
    return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
  } finally {
    file.abandon();
  }
}

/** Whether there are captures and scans, so that they can disagree. */
function hasBoth({ scans, captures }: Inventory): boolean {
  return scans.length > 0 && captures.length > 0;
}

/** Keeps a file that exists as it is until all is written. @throws UsageError if it cannot be opened */
function openReport(output: string): AtomicFile {
  try {
    return openAtomic(output);
  } catch (error) {
    throw new UsageError(reasonOf(error), `-o ${output}`);
  }
}

/** @throws OutputError */
function writeReport(chunks: Iterable<string>, file: AtomicFile, output: string): void {
  try {
    for (const chunk of chunks) if (!file.write(chunk)) break;
    file.commit();
  } catch (error) {
    throw new OutputError(error, `-o ${output}`);
  }
}
