// `synsum record --store FILE [source…]`: records sources into a store, each exactly once.

import { hostname } from 'node:os';
import { reasonOf } from '../../files/system-error.js';
import { pathIn, readFolder } from '../../sources/expand.js';
import { HOUR, MAX_ROWS_WITH_CLIENTS } from '../../tally/layout.js';
import { countNoun } from '../../text/count-noun.js';
import { visible } from '../../text/escape.js';
import { isSettling } from '../check/captures.js';
import { type AnyCommand, InvalidArgumentError, Option } from '../commander.js';
import type { Context } from '../context.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { type Done, optionsOf, parseCount, refuse } from '../options/command.js';
import type { SourceOptions } from '../options/listing.js';
import { addMessageOptions } from '../options/output.js';
import { addFilesOption, addReadingOptions, SOURCES } from '../options/reading.js';
import { resolveSources } from '../reading.js';
import { namedSources } from '../sources.js';
import {
  type Counts,
  isStream,
  openStore,
  type RecordOptions,
  recordSource,
  statOf,
} from '../store/record-source.js';
import { describeFailure } from '../store/upkeep.js';
import { UsageError } from '../usage-error.js';

type Options = SourceOptions &
  RecordOptions & {
    readonly dir?: string | undefined;
    readonly settle: number;
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
      new Option('--every <time>', 'how often to record what a stream has brought, such as 10m')
        .default(HOUR / 1000, '1h, at every full hour')
        .argParser(parseEvery),
    );
  const full = addFilesOption(
    addReadingOptions(
      addMessageOptions(command, 'also report each source: recorded, grown, or recorded before'),
    ),
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
  const { ready: ofFolder, left } =
    dir === undefined ? { ready: [], left: 0 } : await capturesIn(dir, options, context, settings.signal);
  const counts: Counts = { recorded: 0, replaced: 0, known: 0, synAcks: 0 };
  let hasProblems = false;
  let isUsed = sources.length === 0;
  const store = await openStore(options, context).catch((error: unknown) => {
    throw describeFailure(error, `--store ${visible(options.store)}`);
  });
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
  if (!quiet) context.stderr.write(`synsum: ${visible(options.store)}: ${describe(counts, left)}\n`);
  if (!isUsed) return EXIT_USAGE;
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}

/** The captures of a folder that are not being written, and the number of the others. */
async function capturesIn(
  dir: string,
  { settle, verbose }: Options,
  { stderr }: Context,
  signal: AbortSignal,
): Promise<{ readonly ready: readonly string[]; readonly left: number }> {
  const note = (file: string, text: string): void => {
    if (verbose === true) stderr.write(`synsum: ${visible(file)}: ${text}\n`);
  };
  const { captures, others } = await readFolder(dir, signal).catch((error: Error) => {
    throw new UsageError(reasonOf(error), `--dir ${visible(dir)}`);
  });
  for (const name of others) note(pathIn(dir, name), 'left out: not a capture');
  const ready = captures.filter((file) => {
    const stats = statOf(file);
    const isReady = stats === undefined || !isSettling(stats.modified, settle);
    if (!isReady) note(file, 'left for next time, as it may still grow');
    return isReady;
  });
  return { ready, left: captures.length - ready.length };
}

/** @param left the captures that may still grow */
function describe({ recorded, replaced, known, synAcks }: Counts, left: number): string {
  const parts = [
    `recorded ${countNoun(recorded + replaced, 'source')} with ${countNoun(synAcks, 'SYN-ACK')}`,
    ...(replaced > 0 ? [`${replaced} of them had grown`] : []),
    ...(known > 0 ? [`${known} ${known === 1 ? 'was' : 'were'} recorded before`] : []),
    ...(left > 0
      ? [
          `${left} ${left === 1 ? 'was left for next time, as it' : 'were left for next time, as they'} may still grow`,
        ]
      : []),
  ];
  return parts.join('; ');
}
