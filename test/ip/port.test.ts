import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_PORT, parsePortRange } from '../../src/ip/port.js';

test('when ports are in ascending order then they are read as they are written', () => {
  fc.assert(
    fc.property(fc.nat(MAX_PORT), fc.nat(MAX_PORT), (a, b) => {
      const [first, last] = [Math.min(a, b), Math.max(a, b)];
      expect(parsePortRange(`${first}-${last}`)).toEqual({ first, last });
      expect(parsePortRange(`${first}`)).toEqual({ first, last: first });
    }),
  );
});

test.each([
  '',
  '-',
  '-1',
  '1-',
  '2-1',
  '65536',
  '1-65536',
  '1-2-3',
  ' 1',
  '1 - 2',
  '0x50',
  '1e3',
  'http',
  '9'.repeat(400),
])('when the text is %j then it is not a range of ports', (text) => {
  expect(parsePortRange(text)).toBeUndefined();
});
