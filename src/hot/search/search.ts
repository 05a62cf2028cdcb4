// Searches for the next record or block after damage. It skips places where there is certainly none, and leaves the others
// to src/walk, which decides. The result is the same as if src/walk had looked at each byte. Damage may fill a whole
// capture, and much of it may look like headers, so each byte must be cheap.

import {
  CHAIN_LENGTH,
  FIRST_CAPTURE_SECONDS,
  MAX_BLOCK_IN_WINDOW,
  MAX_CAPTURED_LENGTH,
  MAX_ORIGINAL_LENGTH,
  MAX_SECONDS_APART,
} from '../../capture/pcap/limits';
import { LAST_REFUSED, REFUSED } from '../../tally/layout';
import { hasFittingOptions } from '../pcapng';
import { word } from '../word';
import { hasHeadPair, mayBeHead } from './heads';

/** Places between two looks for zeros. */
export const STEP: usize = 64;
/** The places after the first in 16 zeros at which the length of a record, and the type of a block, are zero too. */
const ZEROS: usize = 5;

/**
 * Returns the first place in [start, stop) where a record of a classic pcap or a head may begin; `stop` if there is none.
 * There must be 24 bytes before `end` at each. As isRecord in src/capture/pcap/records.ts, with a last time if `hasNear`.
 */
export function findRecord(
  start: usize,
  stop: usize,
  end: usize,
  isSwapped: bool,
  headerLength: u32,
  fractionsPerMicrosecond: u32,
  lengthsMayBeSwapped: bool,
  hasNear: bool,
  near: u32,
): usize {
  const fractions = fractionsPerMicrosecond * 1_000_000;
  let at = start;
  while (at < stop) {
    at = skipZeros(at, stop);
    const next = min(at + STEP, stop);
    at = isSwapped ? scanForRecord(at, next, true) : scanForRecord(at, next, false);
    if (at === next) continue;
    if (mayBeHead(at)) return at;
    const seconds = word(at, isSwapped);
    const isTime = seconds >= <u32>FIRST_CAPTURE_SECONDS || (hasNear && isNear(seconds, near));
    if (isTime && mayBeChain(at, end, isSwapped, headerLength, fractions, lengthsMayBeSwapped)) return at;
    at += 1;
  }
  return stop;
}

/** Returns the first place in [start, stop) where the quickest test does not rule out a record or a head, or `stop`. */
function scanForRecord(start: usize, stop: usize, isSwapped: bool): usize {
  let at = start;
  while (at < stop && !hasLength(at, isSwapped) && !hasHeadPair(at)) at++;
  return at;
}

/** Returns the first place in [start, stop) that is not in the middle of zeros, where neither a record nor a block begins. */
export function skipZeros(start: usize, stop: usize): usize {
  let at = start;
  while (at + 8 <= stop && (load<u64>(at) | load<u64>(at, 8)) === 0) at += ZEROS;
  return at;
}

/** Whether the captured length is possible. It is the best test of bytes that are not a header. */
function hasLength(record: usize, isSwapped: bool): bool {
  return word(record + 8, isSwapped) - 1 < <u32>MAX_CAPTURED_LENGTH;
}

/** Whether the headers of the first records, as far as they are before `end`, are right. */
function mayBeChain(
  start: usize,
  end: usize,
  isSwapped: bool,
  headerLength: u32,
  fractions: u32,
  lengthsMayBeSwapped: bool,
): bool {
  let at = start;
  let seconds = word(start, isSwapped);
  for (let found = 0; found < CHAIN_LENGTH; found++) {
    // Compared in this way because `at` may be after `end`.
    if (at + headerLength > end) return true;
    if (!hasLength(at, isSwapped) || word(at + 4, isSwapped) >= fractions) return false;
    const first = word(at + 8, isSwapped);
    const second = word(at + 12, isSwapped);
    if (second - 1 >= <u32>MAX_ORIGINAL_LENGTH || (first > second && !lengthsMayBeSwapped)) return false;
    const own = word(at, isSwapped);
    if (!isNear(own, seconds)) return false;
    seconds = own;
    at += headerLength + (lengthsMayBeSwapped ? min<u32>(first, second) : first);
  }
  return true;
}

export function isNear(a: u32, b: u32): bool {
  return (a > b ? a - b : b - a) <= <u32>MAX_SECONDS_APART;
}

const SECTION_HEADER: u32 = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC: u32 = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION: u32 = 1;
const PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;
/** The types from 1 up to this number are known. */
const KNOWN_TYPES: u32 = 6;
/** The shortest blocks of their types. */
const INTERFACE_LENGTH: u32 = 20;
const PACKET_LENGTH: u32 = 32;

/**
 * Returns the first place in [start, stop) where a block or a head may begin; `stop` if there is none. There must be 28
 * bytes before `end` at each. As isItem in src/walk/pcapng-walker.ts.
 * @param isForeign the section has an unknown version, so only another section can be read
 * @param interfaces the number of interfaces of the section
 * @param refuses also skip blocks that the walker would refuse at once, and count them in REFUSED
 */
export function findBlock(
  start: usize,
  stop: usize,
  end: usize,
  isSwapped: bool,
  isForeign: bool,
  interfaces: u32,
  takesInterfaces: bool,
  refuses: bool,
): usize {
  let refused: u32 = 0;
  let at = start;
  while (at < stop) {
    at = skipZeros(at, stop);
    const next = min(at + STEP, stop);
    at = isSwapped ? scanForBlock(at, next, true) : scanForBlock(at, next, false);
    if (at === next) continue;
    if (load<u32>(at) === SECTION_HEADER && isByteOrder(load<u32>(at, 8))) {
      if (!refuses || !isForeign || hasKnownVersion(at)) break;
      refused += 1;
      store<u32>(LAST_REFUSED, <u32>at);
    } else {
      if (load<u32>(at) !== SECTION_HEADER && mayBeHead(at)) break;
      if (!isForeign && mayBeBlock(at, end, isSwapped)) {
        if (!refuses || !isRefused(at, end, isSwapped, interfaces, takesInterfaces)) break;
        refused += 1;
        store<u32>(LAST_REFUSED, <u32>at);
      }
    }
    at += 1;
  }
  store<u32>(REFUSED, refused);
  return at;
}

/** Returns the first place in [start, stop) where the quickest test does not rule out a block or a head, or `stop`. */
function scanForBlock(start: usize, stop: usize, isSwapped: bool): usize {
  let at = start;
  while (at < stop && word(at, isSwapped) - 1 >= KNOWN_TYPES && !hasHeadPair(at)) at++;
  return at;
}

function isByteOrder(magic: u32): bool {
  return magic === BYTE_ORDER_MAGIC || bswap(magic) === BYTE_ORDER_MAGIC;
}

/** The major version is 1, and the minor one 0 or 2. */
function hasKnownVersion(section: usize): bool {
  const isSwapped = load<u32>(section, 8) !== BYTE_ORDER_MAGIC;
  const version = word(section + 12, isSwapped);
  const major = isSwapped ? version >> 16 : version & 0xffff;
  const minor = isSwapped ? version & 0xffff : version >> 16;
  return major === 1 && (minor === 0 || minor === 2);
}

/** Whether a block of a known type is here, with two equal lengths, as far as these are before `end`. */
function mayBeBlock(block: usize, end: usize, isSwapped: bool): bool {
  const type = word(block, isSwapped);
  if (type - 1 >= KNOWN_TYPES && type !== SECTION_HEADER) return false;
  const length = word(block + 4, isSwapped);
  if (length <= 12 || length > <u32>MAX_BLOCK_IN_WINDOW) return false;
  const size = paddedLength(length);
  return block + size > end || word(block + size - 4, isSwapped) === length;
}

/** As in src/capture/pcapng/blocks.ts. */
function paddedLength(length: u32): u32 {
  return (length + 3) & ~3;
}

/** Whether the walker certainly refuses this block, with no other effect than a gap. */
function isRefused(block: usize, end: usize, isSwapped: bool, interfaces: u32, takesInterfaces: bool): bool {
  const length = paddedLength(word(block + 4, isSwapped));
  if (block + length > end) return false;
  const type = word(block, isSwapped);
  if (type === INTERFACE_DESCRIPTION) return length < INTERFACE_LENGTH || !takesInterfaces;
  if (type === SIMPLE_PACKET) return interfaces === 0;
  if (type !== ENHANCED_PACKET && type !== PACKET) return false;
  if (length < PACKET_LENGTH) return true;
  const captured = word(block + 20, isSwapped);
  if (captured > length - PACKET_LENGTH || captured > <u32>MAX_CAPTURED_LENGTH) return true;
  const index =
    type === ENHANCED_PACKET
      ? word(block + 8, isSwapped)
      : isSwapped
        ? <u32>bswap(load<u16>(block, 8))
        : <u32>load<u16>(block, 8);
  if (index >= interfaces) return true;
  return !hasFittingOptions(block + 28 + ((captured + 3) & ~3), block + length - 4, isSwapped);
}
