// Reads what `nmap -oX` and `masscan -oX` write, piece by piece, as the scan that it tells of. Of a document that is
// cut short or damaged the machines before that count. https://nmap.org/book/nmap-dtd.html

import type { Scan } from '../inventory/scan.js';
import { type Decoded, XmlDecoder } from './nmap-encoding.js';
import { type NmapProgress, NmapReport } from './nmap-report.js';
import { Fault, XmlSyntax } from './nmap-syntax.js';

export type { NmapProgress } from './nmap-report.js';

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
  readonly #problems: string[] = [];
  #problemCount = 0;
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
      problems:
        this.#problemCount > this.#problems.length
          ? [...this.#problems, `and ${this.#problemCount - this.#problems.length} more problems`]
          : this.#problems,
      format: report.isOpen ? report.format : 'XML',
    };
  }

  #read({ text, fault }: Decoded): void {
    try {
      this.#syntax.write(text);
      if (fault === undefined) return;
      this.#syntax.moveToEnd();
      throw new Fault(fault);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#isOver = true;
      const { isOpen, hosts } = this.#report;
      this.#tell(
        isOpen ? `${error.message}; nothing after it was read; hosts complete: ${hosts.size}` : error.message,
      );
    }
  }

  /** Tells why not. */
  #isWhole(): boolean {
    const { text, fault } = this.#decoder.end();
    this.#read({ text });
    if (this.#isOver) return false;
    const report = this.#report;
    if (!this.#syntax.end() || fault !== undefined) {
      this.#tell(`ends ${this.#describeEnd()}`);
      return false;
    }
    if (!report.isFinished) this.#tell('found no <finished>, expected one: the scan was stopped');
    if (report.failure !== undefined) this.#tell(`the scan failed: "${report.failure}"`);
    return report.isFinished && report.failure === undefined;
  }

  #describeEnd(): string {
    const { isOpen, isClosed, openElement, hosts } = this.#report;
    if (!isOpen) return 'before <nmaprun>, expected a report of nmap or masscan';
    const place = isClosed ? 'of what comes after </nmaprun>' : `of <${openElement}>`;
    return `in the middle ${place}; hosts complete: ${hosts.size}`;
  }

  #tell(problem: string): void {
    this.#problemCount += 1;
    if (this.#problems.length === MAX_PROBLEMS) return;
    const { line, column } = this.#syntax;
    this.#problems.push(`at line ${line}, column ${column}: ${problem}`);
  }
}
