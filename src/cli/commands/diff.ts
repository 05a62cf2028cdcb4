// `synsum diff BASELINE SOURCE…`: what changed, as diff(1) and ndiff(1) tell it.

import type { Output } from '../../files/output.js';
import type { OpenUnused } from '../../inventory/changes/changes.js';
import { compare } from '../../inventory/changes/compare.js';
import { findOpenUnused } from '../../inventory/changes/open-unused.js';
import { collectEvidence, type Evidence } from '../../inventory/evidence.js';
import type { Inventory } from '../../inventory/inventory.js';
import { mergeInventories } from '../../inventory/merge.js';
import { isOwnMachine } from '../../inventory/own-machines.js';
import { parseAddress } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import { type ReportFormat, renderOpenUnused } from '../../views/index.js';
import {
  asPlugin,
  type ChangeSettings,
  checkSides,
  resolveChanges,
  statusOf,
  tellChanges,
  writeAll,
} from '../changes.js';
import { checkSources } from '../inputs.js';
import type { DiffOptions } from '../inventory-program.js';
import { resolveOutput } from '../output-file.js';
import type { Context } from '../run.js';
import { readSides, refuseRepeated, resolveSources, type SourceSettings } from '../sources.js';
import { UsageError } from '../usage-error.js';

export async function diffCommand(
  baseline: string,
  sources: readonly string[],
  options: DiffOptions,
  context: Context,
): Promise<number> {
  return asPlugin(options, context, async () => {
    const all = [baseline, ...sources];
    checkSources(all);
    const changeSettings = resolveChanges(options);
    const { compare: compareOptions, format } = changeSettings;
    const { openUnused = false, allowDuplicates = false } = options;
    if (openUnused && format === 'nagios') {
      throw new UsageError('found -f nagios, expected text, json or markdown', '--open-unused');
    }
    const settings = await resolveSources(options, context);
    const output = resolveOutput(options.output, all, context);
    const request = { digests: true, clients: compareOptions.clients, hours: true, needed: true };
    const sides = await readSides([[baseline], sources], settings, context, request);
    const hasProblems = sides.some((side) => side.hasProblems);
    const [before, after] = sides.map(({ inventory }) => inventory) as [Inventory, Inventory];
    let status: number;
    if (openUnused && format !== 'nagios') {
      if (!allowDuplicates) refuseRepeated([...before.inputs, ...after.inputs]);
      const both = mergeInventories(before, after);
      const hasFound = await tellOpenUnused(both, format, changeSettings, settings, output, context);
      status = statusOf(hasFound, hasProblems);
    } else {
      checkSides(before, after, changeSettings, settings, context);
      const [old, now] = [collectEvidence(before), collectEvidence(after)];
      const changes = compare(old, now, settings.names, compareOptions);
      status = await tellChanges(changes, changeSettings, hasProblems, output);
    }
    output.close();
    return status;
  });
}

/** True if there is anything to tell. */
async function tellOpenUnused(
  inventory: Inventory,
  format: ReportFormat,
  { compare: { ignored }, isVerbose }: ChangeSettings,
  { names }: SourceSettings,
  output: Output,
  { stderr }: Context,
): Promise<boolean> {
  if (inventory.scans.length === 0 || inventory.captures.length === 0) {
    throw new UsageError('expected a scan and a capture, or inventories that have them', '--open-unused');
  }
  const evidence = collectEvidence(inventory);
  const report = findOpenUnused(evidence, names, ignored);
  const unsure = isSavedIn(inventory) ? countUnsure(report, evidence, names) : 0;
  if (unsure > 0) {
    stderr.write(
      `synsum: not sure of ${unsure} of the candidates: a saved inventory has all remote machines as one, and they may be among them\n`,
    );
  }
  await writeAll(renderOpenUnused(format, report, { isVerbose }), output);
  return report.unused.length > 0 || report.hidden.length > 0;
}

function isSavedIn({ inputs }: Inventory): boolean {
  return inputs.some(({ format, captures }) => format === 'synsum inventory' && captures.length > 0);
}

/** Services of remote machines on ports that remote machines are used on which are not told apart. */
function countUnsure({ unused }: OpenUnused, { services }: Evidence, names: Names): number {
  const ports = new Set(services.filter((service) => service.address === undefined).map(({ port }) => port));
  return unused.filter(({ address: text, port }) => {
    const address = parseAddress(text);
    return address !== undefined && ports.has(port) && !isOwnMachine(address, false, names);
  }).length;
}
