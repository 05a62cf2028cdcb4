// `synsum [source…]`: counts, and prints who serves what to whom.

import { isPipe, isTerminal, type Output } from '../../files/output.js';
import { type Inventory, isSavedInventory } from '../../inventory/inventory.js';
import { COLUMNS, type Column, DEFAULT_COLUMNS, SORT_COLUMNS } from '../../inventory/summary/columns.js';
import { EvidenceError } from '../../inventory/summary/judged-rows.js';
import { COUNTED, type Counted } from '../../inventory/summary/query.js';
import { SliceError, sliceFor } from '../../inventory/summary/slices.js';
import { type Query, type Summary, summarize } from '../../inventory/summary/summary.js';
import type { Names } from '../../names/names.js';
import { FORMATS, isForPeople, needsDetails, render } from '../../views/index.js';
import { describeBasis } from '../basis-notes.js';
import {
  type AnyCommand,
  type CommandOf,
  InvalidArgumentError,
  Option,
  type OptionsOf,
} from '../commander.js';
import type { Context } from '../context.js';
import { nameOfInput, reportOrigins, reportTotals } from '../diagnostics.js';
import { reportNoRows, reportUnmatched } from '../empty-result.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { orderOf } from '../listing.js';
import { type Done, GROUP, optionsOf } from '../options/command.js';
import { addEvidenceOptions } from '../options/evidence.js';
import { addListingOptions } from '../options/listing.js';
import { SOURCES } from '../options/reading.js';
import { openResult, writeChunks } from '../output-file.js';
import { parseFilter, rangesOfFilter } from '../pattern-options.js';
import { readNamed, resolveSources } from '../reading.js';
import { screenOf } from '../screen.js';
import { namedSources, refuseMistyped } from '../sources.js';
import { UsageError } from '../usage-error.js';

type Options = OptionsOf<typeof addOptions>;

const EXAMPLES = `
Examples:
  synsum capture.pcap
  ssh root@router 'cat /root/synacks.pcap' | synsum -
  synsum --by server,service --sort count --top 20 monday.pcap tuesday.pcap
  synsum init -o hosts.yaml capture.pcap
  synsum save -o monday.json monday.pcap
  synsum diff monday.json tuesday.pcap

Exit status: 0 done, 1 diff or check found changes, 2 wrong usage or nothing
could be read, 3 some input could not be read completely.`;

/** The summary is what `synsum` does without the name of a command, and what `synsum summary` does. */
export function addSummaryCommand(program: AnyCommand, context: Context, done: Done): void {
  const summary = program
    .command('summary')
    .description('count SYN-ACKs by client, server and service (the default)');
  for (const command of [program, summary]) {
    const full = addOptions(command);
    full.action(async (sources) => done(await summarizeSources(sources, optionsOf(full), context)));
  }
  program.addHelpText('after', EXAMPLES);
}

function addOptions(command: CommandOf<[], Record<never, never>>) {
  const listing = addListingOptions(command.argument('[source...]', SOURCES), {
    columns: SORT_COLUMNS,
    formats: FORMATS,
    otherwise: 'table on a terminal, else classic',
  });
  return addEvidenceOptions(listing, 'show handshakes and what became of them, and whether services are used')
    .optionsGroup(GROUP.arrange)
    .addOption(
      new Option('--count <what>', 'count handshakes, or only those of services that are used')
        .choices(COUNTED)
        .default('syn-acks' satisfies Counted as Counted),
    )
    .addOption(
      new Option('--by <columns>', `group by some of ${COLUMNS.join(', ')}`)
        .default(DEFAULT_COLUMNS, DEFAULT_COLUMNS.join(','))
        .argParser(parseColumns),
    );
}

async function summarizeSources(
  named: readonly string[],
  options: Options,
  context: Context,
): Promise<number> {
  refuseMistyped(named);
  const sources = await namedSources(named, options, context);
  const filter = parseFilter(options, { isTcp: true });
  const settings = await resolveSources(options, context);
  const output = openResult(options.output, [...sources, settings.hostsFile], context);
  const {
    by,
    count,
    only = 'all',
    evidence = false,
    remote = false,
    quiet = false,
    verbose = false,
  } = options;
  const format = options.format ?? (output.isTerminal ? 'table' : evidence ? 'csv' : 'classic');
  if (evidence && (format === 'classic' || format === 'lines')) {
    throw new UsageError(
      `-f ${format} has no room for it, expected table, csv, json, ndjson or markdown`,
      '--evidence',
    );
  }
  const needsJudging = evidence || only !== 'all' || count === 'used';
  const query: Query = {
    ...filter,
    ...orderOf(options),
    by,
    remote,
    details: needsDetails(format),
    byAddress: isForPeople(format),
    counted: count,
    only,
    judged: evidence,
    ...(options.tz === undefined ? {} : { tz: options.tz }),
  };
  const { inventory, hasProblems, isEmpty } = await readNamed(sources, settings, context, {
    keep: rangesOfFilter(filter),
    slice: sliceFor(by, options.tz),
    evidence: needsJudging || count === 'handshakes',
    // Remote machines that scan are known by their sketches.
    clients: needsJudging,
  });
  if (isEmpty) return hasProblems ? EXIT_USAGE : EXIT_DONE;
  const hasUnmatched = reportUnmatched(inventory, settings, { ...filter, machines: [] }, options, context);
  const summary = summarizeBy(inventory, settings.names, query);
  await writeChunks(render(format, summary, screenOf(output, options.color, context, options.tz)), output);
  output.close();
  if (!quiet) {
    if (verbose) reportOrigins(settings, context.stderr);
    reportTotals(summary, context.stderr, { isVerbose: verbose, tz: options.tz });
    const { rows, filteredOut, unchosen, uncounted } = summary;
    // A pattern that matches nothing is the reason.
    if (!hasUnmatched) {
      await reportNoRows(
        inventory,
        { count: rows.length, filteredOut, unchosen, uncounted },
        sources,
        settings,
        context,
      );
    }
    for (const line of describeBasis(summary, settings.names)) context.stderr.write(`synsum: ${line}\n`);
    if (options.format === undefined && format === 'classic' && isTypedIntoPipe(output, context)) {
      context.stderr.write('synsum: these lines have their counts already; for | uniq -c, add -f lines\n');
    }
    if (inventory.scans.length > 0) {
      context.stderr.write('synsum: scans contain no SYN-ACKs; synsum services lists what they found\n');
    }
  }
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}

/**
 * Whether somebody typed this command, and its result goes into a pipe. In a script, in cron or in ssh without a terminal,
 * one of the ends is not a terminal.
 */
function isTypedIntoPipe(output: Output, { stdout, stderr }: Context): boolean {
  return output === stdout && isPipe(1) && isTerminal(0) && stderr.isTerminal;
}

/** @throws UsageError for counts that are not divided by the hours or days asked for, as in saved inventories */
function summarizeBy(inventory: Inventory, names: Names, query: Query): Summary {
  try {
    return summarize(inventory, names, query);
  } catch (error) {
    const saved = inventory.inputs.filter(isSavedInventory);
    if (error instanceof EvidenceError) {
      throw new UsageError(
        'found an inventory that was saved without evidence, so its handshakes are not known; expected captures',
        saved.map(({ name }) => nameOfInput(name)).join(', '),
      );
    }
    if (!(error instanceof SliceError)) throw error;
    if (saved.length === 0) {
      const found = `found a zone that is not ahead of UTC by quarters of an hour at the times of these captures`;
      throw new UsageError(`${found}; expected another for --by ${error.column}`, `--tz ${query.tz}`);
    }
    throw new UsageError(
      `found a saved inventory, which has no counts by ${error.column}; expected captures`,
      saved.map(({ name }) => nameOfInput(name)).join(', '),
    );
  }
}

/** @throws InvalidArgumentError */
function parseColumns(text: string): readonly Column[] {
  const columns = text.split(',').map((column) => column.trim());
  const unknown = columns.find((column) => !COLUMNS.includes(column as Column));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(
      `Found ${JSON.stringify(unknown)}, expected some of ${COLUMNS.join(', ')}.`,
    );
  }
  if (new Set(columns).size < columns.length) throw new InvalidArgumentError('A column is named twice.');
  return columns as Column[];
}
