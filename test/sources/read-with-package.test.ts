// The reader pcap-parser on captures that begin in ways that the package does not know: it answers as synsum's own reader
// does, or says that it cannot.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { editcap } from '../helpers/editcap.js';
import { concat, PCAP_MAGIC, pcap } from '../helpers/packets.js';
import { messagesOf } from '../helpers/problems.js';
import { readBothWays, readWhole } from './answers.js';

const FOLDER = mkdtempSync(path.join(tmpdir(), 'synsum-package-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const BANNER = Buffer.from('<login>\r\nThis machine is watched.\r\n');
const RECORDS = [0, 1, 2].map((at) => ({ seconds: 1_700_000_000 + at }));
const CAPTURE = pcap({ records: RECORDS });

function write(...parts: readonly Uint8Array[]): string {
  const file = path.join(FOLDER, 'capture.pcap');
  writeFileSync(file, concat(...parts));
  return file;
}

describe('text before a capture', () => {
  test.each([
    ['a banner', BANNER],
    ['as much text as is skipped', Buffer.alloc(60 << 10, 'message of the day\n')],
    ['a header without records', concat(BANNER, CAPTURE.subarray(0, 24), BANNER)],
  ])('when it is %s, then both readers skip the same bytes', async (_what, text) => {
    const file = write(text, CAPTURE);
    const [fast, other] = await readBothWays(file);
    expect(fast.totals).toMatchObject({ synAcks: 3, gaps: 1, bytesSkipped: text.length });
    expect(other).toEqual(fast);
    expect(await readWhole(file, 'pcap-parser', 2)).toEqual(fast);
  });

  test('when the capture after it is cut short, then that has its place in the file', async () => {
    const [fast, other] = await readBothWays(write(BANNER, CAPTURE.subarray(0, CAPTURE.length - 5)));
    expect(other).toEqual(fast);
    expect(messagesOf(other.report.problems)[1]).toMatch(/^at byte 199: cut short in a packet record/);
  });

  test.each(['', 'login: '])('when no capture follows "%s", then it is not a capture', async (text) => {
    const [fast, other] = await readBothWays(write(Buffer.from(text)));
    expect(other).toEqual(fast);
  });

  test('when the capture after it is of nanoseconds, then the reader says that it cannot read it', async () => {
    const { report, totals } = await readWhole(
      write(BANNER, pcap({ magic: PCAP_MAGIC.nanoseconds, records: RECORDS })),
      'pcap-parser',
    );
    expect(report.problems).toMatchObject([{ kind: 'wrong-reader' }]);
    expect(totals).toMatchObject({ packetsRead: 0, synAcks: 0 });
  });
});

describe('variants of pcap that only their records show', () => {
  const refusal = (length: number): string =>
    `the reader pcap-parser reads only classic pcap with microseconds (found record headers of ${length} bytes); leave out --reader`;

  test.each([
    ['nokiapcap', 20],
    ['rh6_1pcap', 24],
  ] as const)('when it is %s, then the reader says that it cannot read it', async (format, length) => {
    const variant = editcap(CAPTURE, format);
    for (const file of [write(variant), write(BANNER, variant)]) {
      const { report } = await readWhole(file, 'pcap-parser');
      expect(messagesOf(report.problems)).toEqual([refusal(length)]);
      expect(report.format).toBeUndefined();
    }
  });

  test('when the capture is of a Nokia, then likewise', async () => {
    const nokia = readFileSync(new URL('../captures/faults__nokia.pcap', import.meta.url));
    const { report } = await readWhole(write(nokia), 'pcap-parser');
    expect(messagesOf(report.problems)).toEqual([refusal(20)]);
  });
});
