// The real captures beside the checkout, far more than this repository has: each against its known answer.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { InputReport } from '../../src/inventory/inventory.js';
import { hasShared, readShared, SHARED_NOTE, sharedPath } from '../helpers/shared.js';
import { answerOf, canPackageRead, readBothWays, readWhole } from './answers.js';

interface Capture {
  readonly file: string;
  /** What a reader should make of it. */
  readonly kind: string;
}

const CAPTURES: readonly Capture[] = readShared('captures/manifest.tsv').map((row) => ({
  file: row['file'] ?? '',
  kind: row['expect'] ?? '',
}));

type Outcome = 'read whole' | 'not read whole' | 'refused';

/** What each kind of capture should come to. */
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  rows: 'read whole',
  'rows-if-gzip-supported': 'read whole',
  'rows+damage-warning': 'not read whole',
  'unsupported-linktype': 'not read whole',
  reject: 'refused',
};

/** What comes to something else, and why. */
const DIFFERING: Readonly<Record<string, Outcome>> = {
  // Its link layer is unknown to the programs that the answers are from. There is no SYN-ACK in it.
  'libpcap__brcm-tag.pcap': 'read whole',
};

function outcomeOf({ format, problems }: InputReport): Outcome {
  if (format === undefined) return 'refused';
  return problems.length === 0 ? 'read whole' : 'not read whole';
}

function pathOf({ file }: Capture): string {
  return sharedPath(`captures/${file}`);
}

function knownRows(capture: Capture): string[] {
  return answerOf(readFileSync(`${pathOf(capture)}.oracle.tsv`, 'utf8'));
}

describe.skipIf(!hasShared)(`real captures${SHARED_NOTE}`, () => {
  // Without the folder there is nothing to make tests of, and test.each wants something.
  const listed = hasShared ? CAPTURES : [{ file: 'no capture', kind: 'rows' }];

  test('when captures are listed then they are all 60, and those that differ are among them', () => {
    expect(CAPTURES).toHaveLength(60);
    const files = CAPTURES.map(({ file }) => file);
    expect(files).toEqual(expect.arrayContaining(Object.keys(DIFFERING)));
  });

  test.each(listed)('when $file is read then its rows are those known', async (capture) => {
    const { rows, report, totals } = await readWhole(pathOf(capture));
    expect(rows).toEqual(knownRows(capture));
    expect(outcomeOf(report)).toBe(DIFFERING[capture.file] ?? OUTCOMES[capture.kind]);
    expect(totals.packetsRead).toBe(report.packetsRead);
  });

  const readable = listed.filter((capture) => !hasShared || canPackageRead(pathOf(capture)));

  test.each(readable)('when $file is read by both readers then they agree', async (capture) => {
    const [fast, other] = await readBothWays(pathOf(capture));
    expect(other).toEqual(fast);
  });
});
