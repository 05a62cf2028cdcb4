// Reads what `nmap -oX` and `masscan -oX` write, piece by piece, as the scan that it tells of. Of a document that is
// cut short or damaged the machines before that count. https://nmap.org/book/nmap-dtd.html

import type { Scan } from '../../inventory/scan.js';
import { type Decoded, XmlDecoder } from './encoding.js';
import { type NmapProgress, NmapReport } from './report.js';
import { Fault, XmlSyntax } from './syntax.js';

export type { NmapProgress } from './report.js';

export interface ScanReading {
  /** Undefined if it is no report of a scan at all. */
  readonly scan: Omit<Scan, 'digest'> | undefined;
  /** What is wrong with it, with its places; empty if all of it was read, and nmap was not stopped. */
  readonly problems: readonly string[];
  /** Such as `nmap XML 1.05`. */
  readonly format: string;
}

/** Bytes that are decoded at once: what is held in memory of the document. */
const PIECE_LENGTH = 64 << 10;
/** More tell nothing new. */
const MAX_PROBLEMS = 20;

export class NmapReader {
  readonly #decoder = new XmlDecoder();
  readonly #report: NmapReport;
  readonly #syntax: XmlSyntax;
  /** The first ones, and the number of the others. */
  readonly #problems: string[] = [];
  #others = 0;
  /** What there is to say of the end, whatever else is wrong. */
  readonly #conclusions: string[] = [];
  /** Something ended the reading; what comes after it is not looked at. */
  #isOver = false;

  constructor(onProgress?: (progress: NmapProgress) => void) {
    this.#report = new NmapReport((problem) => this.#tell(problem), onProgress);
    this.#syntax = new XmlSyntax(this.#report);
  }

  /** Takes the next bytes of the document, of any number. They may be reused afterwards. */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#isOver; at += PIECE_LENGTH) {
      this.#read(this.#decoder.decode(bytes.subarray(at, at + PIECE_LENGTH)));
    }
  }

  /** What the document says, when no more of it comes. */
  finish(): ScanReading {
    const isComplete = !this.#isOver && this.#isWhole();
    const report = this.#report;
    return {
      scan: report.isOpen ? report.scan(isComplete) : undefined,
      problems: [
        ...this.#problems,
        ...(this.#others > 0 ? [`and ${this.#others} more problems`] : []),
        ...this.#conclusions,
      ],
      format: report.isOpen ? report.format : 'XML',
    };
  }

  #read({ text, fault }: Decoded): void {
    this.#attempt(() => {
      this.#syntax.write(text);
      if (fault === undefined) return;
      this.#syntax.moveToEnd();
      throw new Fault(fault);
    });
  }

  /** Whether all of it came, and nmap had come to its end; says what is not so. */
  #isWhole(): boolean {
    const { text, fault } = this.#decoder.end();
    this.#read({ text });
    if (this.#isOver) return false;
    let isWhole = false;
    this.#attempt(() => {
      isWhole = this.#syntax.end() && fault === undefined;
      if (!isWhole) this.#conclude(`ends ${this.#describeEnd()}`);
    });
    if (!isWhole) return false;
    const { isFinished, failure } = this.#report;
    if (!isFinished) this.#conclude('found no <finished>, expected one: the scan was stopped');
    if (failure !== undefined) this.#conclude(`the scan failed: "${failure}"`);
    return isFinished && failure === undefined;
  }

  /** A fault ends the reading. */
  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#isOver = true;
      const { isOpen, hosts } = this.#report;
      const loss = isOpen ? `; nothing after it was read; hosts complete: ${hosts.size}` : '';
      this.#conclude(`${error.message}${loss}`);
    }
  }

  #describeEnd(): string {
    const { isOpen, isClosed, openElement, hosts } = this.#report;
    if (!isOpen) return 'before <nmaprun>, expected a report of nmap or masscan';
    const place = isClosed ? 'of what comes after </nmaprun>' : `of <${openElement}>`;
    return `in the middle ${place}; hosts complete: ${hosts.size}`;
  }

  #tell(problem: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(this.#placed(problem));
    else this.#others += 1;
  }

  #conclude(problem: string): void {
    this.#conclusions.push(this.#placed(problem));
  }

  #placed(problem: string): string {
    const { line, column } = this.#syntax;
    return `at line ${line}, column ${column}: ${problem}`;
  }
}
