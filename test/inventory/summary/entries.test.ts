import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Groups } from '../../../src/inventory/summary/entries.js';

/** Returns the entries of each group. */
function groupsOf(entries: readonly (readonly number[])[], width: number, size = 500_001): number[][] {
  const columns = Array.from({ length: width }, (_, column) => {
    const ranks = Float64Array.from(entries, (entry) => entry[column] ?? 0);
    return { ranks, size };
  });
  const groups = new Groups(entries.length, columns);
  const { order, starts } = groups;
  return Array.from({ length: groups.size }, (_, group) => [
    ...order.slice(starts[group], starts[group + 1]),
  ]);
}

test('when entries are grouped then the groups are sorted, and the entries of a group keep their order', () => {
  const anyEntries = fc
    .integer({ min: 1, max: 3 })
    .chain((width) =>
      fc.tuple(
        fc.constant(width),
        fc.array(fc.array(fc.oneof(fc.nat(2), fc.nat(500_000)), { minLength: width, maxLength: width })),
      ),
    );
  fc.assert(
    fc.property(anyEntries, ([width, entries]) => {
      const expected = new Map<string, number[]>();
      const compare = (a: number, b: number): number => {
        const [ranksA = [], ranksB = []] = [entries[a], entries[b]];
        const at = ranksA.findIndex((rank, column) => rank !== ranksB[column]);
        return at < 0 ? 0 : (ranksA[at] as number) - (ranksB[at] as number);
      };
      for (const entry of [...entries.keys()].sort(compare)) {
        const key = String(entries[entry]);
        expected.set(key, [...(expected.get(key) ?? []), entry]);
      }
      // Few ranks fit into one number together, many do not.
      for (const size of [500_001, 2 ** 40]) {
        expect(groupsOf(entries, width, size)).toEqual([...expected.values()]);
      }
    }),
  );
});

test('when there are no entries then there are no groups, and without columns there is one', () => {
  expect(groupsOf([], 2)).toEqual([]);
  expect(groupsOf([[], [], []], 0)).toEqual([[0, 1, 2]]);
});
