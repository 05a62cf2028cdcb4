// Measures a store: recording, its size, what questions take, and a recorder next to a reader. The store has the hours of
// one sensor, 10 million rows.

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compact } from '../src/store/sqlite/compact.js';
import { openForRecording } from '../src/store/sqlite/store.js';
import { HOUR } from '../src/tally/layout.js';
import type { Filled } from './fill-store.js';
import { type Runner, SYNSUM } from './measure.js';

const FILL = fileURLToPath(new URL('fill-store.ts', import.meta.url));
const HOURS = 720;
const QUICK_HOURS = 48;
const COMMITS = 200;
const MB = 1e6;

interface Row {
  readonly what: string;
  readonly found: string;
  readonly target: string;
}

interface Question {
  readonly what: string;
  readonly args: string;
  /** Seconds of CPU, more than the start takes. */
  readonly target: number;
}

/** Times are in the middle and at the end of the 720 hours from 2026-09-01 on. */
const QUESTIONS: readonly Question[] = [
  { what: 'summary of a day', args: `"store:$F?since=2026-09-02&until=2026-09-03"`, target: 1 },
  { what: 'services of 7 days', args: `services "store:$F?since=2026-09-02&until=2026-09-09"`, target: 2.5 },
  { what: 'all services ever', args: 'history seen "$F"', target: 0.05 },
  {
    what: 'first and last of one service',
    args: 'history seen "$F" --server 10.0.0.7 --service 443',
    target: 0.05,
  },
  { what: 'new in 3 days', args: 'history new "$F" --since 2026-09-28', target: 0.05 },
  {
    what: 'difference of two days',
    args: `diff "store:$F?since=2026-09-02&until=2026-09-03" "store:$F?since=2026-09-03&until=2026-09-04"`,
    target: 0.5,
  },
];

/** The command that takes what every command with a store takes. */
const START = 'history sensors "$F"';

/** Returns a table in Markdown. */
export async function measureStore(
  runner: Runner,
  { isQuick, runs, folder }: { readonly isQuick: boolean; readonly runs: number; readonly folder: string },
  say: (text: string) => void,
): Promise<string> {
  const file = path.join(folder, `store-${isQuick ? QUICK_HOURS : HOURS}.db`);
  const filled = fill(file, isQuick ? QUICK_HOURS : HOURS, say);
  const millions = filled.rows / 1e6;
  const rows: Row[] = [
    {
      what: 'recording, CPU for a million rows',
      found: seconds(filled.cpu / millions),
      target: '3 s',
    },
    {
      what: 'recording, memory above the start',
      found: `${Math.round(filled.memory / MB)} MB`,
      target: '200 MB',
    },
    { what: 'bytes of a row, hourly', found: (filled.bytes / filled.rows).toFixed(1), target: '45' },
  ];
  say('asking');
  const start = measure(runner, file, START, runs);
  for (const { what, args, target } of QUESTIONS) {
    const { cpu, memory } = measure(runner, file, args, runs);
    rows.push({
      what,
      found: `${seconds(cpu - start.cpu)}, ${Math.round(memory / MB)} MB`,
      target: seconds(target),
    });
  }
  say('recording next to a reader');
  const { errors, median, longest } = await commitDuringScan(file);
  rows.push({
    what: `${COMMITS} commits during a full scan`,
    found: `${errors} errors, ${Math.round(median)} ms in the middle, ${Math.round(longest)} ms at most`,
    target: 'no error',
  });
  say('adding up');
  const daily = await compactCopy(file);
  rows.push({ what: 'size, hourly by daily', found: (filled.bytes / daily).toFixed(1), target: '4' });
  return [
    `### A store of ${filled.rows.toLocaleString('en')} rows`,
    '',
    '| | Found | Target |',
    '| --- | --- | --- |',
    ...rows.map(({ what, found, target }) => `| ${what} | ${found} | ${target} |`),
  ].join('\n');
}

/** Fills a store, unless an earlier run has left it there. */
function fill(file: string, hours: number, say: (text: string) => void): Filled {
  const result = `${file}.json`;
  if (!fs.existsSync(result)) {
    say('recording a store');
    for (const end of ['', '-wal', '-shm']) fs.rmSync(file + end, { force: true });
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', FILL, file, String(hours)],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr.trim().slice(-500));
    fs.writeFileSync(result, stdout);
  }
  return JSON.parse(fs.readFileSync(result, 'utf8')) as Filled;
}

/** Medians of seconds of CPU, and of bytes. */
function measure(runner: Runner, file: string, args: string, runs: number): { cpu: number; memory: number } {
  // `diff` ends with 1 if there is a difference.
  const command = `"$NODE" "$SYNSUM" ${args} -q > "$SCRATCH/out" || test $? = 1`;
  const found = Array.from({ length: runs }, () => runner.run(command, file));
  return {
    cpu: medianOf(found.map(({ cpu }) => cpu ?? Number.NaN)),
    memory: medianOf(found.map(({ memory }) => memory ?? Number.NaN)),
  };
}

async function commitDuringScan(file: string): Promise<{ errors: number; median: number; longest: number }> {
  const reader = spawn(process.execPath, [SYNSUM, 'history', 'export', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const status = new Promise<number | null>((resolve) => reader.on('close', resolve));
  reader.stderr.resume();
  // The scan has begun.
  await new Promise((resolve) => reader.stdout.once('data', resolve));
  reader.stdout.resume();
  const store = await openForRecording(file);
  const times: number[] = [];
  let errors = 0;
  for (let commit = 0; commit < COMMITS; commit++) {
    const begun = performance.now();
    try {
      store.transaction(() =>
        store.run(
          'INSERT OR REPLACE INTO files (sensor, path, size, modified, changed) VALUES (1, ?, 0, 0, 0)',
          `/${commit}`,
        ),
      );
    } catch {
      errors += 1;
    }
    times.push(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  store.close();
  // Nobody wants the rest, which is not an error.
  reader.stdout.destroy();
  if ((await status) !== 0) errors += 1;
  return { errors, median: medianOf(times), longest: Math.max(...times) };
}

/** Returns the bytes of a copy whose hours have all become days. */
async function compactCopy(file: string): Promise<number> {
  const copy = `${file}.daily`;
  fs.copyFileSync(file, copy);
  try {
    const store = await openForRecording(copy);
    const far = 100_000 * 24 * HOUR;
    compact(store, { hours: 0, days: far }, far);
    store.close();
    return fs.statSync(copy).size;
  } finally {
    for (const end of ['', '-wal', '-shm']) fs.rmSync(copy + end, { force: true });
  }
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

function seconds(value: number): string {
  return value < 0.1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(2)} s`;
}
