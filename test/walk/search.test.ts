// The search after damage passes over bytes in WebAssembly. Here it is held equal to the search that looks at each offset,
// on captures that look like items at as many offsets as possible.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HEAD_PATTERNS, isHead, MAX_HEAD_LENGTH } from '../../src/capture/formats.js';
import { type Consumer, consumeInput } from '../../src/capture/window.js';
import { MAX_HEADS } from '../../src/tally/layout.js';
import { Tally } from '../../src/tally/tally.js';
import { CaptureWalker } from '../../src/walk/capture-walker.js';
import { HotPath } from '../../src/walk/hot-path.js';
import { memoryInput, NEVER } from '../helpers/memory-input.js';
import { concat, LINK_TYPE, PCAP_MAGIC, pcap } from '../helpers/packets.js';
import { block, describedInterface, packet, section } from '../helpers/pcapng.js';
import { EVERYTHING } from '../helpers/scope.js';
import { makeWindow } from '../helpers/window.js';
import { timedRowsOf } from '../tally/rows-of.js';
import { frameFrom } from './damaged-captures.js';
import { NOW, ORDERS } from './plain-captures.js';

const RUNS = Number(process.env['SYNSUM_FUZZ_RUNS'] ?? 2000);

/** They are reused, as to make one takes longer than to read a capture. */
const fastTally = new Tally({ scope: EVERYTHING });
const slowTally = new Tally({ scope: EVERYTHING });
const slowWindow = makeWindow(5 * 262_144 + 4096);

async function read(bytes: Uint8Array, isFast: boolean, sizes?: readonly number[]): Promise<object> {
  const tally = isFast ? fastTally : slowTally;
  const walker = new CaptureWalker(tally);
  // In another window, the walkers read each byte themselves.
  const consumer: Consumer = isFast
    ? walker
    : {
        window: slowWindow,
        get tailAt() {
          return walker.tailAt;
        },
        consume: (...args) => walker.consume(...args),
        finish: (...args) => walker.finish(...args),
      };
  let error = '';
  try {
    await consumeInput(memoryInput(bytes, sizes), consumer, NEVER, { bytesRead: 0 });
  } catch (thrown) {
    error = String(thrown);
  }
  const { gaps, gapCount, bytesSkipped } = walker;
  const packets = [...tally.readPacketsByClass()];
  const rows = timedRowsOf(tally);
  tally.takePart();
  return { rows, packets, gaps, gapCount, bytesSkipped, error };
}

function bytesOf(littleEndian: boolean, ...words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  for (const [at, word] of words.entries()) view.setUint32(at * 4, word, littleEndian);
  return new Uint8Array(view.buffer);
}

const anyLength = fc.constantFrom(0, 1, 4, 12, 16, 20, 28, 32, 33, 54, 70, 100, 262_144, 262_145, 1 << 20);
const anyWord = fc.oneof(
  anyLength,
  fc.constantFrom(2, 3, 5, 6, NOW, NOW + 1, 0x0a0d_0d0a, 0x1a2b_3c4d, 0xffff_ffff, 1_000_000, 536_112_000),
  fc.constantFrom(...Object.values(PCAP_MAGIC)),
  fc.nat(0xffff_ffff),
);
const anyNoise = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .tuple(fc.constantFrom(0, 1, 10, 0xa1, 0xff), fc.nat(90))
    .map(([byte, length]) => new Uint8Array(length).fill(byte)),
);
const anyWords = fc
  .tuple(fc.boolean(), fc.array(anyWord, { minLength: 1, maxLength: 8 }))
  .map(([littleEndian, words]) => bytesOf(littleEndian, ...words));
/** Heads of known and unknown versions, whole and cut. */
const anyHead = fc
  .tuple(
    fc.constantFrom(...Object.values(PCAP_MAGIC)),
    fc.boolean(),
    fc.constantFrom<[number, number]>([2, 4], [2, 0], [2, 5], [543, 0], [543, 1], [9, 9], [1, 0], [1, 2]),
    fc.boolean(),
    fc.integer({ min: 4, max: 44 }),
  )
  .map(([magic, littleEndian, version, isPcap, length]) =>
    (isPcap ? pcap({ magic, littleEndian, version }) : section({ littleEndian, version })).subarray(
      0,
      length,
    ),
  );
/** Believable, with nothing or something else after it. */
const anyRecord = fc
  .tuple(
    fc.boolean(),
    fc.constantFrom(NOW, NOW + 9, 0, 4),
    anyLength,
    anyLength,
    fc.constantFrom(0, 999_999, 1_000_000),
  )
  .map(([littleEndian, seconds, captured, original, fraction]) =>
    bytesOf(littleEndian, seconds, fraction, captured, original),
  );
const anyGoodRecords = fc
  .tuple(
    fc.boolean(),
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom(1, 4, 54),
    fc.constantFrom(NOW, NOW + 1, 0, 3),
  )
  .map(([littleEndian, count, length, seconds]) =>
    pcap({
      littleEndian,
      records: Array.from({ length: count }, () => ({
        seconds,
        data: frameFrom(80).subarray(0, length),
      })),
    }).subarray(24),
  );
const anyBlock = fc
  .tuple(
    fc.boolean(),
    fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 0x0a0d_0d0a),
    fc.array(anyWord, { maxLength: 12 }),
    fc.constantFrom(0, 0, 0, 4),
  )
  .map(([littleEndian, type, words, more]) => {
    const body = bytesOf(littleEndian, ...words);
    return block({ littleEndian, type, body, trailer: 12 + body.length + more });
  });
const anyGoodBlock = fc
  .tuple(fc.boolean(), fc.constantFrom(0, 0, 1), fc.constantFrom(52, 54))
  .map(([littleEndian, index, length]) =>
    packet({ littleEndian, interface: index, data: frameFrom(80).subarray(0, length) }),
  );

/** Records of snoop and ERF, some of which are plausible, and their neighbours. */
const anyOtherRecord = fc
  .tuple(fc.boolean(), fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 1, 54), anyLength, anyWord)
  .map(([isSnoop, count, length, more, word]) => {
    const seconds = word % 3 === 0 ? word : NOW;
    const header = isSnoop
      ? bytesOf(false, length, length, 24 + length + (more < 300 ? more : 0), 0, seconds, word % 1_000_001)
      : concat(bytesOf(true, 5, seconds), [word % 50, 4, 0, 16 + length + (more % 200), 0, 0, 0, length]);
    const record = concat(
      header,
      frameFrom(80).subarray(0, length),
      new Uint8Array(more < 300 ? more : more % 200),
    );
    return concat(...Array.from({ length: count }, () => record));
  });

const anyPart = fc
  .tuple(
    fc.oneof(anyNoise, anyWords, anyHead, anyRecord, anyGoodRecords, anyBlock, anyGoodBlock, anyOtherRecord),
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 4 }) },
      { weight: 1, arbitrary: fc.constantFrom(110, 150) },
    ),
  )
  .map(([part, count]) => concat(...Array.from({ length: count }, () => part)));

/** Three equal records of ERF, without which it is not recognised. */
const ERF = concat(
  ...Array.from({ length: 3 }, () =>
    concat(bytesOf(true, 5, NOW), [2, 4, 0, 70, 0, 0, 0, 54], frameFrom(80)),
  ),
);
const SNOOP = concat(
  bytesOf(false, 0x736e_6f6f, 0x7000_0000, 2, 4),
  bytesOf(false, 54, 54, 78, 0, NOW, 5),
  frameFrom(22),
);

const anyStart = fc.oneof(
  fc.constantFrom(ERF, SNOOP),
  fc
    .tuple(
      fc.constantFrom(...Object.values(PCAP_MAGIC)),
      fc.constantFrom(...ORDERS),
      fc.constantFrom<[number, number]>([2, 4], [2, 3]),
      fc.constantFrom(NOW, 4, -1),
    )
    .map(([magic, littleEndian, version, seconds]) =>
      pcap({
        magic,
        littleEndian,
        version,
        records: seconds < 0 ? [] : [{ seconds, data: frameFrom(22) }],
      }),
    ),
  fc
    .tuple(fc.constantFrom(...ORDERS), fc.boolean())
    .map(([littleEndian, isDescribed]) =>
      concat(
        section({ littleEndian }),
        isDescribed ? describedInterface({ littleEndian, linkType: LINK_TYPE.ethernet }) : [],
      ),
    ),
);

const anyDamaged = fc
  .tuple(anyStart, fc.array(anyPart, { maxLength: 12 }))
  .map(([start, parts]) => concat(start, ...parts));

describe('the search after damage', () => {
  test(`when ${RUNS} captures are damaged, then the search in WebAssembly finds what one at each offset finds`, async () => {
    let gaps = 0;
    await fc.assert(
      fc.asyncProperty(anyDamaged, async (bytes) => {
        const slow = await read(bytes, false);
        expect(await read(bytes, true)).toEqual(slow);
        if ((slow as { gapCount: number }).gapCount > 100) gaps += 1;
      }),
      { numRuns: RUNS },
    );
    // The gaps after the first hundred are counted in another way.
    expect(gaps).toBeGreaterThan(RUNS / 50);
  });

  test('when they come in pieces of any size, then it is the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyDamaged,
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 }),
        async (bytes, sizes) => {
          expect(await read(bytes, true, sizes)).toEqual(await read(bytes, false));
        },
      ),
      { numRuns: RUNS / 4 },
    );
  });

  test('when the head of a capture is recognised anywhere, then its first bytes match a pattern', () => {
    const hotPath = new HotPath(fastTally);
    const { bytes, view } = hotPath.window;
    let heads = 0;
    fc.assert(
      fc.property(anyHead, (head) => {
        bytes.fill(0, 0, 100);
        bytes.set(head, 10);
        const found = hotPath.findHead(0, 50);
        for (let at = 0; at < 50; at++) {
          if (!isHead(view, at, 100)) continue;
          heads += 1;
          expect(found).toBeLessThanOrEqual(at);
        }
      }),
      { numRuns: 1000 },
    );
    expect(heads).toBeGreaterThan(50);
    expect(new Set(HEAD_PATTERNS.map(({ word }) => word)).size).toBe(HEAD_PATTERNS.length);
    expect(HEAD_PATTERNS.length).toBeLessThan(MAX_HEADS);
    expect(MAX_HEAD_LENGTH).toBeGreaterThanOrEqual(28);
  });
});
