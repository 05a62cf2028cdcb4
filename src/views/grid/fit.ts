// How wide each column of a table is, so that the table fits. The rules, in this order, as far as they are needed:
// 1. times are shortened;
// 2. text is cut, but to no less than a width at which it still says something: of all columns, the widest is cut first;
// 3. columns that matter less are left out, those that matter least first;
// 4. text is cut to a few letters.
// Numbers are never cut. A table that is still too wide is wrapped by the terminal.

export interface FlexibleColumn {
  /** The width that it needs so that nothing is cut. */
  readonly width: number;
  /** The same with short times; absent if it has none. */
  readonly shortWidth?: number;
  /** Its cells are cut to no less than this, before columns are left out; absent if they must not be cut at all. */
  readonly leastWidth?: number;
  /** Columns are left out in the order of these numbers, ascending; absent if it must stay. */
  readonly leaveOut?: number;
}

export interface Fit {
  /** The width of each column; 0 for those that are left out. */
  readonly widths: readonly number[];
  readonly isShort: boolean;
}

/** Text is cut to no less than this, whatever the terminal. */
const LEAST = 4;

/** @param gap columns between two columns of the table */
export function fitColumns(columns: readonly FlexibleColumn[], width: number, gap: number): Fit {
  const natural = columns.map((column) => column.width);
  if (total(natural, gap) <= width) return { widths: natural, isShort: false };
  const short = columns.map((column) => ({ ...column, width: column.shortWidth ?? column.width }));
  let shown = short;
  for (;;) {
    const widths = shrink(shown, width, gap, ({ leastWidth }) => leastWidth);
    if (widths !== undefined) return { widths, isShort: true };
    const next = leastImportant(shown);
    if (next === undefined) break;
    shown = shown.map((column) => (column === next ? { ...GONE } : column));
  }
  const least = ({ leastWidth, width: all }: FlexibleColumn): number =>
    leastWidth === undefined ? all : Math.min(leastWidth, LEAST, all);
  const widths = shrink(shown, width, gap, least) ?? shown.map(least);
  return { widths, isShort: true };
}

const GONE: FlexibleColumn = { width: 0 };

function leastImportant(columns: readonly FlexibleColumn[]): FlexibleColumn | undefined {
  return columns
    .filter(({ leaveOut }) => leaveOut !== undefined)
    .reduce<FlexibleColumn | undefined>(
      (least, column) =>
        (column.leaveOut ?? 0) < (least?.leaveOut ?? Number.POSITIVE_INFINITY) ? column : least,
      undefined,
    );
}

function total(widths: readonly number[], gap: number): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width + gap, -gap);
}

/** Cuts the widest columns until all fit; undefined if that is not enough. */
function shrink(
  columns: readonly FlexibleColumn[],
  width: number,
  gap: number,
  leastOf: (column: FlexibleColumn) => number | undefined,
): number[] | undefined {
  const least = columns.map((column) => Math.min(leastOf(column) ?? column.width, column.width));
  if (total(least, gap) > width) return undefined;
  const widths = columns.map((column) => column.width);
  for (let excess = total(widths, gap) - width; excess > 0; excess--) {
    let widest = -1;
    for (const [at, current] of widths.entries()) {
      // If several are equally wide, the last one is cut: the first columns of a row matter most.
      if (current > (least[at] ?? 0) && current >= (widths[widest] ?? 0)) widest = at;
    }
    if (widest < 0) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
