import { expect, test } from 'vitest';
import { withLookahead } from '../../src/capture/lookahead.js';
import { memoryInput } from '../helpers/memory-input.js';

const NUMBERS = Uint8Array.from({ length: 250 }, (_, index) => index);

test.each([[[250]], [[1]], [[7, -3]]])(
  'when bytes are seen before it is their turn (pieces of %j), then they are read later',
  async (sizes) => {
    const input = withLookahead(memoryInput(NUMBERS, sizes));
    const read: number[] = [];
    const target = new Uint8Array(10);
    for (let position = 0; position < 250; ) {
      const { bytes, available } = await input.peek(20, 4);
      expect([...bytes]).toEqual([...NUMBERS.subarray(position + 20, position + 24)]);
      expect(available).toBe(Math.min(24, 250 - position));
      const count = await input.read(target, 3);
      read.push(...target.subarray(3, 3 + count));
      position += count;
    }
    expect(read).toEqual([...NUMBERS]);
    expect(await input.read(target, 0)).toBe(0);
  },
);

test('when bytes that were seen are skipped, then the input skips the rest', async () => {
  const asked: number[] = [];
  const skip = (count: number): number => {
    asked.push(count);
    return count;
  };
  const input = withLookahead({ ...memoryInput(NUMBERS, [10]), skip });
  await input.peek(0, 10);
  expect(input.skip?.(4)).toBe(4);
  expect(input.skip?.(9)).toBe(9);
  expect(asked).toEqual([3]);
});

test('when the input fails ahead, then the bytes before are read first', async () => {
  let reads = 0;
  const input = withLookahead({
    read(target, at) {
      reads += 1;
      if (reads > 1) throw new Error('broken');
      target.set([1, 2], at);
      return 2;
    },
    close() {},
  });
  expect(await input.peek(5, 4)).toEqual({ bytes: new Uint8Array(0), available: 2 });
  const target = new Uint8Array(4);
  expect(await input.read(target, 0)).toBe(2);
  expect(() => input.read(target, 0)).toThrow('broken');
});
