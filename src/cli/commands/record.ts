// `synsum record --store FILE [source…]`: records sources into a store, each exactly once.

import fs from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { STDIN_NAME } from '../../capture/input.js';
import { pathIn, readFolder } from '../../sources/expand.js';
import { StoreError } from '../../store/errors.js';
import { openToRecord } from '../../store/open.js';
import type { Outcome, RecordedFile, WritableStore } from '../../store/store.js';
import { HOUR, MAX_ROWS_WITH_CLIENTS } from '../../tally/layout.js';
import { countNoun } from '../../text/count-noun.js';
import { visible } from '../../text/escape.js';
import { hasGrown, isSettling } from '../check/captures.js';
import { type AnyCommand, InvalidArgumentError, Option } from '../commander.js';
import type { Context } from '../context.js';
import { nameOfInput } from '../diagnostics.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { type Done, optionsOf, parseCount, refuse } from '../options/command.js';
import type { SourceOptions } from '../options/listing.js';
import { addMessageOptions } from '../options/output.js';
import { addFilesOption, addReadingOptions, SOURCES } from '../options/reading.js';
import { readNamed, resolveSources, type SourceSettings } from '../reading.js';
import { namedSources } from '../sources.js';
import { StreamRecorder, type StreamSettings } from '../store/stream.js';
import { UsageError } from '../usage-error.js';

type Options = SourceOptions & {
  readonly store: string;
  readonly passwordFile?: string | undefined;
  readonly sensor: string;
  readonly dir?: string | undefined;
  readonly settle: number;
  /** Milliseconds. */
  readonly every: number;
  readonly verbose?: true | undefined;
};

const DEFAULT_SETTLE = 60;
const MAX_SETTLE = 86_400;
/** Names are shown in tables and written into queries. */
const SENSOR = /^[\w.:-]{1,64}$/;

export function addRecordCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.action(async (sources) => done(await record(sources, optionsOf(command), context)));
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('record')
    .description('record sources into a store, each exactly once; any command reads store:FILE')
    .argument('[source...]', SOURCES)
    .optionsGroup('Recording:')
    .requiredOption(
      '--store <file|url>',
      'an SQLite database, which is made if it is not there, or a fleet: clickhouse://user@host/database',
    )
    .option('--password-file <file>', 'the file with the password of a fleet')
    .addOption(
      new Option('--sensor <name>', 'where the sources were captured').default(
        hostname(),
        "this machine's name",
      ),
    )
    .option('--dir <folder>', 'also record the captures of a folder that have not been recorded')
    .addOption(
      new Option('--settle <seconds>', 'skip captures of the folder modified in the last SECONDS')
        .default(DEFAULT_SETTLE)
        .argParser((text) => (text === '0' ? 0 : parseCount(text, MAX_SETTLE))),
    )
    .addOption(
      new Option('--every <time>', 'record what a stream has brought at every full hour, or every 10m')
        .default(HOUR / 1000, '1h')
        .argParser(parseEvery),
    );
  const full = addFilesOption(
    addReadingOptions(addMessageOptions(command, 'also name what was recorded before')),
  );
  refuse(
    full,
    ['--since', '--until'],
    'a capture is recorded as a whole; choose times when you read the store',
  );
  refuse(
    full,
    ['--client', '--server', '--service'],
    'a capture is recorded whole; filter when you read the store',
  );
  refuse(full, ['--sort', '--top', '--reverse', '-f, --format', '-o, --output'], 'nothing is printed');
  refuse(full, ['-n, --numeric'], 'names are applied when a store is read');
  refuse(full, ['--remote'], 'only local and named addresses are recorded one by one');
  return full;
}

const EVERY = /^(\d{1,4})([smh])$/;
const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const MAX_EVERY = 24 * 3_600_000;

function parseEvery(text: string): number {
  const [, digits = '', unit = ''] = EVERY.exec(text) ?? [];
  const every = Number(digits) * (MILLISECONDS[unit] ?? Number.NaN);
  if (every > 0 && every <= MAX_EVERY) return every;
  throw new InvalidArgumentError('Expected a time such as 10m or 1h, at most 24h.');
}

/** How many sources there were of each outcome. */
type Counts = Record<Outcome | 'synAcks', number>;

async function record(named: readonly string[], options: Options, context: Context): Promise<number> {
  const { sensor, dir, quiet = false } = options;
  if (!SENSOR.test(sensor)) {
    throw new UsageError(
      `found ${JSON.stringify(sensor)}, expected up to 64 letters, digits, dots, colons, hyphens and underscores`,
      '--sensor',
    );
  }
  const sources = dir === undefined || named.length > 0 ? await namedSources(named, options, context) : [];
  const settings = await resolveSources({ maxRows: MAX_ROWS_WITH_CLIENTS, ...options }, context);
  const ofFolder = dir === undefined ? [] : await capturesIn(dir, options, context, settings.signal);
  const counts: Counts = { recorded: 0, replaced: 0, known: 0, synAcks: 0 };
  let hasProblems = false;
  let isUsed = sources.length === 0;
  const store = await openStore(options, context);
  const recording = { store, files: await store.recordedFiles(sensor), options, settings, context, counts };
  try {
    // A stream may be endless, so files come first.
    const all = [...sources, ...ofFolder].sort((a, b) => Number(isStream(a)) - Number(isStream(b)));
    for (const source of all) {
      if (settings.signal.aborted) break;
      const found = await recordSource(source, recording);
      hasProblems ||= found.hasProblems;
      isUsed ||= found.isUsed;
    }
  } finally {
    await recording.store.close();
  }
  if (!quiet) context.stderr.write(`synsum: ${visible(options.store)}: ${describe(counts)}\n`);
  if (!isUsed) return EXIT_USAGE;
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}

async function openStore(
  { store: name, passwordFile }: Options,
  { stderr }: Context,
): Promise<WritableStore> {
  try {
    const store = await openToRecord(name, passwordFile);
    for (const note of store.notes) stderr.write(`synsum: ${visible(name)}: ${visible(note)}\n`);
    return store;
  } catch (error) {
    throw error instanceof StoreError ? new UsageError(error.message, `--store ${visible(name)}`) : error;
  }
}

/** The captures of a folder that are not being written. */
async function capturesIn(
  dir: string,
  { settle, verbose }: Options,
  { stderr }: Context,
  signal: AbortSignal,
): Promise<string[]> {
  const note = (file: string, text: string): void => {
    if (verbose === true) stderr.write(`synsum: ${visible(file)}: ${text}\n`);
  };
  const { captures, others } = await readFolder(dir, signal).catch((error: Error) => {
    throw new UsageError(error.message, `--dir ${dir}`);
  });
  for (const name of others) note(pathIn(dir, name), 'left out: not a capture');
  return captures.filter((file) => {
    const stats = statOf(file);
    const isReady = stats === undefined || !isSettling(stats.modified, settle);
    if (!isReady) note(file, 'left for next time, as it may still grow');
    return isReady;
  });
}

/** The store, and how sources are recorded in it. */
interface Recording {
  /** Opened again after a stream. */
  store: WritableStore;
  readonly files: ReadonlyMap<string, RecordedFile>;
  readonly options: Options;
  readonly settings: SourceSettings;
  readonly context: Context;
  readonly counts: Counts;
}

interface Found {
  readonly isUsed: boolean;
  readonly hasProblems: boolean;
}

const DONE: Found = { isUsed: true, hasProblems: false };
const FAILED: Found = { isUsed: false, hasProblems: true };

async function recordSource(source: string, recording: Recording): Promise<Found> {
  const { options, settings, context, counts } = recording;
  const { sensor, verbose } = options;
  const stats = isStream(source) ? undefined : statOf(source);
  const before = stats === undefined ? undefined : recording.files.get(stats.path);
  const say = (text: string): void => {
    context.stderr.write(`synsum: ${nameOfInput(source)}: ${text}\n`);
  };
  const note = (outcome: Outcome): void => {
    counts[outcome] += 1;
    if (verbose === true) say(OUTCOMES[outcome]);
  };
  if (before !== undefined && isSame(before, stats)) {
    note('known');
    return DONE;
  }
  const every = stats === undefined ? options.every : undefined;
  const isStreamed = stats === undefined;
  const withStore: StreamSettings['withStore'] = async (work) => {
    if (!isStreamed) return work(recording.store);
    const store = await openStore(options, context);
    return work(store).finally(() => store.close());
  };
  const isPiecewise = isStreamed || (await recording.store.isPiecewise());
  const stream = isPiecewise
    ? new StreamRecorder({ sensor, source, every, before: before?.digest, withStore, context, say })
    : undefined;
  if (isStreamed) await recording.store.close();
  const read = await readNamed([source], settings, context, { ...REQUEST, pieces: stream });
  if (isStreamed) recording.store = await openStore(options, context);
  const { inventory, isEmpty } = read;
  const hasProblems = read.hasProblems || stream?.hasProblems === true;
  // A file that a signal interrupted is left for the next run; of a stream, what was read counts.
  if (settings.signal.aborted && stats !== undefined) return DONE;
  if (isEmpty) {
    if (!hasProblems) counts.known += 1;
    return { isUsed: !hasProblems, hasProblems };
  }
  const last = stream?.lastPiece;
  const digest = last?.digest ?? inventory.captures[0]?.digest;
  const piece = last === undefined || last.sequence === 0 ? undefined : { ...last, isLast: true };
  if (last?.isPart === true && options.quiet !== true) say(PART);
  try {
    const isContinued =
      last === undefined &&
      before?.digest !== undefined &&
      digest !== before.digest &&
      (await hasGrown(source, before));
    const outcome = await recording.store.record({
      sensor,
      source,
      inventory,
      piece,
      stream: last?.stream,
      replaces: isContinued ? before.digest : last?.replaces,
      ...(stats === undefined ? {} : { file: { ...stats, ...(digest === undefined ? {} : { digest }) } }),
    });
    // Pieces are taken back when the capture turns out to be known. The last one may be empty.
    const isKnown = outcome === 'known' && (inventory.captures.length > 0 || !stream?.hasRecorded);
    if (!isKnown)
      counts.synAcks += (stream?.synAcks ?? 0) + (outcome === 'known' ? 0 : inventory.totals.synAcks);
    const isNew = outcome !== 'replaced' && (isStreamed || piece === undefined);
    note(isKnown ? 'known' : isNew ? 'recorded' : 'replaced');
    return { isUsed: true, hasProblems };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    say(error.message);
    return FAILED;
  }
}

/** How sources are read to be recorded. */
const REQUEST = { digests: true, clients: true, evidence: true, slice: HOUR, amongOthers: true } as const;

const PART = 'left out, as it is the beginning of a capture that is recorded';

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  recorded: 'recorded',
  replaced: 'has grown, and what is new was recorded',
  known: 'recorded before',
};

/** Whether it is not a file, but for example a pipe: it can be read only once, and may be endless. */
function isStream(source: string): boolean {
  if (source !== STDIN_NAME) return statOf(source) === undefined && fs.existsSync(source);
  try {
    return !fs.fstatSync(0).isFile();
  } catch {
    return false;
  }
}

function isSame(a: Omit<RecordedFile, 'digest'>, b: Omit<RecordedFile, 'digest'> | undefined): boolean {
  return a.size === b?.size && a.modified === b.modified && a.changed === b.changed;
}

/** A file with its full path; undefined if it is not a regular file. */
function statOf(file: string): Omit<RecordedFile, 'digest'> | undefined {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return undefined;
  return { path: path.resolve(file), size: stats.size, modified: stats.mtimeMs, changed: stats.ctimeMs };
}

function describe({ recorded, replaced, known, synAcks }: Counts): string {
  const parts = [
    `recorded ${countNoun(recorded + replaced, 'source')} with ${countNoun(synAcks, 'SYN-ACK')}`,
    ...(replaced > 0 ? [`${replaced} of them had grown`] : []),
    ...(known > 0 ? [`${known} ${known === 1 ? 'was' : 'were'} recorded before`] : []),
  ];
  return parts.join('; ');
}
