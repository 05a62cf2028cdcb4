// The sources that a command line names, and what it says of names: checked before any work is done.

import fs from 'node:fs';
import { STDIN_NAME } from '../capture/input.js';
import { loadNames } from '../names/find-hosts-file.js';
import { HostsFileError } from '../names/hosts-file.js';
import type { Names } from '../names/names.js';
import type { Context } from './run.js';
import { UsageError } from './usage-error.js';

/** Refuses what would be counted twice without having been meant: standard input ends but once. */
export function checkSources(sources: readonly string[]): void {
  if (sources.filter((name) => name === STDIN_NAME).length > 1) {
    throw new UsageError('standard input is named twice, expected it once', STDIN_NAME);
  }
}

/** Refuses to write a result over a source that it is made from. */
export function checkOutput(output: string, sources: readonly string[]): void {
  const target = statOf(output);
  if (target === undefined || !target.isFile()) return;
  for (const name of sources) {
    const source = name === STDIN_NAME ? fs.fstatSync(0) : statOf(name);
    if (source?.ino === target.ino && source.dev === target.dev) {
      throw new UsageError('is a source to read, expected another file to write to', `-o ${output}`);
    }
  }
}

/** Loads the hosts.yaml that applies. @throws UsageError with all mistakes in it */
export async function loadHosts(
  hosts: string | undefined,
  { env, cwd }: Context,
): Promise<{ names: Names; file: string }> {
  try {
    return await loadNames({ ...(hosts === undefined ? {} : { hosts }), env, cwd });
  } catch (error) {
    throw error instanceof HostsFileError ? new UsageError(error.message) : error;
  }
}

function statOf(path: string): fs.Stats | undefined {
  return fs.statSync(path, { throwIfNoEntry: false });
}
