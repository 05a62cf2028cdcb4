// Memory of parts that are no longer needed, for later parts. V8 frees it only when it collects garbage, which it hardly
// ever does while packets are counted: tens of megabytes would pile up.

/** Less is not worth keeping. */
const LEAST = 64 * 1024;
/** Memory is reserved in multiples of this, so that it also fits somewhat larger parts. */
const UNIT = 256 * 1024;
const MOST_KEPT = 8;

export class SpareMemory {
  readonly #buffers: ArrayBuffer[] = [];

  /** Takes memory that nothing uses any more. */
  give(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      if (buffer.byteLength >= LEAST && this.#buffers.length < MOST_KEPT) this.#buffers.push(buffer);
    }
  }

  /** Copies bytes into memory that was given, or into new memory if none is large enough. */
  copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const copy = new Uint8Array(this.take(bytes.length), 0, bytes.length);
    copy.set(bytes);
    return copy;
  }

  /** Returns memory of at least this length, which was given or is new. */
  take(length: number): ArrayBuffer {
    if (length < LEAST) return new ArrayBuffer(length);
    const at = this.#buffers.findIndex(({ byteLength }) => byteLength >= length);
    const [buffer = new ArrayBuffer(Math.ceil(length / UNIT) * UNIT)] =
      at < 0 ? [] : this.#buffers.splice(at, 1);
    return buffer;
  }
}
