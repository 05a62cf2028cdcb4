// `synsum services [source…]` and `synsum hosts [source…]`: what is offered, and which machines there are.

import type { Output } from '../../files/output.js';
import { collectEvidence } from '../../inventory/evidence.js';
import type { Inventory } from '../../inventory/inventory.js';
import { listHosts } from '../../inventory/lists/host-list.js';
import type { Listed } from '../../inventory/lists/listed.js';
import { listServices, type ServiceQuery } from '../../inventory/lists/service-list.js';
import type { Names } from '../../names/names.js';
import { parseMachinePattern, parseServicePattern, rangesOf } from '../../names/patterns.js';
import {
  type ListFormat,
  type Listing,
  needsDetails,
  renderHosts,
  renderServices,
} from '../../views/index.js';
import { writeAll } from '../changes.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import type { HostsOptions, ListOptions, ServicesOptions } from '../inventory-program.js';
import { resolveOutput } from '../output-file.js';
import { parsePatterns } from '../pattern-options.js';
import { reportListing } from '../report.js';
import type { Context } from '../run.js';
import { type ReadRequest, readNamed, resolveSources, sourcesOrStdin } from '../sources.js';

/** How a list is written. */
type WriteOptions = Pick<ListOptions, 'format' | 'quiet'>;

export async function servicesCommand(
  named: readonly string[],
  options: ServicesOptions,
  context: Context,
): Promise<number> {
  const servers = parsePatterns('--server', options.server, parseMachinePattern);
  const services = parsePatterns('--service', options.service, parseServicePattern);
  const query = { servers, services, remote: options.remote === true };
  const request = { clients: true, keep: rangesOf(servers) };
  return list(named, options, context, request, (inventory, names, output) =>
    writeServices(inventory, names, query, options, output, context),
  );
}

export async function hostsCommand(
  named: readonly string[],
  options: HostsOptions,
  context: Context,
): Promise<number> {
  const hosts = parsePatterns('--host', options.host, parseMachinePattern);
  const query = { hosts, remote: options.remote === true };
  return list(named, options, context, { keep: rangesOf(hosts) }, async (inventory, names, output) => {
    const listed = listHosts(collectEvidence(inventory), names, query);
    await writeList('machines', listed, inventory, names, renderHosts, options, output, context);
  });
}

export async function writeServices(
  inventory: Inventory,
  names: Names,
  query: ServiceQuery,
  options: WriteOptions,
  output: Output,
  context: Context,
): Promise<void> {
  const listed = listServices(collectEvidence(inventory), names, query);
  await writeList('services', listed, inventory, names, renderServices, options, output, context);
}

async function list(
  named: readonly string[],
  options: ListOptions,
  context: Context,
  request: ReadRequest,
  write: (inventory: Inventory, names: Names, output: Output) => Promise<void>,
): Promise<number> {
  const sources = sourcesOrStdin(named);
  const settings = await resolveSources(options, context);
  const output = resolveOutput(options.output, sources, context);
  const { format } = options;
  const captures = format !== undefined && needsDetails(format);
  const read = await readNamed(sources, settings, context, { ...request, captures });
  const { inventory, hasProblems, isEmpty } = read;
  if (isEmpty) return hasProblems ? EXIT_USAGE : EXIT_DONE;
  await write(inventory, settings.names, output);
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}

async function writeList<Row>(
  items: string,
  listed: Listed<Row>,
  inventory: Inventory,
  names: Names,
  render: (format: ListFormat, listing: Listing<Row>) => Promise<Iterable<string>>,
  { format, quiet = false }: WriteOptions,
  output: Output,
  { stderr }: Context,
): Promise<void> {
  const listing = { ...listed, inventory };
  await writeAll(render(format ?? (output.isTerminal ? 'table' : 'csv'), listing), output);
  output.close();
  if (!quiet) reportListing(inventory, names, { items, count: listed.rows.length }, stderr);
}
