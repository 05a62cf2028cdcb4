import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findLine, indexLines } from '../../src/text/line-index.js';

test('when an offset is looked up then its line is one more than the line feeds before it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '\r', '\n') }), fc.nat(40), (text, offset) => {
      const at = Math.min(offset, text.length);
      expect(findLine(indexLines(text), at)).toBe(text.slice(0, at).split('\n').length);
    }),
  );
});
