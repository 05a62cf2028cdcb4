// The table for a terminal, drawn by cli-table3, whose time grows with the square of the rows: it must not get all rows of
// a large grid. It cannot make a table fit, so cells are cut before it gets them.

import Table from 'cli-table3';
import { PLAIN_SCREEN, paint, type Screen } from '../screen.js';
import { cutTo, leastForAddresses, shownOn, widthOf, wrapTo } from '../width.js';
import { type Fit, fitColumns } from './fit.js';
import { type Grid, type ShownColumn, shownColumns } from './grid.js';

/** The most rows that are shown. cli-table3 takes about a tenth of a second for 1000, more than a second for 5000. */
export const MAX_ROWS = 1000;

const GAP = '  ';
// Two spaces between columns and a rule below the header: quiet, and easy to copy from.
const CHARS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': GAP,
  right: '',
  'right-mid': '',
  middle: GAP,
};

/** A column of a table, with the text of its cells. */
interface DrawnColumn<Row> {
  readonly column: ShownColumn<Row>;
  readonly cells: readonly string[];
  readonly shortCells: readonly string[] | undefined;
}

export function* renderTable<Row>(
  grid: Grid<Row>,
  screen: Screen = PLAIN_SCREEN,
): Generator<string, void, undefined> {
  if (grid.rows.length === 0) {
    yield `${wrapTo(grid.empty, screen.width).join('\n')}\n`;
    return;
  }
  const rows = firstRows(grid.rows);
  const columns = shownColumns(grid)
    .filter((column) => !isEmpty(column, rows))
    .map((column) => fill(column, rows, screen));
  const fit = fitTo(columns, screen);
  yield draw(columns, rows, fit, screen);
  const notes = [...describeLeftOut(columns, fit), ...grid.notes];
  if (grid.rows.length > MAX_ROWS) notes.unshift(grid.describeHidden(MAX_ROWS));
  if (notes.length > 0) yield `\n${notes.flatMap((note) => wrapTo(note, screen.width)).join('\n')}\n`;
}

function firstRows<Row>(all: Iterable<Row>): Row[] {
  const rows: Row[] = [];
  for (const row of all) {
    if (rows.length === MAX_ROWS) break;
    rows.push(row);
  }
  return rows;
}

function isEmpty<Row>({ cell, onScreen = {} }: ShownColumn<Row>, rows: readonly Row[]): boolean {
  const { isNothing = (row) => (onScreen.cell ?? cell)(row) === '' } = onScreen;
  return rows.every(isNothing);
}

function fill<Row>(column: ShownColumn<Row>, rows: readonly Row[], screen: Screen): DrawnColumn<Row> {
  const { cell = column.cell, shortCell } = column.onScreen ?? {};
  return {
    column,
    cells: rows.map((row) => shownOn(screen, cell(row))),
    shortCells: shortCell && rows.map((row) => shownOn(screen, shortCell(row))),
  };
}

function fitTo<Row>(columns: readonly DrawnColumn<Row>[], { width }: Screen): Fit {
  const flexible = columns.map(({ column: { heading, onScreen = {} }, cells, shortCells }) => {
    const { leastWidth, leaveOut } = onScreen;
    return {
      width: widest([heading, ...cells]),
      ...(shortCells && { shortWidth: widest([heading, ...shortCells]) }),
      ...(leastWidth !== undefined && {
        leastWidth: Math.max(leastWidth, heading.length, leastForAddresses(cells)),
      }),
      ...(leaveOut !== undefined && { leaveOut }),
    };
  });
  return fitColumns(flexible, width ?? Number.POSITIVE_INFINITY, GAP.length);
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, widthOf(text)), 0);
}

function draw<Row>(
  all: readonly DrawnColumn<Row>[],
  rows: readonly Row[],
  { widths, isShort }: Fit,
  screen: Screen,
): string {
  const columns = all
    .map((column, at) => ({ ...column, width: widths[at] ?? 0 }))
    .filter(({ width }) => width > 0);
  const table = new Table({
    head: columns.map(({ column, width }) => paint(cutTo(column.heading, width), 'heading', screen)),
    colAligns: columns.map(({ column: { isRightAligned = false } }) => (isRightAligned ? 'right' : 'left')),
    chars: CHARS,
    // Colours are ours; with `compact`, the only rule is the one below the header.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  for (const [at, row] of rows.entries()) {
    table.push(
      columns.map(({ column: { onScreen }, cells, shortCells, width }) => {
        const text =
          onScreen?.cellOfWidth?.(row, width) ?? (isShort ? (shortCells ?? cells) : cells)[at] ?? '';
        return paint(cutTo(text, width), onScreen?.look?.(row), screen);
      }),
    );
  }
  return table
    .toString()
    .split('\n')
    .map((line, at) => `${at === 1 ? paint(line.trimEnd(), 'faint', screen) : line.trimEnd()}\n`)
    .join('');
}

/** Says which columns did not fit. */
function describeLeftOut<Row>(columns: readonly DrawnColumn<Row>[], { widths }: Fit): string[] {
  const names = columns.filter((_, at) => widths[at] === 0).map(({ column }) => column.heading);
  if (names.length === 0) return [];
  const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const [does, shows] = names.length === 1 ? ['does', 'it'] : ['do', 'them'];
  return [`${list} ${does} not fit: a wider window or -f csv shows ${shows}.`];
}
