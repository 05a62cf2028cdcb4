// The blocks that are attached to some rows of a table, for example sketches, by the numbers of the rows. They are on the
// heap, each with its length in bytes before it, in 4 bytes. They take no memory before `open`.

const ENTRY: usize = sizeof<usize>();

@unmanaged
export class Blocks {
  /** The place of each, 0 for none. This is 0 before `open`. */
  private places: usize = 0;
  private capacity: u32 = 0;

  /** Makes room for the blocks of this many rows, unless there is some. */
  open(capacity: u32): void {
    if (this.places === 0) this.enlarge(capacity);
  }

  /** Makes room for the blocks of more rows, after `open`. */
  grow(capacity: u32): void {
    if (this.places !== 0) this.enlarge(capacity);
  }

  private enlarge(capacity: u32): void {
    const known = <usize>this.capacity * ENTRY;
    const places = heap.alloc(<usize>capacity * ENTRY);
    memory.copy(places, this.places, known);
    memory.fill(places + known, 0, <usize>capacity * ENTRY - known);
    if (this.places !== 0) heap.free(this.places);
    this.places = places;
    this.capacity = capacity;
  }

  /** Returns the place of the row's block, which begins with its length; 0 if it has none. */
  of(row: u32): usize {
    return this.places === 0 ? 0 : load<usize>(this.places + <usize>row * ENTRY);
  }

  swap(a: u32, b: u32): void {
    if (this.places === 0) return;
    const ofA = this.of(a);
    this.put(a, this.of(b));
    this.put(b, ofA);
  }

  /** Frees the blocks of the rows in [first, end). */
  free(first: u32, end: u32): void {
    if (this.places === 0) return;
    for (let row = first; row < end; row++) {
      const block = this.of(row);
      if (block === 0) continue;
      heap.free(block);
      this.put(row, 0);
    }
  }

  /** Returns the number of bytes that `copy` writes. */
  lengthOf(rows: u32): usize {
    let length: usize = 0;
    for (let row: u32 = 0; row < rows; row++) {
      const block = this.of(row);
      if (block !== 0) length += 8 + load<u32>(block);
    }
    return length;
  }

  /** Returns how many of the first rows have a block. */
  countOf(rows: u32): usize {
    let count: usize = 0;
    for (let row: u32 = 0; row < rows; row++) count += <usize>(this.of(row) !== 0);
    return count;
  }

  /** Writes the blocks of the first rows, each after the number of its row and its length. */
  copy(rows: u32, to: usize): void {
    let at = to;
    for (let row: u32 = 0; row < rows; row++) {
      const block = this.of(row);
      if (block === 0) continue;
      const length = 4 + load<u32>(block);
      store<u32>(at, row);
      memory.copy(at + 4, block, length);
      at += 4 + length;
    }
  }

  put(row: u32, block: usize): void {
    store<usize>(this.places + <usize>row * ENTRY, block);
  }
}
