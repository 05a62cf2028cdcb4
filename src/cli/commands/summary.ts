// `synsum [source…]`: reads captures, counts, and prints who serves what to whom.

import { type Query, summarize } from '../../inventory/summary/summary.js';
import { parseMachinePattern, parseTcpServicePattern, rangesOf } from '../../names/patterns.js';
import { needsDetails, render } from '../../views/index.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { resolveOutput } from '../output-file.js';
import { parsePatterns } from '../pattern-options.js';
import type { SummaryOptions } from '../program.js';
import { reportTotals } from '../report.js';
import type { Context } from '../run.js';
import { readNamed, resolveSources, sourcesOrStdin } from '../sources.js';

export async function summaryCommand(
  named: readonly string[],
  options: SummaryOptions,
  context: Context,
): Promise<number> {
  const sources = sourcesOrStdin(named);
  const clients = parsePatterns('--client', options.client, parseMachinePattern);
  const servers = parsePatterns('--server', options.server, parseMachinePattern);
  const services = parsePatterns('--service', options.service, parseTcpServicePattern);
  const settings = await resolveSources(options, context);
  const output = resolveOutput(options.output, sources, context);
  const format = options.format ?? (output.isTerminal ? 'table' : 'classic');
  const { by, sort, top, numeric = false, remote = false, quiet = false, verbose = false } = options;
  const query: Query = {
    by,
    numeric,
    remote,
    clients,
    servers,
    services,
    details: needsDetails(format),
    ...(sort === undefined ? {} : { sort }),
    ...(top === undefined ? {} : { top }),
  };
  const keep = rangesOf([...clients, ...servers]);
  const { inventory, hasProblems, isEmpty } = await readNamed(sources, settings, context, { keep });
  if (isEmpty) return hasProblems ? EXIT_USAGE : EXIT_DONE;
  const summary = summarize(inventory, settings.names, query);
  for (const chunk of await render(format, summary)) {
    if (!output.write(chunk)) break;
  }
  output.close();
  if (!quiet) {
    if (verbose) context.stderr.write(`synsum: names from ${settings.hostsFile}\n`);
    reportTotals(summary, context.stderr, { isVerbose: verbose });
    if (inventory.scans.length > 0) {
      context.stderr.write('synsum: scans have no SYN-ACKs: synsum services lists what they found\n');
    }
  }
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}
