// Random numbers that are the same on every machine: Marsaglia's xorshift with 32 bits of state, whose period is
// 2^32 - 1.

/** A source of whole numbers from 1 to 2^32 - 1. The seed must not be 0. */
export type Random = () => number;

export function makeRandom(seed: number): Random {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
