import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isGoneIn } from '../../../src/inventory/changes/accept.js';
import { type Changes, NO_CHANGES } from '../../../src/inventory/changes/changes.js';
import { type CompareOptions, compare } from '../../../src/inventory/changes/compare.js';
import type { InventoryDocument } from '../../../src/inventory/document/document.js';
import { readDocument } from '../../../src/inventory/document/reader.js';
import { writeDocument } from '../../../src/inventory/document/writer.js';
import { mergeInventories } from '../../../src/inventory/merge.js';
import type { Names } from '../../../src/names/names.js';
import { parseExpectedPattern } from '../../../src/names/patterns.js';
import { rowsOf } from '../../../src/tally/rows.js';
import {
  ALL,
  anyInventory,
  anyNames,
  anyOptions,
  DAY,
  evidenceIn,
  inventoryIn,
  later,
  NAMES,
} from '../arbitraries.js';
import { type Connection, inventoryOf, namesFrom, scanOf } from '../fixtures.js';
import { A, B, C, CAPTURED, CAPTURED_LATER, evidenceOf, type Side } from './change-lines.js';

/** The changes to b, and then to the baseline that accepted b, after it was saved and read again. */
function accept(a: InventoryDocument, b: InventoryDocument, names: Names, options: CompareOptions) {
  const reported = compare(evidenceIn(a), evidenceIn(b), names, options);
  const merged = mergeInventories(inventoryIn(a), inventoryIn(b));
  const accepted = readDocument([...writeDocument(merged, { omit: isGoneIn(reported, names) })].join(''));
  return { reported, accepted, again: compare(evidenceIn(accepted), evidenceIn(b), names, options) };
}

function goneIn({ gone, goneMachines }: Changes): string[] {
  return [
    ...gone.map(({ address, port, protocol }) => `${address} ${port}/${protocol}`),
    ...goneMachines.map(({ address }) => address),
  ];
}

function clientsIn({ clients }: Changes): string[] {
  return clients.flatMap(({ address, port, added, gone }) => [
    ...added.map((client) => `+ ${client} ${address} ${port}`),
    ...gone.map((client) => `- ${client} ${address} ${port}`),
  ]);
}

describe('for two random inventories, one later than the other', () => {
  test('when changes were accepted then none of them is reported again', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, anyNames, anyOptions, (a, b, names, options) => {
        const { reported, again } = accept(a, later(b, 2 * DAY), names, options);
        const { added, newMachines, changed } = again;
        expect({ added, newMachines, changed }).toEqual({ added: [], newMachines: [], changed: [] });
        const accepted = new Set(goneIn(reported));
        expect(goneIn(again).filter((place) => accepted.has(place))).toEqual([]);
        const clients = new Set(clientsIn(reported));
        expect(clientsIn(again).filter((client) => clients.has(client))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('when nothing is gone then every row is kept', () => {
    fc.assert(
      fc.property(anyInventory, (x) => {
        const isGone = isGoneIn(compare(evidenceIn(x), evidenceIn(x), NAMES, ALL));
        expect([...x.connections].filter(isGone)).toEqual([]);
      }),
    );
  });

  test('when rows are dropped then one end of each is gone, or its service', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, anyNames, (a, b, names) => {
        const changes = compare(evidenceIn(a), evidenceIn(later(b, 2 * DAY)), names, ALL);
        const isGone = isGoneIn(changes, names);
        const gone = new Set(goneIn(changes));
        // A machine that is gone is not in b.
        expect([...later(b, 2 * DAY).connections].filter(isGone)).toEqual([]);
        const kept = evidenceIn({
          ...a,
          scans: [],
          connections: [...a.connections].filter((row) => !isGone(row)),
        });
        for (const place of [...kept.machines.keys()]) expect(gone.has(place)).toBe(false);
        for (const { address, offered } of kept.machines.values()) {
          for (const { port } of offered) expect(gone.has(`${address} ${port}/tcp`)).toBe(false);
        }
      }),
    );
  });
});

describe('a baseline', () => {
  const portsLeft = (before: Side, changes: Partial<Changes>): string[] => {
    const isGone = isGoneIn({ ...NO_CHANGES, ...changes });
    const rows = [...rowsOf(inventoryOf(before.uses ?? []).tally)];
    return rows.flatMap((row) => (isGone(row) ? [] : [String(row.port)])).sort();
  };
  const uses: readonly Connection[] = [
    [B, A, 22],
    [C, A, 22],
    [B, A, 80],
    [A, C, 25],
    [B, C, 143],
    ['fd00::1', 'fd00::2', 443],
  ];
  const absence = { kind: 'silent', expected: 9, observed: 9, seen: 0 } as const;
  const silent = { firstSeen: 0, lastSeen: 0, absence };
  const service = { machine: A, address: A, service: 'x', product: '', version: '', extra: '', ...silent };

  test('when a service is gone then the baseline loses it with all its clients, and nothing else', () => {
    const gone = [{ ...service, port: 22, protocol: 'tcp' as const }];
    expect(portsLeft({ uses }, { gone })).toEqual(['143', '25', '443', '80']);
  });

  test('when a UDP service is gone then the TCP service on the same port number stays', () => {
    const gone = [{ ...service, port: 22, protocol: 'udp' as const }];
    expect(portsLeft({ uses }, { gone })).toEqual(['143', '22', '22', '25', '443', '80']);
  });

  test('when a machine is gone then the baseline loses all services that it offered and used', () => {
    const goneMachines = [{ machine: A, address: A, ...silent }];
    expect(portsLeft({ uses }, { goneMachines })).toEqual(['143', '443']);
    expect(
      portsLeft({ uses }, { goneMachines: [{ machine: 'x', address: 'fd00::1', ...silent }] }),
    ).not.toContain('443');
  });

  test('when clients of a service are gone then the baseline loses them, by name and port, and they are not reported again', async () => {
    const names = await namesFrom('hosts: { dumbo: [10.0.0.2, 10.0.0.3] }');
    const before: Connection[] = [
      [B, A, 22, 5],
      [C, A, 22, 5],
      [B, A, 80],
      ['192.0.2.1', A, 22, 9],
      [A, B, 25],
    ];
    const after: Side = {
      uses: [
        [A, A, 22],
        [B, A, 80],
        [A, B, 25],
        [A, C, 25],
      ],
      captures: CAPTURED_LATER,
    };
    const changes = compare(evidenceOf({ uses: before, captures: CAPTURED }), evidenceOf(after), names, ALL);
    expect(changes.clients).toMatchObject([{ port: 22, added: [A], gone: ['_', 'dumbo'] }]);
    const rowsLeft = [...rowsOf(inventoryOf(before).tally)].filter((row) => !isGoneIn(changes, names)(row));
    expect(rowsLeft.map(({ port }) => port).sort()).toEqual([25, 80]);
  });

  test('when services are silent, or their changes are suppressed, then they stay', () => {
    const after: Side = {
      uses: [
        [B, C, 143],
        [A, C, 25],
      ],
      captures: CAPTURED_LATER,
    };
    const { unseen, ...changes } = compare(
      evidenceOf({ uses, captures: CAPTURED }),
      evidenceOf(after),
      NAMES,
      ALL,
    );
    expect(unseen.map(({ port }) => port)).toEqual([22, 80, 443]);
    expect(portsLeft({ uses }, changes)).toHaveLength(uses.length);
    const often = [...uses, [B, A, 22, 99] as const];
    const ignored = [parseExpectedPattern(':22')];
    const left = compare(evidenceOf({ uses: often, captures: CAPTURED }), evidenceOf(after), NAMES, {
      ...ALL,
      ignored,
    });
    expect([left.gone, left.suppressed]).toEqual([[], 1]);
    expect(portsLeft({ uses: often }, left)).toHaveLength(uses.length);
  });

  test('when a service that a scan found is gone by its silence then it is not reported again', () => {
    const scans = [scanOf({ [A]: ['22/tcp'], [B]: [], [C]: [] })];
    const a = {
      uses: [
        [B, A, 22, 9],
        [B, C, 25],
      ],
      captures: CAPTURED,
      scans,
    } as const;
    const b = { uses: [[B, C, 25]], captures: CAPTURED_LATER } as const;
    const reported = compare(evidenceOf(a), evidenceOf(b), NAMES, ALL);
    expect(goneIn(reported)).toEqual(['10.0.0.1 22/tcp', '10.0.0.1']);
    const isGone = isGoneIn(reported);
    const merged = mergeInventories(inventoryOf(a.uses, a), inventoryOf(b.uses, b));
    const accepted = readDocument([...writeDocument(merged, { omit: isGone })].join(''));
    const { unseen, ...changes } = compare(evidenceIn(accepted), evidenceOf(b), NAMES, ALL);
    expect(unseen.map(({ port, expected }) => [port, expected])).toEqual([[22, undefined]]);
    expect({ ...changes, unseen: [] }).toEqual(NO_CHANGES);
  });
});
