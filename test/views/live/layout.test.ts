// The live view as it is drawn, at every width and with any names.

import { describe, expect, test } from 'vitest';
import type { LiveKind, LiveRow } from '../../../src/inventory/live/select.js';
import { UTC_CLOCK } from '../../../src/text/clock.js';
import { draw, type LiveScreen, rowsIn, type Scene } from '../../../src/views/live/layout.js';
import { INITIAL_STATE } from '../../../src/views/live/state.js';
import { widthOf } from '../../../src/views/width.js';

const HOSTILE = '\u001b[2J\u202eweb\u0007 日本語のとても長い名前のサーバー \u{1f600}'.repeat(3);

function rowOf(name: string): LiveRow {
  return {
    names: { client: name, server: name, service: name, machine: name },
    isNew: true,
    rate: 123_456,
    history: [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610],
    count: 123_456_789,
    clients: 12_345,
    hasRemoteClients: true,
    served: 123_456_789,
    offers: 65_535,
    firstSeen: 1e15,
    lastSeen: 1.1e15,
  };
}

function sceneOf(name: string, kind: LiveKind, changes: Partial<Scene['state']> = {}): Scene {
  const rows = [name, 'web', '_'].map(rowOf);
  return {
    source: name,
    state: { ...INITIAL_STATE, kind, filter: name, ...changes },
    selection: { rows, matching: 3, total: 3, offset: 0 },
    synAcks: 123_456_789,
    rate: 123_456,
    history: [1, 2, 3],
    services: 104_000,
    newServices: 12,
    machines: 5000,
    seconds: 12_345,
  };
}

/** The text of a frame; spans must not overlap, and must end before the edge. */
function textOf(scene: Scene, screen: LiveScreen): string[] {
  const { lines } = draw(scene, screen);
  return lines.map((line) => {
    let text = '';
    for (const span of line) {
      expect(span.at, `${text}|${span.text}`).toBeGreaterThanOrEqual(widthOf(text));
      text += ' '.repeat(span.at - widthOf(text)) + span.text;
    }
    expect(widthOf(text), text).toBeLessThanOrEqual(screen.width);
    return text;
  });
}

describe.each(['services', 'rows', 'machines'] as const)('the view of %s', (kind) => {
  test.each([false, true])(
    'when a terminal has any size, then it fits, and is harmless (ASCII: %s)',
    (isAscii) => {
      for (let width = 1; width <= 220; width += width < 30 ? 1 : 9) {
        for (const height of [1, 6, 24]) {
          for (const changes of [{}, { isTyping: true }, { isHelpShown: true }, { isPaused: true }]) {
            const screen = { width, height, isAscii, clock: UTC_CLOCK };
            const lines = textOf(sceneOf(HOSTILE, kind, changes), screen);
            expect(lines).toHaveLength(height);
            expect(lines.join('')).not.toMatch(isAscii ? /[^ -~]/u : /[\p{C}\p{Zl}\p{Zp}]/u);
          }
        }
      }
    },
  );

  test('when a terminal is narrow, then columns are left out, but neither names nor rates', () => {
    const headingsAt = (width: number): string => {
      const screen = { width, height: 24, isAscii: true, clock: UTC_CLOCK };
      return textOf(sceneOf('web', kind, { filter: '' }), screen)[3] ?? '';
    };
    expect(headingsAt(140)).toMatch(/Rate\/s v.* Last 15 s .*SYN-ACKs.* First +Last/);
    for (let width = 140; width >= 60; width--) expect(headingsAt(width)).toContain('Rate/s v');
    expect(headingsAt(60)).not.toContain('First');
    expect(headingsAt(kind === 'services' ? 80 : 96)).toContain('Last 15 s');
  });
});

test('when a row is drawn, then every number is in it, with the day if that is not the same for all', () => {
  const screen = { width: 130, height: 24, isAscii: false, clock: UTC_CLOCK };
  const lines = textOf(sceneOf('web', 'services', { filter: '' }), screen);
  expect(lines[1]).toBe(
    '  123,456/s                ▃▆█   123,456,789 SYN-ACKs   104,000 services   5,000 machines   + 12 new',
  );
  expect(lines[4]).toMatch(
    /^\+ web +web +123,456 {2} ▁▁▁▁▁▁▁▁▁▂▂▄▅█ {2}123,456,789 {2}12,345 \+ _ {2}09-09 01:46 {2}11-09 11:33$/u,
  );
  expect(lines.at(-1)).toMatch(/^ {2}1 services .* q quit +1-3 of 3 {2}UTC$/);
});

test('when a terminal has a height, then this number of rows is drawn', () => {
  expect([1, 6, 7, 24].map(rowsIn)).toEqual([1, 1, 1, 18]);
});
