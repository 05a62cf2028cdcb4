// Rows and counts of saved tallies, added to others.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SYN_ACK } from '../../src/decode/packet-class.js';
import { ClientSketch } from '../../src/tally/client-sketch.js';
import { rowsOf, type TallyRow } from '../../src/tally/rows.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally } from '../../src/tally/tally.js';
import { addAll, anyPackets, clientsOf, makeTally, numberedPackets } from './client-packets.js';
import { timedRowsOf } from './rows-of.js';

describe('rows that are moved', () => {
  test('when all rows of a tally are added to another, then that one has the same', () => {
    fc.assert(
      fc.property(anyPackets, fc.boolean(), (packets, hasClients) => {
        const tally = addAll(makeTally(), packets);
        const rows = [...rowsOf(tally)];
        expect(rows).toHaveLength(tally.readRows(4).size + tally.readRows(6).size);
        // Neither its scope nor its times matter.
        const receiver = new Tally({ scope: new Scope([]), since: 1e15, clients: hasClients });
        for (const row of rows.toReversed()) receiver.addRow(row);
        expect(timedRowsOf(receiver)).toEqual(timedRowsOf(tally));
        const clients = clientsOf(receiver);
        if (hasClients) expect(clients).toEqual(clientsOf(tally));
        else expect([...clients.values()].every((bytes) => bytes === undefined)).toBe(true);
        expect([...receiver.readPacketsByClass(), receiver.outsideTime]).toEqual(new Array(9).fill(0));
      }),
      { numRuns: 50 },
    );
  });

  const ROW: TallyRow = {
    family: 4,
    client: undefined,
    server: Uint32Array.of(0x0a00_0001),
    port: 65_535,
    count: 3,
    first: 1_700_000_000_000_001,
    last: 1_700_000_000_000_002,
  };
  const MAX_COUNT = 2 ** 46 - 1;

  test('when a row is added again, then it is one row with all the SYN-ACKs', () => {
    const [few, many] = [1, 100].map((count) => {
      const sketch = new ClientSketch();
      sketch.add(Array.from({ length: count }, (_, client) => Uint32Array.of(client * count)));
      return sketch;
    }) as [ClientSketch, ClientSketch];
    const tally = makeTally();
    tally.addRow({ ...ROW, remoteClients: few.toBytes() });
    tally.addRow({ ...ROW, count: 2 ** 40, first: 5, remoteClients: many.toBytes() });
    tally.addRow({ ...ROW, last: ROW.last + 1 });
    few.merge(many);
    expect([...rowsOf(tally)]).toEqual([
      { ...ROW, count: 2 ** 40 + 6, first: 5, last: ROW.last + 1, remoteClients: few.toBytes() },
    ]);
  });

  test.each([1, 2 ** 14 - 1, 2 ** 14, 2 ** 32 + 1, MAX_COUNT])(
    'when its count is %i, then it is exact',
    (count) => {
      const rows: TallyRow[] = [
        { ...ROW, count },
        { ...ROW, family: 6, client: Uint32Array.of(1, 2, 3, 4), server: undefined, port: 0, count: 1 },
      ];
      const tally = makeTally();
      tally.addRow(rows[0]!);
      expect([...rowsOf(tally)]).toEqual(rows.slice(0, 1));
      if (count === MAX_COUNT) return;
      tally.addRow(rows[1]!);
      expect([...rowsOf(tally)]).toEqual(rows);
    },
  );

  test('when packets are counted too, then they are in the same rows', () => {
    const tally = addAll(makeTally(), [{ family: 4, isRemote: true, client: 7, server: 1, port: 65_535 }]);
    tally.addRow(ROW);
    addAll(tally, [{ family: 4, isRemote: true, client: 8, server: 1, port: 65_535 }]);
    const [row, ...others] = [...rowsOf(tally)];
    expect(others).toEqual([]);
    expect(row).toMatchObject({ count: 5, first: 7, last: ROW.last });
    expect(ClientSketch.from(row?.remoteClients as Uint8Array).size).toBe(2);
    expect(tally.readPacketsByClass()[SYN_ACK]).toBe(2);
  });

  test('when there are more SYN-ACKs than a row can count, then they are refused before it overflows', () => {
    const fault = `found ${MAX_COUNT + 1} SYN-ACKs, expected at most ${MAX_COUNT}`;
    const tally = makeTally();
    tally.addRow({ ...ROW, count: MAX_COUNT - 1 });
    expect(() => tally.addRow({ ...ROW, count: 2 })).toThrow(fault);
    tally.addRow({ ...ROW, count: 1 });
    tally.addCounts([MAX_COUNT], 0, tally.folded);
    const part = tally.takePart();
    tally.addRow(ROW);
    tally.addCounts([1], 0, tally.folded);
    expect(() => tally.merge(part)).toThrow(fault);
    expect([...rowsOf(tally)]).toEqual([ROW]);
  });

  test('when its clients are not a sketch, then it is refused', () => {
    const tally = makeTally();
    const remoteClients = new Uint8Array(255);
    expect(() => tally.addRow({ ...ROW, remoteClients })).toThrow(
      'remote clients: found 255 bytes, expected 256, or a multiple of 4 up to 248',
    );
    expect(tally.readRows(4).size).toBe(0);
  });

  test('when counts are added, then they add up, and there is no row', () => {
    const tally = addAll(makeTally({ since: 5 }), numberedPackets(0, 10));
    tally.addCounts([1, 2, 3, 4, 5, 6, 7, 8], 9, { rows: 10, count: 11, first: 12, last: 13 });
    tally.addCounts(Float64Array.of(100), 0, { rows: 1, count: 1, first: 2, last: 3 });
    expect([...tally.readPacketsByClass()]).toEqual([111, 2, 3, 4, 5, 6, 7, 8]);
    expect(tally.outsideTime).toBe(14);
    expect(tally.folded).toEqual({ rows: 11, count: 12, first: 2, last: 13 });
    expect([tally.readRows(4).size, tally.readRows(6).size]).toEqual([1, 0]);
  });
});
