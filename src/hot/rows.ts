// The rows of one IP version, in the order in which they came, and the slots by which they are found: open addressing
// with linear probing. A slot has the number of a row plus one, and above it a mark from the row's hash, so that rows with
// other keys are hardly ever compared. If they are counted, a sketch is attached to each row with a remote client, and to
// each row the hours in which it was seen, or its activity in slices of time.

import {
  BATCH,
  COUNTER_COUNT,
  FOUND,
  HASHES,
  HOURS,
  MAX_CAPACITY,
  NOWHERE,
  REMOTE,
  SKETCHES,
} from '../tally/layout';
import { uniteActivity } from './activity/block';
import { Blocks } from './blocks';
import { Counters, isNothing } from './counters';
import { addHour, hourOf, uniteHours } from './hours';
import { addClient, uniteSketches } from './sketch';

const INITIAL_ROWS: u32 = 64;
const CACHE_LINE: usize = 64;

/** Up to this number, rows are in the processor's cache. */
const ROWS_IN_CACHE: u32 = 4096;

const MARK: u32 = 0xff00_0000;

/** Taken from bits that do not choose the slot, as long as there are fewer than 2^24 slots. */
function markOf(hash: u64): u32 {
  return <u32>(hash >> 8) & MARK;
}

/** Adds a block that is not on the heap to another one of this kind; returns where that is from then on. */
function unite(kind: u32, block: usize, other: usize): usize {
  if (kind === SKETCHES) return uniteSketches(block, other);
  return kind === HOURS ? uniteHours(block, other) : uniteActivity(block, other);
}

@unmanaged
export class Rows<R> {
  /** Where the rows are. They move only when the table grows or is folded. */
  at: usize = 0;
  size: u32 = 0;
  private capacity: u32 = 0;
  /** The memory that was allocated for them; `at` is the first cache line in it. */
  private room: usize = 0;
  private slots: usize = 0;
  /** Shifts a hash to its slot. There are 2^(64 - shift) slots, at least two for each row. */
  private shift: u64 = 58;
  /** The sketches of rows with a remote client. */
  readonly sketches: Blocks = new Blocks();
  /** The hours in which rows were seen. */
  readonly hours: Blocks = new Blocks();
  /** How often rows were seen in each slice of time. */
  readonly activity: Blocks = new Blocks();
  /** The evidence of rows. */
  readonly counters: Counters = new Counters();

  row(index: u32): R {
    return changetype<R>(this.at + <usize>index * offsetof<R>());
  }

  /**
   * Adds successive rows. If a table is larger than the processor's cache, nearly all of the time is spent waiting for
   * memory. So a batch reads all the slots that it needs, then all the rows, and the processor waits for many of them at
   * a time.
   */
  addAll(from: usize, count: u32): void {
    for (let done: u32 = 0; done < count; done += BATCH) {
      this.addBatch(from + done * offsetof<R>(), min<u32>(BATCH, count - done));
    }
  }

  private addBatch(from: usize, count: u32): void {
    for (let at: u32 = 0; at < count; at++) {
      const hash = changetype<R>(from + at * offsetof<R>()).hash;
      store<u64>(HASHES + at * 8, hash);
      store<u32>(FOUND + at * 4, this.find(hash));
    }
    if (this.size > ROWS_IN_CACHE) this.bringNear(count);
    for (let at: u32 = 0; at < count; at++) {
      const row = changetype<R>(from + at * offsetof<R>());
      const found = load<u32>(FOUND + at * 4);
      if (found !== 0 && this.row(found - 1).isSame(row)) this.row(found - 1).add(row);
      else store<u32>(FOUND + at * 4, this.add(row, load<u64>(HASHES + at * 8)) + 1);
    }
  }

  /** Reads the rows that were found, so that they are in the cache; row 0 stands for those that were not. */
  private bringNear(count: u32): void {
    for (let at: u32 = 0; at < count; at++) {
      const found = load<u32>(FOUND + at * 4);
      store<u32>(NOWHERE, <u32>this.row(found - <u32>(found !== 0)).counted);
    }
  }

  /** Returns the number plus one of a row that very probably has this hash; 0 if there is none. */
  private find(hash: u64): u32 {
    const slots = this.slots;
    const mask = this.slotCount - 1;
    const mark = markOf(hash);
    let slot = <u32>(hash >> this.shift);
    let found = load<u32>(slots + slot * 4);
    while (found !== 0 && ((found ^ mark) & MARK) !== 0) {
      slot = (slot + 1) & mask;
      found = load<u32>(slots + slot * 4);
    }
    return found & ~MARK;
  }

  /** Adds a row, and returns its number. */
  private add(row: R, hash: u64): u32 {
    const mask = this.slotCount - 1;
    let slot = <u32>(hash >> this.shift);
    for (;;) {
      const found = load<u32>(this.slots + slot * 4);
      if (found === 0) break;
      if (((found ^ markOf(hash)) & MARK) === 0) {
        const number = (found & ~MARK) - 1;
        if (this.row(number).isSame(row)) {
          this.row(number).add(row);
          return number;
        }
      }
      slot = (slot + 1) & mask;
    }
    if (this.size === this.capacity) this.grow();
    this.row(this.size).set(row);
    this.size += 1;
    store<u32>(this.slots + slot * 4, markOf(hash) | this.size);
    // Slots stay at most half full: long runs of taken slots cost more than the memory.
    if (this.size * 2 > mask) this.addSlots();
    return this.size - 1;
  }

  /**
   * Adds the clients of the last batch to its rows; their addresses have this length and are successive. About half of
   * them are remote, in no order, so the remote ones are listed first: a branch would often be mispredicted.
   */
  addClients(from: usize, count: u32, clients: usize, length: u32): void {
    this.sketches.open(this.capacity);
    let remote: u32 = 0;
    for (let at: u32 = 0; at < count; at++) {
      store<u32>(REMOTE + remote * 4, at);
      remote += <u32>changetype<R>(from + at * offsetof<R>()).isOfRemoteClients;
    }
    for (let number: u32 = 0; number < remote; number++) {
      const at = load<u32>(REMOTE + number * 4);
      const index = this.indexOf(at);
      this.sketches.put(index, addClient(this.sketches.of(index), clients + at * length, length));
    }
  }

  /** Adds the hours of the last batch to its rows. */
  addHours(from: usize, count: u32): void {
    this.hours.open(this.capacity);
    for (let at: u32 = 0; at < count; at++) {
      const hour = hourOf(changetype<R>(from + at * offsetof<R>()).first);
      const index = this.indexOf(at);
      this.hours.put(index, addHour(this.hours.of(index), hour));
    }
  }

  /** Adds blocks, in the form of `Blocks.copy`, for rows at `rows` that have been added to the table. */
  addBlocks(kind: u32, rows: usize, blocks: usize, length: u32): void {
    const own = this.blocks(kind);
    own.open(this.capacity);
    const end = blocks + length;
    let at = blocks;
    while (at < end) {
      const index = this.numberOf(changetype<R>(rows + <usize>load<u32>(at) * offsetof<R>()));
      const block = own.of(index);
      own.put(index, unite(kind, block, at + 4));
      at += 8 + load<u32>(at, 4);
    }
  }

  blocks(kind: u32): Blocks {
    return kind === SKETCHES ? this.sketches : kind === HOURS ? this.hours : this.activity;
  }

  /** Makes room for the activity of rows. */
  openActivity(): Blocks {
    this.activity.open(this.capacity);
    return this.activity;
  }

  /** Makes room for the evidence of rows. */
  openCounters(): void {
    this.counters.open(this.capacity);
  }

  /** Adds evidence, in the form of `Counters.copy`, for successive rows at `rows` that have been added to the table. */
  addEvidence(rows: usize, evidence: usize, count: u32): void {
    for (let at: u32 = 0; at < count; at++) {
      const counters = evidence + <usize>at * COUNTER_COUNT * 8;
      if (isNothing(counters)) continue;
      const row = this.numberOf(changetype<R>(rows + <usize>at * offsetof<R>()));
      this.counters.unite(row, counters);
    }
  }

  /** Returns the number of the row to which row `at` of the last batch was added. */
  indexOf(at: u32): u32 {
    return load<u32>(FOUND + at * 4) - 1;
  }

  /** Returns the number of the row with this key, which must be in the table. */
  private numberOf(row: R): u32 {
    const hash = row.hash;
    const mask = this.slotCount - 1;
    let slot = <u32>(hash >> this.shift);
    let found = load<u32>(this.slots + slot * 4);
    while (((found ^ markOf(hash)) & MARK) !== 0 || !this.row((found & ~MARK) - 1).isSame(row)) {
      slot = (slot + 1) & mask;
      found = load<u32>(this.slots + slot * 4);
    }
    return (found & ~MARK) - 1;
  }

  /** Moves a row to the place of an earlier one that is no longer wanted. */
  move(from: u32, to: u32): void {
    this.row(to).set(this.row(from));
    // The blocks of the other row are freed with all that come after the rows that are kept.
    this.sketches.swap(from, to);
    this.hours.swap(from, to);
    this.activity.swap(from, to);
    this.counters.move(from, to);
  }

  /** Keeps the first `size` rows, and fills the slots again. */
  truncate(size: u32): void {
    this.sketches.free(size, this.size);
    this.hours.free(size, this.size);
    this.activity.free(size, this.size);
    this.counters.clear(size, this.size);
    this.size = size;
    const mask = this.slotCount - 1;
    memory.fill(this.slots, 0, <usize>this.slotCount * 4);
    for (let at: u32 = 0; at < size; at++) {
      const hash = this.row(at).hash;
      let slot = <u32>(hash >> this.shift);
      while (load<u32>(this.slots + slot * 4) !== 0) slot = (slot + 1) & mask;
      store<u32>(this.slots + slot * 4, markOf(hash) | (at + 1));
    }
  }

  /** Allocates the memory of an empty table. */
  open(): this {
    this.grow();
    this.addSlots();
    return this;
  }

  private get slotCount(): u32 {
    return (<u32>1) << (<u32>(64 - this.shift));
  }

  private grow(): void {
    // A tally never keeps so many rows. A trap is better than mixing them up.
    if (this.capacity >= <u32>MAX_CAPACITY) unreachable();
    const capacity = max(INITIAL_ROWS, this.capacity * 2);
    const room = heap.alloc(<usize>capacity * offsetof<R>() + CACHE_LINE);
    const at = (room + CACHE_LINE - 1) & ~(CACHE_LINE - 1);
    memory.copy(at, this.at, <usize>this.size * offsetof<R>());
    if (this.room !== 0) heap.free(this.room);
    this.room = room;
    this.at = at;
    this.capacity = capacity;
    this.sketches.grow(capacity);
    this.hours.grow(capacity);
    this.activity.grow(capacity);
    this.counters.grow(capacity);
  }

  private addSlots(): void {
    if (this.slots !== 0) heap.free(this.slots);
    this.shift -= 1;
    this.slots = heap.alloc(<usize>this.slotCount * 4);
    this.truncate(this.size);
  }
}
