// Newline-delimited JSON: an object for each item of the result, then one with the totals, so that a reader notices if
// the result was cut short. The only newline of a line is its last character.

import { stringifyJson } from '../../text/escape.js';
import type { Records } from './json.js';

/** The items of the last list get this `type`; the other lists are in the line with the totals. */
export function* renderNdjson({ head, lists }: Records, type: string): Generator<string, void, undefined> {
  for (const item of lists.at(-1)?.items ?? []) yield `${stringifyJson({ type, ...item })}\n`;
  const others = lists.slice(0, -1).map(({ name, items }) => [name, [...items]] as const);
  yield `${stringifyJson({ type: 'totals', ...head, ...Object.fromEntries(others) })}\n`;
}
