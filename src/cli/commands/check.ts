// `synsum check --baseline FILE --dir FOLDER`: reports what changed in captures not checked before, for cron.
//
// It keeps three files, and writes each whole or not at all. Changes are judged against the baseline. The pending
// inventory holds the captures reported since, for --update to accept. A capture in neither of them is new: so nothing
// counts twice or is lost, wherever a run is cut short. The state only saves reading old captures again, and remembers when
// the captures of each baseline ended, so it is put in place first: later, the old baseline is gone.

import fs from 'node:fs';
import { type AtomicFile, openAtomic } from '../../files/atomic-file.js';
import { OutputError } from '../../files/output.js';
import { reasonOf } from '../../files/system-error.js';
import { isGoneIn } from '../../inventory/changes/accept.js';
import type { Changes, MachineAt } from '../../inventory/changes/changes.js';
import { compareIncrementally } from '../../inventory/changes/incremental.js';
import { writeDocument } from '../../inventory/document/writer.js';
import { collectEvidence } from '../../inventory/evidence.js';
import { filterSides, isFiltering } from '../../inventory/filter.js';
import type { Inventory } from '../../inventory/inventory.js';
import { isEmptyInventory } from '../../inventory/inventory.js';
import { mergeInventories } from '../../inventory/merge.js';
import { overlap } from '../../inventory/time-window.js';
import { documentKindOf } from '../../sources/document-kind.js';
import { isStoreName } from '../../store/selection.js';
import { formatCount } from '../../text/count-noun.js';
import { countChanges } from '../../views/changes/counts.js';
import { countedParts, join, takeCaptures } from '../check/captures.js';
import { type CheckState, readState, renderState } from '../check/state.js';
import { type AnyCommand, Option, type OptionsOf } from '../commander.js';
import {
  asPlugin,
  CHANGE_STATUS,
  type ChangeSettings,
  checkSides,
  noteRemoteBefore,
  noteUncertain,
  reportChanges,
  resolveChanges,
} from '../comparison.js';
import type { Context } from '../context.js';
import { reportUnmatchedInSides } from '../empty-result.js';
import { addChangeOptions } from '../options/changes.js';
import { type Done, GROUP, optionsOf, parseCount, refuse } from '../options/command.js';
import { addReadingOptions } from '../options/reading.js';
import { openResult } from '../output-file.js';
import { readNamed, resolveSources, type SourceSettings } from '../reading.js';
import { UsageError } from '../usage-error.js';

/** The changes that a run reports, and the files that it keeps. */
interface Outcome {
  readonly reported: Changes;
  /** Machines of which it is said that they are not new. */
  readonly remoteBefore: readonly MachineAt[];
  /** The new contents of the baseline or the pending inventory; undefined if it stays as it is. */
  readonly document: Iterable<string> | undefined;
  readonly state: CheckState;
  readonly hasProblems: boolean;
}

type Options = OptionsOf<typeof addCommand>;

/** Seconds, for captures that are written unbuffered. docs/check.md says what fits tcpdump -G. */
const DEFAULT_SETTLE = 60;
const MAX_SETTLE = 86_400;

export function addCheckCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.action(async () => done(await check(optionsOf(command), context)));
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('check')
    .description('report what changed in the new captures of a folder; for cron')
    .optionsGroup(GROUP.compare)
    .requiredOption('--baseline <file>', 'the saved inventory to compare with')
    .requiredOption('--dir <folder>', 'the folder of captures')
    .option('--state <file>', 'remembers which captures were checked (default: the baseline plus .state)')
    .addOption(
      new Option('--settle <seconds>', 'skip captures modified in the last SECONDS')
        .default(DEFAULT_SETTLE)
        .argParser((text) => (text === '0' ? 0 : parseCount(text, MAX_SETTLE))),
    )
    .option('--update', 'accept the changes: rewrite the baseline with everything checked so far');
  const full = addReadingOptions(addChangeOptions(command));
  refuse(
    full,
    ['--since', '--until'],
    'each capture is checked once and as a whole; synsum diff takes times',
  );
  return full.addHelpText('after', CHANGE_STATUS);
}

async function check(options: Options, context: Context): Promise<number> {
  return asPlugin(options, context, async () => {
    const { baseline, update = false, state: statePath = `${baseline}.state` } = options;
    const pendingPath = `${baseline}.pending`;
    const changeSettings = resolveChanges(options);
    if (update && isFiltering(changeSettings.filter)) {
      throw new UsageError(
        'accepts all changes, expected no --client, --server or --service with it',
        '--update',
      );
    }
    checkBaseline(baseline, update);
    const settings = await resolveSources(options, context);
    const state = readState(statePath);
    const output = openResult(
      options.output,
      [baseline, pendingPath, statePath, settings.hostsFile],
      context,
    );
    // Opened before the work begins: changes that cannot be kept must not be reported.
    const kept = openKept([statePath, update ? baseline : pendingPath]);
    try {
      const before = await readWhole(baseline, 'synsum save creates a new one', settings, context);
      const pending = await readPending(pendingPath, before, settings, context);
      const outcome = await runCheck({ before, pending, state }, options, changeSettings, settings, context);
      kept.write([[renderState(outcome.state)], outcome.document ?? []]);
      const { reported, hasProblems } = outcome;
      noteRemoteBefore(outcome.remoteBefore, changeSettings, context);
      // A mail from cron needs a reason of its own.
      if (countChanges(reported) > 0) noteUncertain(reported, changeSettings, context);
      const status = await reportChanges(reported, changeSettings, hasProblems, output, context);
      output.close();
      kept.commit();
      if (update) fs.rmSync(pendingPath, { force: true });
      return status;
    } finally {
      kept.abandon();
    }
  });
}

async function runCheck(
  { before, pending, state }: { before: Inventory; pending: Inventory | undefined; state: CheckState },
  options: Options,
  changeSettings: ChangeSettings,
  settings: SourceSettings,
  context: Context,
): Promise<Outcome> {
  const counted = pending === undefined ? [before] : [before, pending];
  const { inventory, files, hasProblems } = await takeCaptures(
    state.files,
    counted,
    options,
    settings,
    context,
  );
  if (inventory !== undefined && !isEmptyInventory(inventory)) {
    checkSides(before, inventory, changeSettings, settings, context);
  }
  const searched = [before, pending, inventory].filter((side) => side !== undefined);
  reportUnmatchedInSides(searched, settings, changeSettings.filter, options, context, {
    onlyMistyped: !changeSettings.isVerbose,
  });
  const fresh = inventory && collectEvidence(inventory);
  const now = join(pending, inventory);
  const baseline = collectEvidence(before);
  const [known, filtered, ofRun] = filterSides(
    [baseline, now && collectEvidence(now), fresh],
    settings.names,
    changeSettings.filter,
  );
  const { news, all } = compareIncrementally(known, { fresh: ofRun, all: filtered }, settings.names, {
    ...changeSettings.compare,
    timeline: state.baselines,
  });
  if (options.update === true) {
    // It reports what it accepts.
    const document =
      now &&
      writeDocument(mergeInventories(before, now), { omit: isGoneIn(all, settings.names, options.numeric) });
    const baselines =
      now === undefined ? state.baselines : addBaseline(state.baselines, baseline.coverage.end);
    return {
      reported: all,
      remoteBefore: all.remoteBefore,
      document,
      state: { files, baselines, remoteBefore: [] },
      hasProblems,
    };
  }
  const mentioned = new Set(state.remoteBefore);
  return {
    // A plugin reports how things stand: otherwise the next check, a minute later, would say that all is well.
    reported: options.format === 'nagios' ? all : news,
    // It is not a change, so once is enough.
    remoteBefore: news.remoteBefore.filter(
      ({ address }) => options.verbose === true || !mentioned.has(address),
    ),
    document: inventory && now && writeDocument(now),
    state: {
      files,
      baselines: state.baselines,
      remoteBefore: [...new Set([...mentioned, ...news.remoteBefore.map(({ address }) => address)])],
    },
    hasProblems,
  };
}

/** Enough for a baseline that is rewritten every day, and the longest silence that anybody waits for. */
const MAX_BASELINES = 400;

/** Adds the end of a baseline that is about to be rewritten. */
function addBaseline(ends: readonly number[], end: number): number[] {
  const known = new Set(Number.isFinite(end) ? [...ends, end] : ends);
  return [...known].sort((a, b) => a - b).slice(-MAX_BASELINES);
}

/** @throws UsageError if it does not exist, or is of a kind that --update cannot write */
function checkBaseline(path: string, update: boolean): void {
  if (isStoreName(path)) {
    const found = 'found a store, expected a saved inventory';
    throw new UsageError(`${found}; synsum save -o FILE STORE creates one from it`, '--baseline');
  }
  if (asUsage(path, () => fs.statSync(path, { throwIfNoEntry: false })) === undefined) {
    throw new UsageError(`no such file; synsum save -o ${path} CAPTURE… creates it`, '--baseline');
  }
  if (update && documentKindOf(path) !== 'inventory') {
    const found = `found ${path}, expected a saved inventory, which --update can write`;
    throw new UsageError(`${found}; synsum save creates one from captures and scans`, '--baseline');
  }
}

/** Captures reported and not accepted. If they are in the baseline, the run that accepted them was cut short. */
async function readPending(
  path: string,
  before: Inventory,
  settings: SourceSettings,
  context: Context,
): Promise<Inventory | undefined> {
  if (!fs.existsSync(path)) return undefined;
  const advice = 'without this file, changes that were reported and not accepted are reported again';
  const pending = await readWhole(path, advice, settings, context);
  const accepted = countedParts([before]);
  const others = pending.captures.filter(
    (capture) => accepted.get(capture.digest ?? '')?.some((part) => overlap(part, capture)) !== true,
  );
  if (others.length === pending.captures.length) return pending;
  if (others.length > 0) {
    const found = `some of its captures are in the baseline, so it is not used; the others (${formatCount(others.length)})`;
    context.stderr.write(`synsum: ${path}: ${found} are checked again if they are still there\n`);
  }
  return undefined;
}

/** @throws UsageError if any of it cannot be read: what is written must not contain less */
async function readWhole(
  path: string,
  advice: string,
  settings: SourceSettings,
  context: Context,
): Promise<Inventory> {
  const request = { digests: true, clients: true, hours: true, evidence: true, needed: true };
  const reading = readNamed([path], settings, context, request).catch((error: unknown) => {
    throw error instanceof UsageError ? new UsageError(`${error.message}; ${advice}`) : error;
  });
  const { inventory, hasProblems } = await reading;
  if (settings.signal.aborted) throw new UsageError('stopped before everything was read', path);
  if (hasProblems) throw new UsageError(`could not be read completely; ${advice}`, path);
  return inventory;
}

/** Files that are written before the changes are reported, and put in place afterwards, in this order. */
function openKept(paths: readonly string[]): {
  /** A file for which there are no contents stays as it is. */
  write(contents: readonly Iterable<string>[]): void;
  commit(): void;
  abandon(): void;
} {
  const files: { readonly path: string; readonly file: AtomicFile; isWritten: boolean }[] = [];
  const abandon = (): void => {
    for (const { file } of files) file.abandon();
  };
  try {
    for (const path of paths) {
      files.push({ path, file: asUsage(path, () => openAtomic(path)), isWritten: false });
    }
  } catch (error) {
    abandon();
    throw error;
  }
  return {
    write(contents) {
      for (const [at, kept] of files.entries()) {
        asOutput(kept.path, () => {
          for (const chunk of contents[at] ?? []) kept.isWritten = kept.file.write(chunk);
        });
      }
    },
    commit() {
      for (const { path, file, isWritten } of files) if (isWritten) asOutput(path, () => file.commit());
    },
    abandon,
  };
}

/** @throws OutputError with the system's message */
function asOutput<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new OutputError(error, path);
  }
}

/** @throws UsageError with what the system says about the file */
function asUsage<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new UsageError(reasonOf(error), path);
  }
}
