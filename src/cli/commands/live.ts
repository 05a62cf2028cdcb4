// `synsum live [source]`: shows services while a stream runs, as iftop shows bandwidth; prints the summary at its end.

import { STDIN_NAME } from '../../capture/input.js';
import { fileLength } from '../../files/file-length.js';
import { collectEvidence } from '../../inventory/evidence.js';
import type { Inventory } from '../../inventory/inventory.js';
import { type KnownServices, serviceKey } from '../../inventory/live/labels.js';
import { DEFAULT_COLUMNS } from '../../inventory/summary/columns.js';
import { summarize } from '../../inventory/summary/summary.js';
import { inputKind } from '../../sources/input-kind.js';
import { clockOf, UTC_CLOCK } from '../../text/clock.js';
import { visible } from '../../text/escape.js';
import { render } from '../../views/index.js';
import { type AnyCommand, Option, type OptionsOf } from '../commander.js';
import type { Context } from '../context.js';
import { reportOrigins, reportTotals } from '../diagnostics.js';
import { reportNoRows } from '../empty-result.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { openSave, type Save } from '../inventory-file.js';
import { canMoveCursor, isAsciiOnly, isMonochrome } from '../live/environment.js';
import type { Observer, ObserverSettings } from '../live/observer.js';
import { addNumericOption, addRemoteOption, addTimeZoneOption } from '../options/arrangement.js';
import { type Done, GROUP, optionsOf, refuse } from '../options/command.js';
import { addTimeOptions } from '../options/filters.js';
import { addColorOption, addForceOption, addMessageOptions } from '../options/output.js';
import { addReadingOptions } from '../options/reading.js';
import { refuseExisting, refuseToOverwrite, writeChunks } from '../output-file.js';
import { type ReadRequest, readNamed, resolveSources, type SourceSettings } from '../reading.js';
import { screenOf } from '../screen.js';
import { interruptOthers } from '../signals.js';
import { namedSources, refuseRepeatedStdin } from '../sources.js';
import { UsageError } from '../usage-error.js';

type Options = OptionsOf<typeof addCommand>;

const EXAMPLES = `
Examples:
  ssh root@router 'tcpdump -i eth0 -U -w - "tcp[13] & 0x12 = 0x12"' | synsum live -
  sudo tcpdump -i eth0 -U -w - | synsum live --baseline monday.json -
  sudo tcpdump -i eth0 -U -w - | synsum live --plain - >> new-services.log

Keys: 1 services, 2 rows, 3 machines, / filter, s sort, r reverse, p pause, ? help, q quit.`;

const KEYS = 'the keys s and r sort the table';

export function addLiveCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.addHelpText('after', EXAMPLES);
  command.action(async (source) => done(await live(source, optionsOf(command), context)));
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('live')
    .description('show services while a capture runs, updated each second; at its end print the summary')
    .argument('[source]', 'a stream or a capture; - is standard input')
    .optionsGroup(GROUP.compare)
    .option('--baseline <file>', 'mark services that this saved inventory or capture does not have');
  const arranged = addTimeZoneOption(addRemoteOption(addNumericOption(addTimeOptions(command))));
  const written = addForceOption(
    addColorOption(arranged)
      .addOption(new Option('--save <file>', 'at the end save the inventory, unless the file exists'))
      .option('--plain', 'print a line for each new service, as in a pipe, instead of a table'),
  );
  const full = addReadingOptions(addMessageOptions(written));
  refuse(full, ['--client', '--server', '--service'], 'the key / filters the table');
  refuse(full, ['--sort', '--top', '--reverse'], KEYS);
  refuse(full, ['--only', '--evidence'], 'synsum services judges what --save keeps');
  refuse(full, ['-f, --format'], 'the summary is a table; --save keeps everything for other formats');
  refuse(full, ['-o, --output'], 'the view needs the terminal; --save writes a file');
  return full;
}

async function live(named: string | undefined, options: Options, context: Context): Promise<number> {
  const sources = await namedSources(named === undefined ? [] : [named], {}, context);
  const [source = STDIN_NAME] = sources;
  if (sources.length > 1) {
    throw new UsageError(`found ${sources.length} captures, expected one source`, visible(named ?? ''));
  }
  const { baseline, save: savedTo, quiet = false, verbose = false } = options;
  refuseRepeatedStdin(baseline === undefined ? [source] : [baseline, source]);
  if (savedTo !== undefined) {
    refuseToOverwrite(savedTo, [source], '--save');
    refuseExisting(savedTo, '--save', options);
  }
  const settings = await resolveSources(options, context);
  await refuseRecorded(source, settings.signal);
  const known = baseline === undefined ? undefined : await readBaseline(baseline, settings, context);
  const save = savedTo === undefined ? undefined : openSave(savedTo, '--save');
  try {
    const controller = new AbortController();
    settings.signal.addEventListener('abort', () => controller.abort(), { once: true });
    const stop = (): void => controller.abort();
    const observer = await observe(source, known, options, settings, stop, context);
    const request: ReadRequest = {
      shown: observer,
      ...(save === undefined ? {} : { digests: true, clients: true, hours: true, evidence: true }),
    };
    const own = { ...settings, signal: controller.signal };
    const { inventory, hasProblems, isEmpty } = await readNamed([source], own, context, request);
    if (isEmpty && hasProblems) return EXIT_USAGE;
    await writeSummary(inventory, options, settings, context);
    if (!quiet) {
      if (verbose) reportOrigins(settings, context.stderr);
      await reportNoRows(
        inventory,
        { count: inventory.tally.countRows(), filteredOut: 0 },
        [source],
        settings,
        context,
      );
    }
    if (save !== undefined) saveInventory(inventory, save, controller.signal.aborted && isFile(source));
    if (observer.isEndedByKey() && source === STDIN_NAME) interruptOthers();
    return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
  } finally {
    save?.abandon();
  }
}

/** @throws UsageError for what has no packets: a store, a saved inventory or a scan */
async function refuseRecorded(source: string, signal: AbortSignal): Promise<void> {
  const kind = await inputKind(source, signal);
  if (kind === 'stream' || kind === 'capture') return;
  throw new UsageError(
    `found ${RECORDED[kind]}, expected a stream or a capture; synsum services lists what it has`,
    visible(source),
  );
}

const RECORDED = { store: 'a store', inventory: 'a saved inventory', nmap: 'a scan' } as const;

/** @throws UsageError for a file that was not read to its end: a stream that is interrupted counts as complete */
function saveInventory(inventory: Inventory, save: Save, isCut: boolean): void {
  if (isCut) throw new UsageError('stopped before everything was read; nothing was written', '--save');
  save.write(inventory);
}

function isFile(name: string): boolean {
  return fileLength(name) !== undefined;
}

/** The services of ours that a baseline has. @throws UsageError if it cannot be read */
async function readBaseline(
  name: string,
  settings: SourceSettings,
  context: Context,
): Promise<KnownServices> {
  const { inventory } = await readNamed([name], { ...settings, times: {} }, context, { needed: true });
  const known = new Set<string>();
  for (const { address, port, protocol } of collectEvidence(inventory).services) {
    if (address !== undefined && protocol === 'tcp') known.add(serviceKey(address, port));
  }
  return known;
}

async function observe(
  source: string,
  known: KnownServices | undefined,
  { numeric, remote, plain, color, tz }: Options,
  { names }: SourceSettings,
  stop: () => void,
  context: Context,
): Promise<Observer> {
  const { env, stdout } = context;
  const settings: ObserverSettings = {
    source,
    names,
    labels: { numeric: numeric === true, remote: remote === true },
    known,
    clock: tz === undefined ? UTC_CLOCK : clockOf(tz),
    isAscii: stdout.isTerminal && isAsciiOnly(env),
    hasColors: screenOf(stdout, color, context).hasColors && (color === 'always' || !isMonochrome(env)),
    stop,
    context,
  };
  if (stdout.isTerminal && plain !== true && canMoveCursor(env)) {
    const { observeOnScreen } = await import('../live/full-screen.js');
    const onScreen = await observeOnScreen(settings);
    if (onScreen !== undefined) return onScreen;
  }
  const { observeInLines } = await import('../live/plain.js');
  return observeInLines(settings);
}

/** The shell's prompt must not wait until a long table is made, and nobody reads one. */
const MAX_SUMMARY_ROWS = 100;

/** Prints the summary as `synsum --top 100` does. In a pipe there are only the lines. */
async function writeSummary(
  inventory: Inventory,
  { numeric, remote, quiet, verbose, color, tz }: Options,
  { names }: SourceSettings,
  context: Context,
): Promise<void> {
  const { stdout, stderr } = context;
  const summary = summarize(inventory, names, {
    by: DEFAULT_COLUMNS,
    numeric: numeric === true,
    remote: remote === true,
    byAddress: true,
    ...(stdout.isTerminal ? { top: MAX_SUMMARY_ROWS } : {}),
  });
  if (stdout.isTerminal)
    await writeChunks(render('table', summary, screenOf(stdout, color, context, tz)), stdout);
  if (quiet !== true) reportTotals(summary, stderr, { isVerbose: verbose === true, tz });
}
