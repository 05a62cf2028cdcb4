// Runs a command and measures its wall time, CPU time and peak memory.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const BENCH = fileURLToPath(new URL('.', import.meta.url));
const ROOT = path.dirname(BENCH.replace(/\/$/, ''));
export const SYNSUM: string = path.join(ROOT, 'dist/bin/synsum.cjs');

/** GNU time measures a process and its children; Debian's package is `time`. */
const GNU_TIME = '/usr/bin/time';

/** The measurements of one run. CPU and memory are unknown without GNU time. */
export interface Run {
  /** Seconds. */
  readonly wall: number;
  /** User and system time of all processes of the command, in seconds. */
  readonly cpu: number | undefined;
  /** Peak memory of the largest process of the command, in bytes. */
  readonly memory: number | undefined;
  readonly output: string;
}

export interface Runner {
  readonly hasGnuTime: boolean;
  /** Runs a command in sh. @throws Error with the end of its standard error, if it fails */
  run(command: string, file?: string): Run;
  close(): void;
}

/** Makes a runner with its own folder for the files that commands write. */
export function makeRunner(): Runner {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'synsum-bench-'));
  const hasGnuTime = spawnSync(GNU_TIME, ['-f', '%M', 'true']).status === 0;
  const runOnce = (command: string, file?: string): Run => runIn(folder, hasGnuTime, command, file);
  // The time to start sh does not count.
  const shell = Math.min(...Array.from({ length: 20 }, () => runOnce(':').wall));
  return {
    hasGnuTime,
    run(command, file) {
      const run = runOnce(command, file);
      return { ...run, wall: Math.max(0, run.wall - shell) };
    },
    close: () => fs.rmSync(folder, { recursive: true }),
  };
}

function runIn(folder: string, hasGnuTime: boolean, command: string, file = ''): Run {
  const scratch = path.join(folder, 'scratch');
  const [stdout, stderr, usage] = ['stdout', 'stderr', 'usage'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  fs.rmSync(scratch, { recursive: true, force: true });
  fs.mkdirSync(scratch);
  const descriptors = [fs.openSync(stdout, 'w'), fs.openSync(stderr, 'w')] as const;
  const timed = hasGnuTime ? [GNU_TIME, '-f', '%U %S %M', '-o', usage] : [];
  const [program = 'sh', ...args] = [...timed, 'sh', '-c', command];
  const began = process.hrtime.bigint();
  const { status, signal } = spawnSync(program, args, {
    cwd: scratch,
    env: environment(file, scratch),
    stdio: ['ignore', ...descriptors],
  });
  const wall = Number(process.hrtime.bigint() - began) / 1e9;
  for (const descriptor of descriptors) fs.closeSync(descriptor);
  if (status !== 0) {
    const said = fs.readFileSync(stderr, 'utf8').trim().slice(-500);
    throw new Error(`${signal ?? `exit status ${status}`}: ${said}`);
  }
  const output = fs.readFileSync(stdout, 'utf8');
  return { wall, ...(hasGnuTime ? parseUsage(fs.readFileSync(usage, 'utf8')) : NOTHING_KNOWN), output };
}

const NOTHING_KNOWN = { cpu: undefined, memory: undefined };

/** Parses a line of user seconds, system seconds and KiB. */
function parseUsage(text: string): { cpu: number; memory: number } {
  const [user = 0, system = 0, kibibytes = 0] = text.trim().split(' ').map(Number);
  return { cpu: user + system, memory: kibibytes * 1024 };
}

/** Hides the user's own hosts files, and adds the folders of tools that only root has in its PATH. */
function environment(file: string, scratch: string): Record<string, string> {
  return {
    PATH: `${process.env['PATH']}:/usr/sbin:/sbin`,
    HOME: scratch,
    XDG_CONFIG_HOME: '/nonexistent',
    TMPDIR: os.tmpdir(),
    LC_ALL: 'C',
    TZ: 'UTC',
    NODE: process.execPath,
    SYNSUM,
    BENCH,
    OFFICE: path.join(ROOT, 'samples/office.pcap'),
    F: file,
    SCRATCH: scratch,
  };
}
