import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLIENT_REMOTE, KEY_WORDS_6, Rows, SERVER_REMOTE } from '../../src/tally/rows.js';

interface Value {
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

const PORT_MASK = 0xffff;

/** What Rows should do, in a Map from key to value. */
class Model {
  readonly values = new Map<string, Value>();

  add(key: readonly number[], { count, first, last }: Value): void {
    const old = this.values.get(key.join());
    this.values.set(key.join(), {
      count: (old?.count ?? 0) + count,
      first: Math.min(old?.first ?? first, first),
      last: Math.max(old?.last ?? last, last),
    });
  }

  retain(keep: (value: Value) => boolean): void {
    for (const [key, value] of this.values) if (!keep(value)) this.values.delete(key);
  }
}

/** One or four words by client and server, and the tag. */
type Key = readonly number[];

function addTo(rows: Rows, key: Key, { count, first, last }: Value): void {
  const [client = 0, server = 0, tag = 0] = key;
  if (rows.family === 4) rows.add4(client, server, tag, count, first, last);
  else rows.add6(Uint32Array.from(key), count, first, last);
}

/** The rows in their order, as the model has them. */
function contentOf(rows: Rows): [string, Value][] {
  return Array.from({ length: rows.size }, (_, row) => {
    const width = rows.family === 4 ? 1 : 4;
    const [client, server] = [rows.clientOf(row), rows.serverOf(row)];
    const tag =
      rows.portOf(row) +
      (client === undefined ? CLIENT_REMOTE : 0) +
      (server === undefined ? SERVER_REMOTE : 0);
    const remote = new Array<number>(width).fill(0);
    const key = [...(client ?? remote), ...(server ?? remote), tag];
    return [key.join(), { count: rows.countOf(row), first: rows.firstOf(row), last: rows.lastOf(row) }];
  });
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

function anyKey(width: 1 | 4): fc.Arbitrary<Key> {
  const words = fc.array(anyWord, { minLength: width, maxLength: width });
  return fc.tuple(words, words, anyTag).map(([client, server, tag]) => zeroRemotes(client, server, tag));
}

const anyTime = fc.oneof(
  fc.nat(5),
  fc.integer({ min: 0, max: 0xffff_ffff }).map((seconds) => seconds * 1e6 + 1),
);
const anyValue: fc.Arbitrary<Value> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), anyTime, anyTime)
  .map(([count, a, b]) => ({ count, first: Math.min(a, b), last: Math.max(a, b) }));

const FAMILIES = [
  [4, 1],
  [6, 4],
] as const;

describe.each(FAMILIES)('Rows of IPv%i', (family, width) => {
  test('when keys are added in any order, and rows forgotten between, then it is as a Map', () => {
    const anyStep = fc.oneof(
      { weight: 20, arbitrary: fc.record({ key: anyKey(width), value: anyValue }) },
      { weight: 1, arbitrary: fc.record({ atLeast: fc.nat(12) }) },
    );
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 200, size: 'max' }), (steps) => {
        const rows = new Rows(family);
        const model = new Model();
        for (const step of steps) {
          if ('key' in step) {
            addTo(rows, step.key, step.value);
            model.add(step.key, step.value);
          } else {
            rows.retain((row) => rows.countOf(row) >= step.atLeast);
            model.retain(({ count }) => count >= step.atLeast);
          }
        }
        // A Map keeps the order in which keys first came, as rows do.
        expect(contentOf(rows)).toEqual([...model.values]);
      }),
    );
  });

  test('when a table doubles several times then no row is lost, doubled or mixed up', () => {
    const rows = new Rows(family);
    const model = new Model();
    const fill = (from: number, to: number, count: number): void => {
      for (let number = from; number < to; number++) {
        const words = Array.from({ length: width }, (_, word) => (word === width - 1 ? number : 0x2001_0db8));
        const key = [...words, ...words.toReversed(), number & PORT_MASK];
        const value = { count, first: number, last: number + count };
        addTo(rows, key, value);
        model.add(key, value);
      }
    };
    fill(0, 20_000, 1);
    fill(5_000, 30_000, 2);
    expect(rows.size).toBe(30_000);
    expect(contentOf(rows)).toEqual([...model.values]);

    rows.retain((row) => rows.countOf(row) === 3);
    model.retain(({ count }) => count === 3);
    expect(rows.size).toBe(15_000);
    expect(contentOf(rows)).toEqual([...model.values]);

    fill(0, 40_000, 4);
    expect(contentOf(rows)).toEqual([...model.values]);
  });

  test('when all rows are forgotten then it is as new', () => {
    const rows = new Rows(family);
    const key = [...new Array<number>(width * 2).fill(7), 80];
    addTo(rows, key, { count: 3, first: 1, last: 2 });
    rows.retain(() => false);
    expect(rows.size).toBe(0);
    addTo(rows, key, { count: 1, first: 5, last: 6 });
    expect(contentOf(rows)).toEqual([[key.join(), { count: 1, first: 5, last: 6 }]]);
  });

  test('when keys differ in one bit then they are rows of their own', () => {
    const rows = new Rows(family);
    const length = width * 2 + 1;
    expect(family === 4 || length === KEY_WORDS_6).toBe(true);
    let added = 0;
    for (let word = 0; word < length; word++) {
      for (let bit = 0; bit < (word === length - 1 ? 16 : 32); bit++) {
        const key = Array.from({ length }, (_, at) => (at === word ? (1 << bit) >>> 0 : 0));
        addTo(rows, key, { count: 1, first: 0, last: 0 });
        added += 1;
      }
    }
    expect(rows.size).toBe(added);
  });

  test('when counts pass 32 bits then they are exact', () => {
    const rows = new Rows(family);
    const key = new Array<number>(width * 2 + 1).fill(1);
    addTo(rows, key, { count: 2 ** 40, first: 1, last: 1 });
    addTo(rows, key, { count: 1, first: 1, last: 1 });
    expect(rows.countOf(0)).toBe(2 ** 40 + 1);
  });
});
