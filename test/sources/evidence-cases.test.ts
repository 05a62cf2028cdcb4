// Handshakes and their outcomes in real traffic whose truth is known (test/captures/cases.tsv), and as tshark sees them.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../src/ip/address.js';
import { toAddress } from '../../src/ip/address-words.js';
import { readSources } from '../../src/sources/read-sources.js';
import { handshakesOf, NO_EVIDENCE, type RowEvidence } from '../../src/tally/row-evidence.js';
import { rowsOf } from '../../src/tally/rows.js';
import { Tally } from '../../src/tally/tally.js';
import { EVERYTHING } from '../helpers/scope.js';
import { parseTsv } from '../helpers/shared.js';

const FOLDER = fileURLToPath(new URL('../captures/', import.meta.url));
const TRUTH = parseTsv(readFileSync(`${FOLDER}cases.tsv`, 'utf8')) as unknown as Truth[];
const CASES = [...new Set(TRUTH.map((row) => row.case))];
const NAMES = CASES.flatMap((name) => [`cases__${name}.full.pcap`, `cases__${name}.synack.pcap`]);

interface Truth {
  readonly case: string;
  readonly client: string;
  readonly server: string;
  /** A port or a range. */
  readonly port: string;
  readonly synacks: string;
  readonly attempts: string;
  readonly established: string;
  readonly class: string;
  readonly note: string;
}

interface Counted {
  readonly client: string;
  readonly server: string;
  readonly port: number;
  readonly count: number;
  readonly evidence: RowEvidence;
}

async function countedIn(name: string): Promise<Counted[]> {
  const tally = new Tally({ scope: EVERYTHING, evidence: true });
  await readSources([FOLDER + name], tally, { threads: 1 });
  return [...rowsOf(tally)].map(({ family, client, server, port, count, evidence = NO_EVIDENCE }) => ({
    client: formatAddress(toAddress(family, client as Uint32Array)),
    server: formatAddress(toAddress(family, server as Uint32Array)),
    port,
    count,
    evidence,
  }));
}

/** The rows that a line of the truth is about; `*` stands for all clients that have no line of their own. */
function rowsFor(rows: readonly Counted[], truth: Truth): Counted[] {
  const [first, last = first] = truth.port.split('-').map(Number) as [number, number?];
  const others = TRUTH.filter((other) => other.case === truth.case && other !== truth);
  return rows.filter(
    ({ client, server, port }) =>
      server === truth.server &&
      port >= first &&
      port <= last &&
      (client === truth.client ||
        (truth.client === '*' &&
          !others.some((other) => other.client === client && other.server === server))),
  );
}

/** The note of a simultaneous open names its other direction: `… 192.0.2.1 -> 192.0.2.2:5001`. */
function bothDirectionsFor(rows: readonly Counted[], truth: Truth): Counted[] {
  const other = /(\S+) -> (\S+):(\d+)$/.exec(truth.note);
  if (other === null) throw new Error(`found the note "${truth.note}", expected one with a direction`);
  const [, client, server, port] = other as unknown as [string, string, string, string];
  return [...rowsFor(rows, truth), ...rowsFor(rows, { ...truth, client, server, port })];
}

function sumOf(rows: readonly Counted[], numberOf: (row: Counted) => number): number {
  return rows.reduce((sum, row) => sum + numberOf(row), 0);
}

describe.each(NAMES)('%s', (name) => {
  const truths = TRUTH.filter((truth) => name.startsWith(`cases__${truth.case}.`));

  test('each attempt counts once', async () => {
    const rows = await countedIn(name);
    for (const truth of truths) {
      const chosen = rowsFor(rows, truth);
      const handshakes = sumOf(chosen, ({ count, evidence }) => handshakesOf(count, evidence));
      // The truth has both directions of a simultaneous open, of which one is an attempt.
      const mutual = truth.class === 'simopen' ? sumOf(chosen, ({ evidence }) => evidence.mutual) : 0;
      expect([truth, sumOf(chosen, ({ count }) => count)]).toEqual([truth, Number(truth.synacks)]);
      expect([truth, handshakes + mutual]).toEqual([truth, Number(truth.attempts)]);
      if (truth.class !== 'simopen') continue;
      const inBoth = bothDirectionsFor(rows, truth);
      const attempts = sumOf(inBoth, ({ count, evidence }) => handshakesOf(count, evidence));
      expect([truth, attempts, sumOf(inBoth, ({ evidence }) => evidence.mutual)]).toEqual([truth, 1, 1]);
    }
    const mutual = sumOf(rows, ({ evidence }) => evidence.mutual);
    expect(mutual).toBe(truths.filter((truth) => truth.class === 'simopen').length);
  });

  test('established connections are completed handshakes, if the capture shows them', async () => {
    const rows = await countedIn(name);
    for (const truth of truths) {
      // One of the two SYN-ACKs of a simultaneous open is a handshake; it may be that of either direction.
      const chosen = truth.class === 'simopen' ? bothDirectionsFor(rows, truth) : rowsFor(rows, truth);
      const completed = sumOf(chosen, ({ evidence }) => evidence.completed);
      // A client's ACK that was lost after the capture point was still captured.
      expect([truth, completed]).toEqual([truth, name.includes('.full.') ? Number(truth.established) : 0]);
    }
  });
});

/**
 * The bits of tcp.completeness: SYN, SYN-ACK, ACK, data, FIN, RST. The first one is not asked for: tshark expects the data
 * connections of FTP, and so does not notice their SYNs.
 */
const [ESTABLISHED, DATA] = [2 + 4, 8];

describe('as tshark sees it', () => {
  test.each(CASES.filter((name) => !name.includes('simopen')))('%s', async (name) => {
    const file = `cases__${name}.full.pcap`;
    const rows = await countedIn(file);
    const seen = execFileSync(
      'tshark',
      ['-r', FOLDER + file, '-T', 'fields', '-e', 'tcp.stream', '-e', 'tcp.completeness', '-Y', 'tcp'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const streams = new Map(
      seen
        .trim()
        .split('\n')
        .map((line) => line.split('\t') as [string, string]),
    );
    const having = (bits: number): number =>
      [...streams.values()].filter((completeness) => (Number(completeness) & bits) === bits).length;
    expect(sumOf(rows, ({ evidence }) => evidence.completed)).toBe(having(ESTABLISHED));
    expect(sumOf(rows, ({ evidence }) => evidence.data)).toBe(having(ESTABLISHED | DATA));
  });
});
