// The evidence of rows: counters in an array of their own, by the numbers of the rows. Sums must stay exact, but most are
// small. So a counter has 32 or 15 bits in the array, and larger sums are carried into a separate block. The counters take
// no memory before `open`. src/tally/layout.ts defines their order.

import {
  COUNTER_COUNT,
  EVIDENCE_LENGTH,
  NARROW_BITS,
  NARROW_COUNTERS,
  UNKNOWN_EVIDENCE,
} from '../tally/layout';
import { Blocks } from './blocks';

const NARROW_MASK: u32 = (1 << NARROW_BITS) - 1;
/** Set in the first narrow counter of a row if something that was added to it had no evidence. */
const UNKNOWN: u16 = 0x8000;
const NARROW_AT: usize = NARROW_COUNTERS * 4;

/** Whether all counters in the form of `Counters.copy` are 0. */
export function isNothing(counters: usize): bool {
  let all: u64 = 0;
  for (let counter: usize = 0; counter < <usize>COUNTER_COUNT; counter++) {
    all |= load<u64>(counters + counter * 8);
  }
  return all === 0;
}

@unmanaged
export class Counters {
  /** Where they are; 0 before `open`. */
  private at: usize = 0;
  private capacity: u32 = 0;
  /** The carries of rows that have any: one for each counter, 4 bytes each. */
  private readonly carries: Blocks = new Blocks();

  get isOpen(): bool {
    return this.at !== 0;
  }

  open(capacity: u32): void {
    if (this.at === 0) this.enlarge(capacity);
  }

  grow(capacity: u32): void {
    if (this.at === 0) return;
    this.enlarge(capacity);
    this.carries.grow(capacity);
  }

  private enlarge(capacity: u32): void {
    const known = <usize>this.capacity * EVIDENCE_LENGTH;
    const at = heap.alloc(<usize>capacity * EVIDENCE_LENGTH);
    memory.copy(at, this.at, known);
    memory.fill(at + known, 0, <usize>capacity * EVIDENCE_LENGTH - known);
    if (this.at !== 0) heap.free(this.at);
    this.at = at;
    this.capacity = capacity;
  }

  /** Adds to a counter of a row. */
  add(row: u32, counter: u32, value: u64): void {
    const own = this.at + <usize>row * EVIDENCE_LENGTH;
    if (counter < <u32>NARROW_COUNTERS) {
      const at = own + <usize>counter * 4;
      const sum = <u64>load<u32>(at) + value;
      store<u32>(at, <u32>sum);
      if (sum >> 32 !== 0) this.carry(row, counter, <u32>(sum >> 32));
    } else {
      const at = own + NARROW_AT + <usize>(counter - NARROW_COUNTERS) * 2;
      const known = load<u16>(at);
      const sum = <u64>(known & <u16>NARROW_MASK) + value;
      store<u16>(at, (known & UNKNOWN) | (<u16>sum & <u16>NARROW_MASK));
      if (sum >> NARROW_BITS !== 0) this.carry(row, counter, <u32>(sum >> NARROW_BITS));
    }
  }

  private carry(row: u32, counter: u32, value: u32): void {
    this.carries.open(this.capacity);
    let block = this.carries.of(row);
    if (block === 0) {
      block = heap.alloc(4 + COUNTER_COUNT * 4);
      memory.fill(block, 0, 4 + COUNTER_COUNT * 4);
      store<u32>(block, COUNTER_COUNT * 4);
      this.carries.put(row, block);
    }
    const at = block + 4 + <usize>counter * 4;
    store<u32>(at, load<u32>(at) + value);
  }

  valueOf(row: u32, counter: u32): f64 {
    const own = this.at + <usize>row * EVIDENCE_LENGTH;
    const block = this.carries.of(row);
    const carried = block === 0 ? 0 : <f64>load<u32>(block + 4 + <usize>counter * 4);
    if (counter < <u32>NARROW_COUNTERS)
      return <f64>load<u32>(own + <usize>counter * 4) + carried * 4294967296;
    const narrow = load<u16>(own + NARROW_AT + <usize>(counter - NARROW_COUNTERS) * 2) & <u16>NARROW_MASK;
    return <f64>narrow + carried * <f64>(1 << NARROW_BITS);
  }

  /** Makes a counter 0. */
  reset(row: u32, counter: u32): void {
    const value = this.valueOf(row, counter);
    if (value === 0) return;
    const own = this.at + <usize>row * EVIDENCE_LENGTH;
    const block = this.carries.of(row);
    if (block !== 0) store<u32>(block + 4 + <usize>counter * 4, 0);
    if (counter < <u32>NARROW_COUNTERS) store<u32>(own + <usize>counter * 4, 0);
  }

  isUnknown(row: u32): bool {
    return (load<u16>(this.at + <usize>row * EVIDENCE_LENGTH + NARROW_AT) & UNKNOWN) !== 0;
  }

  /** Writes the counters of a row as 8-byte floats, the first one UNKNOWN_EVIDENCE if they are not known. */
  copy(row: u32, to: usize): void {
    if (this.carries.of(row) === 0) this.copyUncarried(row, to);
    else {
      for (let counter: u32 = 0; counter < <u32>COUNTER_COUNT; counter++) {
        store<f64>(to + <usize>counter * 8, this.valueOf(row, counter));
      }
    }
    if (this.isUnknown(row)) store<f64>(to, UNKNOWN_EVIDENCE);
  }

  private copyUncarried(row: u32, to: usize): void {
    const own = this.at + <usize>row * EVIDENCE_LENGTH;
    for (let counter: usize = 0; counter < <usize>NARROW_COUNTERS; counter++) {
      store<f64>(to + counter * 8, <f64>load<u32>(own + counter * 4));
    }
    for (let counter: usize = NARROW_COUNTERS; counter < <usize>COUNTER_COUNT; counter++) {
      const value = load<u16>(own + NARROW_AT + (counter - NARROW_COUNTERS) * 2) & <u16>NARROW_MASK;
      store<f64>(to + counter * 8, <f64>value);
    }
  }

  /** Adds counters in the form of `copy`. */
  unite(row: u32, from: usize): void {
    if (load<f64>(from) === UNKNOWN_EVIDENCE) {
      const at = this.at + <usize>row * EVIDENCE_LENGTH + NARROW_AT;
      store<u16>(at, load<u16>(at) | UNKNOWN);
      return;
    }
    for (let counter: u32 = 0; counter < <u32>COUNTER_COUNT; counter++) {
      const value = <u64>load<f64>(from + <usize>counter * 8);
      if (value !== 0) this.add(row, counter, value);
    }
  }

  /** Moves the counters of a row to another one, whose own are no longer wanted. */
  move(from: u32, to: u32): void {
    if (this.at === 0) return;
    const at = this.at + <usize>from * EVIDENCE_LENGTH;
    memory.copy(this.at + <usize>to * EVIDENCE_LENGTH, at, EVIDENCE_LENGTH);
    this.carries.swap(from, to);
  }

  /** Forgets the counters of the rows in [first, end). */
  clear(first: u32, end: u32): void {
    if (this.at === 0 || end <= first) return;
    const at = this.at + <usize>first * EVIDENCE_LENGTH;
    memory.fill(at, 0, <usize>(end - first) * EVIDENCE_LENGTH);
    this.carries.free(first, end);
  }
}
