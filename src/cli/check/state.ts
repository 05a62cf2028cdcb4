// The memory of `synsum check` from one run to the next, besides the baseline and the pending inventory: which files
// it has checked, so that it need not read them again, and where earlier baselines ended. It is JSON, with one file per
// line.

import fs from 'node:fs';
import { reasonOf } from '../../files/system-error.js';
import { stringifyJson, visible } from '../../text/escape.js';
import { formatTime, parseTime } from '../../text/time.js';
import { UsageError } from '../usage-error.js';

const SCHEMA = 'synsum.check';
const VERSION = 1;

/** A file as it was when it was checked. If its size or one of its times differs, it counts as another file. */
export interface CheckedFile {
  readonly name: string;
  readonly size: number;
  /** Milliseconds since the epoch: when it was written to, and when it was changed in any way. */
  readonly modified: number;
  readonly changed: number;
  /** Absent if it is not a capture. */
  readonly digest?: string;
}

export interface CheckState {
  readonly files: readonly CheckedFile[];
  /** Where the captures of earlier states of the baseline ended, ascending; microseconds since the epoch. */
  readonly baselines: readonly number[];
  /** Addresses of the machines that were said to be counted as remote in the baseline. */
  readonly remoteBefore: readonly string[];
}

/** Reads the state, which is empty on a first run. @throws UsageError if it is another kind of file, or damaged */
export function readState(path: string): CheckState {
  let text: string;
  try {
    text = fs.readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { files: [], baselines: [], remoteBefore: [] };
    throw new UsageError(reasonOf(error), `--state ${path}`);
  }
  try {
    const { schema, version, files, baselines = [], remote_before: remoteBefore = [] } = parseObject(text);
    if (schema !== SCHEMA) throw new Error(`found schema ${JSON.stringify(schema)}, expected ${SCHEMA}`);
    if (version !== VERSION) throw new Error(`found version ${JSON.stringify(version)}, expected ${VERSION}`);
    if (!Array.isArray(files) || !files.every(isCheckedFile)) {
      throw new Error('expected a list of files with name, size, modified and changed');
    }
    if (!Array.isArray(remoteBefore) || !remoteBefore.every((text) => typeof text === 'string')) {
      throw new Error('expected a list of the machines that were remote before');
    }
    return { files, baselines: readTimes(baselines), remoteBefore };
  } catch (error) {
    const message = `${visible(reasonOf(error))}; without this file, all captures are checked again`;
    throw new UsageError(message, `--state ${path}`);
  }
}

export function renderState({ files, baselines, remoteBefore }: CheckState): string {
  const lines = files
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((file) => `\n    ${stringifyJson(file)}`);
  const head = [
    `"schema": ${stringifyJson(SCHEMA)}`,
    `"version": ${VERSION}`,
    `"baselines": ${stringifyJson(baselines.map(formatTime))}`,
    `"remote_before": ${stringifyJson(remoteBefore)}`,
  ].join(',\n  ');
  return `{\n  ${head},\n  "files": [${lines.join(',')}\n  ]\n}\n`;
}

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error('expected an object');
  return value as Record<string, unknown>;
}

function readTimes(value: unknown): number[] {
  const times = Array.isArray(value)
    ? value.map((text) => (typeof text === 'string' ? parseTime(text) : undefined))
    : [undefined];
  if (times.includes(undefined)) throw new Error('expected a list of the times when earlier baselines ended');
  return times as number[];
}

function isCheckedFile(value: unknown): value is CheckedFile {
  const { name, size, modified, changed, digest } = (value ?? {}) as Record<string, unknown>;
  const isCapture = typeof digest === 'string';
  return (
    typeof name === 'string' &&
    (isCapture || digest === undefined) &&
    [size, modified, changed].every(Number.isFinite)
  );
}
