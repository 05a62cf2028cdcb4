// `npm run bench`: makes the captures, measures synsum beside other programs, prints a report in Markdown. What it is
// doing goes to standard error.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type CaptureName,
  type CaptureOrder,
  findCapture,
  orderCapture,
  prepareCaptures,
} from './captures.js';
import { describeMachine, describeMissing, isMissing } from './machine.js';
import { makeRunner, type Runner, SYNSUM } from './measure.js';
import { describeOutcome, renderCommands, renderResults } from './report.js';
import { measureWork, type Outcome, type Setting, type WorkResult } from './run-work.js';
import { TOOLS, type Tool } from './tools.js';
import { WORKS, type Work } from './works.js';

interface Options {
  readonly quick?: boolean;
  readonly check?: boolean;
  readonly dir: string;
  readonly runs?: number;
  readonly scale: number;
  readonly only?: readonly string[];
}

const FULL_RUNS = 5;
const QUICK_RUNS = 3;
const CAPTURES_FOLDER = path.relative('', fileURLToPath(new URL('captures', import.meta.url)));

const options = new Command('bench')
  .description('Measures synsum beside other programs, and prints a table in Markdown.')
  .option('--quick', 'smaller captures, fewer runs: under two minutes')
  .option('--check', 'exit with 1 if something is far worse than its target, measured twice')
  .option('--dir <folder>', 'where the captures are kept; the full bench takes 18 GB', CAPTURES_FOLDER)
  .option('--runs <n>', `runs of each command (default: ${FULL_RUNS}, quick: ${QUICK_RUNS})`, parseRuns)
  .addOption(
    new Option('--scale <factor>', 'captures of this many times the packets')
      .argParser(parseScale)
      .default(1),
  )
  .addOption(new Option('--only <work...>', 'only these works').choices(WORKS.map(({ name }) => name)))
  .parse()
  .opts<Options>();

function parseRuns(text: string): number {
  const runs = Number(text);
  if (!Number.isInteger(runs) || runs < 1)
    throw new InvalidArgumentError('Expected a whole number from 1 on.');
  return runs;
}

function parseScale(text: string): number {
  const factor = Number(text);
  if (!(factor > 0 && Number.isFinite(factor))) throw new InvalidArgumentError('Expected a number above 0.');
  return factor;
}

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

function isGross({ target, found }: Outcome): boolean {
  return target.gross !== undefined && found !== undefined && found > target.gross;
}

/** Measures again what came out far worse than its target: what noise did seldom comes twice. */
function confirmGross(result: WorkResult, setting: Setting): string[] {
  if (!result.outcomes.some(isGross)) return [];
  say(`measuring ${result.work.name} again`);
  const again = measureWork(result.work, setting);
  return result.outcomes.flatMap((outcome, at) =>
    isGross(outcome) && isGross(again.outcomes[at]!) ? describeOutcome(again.outcomes[at]!, again) : [],
  );
}

/** What does not fit in memory is read from the disk again in every run. */
function warnOfColdCache({ name, trials }: Work, { captureOf }: Setting): void {
  const captures = new Set(trials.flatMap(({ capture }) => capture ?? []));
  const bytes = [...captures].reduce((sum, capture) => sum + captureOf(capture).bytes, 0);
  if (bytes > os.totalmem() * 0.8) say(`${name}: its captures do not fit in memory: this measures the disk`);
}

function runBench(works: readonly Work[], runner: Runner): void {
  const tools = [...new Set(works.flatMap(({ trials }) => trials.map(({ tool }): Tool => TOOLS[tool])))];
  for (const line of describeMissing(tools, runner)) say(line);
  const orderOf = (name: CaptureName): CaptureOrder =>
    orderCapture(name, options.quick === true, options.scale);
  const names = new Set(works.flatMap(({ trials }) => trials.flatMap(({ capture }) => capture ?? [])));
  prepareCaptures([...names].map(orderOf), options.dir, say);

  const runs = options.runs ?? (options.quick ? QUICK_RUNS : FULL_RUNS);
  const setting: Setting = {
    runner,
    runs,
    captureOf: (name) => findCapture(orderOf(name), path.resolve(options.dir))!,
    isMissing: (tool) => isMissing(tool, runner),
  };
  const machine = describeMachine(tools, runs, runner);
  const results = works.map((work) => {
    say(`measuring ${work.name}`);
    warnOfColdCache(work, setting);
    return measureWork(work, setting);
  });
  process.stdout.write(`${machine}\n\n${renderResults(results)}\n\n${renderCommands(results)}\n`);

  // Of a program that fails every figure is worthless.
  const failures = results.flatMap(({ work, trials }) =>
    trials.flatMap(({ trial, problem }) =>
      problem !== undefined && trial.tool.includes('synsum') ? `${work.name}, ${trial.tool}: ${problem}` : [],
    ),
  );
  if (options.check) failures.push(...results.flatMap((result) => confirmGross(result, setting)));
  for (const failure of failures) say(`FAILED: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}

if (!fs.existsSync(SYNSUM)) {
  say(`${SYNSUM} is not there: run \`npm run build\` first`);
  process.exitCode = 1;
} else {
  const runner = makeRunner();
  try {
    const { only } = options;
    runBench(only === undefined ? WORKS : WORKS.filter(({ name }) => only.includes(name)), runner);
  } catch (error) {
    say((error as Error).message);
    process.exitCode = 1;
  } finally {
    runner.close();
  }
}
