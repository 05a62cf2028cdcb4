// A capture in several files, as `tcpdump -C` and `editcap -c` write them: SYN-ACKs are repeats of those in the file before.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readSources } from '../../src/sources/read-sources.js';
import { addEvidence, handshakesOf, type RowEvidence } from '../../src/tally/row-evidence.js';
import { rowsOf } from '../../src/tally/rows.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally } from '../../src/tally/tally.js';
import { SEGMENT_LENGTH } from '../../src/walk/segment.js';
import { ethernet, FLAG, ipv4, pcap, tcp } from '../helpers/packets.js';

const FOLDER = mkdtempSync(path.join(tmpdir(), 'synsum-rotated-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

let files = 0;
function write(bytes: Uint8Array): string {
  files += 1;
  const file = path.join(FOLDER, `${files}.pcap`);
  writeFileSync(file, bytes);
  return file;
}

/** Milliseconds after a certain time. */
interface SynAck {
  readonly time: number;
  readonly server: number;
  readonly client: number;
  readonly isn: number;
  readonly kind?: 'syn-ack' | 'ack' | 'opposite';
  readonly isPlain?: boolean;
}

function recordOf({ time, server, client, isn, kind = 'syn-ack', isPlain = false }: SynAck): {
  seconds: number;
  fraction: number;
  data: Uint8Array;
} {
  const ends = [`10.0.0.${server}`, `10.0.1.${client}`] as const;
  const isBack = kind !== 'syn-ack';
  const payload = new Uint8Array(0);
  const segment = tcp({
    sourcePort: isBack ? 40_000 : 80,
    destinationPort: isBack ? 80 : 40_000,
    flags: kind === 'ack' ? FLAG.ack : FLAG.syn | FLAG.ack,
    payload,
    ...(isPlain ? {} : { dataOffset: 6 }),
  });
  const view = new DataView(segment.buffer, segment.byteOffset);
  view.setUint32(4, isBack ? 100 : isn);
  view.setUint32(8, isBack ? isn + 1 : 101);
  const [source, destination] = isBack ? [ends[1], ends[0]] : ends;
  const data = ethernet({ payload: ipv4({ source, destination, payload: segment }) });
  return { seconds: 1_700_000_000 + Math.floor(time / 1000), fraction: (time % 1000) * 1000, data };
}

function captureOf(packets: readonly SynAck[]): Uint8Array {
  return pcap({ records: packets.map(recordOf) });
}

interface Sums extends Omit<RowEvidence, 'judged' | 'completed' | 'data' | 'reset'> {
  readonly synAcks: number;
  readonly handshakes: number;
}

/** The sums over all rows and the folded ones, without those of outcomes. */
async function sumsOf(names: readonly string[], threads = 1, maxRows = 1000): Promise<Sums> {
  const tally = new Tally({ scope: Scope.everything(), evidence: true, maxRows });
  await readSources(names, tally, { threads });
  let { count: synAcks, evidence: sum } = tally.folded;
  for (const { count, evidence } of rowsOf(tally)) {
    synAcks += count;
    sum = addEvidence(sum, evidence);
  }
  const { judged, completed, data, reset, ...others } = sum as RowEvidence;
  return { ...others, synAcks, handshakes: handshakesOf(synAcks, sum as RowEvidence) };
}

const FIRST: SynAck = { time: 0, server: 1, client: 1, isn: 1000 };
const again = (time: number): SynAck => ({ ...FIRST, time });
const another = (time: number): SynAck => ({ ...FIRST, time, isn: 2000 });

describe('a SYN-ACK in the next file', () => {
  test.each<[string, readonly SynAck[], readonly SynAck[], Partial<Sums>]>([
    ['resent', [FIRST], [again(1000)], { handshakes: 1, resent: 1 }],
    ['captured again', [FIRST], [again(5)], { handshakes: 1, copies: 1 }],
    ['late', [FIRST, again(3000)], [again(7000)], { handshakes: 1, resent: 2, late: 1 }],
    ['opposite', [FIRST], [{ ...again(5), kind: 'opposite' }], { handshakes: 1, mutual: 1 }],
    ['after 64 s', [FIRST], [again(64_001)], { handshakes: 2 }],
    ['slightly earlier', [FIRST, another(1000)], [again(900)], { handshakes: 2, resent: 1 }],
    ['with another number', [FIRST], [another(1000)], { handshakes: 2 }],
    // The files do not follow one another: they may be of two places, or the same twice.
    ['of the same time', [FIRST, another(30_000)], [again(0), another(30_000)], { handshakes: 4 }],
    ['of the time before', [again(30_000)], [again(0)], { handshakes: 2 }],
  ])('%s', async (_, first, second, expected) => {
    const names = [first, second].map((packets) => write(captureOf(packets)));
    expect(await sumsOf(names)).toMatchObject({ copies: 0, resent: 0, late: 0, mutual: 0, ...expected });
  });

  test('in a file after one without SYN-ACKs, and a missing one', async () => {
    const names = [[FIRST], [{ ...FIRST, kind: 'ack' as const, time: 500 }], [again(1000)]].map((packets) =>
      write(captureOf(packets)),
    );
    names.splice(1, 0, path.join(FOLDER, 'missing.pcap'));
    expect(await sumsOf(names)).toMatchObject({ handshakes: 1, resent: 1 });
  });
});

const anyPackets = fc
  .array(
    fc.record({
      gap: fc.constantFrom(0, 0, 1, 5, 9, 10, 100, 900, 3500, 4000, 7000, 30_000, 64_000, 64_001),
      server: fc.integer({ min: 1, max: 3 }),
      client: fc.integer({ min: 1, max: 3 }),
      isn: fc.constantFrom(1000, 2000, 3000),
      kind: fc.constantFrom<('syn-ack' | 'ack' | 'opposite')[]>(
        'syn-ack',
        'syn-ack',
        'syn-ack',
        'ack',
        'opposite',
      ),
      isPlain: fc.boolean(),
    }),
    { minLength: 5, maxLength: 120, size: 'max' },
  )
  .map((parts) => {
    let time = 0;
    return parts.map(({ gap, ...packet }): SynAck => {
      time += gap;
      return { ...packet, time };
    });
  });

describe('a capture in any number of files', () => {
  test('the sums are those of the whole', async () => {
    let repeated = 0;
    await fc.assert(
      fc.asyncProperty(anyPackets, fc.array(fc.nat(), { maxLength: 6 }), async (packets, places) => {
        const ends = [...new Set(places.map((place) => place % packets.length))].sort((a, b) => a - b);
        const parts = [0, ...ends].map((start, at) => captureOf(packets.slice(start, ends[at])));
        const names = parts.map((part, at) => write(at % 3 === 2 ? gzipSync(part) : part));
        const whole = await sumsOf([write(captureOf(packets))]);
        expect(await sumsOf(names)).toEqual(whole);
        // Rows are folded meanwhile.
        expect(await sumsOf(names, 1, 4)).toEqual(whole);
        repeated += whole.copies + whole.resent + whole.mutual > 0 ? 1 : 0;
      }),
      { numRuns: 100 },
    );
    expect(repeated).toBeGreaterThan(50);
  });

  // Files of this length are read by several threads at a time, and the other ones side by side.
  test('large files, for any number of threads', async () => {
    const packets: SynAck[] = [];
    for (let number = 0; number < 20_000; number++) {
      const [server, client] = [number % 250, Math.floor(number / 250) % 250];
      packets.push({ time: number * 5, server, client, isn: number });
      // Sent again after 1 s: often in the next file.
      const earlier = packets[packets.length - 200];
      if (number % 3 === 0 && earlier !== undefined) packets.push({ ...earlier, time: number * 5 });
    }
    const record = captureOf(packets.slice(0, 1)).length - 24;
    const padding = Buffer.alloc(9 * SEGMENT_LENGTH);
    const ack = Buffer.from(captureOf([{ ...FIRST, kind: 'ack', time: 50_000 }]).subarray(24));
    for (let at = 0; at < padding.length; at += ack.length) ack.copy(padding, at);
    const whole = captureOf(packets);
    const at = (number: number): number => 24 + number * record;
    // ACKs alone make the second file large, between SYN-ACKs at its beginning and its end.
    const large = Buffer.concat([
      whole.subarray(0, 24),
      whole.subarray(at(9000), at(11_000)),
      padding.subarray(0, Math.floor(padding.length / ack.length) * ack.length),
      whole.subarray(at(11_000), at(15_000)),
    ]);
    const others = [
      [0, 4000],
      [4000, 9000],
      [15_000, packets.length],
    ].map(([start = 0, end = 0]) =>
      write(Buffer.concat([whole.subarray(0, 24), whole.subarray(at(start), at(end))])),
    );
    const names = [others[0], others[1], write(large), others[2]] as string[];
    const expected = await sumsOf([write(whole)], 1, 250_000);
    for (const threads of [1, 2, 4]) expect(await sumsOf(names, threads, 250_000)).toEqual(expected);
    expect(expected.resent).toBeGreaterThan(5000);
  });
});
