// Reads JSON (RFC 8259) value by value, on request, and knows the position of each. It only builds requested values, so
// memory depends on those and not on the rest of the document. It knows nothing about inventories.

import { quote } from '../../text/escape.js';

/** The position of a fault in a document. */
export interface DocumentPosition {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units as compilers and most editors count. */
  readonly column?: number;
  /** The fields and items that lead there, as in `connections[17].port`; absent for a fault of the JSON itself. */
  readonly path?: string;
}

/** A saved inventory that cannot be used. The message contains the position, and can be shown on a terminal. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  /** See `DocumentPosition`; undefined if it is about the whole document. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly path: string | undefined;

  constructor(message: string, position?: DocumentPosition) {
    const { line, column, path } = position ?? {};
    const lineAndColumn = `line ${line}${column === undefined ? '' : `, column ${column}`}`;
    const place = `, at ${lineAndColumn}${path === undefined ? '' : ` (${path})`}`;
    super(position === undefined ? message : `${message}${place}`);
    this.line = line;
    this.column = column;
    this.path = path;
  }
}

export type Read<T> = (json: JsonReader) => T;

/** The functions that read the fields of an object. */
type Readers = Readonly<Record<string, Read<unknown>>>;
type Results<R extends Readers> = { readonly [Field in keyof R]: ReturnType<R[Field]> };

/** The most nested arrays and objects. An inventory has 8, and no later version will need ten times as many. */
const MAX_DEPTH = 100;
/** The most items of an array that is built. Connections, which may be millions, are read one by one instead. */
const MAX_ITEMS = 2 ** 22;

/** Space, tab, line feed, carriage return. */
const SPACE: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
/** One unexpected token, to quote it. */
const TOKEN = /[^\s"{}[\],:]{1,100}|./suy;
/** The lines with which git separates the two sides of a conflict. */
const CONFLICT = /(?:<{7}|\|{7}|={7}|>{7})(?:[ \r\n]|$)/y;

export class JsonReader {
  readonly #text: string;
  #at = 0;
  /** The offset of the value that was read last. */
  #start = 0;
  /** The fields and items that lead to the current value. */
  readonly #path: (string | number)[] = [];

  constructor(text: string) {
    this.#text = text;
    // Editors on Windows write a byte order mark.
    if (text.startsWith('\u{feff}')) this.#at = 1;
  }

  /** The offset of the value that was read last. */
  get start(): number {
    return this.#start;
  }

  /** Returns the first character of the next value. */
  peek(): string {
    this.#passSpace();
    return this.#text.charAt(this.#at);
  }

  string(expected: string): string {
    if (this.#begin() !== '"') this.refuse(expected);
    return this.#readString();
  }

  number(expected: string): number {
    this.#begin();
    const digits = this.#take(NUMBER);
    return digits === undefined ? this.refuse(expected) : Number(digits);
  }

  boolean(): boolean {
    this.#begin();
    const word = this.#take(LITERAL);
    return word === undefined || word === 'null' ? this.refuse('true or false') : word === 'true';
  }

  /** Reads an object. Fields for which there is no function are skipped. */
  object<R extends Readers, O extends Readers>(required: R, optional: O): Results<R> & Partial<Results<O>> {
    const found: Record<string, unknown> = {};
    this.forEachField((field) => {
      const readers = Object.hasOwn(required, field) ? required : optional;
      if (Object.hasOwn(found, field)) this.fail(`found ${quote(field)} twice, expected it once`);
      if (Object.hasOwn(readers, field)) found[field] = (readers[field] as Read<unknown>)(this);
      else this.skip();
    });
    for (const field of Object.keys(required)) {
      if (!Object.hasOwn(found, field)) this.fail(`found no ${quote(field)}, expected one`);
    }
    return found as Results<R> & Partial<Results<O>>;
  }

  array<T>(read: Read<T>): T[] {
    const items: T[] = [];
    this.forEachItem((index) => {
      if (index === MAX_ITEMS) this.#failHere(`at most ${MAX_ITEMS} items`);
      items.push(read(this));
    });
    return items;
  }

  /** Reads an object: `visit` must read or skip each value. Ends early when it returns true. */
  forEachField(visit: (field: string) => unknown): void {
    this.#forEach('{', '}', 'an object', () => {
      const field = this.string('the name of a field, in quotes');
      this.#expect(':');
      this.#path.push(field);
      const isEnough = visit(field) === true;
      this.#path.pop();
      return isEnough;
    });
  }

  /** Reads an array: `visit` must read each value. */
  forEachItem(visit: (index: number) => void): void {
    let index = 0;
    this.#forEach('[', ']', 'a list', () => {
      this.#path.push(index);
      visit(index);
      this.#path.pop();
      index += 1;
      return false;
    });
  }

  /** Skips a value, which may be any JSON. */
  skip(): void {
    const first = this.#begin();
    if (first === '{') this.forEachField(() => this.skip());
    else if (first === '[') this.forEachItem(() => this.skip());
    else if (first === '"') this.#readString();
    else if (this.#take(NUMBER) === undefined && this.#take(LITERAL) === undefined) this.#failHere('a value');
  }

  /** Checks that nothing follows. */
  end(): void {
    this.#passSpace();
    if (this.#at < this.#text.length) this.#failHere('nothing more');
  }

  /** Refuses the value that was read last or comes next. */
  refuse(expected: string): never {
    this.#at = this.#start;
    const first = this.#text.charAt(this.#at);
    if (first === '{') this.fail(`found an object, expected ${expected}`);
    if (first === '[') this.fail(`found a list, expected ${expected}`);
    if (first === '"') this.fail(`found ${quote(this.#readString())}, expected ${expected}`);
    const scalar = this.#take(NUMBER) ?? this.#take(LITERAL);
    if (scalar === undefined) this.#failHere(expected);
    this.fail(`found ${scalar.slice(0, 100)}, expected ${expected}`);
  }

  /** Refuses the document because of a fault at this offset, by default in the current value. */
  fail(
    message: string,
    offset: number = this.#start,
    path: readonly (string | number)[] = this.#path,
  ): never {
    const position = this.#positionOf(offset);
    throw new DocumentError(message, path.length === 0 ? position : { ...position, path: formatPath(path) });
  }

  #forEach(open: string, close: string, expected: string, visit: () => boolean): void {
    if (this.#begin() !== open) this.refuse(expected);
    const start = this.#start;
    if (this.#path.length >= MAX_DEPTH) {
      this.#failAt(start, `found more than ${MAX_DEPTH} nested lists and objects, expected fewer`);
    }
    this.#at += 1;
    this.#passSpace();
    if (this.#text.charAt(this.#at) === close) this.#at += 1;
    else {
      do {
        if (visit()) break;
      } while (this.#readSeparator(close));
    }
    this.#start = start;
  }

  /** Reads the separator after an item; false if it was the last one. */
  #readSeparator(close: string): boolean {
    this.#passSpace();
    const character = this.#text.charAt(this.#at);
    if (character !== ',' && character !== close) this.#failHere(`"," or "${close}"`);
    this.#at += 1;
    if (character === close) return false;
    this.#passSpace();
    if (this.#text.charAt(this.#at) === close) {
      this.#failHere(`another item, or no "," before the "${close}"`);
    }
    return true;
  }

  #expect(character: string): void {
    this.#passSpace();
    if (this.#text.charAt(this.#at) !== character) this.#failHere(`"${character}"`);
    this.#at += 1;
  }

  /** Goes to the next value, and returns its first character. */
  #begin(): string {
    const first = this.peek();
    this.#start = this.#at;
    return first;
  }

  #passSpace(): void {
    while (SPACE.includes(this.#text.charCodeAt(this.#at))) this.#at += 1;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #readString(): string {
    let end = this.#at;
    do {
      end = this.#text.indexOf('"', end + 1);
      if (end < 0) this.#failAt(this.#at, 'found a string without an end, expected a closing quote');
    } while (this.#isEscaped(end));
    const quoted = this.#text.slice(this.#at, end + 1);
    try {
      // A new string, because a slice would keep the whole document in memory.
      const text = JSON.parse(quoted) as string;
      this.#at = end + 1;
      return text;
    } catch {
      return this.#failAt(
        this.#at,
        `found ${quote(quoted.slice(1, -1))}, expected a string in the form that JSON requires`,
      );
    }
  }

  #isEscaped(at: number): boolean {
    let before = at;
    while (this.#text.charCodeAt(before - 1) === 0x5c) before -= 1;
    return (at - before) % 2 === 1;
  }

  /** Refuses text that is not JSON, or not the expected kind of JSON. */
  #failHere(expected: string): never {
    CONFLICT.lastIndex = this.#at;
    if (CONFLICT.test(this.#text)) {
      const line = this.#text.slice(this.#at, this.#at + 100).split(/[\r\n]/, 1);
      this.#failAt(this.#at, `found ${quote(`${line}`)}, an unresolved merge conflict of git, expected JSON`);
    }
    TOKEN.lastIndex = this.#at;
    const token = TOKEN.exec(this.#text)?.[0];
    this.#failAt(this.#at, `found ${token === undefined ? 'the end' : quote(token)}, expected ${expected}`);
  }

  /** For faults of the JSON itself, which are reported with line and column but without a path. */
  #failAt(offset: number, message: string): never {
    return this.fail(message, offset, []);
  }

  #positionOf(offset: number): DocumentPosition {
    let line = 1;
    let start = 0;
    for (
      let end = this.#text.indexOf('\n');
      end >= 0 && end < offset;
      end = this.#text.indexOf('\n', start)
    ) {
      line += 1;
      start = end + 1;
    }
    return { line, column: offset - start + 1 };
  }
}

/** `connections[17].port`. */
function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${/^\w+$/.test(step) ? step : quote(step)}`))
    .join('')
    .replace(/^\./, '');
}
