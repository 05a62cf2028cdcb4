// Parses the text of an XML document piece by piece, in bounded memory, and passes its elements on. It loads nothing, and
// expands only the five entities of XML itself. It does not know what the elements mean. XML 1.0, fifth edition.

import { SaxesParser } from 'saxes';

export type Attributes = Readonly<Record<string, string>>;

export interface ElementHandler {
  open(name: string, attributes: Attributes): void;
  /** The innermost open element has ended. */
  close(): void;
}

/** Ends the reading, because the rest of the document cannot be understood or would take too much memory. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** The length of a tag, or of everything between two tags: text, comments, the document type. In UTF-16 units. */
const MAX_TOKEN_LENGTH = 16 << 20;
/** The parser collects a long token in small parts, which take thirty times as much memory as one string. */
const JOIN_LENGTH = 1 << 20;
/** nmap needs about ten, and about seven more for the tables of its scripts; libxml2 has the same limit. */
const MAX_DEPTH = 256;
/** Tags of nmap have up to 15. */
const MAX_ATTRIBUTES = 256;
/** Characters of a message, which may quote names from the document. */
const MAX_MESSAGE_LENGTH = 120;

/** The parser reports it only at the end of the text, or of the piece. */
const OUTSIDE_ROOT = 'text data outside of root node';
/** The parser reports it only when it finds a semicolon. */
const BAD_REFERENCE = 'disallowed character in entity name';
/** Characters that a reference cannot contain, even if its end is still missing. */
const NOT_IN_REFERENCE = /[\s<>&"']/;

export class XmlSyntax {
  /** Position of the end of the last tag, or of the fault. Both from 1. */
  line = 1;
  column = 1;
  readonly #parser = new SaxesParser();
  readonly #handler: ElementHandler;
  #depth = 0;
  #attributes = 0;
  #written = 0;
  /** The offset up to which a long token was last joined into one string. */
  #joined = 0;
  /** The offset at which the current token begins. */
  #tokenStart = 0;
  /** The parser reports a closing tag before it compares the names, so the tag waits until it is known to be right. */
  #isCloseWaiting = false;

  constructor(handler: ElementHandler) {
    this.#handler = handler;
    const parser = this.#parser;
    // Handlers for comments and the like would slow V8 down to a tenth: the parser would no longer be a fast object.
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
    // Measuring the text makes V8 join its parts.
    Buffer.byteLength(this.#parser['text']);
  }

  /** Ends the document; true if it is complete. @throws Fault */
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

  /** Sets the position to the end of the text so far, where the reader found a fault. */
  moveToEnd(): void {
    this.line = this.#parser.line;
    this.column = this.#parser.column + 1;
  }

  #open(name: string, attributes: Attributes): void {
    this.#endToken();
    this.#attributes = 0;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new Fault(`found more than ${MAX_DEPTH} nested elements, expected fewer`);
    }
    this.#handler.open(name, attributes);
  }

  #countAttribute(): void {
    this.#attributes += 1;
    if (this.#attributes <= MAX_ATTRIBUTES) return;
    this.#close();
    this.#takePlace();
    throw new Fault(`found an element with more than ${MAX_ATTRIBUTES} attributes, expected fewer`);
  }

  #close(): void {
    if (!this.#isCloseWaiting) return;
    this.#isCloseWaiting = false;
    this.#depth -= 1;
    this.#handler.close();
  }

  /** A token ends, so the closing tag before it was right. */
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
    // The parser counts the characters that it has read on this line: none directly after a line break.
    this.column = Math.max(1, this.#parser.column);
  }

  #fail(message: string): never {
    if (this.#parser.position > this.#tokenStart) this.#close();
    // These are reported late: all that is known is that they come after the last tag.
    if (message !== OUTSIDE_ROOT && message !== BAD_REFERENCE) this.#takePlace();
    throw new Fault(`not well-formed XML: ${shorten(message, MAX_MESSAGE_LENGTH)}`);
  }
}

/** Cuts a text that is too long, and ends it with `…`. */
export function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
