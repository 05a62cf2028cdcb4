// The sketches of the rows of a table, by the numbers of the rows. They take no room before somebody opens it.

import { addHash, unite } from './sketch';

const ENTRY: usize = sizeof<usize>();

@unmanaged
export class Sketches {
  /** Where each is, 0 for none; itself 0 before the first is added. */
  private places: usize = 0;
  private capacity: u32 = 0;

  /** Makes the first room, for so many rows. */
  open(capacity: u32): void {
    if (this.places === 0) this.enlarge(capacity);
  }

  /** Makes room for more rows, if there is room for any. */
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

  /** Where the sketch of this row is, behind its length; 0 if it has none. */
  of(row: u32): usize {
    return this.places === 0 ? 0 : load<usize>(this.places + <usize>row * ENTRY);
  }

  addHash(row: u32, hash: u32): void {
    this.put(row, addHash(this.of(row), hash));
  }

  /** Adds a sketch that lies elsewhere. */
  unite(row: u32, other: usize): void {
    this.put(row, unite(this.of(row), other));
  }

  swap(a: u32, b: u32): void {
    if (this.places === 0) return;
    const ofA = this.of(a);
    this.put(a, this.of(b));
    this.put(b, ofA);
  }

  /** Gives up those of the rows in [first, end). */
  free(first: u32, end: u32): void {
    if (this.places === 0) return;
    for (let row = first; row < end; row++) {
      const sketch = this.of(row);
      if (sketch === 0) continue;
      heap.free(sketch);
      this.put(row, 0);
    }
  }

  /** How long is what `copy` writes. */
  lengthOf(rows: u32): usize {
    let length: usize = 0;
    for (let row: u32 = 0; row < rows; row++) {
      const sketch = this.of(row);
      if (sketch !== 0) length += 8 + load<u32>(sketch);
    }
    return length;
  }

  /** Writes those of the first rows, each behind the number of its row and its length. */
  copy(rows: u32, to: usize): void {
    let at = to;
    for (let row: u32 = 0; row < rows; row++) {
      const sketch = this.of(row);
      if (sketch === 0) continue;
      const length = 4 + load<u32>(sketch);
      store<u32>(at, row);
      memory.copy(at + 4, sketch, length);
      at += 4 + length;
    }
  }

  private put(row: u32, sketch: usize): void {
    store<usize>(this.places + <usize>row * ENTRY, sketch);
  }
}
