// Recognises places where the head of a capture may begin, by the patterns of src/capture/formats.ts.

import { HEAD_LENGTH, HEAD_PAIRS, HEADS } from '../../tally/layout';

/** Returns the first place in [start, stop) where a head may begin; `stop` if there is none. Reads 8 bytes at each. */
export function findHead(start: usize, stop: usize): usize {
  for (let at = start; at < stop; at++) if (mayBeHead(at)) return at;
  return stop;
}

/** Whether the 8 bytes at this place match a pattern. */
export function mayBeHead(at: usize): bool {
  return hasHeadPair(at) && matches(at);
}

/** Whether a pattern begins with the 2 bytes at this place. */
export function hasHeadPair(at: usize): bool {
  const pair = <u32>load<u16>(at);
  return ((load<u8>(HEAD_PAIRS + (pair >> 3)) >> (pair & 7)) & 1) !== 0;
}

function matches(at: usize): bool {
  const word = load<u32>(at);
  let pattern = HEADS;
  // The last pattern is followed by one of 0, and no two have the same word.
  while (load<u32>(pattern) !== word && load<u32>(pattern) !== 0) pattern += HEAD_LENGTH;
  return (
    word !== 0 &&
    (load<u32>(at, 4) & load<u32>(pattern, 4)) === load<u32>(pattern, 8) &&
    load<u32>(pattern) === word
  );
}
