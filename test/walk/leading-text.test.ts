// Text before a capture, as a remote shell and its programs write it.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaptureError } from '../../src/capture/errors.js';
import { consumeInput } from '../../src/capture/window.js';
import { Tally } from '../../src/tally/tally.js';
import { CaptureWalker } from '../../src/walk/capture-walker.js';
import { memoryInput } from '../helpers/memory-input.js';
import { concat, PCAP_MAGIC, pcap } from '../helpers/packets.js';
import { describedInterface, packet, pcapng, section } from '../helpers/pcapng.js';
import { EVERYTHING } from '../helpers/scope.js';
import { HEADER_LENGTH, RECORD_LENGTH, records, walk } from './damaged-captures.js';
import { portsOf, walkWhole } from './walking.js';

const BANNER = 'Welcome to OpenWrt 23.05\r\n\r\n\x1b[1m*** autorisé only ***\x1b[0m\r\n';
const FOUND_TEXT = { offset: 0, kind: 'damaged', message: 'found text, expected a pcap or pcapng capture' };
const NOT_A_CAPTURE = { code: 'NOT_A_CAPTURE', message: 'found text, expected a pcap or pcapng capture' };

function text(content: string): Uint8Array {
  return new Uint8Array(Buffer.from(content));
}

const CAPTURES: [string, Uint8Array][] = [true, false].flatMap((littleEndian) => [
  ...Object.entries(PCAP_MAGIC).map(([name, magic]): [string, Uint8Array] => [
    `pcap (${name}, little-endian: ${littleEndian})`,
    pcap({ littleEndian, magic, records: records(1, 2, 3) }),
  ]),
  [`pcapng (little-endian: ${littleEndian})`, pcapng({ littleEndian, packets: [{}, {}, {}] })],
]);

describe.each(CAPTURES)('%s after text', (_what, capture) => {
  test('when text precedes it, then it is read, and the text is a gap at byte 0', async () => {
    const plain = await walk(capture);
    for (const content of ['x', BANNER, 'dropped privs to tcpdump\n', `${'motd '.repeat(13_107)}`]) {
      const before = text(content);
      const bytes = concat(before, capture);
      const walked = await walkWhole(bytes);
      const gap = { ...FOUND_TEXT, length: before.length };
      expect(walked).toEqual({ ...plain, gaps: [gap], gapCount: 1, bytesSkipped: before.length });
      expect(await walkWhole(bytes, [7, -1, 4096])).toEqual(walked);
      if (before.length < 1000) expect(await walkWhole(bytes, [1])).toEqual(walked);
    }
  });

  test('when the capture is cut anywhere, then only what is cut off is lost, or it is text', async () => {
    const before = text('banner\n');
    for (let length = 0; length < capture.length; length++) {
      const cut = capture.subarray(0, length);
      const walked = await walk(concat(before, cut));
      if (walked.error !== undefined) {
        expect(walked.packets).toBe(0);
        expect(walked.error.code).toBe('NOT_A_CAPTURE');
        continue;
      }
      const plain = await walk(cut);
      expect(walked.rows).toEqual(plain.rows);
      expect(walked.bytesSkipped).toBe(before.length + plain.bytesSkipped);
    }
  });
});

test('when the text is longer than 64 KiB, or there is no capture after it, then it is text', async () => {
  const capture = pcap({ records: records(1, 2, 3) });
  const long = text('x'.repeat((64 << 10) + 1));
  for (const bytes of [
    concat(long, capture),
    text(BANNER),
    long,
    concat(text(BANNER), capture.subarray(0, 24)),
  ]) {
    expect(await walkWhole(bytes)).toMatchObject({ packets: 0, gapCount: 0, error: NOT_A_CAPTURE });
    expect(await walkWhole(bytes, [60_000, -1, 13])).toMatchObject({ packets: 0, error: NOT_A_CAPTURE });
  }
  expect((await walkWhole(concat(long.subarray(1), capture))).packets).toBe(3);
});

test('when bytes before a capture are not text, then it is not a capture', async () => {
  const capture = pcap({ records: records(1, 2, 3) });
  for (const byte of [0, 1, 6, 14, 26, 28, 31, 127]) {
    const { error, packets } = await walk(concat(text(BANNER), [byte], capture));
    expect([packets, error?.code]).toEqual([0, 'NOT_A_CAPTURE']);
  }
  for (const byte of [7, 8, 9, 10, 12, 13, 27, 32, 126, 128, 0xe4, 0xff]) {
    expect((await walk(concat(text(BANNER), [byte], capture))).packets).toBe(3);
  }
});

test('when headers without records precede it, then the first header with records counts', async () => {
  const capture = pcap({ records: records(1, 2, 3) });
  const header = capture.subarray(0, HEADER_LENGTH);
  const bigHeader = pcap({ littleEndian: false }).subarray(0, HEADER_LENGTH);
  const sectionOnly = section().subarray(0, 28);
  for (const empty of [header, bigHeader, sectionOnly]) {
    const before = concat(text(BANNER), empty, text('tcpdump: listening on eth0\n'));
    const walked = await walk(concat(before, capture));
    expect(portsOf(walked)).toEqual({ 1: 1, 2: 1, 3: 1 });
    expect(walked.gaps).toEqual([{ ...FOUND_TEXT, length: before.length }]);
  }
});

test('when a single record follows, then the end of the input bears the header out', async () => {
  const one = pcap({ records: records(1) });
  expect((await walk(concat(text(BANNER), one))).packets).toBe(1);
  expect((await walk(concat(text(BANNER), one, [1, 2, 3]))).packets).toBe(1);
  expect((await walk(concat(text(BANNER), one.subarray(0, -1)))).error).toMatchObject(NOT_A_CAPTURE);
});

test('when a stream is interrupted, then what it had is reported', async () => {
  const interrupted = async (bytes: Uint8Array): Promise<[number, string]> => {
    const tally = new Tally({ scope: EVERYTHING });
    const walker = new CaptureWalker(tally);
    const result = consumeInput(memoryInput(bytes), walker, AbortSignal.abort(), { bytesRead: 0 });
    const problem = await result.then(
      () => walker.gaps.map(({ message }) => message).join(),
      (error: unknown) => (error as CaptureError).message,
    );
    return [tally.readPacketsByClass().reduce((sum, count) => sum + count, 0), problem];
  };
  const capture = pcap({ records: records(1, 2) });
  const before = text(BANNER);
  expect(await interrupted(before)).toEqual([0, NOT_A_CAPTURE.message]);
  expect(await interrupted(text('short'))).toEqual([0, '']);
  // A header whose records have not come yet, or one record.
  expect(await interrupted(concat(before, capture.subarray(0, HEADER_LENGTH)))).toEqual([0, '']);
  expect(await interrupted(concat(before, capture.subarray(0, HEADER_LENGTH + RECORD_LENGTH)))).toEqual([
    1,
    FOUND_TEXT.message,
  ]);
  expect(await interrupted(concat(before, section(), describedInterface(), packet()))).toEqual([
    1,
    FOUND_TEXT.message,
  ]);
});

test('when text and captures are mixed in any way, then pieces of any size give the same result', async () => {
  const capture = pcap({ records: records(1, 2, 3) });
  const parts = [
    text(BANNER),
    capture,
    capture.subarray(0, HEADER_LENGTH),
    capture.subarray(0, -20),
    pcapng({ packets: [{}, {}] }),
    section(),
    Uint8Array.from([0, 1, 2, 0xd4, 0xc3]),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 }),
      async (chosen, sizes) => {
        const bytes = concat(text('ssh '), ...chosen);
        const whole = await walkWhole(bytes);
        expect(await walkWhole(bytes, sizes)).toEqual(whole);
        expect(await walkWhole(bytes, [1])).toEqual(whole);
      },
    ),
    { numRuns: 100 },
  );
});
