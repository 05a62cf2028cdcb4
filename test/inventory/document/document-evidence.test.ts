// Evidence in saved inventories: it is kept, adds up, and is unknown as soon as a part of it is unknown.

import { describe, expect, test } from 'vitest';
import { applyDocument, type InventoryDocument } from '../../../src/inventory/document/document.js';
import { readDocument } from '../../../src/inventory/document/reader.js';
import { renderDocument } from '../../../src/inventory/document/writer.js';
import { NO_EVIDENCE, type RowEvidence } from '../../../src/tally/row-evidence.js';
import { rowsOf, type TallyRow } from '../../../src/tally/rows.js';
import { Tally } from '../../../src/tally/tally.js';
import { totalsOf } from '../../../src/tally/totals.js';
import { EVERYTHING } from '../../helpers/scope.js';

const EVIDENCE: RowEvidence = {
  copies: 3,
  resent: 2,
  late: 1,
  mutual: 1,
  plain: 2,
  proxied: 4,
  port20: 3,
  lowPorts: 1,
  judged: 5,
  completed: 3,
  data: 2,
  reset: 1,
};
const NO_TIMES = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
const NO_COUNTS = { outsideTime: 0, bytesRead: 0, bytesSkipped: 0, gaps: 0 };

function documentOf(
  rows: readonly (Partial<TallyRow> & { evidence?: RowEvidence })[],
  folded: Partial<InventoryDocument['folded']> = {},
): InventoryDocument {
  const connections = rows.map(
    (row): TallyRow => ({
      family: 4,
      client: Uint32Array.of(1),
      server: Uint32Array.of(2),
      port: 80,
      count: 20,
      first: 0,
      last: 1,
      ...row,
    }),
  );
  const synAcks = connections.reduce((sum, { count }) => sum + count, folded.count ?? 0);
  return {
    captures: [],
    totals: totalsOf(Float64Array.of(synAcks, 0, 0, 0, 0, 0, 0, 0), NO_COUNTS),
    folded: { rows: 0, count: 0, ...NO_TIMES, ...folded },
    connections,
    scans: [],
  };
}

function textOf(document: InventoryDocument): string {
  return [...renderDocument(document)].join('');
}

function again(document: InventoryDocument): InventoryDocument {
  return readDocument(textOf(document));
}

function evidenceIn(documents: readonly InventoryDocument[]): (RowEvidence | undefined)[] {
  const tally = new Tally({ scope: EVERYTHING, evidence: true });
  for (const document of documents) applyDocument(again(document), tally);
  return [...[...rowsOf(tally)].map(({ evidence }) => evidence), tally.folded.evidence];
}

const twice = (evidence: RowEvidence): RowEvidence =>
  Object.fromEntries(Object.entries(evidence).map(([name, value]) => [name, value * 2])) as never;

describe('evidence in documents', () => {
  test('is written without the counters that are 0, and read again', () => {
    const document = documentOf([{ evidence: EVIDENCE }, { port: 81, evidence: NO_EVIDENCE }, { port: 82 }]);
    const text = textOf(document);
    expect(text).toContain(
      '"evidence":{"copies":3,"resent":2,"late":1,"mutual":1,"plain":2,"proxied":4,"port20":3,"low_ports":1,' +
        '"judged":5,"completed":3,"data":2,"reset":1}',
    );
    expect(text).toContain('"port":81,"count":20,"first_seen":"1970-01-01T00:00:00.000000Z","last_seen"');
    expect(text).toContain('"evidence":{}');
    const connections = [...readDocument(text).connections];
    expect(connections.map(({ evidence }) => evidence)).toEqual([EVIDENCE, NO_EVIDENCE, undefined]);
  });

  test('adds up', () => {
    const document = documentOf([{ evidence: EVIDENCE }]);
    expect(evidenceIn([document, document])).toEqual([twice(EVIDENCE), NO_EVIDENCE]);
  });

  test('is unknown if that of a part is unknown, in any order', () => {
    const [known, unknown] = [documentOf([{ evidence: EVIDENCE }]), documentOf([{}])];
    expect(evidenceIn([known, unknown])).toEqual([undefined, NO_EVIDENCE]);
    expect(evidenceIn([unknown, known])).toEqual([undefined, NO_EVIDENCE]);
  });

  test('of other rows is still known', () => {
    const documents = [documentOf([{}]), documentOf([{ port: 81, evidence: EVIDENCE }])];
    expect(evidenceIn(documents)).toEqual([undefined, EVIDENCE, NO_EVIDENCE]);
  });

  test('of folded rows adds up, too, and is unknown if there is an unknown part', () => {
    const span = { first: 0, last: 1 };
    const known = documentOf([], { rows: 2, count: 40, ...span, evidence: EVIDENCE });
    const unknown = documentOf([], { rows: 2, count: 40, ...span });
    expect(evidenceIn([known, known])).toEqual([twice(EVIDENCE)]);
    expect(evidenceIn([known, unknown])).toEqual([undefined]);
    expect(evidenceIn([known, documentOf([])])).toEqual([EVIDENCE]);
  });

  test('of numbers that need more than their room in memory', () => {
    const large = { ...NO_EVIDENCE, copies: 2 ** 45 + 3, mutual: 2 ** 44 + 1, lowPorts: 2 ** 40 + 7 };
    const document = documentOf([{ count: 2 ** 46 - 1, evidence: large }]);
    expect(evidenceIn([document])).toEqual([large, NO_EVIDENCE]);
    const half = { ...NO_EVIDENCE, mutual: 2 ** 15 - 1, copies: 2 ** 32 - 1 };
    const halves = documentOf([{ count: 2 ** 40, evidence: half }]);
    expect(evidenceIn([halves, halves, halves])).toEqual([
      { ...NO_EVIDENCE, mutual: 3 * (2 ** 15 - 1), copies: 3 * (2 ** 32 - 1) },
      NO_EVIDENCE,
    ]);
  });

  test.each([
    ['more repeats than SYN-ACKs', { copies: 21 }, 'found 24 repeated SYN-ACKs, expected at most 20'],
    ['late ones that were not resent', { late: 3 }, 'found "late" 3, expected at most "resent", 2'],
    ['more judged than there are', { judged: 15 }, 'found "judged" 15, expected at most 14, the handshakes'],
    [
      'more plain ones than there are',
      { plain: 15 },
      'found "plain" 15, expected at most 14, the handshakes',
    ],
    [
      'more outcomes than judged',
      { completed: 5 },
      'found 6 completed or reset, expected at most "judged", 5',
    ],
    ['data without a handshake', { data: 4 }, 'found "data" 4, expected at most "completed", 3'],
  ])('%s are refused', (_, parts, message) => {
    const text = textOf(documentOf([{ evidence: { ...EVIDENCE, ...parts } }]));
    expect(() => readDocument(text)).toThrow(message);
    expect(() => readDocument(text)).toThrow('connections[0]');
  });

  test('a fold adds it to that of folded rows', () => {
    const tally = new Tally({ scope: EVERYTHING, evidence: true, maxRows: 2 });
    const rows = [
      { count: 30, port: 80 },
      { count: 20, port: 81, evidence: EVIDENCE },
      { count: 20, port: 82, evidence: EVIDENCE },
    ];
    applyDocument(again(documentOf(rows)), tally);
    expect(tally.foldIfFull()).toBe(true);
    expect(tally.folded.evidence).toEqual(twice(EVIDENCE));
    expect([...rowsOf(tally)].map(({ port, evidence }) => [port, evidence])).toEqual([[80, undefined]]);
  });
});
