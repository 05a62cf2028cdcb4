import { describe, expect, test } from 'vitest';
import type { Key } from '../../../src/views/live/keys.js';
import { INITIAL_STATE, type LiveState, press } from '../../../src/views/live/state.js';

const EXTENT = { height: 10, matching: 35 };

/** The state after these keys: characters, or the names of keys. */
function stateAfter(...keys: string[]): LiveState {
  return keys.reduce((state, text) => press(state, keyOf(text), EXTENT).state, INITIAL_STATE);
}

function keyOf(text: string): Key {
  return [...text].length === 1 ? { kind: 'text', text } : ({ kind: text } as Key);
}

const actionOf = (state: LiveState, text: string): string | undefined =>
  press(state, keyOf(text), EXTENT).action;

describe('keys', () => {
  test('when a view is chosen, then it is shown from its beginning', () => {
    expect(stateAfter('2', 'down', '3')).toMatchObject({ kind: 'machines', offset: 0 });
    expect(stateAfter('tab').kind).toBe('rows');
    expect(stateAfter('tab', 'tab', 'tab').kind).toBe('services');
  });

  test('when the order is changed, then that of the other views stays', () => {
    expect(stateAfter('s').sorts).toEqual({ services: 'count', rows: 'rate', machines: 'rate' });
    expect(stateAfter('S', '2', 's', 's').sorts).toEqual({
      services: 'service',
      rows: 'first',
      machines: 'rate',
    });
    expect(stateAfter(...Array.from({ length: 7 }, () => 's'))).toEqual(INITIAL_STATE);
    expect(stateAfter('r').reversed).toEqual({ services: true, rows: false, machines: false });
    expect(stateAfter('r', 'r')).toEqual(INITIAL_STATE);
  });

  test('when one moves, then it ends at the first and the last rows', () => {
    const moves: readonly (readonly [string[], number])[] = [
      [['down', 'down', 'up'], 1],
      [['up'], 0],
      [['j', 'j', 'k'], 1],
      [['pageDown'], 10],
      [['pageDown', 'pageDown', 'pageDown'], 25],
      [['end'], 25],
      [['G', 'up'], 24],
      [['G', 'g'], 0],
      [['end', 'pageUp', 'home'], 0],
    ];
    for (const [keys, offset] of moves) expect(stateAfter(...keys).offset, keys.join()).toBe(offset);
  });

  test('when a filter is typed, then its letters are not commands', () => {
    expect(stateAfter('/', 'q', '2', 's')).toEqual({ ...INITIAL_STATE, filter: 'q2s', isTyping: true });
    expect(stateAfter('/', 'q', '2', 'erase', 'enter')).toEqual({ ...INITIAL_STATE, filter: 'q' });
    expect(stateAfter('/', 'q', 'eraseAll', 'erase')).toEqual(INITIAL_STATE);
    expect(stateAfter('/', 'q', 'escape')).toEqual(INITIAL_STATE);
    expect(stateAfter('/', 'q', 'enter', 'escape')).toEqual(INITIAL_STATE);
    expect(stateAfter('/', 'ü', '\u{1f600}', 'erase', 'up').filter).toBe('ü');
    expect(stateAfter('/', ...'x'.repeat(100)).filter).toHaveLength(60);
    expect(actionOf(stateAfter('/'), 'q')).toBeUndefined();
    expect(actionOf(stateAfter('/'), 'interrupt')).toBe('quit');
  });

  test('when it is paused, or help is shown, then the next key returns', () => {
    expect(stateAfter('p').isPaused).toBe(true);
    expect(stateAfter('p', ' ')).toEqual(INITIAL_STATE);
    expect(stateAfter('?').isHelpShown).toBe(true);
    expect(stateAfter('?', '2')).toEqual(INITIAL_STATE);
    expect(actionOf(stateAfter('?'), 'q')).toBe('quit');
  });

  test('when the program is asked for something, then that is an action', () => {
    expect(['q', 'interrupt', 'suspend', 'redraw', 'x'].map((key) => actionOf(INITIAL_STATE, key))).toEqual([
      'quit',
      'quit',
      'suspend',
      'redraw',
      undefined,
    ]);
    expect(stateAfter('x', 'enter', 'erase')).toEqual(INITIAL_STATE);
  });
});
