// Newline-delimited JSON: an object for each item of the answer, then one with the totals, so that a reader can
// tell a whole answer from one that was cut short. A line has no newline but its last character.

import { stringifyJson } from '../../text/escape.js';
import type { Records } from './json.js';

/** The items of the last list come under this type; the other lists are in the line of the totals. */
export function* renderNdjson({ head, lists }: Records, type: string): Generator<string, void, undefined> {
  for (const item of lists.at(-1)?.items ?? []) yield `${stringifyJson({ type, ...item })}\n`;
  const others = lists.slice(0, -1).map(({ name, items }) => [name, [...items]] as const);
  yield `${stringifyJson({ type: 'totals', ...head, ...Object.fromEntries(others) })}\n`;
}
