// The captures of a folder that were not looked at yet, and what is in them, for `synsum check`. Which those are is
// decided by their digests, and by the time that was counted of them: what neither the baseline nor the pending inventory
// has is new.

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { Inventory } from '../inventory/inventory.js';
import { mergeInventories } from '../inventory/merge.js';
import { remainingOf, type TimeWindow } from '../inventory/time-window.js';
import { documentKindOf } from '../sources/document-kind.js';
import { addressesOf } from '../sources/read-inventory.js';
import { visible } from '../text/escape.js';
import type { CheckedFile } from './check-state.js';
import type { CheckOptions } from './inventory-program.js';
import type { Context } from './run.js';
import { type ReadRequest, type ReadSources, readNamed, type SourceSettings } from './sources.js';
import { UsageError } from './usage-error.js';

/** What a run has found in the folder. */
export interface Taken {
  /** Of the new captures; undefined if there are none. */
  readonly inventory: Inventory | undefined;
  /** What is to be remembered of the files that are there. */
  readonly files: readonly CheckedFile[];
  readonly hasProblems: boolean;
}

/** A file that was not looked at as it is now. */
interface Fresh extends CheckedFile {
  readonly path: string;
  /** As it was when it was looked at last. */
  readonly before: CheckedFile | undefined;
}

/** Milliseconds, an hour. What is of the future by more was not written to just now: a clock was wrong. */
const MAX_CLOCK_STEP = 3_600_000;

/**
 * Reads the new captures one by one.
 * @param remembered the files that were looked at before
 * @param counted the inventories that have captures already
 */
export async function takeCaptures(
  remembered: readonly CheckedFile[],
  counted: readonly Inventory[],
  options: CheckOptions,
  settings: SourceSettings,
  context: Context,
): Promise<Taken> {
  const tell = (file: string, message: string): void => {
    context.stderr.write(`synsum: ${visible(file)}: ${message}\n`);
  };
  const note = options.verbose === true ? tell : () => undefined;
  const parts = countedParts(counted);
  const keep = addressesOf(counted.flatMap(({ scans }) => scans));
  const { known, fresh } = listFiles(remembered, parts, options, note);
  const files = new Map(known.map((file) => [file.name, file]));
  let inventory: Inventory | undefined;
  let hasProblems = false;
  const request = { digests: true, clients: true, hours: true, keep };
  for (const { path, before, ...file } of fresh) {
    const read = await readNamed([path], settings, context, request);
    // What a signal has ended in the middle is left for the next run.
    if (settings.signal.aborted) break;
    hasProblems ||= read.hasProblems;
    const digest = digestOf(read);
    const remaining = digest === undefined ? [] : remainingOf(parts.get(digest) ?? []);
    if (digest === undefined) {
      if (!read.isEmpty) note(path, NO_CAPTURE);
    } else if (remaining.length === 0) {
      note(path, 'counted already');
    } else if (parts.has(digest)) {
      const rest = await readParts(path, remaining, settings, context, request);
      if (settings.signal.aborted) break;
      note(path, 'a part of it was counted already, the rest is counted now');
      inventory = join(inventory, rest);
    } else {
      if (before?.digest !== undefined && parts.has(before.digest) && (await hasGrown(path, before))) {
        tell(path, 'has grown since it was looked at; what it had then counts twice (see --settle)');
      }
      inventory = join(inventory, read.inventory);
    }
    files.set(file.name, { ...file, ...(digest === undefined ? {} : { digest }) });
    if (digest !== undefined) parts.set(digest, [{}]);
  }
  return { inventory, files: [...files.values()], hasProblems };
}

/** The parts of each capture that were counted, by its digest. */
export function countedParts(inventories: readonly Inventory[]): Map<string, TimeWindow[]> {
  const parts = new Map<string, TimeWindow[]>();
  for (const capture of inventories.flatMap(({ captures }) => captures)) {
    if (capture.digest === undefined) continue;
    parts.set(capture.digest, [...(parts.get(capture.digest) ?? []), capture]);
  }
  return parts;
}

/** Reads parts of a capture. What is wrong with it was reported when it was read as a whole. */
async function readParts(
  path: string,
  windows: readonly TimeWindow[],
  settings: SourceSettings,
  context: Context,
  request: ReadRequest,
): Promise<Inventory | undefined> {
  const silent = { ...context, stderr: { ...context.stderr, write: () => true } };
  let inventory: Inventory | undefined;
  for (const times of windows) {
    const read = await readNamed([path], { ...settings, times }, silent, request);
    inventory = join(inventory, read.inventory);
  }
  return inventory;
}

/** Takes both: neither is to be used any more. */
export function join(a: Inventory | undefined, b: Inventory | undefined): Inventory | undefined {
  return a === undefined || b === undefined ? (a ?? b) : mergeInventories(a, b);
}

const NO_CAPTURE = 'left out: a document, and no capture';

/** What is remembered of the files of the folder, and which of them are to be read. */
function listFiles(
  remembered: readonly CheckedFile[],
  parts: ReadonlyMap<string, readonly TimeWindow[]>,
  { dir, settle }: CheckOptions,
  note: (file: string, message: string) => void,
): { readonly known: readonly CheckedFile[]; readonly fresh: readonly Fresh[] } {
  const byName = new Map(remembered.map((file) => [file.name, file]));
  const known: CheckedFile[] = [];
  const fresh: Fresh[] = [];
  for (const name of namesIn(dir)) {
    // Not joined: `./-` is a file, and `-` would be standard input.
    const path = `${dir.replace(/\/+$/, '')}/${name}`;
    const found = name.startsWith('.') ? undefined : statFile(path);
    if (found === undefined) continue;
    const before = byName.get(name);
    if (before !== undefined) known.push(before);
    const isSame =
      before?.size === found.size && before.modified === found.modified && before.changed === found.changed;
    if (isSame && isCounted(before, parts)) continue;
    if (isSettling(found.modified, settle)) note(path, 'left for the next time, it may still grow');
    else if (documentKindOf(path) !== undefined) note(path, NO_CAPTURE);
    else fresh.push({ name, ...found, path, before });
  }
  return { known, fresh };
}

/** Whether there is nothing in a file that was not counted. */
function isCounted({ digest }: CheckedFile, parts: ReadonlyMap<string, readonly TimeWindow[]>): boolean {
  return digest === undefined || remainingOf(parts.get(digest) ?? []).length === 0;
}

function isSettling(modified: number, settle: number): boolean {
  const age = Date.now() - modified;
  return settle > 0 && age < settle * 1000 && age > -MAX_CLOCK_STEP;
}

function namesIn(dir: string): string[] {
  try {
    return fs.readdirSync(dir).sort();
  } catch (error) {
    throw new UsageError((error as Error).message, `--dir ${dir}`);
  }
}

/** Size and times of a file, all zero if it cannot be reached: who reads it tells why. Undefined if it is no file. */
function statFile(path: string): Omit<CheckedFile, 'name'> | undefined {
  try {
    const stats = fs.statSync(path);
    if (!stats.isFile()) return undefined;
    return { size: stats.size, modified: stats.mtimeMs, changed: stats.ctimeMs };
  } catch {
    return isRemoved(path) ? undefined : { size: 0, modified: 0, changed: 0 };
  }
}

/** Whether it was removed a moment ago. A name that is not UTF-8 is shown otherwise than it is, and never found. */
function isRemoved(path: string): boolean {
  try {
    return !path.includes('\ufffd') && fs.lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** Undefined for what is no capture: what a document has in it are the captures of others. */
function digestOf({ inventory: { captures, inputs } }: ReadSources): string | undefined {
  const [capture] = captures;
  return capture?.format === inputs[0]?.format ? capture?.digest : undefined;
}

/** Whether a capture begins with what it had before. Another one in its place is nothing special. */
async function hasGrown(path: string, { size, digest }: CheckedFile): Promise<boolean> {
  const hash = createHash('sha256');
  try {
    for await (const piece of fs.createReadStream(path, { end: size - 1 })) hash.update(piece);
  } catch {
    return false;
  }
  return digest === `sha256:${hash.digest('hex')}`;
}
