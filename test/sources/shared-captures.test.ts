// Real captures outside the checkout, far more than this repository has, each against its known answer.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { InputReport } from '../../src/inventory/inventory.js';
import { hasShared, readShared, SHARED_NOTE, sharedPath } from '../helpers/shared.js';
import { answerOf, canPackageRead, readBothWays, readWhole } from './answers.js';

interface Capture {
  readonly file: string;
  /** The expected result of reading it. */
  readonly kind: string;
}

const CAPTURES: readonly Capture[] = readShared('captures/manifest.tsv').map((row) => ({
  file: row['file'] ?? '',
  kind: row['expect'] ?? '',
}));

type Outcome = 'read to its end' | 'not read to its end' | 'refused';

/** The expected result for each kind of capture. */
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  rows: 'read to its end',
  'rows-if-gzip-supported': 'read to its end',
  'rows+damage-warning': 'not read to its end',
  'unsupported-linktype': 'not read to its end',
  reject: 'refused',
};

/** Captures with another result, and the reasons. */
const DIFFERING: Readonly<Record<string, Outcome>> = {
  // Its link layer is unknown to the programs that the answers are from. There is no SYN-ACK in it.
  'libpcap__brcm-tag.pcap': 'read to its end',
};

function outcomeOf({ format, problems }: InputReport): Outcome {
  if (format === undefined) return 'refused';
  return problems.length === 0 ? 'read to its end' : 'not read to its end';
}

function pathOf({ file }: Capture): string {
  return sharedPath(`captures/${file}`);
}

function knownRows(capture: Capture): string[] {
  return answerOf(readFileSync(`${pathOf(capture)}.oracle.tsv`, 'utf8'));
}

describe.skipIf(!hasShared)(`real captures${SHARED_NOTE}`, () => {
  // Without the folder there are no captures, but test.each needs a case.
  const listed = hasShared ? CAPTURES : [{ file: 'no capture', kind: 'rows' }];

  test('when captures are listed, then there are 60, and those that differ are among them', () => {
    expect(CAPTURES).toHaveLength(60);
    const files = CAPTURES.map(({ file }) => file);
    expect(files).toEqual(expect.arrayContaining(Object.keys(DIFFERING)));
  });

  test.each(listed)('when $file is read, then its rows are the known ones', async (capture) => {
    const { rows, report, totals } = await readWhole(pathOf(capture));
    expect(rows).toEqual(knownRows(capture));
    expect(outcomeOf(report)).toBe(DIFFERING[capture.file] ?? OUTCOMES[capture.kind]);
    expect(totals.packetsRead).toBe(report.packetsRead);
  });

  const readable = listed.filter((capture) => !hasShared || canPackageRead(pathOf(capture)));

  test.each(readable)('when $file is read by both readers, then they agree', async (capture) => {
    const [fast, other] = await readBothWays(pathOf(capture));
    expect(other).toEqual(fast);
  });
});
