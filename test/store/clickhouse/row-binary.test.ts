// Rows that are written are read as they were, wherever an answer is cut into pieces.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RowReader, RowWriter, readRows } from '../../../src/store/clickhouse/row-binary.js';

type Row = readonly [
  number,
  number,
  number,
  number,
  bigint,
  number,
  string,
  Uint8Array,
  readonly bigint[],
  Uint32Array,
];

const ROW = fc.tuple(
  fc.nat(255),
  fc.nat(65_535),
  fc.nat(2 ** 32 - 1),
  fc.maxSafeInteger(),
  fc.bigInt(0n, 2n ** 64n - 1n),
  fc.double(),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }),
  fc.array(fc.bigInt(0n, 2n ** 64n - 1n), { maxLength: 200 }),
  fc.oneof(
    fc.nat(2 ** 32 - 1).map((word) => Uint32Array.of(word)),
    fc.uint32Array({ minLength: 4, maxLength: 4 }),
  ),
);

function write(to: RowWriter, [u8, u16, u32, i64, id, f64, text, bytes, list, words]: Row): void {
  to.u8(u8);
  to.u16(u16);
  to.u32(u32);
  to.i64(i64);
  to.id(id);
  to.f64(f64);
  to.text(text);
  to.bytes(bytes);
  to.list(list, (value) => to.id(value));
  to.u8(words.length);
  to.words(words);
}

function read(row: RowReader): Row {
  const start = [
    row.u8(),
    row.u16(),
    row.u32(),
    row.i64(),
    row.id(),
    row.f64(),
    row.text(),
    row.bytes(),
  ] as const;
  return [...start, row.list((item) => item.id()), row.words(row.u8() === 1 ? 4 : 6)];
}

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function readAll(bytes: Uint8Array, length: number): Promise<Row[]> {
  const all: Row[] = [];
  for await (const rows of readRows(inPieces(bytes, length), read)) all.push(...rows);
  return all;
}

describe('RowBinary', () => {
  test('when rows are written then they are read, in pieces of any length', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(ROW, { maxLength: 20 }),
        fc.integer({ min: 1, max: 5000 }),
        async (rows, length) => {
          const writer = new RowWriter();
          for (const row of rows) write(writer, row);
          expect(await readAll(writer.take(), length)).toEqual(rows);
        },
      ),
    );
  });

  test('when more is written than there is room for then all of it is there', async () => {
    const writer = new RowWriter();
    const rows = Array.from(
      { length: 3000 },
      (_, at): Row => [
        at & 255,
        1,
        2,
        -1 - at,
        5n,
        0.5,
        `text ${at}`,
        new Uint8Array(at % 200),
        [7n],
        Uint32Array.of(at),
      ],
    );
    for (const row of rows) write(writer, row);
    expect(await readAll(writer.take(), 1 << 16)).toEqual(rows);
  });

  test('when the answer ends in the middle of a row then it is refused', async () => {
    const writer = new RowWriter();
    write(writer, [1, 2, 3, 4, 5n, 6, 'seven', new Uint8Array(8), [], new Uint32Array(4)]);
    const bytes = writer.take();
    for (let length = 1; length < bytes.length; length++) {
      await expect(readAll(bytes.subarray(0, length), 7)).rejects.toThrow('ends in the middle of a row');
    }
  });

  test('when a length or a number is too large then it is refused', async () => {
    const long = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f);
    await expect(readRows(inPieces(long, 9), (row) => row.text()).next()).rejects.toThrow('expected at most');
    await expect(
      readRows(inPieces(new Uint8Array(9).fill(255), 9), (row) => row.text()).next(),
    ).rejects.toThrow('5 bytes');
    await expect(
      readRows(inPieces(new Uint8Array(8).fill(255), 9), (row) => row.u64()).next(),
    ).rejects.toThrow('too large');
  });
});
