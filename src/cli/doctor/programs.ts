// Other programs that synsum runs, or whose captures it reads: whether they are there, and their versions.

import { execFile } from 'node:child_process';
import { type Check, check } from './check.js';

interface Program {
  readonly name: string;
  readonly purpose: string;
  readonly package: string;
}

const PROGRAMS: readonly Program[] = [
  { name: 'tcpdump', purpose: 'makes captures', package: 'tcpdump' },
  {
    name: 'tshark',
    purpose: 'makes captures; converts rare formats if there is no editcap',
    package: 'tshark',
  },
  { name: 'editcap', purpose: 'converts rare formats', package: 'wireshark-common' },
  { name: 'nmap', purpose: 'for synsum scan', package: 'nmap' },
  { name: 'zstd', purpose: 'reads zstd faster than synsum alone', package: 'zstd' },
  { name: 'xz', purpose: 'reads xz and lzma', package: 'xz-utils' },
  { name: 'bzip2', purpose: 'reads bzip2', package: 'bzip2' },
  { name: 'lz4', purpose: 'reads lz4', package: 'lz4' },
];

/** A program that waits for something must not keep the user waiting. */
const MAX_MILLISECONDS = 5000;
const MAX_OUTPUT = 1 << 16;

/** Asks all programs for their versions, at the same time. */
export function checkPrograms(env: NodeJS.ProcessEnv): Promise<Check[]> {
  return Promise.all(PROGRAMS.map((program) => checkProgram(program, env)));
}

function checkProgram(program: Program, env: NodeJS.ProcessEnv): Promise<Check> {
  const { name, purpose } = program;
  return new Promise((resolve) => {
    const options = {
      env: { ...env, LC_ALL: 'C' },
      timeout: MAX_MILLISECONDS,
      maxBuffer: MAX_OUTPUT,
      killSignal: 'SIGKILL',
    } as const;
    const child = execFile(name, ['--version'], options, (error, stdout, stderr) => {
      const code = (error as NodeJS.ErrnoException | null)?.code;
      if (code === 'ENOENT') {
        resolve(check(name, 'missing', `${purpose}; Debian's package ${program.package} has it`));
        return;
      }
      const version = versionIn(stdout) ?? versionIn(stderr);
      const how = `${name} --version ${error?.killed === true ? 'does not end' : 'fails'}`;
      if (version !== undefined) resolve(check(name, 'ok', `${version}; ${purpose}`));
      else if (error === null) resolve(check(name, 'ok', `a version that it does not name; ${purpose}`));
      else resolve(check(name, 'broken', `${how}: ${typeof code === 'string' ? code : firstLine(stderr)}`));
    });
    // Some read their standard input.
    child.stdin?.on('error', () => {});
    child.stdin?.end();
  });
}

/** The first number with dots, such as 4.99.3 or 1.5.4. */
function versionIn(text: string): string | undefined {
  return /\d+(?:\.\d+)+[\w-]*/.exec(text.slice(0, MAX_OUTPUT))?.[0];
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => line.trim() !== '') ?? 'without a message';
}
