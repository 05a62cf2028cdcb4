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
import { type AnyCommand, Option } from '../commander.js';
import type { Context } from '../context.js';
import { nameOfInput } from '../diagnostics.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { type Done, optionsOf, parseCount, refuse } from '../options/command.js';
import type { SourceOptions } from '../options/listing.js';
import { addMessageOptions } from '../options/output.js';
import { addFilesOption, addReadingOptions, SOURCES } from '../options/reading.js';
import { readNamed, resolveSources, type SourceSettings } from '../reading.js';
import { namedSources } from '../sources.js';
import { UsageError } from '../usage-error.js';

type Options = SourceOptions & {
  readonly store: string;
  readonly passwordFile?: string | undefined;
  readonly sensor: string;
  readonly dir?: string | undefined;
  readonly settle: number;
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
  const store = await openStore(options.store, options.passwordFile);
  const counts: Counts = { recorded: 0, replaced: 0, known: 0, synAcks: 0 };
  let hasProblems = false;
  let isUsed = sources.length === 0;
  try {
    const files = await store.recordedFiles(sensor);
    for (const source of [...sources, ...ofFolder]) {
      if (settings.signal.aborted) break;
      const found = await recordSource(source, store, files, options, settings, context, counts);
      hasProblems ||= found === 'problem';
      isUsed ||= found !== 'problem';
    }
  } finally {
    await store.close();
  }
  if (!quiet) context.stderr.write(`synsum: ${visible(options.store)}: ${describe(counts)}\n`);
  if (!isUsed) return EXIT_USAGE;
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}

async function openStore(name: string, passwordFile: string | undefined): Promise<WritableStore> {
  try {
    return await openToRecord(name, passwordFile);
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

async function recordSource(
  source: string,
  store: WritableStore,
  files: ReadonlyMap<string, RecordedFile>,
  options: Options,
  settings: SourceSettings,
  context: Context,
  counts: Counts,
): Promise<Outcome | 'problem'> {
  const { sensor, verbose } = options;
  const stats = source === STDIN_NAME ? undefined : statOf(path.resolve(source));
  const before = stats === undefined ? undefined : files.get(stats.path);
  const isSame =
    before?.size === stats?.size &&
    before?.modified === stats?.modified &&
    before?.changed === stats?.changed;
  const note = (outcome: Outcome): Outcome => {
    counts[outcome] += 1;
    if (verbose === true) context.stderr.write(`synsum: ${nameOfInput(source)}: ${OUTCOMES[outcome]}\n`);
    return outcome;
  };
  if (before !== undefined && isSame) return note('known');
  const request = { digests: true, clients: true, evidence: true, slice: HOUR, amongOthers: true };
  const { inventory, hasProblems, isEmpty } = await readNamed([source], settings, context, request);
  // A file that a signal interrupted is left for the next run; of a stream, what was read counts.
  if (settings.signal.aborted && stats !== undefined) return 'known';
  if (isEmpty) return hasProblems ? 'problem' : 'known';
  const digest = inventory.captures[0]?.digest;
  try {
    const isContinued =
      before?.digest !== undefined && digest !== before.digest && (await hasGrown(source, before));
    const outcome = await store.record({
      sensor,
      source,
      inventory,
      ...(stats === undefined ? {} : { file: { ...stats, ...(digest === undefined ? {} : { digest }) } }),
      ...(isContinued ? { replaces: before.digest } : {}),
    });
    if (outcome !== 'known') counts.synAcks += inventory.totals.synAcks;
    note(outcome);
    return hasProblems ? 'problem' : outcome;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    context.stderr.write(`synsum: ${nameOfInput(source)}: ${error.message}\n`);
    return 'problem';
  }
}

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  recorded: 'recorded',
  replaced: 'has grown, recorded again',
  known: 'recorded before',
};

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
