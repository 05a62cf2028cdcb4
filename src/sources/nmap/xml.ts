// Reads the output of `nmap -oX` and `masscan -oX` piece by piece, and makes a scan of it. If the document is cut short or
// damaged, the machines before that point count. https://nmap.org/book/nmap-dtd.html

import type { Scan } from '../../inventory/scan.js';
import { countNoun } from '../../text/count-noun.js';
import { makeProblem, type Problem, type ProblemKind } from '../../text/problem.js';
import { type Decoded, XmlDecoder } from './encoding.js';
import { type NmapProgress, NmapReport } from './report.js';
import { Fault, XmlSyntax } from './syntax.js';

export type { NmapProgress } from './report.js';

export interface ScanReading {
  /** Undefined if the document is not the report of a scan. */
  readonly scan: Omit<Scan, 'digest'> | undefined;
  /** Empty if all of it was read, and nmap was not stopped. */
  readonly problems: readonly Problem[];
  /** Such as `nmap XML 1.05`. */
  readonly format: string;
}

/** Bytes that are decoded at once. No more of the document is held in memory. */
const PIECE_LENGTH = 64 << 10;
/** The most problems that are listed. */
const MAX_PROBLEMS = 20;

export class NmapReader {
  readonly #decoder = new XmlDecoder();
  readonly #report: NmapReport;
  readonly #syntax: XmlSyntax;
  /** The first ones; the others are only counted. */
  readonly #problems: Problem[] = [];
  #others = 0;
  /** Problems that concern the end, which are always listed. */
  readonly #conclusions: Problem[] = [];
  /** A fault ended the reading; the rest of the document is ignored. */
  #isOver = false;

  constructor(onProgress?: (progress: NmapProgress) => void) {
    this.#report = new NmapReport((kind, message) => this.#note(kind, message), onProgress);
    this.#syntax = new XmlSyntax(this.#report);
  }

  /** Takes the next piece of the document, of any length. The bytes may be reused afterwards. */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#isOver; at += PIECE_LENGTH) {
      this.#read(this.#decoder.decode(bytes.subarray(at, at + PIECE_LENGTH)));
    }
  }

  /** Ends the document, and returns its contents. */
  finish(): ScanReading {
    const isComplete = !this.#isOver && this.#checkEnd();
    const report = this.#report;
    return {
      scan: report.isOpen ? report.scan(isComplete) : undefined,
      problems: [
        ...this.#problems,
        ...(this.#others > 0 ? [describeOthers(this.#others)] : []),
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

  /** Checks that the document is complete and that nmap finished; otherwise adds a problem. */
  #checkEnd(): boolean {
    const { text, fault } = this.#decoder.end();
    this.#read({ text });
    if (this.#isOver) return false;
    let isWhole = false;
    this.#attempt(() => {
      isWhole = this.#syntax.end() && fault === undefined;
      if (!isWhole) this.#conclude('damaged-scan', `ends ${this.#describeEnd()}`);
    });
    if (!isWhole) return false;
    const { isFinished, failure } = this.#report;
    if (!isFinished)
      this.#conclude('incomplete-scan', 'found no <finished>, expected one: the scan was stopped');
    if (failure !== undefined) this.#conclude('incomplete-scan', `the scan failed: "${failure}"`);
    return isFinished && failure === undefined;
  }

  /** Takes a step, in which a fault ends the reading. */
  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#isOver = true;
      const { isOpen, hosts } = this.#report;
      const loss = isOpen ? `; nothing after it was read; hosts complete: ${hosts.size}` : '';
      this.#conclude('damaged-scan', `${error.message}${loss}`);
    }
  }

  #describeEnd(): string {
    const { isOpen, isClosed, openElement, hosts } = this.#report;
    if (!isOpen) return 'before <nmaprun>, expected a report of nmap or masscan';
    const place = isClosed ? 'of the text after </nmaprun>' : `of <${openElement}>`;
    return `in the middle ${place}; hosts complete: ${hosts.size}`;
  }

  #note(kind: ProblemKind, message: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(this.#problemHere(kind, message));
    else this.#others += 1;
  }

  #conclude(kind: ProblemKind, message: string): void {
    this.#conclusions.push(this.#problemHere(kind, message));
  }

  #problemHere(kind: ProblemKind, message: string): Problem {
    const { line, column } = this.#syntax;
    return makeProblem(kind, message, { line, column });
  }
}

function describeOthers(count: number): Problem {
  return makeProblem('more', `and ${countNoun(count, 'more problem')}`);
}
