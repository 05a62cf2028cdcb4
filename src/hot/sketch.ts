// Sketches of clients: the hashes of their addresses while they are few, then a HyperLogLog. src/tally/client-sketch.ts
// explains and reads them. The layout is in src/tally/layout.ts.

import { MAX_HASHES, MAX_REGISTER, REGISTER_BITS, REGISTER_COUNT } from '../tally/layout';

const LENGTH: usize = 4;
const MAX_LIST_LENGTH: u32 = MAX_HASHES * 4;

/** With the heap's own 4 bytes, this is one of its smallest blocks. */
const FIRST_ROOM: usize = 12;

/** Adds a client to a sketch, which is 0 if it is empty, and returns where it is from then on. */
export function addClient(sketch: usize, address: usize, length: u32): usize {
  return addHash(sketch, hashOf(address, length));
}

/** MurmurHash3_x86_32 of an address with the seed 0. */
function hashOf(address: usize, length: u32): u32 {
  let hash: u32 = 0;
  for (let at: u32 = 0; at < length; at += 4) {
    hash ^= rotl<u32>(load<u32>(address + at) * 0xcc9e2d51, 15) * 0x1b873593;
    hash = rotl<u32>(hash, 13) * 5 + 0xe6546b64;
  }
  hash ^= length;
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  return hash ^ (hash >> 16);
}

function addHash(sketch: usize, hash: u32): usize {
  if (sketch === 0) {
    const first = heap.alloc(FIRST_ROOM);
    store<u32>(first, 4);
    store<u32>(first + LENGTH, hash);
    return first;
  }
  const length = load<u32>(sketch);
  if (length === REGISTER_COUNT) {
    raise(sketch + LENGTH, hash);
    return sketch;
  }
  return addToList(sketch, length, hash);
}

/** Adds the clients of another sketch, which is not on the heap, and returns where the first is from then on. */
export function uniteSketches(sketch: usize, other: usize): usize {
  const length = load<u32>(other);
  const content = other + LENGTH;
  if (length !== REGISTER_COUNT) {
    let united = sketch;
    for (let at: u32 = 0; at < length; at += 4) united = addHash(united, load<u32>(content + at));
    return united;
  }
  const united = sketch !== 0 && load<u32>(sketch) === REGISTER_COUNT ? sketch : spread(sketch);
  for (let at: usize = LENGTH; at < LENGTH + REGISTER_COUNT; at++) {
    store<u8>(united + at, max(load<u8>(united + at), load<u8>(other + at)));
  }
  return united;
}

function addToList(sketch: usize, length: u32, hash: u32): usize {
  const hashes = sketch + LENGTH;
  const place = placeOf(hashes, length >> 2, hash);
  if (place < length && load<u32>(hashes + place) === hash) return sketch;
  if (length === MAX_LIST_LENGTH) {
    const registers = spread(sketch);
    raise(registers + LENGTH, hash);
    return registers;
  }
  // With the heap's own 4 bytes and this hash, a full block has 16, 32, 64, 128 or 256 bytes.
  const used = length + 8;
  const grown = (used & (used - 1)) === 0 ? heap.realloc(sketch, used * 2 - 4) : sketch;
  const at = grown + LENGTH + place;
  memory.copy(at + 4, at, length - place);
  store<u32>(at, hash);
  store<u32>(grown, length + 4);
  return grown;
}

/** Returns the length of the hashes that are less. Halves the list without a branch, which would be unpredictable. */
function placeOf(hashes: usize, count: u32, hash: u32): u32 {
  let from: u32 = 0;
  let left = count;
  while (left > 0) {
    const half = (left + 1) >> 1;
    from = select<u32>(from + half, from, load<u32>(hashes + ((from + half - 1) << 2)) < hash);
    left -= half;
  }
  return from << 2;
}

/** Replaces a list, or nothing, by registers. */
function spread(sketch: usize): usize {
  const registers = heap.alloc(LENGTH + REGISTER_COUNT);
  store<u32>(registers, REGISTER_COUNT);
  memory.fill(registers + LENGTH, 0, REGISTER_COUNT);
  if (sketch !== 0) {
    const length = load<u32>(sketch);
    for (let at: u32 = 0; at < length; at += 4) raise(registers + LENGTH, load<u32>(sketch + LENGTH + at));
    heap.free(sketch);
  }
  return registers;
}

/** Raises the register of this hash to the position of the first 1 after the bits that choose it. */
function raise(registers: usize, hash: u32): void {
  const register = registers + (hash >> (32 - REGISTER_BITS));
  const place = min<u32>(clz(hash << REGISTER_BITS) + 1, MAX_REGISTER);
  if (load<u8>(register) < place) store<u8>(register, <u8>place);
}
