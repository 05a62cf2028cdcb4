// Parts of a tally made by hand, in the form in which one thread passes them to another.

import {
  CLIENT_REMOTE,
  COUNT_SHIFT,
  KEY_4,
  KEY_6,
  ROW_4,
  ROW_6,
  SERVER_REMOTE,
} from '../../src/tally/layout.js';
import type { Rows } from '../../src/tally/rows.js';
import { Tally, type TallyPart } from '../../src/tally/tally.js';
import { EVERYTHING } from '../helpers/scope.js';

export type Family = 4 | 6;

/** The words of client and server, in network order, and the tag. The words of a remote end are 0. */
export type Key = readonly number[];

export interface Value {
  readonly count: number;
  /** Microseconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

export type Row = readonly [key: Key, value: Value];

/** Words in an address. */
export const WIDTH = { 4: 1, 6: 4 } as const;

const STRIDE = { 4: ROW_4, 6: ROW_6 } as const;
const KEY_LENGTH = { 4: KEY_4, 6: KEY_6 } as const;

/** The part of an empty tally. */
const EMPTY: TallyPart = new Tally({ scope: EVERYTHING }).takePart();

export function partOf({
  rows4 = [],
  rows6 = [],
}: {
  rows4?: readonly Row[];
  rows6?: readonly Row[];
}): TallyPart {
  return { ...EMPTY, rows4: encodeRows(4, rows4), rows6: encodeRows(6, rows6) };
}

export function partOfFamily(family: Family, rows: readonly Row[]): TallyPart {
  return partOf(family === 4 ? { rows4: rows } : { rows6: rows });
}

function encodeRows(family: Family, rows: readonly Row[]): Uint8Array {
  const bytes = new Uint8Array(rows.length * STRIDE[family]);
  const view = new DataView(bytes.buffer);
  for (const [index, [key, { count, first, last }]] of rows.entries()) {
    const at = index * STRIDE[family];
    const tag = key[WIDTH[family] * 2] ?? 0;
    for (let word = 0; word < WIDTH[family] * 2; word++) view.setUint32(at + word * 4, key[word] ?? 0);
    const numbers = at + KEY_LENGTH[family];
    view.setBigUint64(numbers, (BigInt(count) << BigInt(COUNT_SHIFT)) | BigInt(tag), true);
    view.setFloat64(numbers + 8, first, true);
    view.setFloat64(numbers + 16, last, true);
  }
  return bytes;
}

/** The rows in their order. */
export function contentOf(rows: Rows): Row[] {
  const remote = new Array<number>(WIDTH[rows.family]).fill(0);
  return Array.from({ length: rows.size }, (_, row) => {
    const [client, server] = [rows.clientOf(row), rows.serverOf(row)];
    const tag =
      rows.portOf(row) |
      (client === undefined ? CLIENT_REMOTE : 0) |
      (server === undefined ? SERVER_REMOTE : 0);
    const value = { count: rows.countOf(row), first: rows.firstOf(row), last: rows.lastOf(row) };
    return [[...(client ?? remote), ...(server ?? remote), tag], value];
  });
}
