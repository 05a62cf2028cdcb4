// Ascending lists of 4-byte numbers on the heap, each with its length in bytes before it, in 4 bytes. They grow so that
// each fills a block of the heap. A list that has no number yet is 0.

export const LENGTH: usize = 4;

/** Room for the first numbers, and the heap's own 4 bytes, in one of its smallest blocks. */
const FIRST_ROOM: usize = 12;

/** Makes a list of one number. */
export function makeList(number: u32): usize {
  const list = heap.alloc(FIRST_ROOM);
  store<u32>(list, 4);
  store<u32>(list + LENGTH, number);
  return list;
}

/** The bytes of the numbers that are less. Halves the list without a branch that nobody could guess. */
export function placeOf(list: usize, number: u32): u32 {
  const numbers = list + LENGTH;
  let from: u32 = 0;
  let left = load<u32>(list) >> 2;
  while (left > 0) {
    const half = (left + 1) >> 1;
    from = select<u32>(from + half, from, load<u32>(numbers + ((from + half - 1) << 2)) < number);
    left -= half;
  }
  return from << 2;
}

/** Inserts a number at this place, and returns where the list is from then on. */
export function insertAt(list: usize, place: u32, number: u32): usize {
  const length = load<u32>(list);
  // With the heap's own 4 bytes and this number, a full block has 16, 32, 64, … bytes.
  const used = length + 8;
  const grown = (used & (used - 1)) === 0 ? heap.realloc(list, used * 2 - 4) : list;
  const at = grown + LENGTH + place;
  memory.copy(at + 4, at, length - place);
  store<u32>(at, number);
  store<u32>(grown, length + 4);
  return grown;
}
