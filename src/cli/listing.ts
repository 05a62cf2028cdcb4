// Shared by the commands that list services or machines.

import type { Output } from '../files/output.js';
import type { Inventory } from '../inventory/inventory.js';
import type { Listed } from '../inventory/lists/listed.js';
import type { Names } from '../names/names.js';
import {
  isForPeople,
  LIST_FORMATS,
  type ListFormat,
  type Listing,
  needsDetails,
  type Screen,
} from '../views/index.js';
import { Option, type OptionOf } from './commander.js';
import type { Context } from './context.js';
import { reportListing } from './diagnostics.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from './exit-codes.js';
import type { OutputOptions, SourceOptions } from './options.js';
import { openResult, writeChunks } from './output-file.js';
import { type ReadRequest, readNamed, resolveSources, sourcesOrStdin } from './reading.js';
import { screenOf } from './screen.js';

/** How a list is written. */
export interface ListFormatOptions {
  readonly format?: ListFormat | undefined;
  readonly quiet?: true | undefined;
}

/** Lists rows of one kind, and renders them. */
export interface ListView<Row> {
  /** As in `services: 12`. */
  readonly items: string;
  list(inventory: Inventory, names: Names, byAddress: boolean): Listed<Row>;
  render(format: ListFormat, listing: Listing<Row>, screen: Screen): Promise<Iterable<string>>;
}

export function listFormatOption(): OptionOf<'-f, --format <format>', ListFormat> {
  return new Option(
    '-f, --format <format>',
    'output format (default: table on a terminal, else csv)',
  ).choices(LIST_FORMATS);
}

/** Reads the sources and writes the list. Returns the exit status. */
export async function listSources<Row>(
  named: readonly string[],
  options: SourceOptions & OutputOptions & ListFormatOptions,
  request: ReadRequest,
  view: ListView<Row>,
  context: Context,
): Promise<number> {
  const sources = sourcesOrStdin(named);
  const settings = await resolveSources(options, context);
  const output = openResult(options.output, sources, context);
  const { format } = options;
  const captures = format !== undefined && needsDetails(format);
  const read = await readNamed(sources, settings, context, { ...request, captures });
  const { inventory, hasProblems, isEmpty } = read;
  if (isEmpty) return hasProblems ? EXIT_USAGE : EXIT_DONE;
  await writeList(inventory, settings.names, options, view, output, context);
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}

export async function writeList<Row>(
  inventory: Inventory,
  names: Names,
  { format, quiet }: ListFormatOptions,
  { items, list, render }: ListView<Row>,
  output: Output,
  context: Context,
): Promise<void> {
  const chosen = format ?? (output.isTerminal ? 'table' : 'csv');
  const listed = list(inventory, names, isForPeople(chosen));
  const screen = screenOf(output, undefined, context);
  await writeChunks(render(chosen, { ...listed, inventory }, screen), output);
  output.close();
  if (quiet !== true) {
    const { rows, filteredOut } = listed;
    reportListing(inventory, names, { items, count: rows.length, filteredOut }, context.stderr);
  }
}
