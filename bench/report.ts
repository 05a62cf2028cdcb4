// The report in Markdown, as in docs/performance.md: a table of all trials, and the commands of the tools.

import type { Target } from './benchmarks.js';
import {
  type BenchmarkResult,
  type Outcome,
  quantityOf,
  type Spread,
  type TrialResult,
} from './run-benchmark.js';
import { TOOLS } from './tools.js';

const HEADERS = [
  'Benchmark',
  'Capture, packets',
  'Tool',
  'Wall (range)',
  'CPU',
  'Memory',
  'Per packet',
  'Result',
  'Target',
  'Met',
];

export function renderResults(results: readonly BenchmarkResult[]): string {
  return markdownTable(HEADERS, results.flatMap(rowsOf));
}

function rowsOf({ benchmark, trials, outcomes }: BenchmarkResult): string[][] {
  return trials.map((result, at) => {
    const { trial, capture, figures, problem } = result;
    // A ratio to a rival is shown in the row of the rival.
    const own = outcomes.filter(({ target }) => (isAgainstRival(target) ? target.against : target.of) === at);
    const measured =
      figures === undefined
        ? [visibleProblem(problem), '', '', '']
        : [
            spreadText(figures.wall),
            secondsText(figures.cpu),
            memoryText(figures.memory),
            perPacketText(result),
          ];
    return [
      at === 0 ? benchmark.title : '',
      capture === undefined ? '' : `${capture.kind}, ${capture.packets.toLocaleString('en')}`,
      trial.tool,
      ...measured,
      own.map(({ target, found }) => valueText(target, found)).join('; '),
      own.map(({ target }) => targetText(target)).join('; '),
      own.map(metText).join('; '),
    ];
  });
}

/** The commands of the tools, as a list in Markdown. */
export function renderCommands(results: readonly BenchmarkResult[]): string {
  const names = new Set(results.flatMap(({ trials }) => trials.map(({ trial }) => trial.tool)));
  return [...names].map((name) => `- ${name}: \`${TOOLS[name].command}\``).join('\n');
}

export function describeOutcome({ target, found }: Outcome, { benchmark }: BenchmarkResult): string {
  const { tool } = benchmark.trials[isAgainstRival(target) ? target.against! : target.of]!;
  return `${benchmark.name}, ${tool}: found ${valueText(target, found)}, expected ${targetText(target)}, allowed at most ${valueText(target, target.gross)}`;
}

const QUANTITIES = { wall: 'wall', wallPerPacket: 'per packet', cpu: 'CPU', memory: 'memory' } as const;

function isAgainstRival({ quantity, against }: Target): boolean {
  return quantity === 'wall' && against !== undefined;
}

function targetText(target: Target): string {
  return `${QUANTITIES[target.quantity]} ≤ ${valueText(target, target.atMost)}`;
}

function metText({ target, found }: Outcome): string {
  if (found === undefined) return '?';
  return found <= target.atMost ? 'yes' : 'no';
}

/** Bytes in MB, differences in seconds, ratios as in the targets: 1/5 or 2 ×. */
function valueText({ quantity, against }: Target, value: number | undefined): string {
  if (value === undefined) return '?';
  if (quantity === 'cpu') return `${secondsText(value)} more`;
  if (against === undefined) return memoryText(value);
  return value < 0.75 ? `1/${trimmed(1 / value)}` : `${trimmed(value, 2)} ×`;
}

function spreadText({ median, least, most }: Spread): string {
  return `${secondsText(median)} (${secondsText(least)}–${secondsText(most)})`;
}

function secondsText(seconds: number | undefined): string {
  if (seconds === undefined) return '?';
  return seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(2)} s`;
}

function memoryText(bytes: number | undefined): string {
  return bytes === undefined ? '?' : `${(bytes / 1e6).toFixed(0)} MB`;
}

function perPacketText(result: TrialResult): string {
  const seconds = quantityOf('wallPerPacket', result);
  return seconds === undefined ? '' : `${(seconds * 1e9).toFixed(0)} ns`;
}

function trimmed(value: number, digits = 1): string {
  return String(Number(value.toFixed(digits)));
}

/** A problem may contain line breaks and bars, which would break the table. */
function visibleProblem(problem = ''): string {
  return problem.replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 200);
}

function markdownTable(headers: readonly string[], rows: readonly string[][]): string {
  const cells = [headers, ...rows].map((row) => row.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')));
  const widths = headers.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)));
  const [head = [], ...body] = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
