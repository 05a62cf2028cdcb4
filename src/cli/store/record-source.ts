// Records one source into a store, exactly once.

import fs from 'node:fs';
import path from 'node:path';
import { STDIN_NAME } from '../../capture/input.js';
import type { IsRecorded } from '../../sources/pieces.js';
import { StoreError } from '../../store/errors.js';
import { openToRecord } from '../../store/open.js';
import type { Outcome, RecordedFile, WritableStore } from '../../store/store.js';
import { HOUR } from '../../tally/layout.js';
import { visible } from '../../text/escape.js';
import { hasGrown } from '../check/captures.js';
import type { Context } from '../context.js';
import { nameOfInput } from '../diagnostics.js';
import { readNamed, type SourceSettings } from '../reading.js';
import { StreamRecorder, type StreamSettings } from './stream.js';

export interface RecordOptions {
  readonly store: string;
  readonly passwordFile?: string | undefined;
  readonly sensor: string;
  /** Milliseconds. */
  readonly every: number;
  readonly verbose?: true | undefined;
  readonly quiet?: true | undefined;
}

/** How many sources there were of each outcome. */
export type Counts = Record<Outcome | 'synAcks', number>;

/** The store, and how sources are recorded in it. */
export interface Recording {
  /** Opened again after a stream. */
  store: WritableStore;
  readonly files: ReadonlyMap<string, RecordedFile>;
  readonly options: RecordOptions;
  readonly settings: SourceSettings;
  readonly context: Context;
  readonly counts: Counts;
}

export interface Found {
  readonly isUsed: boolean;
  readonly hasProblems: boolean;
}

const DONE: Found = { isUsed: true, hasProblems: false };
/** It was read, but not recorded whole. */
const FAILED: Found = { isUsed: true, hasProblems: true };

/** How sources are read to be recorded. */
const REQUEST = { digests: true, clients: true, evidence: true, slice: HOUR, amongOthers: true } as const;

const PART = 'left out, as it is the beginning of a capture that is recorded';

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  recorded: 'recorded',
  replaced: 'has grown, and what is new was recorded',
  known: 'recorded before',
};

/** Opens the store, and reports what was done to open it. @throws StoreError if it cannot be used */
export async function openStore(
  { store: name, passwordFile }: RecordOptions,
  { stderr }: Context,
): Promise<WritableStore> {
  const store = await openToRecord(name, passwordFile);
  for (const note of store.notes) stderr.write(`synsum: ${visible(name)}: ${visible(note)}\n`);
  return store;
}

/** Records a source unless it is recorded, and counts and reports what came of it. */
export async function recordSource(source: string, recording: Recording): Promise<Found> {
  const { options, context, counts } = recording;
  const say = (text: string): void => {
    context.stderr.write(`synsum: ${nameOfInput(source)}: ${visible(text)}\n`);
  };
  const file = isStream(source) ? undefined : statOf(source);
  const before = file === undefined ? undefined : recording.files.get(file.path);
  if (before !== undefined && isSame(before, file)) {
    counts.known += 1;
    if (options.verbose === true) say(OUTCOMES.known);
    return DONE;
  }
  const isStreamed = file === undefined;
  const withStore: StreamSettings['withStore'] = async (work) => {
    if (!isStreamed) return work(recording.store);
    const store = await openStore(options, context);
    return work(store).finally(() => store.close());
  };
  const { sensor } = options;
  const every = isStreamed ? options.every : undefined;
  let stream: StreamRecorder | undefined;
  try {
    if (isStreamed || (await recording.store.isPiecewise())) {
      stream = new StreamRecorder({ sensor, source, every, before: before?.digest, withStore, context, say });
    }
    const isRecorded: IsRecorded = (digest) => withStore((store) => store.hasCapture(digest));
    return await readAndRecord({ source, file, before, stream, isRecorded, say }, recording);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    say(error.message);
    if (stream?.hasRecorded === true) {
      counts.recorded += 1;
      counts.synAcks += stream.synAcks;
    }
    return FAILED;
  }
}

interface Source {
  readonly source: string;
  /** Undefined for a stream. */
  readonly file: RecordedFile | undefined;
  /** The file as it was when it was recorded. */
  readonly before: RecordedFile | undefined;
  readonly stream: StreamRecorder | undefined;
  readonly isRecorded: IsRecorded;
  readonly say: (text: string) => void;
}

/** @throws StoreError if it could not be recorded */
async function readAndRecord(
  { source, file, before, stream, isRecorded, say }: Source,
  recording: Recording,
): Promise<Found> {
  const { options, settings, context, counts } = recording;
  const isStreamed = file === undefined;
  // A stream may be endless, and others may want to move the store meanwhile.
  if (isStreamed) await recording.store.close();
  const read = await readNamed([source], settings, context, { ...REQUEST, pieces: stream, isRecorded });
  const { inventory, isEmpty } = read;
  const hasProblems = read.hasProblems || stream?.hasProblems === true;
  // A file that a signal interrupted is left for the next run; of a stream, what was read counts.
  if (settings.signal.aborted && !isStreamed) return DONE;
  if (isEmpty) {
    if (!hasProblems) counts.known += 1;
    return { isUsed: !hasProblems, hasProblems };
  }
  const last = stream?.lastPiece;
  if (last?.isPart === true && options.quiet !== true) say(PART);
  const digest = last?.digest ?? inventory.captures[0]?.digest;
  const piece = last === undefined || last.sequence === 0 ? undefined : { ...last, isLast: true };
  const isContinued =
    last === undefined &&
    before?.digest !== undefined &&
    digest !== before.digest &&
    (await hasGrown(source, { ...before, digest: before.digest }));
  if (isStreamed) recording.store = await openStore(options, context);
  const outcome = await recording.store.record({
    sensor: options.sensor,
    source,
    inventory,
    piece,
    stream: last?.stream,
    replaces: isContinued ? before.digest : last?.replaces,
    ...(isStreamed ? {} : { file: { ...file, ...(digest === undefined ? {} : { digest }) } }),
  });
  // Pieces are taken back when the capture turns out to be known. The last one may be empty.
  const isKnown = outcome === 'known' && (inventory.captures.length > 0 || stream?.hasRecorded !== true);
  if (!isKnown) {
    counts.synAcks += (stream?.synAcks ?? 0) + (outcome === 'known' ? 0 : inventory.totals.synAcks);
  }
  const isNew = outcome !== 'replaced' && (isStreamed || piece === undefined);
  const shown = isKnown ? 'known' : isNew ? 'recorded' : 'replaced';
  counts[shown] += 1;
  if (options.verbose === true && last?.isPart !== true) say(OUTCOMES[shown]);
  return { isUsed: true, hasProblems };
}

/** Whether it is not a file, but for example a pipe: it can be read only once, and may be endless. */
export function isStream(source: string): boolean {
  if (source !== STDIN_NAME) return statOf(source) === undefined && fs.existsSync(source);
  try {
    return !fs.fstatSync(0).isFile();
  } catch {
    return false;
  }
}

function isSame(a: RecordedFile, b: RecordedFile | undefined): boolean {
  return a.size === b?.size && a.modified === b.modified && a.changed === b.changed;
}

/** A file with its full path; undefined if it is not a regular file. */
export function statOf(file: string): RecordedFile | undefined {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return undefined;
  return { path: path.resolve(file), size: stats.size, modified: stats.mtimeMs, changed: stats.ctimeMs };
}
