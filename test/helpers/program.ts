// Runs the built program as users do: a process with arguments, pipes and signals.

import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mistakesInOutput } from './schemas.js';

export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = `${ROOT}dist/bin/synsum.cjs`;

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Bytes for standard input; without them it is empty. */
  readonly input?: Uint8Array;
  readonly cwd?: string;
  readonly env?: Record<string, string>;
}

/** Starts the program with its standard input open. The user's own hosts files are out of sight. */
export function start(
  args: readonly string[],
  { cwd = ROOT, env = {} }: RunOptions = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], XDG_CONFIG_HOME: '/nonexistent', TZ: 'UTC', ...env },
  });
}

/** Waits until a started program handles the signals that end it. */
export async function untilHandlingSignals(child: ChildProcess): Promise<void> {
  // Node catches SIGINT from the start, but SIGHUP only for the program.
  const SIGHUP = 1n;
  for (;;) {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const [, caught = '0'] = /^SigCgt:\s*(\w+)$/m.exec(status) ?? [];
    if ((BigInt(`0x${caught}`) & SIGHUP) !== 0n || child.exitCode !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const HAS_PROC: boolean = existsSync('/proc/self/status');

/** Collects what a process prints until it ends. @throws if it prints JSON that its schema refuses */
export async function resultOf(child: ChildProcessWithoutNullStreams): Promise<Result> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('close', resolve);
    child.on('error', reject);
  });
  const mistakes = mistakesInOutput(stdout);
  if (mistakes.length > 0) throw new Error(`the output does not follow its schema: ${mistakes.join('; ')}`);
  return { status, stdout, stderr };
}

export async function synsum(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const child = start(args, options);
  // A program that has seen enough closes its end.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);
  return resultOf(child);
}

/** Runs a command line in a POSIX shell; the program is `synsum` in it. */
export async function shell(script: string, options: RunOptions = {}): Promise<Result> {
  const synsumFunction = `synsum() { '${process.execPath}' '${MAIN}' "$@"; }`;
  const child = spawn(
    'bash',
    ['--norc', '--noprofile', '-c', `set -o pipefail; ${synsumFunction}; ${script}`],
    {
      cwd: options.cwd ?? ROOT,
      env: { PATH: process.env['PATH'], XDG_CONFIG_HOME: '/nonexistent', TZ: 'UTC', ...options.env },
    },
  );
  child.stdin.end(options.input);
  return resultOf(child);
}
