// The captures of a folder that `synsum check` has not read yet, and what is in them. Their digests, and the times that
// were counted of each, decide which those are: whatever is in neither the baseline nor the pending inventory is new.

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { describeFolderError } from '../../files/system-error.js';
import type { Inventory } from '../../inventory/inventory.js';
import { mergeInventories } from '../../inventory/merge.js';
import { remainingOf, type TimeWindow } from '../../inventory/time-window.js';
import { documentKindOf } from '../../sources/document-kind.js';
import { listFolder, pathIn } from '../../sources/expand.js';
import { addressesOf } from '../../sources/read-inventory.js';
import { visible } from '../../text/escape.js';
import type { Context } from '../context.js';
import { type ReadRequest, type ReadSources, readNamed, type SourceSettings } from '../reading.js';
import { UsageError } from '../usage-error.js';
import type { CheckedFile } from './state.js';

/** Which captures to read. */
export interface FolderOptions {
  readonly dir: string;
  /** Skips files modified in this many last seconds. */
  readonly settle: number;
  readonly verbose?: boolean | undefined;
}

/** The result of looking through the folder. */
export interface Taken {
  /** The inventory of the new captures; undefined if there are none. */
  readonly inventory: Inventory | undefined;
  /** The files that are there, to be remembered. */
  readonly files: readonly CheckedFile[];
  readonly hasProblems: boolean;
}

/** A file that was not checked in its present state. */
interface Fresh extends CheckedFile {
  readonly path: string;
  /** Its state when it was last checked. */
  readonly before: CheckedFile | undefined;
}

/** Milliseconds, an hour. A file dated further into the future was not just written: some clock was wrong. */
const MAX_CLOCK_STEP = 3_600_000;

/**
 * Reads the new captures one by one.
 * @param remembered the files checked before
 * @param counted the inventories that contain captures already
 */
export async function takeCaptures(
  remembered: readonly CheckedFile[],
  counted: readonly Inventory[],
  options: FolderOptions,
  settings: SourceSettings,
  context: Context,
): Promise<Taken> {
  const report = (file: string, message: string): void => {
    context.stderr.write(`synsum: ${visible(file)}: ${message}\n`);
  };
  const note = options.verbose === true ? report : () => undefined;
  const parts = countedParts(counted);
  const keep = addressesOf(counted.flatMap(({ scans }) => scans));
  const { known, fresh } = listFiles(remembered, parts, options, note);
  const files = new Map(known.map((file) => [file.name, file]));
  let inventory: Inventory | undefined;
  let hasProblems = false;
  let hasEmpty = false;
  const request = { digests: true, clients: true, hours: true, evidence: true, keep, amongOthers: true };
  for (const { path, before, ...file } of fresh) {
    const read = await readNamed([path], settings, context, request);
    // A capture that a signal interrupted is left for the next run.
    if (settings.signal.aborted) break;
    hasProblems ||= read.hasProblems;
    hasEmpty ||= read.isEmpty && !read.hasProblems;
    const digest = digestOf(read);
    const remaining = digest === undefined ? [] : remainingOf(parts.get(digest) ?? []);
    if (digest === undefined) {
      if (!read.isEmpty) note(path, NOT_A_CAPTURE);
    } else if (remaining.length === 0) {
      note(path, 'counted already');
    } else if (parts.has(digest)) {
      const rest = await readParts(path, remaining, settings, context, request);
      if (settings.signal.aborted) break;
      note(path, 'part of it was counted already; the rest is counted now');
      inventory = join(inventory, rest);
    } else {
      if (before?.digest !== undefined && parts.has(before.digest) && (await hasGrown(path, before))) {
        report(path, 'has grown since it was checked; what it contained then counts twice (see --settle)');
      }
      inventory = join(inventory, read.inventory);
    }
    files.set(file.name, { ...file, ...(digest === undefined ? {} : { digest }) });
    if (digest !== undefined) parts.set(digest, [{}]);
  }
  if (hasEmpty && !hasProblems && [...files.values()].every(({ digest }) => digest === undefined)) {
    report(options.dir, 'found an empty file and no capture');
    hasProblems = true;
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

/** Reads parts of a capture. Its problems were reported when it was read as a whole. */
async function readParts(
  path: string,
  windows: readonly TimeWindow[],
  settings: SourceSettings,
  context: Context,
  request: ReadRequest,
): Promise<Inventory | undefined> {
  const unheard = { ...context, stderr: { ...context.stderr, write: () => true } };
  let inventory: Inventory | undefined;
  for (const times of windows) {
    const read = await readNamed([path], { ...settings, times }, unheard, request);
    inventory = join(inventory, read.inventory);
  }
  return inventory;
}

/** Consumes both: neither may be used afterwards. */
export function join(a: Inventory | undefined, b: Inventory | undefined): Inventory | undefined {
  return a === undefined || b === undefined ? (a ?? b) : mergeInventories(a, b);
}

const NOT_A_CAPTURE = 'left out: a document, not a capture';

/** Splits the files of the folder into those that are known already and those to read. */
function listFiles(
  remembered: readonly CheckedFile[],
  parts: ReadonlyMap<string, readonly TimeWindow[]>,
  { dir, settle }: FolderOptions,
  note: (file: string, message: string) => void,
): { readonly known: readonly CheckedFile[]; readonly fresh: readonly Fresh[] } {
  const byName = new Map(remembered.map((file) => [file.name, file]));
  const known: CheckedFile[] = [];
  const fresh: Fresh[] = [];
  for (const name of namesIn(dir)) {
    const path = pathIn(dir, name);
    const found = statFile(path);
    if (found === undefined) continue;
    const before = byName.get(name);
    if (before !== undefined) known.push(before);
    const isSame =
      before?.size === found.size && before.modified === found.modified && before.changed === found.changed;
    if (isSame && isCounted(before, parts)) continue;
    if (isSettling(found.modified, settle)) note(path, 'left for next time, as it may still grow');
    else if (documentKindOf(path) !== undefined) note(path, NOT_A_CAPTURE);
    else fresh.push({ name, ...found, path, before });
  }
  return { known, fresh };
}

/** Whether everything in a file has been counted. */
function isCounted({ digest }: CheckedFile, parts: ReadonlyMap<string, readonly TimeWindow[]>): boolean {
  return digest === undefined || remainingOf(parts.get(digest) ?? []).length === 0;
}

/** Whether a file was modified so recently that it may still be written. @param settle seconds */
export function isSettling(modified: number, settle: number): boolean {
  const age = Date.now() - modified;
  return settle > 0 && age < settle * 1000 && age > -MAX_CLOCK_STEP;
}

function namesIn(dir: string): string[] {
  try {
    return listFolder(dir);
  } catch (error) {
    throw new UsageError(describeFolderError(error), `--dir ${dir}`);
  }
}

/** Size and times of a file, all zero if it cannot be reached: reading it will report why. Undefined if not a file. */
function statFile(path: string): Omit<CheckedFile, 'name'> | undefined {
  try {
    const stats = fs.statSync(path);
    if (!stats.isFile()) return undefined;
    return { size: stats.size, modified: stats.mtimeMs, changed: stats.ctimeMs };
  } catch {
    return isRemoved(path) ? undefined : { size: 0, modified: 0, changed: 0 };
  }
}

/** Whether it was just removed. A name that is not UTF-8 comes to us altered, and is never found. */
function isRemoved(path: string): boolean {
  try {
    return !path.includes('\ufffd') && fs.lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** Undefined if it is not a capture: the captures listed in a document are not files of this folder. */
function digestOf({ inventory: { captures, inputs } }: ReadSources): string | undefined {
  const [capture] = captures;
  return capture?.format === inputs[0]?.format ? capture?.digest : undefined;
}

/** Whether a capture begins with what it contained before; if not, it is another capture of the same name. */
export async function hasGrown(
  path: string,
  { size, digest }: Pick<CheckedFile, 'size' | 'digest'>,
): Promise<boolean> {
  const hash = createHash('sha256');
  try {
    for await (const piece of fs.createReadStream(path, { end: size - 1 })) hash.update(piece);
  } catch {
    return false;
  }
  return digest === `sha256:${hash.digest('hex')}`;
}
