import { describe, expect, test } from 'vitest';
import { type Key, KeyReader } from '../../../src/views/live/keys.js';

function keysOf(...texts: string[]): string[] {
  const reader = new KeyReader();
  const keys: Key[] = texts.flatMap((text) => reader.read(text));
  return [...keys, ...reader.flush()].map((key) => (key.kind === 'text' ? key.text : key.kind));
}

describe('a key reader', () => {
  test('when characters and control characters come, then they are keys', () => {
    expect(keysOf('q/ü漢\u{1f600}\t\r\u007f\u0003\u001a\u0015\u000c')).toEqual([
      'q',
      '/',
      'ü',
      '漢',
      '\u{1f600}',
      'tab',
      'enter',
      'erase',
      'interrupt',
      'suspend',
      'eraseAll',
      'redraw',
    ]);
  });

  test('when terminals send sequences, in both modes, with modifiers, then they are the keys that were pressed', () => {
    expect(
      keysOf('\u001b[A\u001bOB\u001b[5~\u001b[6~\u001b[H\u001b[4~\u001bOF\u001b[1;5A\u001b[5;2~'),
    ).toEqual(['up', 'down', 'pageUp', 'pageDown', 'home', 'end', 'end', 'up', 'pageUp']);
  });

  test('when a sequence comes in parts, then it is one key', () => {
    for (const sequence of ['\u001b[A', '\u001bOA', '\u001b[1;5A']) {
      expect(keysOf(...sequence), sequence).toEqual(['up']);
    }
  });

  test('when nothing follows Escape, or something else, then it is a key', () => {
    expect(keysOf('\u001b')).toEqual(['escape']);
    expect(keysOf('a\u001b')).toEqual(['a', 'escape']);
    expect(keysOf('\u001b', '\u001b[A')).toEqual(['escape', 'up']);
    expect(keysOf('\u001bq')).toEqual(['escape', 'q']);
  });

  test('when sequences or characters are not known, then they are ignored', () => {
    expect(keysOf('\u001b[200~x\u001b[?1;2c\u001b[15~\u0000\u0001\u200b\u202ey')).toEqual(['x', 'y']);
  });
});
