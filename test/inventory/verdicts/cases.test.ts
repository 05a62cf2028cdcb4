// The verdicts on real traffic of which it is known what it was: real servers, clients, scanners and floods.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PLAIN_EVIDENCE_FILTER } from '../../../src/cli/commands/filter.js';
import { collectEvidence } from '../../../src/inventory/evidence.js';
import { judge } from '../../../src/inventory/verdicts/judge.js';
import { type Level, levelOf } from '../../../src/inventory/verdicts/verdict.js';
import { formatAddress } from '../../../src/ip/address.js';
import { readSources } from '../../../src/sources/read-sources.js';
import { Scope } from '../../../src/tally/scope.js';
import { Tally } from '../../../src/tally/tally.js';
import { CASES, casePath, TRUTH } from '../../helpers/cases.js';
import { NO_NAMES } from '../fixtures.js';

/** What was really use; all else was a scan, forged, or not a service. */
const USED = ['used', 'forwarded'];
/** Any other client than those that the truth names. */
const OTHERS = '*';

interface Found {
  readonly row: string;
  readonly isUsed: boolean;
  readonly verdict: string;
  readonly level: Level;
}

/** Judges each row of a case, and looks up what it was. */
async function judgeCase(name: string, kind: string, file = casePath(name, kind)): Promise<Found[]> {
  const truths = TRUTH.filter((truth) => truth.case === name);
  const tally = new Tally({ scope: Scope.everything(), evidence: true });
  const evidence = collectEvidence(await readSources([file], tally, { threads: 1 }));
  const judgements = judge(evidence, NO_NAMES);
  return evidence.services.flatMap(({ address, port, uses }) =>
    uses.map((use) => {
      const [client, server] = [use.client, address].map((end) => (end ? formatAddress(end) : '_'));
      const row = `${client} ${server} ${port}`;
      const truth =
        truths.find((one) => one.client === client && one.server === server && covers(one.port, port)) ??
        truths.find((one) => one.client === OTHERS && one.server === server && covers(one.port, port));
      const verdict = judgements.ofUse(use)?.verdict;
      if (verdict === undefined) throw new Error(`${row} has no verdict`);
      return { row, isUsed: USED.includes(truth?.class ?? ''), verdict, level: levelOf(verdict) };
    }),
  );
}

function covers(ports: string, port: number): boolean {
  const [first, last = first] = ports.split('-').map(Number) as [number, number?];
  return first <= port && port <= last;
}

const rowsOf = (found: readonly Found[]): string[] => found.map(({ row, verdict }) => `${row} ${verdict}`);

describe('with all packets', () => {
  test.for(CASES)('when %s was captured then just what was used is', async (name) => {
    const found = await judgeCase(name, 'full');
    expect(rowsOf(found.filter(({ isUsed, level }) => isUsed && level !== 'yes'))).toEqual([]);
    expect(rowsOf(found.filter(({ isUsed, level }) => !isUsed && level === 'yes'))).toEqual([]);
    expect(found.some(({ isUsed }) => isUsed)).toBe(name !== '10-simopen');
  });
});

const hasTcpdump = spawnSync('tcpdump', ['--version']).status === 0;
const note = hasTcpdump ? '' : ' (skipped: tcpdump is not installed)';

describe('with the beginnings and ends of connections', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'synsum-cases-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.skipIf(!hasTcpdump).for(CASES)(
    `when %s is filtered as synsum filter says then just what was used is${note}`,
    async (name) => {
      const file = path.join(folder, `${name}.pcap`);
      const { text } = PLAIN_EVIDENCE_FILTER;
      execFileSync('tcpdump', ['-r', casePath(name, 'full'), '-w', file, text], { stdio: 'pipe' });
      const found = await judgeCase(name, 'full', file);
      expect(rowsOf(found.filter(({ isUsed, level }) => isUsed && level !== 'yes'))).toEqual([]);
      expect(rowsOf(found.filter(({ isUsed, level }) => !isUsed && level === 'yes'))).toEqual([]);
    },
  );
});

describe('with SYN-ACKs alone', () => {
  test.for(CASES)('when %s was captured then nothing counts as used that was not', async (name) => {
    const found = await judgeCase(name, 'synack');
    expect(rowsOf(found.filter(({ isUsed, level }) => !isUsed && level === 'yes'))).toEqual([]);
    expect(rowsOf(found.filter(({ isUsed, level }) => isUsed && level === 'no'))).toEqual([]);
    expect(rowsOf(found.filter(({ isUsed, level }) => isUsed && level !== 'yes'))).toEqual([]);
  });
});

test('when a case is known for something then the verdict names it', async () => {
  const verdictOf = async (name: string, kind: string, row: string): Promise<string | undefined> =>
    (await judgeCase(name, kind)).find((found) => found.row === row)?.verdict;
  expect(await verdictOf('04-synscan', 'full', '198.51.100.66 10.77.2.80 22')).toBe('probed');
  expect(await verdictOf('05-connscan', 'synack', '198.51.100.66 10.77.2.80 22')).toBe('uncertain');
  expect(await verdictOf('02a-resent-serverside', 'synack', '10.77.1.12 10.77.2.80 80')).toBe('unanswered');
  expect(await verdictOf('08-backscatter', 'full', '10.77.1.100 198.51.100.80 80')).toBe('backscatter');
  expect(await verdictOf('10-simopen', 'synack', '10.77.1.10 10.77.2.80 6001')).toBe('simultaneous open');
  expect(await verdictOf('11-tarpit', 'full', '10.77.1.10 10.77.2.200 22')).toBe('answers on all ports');
});
