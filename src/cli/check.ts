// `synsum check --baseline FILE --dir FOLDER`: what changed in the captures that nobody has looked at yet, for cron.
//
// Three files are kept, and each is written whole or not at all. The baseline is what changes are told against. The
// pending inventory has all captures that were looked at since, for --update to accept. The state says which captures
// need not be read again, and is written last: if a run is cut short, the next one reads them, and knows by their
// digests which of them it has.

import fs from 'node:fs';
import path from 'node:path';
import { isGoneIn } from '../inventory/accept.js';
import { type Changes, NO_CHANGES } from '../inventory/changes.js';
import { compare } from '../inventory/compare.js';
import { writeDocument } from '../inventory/document-writer.js';
import { collectEvidence } from '../inventory/evidence.js';
import type { Inventory } from '../inventory/inventory.js';
import { mergeInventories } from '../inventory/merge.js';
import { addressesOf } from '../sources/read-inventory.js';
import { documentKindOf } from '../sources/read-sources.js';
import { visible } from '../views/escape.js';
import { writeAtomically } from './atomic-file.js';
import { asPlugin, resolveChanges, tellChanges } from './changes.js';
import { type CheckState, type LookedAt, readState, writeState } from './check-state.js';
import type { CheckOptions } from './inventory-program.js';
import type { Context } from './run.js';
import { readNamed, resolveSources, type SourceSettings } from './sources.js';
import { UsageError } from './usage-error.js';

/** What one run has read. */
interface Taken {
  /** Undefined if there was no capture. */
  readonly inventory: Inventory | undefined;
  readonly lookedAt: readonly LookedAt[];
  readonly hasProblems: boolean;
}

export async function checkCommand(options: CheckOptions, context: Context): Promise<number> {
  return asPlugin(options, context, async () => {
    const { baseline, update = false, state: statePath = `${baseline}.state` } = options;
    const pendingPath = `${baseline}.pending`;
    const changeSettings = resolveChanges(options);
    const settings = await resolveSources(options, context);
    const state = readState(statePath);
    const { fresh, known } = listCaptures(options, state, context);
    const before = await readWhole(baseline, settings, context);
    const pending = await readPending(pendingPath, before, settings, context);
    const taken = await takeCaptures(fresh, options, [before, pending], settings, context);

    // What --update accepts is what it tells.
    const now = update ? join(pending, taken.inventory) : taken.inventory;
    const changes: Changes =
      now === undefined
        ? NO_CHANGES
        : compare(collectEvidence(before), collectEvidence(now), settings.names, changeSettings.compare);
    const status = await tellChanges(changes, changeSettings, taken.hasProblems, context.stdout);
    if (update) {
      if (now !== undefined) {
        const omit = isGoneIn(changes);
        writeAtomically(baseline, writeDocument(mergeInventories(before, now), { omit }));
      }
      fs.rmSync(pendingPath, { force: true });
    } else if (taken.inventory !== undefined) {
      const all = join(pending, taken.inventory) as Inventory;
      writeAtomically(pendingPath, writeDocument(all));
    }
    writeState(statePath, new Map([...known, ...taken.lookedAt].map((capture) => [capture.name, capture])));
    return status;
  });
}

/** The files of the folder that were not looked at, and what is remembered of the others. */
function listCaptures(
  { dir, settle, verbose = false }: CheckOptions,
  state: CheckState,
  { stderr }: Context,
): { readonly fresh: readonly LookedAt[]; readonly known: readonly LookedAt[] } {
  const fresh: LookedAt[] = [];
  const known: LookedAt[] = [];
  const settled = Date.now() - settle * 1000;
  for (const name of namesIn(dir)) {
    const file = path.join(dir, name);
    const stats = fs.statSync(file, { throwIfNoEntry: false });
    if (name.startsWith('.') || stats?.isFile() !== true) continue;
    const { size, mtimeMs: modified, ctimeMs: changed } = stats;
    const before = state.get(name);
    if (before?.size === size && before.modified === modified && before.changed === changed) {
      known.push(before);
    } else if (modified > settled) {
      if (verbose) stderr.write(`synsum: ${visible(file)}: left for the next time, it may still grow\n`);
    } else if (documentKindOf(file) === undefined) {
      if (before !== undefined && before.size !== size) {
        stderr.write(`synsum: ${visible(file)}: written to after it was looked at; ${COUNTED_AGAIN}\n`);
      }
      fresh.push({ name, size, modified, changed });
    }
  }
  return { fresh, known };
}

const COUNTED_AGAIN = 'what it had then may count twice (tcpdump -G and -C begin new files)';

function namesIn(dir: string): string[] {
  try {
    return fs.readdirSync(dir).sort();
  } catch (error) {
    throw new UsageError((error as Error).message, `--dir ${dir}`);
  }
}

/** Reads captures one by one, so that one that is in the baseline or pending already can be left out. */
async function takeCaptures(
  captures: readonly LookedAt[],
  { dir, verbose = false }: CheckOptions,
  before: readonly (Inventory | undefined)[],
  settings: SourceSettings,
  context: Context,
): Promise<Taken> {
  const digests = new Set(before.flatMap((one) => one?.captures.map(({ digest }) => digest) ?? []));
  const kept = addressesOf(before.flatMap((one) => one?.scans ?? []));
  const lookedAt: LookedAt[] = [];
  let inventory: Inventory | undefined;
  let hasProblems = false;
  for (const capture of captures) {
    if (settings.signal.aborted) break;
    const file = path.join(dir, capture.name);
    const read = await readNamed([file], settings, context, { records: true, clients: true, kept });
    hasProblems ||= read.hasProblems;
    // Ended in the middle by a signal: the next run reads it.
    if (settings.signal.aborted) break;
    lookedAt.push(capture);
    if (read.isEmpty) continue;
    if (read.inventory.captures.some(({ digest }) => digests.has(digest))) {
      if (verbose) context.stderr.write(`synsum: ${visible(file)}: counted already\n`);
      continue;
    }
    for (const { digest } of read.inventory.captures) digests.add(digest);
    inventory = join(inventory, read.inventory);
  }
  return { inventory, lookedAt, hasProblems };
}

/** What was looked at and not accepted. If the baseline has it, a run that accepted it was cut short. */
async function readPending(
  file: string,
  before: Inventory,
  settings: SourceSettings,
  context: Context,
): Promise<Inventory | undefined> {
  if (!fs.existsSync(file)) return undefined;
  const pending = await readWhole(file, settings, context);
  const accepted = new Set(before.captures.map(({ digest }) => digest));
  return pending.captures.some(({ digest }) => accepted.has(digest)) ? undefined : pending;
}

/** @throws UsageError for a file that cannot be read, or not whole: what is written must not lose any of it */
async function readWhole(file: string, settings: SourceSettings, context: Context): Promise<Inventory> {
  const { inventory, hasProblems } = await readNamed([file], settings, context, {
    records: true,
    clients: true,
  });
  if (hasProblems) {
    throw new UsageError('could not be read whole; synsum save writes a baseline', `--baseline ${file}`);
  }
  return inventory;
}

function join(a: Inventory | undefined, b: Inventory | undefined): Inventory | undefined {
  return a === undefined || b === undefined ? (a ?? b) : mergeInventories(a, b);
}
