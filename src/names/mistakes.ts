// Reports the mistakes in a hosts file: all at once, each with its place and its line. Knows nothing of YAML,
// nor of what a hosts file may say. Text from the file is escaped, so that no terminal obeys it.

import { formatCount } from '../text/count-noun.js';
import { visible } from '../text/escape.js';
import { findLine, indexLines } from '../text/line-index.js';

/** One mistake in a hosts file. */
export interface Mistake {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units as compilers and most editors do. */
  readonly column: number;
  /** The text at this place, ready to be shown: quoted, control characters escaped, cut if long. */
  readonly found: string;
  /** A description of what is allowed there, with the remedy if it is known. */
  readonly expected: string;
  /** The whole line as it is in the file: neither escaped nor cut. */
  readonly sourceLine: string;
}

/**
 * A mistake at an offset of the text, in UTF-16 code units, before this is turned into a line and a column.
 */
export interface OffsetMistake {
  readonly offset: number;
  readonly found: string;
  readonly expected: string;
}

/**
 * Thrown for a hosts file that cannot be used. The message starts with the file's name and is safe to print.
 */
export class HostsFileError extends Error {
  override readonly name = 'HostsFileError';
  /** The file as the user named it, or the path at which it was found. */
  readonly file: string;
  /** The first 100 mistakes, in the order of the file; empty if the file could not be read at all. */
  readonly mistakes: readonly Mistake[];

  constructor(file: string, message: string, mistakes: readonly Mistake[] = []) {
    super(message);
    this.file = file;
    this.mistakes = mistakes;
  }
}

const MAX_SHOWN = 100;
const MAX_LINE = 100;

/** Makes the error for a file that was read but has mistakes. */
export function createMistakesError(
  file: string,
  text: string,
  found: readonly OffsetMistake[],
): HostsFileError {
  const lineStarts = indexLines(text);
  const ordered = [...found].sort((a, b) => a.offset - b.offset);
  const mistakes = ordered.slice(0, MAX_SHOWN).map((mistake) => locate(mistake, text, lineStarts));
  const parts = mistakes.map((mistake) => formatMistake(file, mistake));
  const unshown = ordered.length - mistakes.length;
  if (unshown > 0) parts.push(`${visible(file)}: ${describeUnshown(unshown)}`);
  return new HostsFileError(file, parts.join('\n'), mistakes);
}

/** Makes the error for a file that could not be read, or is not text. */
export function createFileError(file: string, found: string, expected: string): HostsFileError {
  return new HostsFileError(file, `${visible(file)}: found ${found}, expected ${expected}`);
}

/** Describes the first mistakes of a text in a line each; there are `count` of them in all. */
export function describeBriefly(
  file: string,
  text: string,
  first: readonly OffsetMistake[],
  count: number,
): string[] {
  const last = first.reduce((end, { offset }) => Math.max(end, offset), 0);
  const lineStarts = indexLines(text.slice(0, last));
  const lines = first.map(({ offset, found, expected }) => {
    const line = findLine(lineStarts, offset);
    const column = offset - (lineStarts[line - 1] as number) + 1;
    return `${visible(file)}:${line}:${column}: found ${found}, expected ${expected}`;
  });
  const unshown = count - lines.length;
  return unshown > 0 ? [...lines, `${visible(file)}: ${describeUnshown(unshown)}`] : lines;
}

function describeUnshown(count: number): string {
  return count === 1 ? '1 more mistake is not shown' : `${formatCount(count)} more mistakes are not shown`;
}

function locate(mistake: OffsetMistake, text: string, lineStarts: readonly number[]): Mistake {
  const line = findLine(lineStarts, mistake.offset);
  const start = lineStarts[line - 1] as number;
  const end = (lineStarts[line] ?? text.length + 1) - 1;
  const sourceLine = text.slice(start, end).replace(/\r$/, '');
  const column = Math.min(mistake.offset - start, sourceLine.length) + 1;
  return { line, column, found: mistake.found, expected: mistake.expected, sourceLine };
}

function formatMistake(file: string, mistake: Mistake): string {
  const { line, column, found, expected, sourceLine } = mistake;
  const place = `${visible(file)}:${line}:${column}`;
  // A long line is cut to the part around the mistake.
  const from = sourceLine.length > MAX_LINE ? Math.max(0, column - 1 - MAX_LINE / 2) : 0;
  const before = (from > 0 ? '…' : '') + visible(sourceLine.slice(from, column - 1), { blanks: true });
  const after = visible(sourceLine.slice(column - 1, from + MAX_LINE), { blanks: true });
  const shown = `${before}${after}${sourceLine.length > from + MAX_LINE ? '…' : ''}`;
  const caret = `${' '.repeat([...before].length)}^`;
  return `${place}: found ${found}, expected ${expected}\n    ${shown}\n    ${caret}`;
}
