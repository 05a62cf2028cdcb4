// One JSON document (RFC 8259), an item of a list a line, written as it goes. It must stay valid whatever the
// names are: all text goes through stringifyJson.

import { stringifyJson } from '../../text/escape.js';
import { renderJsonItems } from '../../text/json-items.js';

/** What is asked for, as objects. A field that is undefined is left out. */
export interface Records {
  /** What is known of the whole: schema, version, and what else is not a list of items. */
  readonly head: Readonly<Record<string, unknown>>;
  /** The last one is the answer, so that all else stands before it. */
  readonly lists: readonly RecordList[];
}

export interface RecordList {
  readonly name: string;
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
