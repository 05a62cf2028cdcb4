import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeDocument } from '../../src/inventory/document/writer.js';
import type { InputReport, Inventory } from '../../src/inventory/inventory.js';
import { distinctScans, findRepeated, mergeInventories } from '../../src/inventory/merge.js';
import { summarize } from '../../src/inventory/summary/summary.js';
import { rowsOf } from '../../src/tally/rows.js';
import { anyInventory, anyOrderOf, inventoryIn } from './arbitraries.js';
import { captureOf, inventoryOf, linesOf, NO_NAMES, scanOf } from './fixtures.js';

/** Everything in an inventory, in a fixed order. */
function contentOf({ tally, inputs, captures, totals, scans }: Inventory) {
  const texts = (items: Iterable<unknown>): string[] =>
    Array.from(items, (item) =>
      JSON.stringify(item, (_, value) => {
        if (typeof value === 'bigint' || value === Infinity || value === -Infinity) return String(value);
        return ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : value;
      }),
    ).sort();
  const { folded } = tally;
  return {
    rows: texts(rowsOf(tally)),
    captures: texts(captures),
    inputs: texts(inputs),
    scans: texts(scans),
    totals,
    folded,
  };
}

function bytesOf(inventory: Inventory): string {
  return [...writeDocument(inventory)].join('');
}

describe('merging random inventories', () => {
  test('when two inventories are merged then it does not matter which comes first', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, (a, b) => {
        const ab = mergeInventories(inventoryIn(a), inventoryIn(b));
        const ba = mergeInventories(inventoryIn(b), inventoryIn(a));
        expect(contentOf(ba)).toEqual(contentOf(ab));
        expect(bytesOf(ba)).toBe(bytesOf(ab));
      }),
    );
  });

  test('when three inventories are merged then it does not matter which two are merged first', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, anyInventory, (a, b, c) => {
        const left = mergeInventories(mergeInventories(inventoryIn(a), inventoryIn(b)), inventoryIn(c));
        const right = mergeInventories(inventoryIn(a), mergeInventories(inventoryIn(b), inventoryIn(c)));
        expect(contentOf(right)).toEqual(contentOf(left));
        expect(bytesOf(right)).toBe(bytesOf(left));
      }),
    );
  });

  test('when their rows, captures and scans come in another order then the saved bytes are the same', () => {
    const inTwoOrders = anyInventory.chain((document) =>
      fc.tuple(fc.constant(document), anyOrderOf(document)),
    );
    fc.assert(
      fc.property(inTwoOrders, anyInventory, ([a, same], b) => {
        const merged = bytesOf(mergeInventories(inventoryIn(a), inventoryIn(b)));
        expect(bytesOf(mergeInventories(inventoryIn(same), inventoryIn(b)))).toBe(merged);
      }),
    );
  });

  test('when one of them is empty then the other is unchanged', () => {
    fc.assert(
      fc.property(anyInventory, (a) => {
        const alone = contentOf(inventoryIn(a));
        expect(contentOf(mergeInventories(inventoryIn(a), inventoryOf([])))).toEqual(alone);
        expect(contentOf(mergeInventories(inventoryOf([], { clients: true }), inventoryIn(a)))).toEqual(
          alone,
        );
      }),
    );
  });

  test('when one is merged with itself then counts double, captures come twice, and scans once', () => {
    fc.assert(
      fc.property(anyInventory, (a) => {
        const [once, twice] = [inventoryIn(a), mergeInventories(inventoryIn(a), inventoryIn(a))];
        expect(twice.totals.synAcks).toBe(2 * once.totals.synAcks);
        expect(twice.captures).toHaveLength(2 * once.captures.length);
        expect(contentOf(twice).scans).toEqual(contentOf(once).scans);
        const countsOf = (inventory: Inventory) =>
          Array.from(
            rowsOf(inventory.tally),
            ({ count, remoteClients }) => `${count} ${remoteClients}`,
          ).sort();
        const doubled = Array.from(
          rowsOf(once.tally),
          ({ count, remoteClients }) => `${count * 2} ${remoteClients}`,
        ).sort();
        expect(countsOf(twice)).toEqual(doubled);
      }),
    );
  });
});

describe('merging', () => {
  test('when two inventories are merged then counts add up, and inputs and captures are concatenated', () => {
    const input = (name: string): InputReport => ({
      name,
      linkTypes: [],
      packetsRead: 0,
      captures: [],
      problems: [],
    });
    const merged = mergeInventories(
      inventoryOf(
        [
          ['10.0.0.1', '10.0.0.2', 22, 3],
          ['10.0.0.1', '10.0.0.2', 80, 1],
        ],
        { inputs: [input('a.json')], captures: [captureOf(0, 3, { name: 'a.pcap' })] },
      ),
      inventoryOf([['10.0.0.1', '10.0.0.2', 22, 4]], {
        inputs: [input('b.pcap')],
        captures: [captureOf(0, 4, { name: 'b.pcap' })],
      }),
    );
    expect(linesOf(summarize(merged, NO_NAMES, { by: ['client', 'server', 'port'] }))).toEqual([
      '7 10.0.0.1 10.0.0.2 22',
      '1 10.0.0.1 10.0.0.2 80',
    ]);
    expect(merged.totals.synAcks).toBe(8);
    expect(merged.inputs.map(({ name }) => name)).toEqual(['a.json', 'b.pcap']);
    expect(merged.captures.map(({ name }) => name)).toEqual(['a.pcap', 'b.pcap']);
  });

  test('when there are more rows than the limit then those with the fewest SYN-ACKs are folded', () => {
    const [many, few] = [
      inventoryOf([['10.0.0.1', '10.0.0.2', 22, 9]], { maxRows: 2 }),
      inventoryOf([
        ['10.0.0.1', '10.0.0.2', 80],
        ['10.0.0.1', '10.0.0.2', 443],
      ]),
    ];
    const { tally } = mergeInventories(many, few);
    expect(Array.from(rowsOf(tally), ({ port }) => port)).toEqual([22]);
    expect(tally.folded).toMatchObject({ rows: 2, count: 2 });
  });

  test('when both have the same scan then it is kept once, along with all others', () => {
    const [one, other] = [scanOf({ '10.0.0.1': ['22/tcp'] }), scanOf({ '10.0.0.1': ['80/tcp'] })];
    const merged = mergeInventories(
      inventoryOf([], { scans: [one, other] }),
      inventoryOf([], { scans: [one] }),
    );
    expect(merged.scans).toEqual([one, other]);
    expect(distinctScans([one, other, { ...one }])).toEqual([one, other]);
  });
});

describe('captures that are counted twice', () => {
  const [one, other] = ['sha256:1', 'sha256:2'].map((digest) => captureOf(0, 1, { digest })) as [
    ReturnType<typeof captureOf>,
    ReturnType<typeof captureOf>,
  ];
  const input = (name: string, ...captures: readonly ReturnType<typeof captureOf>[]): InputReport => ({
    name,
    linkTypes: [],
    packetsRead: 0,
    captures,
    problems: [],
  });

  test('when two inputs contain the same capture then both are named, in order', () => {
    expect(findRepeated([input('a.json', one, other), input('b.json', other)])).toEqual([
      { capture: other, inputs: ['a.json', 'b.json'] },
    ]);
  });

  test('when three inputs contain it then each later one is reported with the first', () => {
    const repeated = findRepeated([input('a', one), input('b', one), input('c', one)]);
    expect(repeated.map(({ inputs }) => inputs)).toEqual([
      ['a', 'b'],
      ['a', 'c'],
    ]);
  });

  test('when one saved inventory contains a capture twice then it is not reported, because it was saved so on purpose', () => {
    expect(findRepeated([input('a.json', one, one)])).toEqual([]);
  });

  test('when they contain parts of a capture that overlap then it is reported, and else it is not', () => {
    const [morning, evening, late] = [{ until: 10 }, { since: 10 }, { since: 9, until: 11 }].map(
      (window) => ({
        ...one,
        ...window,
      }),
    ) as [typeof one, typeof one, typeof one];
    expect(findRepeated([input('a', morning), input('b', evening)])).toEqual([]);
    const repeated = findRepeated([input('a', morning), input('b', evening), input('c', late)]);
    expect(repeated).toEqual([{ capture: late, inputs: ['a', 'c'] }]);
    expect(findRepeated([input('a', evening), input('b', one)])).toMatchObject([{ inputs: ['a', 'b'] }]);
  });

  test('when captures have no digest then none are reported', () => {
    expect(findRepeated([input('a', captureOf(0, 1)), input('b', captureOf(0, 1))])).toEqual([]);
  });
});
