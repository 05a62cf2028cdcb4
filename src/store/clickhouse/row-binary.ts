// ClickHouse's format RowBinary: values one after another, little-endian, without names. Answers are bounded
// and checked, as a file would be.

/** The longest text in an answer; lists of ranges and scans are the longest. */
const MAX_TEXT = 64 << 20;
const MAX_ITEMS = 1_000_000;

/** The answer ends in the middle of a row: more of it must arrive. */
const INCOMPLETE = new Error('incomplete');

/** Reads the values of a row in their order. */
export class RowReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #at = 0;

  /** Continues with the unread bytes and these. */
  append(bytes: Uint8Array, from: number): void {
    const rest = this.#bytes.subarray(from);
    const joined = rest.length === 0 ? bytes : new Uint8Array(rest.length + bytes.length);
    if (rest.length > 0) {
      joined.set(rest);
      joined.set(bytes, rest.length);
    }
    this.#bytes = joined;
    this.#view = new DataView(joined.buffer, joined.byteOffset, joined.length);
    this.#at = 0;
  }

  get at(): number {
    return this.#at;
  }

  get size(): number {
    return this.#bytes.length;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** @throws RangeError if a number cannot hold it exactly */
  u64(): number {
    const at = this.#take(8);
    const value = this.#view.getUint32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
    if (!Number.isSafeInteger(value)) throw new RangeError('found a number that is too large for any count');
    return value;
  }

  i64(): number {
    const at = this.#take(8);
    const value = this.#view.getInt32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
    if (!Number.isSafeInteger(value)) throw new RangeError('found a number that is too large for any time');
    return value;
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** A number that only names something. */
  id(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** The words of an IPv6 address, or of an IPv4 address that is mapped into one. */
  words(family: 4 | 6): Uint32Array {
    const at = this.#take(16);
    if (family === 4) return Uint32Array.of(this.#view.getUint32(at + 12));
    const words = new Uint32Array(4);
    for (let word = 0; word < 4; word++) words[word] = this.#view.getUint32(at + word * 4);
    return words;
  }

  /** A copy of this number of bytes. */
  raw(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  /** A copy of the bytes. */
  bytes(): Uint8Array {
    const length = this.#length(MAX_TEXT);
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  text(): string {
    const length = this.#length(MAX_TEXT);
    const at = this.#take(length);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + at, length).toString('utf8');
  }

  list<T>(item: (row: this) => T): T[] {
    const length = this.#length(MAX_ITEMS);
    return Array.from({ length }, () => item(this));
  }

  #length(max: number): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > max) throw new RangeError(`found a length of ${value}, expected at most ${max}`);
        return value;
      }
    }
    throw new RangeError('found a length of more than 5 bytes');
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw INCOMPLETE;
    this.#at = at + length;
    return at;
  }
}

/** Reads an answer row by row. @throws RangeError if it is not what was asked for */
export async function* readRows<T>(
  chunks: AsyncIterable<Uint8Array>,
  decode: (row: RowReader) => T,
): AsyncGenerator<T[]> {
  const reader = new RowReader();
  let done = 0;
  for await (const chunk of chunks) {
    reader.append(chunk, done);
    done = 0;
    const rows: T[] = [];
    try {
      while (reader.at < reader.size) {
        rows.push(decode(reader));
        done = reader.at;
      }
    } catch (error) {
      if (error !== INCOMPLETE) throw error;
    }
    if (rows.length > 0) yield rows;
  }
  if (done < reader.size) throw new RangeError('the answer ends in the middle of a row');
}

/** Writes rows in memory, which grows. */
export class RowWriter {
  #bytes: Uint8Array = new Uint8Array(1 << 16);
  #view: DataView = new DataView(this.#bytes.buffer);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  /** Returns the bytes that were written, and starts again. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#at);
    this.#at = 0;
    return bytes;
  }

  u8(value: number): void {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
  }

  u32(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value, true);
  }

  u16(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value, true);
  }

  /** Signed and unsigned numbers that a number holds exactly. */
  i64(value: number): void {
    const at = this.#grow(8);
    this.#view.setUint32(at, value % 2 ** 32, true);
    this.#view.setInt32(at + 4, Math.floor(value / 2 ** 32), true);
  }

  f64(value: number): void {
    const at = this.#grow(8);
    this.#view.setFloat64(at, value, true);
  }

  id(value: bigint): void {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, value, true);
  }

  /** Zeros for a machine without an address. */
  words(words: Uint32Array | undefined): void {
    const at = this.#grow(16);
    this.#bytes.fill(0, at, at + 16);
    if (words === undefined) return;
    if (words.length === 1) this.#view.setUint32(at + 8, 0xffff);
    for (const [index, word] of words.entries()) {
      this.#view.setUint32(at + 16 - (words.length - index) * 4, word);
    }
  }

  raw(value: Uint8Array): void {
    const at = this.#grow(value.length);
    this.#bytes.set(value, at);
  }

  bytes(value: Uint8Array): void {
    this.#length(value.length);
    this.raw(value);
  }

  text(value: string): void {
    this.bytes(Buffer.from(value, 'utf8'));
  }

  list<T>(items: readonly T[], item: (value: T) => void): void {
    this.#length(items.length);
    for (const value of items) item(value);
  }

  #length(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.u8(rest);
  }

  #grow(length: number): number {
    const at = this.#at;
    this.#at = at + length;
    if (this.#at > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#at, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}
