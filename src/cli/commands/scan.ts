// `synsum scan TARGET…`: lets nmap look, and lists what it finds. It alone sends packets.

import type { ServiceQuery } from '../../inventory/lists/service-list.js';
import { NmapError, type NmapProgress, type NmapRun, runNmap } from '../../sources/nmap/run-nmap.js';
import { visible } from '../../text/escape.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { loadHosts } from '../inputs.js';
import type { ScanOptions } from '../inventory-program.js';
import { resolveOutput } from '../output-file.js';
import { duration, showLine } from '../progress.js';
import { reportProblems } from '../report.js';
import type { Context } from '../run.js';
import { abortOnSignals } from '../signals.js';
import { UsageError } from '../usage-error.js';
import { writeServices } from './lists.js';
import { openSave } from './save.js';

const EVERY_SERVICE: ServiceQuery = { servers: [], services: [], remote: false };

/** nmap has one report in XML, which is read here. */
const TAKEN_OPTIONS = /^--?o[XA]/;
/** nmap takes its targets from a file, or makes them up. */
const TARGET_OPTIONS = /^--?i[LR]/;

export async function scanCommand(
  targets: readonly string[],
  extra: readonly string[],
  options: ScanOptions,
  context: Context,
): Promise<number> {
  const taken = extra.find((option) => TAKEN_OPTIONS.test(option));
  if (taken !== undefined) {
    throw new UsageError('expected none: --save keeps what nmap finds (-oN and -oG are free)', taken);
  }
  if (targets.length === 0 && !extra.some((option) => TARGET_OPTIONS.test(option))) {
    throw new UsageError('synsum: no target given, expected one before --');
  }
  const { names } = await loadHosts(options.hosts, context);
  const output = resolveOutput(options.output, [], context);
  const save = options.save === undefined ? undefined : openSave(options.save, '--save');
  try {
    const { inventory, messages } = await run(targets, extra, options, context);
    for (const line of messages) context.stderr.write(`synsum: nmap: ${visible(line)}\n`);
    const hasProblems = reportProblems(inventory.inputs, context.stderr);
    const isEmpty = inventory.scans.every(({ hosts }) => hosts.length === 0);
    if (isEmpty && hasProblems) return EXIT_USAGE;
    save?.write(inventory);
    await writeServices(inventory, names, EVERY_SERVICE, options, output, context);
    return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
  } finally {
    save?.abandon();
  }
}

async function run(
  targets: readonly string[],
  extra: readonly string[],
  { quiet = false }: ScanOptions,
  { stderr }: Context,
): Promise<NmapRun> {
  const line = showLine(stderr, quiet);
  const onProgress = (progress: NmapProgress): void => line.show(describeProgress(progress));
  try {
    return await runNmap(targets, extra, { signal: abortOnSignals(), onProgress });
  } catch (error) {
    throw error instanceof NmapError ? new UsageError(`synsum: ${error.message}`) : error;
  } finally {
    line.end();
  }
}

/** As in `nmap: Service scan, 43%, 12 s left, machines done: 5`. */
export function describeProgress({ task, percent, remaining, hostsCompleted }: NmapProgress): string {
  const parts = [`nmap: ${visible(task)}`, `${Math.floor(percent)}%`];
  if (remaining !== undefined) parts.push(`${duration(remaining)} left`);
  parts.push(`machines done: ${hostsCompleted}`);
  return `synsum: ${parts.join(', ')}`;
}
