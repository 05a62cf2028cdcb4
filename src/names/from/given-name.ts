// A name that a file of another program gives to an address, as its parser returns it.

import type { Address } from '../../ip/address.js';
import type { OffsetMistake } from '../mistakes.js';

/** One entry of such a file, in the order of the file. */
export interface GivenName {
  readonly address: Address;
  /** As the file has it, without the file's own escapes; undefined if the address has no name. */
  readonly name: string | undefined;
  /** The machine that has the address: a hardware address or a DUID; undefined if the file does not say. */
  readonly owner: string | undefined;
  /** Where the name is, or else the entry, in UTF-16 code units. */
  readonly offset: number;
}

/** Takes what a parser finds. A file may be large and may have a mistake on every line, so no parser keeps them. */
export interface NameSink {
  addName(name: GivenName): void;
  /** Reports a place that cannot be read as the format says. `offset` is in UTF-16 code units. */
  addMistake(mistake: OffsetMistake): void;
}

/**
 * Returns what identifies the machine in a DUID, written as bytes with colons: the hardware address, if one is in it
 * (RFC 8415 11.2 and 11.4), because a machine that is installed again gets another DUID.
 */
export function machineOfDuid(duid: string): string {
  return (
    /^00:(?:01:00:01(?::[0-9a-f]{2}){4}|03:00:01):((?:[0-9a-f]{2}:){5}[0-9a-f]{2})$/i.exec(duid)?.[1] ?? duid
  );
}

/** Calls `read` with each line, without its end, and with its offset. */
export function forEachLine(text: string, read: (line: string, offset: number) => void): void {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const next = end < 0 ? text.length : end;
    read(text.slice(start, next).replace(/\r$/, ''), start);
    start = next + 1;
  }
}

/** Returns the first words of a line, at most `limit`, each with its offset from the start of the line. */
export function splitWords(line: string, limit: number): { readonly text: string; readonly at: number }[] {
  const words: { readonly text: string; readonly at: number }[] = [];
  for (const match of line.matchAll(/[^ \t]+/g)) {
    words.push({ text: match[0], at: match.index });
    if (words.length === limit) break;
  }
  return words;
}
