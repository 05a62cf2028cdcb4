// `synsum check --baseline FILE --dir FOLDER`: what changed in the captures that nobody has looked at yet, for cron.
//
// Three files are kept, and each is written whole or not at all. The baseline is what changes are told against. The
// pending inventory has the captures that were told since, for --update to accept. A capture that neither of them has
// is new: so nothing is counted twice or lost, wherever a run is cut short. The state only saves reading them anew.

import fs from 'node:fs';
import { type AtomicFile, openAtomic } from '../../files/atomic-file.js';
import { isGoneIn } from '../../inventory/changes/accept.js';
import type { Changes } from '../../inventory/changes/changes.js';
import { compareIncrementally } from '../../inventory/changes/incremental.js';
import { writeDocument } from '../../inventory/document/writer.js';
import { collectEvidence } from '../../inventory/evidence.js';
import type { Inventory } from '../../inventory/inventory.js';
import { isEmptyInventory } from '../../inventory/inventory.js';
import { mergeInventories } from '../../inventory/merge.js';
import { overlap } from '../../inventory/time-window.js';
import { documentKindOf } from '../../sources/document-kind.js';
import { asPlugin, type ChangeSettings, checkSides, resolveChanges, tellChanges } from '../changes.js';
import { countedParts, join, takeCaptures } from '../check-captures.js';
import { type CheckState, readState, renderState } from '../check-state.js';
import type { CheckOptions } from '../inventory-program.js';
import type { Context } from '../run.js';
import { readNamed, resolveSources, type SourceSettings } from '../sources.js';
import { UsageError } from '../usage-error.js';

/** What a run has to tell and to keep. */
interface Outcome {
  readonly told: Changes;
  /** Of the baseline or the pending inventory; undefined if it stays as it is. */
  readonly document: Iterable<string> | undefined;
  readonly state: CheckState;
  readonly hasProblems: boolean;
}

export async function checkCommand(options: CheckOptions, context: Context): Promise<number> {
  return asPlugin(options, context, async () => {
    const { baseline, update = false, state: statePath = `${baseline}.state` } = options;
    const pendingPath = `${baseline}.pending`;
    const changeSettings = resolveChanges(options);
    checkBaseline(baseline, update);
    const settings = await resolveSources(options, context);
    const state = readState(statePath);
    // Opened before the work begins: what cannot be kept is not to be told.
    const kept = openKept([update ? baseline : pendingPath, statePath]);
    try {
      const before = await readWhole(baseline, 'synsum save makes a new one', settings, context);
      const pending = await readPending(pendingPath, before, settings, context);
      const outcome = await runCheck({ before, pending, state }, options, changeSettings, settings, context);
      kept.write([outcome.document ?? [], [renderState(outcome.state)]]);
      const { told, hasProblems } = outcome;
      const status = await tellChanges(told, changeSettings, hasProblems, context.stdout);
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
  options: CheckOptions,
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
  const fresh = inventory && collectEvidence(inventory);
  const now = join(pending, inventory);
  const baseline = collectEvidence(before);
  const { news, all } = compareIncrementally(
    baseline,
    { fresh, all: now && collectEvidence(now) },
    settings.names,
    { ...changeSettings.compare, timeline: state.baselines },
  );
  if (options.update === true) {
    // It tells what it accepts.
    const document =
      now && writeDocument(mergeInventories(before, now), { omit: isGoneIn(all, settings.names) });
    const baselines =
      now === undefined ? state.baselines : addBaseline(state.baselines, baseline.coverage.end);
    return { told: all, document, state: { files, baselines }, hasProblems };
  }
  return {
    // A plugin tells how things stand: else the next check, a minute later, would say that all is well.
    told: options.format === 'nagios' ? all : news,
    document: inventory && now && writeDocument(now),
    state: { files, baselines: state.baselines },
    hasProblems,
  };
}

/** As many as a baseline that is written anew each day needs for the longest silence that anybody waits for. */
const MAX_BASELINES = 400;

/** Adds the end of a baseline that is written anew. */
function addBaseline(ends: readonly number[], end: number): number[] {
  const known = new Set(Number.isFinite(end) ? [...ends, end] : ends);
  return [...known].sort((a, b) => a - b).slice(-MAX_BASELINES);
}

/** @throws UsageError if there is none, or it is of a kind that --update cannot write */
function checkBaseline(path: string, update: boolean): void {
  if (asUsage(path, () => fs.statSync(path, { throwIfNoEntry: false })) === undefined) {
    throw new UsageError(`no such file; synsum save -o ${path} CAPTURE… makes it`, '--baseline');
  }
  if (update && documentKindOf(path) !== 'inventory') {
    const found = `found ${path}, expected a saved inventory, as --update writes it`;
    throw new UsageError(`${found}; synsum save makes one of captures and scans`, '--baseline');
  }
}

/** What was told and not accepted. If the baseline has it, it was accepted, and the run that did so was cut short. */
async function readPending(
  path: string,
  before: Inventory,
  settings: SourceSettings,
  context: Context,
): Promise<Inventory | undefined> {
  if (!fs.existsSync(path)) return undefined;
  const advice = 'without this file what was told and not accepted is told again';
  const pending = await readWhole(path, advice, settings, context);
  const accepted = countedParts([before]);
  const others = pending.captures.filter(
    (capture) => accepted.get(capture.digest ?? '')?.some((part) => overlap(part, capture)) !== true,
  );
  if (others.length === pending.captures.length) return pending;
  if (others.length > 0) {
    const found = `found some of its captures in the baseline, so it is not used; the others: ${others.length}`;
    context.stderr.write(`synsum: ${path}: ${found} are looked at again if they are still there\n`);
  }
  return undefined;
}

/** @throws UsageError if any of it cannot be read: what is written must not have less in it */
async function readWhole(
  path: string,
  advice: string,
  settings: SourceSettings,
  context: Context,
): Promise<Inventory> {
  const request = { digests: true, clients: true, hours: true, needed: true };
  const reading = readNamed([path], settings, context, request).catch((error: unknown) => {
    throw error instanceof UsageError ? new UsageError(`${error.message}; ${advice}`) : error;
  });
  const { inventory, hasProblems } = await reading;
  if (settings.signal.aborted) throw new UsageError('stopped before all was read', path);
  if (hasProblems) throw new UsageError(`could not be read whole; ${advice}`, path);
  return inventory;
}

/** Files that are written before the changes are told, and put in their places when they were. */
function openKept(paths: readonly string[]): {
  /** Of a file that has nothing in it nothing is kept. */
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
        asUsage(kept.path, () => {
          for (const chunk of contents[at] ?? []) kept.isWritten = kept.file.write(chunk);
        });
      }
    },
    commit() {
      for (const { path, file, isWritten } of files) if (isWritten) asUsage(path, () => file.commit());
    },
    abandon,
  };
}

/** @throws UsageError with what the system says of the file */
function asUsage<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new UsageError((error as Error).message, path);
  }
}
