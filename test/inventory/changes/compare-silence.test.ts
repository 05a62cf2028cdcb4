// When silence in captures counts as absence.

import { describe, expect, test } from 'vitest';
import type { CaptureRecord } from '../../../src/inventory/inventory.js';
import { type Connection, captureOf } from '../fixtures.js';
import {
  A,
  B,
  C,
  CAPTURED,
  CAPTURED_LATER,
  type ChangeOptions,
  changeLines,
  type Side,
} from './change-lines.js';

/** A connection of other machines: it is on both sides, so it is not a change. */
const BESIDES: Connection = [B, C, 25];

describe('silence in captures', () => {
  const silent = (
    count: number,
    before: readonly CaptureRecord[],
    after: readonly CaptureRecord[],
    options?: ChangeOptions,
  ) =>
    changeLines(
      { uses: [[B, A, 22, count], [B, A, 80], BESIDES], captures: before },
      { uses: [[B, A, 80], BESIDES], captures: after },
      options,
    );

  test.each([
    ['three connections were expected', 3, 100, '- 10.0.0.1 22/tcp silent 3'],
    ['one connection was expected', 1, 100, '? 10.0.0.1 22/tcp 1'],
    ['few connections were expected in a short time', 1, 40, '? 10.0.0.1 22/tcp 0.4'],
    ['there was time for many connections', 1, 700, '- 10.0.0.1 22/tcp silent 7'],
    ['the expected number is not a whole number', 7, 30, '? 10.0.0.1 22/tcp 2.1'],
    ['there were very many connections', 30000, 1, '- 10.0.0.1 22/tcp silent 300'],
  ])('when %s then this decides, and the expected number is exact', (_, count, time, line) => {
    expect(silent(count, CAPTURED, [captureOf(500, 500 + time)])).toEqual([line]);
  });

  test('when the expected number has infinitely many decimals then it is as close as a number can be', () => {
    expect(silent(1, [captureOf(0, 300)], [captureOf(500, 600)])).toEqual([`? 10.0.0.1 22/tcp ${1 / 3}`]);
    expect(silent(7, [captureOf(0, 90)], [captureOf(500, 511)])).toEqual([`? 10.0.0.1 22/tcp ${77 / 90}`]);
  });

  // exp(-3) is 0.0498, exp(-2.995) is 0.05004 and exp(-2.996) is 0.04999.
  test.each([
    ['exactly as likely as the limit', Math.exp(-3), 3000, true],
    ['a little less likely than the limit', Math.exp(-3) * (1 + 1e-12), 3000, true],
    ['a little more likely than the limit', Math.exp(-3) * (1 - 1e-12), 3000, false],
    ['just less likely than 5%', 0.05, 2996, true],
    ['just more likely than 5%', 0.05, 2995, false],
    ['unlikely, but more likely than the limit', 1e-6, 13000, false],
    ['as unlikely as the limit', 1e-6, 14000, true],
  ])('when silence is %s then its probability decides', (_, goneProbability, count, isGone) => {
    const lines = silent(count, [captureOf(0, 1000)], [captureOf(5000, 5001)], { goneProbability });
    expect(lines).toEqual([
      `${isGone ? '-' : '?'} 10.0.0.1 22/tcp ${isGone ? 'silent ' : ''}${count / 1000}`,
    ]);
  });

  test.each([
    ['the baseline covers a single moment, which gives no rate', [captureOf(50, 50)], CAPTURED_LATER],
    ['the new captures cover a single moment', CAPTURED, [captureOf(500, 500)]],
    [
      'the new captures have no SYN-ACK at all, and may be from the wrong place',
      CAPTURED,
      [captureOf(Infinity, -Infinity)],
    ],
  ])('when %s then nothing is expected', (_, before, after) => {
    expect(silent(30, before, after)).toEqual(['? 10.0.0.1 22/tcp undefined']);
  });

  test('when captures cover the same time then this time counts once, on both sides', () => {
    const before = [captureOf(0, 60), captureOf(40, 100), captureOf(50, 55)];
    const after = [captureOf(500, 550), captureOf(500, 550), captureOf(900, 910)];
    expect(silent(1, before, after)).toEqual(['? 10.0.0.1 22/tcp 0.6']);
  });

  test('when several clients used a service then their connections are added up', () => {
    const uses: Connection[] = [
      [B, A, 22],
      [C, A, 22],
      ['192.0.2.1', A, 22],
    ];
    const rest: Connection[] = [[B, A, 80], BESIDES];
    expect(
      changeLines({ uses: [...uses, ...rest], captures: CAPTURED }, { uses: rest, captures: CAPTURED_LATER }),
    ).toEqual(['- 10.0.0.1 22/tcp silent 3']);
  });

  test('when rows were folded at the memory ceiling then a missing service may have been in them', () => {
    const flood = Array.from({ length: 9 }, (_, at): Connection => [B, C, 1000 + at]);
    const lines = changeLines(
      { uses: [[B, A, 22, 30], [B, A, 80], BESIDES], captures: CAPTURED },
      { uses: [[B, A, 80, 9], [B, C, 25, 9], ...flood], captures: CAPTURED_LATER, maxRows: 4 },
    );
    expect(lines).toEqual(['? 10.0.0.1 22/tcp 30']);
  });

  test('when only all services of a machine together are silent for long enough then the machine is gone', () => {
    const uses: Connection[] = [[B, A, 22, 2], [A, C, 25, 1], BESIDES];
    expect(changeLines({ uses, captures: CAPTURED }, { uses: [BESIDES], captures: CAPTURED_LATER })).toEqual([
      '? 10.0.0.1 22/tcp 2',
      '- 10.0.0.1 silent 3',
    ]);
  });

  test('when a machine that was only a client is silent then the number of its connections decides', () => {
    const usedBefore = (count: number): Side => ({ uses: [[A, C, 25, count], BESIDES], captures: CAPTURED });
    const after: Side = { uses: [BESIDES], captures: CAPTURED_LATER };
    expect(changeLines(usedBefore(2), after)).toEqual([]);
    expect(changeLines(usedBefore(3), after)).toEqual(['- 10.0.0.1 silent 3']);
  });

  test('when a service is seen only once then it is present', () => {
    const after: Side = { uses: [[C, A, 22], BESIDES], captures: CAPTURED_LATER };
    expect(changeLines({ uses: [[C, A, 22, 3000], BESIDES], captures: CAPTURED }, after)).toEqual([]);
  });
});
