import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureError } from '../../src/capture/errors.js';
import type { Input } from '../../src/capture/input.js';
import { MAX_CAPTURED_LENGTH } from '../../src/capture/pcap/limits.js';
import { type ByteCounter, type Consumer, consumeInput } from '../../src/capture/window.js';
import { memoryInput, NEVER } from '../helpers/memory-input.js';
import { concat, ethernet, FLAG, ipv4, pcap, type RecordParts, tcp } from '../helpers/packets.js';
import { makeWindow } from '../helpers/window.js';
import { walkWhole } from '../walk/walking.js';

const PADDING = new Uint8Array(MAX_CAPTURED_LENGTH);

/** Bytes numbered by their offset, so that a wrong one shows. */
function numbered(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >>> 8)) & 0xff);
}

/** Consumes items of this size, and checks that every byte comes at its offset, and again if it was left. */
function checkingConsumer(
  whole: Uint8Array,
  itemLength: number,
): Consumer & { finished: number; left: number; isInterrupted: boolean } {
  let eaten = 0;
  return {
    window: makeWindow(),
    finished: 0,
    left: 0,
    isInterrupted: false,
    consume({ bytes }, start, end, base) {
      expect(base + start).toBe(eaten);
      expect(Buffer.compare(bytes.subarray(start, end), whole.subarray(eaten, base + end))).toBe(0);
      const items = Math.floor((end - start) / itemLength);
      eaten += items * itemLength;
      return start + items * itemLength;
    },
    finish(_window, start, end, base, isInterrupted) {
      expect(base + start).toBe(eaten);
      this.isInterrupted = isInterrupted;
      this.finished += 1;
      this.left = end - start;
    },
  };
}

describe('consumeInput', () => {
  test('when bytes come in pieces of any size, then the consumer gets each at its offset, and the rest at the end', async () => {
    const anySizes = fc.array(fc.integer({ min: -3000, max: 3000 }), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(20_000),
        fc.integer({ min: 1, max: 5000 }),
        anySizes,
        async (length, item, sizes) => {
          const whole = numbered(length);
          const consumer = checkingConsumer(whole, item);
          const byteCounter: ByteCounter = { bytesRead: 0 };
          await consumeInput(memoryInput(whole, sizes), consumer, NEVER, byteCounter);
          expect(consumer).toMatchObject({ finished: 1, left: length % item });
          expect(byteCounter).toEqual({ bytesRead: length });
        },
      ),
      { numRuns: 50 },
    );
  });

  test('when the input is longer than the window and items end anywhere, then nothing is lost', async () => {
    const whole = numbered(5_000_000);
    for (const item of [MAX_CAPTURED_LENGTH + 24, 99_991]) {
      for (const sizes of [[whole.length], [65_536], [1 << 20, 3, 777_777]]) {
        const consumer = checkingConsumer(whole, item);
        const byteCounter: ByteCounter = { bytesRead: 0 };
        await consumeInput(memoryInput(whole, sizes), consumer, NEVER, byteCounter);
        expect(consumer).toMatchObject({ finished: 1, left: whole.length % item });
        expect(byteCounter).toEqual({ bytesRead: whole.length });
      }
    }
  });

  test('when the consumer throws, then the number of bytes read is known', async () => {
    const consumer: Consumer = {
      window: makeWindow(),
      consume() {
        throw new CaptureError('INVALID_LENGTH', 'damage', 3);
      },
      finish() {},
    };
    const byteCounter: ByteCounter = { bytesRead: 0 };
    await expect(consumeInput(memoryInput(numbered(10)), consumer, NEVER, byteCounter)).rejects.toThrow(
      'damage',
    );
    expect(byteCounter).toEqual({ bytesRead: 10 });
  });

  test('when the signal is aborted, then the consumer is informed of the interruption', async () => {
    const whole = numbered(10);
    for (const isAborted of [false, true]) {
      const consumer = checkingConsumer(whole, 7);
      const byteCounter: ByteCounter = { bytesRead: 0 };
      await consumeInput(memoryInput(whole), consumer, isAborted ? AbortSignal.abort() : NEVER, byteCounter);
      expect(consumer).toMatchObject({ finished: 1, isInterrupted: isAborted });
      expect(byteCounter).toEqual({ bytesRead: 10 });
    }
  });

  test('when the consumer does not want the next bytes, then it does not get them, wherever pieces end', async () => {
    const anySizes = fc.array(fc.integer({ min: -3000, max: 3000 }), { minLength: 1, maxLength: 10 });
    const anySteps = fc.array(fc.nat(4000), { minLength: 1, maxLength: 8 });
    const anyLength = fc.integer({ min: 1, max: 20_000 });
    await fc.assert(
      fc.asyncProperty(anyLength, anySteps, anySizes, async (length, steps, sizes) => {
        const whole = numbered(length);
        // Items of one byte, each followed by this number of bytes that are not wanted.
        const seen: number[] = [];
        let end: { start: number; end: number } | undefined;
        const consumer: Consumer = {
          window: makeWindow(),
          consume({ bytes }, start, to, base) {
            let at = start;
            while (at < to) {
              expect(bytes[at]).toBe(whole[base + at]);
              seen.push(base + at);
              at += 1 + (steps[seen.length % steps.length] ?? 0);
            }
            return at;
          },
          finish(_window, start, to, base) {
            end = { start: base + start, end: base + to };
          },
        };
        const byteCounter: ByteCounter = { bytesRead: 0 };
        await consumeInput(memoryInput(whole, sizes), consumer, NEVER, byteCounter);
        const expected: number[] = [];
        let at = 0;
        while (at < length) {
          expected.push(at);
          at += 1 + (steps[expected.length % steps.length] ?? 0);
        }
        expect(seen).toEqual(expected);
        expect(end).toEqual({ start: at, end: length });
        expect(byteCounter).toEqual({ bytesRead: length });
      }),
      { numRuns: 100 },
    );
  });

  test('when far more is not wanted than the window holds, then it is read, and not passed on', async () => {
    const whole = numbered(5_000_000);
    const places: number[] = [];
    const consumer: Consumer = {
      window: makeWindow(),
      consume(_window, start, end, base) {
        places.push(base + start);
        return base === 0 && start === 0 ? 4_500_000 : end;
      },
      finish: (_window, start, end, base) => places.push(base + start, base + end),
    };
    const byteCounter: ByteCounter = { bytesRead: 0 };
    await consumeInput(memoryInput(whole, [100_000]), consumer, NEVER, byteCounter);
    expect([places[0], places[1]]).toEqual([0, 4_500_000]);
    expect(places.slice(-2)).toEqual([5_000_000, 5_000_000]);
    expect(byteCounter).toEqual({ bytesRead: 5_000_000 });
  });

  test('when the input fails, then the consumer can finish, and the failure is thrown', async () => {
    const whole = numbered(10);
    const inner = memoryInput(whole, [4]);
    let turns = 0;
    const input: Input = {
      ...inner,
      read: (target, at) => {
        turns += 1;
        if (turns > 2) throw new CaptureError('UNREADABLE', 'the disk is gone');
        return inner.read(target, at);
      },
    };
    const consumer = checkingConsumer(whole, 3);
    const byteCounter: ByteCounter = { bytesRead: 0 };
    await expect(consumeInput(input, consumer, NEVER, byteCounter)).rejects.toThrow('the disk is gone');
    expect(consumer).toMatchObject({ finished: 1, left: 2 });
    expect(byteCounter).toEqual({ bytesRead: 8 });
  });

  test('when an input never waits, then other work still gets its turn', async () => {
    let left = 200 << 20;
    const input: Input = {
      read(target, at) {
        const count = Math.min(target.length - at, left);
        left -= count;
        return count;
      },
      close() {},
    };
    const consumer: Consumer = { window: makeWindow(), consume: (_window, _start, end) => end, finish() {} };
    let leftAtTurn: number | undefined;
    setImmediate(() => {
      leftAtTurn = left;
    });
    await consumeInput(input, consumer, NEVER, { bytesRead: 0 });
    expect(leftAtTurn).toBeGreaterThan(0);
  });
});

const anyRecord: fc.Arbitrary<RecordParts> = fc
  .record({
    flags: fc.constantFrom(FLAG.syn, FLAG.ack, FLAG.syn | FLAG.ack),
    sourcePort: fc.integer({ min: 1, max: 3 }),
    padding: fc.nat(300),
  })
  .map(({ flags, sourcePort, padding }) => ({
    data: concat(
      ethernet({ payload: ipv4({ payload: tcp({ flags, sourcePort }) }) }),
      PADDING.subarray(0, padding),
    ),
  }));

const anyPcap = fc
  .record({ littleEndian: fc.boolean(), records: fc.array(anyRecord, { maxLength: 12 }) })
  .map(({ littleEndian, records }) => pcap({ littleEndian, records }));

describe('consumeInput with a capture', () => {
  test('when it comes a byte at a time, then the result is the same', async () => {
    const records = [1, 2, 3, 2].map((sourcePort) => ({
      data: ethernet({ payload: ipv4({ payload: tcp({ sourcePort }) }) }),
    }));
    const bytes = pcap({ records });
    const whole = await walkWhole(bytes);
    expect(whole).toMatchObject({ format: 'pcap 2.4', linkTypes: [1], gaps: [], error: undefined });
    expect(whole.rows).toEqual(['c6336402 c0000201 1 1', 'c6336402 c0000201 2 2', 'c6336402 c0000201 3 1']);
    expect(await walkWhole(bytes, [1])).toEqual(whole);
    expect(await walkWhole(bytes, [-1])).toEqual(whole);
  });

  test('when any capture, whole, cut or damaged, comes in pieces of any size, then the result is the same', async () => {
    const anySizes = fc.array(fc.integer({ min: -200, max: 200 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(anyPcap, anySizes, fc.nat(), fc.boolean(), async (bytes, sizes, place, isDamaged) => {
        const at = place % (bytes.length + 1);
        const capture = isDamaged ? bytes.slice() : bytes.subarray(0, at);
        if (isDamaged) capture.fill(0xff, at, at + 4);
        expect(await walkWhole(capture, sizes)).toEqual(await walkWhole(capture));
      }),
      { numRuns: 300 },
    );
  });

  test('when records have the largest allowed length, then none is lost', async () => {
    const frame = ethernet();
    const data = concat(frame, PADDING.subarray(frame.length));
    const bytes = pcap({ records: Array.from({ length: 10 }, () => ({ data })) });
    for (const sizes of [[bytes.length], [65_536], [1 << 20, 1]]) {
      const { rows, gaps, error } = await walkWhole(bytes, sizes);
      expect([rows, gaps, error]).toEqual([['c6336402 c0000201 443 10'], [], undefined]);
    }
  });

  test('when a record claims one byte more, then it is damage at its offset, and the next one is read', async () => {
    const capturedLength = MAX_CAPTURED_LENGTH + 1;
    const bytes = pcap({ records: [{}, { capturedLength, data: new Uint8Array(0) }, {}] });
    const { rows, gaps, gapCount, bytesSkipped, error } = await walkWhole(bytes, [7]);
    expect(rows).toEqual(['c6336402 c0000201 443 2']);
    const problem = 'found a captured length of 262145 bytes, expected at most 262144';
    expect(gaps).toEqual([{ offset: 24 + 16 + 54, length: 16, kind: 'damaged', message: problem }]);
    expect([gapCount, bytesSkipped, error]).toEqual([1, 16, undefined]);
  });
});
