// Runs nmap on this machine as a source, and reads its report while nmap writes it.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Inventory } from '../../inventory/inventory.js';
import { Scope } from '../../tally/scope.js';
import { Tally } from '../../tally/tally.js';
import { totalsOf } from '../../tally/totals.js';
import { makeProblem, type Problem } from '../../text/problem.js';
import { type NmapProgress, NmapReader } from './xml.js';

export type { NmapProgress };

/** nmap cannot be run. */
export class NmapError extends Error {
  override readonly name = 'NmapError';
}

export interface NmapOptions {
  /** Aborting it stops nmap; everything found until then counts. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: NmapProgress) => void;
}

export interface NmapRun {
  readonly inventory: Inventory;
  /** The lines that nmap wrote to standard error, except those that are problems; limited in length. */
  readonly messages: readonly string[];
}

/** Asks for the versions of services and for progress every few seconds; the report goes to standard output. */
const ARGUMENTS = ['-sV', '--stats-every', '3s', '-oX', '-'];
/** Characters. */
const MAX_MESSAGES = 4096;
/** The messages about targets that nmap leaves out, although it exits with status 0: TargetGroup.cc. */
const LEFT_OUT = /^Failed to resolve|^Unable to split netmask|looks like an IPv6 target|^WARNING: No targets/;

/** Runs nmap on these targets, with `extra` as more options of nmap. @throws NmapError if it is not installed */
export async function runNmap(
  targets: readonly string[],
  extra: readonly string[],
  { signal, onProgress }: NmapOptions,
): Promise<NmapRun> {
  const reader = new NmapReader(onProgress);
  const hash = createHash('sha256');
  let written = '';
  // Detached from the terminal, because nmap would read its keys.
  const child = spawn('nmap', [...ARGUMENTS, ...extra, ...targets], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const stop = (): void => {
    child.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop);
  child.stdout.on('data', (bytes: Buffer) => {
    hash.update(bytes);
    reader.write(bytes);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written = (written + text).slice(0, MAX_MESSAGES);
  });
  const failure = await new Promise<string | undefined>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      reject(new NmapError(isMissing ? MISSING : `nmap cannot be run: ${error.message}`));
    });
    child.on('close', (status, by) => {
      const end = signal.aborted ? 'was stopped' : `ended with ${by ?? `status ${status}`}`;
      resolve(status === 0 ? undefined : `nmap ${end}`);
    });
  }).finally(() => signal.removeEventListener('abort', stop));
  const { scan, problems, format } = reader.finish();
  const messages = written.split('\n').filter((line) => line.trim() !== '');
  const leftOut = messages.filter((line) => LEFT_OUT.test(line));
  const tally = new Tally({ scope: new Scope([]) });
  const report = {
    name: 'nmap',
    ...(scan === undefined ? {} : { format }),
    linkTypes: [],
    packetsRead: 0,
    captures: [],
    problems: [
      ...leftOut.map(incomplete),
      ...problems,
      ...(failure === undefined ? [] : [incomplete(failure)]),
    ],
  };
  return {
    inventory: {
      tally,
      inputs: [report],
      captures: [],
      totals: totalsOf(tally.readPacketsByClass(), {
        outsideTime: 0,
        bytesRead: 0,
        bytesSkipped: 0,
        gaps: 0,
      }),
      scans: scan === undefined ? [] : [{ ...scan, digest: `sha256:${hash.digest('hex')}` }],
    },
    messages: messages.filter((line) => !LEFT_OUT.test(line)),
  };
}

function incomplete(message: string): Problem {
  return makeProblem('incomplete-scan', message);
}

const MISSING =
  'nmap is not installed: install the package nmap of Debian, Ubuntu, Fedora, Arch Linux or Homebrew, or get it from https://nmap.org';
