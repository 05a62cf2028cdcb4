// Counters of many rows add up as evidence does.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COUNTER_COUNT } from '../../src/tally/layout.js';
import { RowCounters } from '../../src/tally/row-counters.js';
import { addEvidence, handshakesOf, NO_EVIDENCE, type RowEvidence } from '../../src/tally/row-evidence.js';

const evidence: fc.Arbitrary<RowEvidence | undefined> = fc.option(
  fc
    .array(fc.nat(1000), { minLength: COUNTER_COUNT, maxLength: COUNTER_COUNT })
    .map(
      (numbers) =>
        Object.fromEntries(
          Object.keys(NO_EVIDENCE).map((name, at) => [name, numbers[at]]),
        ) as unknown as RowEvidence,
    ),
  { nil: undefined, freq: 5 },
);

test('when rows are added, then the sum is that of their evidence, and a copy does not change', () => {
  fc.assert(
    fc.property(fc.array(evidence, { minLength: 1, maxLength: 8 }), (rows) => {
      const counters = new RowCounters(new Float64Array(rows.length * COUNTER_COUNT));
      for (const [row, of] of rows.entries()) counters.set(row, of);
      const copy = counters.copy();
      for (let row = 1; row < rows.length; row++) counters.add(0, copy, row);
      expect(counters.evidenceOf(0)).toEqual(rows.slice(1).reduce(addEvidence, rows[0]));
      for (const [row, of] of rows.entries()) {
        expect(copy.evidenceOf(row)).toEqual(of);
        expect(copy.isKnown(row)).toBe(of !== undefined);
        if (of !== undefined) expect(copy.handshakesOf(row, 9999)).toBe(handshakesOf(9999, of));
      }
    }),
  );
});
