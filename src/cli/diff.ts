// `synsum diff BASELINE SOURCE…`: what changed, as diff(1) and ndiff(1) tell it.

import { compare } from '../inventory/compare.js';
import { collectEvidence } from '../inventory/evidence.js';
import { mergeInventories } from '../inventory/merge.js';
import { findOpenUnused } from '../inventory/open-unused.js';
import { addressesOf } from '../sources/read-inventory.js';
import { documentKindOf } from '../sources/read-sources.js';
import { renderOpenUnused } from '../views/index.js';
import { asPlugin, type ChangeSettings, resolveChanges, statusOf, tellChanges, writeAll } from './changes.js';
import { checkSources } from './inputs.js';
import type { DiffOptions } from './inventory-program.js';
import type { Output } from './output.js';
import { resolveOutput } from './output-file.js';
import { nameOfInput } from './report.js';
import type { Context } from './run.js';
import { type ReadSources, readNamed, resolveSources, type SourceSettings } from './sources.js';
import { UsageError } from './usage-error.js';

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
    const settings = await resolveSources(options, context);
    const output = resolveOutput(options.output, all, context);
    const [before, after] = await readBoth(baseline, sources, changeSettings, settings, context);
    refuseEmpty(before, [baseline]);
    refuseEmpty(after, sources);
    const hasProblems = before.hasProblems || after.hasProblems;
    const status =
      options.openUnused === true
        ? await tellOpenUnused([before, after], hasProblems, changeSettings, settings, output)
        : await tellChanges(
            compare(
              collectEvidence(before.inventory),
              collectEvidence(after.inventory),
              settings.names,
              changeSettings.compare,
            ),
            changeSettings,
            hasProblems,
            output,
          );
    output.close();
    return status;
  });
}

/** Machines that a scan found are kept in the captures of the other side too, so a scan is read first. */
async function readBoth(
  baseline: string,
  sources: readonly string[],
  { compare: { clients } }: ChangeSettings,
  settings: SourceSettings,
  context: Context,
): Promise<[before: ReadSources, after: ReadSources]> {
  const read = (named: readonly string[], other?: ReadSources): Promise<ReadSources> => {
    const kept = addressesOf(other?.inventory.scans ?? []);
    return readNamed(named, settings, context, { records: true, clients, kept });
  };
  if (documentKindOf(baseline) === undefined) {
    const after = await read(sources);
    return [await read([baseline], after), after];
  }
  const before = await read([baseline]);
  return [before, await read(sources, before)];
}

async function tellOpenUnused(
  sides: readonly [ReadSources, ReadSources],
  hasProblems: boolean,
  { format, compare: { ignored }, isVerbose }: ChangeSettings,
  { names }: SourceSettings,
  output: Output,
): Promise<number> {
  if (format === 'nagios') {
    throw new UsageError('found -f nagios, expected text, json or markdown', '--open-unused');
  }
  const inventory = mergeInventories(sides[0].inventory, sides[1].inventory);
  if (inventory.scans.length === 0 || inventory.captures.length === 0) {
    throw new UsageError('expected a scan and a capture, or inventories that have them', '--open-unused');
  }
  const report = findOpenUnused(collectEvidence(inventory), names, ignored);
  await writeAll(renderOpenUnused(format, report, { isVerbose }), output);
  return statusOf(report.unused.length > 0 || report.hidden.length > 0, hasProblems);
}

/** What was wrong has been reported; without one side there is no comparison. */
function refuseEmpty({ isEmpty }: ReadSources, named: readonly string[]): void {
  if (!isEmpty) return;
  throw new UsageError(
    'nothing in it could be read, so nothing is compared',
    named.map(nameOfInput).join(', '),
  );
}
