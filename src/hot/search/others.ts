// Searches for the next record of a snoop or ERF capture after damage, as src/hot/search/search.ts does for other captures. The
// records are those of src/capture/other.

import {
  ERF_FIRST_SECONDS,
  ERF_HAS_EXTENSION,
  ERF_HEADER_LENGTH,
  ERF_LAST_TYPE,
  ERF_MAX_MORE,
  ERF_METADATA,
  ERF_PADDING,
  SNOOP_MAX_PADDING,
  SNOOP_RECORD_HEADER_LENGTH,
} from '../../capture/other/limits';
import { CHAIN_LENGTH, MAX_CAPTURED_LENGTH, MAX_ORIGINAL_LENGTH } from '../../capture/pcap/limits';
import { mayBeHead } from './heads';
import { isNear, STEP, skipZeros } from './search';

/**
 * Returns the first place in [start, stop) where a record or a head may begin; `stop` if there is none. There must be 24
 * bytes before `end` at each. As isItem in src/walk/record-walker.ts.
 */
export function findOtherRecord(start: usize, stop: usize, end: usize, isErf: bool): usize {
  let at = start;
  while (at < stop) {
    at = skipZeros(at, stop);
    for (const next = min(at + STEP, stop); at < next; at++) {
      if (mayBeHead(at)) return at;
      if ((isErf ? erfLength(at) : snoopLength(at)) !== 0 && mayBeChain(at, end, isErf)) return at;
    }
  }
  return stop;
}

/** Whether the headers of the first records, as far as they are before `end`, are right. */
function mayBeChain(start: usize, end: usize, isErf: bool): bool {
  const headerLength: usize = isErf ? ERF_HEADER_LENGTH : SNOOP_RECORD_HEADER_LENGTH;
  let at = start;
  let near: u32 = 0;
  let hasNear = false;
  for (let found = 0; found < CHAIN_LENGTH; found++) {
    if (at + headerLength > end) return true;
    const length = isErf ? erfLength(at) : snoopLength(at);
    if (length === 0) return false;
    const seconds = isErf ? load<u32>(at, 4) : bswap(load<u32>(at, 16));
    if (!isErf || seconds >= <u32>ERF_FIRST_SECONDS) {
      if (hasNear && !isNear(seconds, near)) return false;
      hasNear = true;
      near = seconds;
    }
    at += length;
  }
  return true;
}

/** Returns the length of a record of snoop, as far as it is plausible; otherwise 0. */
function snoopLength(record: usize): u32 {
  const original = bswap(load<u32>(record));
  if (original - 1 >= <u32>MAX_ORIGINAL_LENGTH) return 0;
  const captured = bswap(load<u32>(record, 4));
  if (captured > original || captured > <u32>MAX_CAPTURED_LENGTH) return 0;
  const length = bswap(load<u32>(record, 8));
  const packet = <u32>SNOOP_RECORD_HEADER_LENGTH + captured;
  if (length < packet || length - packet > <u32>SNOOP_MAX_PADDING) return 0;
  return bswap(load<u32>(record, 20)) < 1_000_000 ? length : 0;
}

/** Returns the length of a record of ERF, as far as it is plausible; otherwise 0. */
function erfLength(record: usize): u32 {
  const type = <u32>load<u8>(record, 8) & ~ERF_HAS_EXTENSION;
  const length = <u32>bswap(load<u16>(record, 10));
  if (type === ERF_PADDING) return length >= <u32>ERF_HEADER_LENGTH ? length : 0;
  if (type - 1 >= <u32>ERF_LAST_TYPE || length <= <u32>ERF_HEADER_LENGTH) return 0;
  if (type === ERF_METADATA) return length;
  if (load<u32>(record, 4) < <u32>ERF_FIRST_SECONDS) return 0;
  return length <= <u32>(ERF_HEADER_LENGTH + ERF_MAX_MORE) + <u32>bswap(load<u16>(record, 14)) ? length : 0;
}
