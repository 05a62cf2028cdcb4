// One JSON document (RFC 8259), with one list item per line, written piece by piece. It must be valid for any names, so
// all text goes through stringifyJson.

import { stringifyJson } from '../../text/escape.js';
import { renderJsonItems } from '../../text/json-items.js';

/** The data to write, as objects. Fields that are undefined are left out. */
export interface Records {
  /** Schema, version, and everything else that is not a list of items. */
  readonly head: Readonly<Record<string, unknown>>;
  /** The last one is the main result; everything else comes before it. */
  readonly lists: readonly RecordList[];
}

export interface RecordList {
  readonly name: string;
  /** The `type` of its items in NDJSON, where they have a line each; without it, the list is in the line with the totals. */
  readonly type?: string;
  readonly items: Iterable<object>;
}

export function* renderJson({ head, lists }: Records): Generator<string, void, undefined> {
  let separator = '{\n';
  for (const [name, value] of Object.entries(head)) {
    yield `${separator}  ${stringifyJson(name)}: ${stringifyJson(value)}`;
    separator = ',\n';
  }
  for (const { name, items } of lists) {
    yield `${separator}  ${stringifyJson(name)}: [`;
    yield* renderJsonItems(items, stringifyJson);
    yield ']';
    separator = ',\n';
  }
  yield '\n}\n';
}
