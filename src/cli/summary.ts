// `synsum [capture…]`: reads captures, counts, and prints who serves what to whom.

import { PatternError, parseMachinePattern, parseServicePattern, rangesOf } from '../inventory/patterns.js';
import { type Query, summarize } from '../inventory/summary.js';
import { readCaptures } from '../sources/captures.js';
import { Scope } from '../tally/scope.js';
import { Tally } from '../tally/tally.js';
import { needsDetails, render } from '../views/index.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from './exit-codes.js';
import { checkCaptures, checkOutput, loadHosts } from './inputs.js';
import { isTerminal, type Output, openOutput } from './output.js';
import type { SummaryOptions } from './program.js';
import { showProgress } from './progress.js';
import { reportProblems, reportTotals } from './report.js';
import type { Context } from './run.js';
import { abortOnSignals } from './signals.js';
import { parseTime, TIME_FORMS } from './time.js';
import { UsageError } from './usage-error.js';

export async function summaryCommand(
  captures: readonly string[],
  options: SummaryOptions,
  context: Context,
): Promise<number> {
  const inputs = captures.length > 0 ? captures : stdinIfPiped();
  checkCaptures(inputs);
  const clients = parsePatterns('--client', options.client, parseMachinePattern);
  const servers = parsePatterns('--server', options.server, parseMachinePattern);
  const services = parsePatterns('--service', options.service, parseServicePattern);
  const times = resolveTimes(options);
  const { names, file } = await loadHosts(options.hosts, context);
  const output = resolveOutput(options.output, inputs, context);
  const format = options.format ?? (output.isTerminal ? 'table' : 'classic');

  const { numeric = false, remote = false, outer = false, reader, threads, maxRows, quiet = false } = options;
  const scope = remote
    ? Scope.everything()
    : new Scope([...names.kept(), ...rangesOf([...clients, ...servers])]);
  const tally = new Tally({
    scope,
    ...times,
    outerOnly: outer,
    ...(maxRows === undefined ? {} : { maxRows }),
  });
  const { by, sort, top } = options;
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

  const { progress, end } = showProgress(inputs, context.stderr, quiet);
  const inventory = await readCaptures(inputs, tally, {
    reader,
    progress,
    signal: abortOnSignals(),
    ...(threads === undefined ? {} : { threads }),
  }).finally(end);
  const hasProblems = reportProblems(inventory.inputs, context.stderr);
  if (inventory.inputs.every(({ format }) => format === undefined))
    return hasProblems ? EXIT_USAGE : EXIT_DONE;
  const summary = summarize(inventory, names, query);
  for (const chunk of await render(format, summary)) {
    if (!output.write(chunk)) break;
  }
  output.close();
  if (options.quiet !== true) {
    if (options.verbose === true) context.stderr.write(`synsum: names from ${file}\n`);
    reportTotals(summary, context.stderr, { isVerbose: options.verbose === true });
  }
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}

/** Without any capture, standard input is read, but never waited for at a keyboard. */
function stdinIfPiped(): readonly string[] {
  if (isTerminal(0))
    throw new UsageError('synsum: no capture given; name files, or - for standard input (see --help)');
  return ['-'];
}

function parsePatterns<T>(
  option: string,
  texts: readonly string[] | undefined,
  parse: (text: string) => T,
): T[] {
  try {
    return (texts ?? []).map(parse);
  } catch (error) {
    throw error instanceof PatternError ? new UsageError(error.message, option) : error;
  }
}

function resolveTimes(options: SummaryOptions): { since?: number; until?: number } {
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

function resolveOutput(path: string | undefined, inputs: readonly string[], context: Context): Output {
  if (path === undefined) return context.stdout;
  checkOutput(path, inputs);
  try {
    return openOutput(path);
  } catch (error) {
    throw new UsageError((error as Error).message, `-o ${path}`);
  }
}
