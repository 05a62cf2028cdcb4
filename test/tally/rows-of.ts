// The rows of a tally as text, a line for each, so that two tallies can be compared.

import type { Rows } from '../../src/tally/rows.js';
import type { Tally } from '../../src/tally/tally.js';
import { address } from '../helpers/packets.js';

/** `CLIENT SERVER PORT COUNT`, sorted; a remote end is `_`, addresses are hexadecimal. */
export function rowsOf(tally: Tally): string[] {
  return [tally.readRows(4), tally.readRows(6)].flatMap((rows) => linesOf(rows, false)).sort();
}

/** The same with the times first and last seen, and with evidence if that is counted. */
export function timedRowsOf(tally: Tally): string[] {
  return [tally.readRows(4), tally.readRows(6)].flatMap((rows) => linesOf(rows, true)).sort();
}

function linesOf(rows: Rows, isTimed: boolean): string[] {
  return Array.from({ length: rows.size }, (_, row) => {
    const ends = [rows.clientOf(row), rows.serverOf(row)].map((words) => (words ? wordsToHex(words) : '_'));
    const evidence = rows.evidenceOf(row);
    const more = evidence === undefined ? [] : [JSON.stringify(evidence)];
    const times = isTimed ? [rows.firstOf(row), rows.lastOf(row), ...more] : [];
    return [...ends, rows.portOf(row), rows.countOf(row), ...times].join(' ');
  });
}

function wordsToHex(words: Uint32Array): string {
  return [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
}

/** An address as rowsOf writes it. */
export function hexOf(text: string): string {
  return Buffer.from(address(text)).toString('hex');
}
