// Copies are right whatever memory they are in, and memory is used again.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpareMemory } from '../../src/tally/spare-memory.js';

test('when memory is given back, then later copies are made in it, and have only their own bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400_000), { maxLength: 20 }), (lengths) => {
      const spare = new SpareMemory();
      const known = new Set<ArrayBuffer>();
      for (const [number, length] of lengths.entries()) {
        const bytes = new Uint8Array(length).fill(number + 1);
        const copy = spare.copy(bytes);
        expect(Buffer.compare(copy, bytes)).toBe(0);
        expect(copy.byteOffset).toBe(0);
        known.add(copy.buffer);
        spare.give([copy.buffer]);
      }
      // Each multiple of 256 KiB is reserved at most once; smaller copies are not kept.
      const large = [...known].filter(({ byteLength }) => byteLength >= 256 * 1024);
      expect(large.length).toBeLessThanOrEqual(2);
    }),
    { numRuns: 50 },
  );
});

test('when more memory is given than is needed, then it is not kept', () => {
  const spare = new SpareMemory();
  const given = Array.from({ length: 50 }, () => new ArrayBuffer(100_000));
  spare.give(given);
  const copies = Array.from({ length: 50 }, () => spare.copy(new Uint8Array(100_000)).buffer);
  expect(copies.filter((copy) => given.includes(copy))).toHaveLength(8);
});
