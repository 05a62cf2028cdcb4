// What differs between two frames is written: here it is written to a model of a terminal, which must then show the second.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { difference, type Frame, type Line } from '../../../src/views/live/frame.js';

const WIDTH = 30;

/** A terminal that knows the sequences that frames use. Characters have one column each. */
class Terminal {
  lines: string[][] = Array.from({ length: 5 }, () => Array.from({ length: WIDTH }, () => ' '));

  write(text: string): void {
    let [row, column] = [0, 0];
    for (const [, sequence, parameters = '', final, character] of text.matchAll(
      /(\u001b\[([\d;]*)([A-Za-z]))|([^\u001b])/gu,
    )) {
      if (sequence === undefined) {
        (this.lines[row] as string[])[column++] = character as string;
      } else if (final === 'H') {
        [row = 0, column = 0] = parameters.split(';').map((number) => Number(number) - 1);
      } else if (final === 'J') {
        for (const line of this.lines) line.fill(' ');
      } else if (final === 'K') {
        (this.lines[row] as string[]).fill(' ', column);
      } else {
        expect(final).toBe('m');
      }
    }
  }

  get text(): string[] {
    return this.lines.map((line) => line.join(''));
  }
}

function textOf({ lines }: Frame): string[] {
  return lines.map((line) => {
    const cells = Array.from({ length: WIDTH }, () => ' ');
    for (const { at, text } of line)
      for (const [number, character] of [...text].entries()) cells[at + number] = character;
    return cells.join('');
  });
}

const line: fc.Arbitrary<Line> = fc
  .array(fc.tuple(fc.nat(3), fc.stringMatching(/^[ab ▄…]{0,6}$/u), fc.constantFrom('faint', undefined)), {
    maxLength: 3,
  })
  .map((parts) => {
    let at = 0;
    return parts.map(([gap, text, look]) => {
      const span = { at: at + gap, text, look: look as 'faint' | undefined };
      at += gap + text.length;
      return span;
    });
  });
const frame: fc.Arbitrary<Frame> = fc
  .array(line, { minLength: 5, maxLength: 5 })
  .map((lines) => ({ width: WIDTH, lines }));

describe('the difference of frames', () => {
  test('when it is written, then the terminal shows the second frame', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 4 }), fc.boolean(), (frames, hasColors) => {
        const terminal = new Terminal();
        terminal.lines[2]?.fill('?');
        let before: Frame | undefined;
        for (const after of frames) {
          terminal.write(difference(before, after, hasColors));
          expect(terminal.text).toEqual(textOf(after));
          before = after;
        }
        expect(difference(before, structuredClone(before) as Frame, hasColors)).toBe('');
      }),
      { numRuns: 500 },
    );
  });

  test('when numbers change in their columns, then the terminal shows the new ones', () => {
    const numbers = fc.array(fc.stringMatching(/^[12. ]{3}$/), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 2, maxLength: 5 }), fc.nat(3), (changes, gap) => {
        const terminal = new Terminal();
        let before: Frame | undefined;
        for (const texts of changes) {
          const spans = texts.map((text, at) => ({ at: at * (3 + gap), text }));
          const after = { width: WIDTH, lines: [spans, [], [], [], []] };
          terminal.write(difference(before, after, false));
          expect(terminal.text).toEqual(textOf(after));
          before = after;
        }
      }),
      { numRuns: 500 },
    );
  });

  test('when one cell changes, then only that is written', () => {
    const lineOf = (count: string): Line => [
      { at: 2, text: 'pluto', look: 'added' },
      { at: 10, text: count },
    ];
    const before = { width: 30, lines: [[], lineOf(' 12')] };
    expect(difference(before, { width: 30, lines: [[], lineOf(' 13')] }, true)).toBe('\u001b[2;13H3');
    expect(difference({ ...before, width: 31 }, before, false)).toBe(
      '\u001b[2J\u001b[2;3Hpluto\u001b[2;11H 12',
    );
  });
});
