// Options whose lengths are false: which of them still count.

import { describe, expect, test } from 'vitest';
import { readOptions } from '../../../src/capture/pcapng/options.js';
import { ORDERS } from '../../walk/pcapng-walking.js';

type Parts = readonly [code: number, value: readonly number[], length?: number];

function build(littleEndian: boolean, ...options: readonly Parts[]): DataView {
  const bytes: number[] = [];
  for (const [code, value, length = value.length] of options) {
    for (const word of [code, length])
      bytes.push(...(littleEndian ? [word & 255, word >> 8] : [word >> 8, word & 255]));
    bytes.push(...value, ...new Array<number>((4 - (value.length % 4)) % 4).fill(0));
  }
  return new DataView(Uint8Array.from(bytes).buffer);
}

function read(view: DataView, littleEndian: boolean, isCut = false): [number[], string?, boolean?] {
  const codes: number[] = [];
  const fault = readOptions(
    view,
    0,
    view.byteLength,
    littleEndian,
    isCut,
    (code) => codes.push(code),
    (code) => (code === 9 ? 1 : undefined),
  );
  return fault === undefined ? [codes] : [codes, fault.message, fault.hidesOthers];
}

const NAME: Parts = [2, [101, 116, 104, 48]];
const CLOCK: Parts = [9, [9]];
const FILTER: Parts = [11, [0, 1, 2, 3, 4, 5, 6]];
const END: Parts = [0, []];

describe.each(ORDERS)('options (little-endian: %s)', (littleEndian) => {
  const readAll = (...options: readonly Parts[]): ReturnType<typeof read> =>
    read(build(littleEndian, ...options), littleEndian);

  test('when they fit, then there is no fault, with an end or without', () => {
    expect(readAll()).toEqual([[]]);
    expect(readAll(NAME, CLOCK, FILTER, END)).toEqual([[2, 9, 11]]);
    expect(readAll(NAME, CLOCK)).toEqual([[2, 9]]);
    expect(readAll(END)).toEqual([[]]);
  });

  test.each([1, 4])('when %i options follow the end, then they are ignored', (count) => {
    expect(readAll(NAME, END, ...new Array<Parts>(count).fill(CLOCK))).toEqual([[2]]);
    expect(readAll(NAME, END, ...new Array<Parts>(count).fill(END))).toEqual([[2]]);
  });

  test('when a length is too large, then the options after it are read', () => {
    const [code, value] = NAME;
    for (const length of [37, 100, 0xffff]) {
      expect(readAll([code, value, length], CLOCK, FILTER, END)).toEqual([
        [9, 11],
        `found an option of ${length} bytes, expected at most 28`,
        false,
      ]);
    }
  });

  test('when the length of the clock is false, then its known length counts', () => {
    const [codes, message] = readAll(NAME, [9, [9], 60_000], END);
    expect(codes.slice(0, 2)).toEqual([2, 9]);
    expect(message).toBe('found an option of 60000 bytes, expected at most 8');
  });

  test('when nothing after a false length fits, then others may be hidden', () => {
    const odd: Parts = [2, [255, 255, 255, 255, 255, 255, 255, 255], 1000];
    expect(readAll(odd)).toEqual([[], 'found an option of 1000 bytes, expected at most 8', true]);
    expect(readAll([2, [1, 2, 3, 4], 5])).toEqual([
      [],
      'found an option of 5 bytes, expected at most 4',
      false,
    ]);
  });

  test('when the options are cut, then the last one is not a fault', () => {
    const view = build(littleEndian, NAME, [11, [1, 2, 3, 4], 100]);
    expect(read(view, littleEndian, true)).toEqual([[2]]);
  });

  test('when there are very many bytes or options, then they are not searched', () => {
    const many = new Array<Parts>(600).fill([1, []]);
    expect(readAll([2, [], 0xffff], ...many, END)).toEqual([[], expect.stringContaining('65535'), true]);
    const [codes] = readAll(...many, [2, [], 0xffff]);
    expect(codes.length).toBeLessThan(100);
  });
});
