// The rules by which use is judged, each with evidence made for it; cases.test.ts tries them on real traffic.

import { describe, expect, test } from 'vitest';
import { collectEvidence } from '../../../src/inventory/evidence.js';
import { judge } from '../../../src/inventory/verdicts/judge.js';
import { levelOf } from '../../../src/inventory/verdicts/verdict.js';
import { toWords } from '../../../src/ip/address-words.js';
import { NO_EVIDENCE, type RowEvidence } from '../../../src/tally/row-evidence.js';
import { Scope } from '../../../src/tally/scope.js';
import { Tally } from '../../../src/tally/tally.js';
import { addressOf, inventoryOf, NO_NAMES } from '../fixtures.js';

const [A, B, C] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const REMOTE = '198.51.100.7';
const SECOND = 1e6;

interface Row {
  readonly client?: string;
  readonly server?: string;
  readonly port?: number;
  /** SYN-ACKs. */
  readonly count?: number;
  readonly at?: number;
  /** Undefined if it was not counted. */
  readonly evidence?: Partial<RowEvidence> | undefined;
}

/** Returns the verdict of each row, with its number of handshakes. */
function verdictsOf(rows: readonly Row[]): (string | undefined)[] {
  const tally = new Tally({ scope: Scope.everything(), evidence: true });
  for (const row of rows) {
    const { server = A, port = 80, count = 1, at = 0 } = row;
    const isKnown = !('evidence' in row) || row.evidence !== undefined;
    tally.addRow({
      family: 4,
      // `_` stands for all remote machines.
      client: row.client === '_' ? undefined : toWords(addressOf(row.client ?? B)),
      server: toWords(addressOf(server)),
      port,
      count,
      first: at,
      last: at,
      ...(isKnown && { evidence: { ...NO_EVIDENCE, ...row.evidence } }),
    });
  }
  const evidence = collectEvidence({ ...inventoryOf([]), tally });
  const judgements = judge(evidence, NO_NAMES);
  const uses = evidence.services.flatMap((service) => service.uses).sort((a, b) => a.row - b.row);
  expect(uses).toHaveLength(rows.length);
  return uses.map((use) => {
    const judgement = judgements.ofUse(use);
    return (
      judgement &&
      `${judgement.verdict} ${judgement.handshakes} of ${judgement.of}: ${levelOf(judgement.verdict)}`
    );
  });
}

const ANSWERED: Partial<RowEvidence> = { judged: 1, completed: 1 };

describe('a single row', () => {
  const cases: Record<string, readonly [row: Row, expected: string]> = {
    'data was sent': [{ count: 5, evidence: { judged: 5, completed: 5, data: 4 } }, 'used 4 of 5: yes'],
    'handshakes were completed without data': [
      { count: 3, evidence: { judged: 3, completed: 2 } },
      'opened 2 of 3: maybe',
    ],
    'the client reset some and completed none': [
      { count: 3, evidence: { judged: 3, reset: 2 } },
      'reset 2 of 3: no',
    ],
    'the client was silent': [{ count: 3, evidence: { judged: 3 } }, 'unanswered 3 of 3: no'],
    'there are only SYN-ACKs': [{ count: 3 }, 'likely 3 of 3: yes'],
    'each of them was sent again': [{ count: 6, evidence: { resent: 4, late: 2 } }, 'unanswered 2 of 2: no'],
    'some of them were sent again': [{ count: 9, evidence: { resent: 4, late: 2 } }, 'likely 3 of 5: yes'],
    'each packet was captured twice': [{ count: 6, evidence: { copies: 3 } }, 'likely 3 of 3: yes'],
    'the server itself sends no options': [{ count: 3, evidence: { plain: 3 } }, 'likely 3 of 3: yes'],
    'a proxy answered': [{ count: 2, evidence: { proxied: 2 } }, 'proxied 2 of 2: maybe'],
    'a proxy answered a client that was silent': [
      { count: 2, evidence: { proxied: 2, judged: 2 } },
      'probed 2 of 2: no',
    ],
    'all clients have port 20': [
      { port: 40000, count: 2, evidence: { port20: 2, judged: 2, completed: 2, data: 2 } },
      'FTP data 2 of 2: no',
    ],
    'many clients have low ports': [{ count: 100, evidence: { lowPorts: 3 } }, 'uncertain 100 of 100: maybe'],
    'few clients have low ports': [{ count: 1000, evidence: { lowPorts: 3 } }, 'likely 1000 of 1000: yes'],
    'there are only repeats': [{ count: 2, evidence: { resent: 2 } }, 'uncertain 0 of 0: maybe'],
  };
  for (const [title, [row, expected]] of Object.entries(cases)) {
    test(`when ${title} then it is ${expected}`, () => expect(verdictsOf([row])).toEqual([expected]));
  }

  test('when its evidence is not known then nothing is said', () =>
    expect(verdictsOf([{ count: 3, evidence: undefined }])).toEqual([undefined]));
});

describe('rows of one client', () => {
  const touched = (ports: number, row: Row): Row[] =>
    Array.from({ length: ports }, (_, at) => ({ port: 8000 + at, at: at * SECOND, ...row }));

  test('when it touches 4 services in 15 minutes without data then it probed them', () => {
    expect(verdictsOf(touched(4, { evidence: ANSWERED }))).toEqual(Array(4).fill('probed 1 of 1: no'));
    expect(verdictsOf(touched(4, {}))).toEqual(Array(4).fill('uncertain 1 of 1: maybe'));
  });

  test('when it touches 3 services, or takes longer, then it did not', () => {
    expect(verdictsOf(touched(3, { evidence: ANSWERED }))).toEqual(Array(3).fill('opened 1 of 1: maybe'));
    const slow = touched(4, { evidence: ANSWERED }).map((row, at) => ({ ...row, at: at * 1000 * SECOND }));
    expect(verdictsOf(slow)).toEqual(Array(4).fill('opened 1 of 1: maybe'));
  });

  test('when it really uses more than a fifth of its services then it did not', () => {
    const used: Row[] = [443, 22].map((port) => ({
      port,
      count: 9,
      evidence: { judged: 9, completed: 9, data: 9 },
    }));
    expect(verdictsOf([...touched(4, {}), ...used]).slice(0, 4)).toEqual(Array(4).fill('likely 1 of 1: yes'));
  });

  test('when its SYN had no options and others have some then it may have scanned', () =>
    expect(verdictsOf([{ evidence: { plain: 1 } }, { client: C }])).toEqual([
      'uncertain 1 of 1: maybe',
      'likely 1 of 1: yes',
    ]));

  test('when a server answers it on 25 ports without data then the server answers on all ports', () => {
    const rows = [...touched(25, { evidence: ANSWERED }), { client: C, evidence: ANSWERED }];
    expect(verdictsOf(rows)).toEqual(Array(26).fill('answers on all ports 1 of 1: no'));
    const used = { client: C, count: 9, evidence: { judged: 9, completed: 9, data: 9 } };
    expect(verdictsOf([...touched(25, {}), used]).at(-1)).toBe('used 9 of 9: yes');
  });

  test('when it uses port 21 then single connections to high ports of the same server are FTP data', () => {
    const data: Row = { port: 40001, evidence: { judged: 1, completed: 1, data: 1 } };
    expect(verdictsOf([{ port: 21 }, data])).toEqual(['likely 1 of 1: yes', 'FTP data 1 of 1: no']);
    expect(verdictsOf([{ port: 21, client: C }, data])[1]).toBe('used 1 of 1: yes');
    expect(verdictsOf([{ port: 21 }, { ...data, count: 3 }])[1]).toBe('used 1 of 3: yes');
    // A registered name counts only where a system would not choose the port: 48050 is weandsf, 8080 http-alt.
    expect(verdictsOf([{ port: 21 }, { ...data, port: 48050 }])[1]).toBe('FTP data 1 of 1: no');
    expect(verdictsOf([{ port: 21 }, { ...data, port: 8080 }])[1]).toBe('used 1 of 1: yes');
  });
});

test('when both ends open a connection then neither direction is a service', () =>
  expect(
    verdictsOf([
      { client: A, server: B, port: 5001, count: 1, evidence: { mutual: 1 } },
      { client: B, server: A, port: 6001, count: 1 },
      { client: B, server: A, port: 80, count: 1 },
    ]),
  ).toEqual(['simultaneous open 0 of 0: no', 'simultaneous open 1 of 1: no', 'likely 1 of 1: yes']));

test('when 20,000 machines open connections to one that does the same then each is a simultaneous open', () => {
  const machines = Array.from({ length: 20_000 }, (_, at) => `10.1.${at >> 8}.${at & 255}`);
  const rows = machines.flatMap((machine): Row[] => [
    { client: machine, server: A, port: 5001, evidence: { mutual: 1 } },
    { client: A, server: machine, port: 6001 },
  ]);
  expect(new Set(verdictsOf(rows))).toEqual(
    new Set(['simultaneous open 0 of 0: no', 'simultaneous open 1 of 1: no']),
  );
});

describe('backscatter', () => {
  const silent = (client: string): Row => ({ client, server: REMOTE, evidence: { judged: 1 } });

  test('when three machines never answered a remote server then somebody forged their addresses', () =>
    expect(verdictsOf([A, B, C].map(silent))).toEqual(Array(3).fill('backscatter 1 of 1: no')));

  test('when two did not then they are unanswered', () =>
    expect(verdictsOf([A, B].map(silent))).toEqual(Array(2).fill('unanswered 1 of 1: no')));

  test('when the server is local then they are unanswered', () =>
    expect(verdictsOf([B, C, '10.0.0.4'].map((client) => ({ client, evidence: { judged: 1 } })))).toEqual(
      Array(3).fill('unanswered 1 of 1: no'),
    ));
});
