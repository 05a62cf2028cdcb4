// What `synsum check` remembers from one run to the next: which captures it has looked at. It is JSON, a capture a line.

import fs from 'node:fs';
import { stringifyJson } from '../views/escape.js';
import { writeAtomically } from './atomic-file.js';
import { UsageError } from './usage-error.js';

const SCHEMA = 'synsum.check';
const VERSION = 1;

/** A capture as it was when it was looked at. If one of these is different, it is another one. */
export interface LookedAt {
  readonly name: string;
  readonly size: number;
  /** Milliseconds since the epoch, when it was written to and when it was changed in any way. */
  readonly modified: number;
  readonly changed: number;
}

/** By name. */
export type CheckState = ReadonlyMap<string, LookedAt>;

/** Reads the state; that of a first run is empty. @throws UsageError if it is no such file, or damaged */
export function readState(path: string): CheckState {
  let text: string;
  try {
    text = fs.readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new UsageError((error as Error).message, `--state ${path}`);
  }
  try {
    const { schema, version, captures } = JSON.parse(text) as Record<string, unknown>;
    if (schema !== SCHEMA) throw new Error(`found schema ${JSON.stringify(schema)}, expected ${SCHEMA}`);
    if (version !== VERSION) throw new Error(`found version ${version}, expected ${VERSION}`);
    if (!Array.isArray(captures) || !captures.every(isLookedAt)) {
      throw new Error('found no list of captures with name, size, modified and changed');
    }
    return new Map(captures.map((capture) => [capture.name, capture]));
  } catch (error) {
    const message = `${(error as Error).message}; without this file all captures are looked at again`;
    throw new UsageError(message, `--state ${path}`);
  }
}

export function writeState(path: string, state: CheckState): void {
  const lines = [...state.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((capture) => `\n    ${stringifyJson(capture)}`);
  const head = `  "schema": ${stringifyJson(SCHEMA)},\n  "version": ${VERSION},\n`;
  writeAtomically(path, [`{\n${head}  "captures": [${lines.join(',')}\n  ]\n}\n`]);
}

function isLookedAt(value: unknown): value is LookedAt {
  const { name, size, modified, changed } = (value ?? {}) as Record<string, unknown>;
  return typeof name === 'string' && [size, modified, changed].every(Number.isFinite);
}
