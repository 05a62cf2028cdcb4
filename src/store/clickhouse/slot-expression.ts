// The slots into which rows are moved, as expressions of a query.

import type { Period } from '../period.js';

/** A slot, and the one that it becomes part of. */
export interface Move {
  readonly from: Period;
  readonly to: Period;
}

/** The start or the length of the new slot; that of the old one where there is no move. */
export function slotExpression(moves: readonly Move[], key: 'start' | 'length'): string {
  const byLength = new Map<number, Move[]>();
  for (const move of moves) {
    const { length } = move.from;
    byLength.set(length, [...(byLength.get(length) ?? []), move]);
  }
  const cases = [...byLength].map(([length, some]) => {
    const from = some.map((move) => `toInt64(${move.from.start})`).join();
    const to = some.map((move) => `toInt64(${move.to[key]})`).join();
    return `length = ${length}, transform(start, [${from}], [${to}], ${key})`;
  });
  return cases.length === 0 ? key : `multiIf(${cases.join()}, ${key})`;
}

/** The moves of slots into the longest ones that contain them. */
export function movesToLongest(slots: readonly Period[]): Move[] {
  const byLength = [...slots].sort((a, b) => b.length - a.length);
  const longest = byLength[0]?.length ?? 0;
  const longer = byLength.filter(({ length }) => length > (byLength.at(-1)?.length ?? longest));
  return slots.flatMap((from) => {
    const to = longer.find(
      ({ start, length }) =>
        length > from.length && start <= from.start && start + length >= from.start + from.length,
    );
    return to === undefined ? [] : [{ from, to }];
  });
}
