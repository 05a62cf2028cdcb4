// Reads the text of an XML document piece by piece, in bounded memory, and hands its elements over. Loads nothing,
// and expands no entity but the five that XML has. Knows nothing of what the elements mean. XML 1.0, fifth edition.

import { SaxesParser } from 'saxes';

export type Attributes = Readonly<Record<string, string>>;

export interface ElementHandler {
  open(name: string, attributes: Attributes): void;
  /** The element that was opened last is closed. */
  close(): void;
}

/** Ends the reading: what comes behind it cannot be understood, or would take too much memory. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** A tag, or what stands between two of them: text, comments, the document type. In UTF-16 units. */
const MAX_TOKEN_LENGTH = 16 << 20;
/** The parser collects a long token bit by bit, and a row of small bits takes thirty times as much memory. */
const JOIN_LENGTH = 1 << 20;
/** nmap needs about ten, and seven or so for the tables of its scripts; libxml2 allows as many. */
const MAX_DEPTH = 256;
/** nmap's longest tags have 15. */
const MAX_ATTRIBUTES = 256;
/** Of a message that may have names of the document in it. */
const MAX_MESSAGE_LENGTH = 120;

/** The parser tells of it when the whole text has gone by, or as much as came in a piece. */
const OUTSIDE_ROOT = 'text data outside of root node';
/** The parser tells of it when a semicolon comes at last. */
const BAD_REFERENCE = 'disallowed character in entity name';
/** What no reference has in it that is only cut short. */
const NOT_IN_REFERENCE = /[\s<>&"']/;

export class XmlSyntax {
  /** Where the last tag ended; of a fault, where it is. Both from 1. */
  line = 1;
  column = 1;
  readonly #parser = new SaxesParser();
  readonly #handler: ElementHandler;
  #depth = 0;
  #attributes = 0;
  #written = 0;
  /** Up to where a long token was last made one text. */
  #joined = 0;
  /** Where the token began that is being read. */
  #tokenStart = 0;
  /** The parser tells of a closing tag before it compares the names: one that waits has to be sound. */
  #isCloseWaiting = false;

  constructor(handler: ElementHandler) {
    this.#handler = handler;
    const parser = this.#parser;
    // With handlers of comments and the like too, the parser's object is no longer a fast one: a tenth of the speed.
    parser.on('error', (error) => this.#fail(error.message.replace(/^\d+:\d+: |\.$/g, '')));
    parser.on('attribute', () => this.#countAttribute());
    parser.on('opentag', ({ name, attributes }) => this.#open(name, attributes));
    parser.on('closetag', () => {
      this.#endToken();
      this.#isCloseWaiting = true;
    });
  }

  /** @throws Fault */
  write(text: string): void {
    this.#parser.write(text);
    this.#written += text.length;
    this.#close();
    this.#checkLength(this.#written);
    if (this.#written - this.#joined < JOIN_LENGTH) return;
    this.#joined = this.#written;
    // Whoever goes through the whole text makes one of its bits.
    Buffer.byteLength(this.#parser['text']);
  }

  /** When no more comes: whether the document is whole. @throws Fault */
  end(): boolean {
    if (NOT_IN_REFERENCE.test(this.#parser['entity'])) this.#fail(BAD_REFERENCE);
    try {
      this.#parser.close();
      return true;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return false;
    }
  }

  /** The reader found something at the place that the text has come to. */
  moveToEnd(): void {
    this.line = this.#parser.line;
    this.column = this.#parser.column + 1;
  }

  #open(name: string, attributes: Attributes): void {
    this.#endToken();
    this.#attributes = 0;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new Fault(`found more than ${MAX_DEPTH} elements inside each other, expected fewer`);
    }
    this.#handler.open(name, attributes);
  }

  #countAttribute(): void {
    this.#attributes += 1;
    if (this.#attributes <= MAX_ATTRIBUTES) return;
    this.#close();
    this.#takePlace();
    throw new Fault(`found more than ${MAX_ATTRIBUTES} attributes of an element, expected fewer`);
  }

  #close(): void {
    if (!this.#isCloseWaiting) return;
    this.#isCloseWaiting = false;
    this.#depth -= 1;
    this.#handler.close();
  }

  /** A token is over, so what was closed before it was sound. */
  #endToken(): void {
    this.#close();
    const { position } = this.#parser;
    this.#checkLength(position);
    this.#tokenStart = position;
    this.#takePlace();
  }

  #checkLength(position: number): void {
    if (position - this.#tokenStart <= MAX_TOKEN_LENGTH) return;
    throw new Fault(`found more than ${MAX_TOKEN_LENGTH >>> 20} MiB without the end of a tag, expected less`);
  }

  #takePlace(): void {
    this.line = this.#parser.line;
    // It counts the characters that it has read of the line: none if the last one was the line's end.
    this.column = Math.max(1, this.#parser.column);
  }

  #fail(message: string): never {
    if (this.#parser.position > this.#tokenStart) this.#close();
    // Of those that are told late it is known only that they come after the last tag.
    if (message !== OUTSIDE_ROOT && message !== BAD_REFERENCE) this.#takePlace();
    throw new Fault(`not well-formed XML: ${shorten(message, MAX_MESSAGE_LENGTH)}`);
  }
}

/** Cut where it is longer, with a sign that it is. */
export function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
