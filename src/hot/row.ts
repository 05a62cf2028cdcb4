// A row of the tally: a key and three numbers. A row is never in two cache lines, so that a packet touches only one. The
// layout is also in src/tally/layout.ts. The hash is multilinear with random multipliers, so that nobody can prepare
// addresses that collide in one slot (Lemire and Kaser, "Strongly universal string hashing is fast", 2014).

import { CLIENT_REMOTE, COUNT_SHIFT, MULTIPLIERS, SLICE, TAG_MASK } from '../tally/layout';

const ONE: u64 = 1 << COUNT_SHIFT;

@unmanaged
export class Row4 {
  /** Client and server, in the byte order of packets. */
  client: u32;
  server: u32;
  /** The tag, and above it the count. */
  counted: u64;
  /** Microseconds since the epoch. */
  first: f64;
  last: f64;

  get isOfRemoteClients(): bool {
    return (this.counted & CLIENT_REMOTE) !== 0;
  }

  get hash(): u64 {
    return mix(
      <u64>this.client * load<u64>(MULTIPLIERS) +
        <u64>this.server * load<u64>(MULTIPLIERS, 8) +
        (this.counted & TAG_MASK) * load<u64>(MULTIPLIERS, 16) +
        hashOfSlice(this.first),
    );
  }

  isSame(other: Row4): bool {
    return (
      this.client === other.client &&
      this.server === other.server &&
      ((this.counted ^ other.counted) & TAG_MASK) === 0 &&
      isSameSlice(this.first, other.first)
    );
  }

  /** Adds the count and the times of a row with the same key. */
  add(other: Row4): void {
    this.counted += other.counted & ~(<u64>TAG_MASK);
    if (other.first < this.first) this.first = other.first;
    if (other.last > this.last) this.last = other.last;
  }

  set(other: Row4): void {
    this.client = other.client;
    this.server = other.server;
    this.counted = other.counted;
    this.first = other.first;
    this.last = other.last;
  }
}

@unmanaged
export class Row6 {
  /** Client and server, in the byte order of packets. */
  client0: u64;
  client1: u64;
  server0: u64;
  server1: u64;
  counted: u64;
  first: f64;
  last: f64;
  padding: u64;

  get isOfRemoteClients(): bool {
    return (this.counted & CLIENT_REMOTE) !== 0;
  }

  get hash(): u64 {
    return mix(
      (this.client0 & 0xffffffff) * load<u64>(MULTIPLIERS) +
        (this.client0 >> 32) * load<u64>(MULTIPLIERS, 8) +
        (this.client1 & 0xffffffff) * load<u64>(MULTIPLIERS, 16) +
        (this.client1 >> 32) * load<u64>(MULTIPLIERS, 24) +
        (this.server0 & 0xffffffff) * load<u64>(MULTIPLIERS, 32) +
        (this.server0 >> 32) * load<u64>(MULTIPLIERS, 40) +
        (this.server1 & 0xffffffff) * load<u64>(MULTIPLIERS, 48) +
        (this.server1 >> 32) * load<u64>(MULTIPLIERS, 56) +
        (this.counted & TAG_MASK) * load<u64>(MULTIPLIERS, 64) +
        hashOfSlice(this.first),
    );
  }

  isSame(other: Row6): bool {
    return (
      this.client0 === other.client0 &&
      this.client1 === other.client1 &&
      this.server0 === other.server0 &&
      this.server1 === other.server1 &&
      ((this.counted ^ other.counted) & TAG_MASK) === 0 &&
      isSameSlice(this.first, other.first)
    );
  }

  /** Adds the count and the times of a row with the same key. */
  add(other: Row6): void {
    this.counted += other.counted & ~(<u64>TAG_MASK);
    if (other.first < this.first) this.first = other.first;
    if (other.last > this.last) this.last = other.last;
  }

  set(other: Row6): void {
    this.client0 = other.client0;
    this.client1 = other.client1;
    this.server0 = other.server0;
    this.server1 = other.server1;
    this.counted = other.counted;
    this.first = other.first;
    this.last = other.last;
  }
}

// If rows are divided by time, the slice in which a row begins belongs to its key. It follows from the time that the row was
// first seen, which never leaves the slice, so it needs no room.

function hashOfSlice(first: f64): u64 {
  const slice = load<f64>(SLICE);
  return slice === 0 ? 0 : (<u64>(<i64>floor<f64>(first / slice)) & 0xffffffff) * load<u64>(MULTIPLIERS, 72);
}

function isSameSlice(first: f64, other: f64): bool {
  const slice = load<f64>(SLICE);
  return slice === 0 || floor<f64>(first / slice) === floor<f64>(other / slice);
}

/** Returns the tag and the count of a row with one SYN-ACK. */
export function countedOnce(tag: u32): u64 {
  return tag | ONE;
}

/** Keys at regular intervals must not get slots at regular intervals: linear probing would pass all of them. */
function mix(sum: u64): u64 {
  return (sum ^ (sum >> 32)) * 0x9e3779b97f4a7c15;
}
