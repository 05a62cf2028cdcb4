// Numbers the machines and services of the rows, for views: a summary names each machine once, not once for each row. Rows
// are written in batches of columns, because a flood makes very many.

import { CLIENT_REMOTE, COUNT_SHIFT, MULTIPLIERS, SERVER_REMOTE } from '../tally/layout';
import { rows4, rows6 } from './tables';

const PORT_MASK: u64 = 0xffff;
const INITIAL_SLOTS: u32 = 256;

/** The bytes of a key: one 8-byte integer, or two for an address of IPv6. */
const KEY: usize = 8;
const KEY_6: usize = 16;

/** Distinct keys in the order in which they came, and the slots by which they are found. */
@unmanaged
class Keys {
  constructor(readonly width: usize) {}

  at: usize = 0;
  size: u32 = 0;
  private slots: usize = 0;
  private mask: u32 = 0;

  /** Returns the number of the key plus one. @param lower 0 for a key of one integer */
  add(upper: u64, lower: u64): u32 {
    if (this.size * 2 >= this.mask) this.grow();
    let slot = hash(upper, lower) & this.mask;
    for (;;) {
      const found = load<u32>(this.slots + slot * 4);
      if (found === 0) break;
      const key = this.at + <usize>(found - 1) * this.width;
      if (load<u64>(key) === upper && this.lowerAt(key) === lower) return found;
      slot = (slot + 1) & this.mask;
    }
    const key = this.at + <usize>this.size * this.width;
    store<u64>(key, upper);
    if (this.width === KEY_6) store<u64>(key, lower, 8);
    this.size += 1;
    store<u32>(this.slots + slot * 4, this.size);
    return this.size;
  }

  private lowerAt(key: usize): u64 {
    return this.width === KEY_6 ? load<u64>(key, 8) : 0;
  }

  /** Doubles the slots, and makes room for half as many keys. */
  private grow(): void {
    const slotCount = this.slots === 0 ? INITIAL_SLOTS : (this.mask + 1) * 2;
    const at = heap.alloc(<usize>(slotCount / 2) * this.width);
    const slots = heap.alloc(<usize>slotCount * 4);
    memory.copy(at, this.at, <usize>this.size * this.width);
    memory.fill(slots, 0, <usize>slotCount * 4);
    const size = this.size;
    this.free();
    this.at = at;
    this.slots = slots;
    this.size = size;
    this.mask = slotCount - 1;
    for (let number: u32 = 0; number < size; number++) {
      const key = at + <usize>number * this.width;
      let slot = hash(load<u64>(key), this.lowerAt(key)) & this.mask;
      while (load<u32>(slots + slot * 4) !== 0) slot = (slot + 1) & this.mask;
      store<u32>(slots + slot * 4, number + 1);
    }
  }

  free(): void {
    if (this.slots === 0) return;
    heap.free(this.at);
    heap.free(this.slots);
    this.at = 0;
    this.slots = 0;
    this.size = 0;
    this.mask = 0;
  }
}

/** Multilinear with random multipliers, as the hash of rows. */
function hash(upper: u64, lower: u64): u32 {
  const sum =
    (upper & 0xffffffff) * load<u64>(MULTIPLIERS) +
    (upper >> 32) * load<u64>(MULTIPLIERS, 8) +
    (lower & 0xffffffff) * load<u64>(MULTIPLIERS, 16) +
    (lower >> 32) * load<u64>(MULTIPLIERS, 24);
  return <u32>(((sum ^ (sum >> 32)) * 0x9e3779b97f4a7c15) >> 32);
}

const machines4: Keys = new Keys(KEY);
const machines6: Keys = new Keys(KEY_6);
const services4: Keys = new Keys(KEY);
const services6: Keys = new Keys(KEY);

/**
 * Writes rows as columns to `to`: counts, times first and last seen, 8-byte floats; then the numbers of client, server and
 * service, 4 bytes each. Numbers begin at 1; 0 stands for every remote machine.
 */
export function numberRows(family: u32, from: u32, count: u32, to: usize): void {
  const numbers = to + <usize>count * 24;
  for (let at: u32 = 0; at < count; at++) {
    let counted: u64, first: f64, last: f64;
    let client: u32 = 0;
    let server: u32 = 0;
    if (family === 4) {
      const row = rows4.row(from + at);
      counted = row.counted;
      first = row.first;
      last = row.last;
      if ((counted & CLIENT_REMOTE) === 0) client = machines4.add(row.client, 0);
      if ((counted & SERVER_REMOTE) === 0) server = machines4.add(row.server, 0);
    } else {
      const row = rows6.row(from + at);
      counted = row.counted;
      first = row.first;
      last = row.last;
      if ((counted & CLIENT_REMOTE) === 0) client = machines6.add(row.client0, row.client1);
      if ((counted & SERVER_REMOTE) === 0) server = machines6.add(row.server0, row.server1);
    }
    store<f64>(to + <usize>at * 8, <f64>(counted >> COUNT_SHIFT));
    store<f64>(to + <usize>(count + at) * 8, first);
    store<f64>(to + <usize>(count * 2 + at) * 8, last);
    store<u32>(numbers + <usize>at * 4, client);
    store<u32>(numbers + <usize>(count + at) * 4, server);
    const services = family === 4 ? services4 : services6;
    store<u32>(
      numbers + <usize>(count * 2 + at) * 4,
      services.add(server | ((counted & PORT_MASK) << 32), 0),
    );
  }
}

/** The number of machines, or of services, that have been numbered. */
export function numberedCount(family: u32, isServices: bool): u32 {
  return keysOf(family, isServices).size;
}

/**
 * Where they are: an address as it is in packets, in 8 bytes for IPv4 and 16 for IPv6, or the number of a server and a port,
 * 4 bytes each.
 */
export function numberedAt(family: u32, isServices: bool): usize {
  return keysOf(family, isServices).at;
}

export function freeNumbers(): void {
  machines4.free();
  machines6.free();
  services4.free();
  services6.free();
}

function keysOf(family: u32, isServices: bool): Keys {
  if (family === 4) return isServices ? services4 : machines4;
  return isServices ? services6 : machines6;
}
