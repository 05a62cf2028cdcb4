// Shared by the commands that list services or machines.

import type { Output } from '../files/output.js';
import type { Inventory } from '../inventory/inventory.js';
import type { Listed } from '../inventory/lists/listed.js';
import type { Order } from '../inventory/lists/order.js';
import type { Searched } from '../inventory/unmatched.js';
import type { Names } from '../names/names.js';
import { isForPeople, type ListFormat, type Listing, needsDetails, type Screen } from '../views/index.js';
import { describeBasis } from './basis-notes.js';
import type { Context } from './context.js';
import { reportListing, reportOrigins } from './diagnostics.js';
import { reportNoRows, reportUnmatched } from './empty-result.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from './exit-codes.js';
import type { NumericOptions, OrderOptions, TimeZoneOptions } from './options/arrangement.js';
import type { FilterOptions, MachineOptions } from './options/filters.js';
import type { SourceOptions } from './options/listing.js';
import type { FormatOptions, OutputOptions } from './options/output.js';
import { openResult, writeChunks } from './output-file.js';
import { type ReadRequest, readNamed, resolveSources, type SourceSettings } from './reading.js';
import { screenOf } from './screen.js';
import { namedSources, refuseMachines } from './sources.js';

/** The default format of lists, for help. */
export const LIST_DEFAULT = 'table on a terminal, else csv';

/** How a list is written. */
export type WriteOptions = FormatOptions<ListFormat> &
  TimeZoneOptions &
  Pick<OutputOptions, 'quiet' | 'verbose' | 'color'>;

/** Lists rows of one kind, and renders them. */
export interface ListView<Row> {
  /** As in `services: 12`. */
  readonly items: string;
  /** The patterns that choose the rows. */
  readonly searched: Searched;
  list(inventory: Inventory, names: Names, byAddress: boolean): Listed<Row>;
  render(format: ListFormat, listing: Listing<Row>, screen: Screen): Promise<Iterable<string>>;
}

/** The part of a query that options say, whatever is listed. */
export function orderOf<Column extends string>({
  sort,
  top,
  reverse,
  numeric,
}: OrderOptions<Column> & NumericOptions): Order<Column> & { readonly numeric: boolean } {
  return {
    numeric: numeric === true,
    reverse: reverse === true,
    ...(sort === undefined ? {} : { sort }),
    ...(top === undefined ? {} : { top }),
  };
}

/** Reads the sources and writes the list. Returns the exit status. */
export async function listSources<Row>(
  named: readonly string[],
  options: SourceOptions & OutputOptions & WriteOptions & FilterOptions & MachineOptions,
  request: ReadRequest,
  view: ListView<Row>,
  context: Context,
): Promise<number> {
  const sources = await namedSources(named, options, context);
  const settings = await resolveSources(options, context);
  refuseMachines(named, settings.names);
  const output = openResult(options.output, [...sources, settings.hostsFile], context);
  const { format } = options;
  const captures = format !== undefined && needsDetails(format);
  const read = await readNamed(sources, settings, context, { ...request, captures });
  const { inventory, hasProblems, isEmpty } = read;
  if (isEmpty) return hasProblems ? EXIT_USAGE : EXIT_DONE;
  const hasUnmatched = reportUnmatched(inventory, settings, view.searched, options, context);
  const { count, filteredOut, unchosen } = await writeList(
    inventory,
    settings,
    options,
    view,
    output,
    context,
  );
  if (options.quiet !== true && !hasUnmatched) {
    await reportNoRows(inventory, { count, filteredOut, unchosen }, sources, settings, context);
  }
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}

export async function writeList<Row>(
  inventory: Inventory,
  settings: Pick<SourceSettings, 'names' | 'hostsFile' | 'namesNotes'>,
  { format, quiet, verbose, color, tz }: WriteOptions,
  { items, list, render }: ListView<Row>,
  output: Output,
  context: Context,
): Promise<{ readonly count: number; readonly filteredOut: number; readonly unchosen?: number }> {
  const { names } = settings;
  const chosen = format ?? (output.isTerminal ? 'table' : 'csv');
  const listed = list(inventory, names, isForPeople(chosen));
  const screen = screenOf(output, color, context, tz);
  await writeChunks(render(chosen, { ...listed, inventory }, screen), output);
  output.close();
  if (quiet !== true) {
    const { rows, filteredOut, unchosen = 0, cutRows } = listed;
    const shown = { items, count: rows.length, filteredOut: filteredOut - unchosen, unchosen, cutRows };
    if (verbose === true) reportOrigins(settings, context.stderr);
    reportListing(inventory, names, shown, context.stderr, verbose === true);
    for (const line of describeBasis(listed, names)) context.stderr.write(`synsum: ${line}\n`);
  }
  const { rows, filteredOut, unchosen = 0 } = listed;
  return { count: rows.length, filteredOut: filteredOut - unchosen, unchosen };
}
