// A model of the table of rows, and rows to fill it with.

import fc from 'fast-check';
import { CLIENT_REMOTE, SERVER_REMOTE } from '../../src/tally/layout.js';
import type { TallyOptions } from '../../src/tally/options.js';
import type { Rows } from '../../src/tally/rows.js';
import { Tally } from '../../src/tally/tally.js';
import { EVERYTHING } from '../helpers/scope.js';
import { type Family, type Key, type Row, WIDTH } from './parts.js';

export const PORT_MASK = 0xffff;

/** A model of the table: a Map, which keeps the order in which keys first came. */
export class Model {
  #values = new Map<string, Row>();

  add(rows: readonly Row[]): void {
    for (const [key, { count, first, last }] of rows) {
      const name = key.join();
      const old = this.#values.get(name)?.[1];
      const value = {
        count: (old?.count ?? 0) + count,
        first: Math.min(old?.first ?? first, first),
        last: Math.max(old?.last ?? last, last),
      };
      this.#values.set(name, [key, value]);
    }
  }

  get rows(): Row[] {
    return [...this.#values.values()];
  }

  set rows(rows: readonly Row[]) {
    this.#values = new Map();
    this.add(rows);
  }
}

export function makeTally(options: Partial<TallyOptions> = {}): Tally {
  return new Tally({ scope: EVERYTHING, ...options });
}

export function rowsOfFamily(tally: Tally, family: Family): Rows {
  return tally.readRows(family);
}

const anyTag = fc
  .tuple(fc.constantFrom(0, 1, 80, PORT_MASK), fc.constantFrom(0, CLIENT_REMOTE, SERVER_REMOTE, 0x3_0000))
  .map(([port, remote]) => port | remote);
const anyWord = fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff);

/** The words of a remote end are 0, as in every key that a tally makes. */
function zeroRemotes(client: readonly number[], server: readonly number[], tag: number): Key {
  const hide = (words: readonly number[], bit: number): readonly number[] =>
    (tag & bit) === 0 ? words : words.map(() => 0);
  return [...hide(client, CLIENT_REMOTE), ...hide(server, SERVER_REMOTE), tag];
}

function anyKey(family: Family): fc.Arbitrary<Key> {
  const words = fc.array(anyWord, { minLength: WIDTH[family], maxLength: WIDTH[family] });
  return fc.tuple(words, words, anyTag).map(([client, server, tag]) => zeroRemotes(client, server, tag));
}

const anyTime = fc.oneof(
  fc.nat(5),
  fc.integer({ min: 0, max: 0xffff_ffff }).map((seconds) => seconds * 1e6 + 1),
);

export function anyRow(family: Family, anyCount: fc.Arbitrary<number>): fc.Arbitrary<Row> {
  return fc
    .tuple(anyKey(family), anyCount, anyTime, anyTime)
    .map(([key, count, a, b]) => [key, { count, first: Math.min(a, b), last: Math.max(a, b) }]);
}

/** The row with this number. Rows with near numbers are near one another in every word that matters. */
export function numberedRow(
  family: Family,
  number: number,
  { count = 1, first = number, last = number } = {},
): Row {
  const words = Array.from({ length: WIDTH[family] }, (_, word) =>
    word === WIDTH[family] - 1 ? number : 0x2001_0db8,
  );
  return [[...words, ...words.toReversed(), number & PORT_MASK], { count, first, last }];
}

export function numberedRows(family: Family, from: number, to: number, count = 1): Row[] {
  return Array.from({ length: to - from }, (_, at) =>
    numberedRow(family, from + at, { count, last: from + at + count }),
  );
}
