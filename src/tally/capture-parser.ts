// Parses a capture of any format: tells it from the first bytes, then leaves the rest to the scanner of that
// format. A further format is a further case in openScanner.

import type { Parser, Window } from '../capture/feed.js';
import { type CaptureFormat, PROBE_LENGTH, probeFormat } from '../capture/formats.js';
import { parsePcapHeader } from '../capture/pcap.js';
import { PcapScanner } from './scan-pcap.js';
import type { Tally } from './tally.js';

/** What the head of a capture says of it. */
export interface CaptureHead {
  readonly format: CaptureFormat;
  readonly version: string;
  readonly linkType: number;
}

export class CaptureParser implements Parser {
  readonly #tally: Tally;
  readonly #onHead: (head: CaptureHead) => void;
  #scanner: Parser | undefined;

  constructor(tally: Tally, onHead: (head: CaptureHead) => void) {
    this.#tally = tally;
    this.#onHead = onHead;
  }

  parse(window: Window, start: number, end: number, base: number): number {
    if (this.#scanner !== undefined) return this.#scanner.parse(window, start, end, base);
    if (end - start < PROBE_LENGTH) return start;
    const { format, headerLength } = probeFormat(window.bytes.subarray(start, start + PROBE_LENGTH));
    if (end - start < headerLength) return start;
    this.#scanner = this.#openScanner(format, window.bytes.subarray(start, start + headerLength));
    return this.#scanner.parse(window, start + headerLength, end, base);
  }

  finish(window: Window, start: number, end: number, base: number): void {
    if (this.#scanner === undefined) {
      // So little of it that parse has not begun: one of these two says what is missing.
      const bytes = window.bytes.subarray(start, end);
      this.#scanner = this.#openScanner(probeFormat(bytes).format, bytes);
    }
    this.#scanner.finish(window, start, end, base);
  }

  #openScanner(format: CaptureFormat, bytes: Uint8Array): Parser {
    switch (format) {
      case 'pcap': {
        const header = parsePcapHeader(bytes);
        this.#onHead({ format, version: header.version.text, linkType: header.linkType });
        return new PcapScanner(header, this.#tally);
      }
    }
  }
}
