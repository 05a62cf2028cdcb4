// How mistakes in a hosts file are told: all at once, each with its place and its line. Knows nothing of
// YAML or of what hosts files may say. Text from a file is shown so that no terminal obeys it.

import { visible } from '../text/escape.js';
import { findLine, indexLines } from '../text/line-index.js';

/** One mistake in a hosts file. */
export interface Mistake {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units as compilers and most editors do. */
  readonly column: number;
  /** What is there, ready to be shown: quoted, control characters escaped, cut if long. */
  readonly found: string;
  /** What is allowed there, and the way out where it is known. */
  readonly expected: string;
  /** The whole line as it is in the file: neither escaped nor cut. */
  readonly sourceLine: string;
}

/** A mistake before its offset in the text has been turned into line and column. */
export interface OffsetMistake {
  readonly offset: number;
  readonly found: string;
  readonly expected: string;
}

/** A hosts file that cannot be used. The message begins with the file's name and is fit for a terminal. */
export class HostsFileError extends Error {
  override readonly name = 'HostsFileError';
  /** The file as the user knows it. */
  readonly file: string;
  /** The first hundred, in the order of the file; none if the file could not be read at all. */
  readonly mistakes: readonly Mistake[];

  constructor(file: string, message: string, mistakes: readonly Mistake[] = []) {
    super(message);
    this.file = file;
    this.mistakes = mistakes;
  }
}

const MAX_SHOWN = 100;
const MAX_LINE = 100;

/** The error for a file that was read but has mistakes in it. */
export function createMistakesError(
  file: string,
  text: string,
  findings: readonly OffsetMistake[],
): HostsFileError {
  const lineStarts = indexLines(text);
  const ordered = [...findings].sort((a, b) => a.offset - b.offset);
  const mistakes = ordered.slice(0, MAX_SHOWN).map((finding) => locate(finding, text, lineStarts));
  const parts = mistakes.map((mistake) => formatMistake(file, mistake));
  const unshown = ordered.length - mistakes.length;
  if (unshown > 0) parts.push(`${visible(file)}: ${unshown} more mistakes are not shown`);
  return new HostsFileError(file, parts.join('\n'), mistakes);
}

/** The error for a file that could not be read, or not as text. */
export function createFileError(file: string, found: string, expected: string): HostsFileError {
  return new HostsFileError(file, `${visible(file)}: found ${found}, expected ${expected}`);
}

function locate(finding: OffsetMistake, text: string, lineStarts: readonly number[]): Mistake {
  const line = findLine(lineStarts, finding.offset);
  const start = lineStarts[line - 1] as number;
  const end = (lineStarts[line] ?? text.length + 1) - 1;
  const sourceLine = text.slice(start, end).replace(/\r$/, '');
  const column = Math.min(finding.offset - start, sourceLine.length) + 1;
  return { line, column, found: finding.found, expected: finding.expected, sourceLine };
}

function formatMistake(file: string, mistake: Mistake): string {
  const { line, column, found, expected, sourceLine } = mistake;
  const place = `${visible(file)}:${line}:${column}`;
  // Of a long line, the part around the mistake.
  const from = sourceLine.length > MAX_LINE ? Math.max(0, column - 1 - MAX_LINE / 2) : 0;
  const before = (from > 0 ? '…' : '') + visible(sourceLine.slice(from, column - 1), { blanks: true });
  const after = visible(sourceLine.slice(column - 1, from + MAX_LINE), { blanks: true });
  const shown = `${before}${after}${sourceLine.length > from + MAX_LINE ? '…' : ''}`;
  const caret = `${' '.repeat([...before].length)}^`;
  return `${place}: found ${found}, expected ${expected}\n    ${shown}\n    ${caret}`;
}
