import { expect, test } from 'vitest';
import { distinguish } from '../../../src/views/changes/machine-names.js';
import { MINNIE, STRANGER, WWW } from './change-fixtures.js';

test('when machines share a name then only they are shown with their addresses', () => {
  const nameOf = distinguish([MINNIE, WWW[0], STRANGER, WWW[1], MINNIE]);
  expect([MINNIE, STRANGER, ...WWW].map(nameOf)).toEqual([
    'minnie',
    '12.13.15.170',
    'www (12.13.15.171)',
    'www (12.13.15.172)',
  ]);
});

test('when a name occurs several times with the same address then only the name is shown', () => {
  expect(distinguish([WWW[0], WWW[0]])(WWW[0])).toBe('www');
});

test('when machines are remote then they have one name', () => {
  const remote = { machine: '_', address: '' };
  expect(distinguish([remote, MINNIE, remote])(remote)).toBe('_');
});
