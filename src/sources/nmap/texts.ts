// The texts of a scan that are kept: each once, however many ports have it, and each as a copy of its own. A part of a
// longer text would keep all of that in memory.

import { Fault, shorten } from './syntax.js';

/** The longest that nmap finds by itself has 255 bytes: extrainfo_matched in service_scan.h. */
const MAX_TEXT_LENGTH = 256;
/** In all, in UTF-16 units: 200,000 ports with four long texts of their own each; real ones need a thousandth. */
const MAX_LENGTH = 32 << 20;

export class TextPool {
  readonly #texts = new Map<string, string>();
  #length = 0;

  /** Undefined for an empty text too. @throws Fault */
  keep(text: string | undefined): string | undefined {
    if (text === undefined || text === '') return undefined;
    const short = shorten(text, MAX_TEXT_LENGTH);
    const known = this.#texts.get(short);
    if (known !== undefined) return known;
    this.#length += short.length;
    if (this.#length > MAX_LENGTH) {
      throw new Fault(
        `found service names and versions of more than ${MAX_LENGTH >>> 20} MiB, expected less`,
      );
    }
    const copy = Buffer.from(short).toString();
    this.#texts.set(copy, copy);
    return copy;
  }
}
