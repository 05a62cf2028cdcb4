// The result of one check. Its text comes from programs, files and the environment, so it is made harmless
// here.

import { visible } from '../../text/escape.js';

/** `missing`: something optional is not there. `broken`: something is there, or is needed, and does not work. */
export type State = 'ok' | 'missing' | 'broken';

export interface Check {
  readonly name: string;
  readonly state: State;
  /** On one line, safe to print. */
  readonly text: string;
}

/** Characters of what one check found. */
const MAX_LENGTH = 300;

export function check(name: string, state: State, text: string): Check {
  const line = visible(text.trim().replace(/\s+/g, ' '));
  return { name, state, text: line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line };
}

/** The first line of an error. */
export function messageOf(error: unknown): string {
  const { message } = error as Error;
  return message.split('\n')[0] ?? '';
}
