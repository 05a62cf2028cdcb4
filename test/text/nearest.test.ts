import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/text/nearest.js';

describe('the nearest name', () => {
  test.each([
    ['htpt', 'http'],
    ['HTTP', 'http'],
    ['rsnc', 'rsync'],
    ['ssh', 'ssh'],
    ['host', 'hosts'],
    ['sevrices', 'services'],
  ])('when %s is written then %s was meant', (word, meant) => {
    expect(nearest(word, ['http', 'https', 'rsync', 'ssh', 'hosts', 'services'])).toBe(meant);
  });

  test.each(['', 'x', 'capture', 'printer', 'h'.repeat(100_000)])(
    'when %.20s is like nothing then nothing is suggested',
    (word) => {
      expect(nearest(word, ['http', 'https', 'rsync', 'ssh', 'hosts'])).toBeUndefined();
    },
  );
});
