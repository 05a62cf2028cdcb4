// `synsum history QUESTION STORE`: asks a store about the past.

import {
  type History,
  type HistoryFilter,
  isChosen,
  nameServices,
  type SensorState,
  TIMELINE_UNITS,
  type TimelineUnit,
} from '../../inventory/history/history.js';
import type { Names } from '../../names/names.js';
import { openToAsk } from '../../store/open.js';
import type { Selection } from '../../store/selection.js';
import type { Store } from '../../store/store.js';
import { visible } from '../../text/escape.js';
import { LIST_FORMATS, type ListFormat, renderHistory } from '../../views/index.js';
import { type AnyCommand, Argument, Option, type OptionsOf } from '../commander.js';
import type { Context } from '../context.js';
import { EXIT_DONE, EXIT_INCOMPLETE } from '../exit-codes.js';
import { loadHosts } from '../hosts-option.js';
import { LIST_DEFAULT } from '../listing.js';
import { addNumericOption, addTimeZoneOption } from '../options/arrangement.js';
import { type Done, GROUP, optionsOf, parseCount } from '../options/command.js';
import { addServerFilters, addTimeOptions } from '../options/filters.js';
import { addColorOption, addFormatOption, addMessageOptions, addOutputOption } from '../options/output.js';
import { addNamesOption } from '../options/reading.js';
import { openResult, writeChunks } from '../output-file.js';
import { parseFilter } from '../pattern-options.js';
import { resolveTimes } from '../reading.js';
import { screenOf } from '../screen.js';
import { exportStore } from '../store/export.js';
import {
  isUpkeep,
  keepUp,
  parseStore,
  reportMissing,
  reportRemarks,
  UPKEEP,
  withStore,
} from '../store/upkeep.js';
import { UsageError } from '../usage-error.js';

type Options = OptionsOf<typeof addCommand>;

const QUESTIONS = ['new', 'seen', 'timeline', 'sensors', 'captures', 'export'] as const;
type Question = Exclude<(typeof QUESTIONS)[number], 'export'>;

const EXPLAINED = `
Questions:
  new       the services that were first seen in the time of --since and --until
  seen      every service that was ever seen, with its first and last time
  timeline  how much there was by hour, day or week of UTC
  sensors   what each sensor recorded, and when
  captures  the captures that were recorded
  export    every row by hour, for other programs (-f csv or ndjson)

Upkeep:
  compact   add up the hours of old days, and the days of old months (--keep)
  prune     remove the rows that end before --until, or the oldest (--max-size)
  verify    check that the rows add up to what was recorded; status 1 if not`;

export function addHistoryCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.action(async (question, store) =>
    done(
      isUpkeep(question)
        ? await keepUp(question, wholeStore(question, store, optionsOf(command)), optionsOf(command), context)
        : await history(question as Question | 'export', store, optionsOf(command), context),
    ),
  );
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('history')
    .description('ask a store about the past: what is new, when it was seen, how much there was')
    .addArgument(new Argument('<question>', 'see below').choices([...QUESTIONS, ...UPKEEP]))
    .argument('<store>', 'a store that synsum record made, or the address of a fleet')
    .optionsGroup(GROUP.filter)
    .option('--sensor <name>', 'only what this sensor recorded');
  const chosen = addTimeOptions(addServerFilters(command))
    .optionsGroup(GROUP.arrange)
    .addOption(
      new Option(
        '--unit <unit>',
        'unit of a timeline (default: the longer the time, the longer the unit)',
      ).choices(TIMELINE_UNITS),
    )
    .addOption(new Option('--top <n>', 'only the first N rows').argParser((text) => parseCount(text)))
    .option('--reverse', 'reverse the order, before --top')
    .optionsGroup('Upkeep:')
    .addOption(
      new Option('--keep <hours,days>', 'compact: how long hours and days are kept').default('14d,400d'),
    )
    .option('--max-size <size>', 'prune: the size of the store, or of each server, such as 500M or 2G');
  const arranged = addTimeZoneOption(addNumericOption(chosen));
  const written = addMessageOptions(
    addOutputOption(addColorOption(addFormatOption(arranged, LIST_FORMATS, LIST_DEFAULT))),
  );
  return addNamesOption(written).addHelpText('after', EXPLAINED);
}

/** The options that a question has no use for, apart from --unit, which is for timelines. */
const UNUSED: Partial<Record<Question | 'export', readonly ('server' | 'service' | 'since' | 'until')[]>> = {
  sensors: ['server', 'service', 'since', 'until'],
  captures: ['server', 'service'],
};

/** @throws UsageError if an option is given that would change nothing */
function checkUsed(question: Question | 'export', options: Options): void {
  const unused = (UNUSED[question] ?? []).find((option) => options[option] !== undefined);
  if (unused !== undefined) throw new UsageError(`does not choose ${question}`, `--${unused}`);
  if (question !== 'timeline' && options.unit !== undefined) {
    throw new UsageError(`is for timeline, not for ${question}`, '--unit');
  }
}

/** The path of a store of which nothing was chosen. @throws UsageError, as upkeep would change the rest too */
function wholeStore(task: string, named: string, options: Options): string {
  const { path, selection } = parseStore(named);
  const { since, until, sensor, across } = selection;
  if (since !== undefined || until !== undefined || sensor !== undefined || across !== 'sum')
    throw new UsageError(`${task} is for the whole store, expected its name alone`, named);
  const chosen = (['sensor', 'server', 'service', 'since'] as const).find(
    (option) => options[option] !== undefined,
  );
  if (chosen !== undefined) throw new UsageError(`${task} is for the whole store`, `--${chosen}`);
  return path;
}

async function history(
  question: Question | 'export',
  named: string,
  options: Options,
  context: Context,
): Promise<number> {
  checkUsed(question, options);
  const times = resolveTimes(options);
  const source = parseStore(named, options.tz);
  const selection: Selection = {
    ...source.selection,
    ...times,
    ...(options.sensor === undefined ? {} : { sensor: options.sensor }),
  };
  if (question === 'sensors' && (source.selection.since ?? source.selection.until) !== undefined) {
    throw new UsageError('sensors are for all times, expected a store without since and until', named);
  }
  if (question === 'timeline' && selection.across === 'max') {
    throw new UsageError('a timeline is the sum of sensors, expected one of them in --sensor', named);
  }
  if (question === 'export') return exportStore(source.path, selection, options, context);
  const { names, file: hostsFile } = await loadHosts(options.names, context);
  const output = openResult(options.output, [source.path, hostsFile], context);
  const { found, missing } = await withStore(source.path, openToAsk, async (store) => {
    const answered = await ask(question, store, selection, names, options);
    if (question === 'timeline') await reportRemarks(source.path, store, selection, context);
    return { found: answered, missing: store.missing };
  });
  reportMissing(source.path, missing, context);
  if (found.kind === 'activity' && found.rows.some(({ length }) => length !== undefined)) {
    context.stderr.write(`synsum: ${visible(source.path)}: ${ADDED_UP}\n`);
  }
  const shown = arrange(found, options);
  const format: ListFormat = options.format ?? (output.isTerminal ? 'table' : 'csv');
  const screen = screenOf(output, options.color, context, options.tz);
  await writeChunks(renderHistory(format, shown, screen), output);
  output.close();
  return missing.length === 0 ? EXIT_DONE : EXIT_INCOMPLETE;
}

const ADDED_UP = 'some of its hours were added up, so their days or months are shown whole';

async function ask(
  question: Question,
  store: Store,
  selection: Selection,
  names: Names,
  options: Options,
): Promise<History> {
  const { servers, services } = parseFilter(options, { isTcp: true });
  const filter: HistoryFilter = { servers, services };
  const isNumeric = options.numeric === true;
  switch (question) {
    case 'new':
      if (selection.since === undefined) throw new UsageError('synsum: new since when? Expected --since');
      return {
        kind: 'services',
        rows: nameServices(await store.newServices(selection), names, filter, isNumeric),
      };
    case 'seen':
      return {
        kind: 'services',
        rows: nameServices(await store.seenServices(selection), names, filter, isNumeric),
      };
    case 'timeline': {
      const unit = options.unit ?? (await unitFor(store, selection));
      const isFiltered = servers.length + services.length > 0;
      const choose = isFiltered
        ? (service: Parameters<typeof isChosen>[0]) => isChosen(service, names, filter)
        : undefined;
      return { kind: 'activity', unit, rows: await store.timeline(selection, unit, choose) };
    }
    case 'sensors':
      return { kind: 'sensors', rows: chooseSensor(await store.sensorStates(), selection.sensor) };
    case 'captures':
      return { kind: 'captures', rows: await store.recordedCaptures(selection) };
  }
}

/** @throws UsageError for one that recorded nothing */
function chooseSensor(states: readonly SensorState[], sensor: string | undefined): readonly SensorState[] {
  const chosen = sensor === undefined ? states : states.filter((state) => state.sensor === sensor);
  if (sensor === undefined || chosen.length > 0) return chosen;
  throw new UsageError(`found no sensor ${JSON.stringify(sensor)}`, '--sensor');
}

/** The unit in which a timeline has a few dozen rows at most. */
async function unitFor(store: Store, selection: Selection): Promise<TimelineUnit> {
  const captures = await store.recordedCaptures(selection);
  const first = captures.reduce(
    (min, { firstSeen }) => Math.min(min, firstSeen ?? min),
    Number.POSITIVE_INFINITY,
  );
  const last = captures.reduce(
    (max, { lastSeen }) => Math.max(max, lastSeen ?? max),
    Number.NEGATIVE_INFINITY,
  );
  const from = Math.max(first, selection.since ?? first);
  const days = (Math.min(last, selection.until ?? last) - from) / DAY;
  return days <= HOURLY_DAYS ? 'hour' : days <= DAILY_DAYS ? 'day' : 'week';
}

/** Microseconds. */
const DAY = 86_400_000_000;
const HOURLY_DAYS = 2;
const DAILY_DAYS = 62;

function arrange(history: History, { top, reverse }: Options): History {
  const rows: unknown[] = [...history.rows];
  if (reverse === true) rows.reverse();
  return { ...history, rows: rows.slice(0, top) } as History;
}
