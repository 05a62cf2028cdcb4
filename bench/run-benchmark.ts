// Runs a benchmark: checks that each program produces the right result, then measures the programs in turns.

import type { Benchmark, Quantity, Target, Trial } from './benchmarks.js';
import type { Capture, CaptureName } from './captures.js';
import type { Run, Runner } from './measure.js';
import { TOOLS, type Tool } from './tools.js';

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The result of a trial; without figures if the tool is missing or its output is wrong. */
export interface TrialResult {
  readonly trial: Trial;
  readonly capture: Capture | undefined;
  readonly problem?: string;
  readonly figures?: Figures;
}

/** In seconds and bytes. CPU and memory are medians. */
interface Figures {
  readonly wall: Spread;
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

export interface Outcome {
  readonly target: Target;
  /** Undefined if it could not be measured. */
  readonly found: number | undefined;
}

export interface BenchmarkResult {
  readonly benchmark: Benchmark;
  readonly trials: readonly TrialResult[];
  readonly outcomes: readonly Outcome[];
}

export interface Setting {
  readonly runner: Runner;
  readonly runs: number;
  readonly captureOf: (name: CaptureName) => Capture;
  readonly isMissing: (tool: Tool) => boolean;
}

export function measureBenchmark(benchmark: Benchmark, setting: Setting): BenchmarkResult {
  const { runner, runs, captureOf } = setting;
  const captures = new Set(benchmark.trials.flatMap(({ capture }) => capture ?? []));
  for (const name of captures) runner.run('cat "$F" > /dev/null', captureOf(name).file);

  const states = benchmark.trials.map((trial) => {
    const capture = trial.capture && captureOf(trial.capture);
    const tool: Tool = TOOLS[trial.tool];
    const problem = setting.isMissing(tool) ? 'not installed' : proveTool(tool, capture, runner);
    return { trial, capture, tool, problem, runs: [] as Run[] };
  });
  for (let run = 0; run < Math.max(runs, benchmark.leastRuns ?? 0); run++) {
    for (const state of states) {
      if (state.problem !== undefined) continue;
      try {
        const { tool, capture } = state;
        const taken = runner.run(tool.command, capture?.file);
        if (tool.check === undefined) state.problem = findFault(tool, taken.output, capture);
        state.runs.push(taken);
      } catch (error) {
        state.problem = (error as Error).message;
      }
    }
  }
  const trials = states.map(({ trial, capture, problem, runs }) => ({
    trial,
    capture,
    ...(problem === undefined ? { figures: figuresOf(runs) } : { problem }),
  }));
  return {
    benchmark,
    trials,
    outcomes: benchmark.targets.map((target) => ({ target, found: evaluate(target, trials) })),
  };
}

/** Runs a tool once and checks its output. Returns what was wrong, if anything. */
function proveTool(tool: Tool, capture: Capture | undefined, runner: Runner): string | undefined {
  try {
    if (tool.prepare !== undefined) runner.run(tool.prepare, capture?.file);
    return findFault(tool, runner.run(tool.check ?? tool.command, capture?.file).output, capture);
  } catch (error) {
    return (error as Error).message;
  }
}

function findFault(tool: Tool, output: string, capture: Capture | undefined): string | undefined {
  const expected = tool.expected?.(capture);
  const found = tool.found?.(output);
  return found === expected ? undefined : `found ${found}, expected ${expected}`;
}

function figuresOf(runs: readonly Run[]): Figures {
  const walls = runs.map(({ wall }) => wall);
  return {
    wall: { median: medianOf(walls)!, least: Math.min(...walls), most: Math.max(...walls) },
    cpu: medianOf(runs.map(({ cpu }) => cpu)),
    memory: medianOf(runs.map(({ memory }) => memory)),
  };
}

function medianOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (known.length === 0) return undefined;
  const middle = known.length >>> 1;
  return known.length % 2 === 1 ? known[middle] : (known[middle - 1]! + known[middle]!) / 2;
}

function evaluate({ quantity, of, against }: Target, trials: readonly TrialResult[]): number | undefined {
  const value = quantityOf(quantity, trials[of]);
  if (against === undefined || value === undefined) return value;
  const other = quantityOf(quantity, trials[against]);
  if (other === undefined) return undefined;
  return quantity === 'cpu' ? value - other : value / other;
}

export function quantityOf(quantity: Quantity, result: TrialResult | undefined): number | undefined {
  const { figures, capture } = result ?? {};
  if (figures === undefined) return undefined;
  switch (quantity) {
    case 'wall':
      return figures.wall.median;
    case 'wallPerPacket':
      return capture === undefined ? undefined : figures.wall.median / capture.packets;
    case 'cpu':
      return figures.cpu;
    case 'memory':
      return figures.memory;
  }
}
