// Newline-delimited JSON: an object for each item of the result, then one with the totals, so that a reader notices if
// the result was cut short. The only newline of a line is its last character.

import { stringifyJson } from '../../text/escape.js';
import { type Records, stringifyItem } from './json.js';

/** The items of lists with a `type` have a line each; the other lists are in the line with the totals. */
export function* renderNdjson({ head, lists }: Records): Generator<string, void, undefined> {
  for (const { type, items } of lists) {
    if (type === undefined) continue;
    for (const item of items) yield `${stringifyItem(item, type)}\n`;
  }
  const others = lists
    .filter(({ type }) => type === undefined)
    .map(({ name, items }) => [name, [...items]] as const);
  yield `${stringifyJson({ type: 'totals', ...head, ...Object.fromEntries(others) })}\n`;
}
