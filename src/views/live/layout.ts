// Draws the live view: totals, the table with the busiest first, and the keys.

import type { LiveRow, LiveSelection } from '../../inventory/live/select.js';
import type { Clock } from '../../text/clock.js';
import { countNoun, formatCount } from '../../text/count-noun.js';
import type { Look } from '../screen.js';
import { widthOf } from '../width.js';
import { fitTo, plainText } from './cells.js';
import { cellOf, formatRate, HEADINGS, isRightAligned, layColumns, type ShownColumn } from './columns.js';
import type { Frame, Line, Span } from './frame.js';
import { helpLines } from './help.js';
import { spark } from './spark.js';
import type { LiveState } from './state.js';

/** Everything that the live view shows. */
export interface Scene {
  /** The source, as the user wrote it. */
  readonly source: string;
  readonly state: LiveState;
  readonly selection: LiveSelection;
  readonly synAcks: number;
  /** SYN-ACKs per second, now and in the last samples. */
  readonly rate: number;
  readonly history: readonly number[];
  readonly services: number;
  readonly newServices: number;
  readonly machines: number;
  /** Since the beginning. */
  readonly seconds: number;
}

export interface LiveScreen {
  readonly width: number;
  readonly height: number;
  /** Whether it shows nothing but ASCII. */
  readonly isAscii: boolean;
  readonly clock: Clock;
}

/** The lines above and below the rows. */
const HEAD = 4;
const FOOT = 2;
const SPARK_WIDTH = 15;
/** `14:45:28`, and `06-21 14:45` for another day. */
const TIME_WIDTH = 8;
const DATE_WIDTH = 11;

/** The number of rows that a terminal of this height has room for. */
export function rowsIn(height: number): number {
  return Math.max(1, height - HEAD - FOOT);
}

export function draw(scene: Scene, screen: LiveScreen): Frame {
  const { width, height } = screen;
  const { state } = scene;
  const lines: Line[] = [titleLine(scene, screen), totalsLine(scene, screen), []];
  if (state.isHelpShown) lines.push(...helpLines(screen.isAscii).map((line) => [{ at: 2, ...line }]));
  else lines.push(...tableLines(scene, screen));
  const shown = lines.slice(0, height - 1);
  while (shown.length < height - 1) shown.push([]);
  if (height > 0) shown.push(footLine(scene, screen));
  return { width, lines: shown.map((line) => clip(line, width, screen.isAscii)) };
}

function titleLine({ source, state, seconds }: Scene, { width, isAscii }: LiveScreen): Line {
  const name = source === '-' ? 'standard input' : plainText(source, isAscii);
  const state_ = state.isPaused ? 'PAUSED, still counting' : describeSeconds(seconds);
  const right = Math.max(14, width - 24);
  return [
    { at: 2, text: 'synsum live', look: 'heading' },
    { at: 15, text: fitTo(name, Math.max(0, right - 17), isAscii), look: 'faint' },
    { at: right, text: fitTo(state_, 22, isAscii, true), look: state.isPaused ? 'uncertain' : 'faint' },
  ];
}

function totalsLine(scene: Scene, { isAscii }: LiveScreen): Line {
  const { rate, history, synAcks, services, newServices, machines } = scene;
  const counts = [
    countNoun(synAcks, 'SYN-ACK'),
    countNoun(services, 'service'),
    countNoun(machines, 'machine'),
  ].join('   ');
  const line: Span[] = [
    { at: 2, text: fitTo(`${formatRate(rate) || '0'}/s`, 11, isAscii) },
    { at: 15, text: spark(history, SPARK_WIDTH, isAscii) },
    { at: 33, text: counts },
  ];
  const at = 33 + counts.length + 3;
  if (newServices > 0) line.push({ at, text: `+ ${formatCount(newServices)} new`, look: 'added' });
  return line;
}

/** The headings and the rows. */
function tableLines({ state, selection }: Scene, screen: LiveScreen): Line[] {
  const { width, height, clock, isAscii } = screen;
  const { rows, total } = selection;
  const times = rows.flatMap(({ firstSeen, lastSeen }) => [clock.spaced(firstSeen), clock.spaced(lastSeen)]);
  const isOneDay = new Set(times.map((time) => time.slice(0, 10))).size < 2;
  const columns = layColumns(state.kind, width, isOneDay ? TIME_WIDTH : DATE_WIDTH);
  const lines = [headings(state, columns, isAscii)];
  for (const [number, row] of rows.entries()) {
    const [first = '', last = ''] = times.slice(2 * number, 2 * number + 2);
    const timeOf = { first: shortTime(first, isOneDay), last: shortTime(last, isOneDay) };
    lines.push(rowLine(row, timeOf, columns, isAscii));
  }
  if (rows.length === 0) {
    const text =
      total === 0
        ? `Waiting for the first SYN-ACK${isAscii ? '...' : '…'}`
        : 'Nothing matches the filter. Esc clears it.';
    lines.push([], [{ at: 2, text, look: 'faint' }]);
  }
  return lines.slice(0, 1 + rowsIn(height));
}

function headings(
  { kind, sorts, reversed }: LiveState,
  columns: readonly ShownColumn[],
  isAscii: boolean,
): Line {
  const arrow = isAscii ? (reversed[kind] ? '^' : 'v') : reversed[kind] ? '▴' : '▾';
  return columns.map(({ column, at, width }) => {
    const isSorted = column === sorts[kind];
    const text = isSorted ? `${HEADINGS[column]} ${arrow}` : HEADINGS[column];
    const look = isSorted ? 'heading' : 'faint';
    return { at, text: fitTo(text, width, isAscii, isRightAligned(column)), look };
  });
}

function rowLine(
  row: LiveRow,
  timeOf: { readonly first: string; readonly last: string },
  columns: readonly ShownColumn[],
  isAscii: boolean,
): Line {
  const isIdle = row.rate === 0;
  const spans = columns.map(({ column, at, width }): Span => {
    if (column === 'spark') return { at, text: spark(row.history, width, isAscii) };
    if (column === 'first' || column === 'last')
      return { at, text: fitTo(timeOf[column], width, isAscii), look: 'faint' };
    const isName = row.names[column] !== undefined;
    const cell = plainText(cellOf(row, column), isAscii);
    const look = isName ? lookOfName(row, cell) : isIdle ? 'faint' : undefined;
    return { at, text: fitTo(cell, width, isAscii, isRightAligned(column)), look };
  });
  return [{ at: 0, text: row.isNew ? '+' : ' ', look: row.isNew ? 'added' : undefined }, ...spans];
}

/** New services stand out, and a name that stands for many machines does not. */
function lookOfName({ isNew }: LiveRow, name: string): Look | undefined {
  if (name === '_') return 'faint';
  return isNew ? 'added' : undefined;
}

/** `14:45:28` from `2007-06-21 14:45:28Z`, or `06-21 14:45`. */
function shortTime(time: string, isOneDay: boolean): string {
  return isOneDay ? time.slice(11, 19) : time.slice(5, 16);
}

interface Item {
  readonly text: string;
  readonly isChosen?: boolean;
}

function footLine({ state, selection }: Scene, { width, isAscii, clock }: LiveScreen): Line {
  const { kind, filter, isTyping } = state;
  const { offset, rows, matching } = selection;
  const zone = clock.spaced(0).slice(19).replace(/^Z$/, 'UTC');
  const part = rows.length === 0 ? '0' : `${formatCount(offset + 1)}-${formatCount(offset + rows.length)}`;
  const position = `${part} of ${formatCount(matching)}  ${zone}`;
  const right: Span = { at: Math.max(0, width - position.length - 2), text: position, look: 'faint' };
  const shownFilter = plainText(filter, isAscii);
  const room = Math.max(0, right.at - 4);
  if (isTyping) {
    const typed = `/${shownFilter}_`;
    const hint = '   Enter keeps the filter, Esc clears it';
    const hasHint = widthOf(typed) + hint.length <= room;
    return [
      { at: 2, text: fitTo(typed, hasHint ? widthOf(typed) : room, isAscii), look: 'heading' },
      ...(hasHint ? [{ at: 2 + widthOf(typed), text: hint, look: 'faint' } as const] : []),
      right,
    ];
  }
  const kept: Item[] = filter === '' ? [] : [{ text: `/${shownFilter}`, isChosen: true }];
  const items: readonly Item[][] = [
    [...kept, ...viewsOf(kind), ...KEYS.map((text) => ({ text }))],
    [...kept, ...KEYS.map((text) => ({ text }))],
    [...kept, { text: '? help' }, { text: 'q quit' }],
    kept,
  ];
  const fitting =
    items.find((list) => list.reduce((sum, { text }) => sum + widthOf(text) + 2, -2) <= room) ?? [];
  let at = 2;
  const spans = fitting.map(({ text, isChosen }): Span => {
    const span: Span = { at, text, look: isChosen === true ? 'heading' : 'faint' };
    at += widthOf(text) + 2;
    return span;
  });
  return [...spans, right];
}

const KEYS = ['/ filter', 's sort', 'r reverse', 'p pause', '? help', 'q quit'];

function viewsOf(kind: LiveState['kind']): Item[] {
  return (['services', 'rows', 'machines'] as const).map((view, at) => ({
    text: `${at + 1} ${view}`,
    isChosen: view === kind,
  }));
}

/** As in `45 s`, `12 min` and `3 h 5 min`: after a minute it changes seldom. */
function describeSeconds(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Cuts the text that lies beyond the right edge. */
function clip(line: Line, width: number, isAscii: boolean): Line {
  return line.flatMap((span) => {
    const room = width - span.at;
    if (room <= 0 || span.text === '') return [];
    return widthOf(span.text) <= room ? [span] : [{ ...span, text: fitTo(span.text, room, isAscii) }];
  });
}
