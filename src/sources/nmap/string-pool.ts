// Keeps each string of a scan once, even if many ports have it, and as a copy: a slice would keep the whole string that
// it was cut from in memory.

import { Fault, shorten } from './syntax.js';

/** The longest string that nmap detects has 255 bytes: extrainfo_matched in service_scan.h. */
const MAX_TEXT_LENGTH = 256;
/** UTF-16 units in all: enough for 200,000 ports with four long strings each. Real scans need a thousandth of it. */
const MAX_LENGTH = 32 << 20;

export class StringPool {
  readonly #strings = new Map<string, string>();
  #length = 0;

  /** Returns the kept copy of a string; undefined if it is empty. @throws Fault if there are too many */
  keep(text: string | undefined): string | undefined {
    if (text === undefined || text === '') return undefined;
    const short = shorten(text, MAX_TEXT_LENGTH);
    const known = this.#strings.get(short);
    if (known !== undefined) return known;
    this.#length += short.length;
    if (this.#length > MAX_LENGTH) {
      throw new Fault(
        `found service names and versions of more than ${MAX_LENGTH >>> 20} MiB, expected less`,
      );
    }
    const copy = Buffer.from(short).toString();
    this.#strings.set(copy, copy);
    return copy;
  }
}
