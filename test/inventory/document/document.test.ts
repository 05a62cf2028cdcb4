// Documents and tallies: an inventory is saved and loaded again, alone or with others.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyDocument, type InventoryDocument } from '../../../src/inventory/document/document.js';
import { readDocument } from '../../../src/inventory/document/reader.js';
import { writeDocument } from '../../../src/inventory/document/writer.js';
import { type Inventory, SAVED_INVENTORY } from '../../../src/inventory/inventory.js';
import { mergeInventories } from '../../../src/inventory/merge.js';
import { Scope } from '../../../src/tally/scope.js';
import { Tally } from '../../../src/tally/tally.js';
import { totalsOf } from '../../../src/tally/totals.js';
import { anyDocument, OFFICE, textOf } from './document-arbitraries.js';

function load(document: InventoryDocument): Inventory {
  // Rows are added unchanged: the scope, which is empty here, only matters while packets are counted.
  const tally = new Tally({ scope: new Scope([]), clients: true, hours: true });
  const { captures, scans, undecoded, totals } = applyDocument(document, tally);
  const { outsideTime } = tally;
  return {
    tally,
    inputs: [
      {
        name: 'saved.json',
        format: SAVED_INVENTORY,
        linkTypes: [],
        packetsRead: document.totals.packetsRead,
        ...(undecoded === undefined ? {} : { undecoded }),
        captures,
        problems: [],
      },
    ],
    captures,
    scans,
    kept: document.kept,
    totals: totalsOf(tally.readPacketsByClass(), { outsideTime, ...totals }),
  };
}

function save(inventory: Inventory): string {
  return [...writeDocument(inventory)].join('');
}

describe('a saved inventory', () => {
  test('when it is loaded and saved then it is the same', () => {
    expect(save(load(readDocument(OFFICE)))).toBe(OFFICE);
    fc.assert(
      fc.property(anyDocument, (document) => {
        expect(save(load(document))).toBe(textOf(document));
      }),
    );
  });

  test('when several are added up then the order does not matter', () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, anyDocument, (a, b, c) => {
        const all = save(mergeInventories(mergeInventories(load(a), load(b)), load(c)));
        expect(save(mergeInventories(load(c), mergeInventories(load(b), load(a))))).toBe(all);
        expect(save(mergeInventories(load(b), mergeInventories(load(c), load(a))))).toBe(all);
        // The sum can be read again.
        expect(textOf(readDocument(all))).toBe(all);
      }),
    );
  });

  test('when it is added to another then counts add up, times widen, and each scan occurs once', () => {
    const later = OFFICE.replaceAll('2007-06-21T14', '2007-06-21T13').replaceAll('sha256:9f', 'sha256:00');
    const merged = save(mergeInventories(load(readDocument(OFFICE)), load(readDocument(later))));
    const { captures, totals, undecoded, connections, scans } = readDocument(merged);
    expect(captures.map(({ digest }) => digest?.slice(0, 9))).toEqual(['sha256:00', 'sha256:9f']);
    expect([totals.synAcks, totals.bytesRead, scans.length]).toEqual([2 * 12092, 2 * 1016424, 1]);
    expect(undecoded?.map(({ name, packets }) => [name, packets])).toEqual([
      ['TCP', 4],
      ['IP protocol 50 (ESP)', 2],
    ]);
    const [first] = connections;
    expect(first?.count).toBe(2 * 9534);
    expect(merged).toContain(
      '"first_seen":"2007-06-21T13:45:28.123456Z","last_seen":"2007-06-21T15:02:11.000201Z"',
    );
    // The same remote clients.
    expect(merged).toContain('"remote_clients":"AQAAAAIAAAA="');
  });

  test('when one of several does not say which packets were not decoded, then nor does their sum', () => {
    const { undecoded: _, ...older } = readDocument(OFFICE);
    const merged = save(mergeInventories(load(readDocument(OFFICE)), load(older)));
    expect(readDocument(merged).undecoded).toBeUndefined();
    expect(save(load(older))).not.toContain('"undecoded"');
  });

  test('when rows are omitted then the document does not have them', () => {
    const omit = ({ port }: { port: number }): boolean => port === 22;
    const text = [...writeDocument(load(readDocument(OFFICE)), { omit })].join('');
    expect(Array.from(readDocument(text).connections, ({ port }) => port)).toEqual([443]);
  });
});

test('when a tally has counted packets then its document has them, in the order of the document', () => {
  const tally = new Tally({ scope: new Scope([{ family: 4, first: 0x0a000000n, last: 0x0affffffn }]) });
  const [local, other, remote] = [0x0a000001, 0x0a000002, 0x01010101];
  tally.add4(remote, local, 443, 1_182_437_128_000_001);
  tally.add4(other, local, 443, 1_182_437_128_000_002);
  tally.add4(other, local, 22, 1_182_437_128_000_003);
  tally.add4(local, remote, 443, 1_182_437_128_000_004);
  const { outsideTime } = tally;
  const totals = totalsOf(tally.readPacketsByClass(), {
    outsideTime,
    bytesRead: 0,
    bytesSkipped: 0,
    gaps: 0,
  });
  const lines = save({ tally, inputs: [], captures: [], scans: [], totals }).match(/"client".*"count":\d+/g);
  expect(lines).toEqual([
    '"client":"10.0.0.2","server":"10.0.0.1","port":22,"count":1',
    '"client":"10.0.0.2","server":"10.0.0.1","port":443,"count":1',
    '"client":"_","server":"10.0.0.1","port":443,"count":1',
    '"client":"10.0.0.1","server":"_","port":443,"count":1',
  ]);
});
