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
  readonly items: Iterable<object | JsonFields>;
}

/** The fields of an item that are JSON already, without braces: where there are very many items, objects take longer. */
export class JsonFields {
  constructor(readonly text: string) {}
}

/** @param type the value of a field `type` that comes before the others */
export function stringifyItem(item: object | JsonFields, type?: string): string {
  if (item instanceof JsonFields) {
    return type === undefined ? `{${item.text}}` : `{"type":${stringifyJson(type)},${item.text}}`;
  }
  return stringifyJson(type === undefined ? item : { type, ...item });
}

export function* renderJson({ head, lists }: Records): Generator<string, void, undefined> {
  let separator = '{\n';
  for (const [name, value] of Object.entries(head)) {
    yield `${separator}  ${stringifyJson(name)}: ${stringifyJson(value)}`;
    separator = ',\n';
  }
  for (const { name, items } of lists) {
    yield `${separator}  ${stringifyJson(name)}: [`;
    yield* renderJsonItems(items, (item) => stringifyItem(item));
    yield ']';
    separator = ',\n';
  }
  yield '\n}\n';
}
