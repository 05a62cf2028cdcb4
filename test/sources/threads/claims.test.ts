// Claims of pieces, by threads that share the memory of them.

import { expect, test } from 'vitest';
import { Claims } from '../../../src/sources/threads/claims.js';

function claimAll(claims: Claims, most: number): number[][] {
  const runs: number[][] = [];
  for (let run = claims.claimRun(most); run !== undefined; run = claims.claimRun(most)) {
    runs.push([run.first, run.end]);
  }
  return runs;
}

test('when runs are claimed, then each piece is in one of them, and they get shorter towards the end', () => {
  const runs = claimAll(Claims.make(1, 60, 100), 4);
  expect(runs[0]).toEqual([1, 5]);
  expect(runs.at(-1)).toEqual([59, 60]);
  for (const [at, [first]] of runs.entries()) expect(first).toBe(runs[at - 1]?.[1] ?? 1);
  const lengths = runs.map(([first = 0, end = 0]) => end - first);
  expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
  expect(new Set(lengths)).toEqual(new Set([4, 3, 2, 1]));
});

test('when few pieces are left, then they are claimed one by one', () => {
  expect(claimAll(Claims.make(0, 4, 100), 4)).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
  ]);
});

test('when a piece is too far ahead, then it cannot be claimed until others are reached', () => {
  const claims = Claims.make(1, 100, 5);
  expect(claimAll(claims, 4)).toEqual([
    [1, 5],
    [5, 9],
  ]);
  claims.reach(4);
  expect(claims.claim()).toBe(9);
  expect(claims.claim()).toBeUndefined();
  claims.reach(50);
  expect(claims.claimRun(3)).toEqual({ first: 50, end: 53 });
});
