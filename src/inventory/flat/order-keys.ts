// The order of keys of a few words each, such as addresses.

/**
 * Returns the numbers of keys in ascending order of the keys; the first word of a key matters most.
 * @param keys the words of the keys, one key after the other
 * @param width words in a key
 * @param size the number of keys
 */
export function orderKeys(keys: Uint32Array, width: number, size: number): Uint32Array {
  const order = new Uint32Array(size).map((_, at) => at);
  const before = new Uint32Array(size);
  // A word of a key followed by its place in the order so far: 8-byte integers need no function that compares them.
  const words = new BigUint64Array(size);
  const halves = new Uint32Array(words.buffer);
  for (let word = width - 1; word >= 0; word--) {
    before.set(order);
    for (let at = 0; at < size; at++) {
      halves[at * 2] = at;
      halves[at * 2 + 1] = keys[(before[at] as number) * width + word] as number;
    }
    words.sort();
    for (let at = 0; at < size; at++) order[at] = before[halves[at * 2] as number] as number;
  }
  return order;
}
