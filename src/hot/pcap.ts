// Walks the records of a classic pcap, as src/walk/pcap-walker.ts does, as long as the records are usual and their packets
// plain. src/capture/pcap/records.ts says when a record is usual.

import { MAX_CAPTURED_LENGTH, MAX_SECONDS_APART } from '../capture/pcap/limits';
import { LAST_SECONDS } from '../tally/layout';
import { countPacket } from './packet';
import { word } from './word';

/**
 * Counts the records in [start, end) and returns the place of the first that it leaves: one that is not usual or not
 * followed by a usual one, whose packet is not plain, or that begins at `stop` or later.
 */
export function walkPcap(
  start: usize,
  end: usize,
  stop: usize,
  isSwapped: bool,
  headerLength: u32,
  fractionsPerMicrosecond: u32,
  etherTypeAt: u32,
  networkAt: u32,
): usize {
  const fractions = fractionsPerMicrosecond * 1_000_000;
  if (end - start < headerLength || !isUsual(start, isSwapped, fractions)) return start;
  let offset = start;
  let seconds = word(offset, isSwapped);
  let last = seconds;
  while (offset < stop) {
    const packet = offset + headerLength;
    const next = packet + word(offset + 8, isSwapped);
    if (next + headerLength > end || !isUsual(next, isSwapped, fractions)) break;
    const nextSeconds = word(next, isSwapped);
    if (!isNear(nextSeconds, seconds)) break;
    const fraction = word(offset + 4, isSwapped);
    const microseconds = fractionsPerMicrosecond === 1 ? fraction : fraction / fractionsPerMicrosecond;
    const time = <f64>seconds * 1_000_000 + <f64>microseconds;
    if (!countPacket(packet + etherTypeAt, packet + networkAt, next, time)) break;
    offset = next;
    last = seconds;
    seconds = nextSeconds;
  }
  if (offset !== start) store<u32>(LAST_SECONDS, last);
  return offset;
}

function isUsual(record: usize, isSwapped: bool, fractions: u32): bool {
  const captured = word(record + 8, isSwapped);
  const original = word(record + 12, isSwapped);
  return (
    captured <= original &&
    original !== 0 &&
    captured <= <u32>MAX_CAPTURED_LENGTH &&
    word(record + 4, isSwapped) < fractions
  );
}

function isNear(a: u32, b: u32): bool {
  return (a > b ? a - b : b - a) <= <u32>MAX_SECONDS_APART;
}
