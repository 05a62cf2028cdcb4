// `npm run bench`: makes the captures, measures synsum and other programs, and prints a report in Markdown. It reports its
// progress on standard error.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { BENCHMARKS, type Benchmark } from './benchmarks.js';
import {
  type CaptureName,
  type CaptureSpec,
  findCapture,
  prepareCaptures,
  specifyCapture,
} from './captures.js';
import { describeMachine, describeMissing, isMissing } from './machine.js';
import { makeRunner, type Runner, SYNSUM } from './measure.js';
import { describeOutcome, renderCommands, renderResults } from './report.js';
import { type BenchmarkResult, measureBenchmark, type Outcome, type Setting } from './run-benchmark.js';
import { TOOLS, type Tool } from './tools.js';

interface Options {
  readonly quick?: boolean;
  readonly check?: boolean;
  readonly dir: string;
  readonly runs?: number;
  readonly scale: number;
  readonly only?: readonly string[];
}

/** The benchmark that is not a command on a capture. */
const STORE = 'store';
const FULL_RUNS = 5;
const QUICK_RUNS = 3;
const CAPTURES_FOLDER = path.relative('', fileURLToPath(new URL('captures', import.meta.url)));

const options = new Command('bench')
  .description('Measures synsum and other programs, and prints a table in Markdown.')
  .option('--quick', 'smaller captures, fewer runs: under two minutes')
  .option('--check', 'exit with status 1 if a result is far worse than its target in two measurements')
  .option('--dir <folder>', 'folder of the captures, which take 22 GB without --quick', CAPTURES_FOLDER)
  .option('--runs <n>', `runs of each command (default: ${FULL_RUNS}, quick: ${QUICK_RUNS})`, parseRuns)
  .addOption(
    new Option('--scale <factor>', 'multiply the number of packets in each capture')
      .argParser(parseScale)
      .default(1),
  )
  .addOption(
    new Option('--only <benchmark...>', 'only these benchmarks').choices([
      ...BENCHMARKS.map(({ name }) => name),
      STORE,
    ]),
  )
  .parse()
  .opts<Options>();

function parseRuns(text: string): number {
  const runs = Number(text);
  if (!Number.isInteger(runs) || runs < 1)
    throw new InvalidArgumentError('Expected a whole number, at least 1.');
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

/** Measures a benchmark again if a result was far worse than its target: noise seldom hits twice. */
function confirmGross(result: BenchmarkResult, setting: Setting): string[] {
  if (!result.outcomes.some(isGross)) return [];
  say(`measuring ${result.benchmark.name} again`);
  const again = measureBenchmark(result.benchmark, setting);
  return result.outcomes.flatMap((outcome, at) =>
    isGross(outcome) && isGross(again.outcomes[at]!) ? describeOutcome(again.outcomes[at]!, again) : [],
  );
}

/** Captures that do not fit in memory are read from the disk in every run. */
function warnOfColdCache({ name, trials }: Benchmark, { captureOf }: Setting): void {
  const captures = new Set(trials.flatMap(({ capture }) => capture ?? []));
  const bytes = [...captures].reduce((sum, capture) => sum + captureOf(capture).bytes, 0);
  if (bytes > os.totalmem() * 0.8)
    say(`${name}: its captures do not fit in memory, so this measures the disk`);
}

function runBench(benchmarks: readonly Benchmark[], runner: Runner): void {
  const tools = [...new Set(benchmarks.flatMap(({ trials }) => trials.map(({ tool }): Tool => TOOLS[tool])))];
  for (const line of describeMissing(tools, runner)) say(line);
  const specOf = (name: CaptureName): CaptureSpec =>
    specifyCapture(name, options.quick === true, options.scale);
  const names = new Set(benchmarks.flatMap(({ trials }) => trials.flatMap(({ capture }) => capture ?? [])));
  prepareCaptures([...names].map(specOf), options.dir, say);

  const runs = options.runs ?? (options.quick ? QUICK_RUNS : FULL_RUNS);
  const setting: Setting = {
    runner,
    runs,
    captureOf: (name) => findCapture(specOf(name), path.resolve(options.dir))!,
    isMissing: (tool) => isMissing(tool, runner),
  };
  const machine = describeMachine(tools, runs, runner);
  const results = benchmarks.map((benchmark) => {
    say(`measuring ${benchmark.name}`);
    warnOfColdCache(benchmark, setting);
    return measureBenchmark(benchmark, setting);
  });
  process.stdout.write(`${machine}\n\n${renderResults(results)}\n\n${renderCommands(results)}\n`);

  // If synsum fails, all its figures are worthless.
  const failures = results.flatMap(({ benchmark, trials }) =>
    trials.flatMap(({ trial, problem }) =>
      problem !== undefined && trial.tool.includes('synsum') && !setting.isMissing(TOOLS[trial.tool])
        ? `${benchmark.name}, ${trial.tool}: ${problem}`
        : [],
    ),
  );
  if (options.check) failures.push(...results.flatMap((result) => confirmGross(result, setting)));
  for (const failure of failures) say(`FAILED: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}

if (!fs.existsSync(SYNSUM)) {
  say(`${SYNSUM} not found; run \`npm run build\` first`);
  process.exitCode = 1;
} else {
  const runner = makeRunner();
  try {
    const { only, quick: isQuick = false, dir, runs = isQuick ? QUICK_RUNS : FULL_RUNS } = options;
    const chosen = only === undefined ? BENCHMARKS : BENCHMARKS.filter(({ name }) => only.includes(name));
    if (chosen.length > 0) runBench(chosen, runner);
    if (only?.includes(STORE) ?? true) {
      fs.mkdirSync(dir, { recursive: true });
      const { measureStore } = await import('./store.js');
      const folder = path.resolve(dir);
      process.stdout.write(`${await measureStore(runner, { isQuick, runs, folder }, say)}\n`);
    }
  } catch (error) {
    say((error as Error).message);
    process.exitCode = 1;
  } finally {
    runner.close();
  }
}
