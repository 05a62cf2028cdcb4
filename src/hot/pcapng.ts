// Walks the enhanced packet blocks of a pcapng, as src/walk/pcapng-walker.ts does, as long as they are usual and their
// packets plain. Format: draft-ietf-opsawg-pcapng 4.3.

import { MAX_BLOCK_IN_WINDOW, MAX_CAPTURED_LENGTH } from '../capture/pcap/limits';
import { MAX_OPTIONS } from '../capture/pcapng/limits';
import { INTERFACE_LENGTH, INTERFACES, MAX_PLAIN_INTERFACES } from '../tally/layout';
import { countPacket } from './packet';
import { word } from './word';

const ENHANCED_PACKET: u32 = 6;
/** The length of a block without its packet. */
const FRAME_LENGTH: u32 = 32;
const DATA: u32 = 28;

/** Counts the blocks in [start, end), and returns the place of the first that it leaves, or that is not before `stop`. */
export function walkPcapng(start: usize, end: usize, stop: usize, isSwapped: bool): usize {
  let offset = start;
  while (offset < stop && end - offset >= FRAME_LENGTH && word(offset, isSwapped) === ENHANCED_PACKET) {
    const lengthField = word(offset + 4, isSwapped);
    if (lengthField < FRAME_LENGTH || lengthField > <u32>MAX_BLOCK_IN_WINDOW) break;
    // As paddedLength in src/capture/pcapng/blocks.ts.
    const length = (lengthField + 3) & ~3;
    if (length > <u32>(end - offset)) break;
    if (word(offset + length - 4, isSwapped) !== lengthField) break;
    const captured = word(offset + 20, isSwapped);
    if (captured > length - FRAME_LENGTH || captured > <u32>MAX_CAPTURED_LENGTH) break;
    const options = offset + DATA + ((captured + 3) & ~3);
    const optionsEnd = offset + length - 4;
    // Most packets have no options.
    if (options !== optionsEnd && !hasFittingOptions(options, optionsEnd, isSwapped)) break;
    const index = word(offset + 8, isSwapped);
    if (index >= <u32>MAX_PLAIN_INTERFACES) break;
    const from = INTERFACES + index * INTERFACE_LENGTH;
    const unitsPerMicrosecond = load<u32>(from);
    if (unitsPerMicrosecond === 0) break;
    const units = ((<u64>word(offset + 12, isSwapped)) << 32) | word(offset + 16, isSwapped);
    const time = <f64>(unitsPerMicrosecond === 1 ? units : units / unitsPerMicrosecond);
    const packet = offset + DATA;
    if (!countPacket(packet + load<u32>(from, 4), packet + load<u32>(from, 8), packet + captured, time))
      break;
    offset += length;
  }
  return offset;
}

/** As hasFittingOptions in src/capture/pcapng/blocks.ts. */
export function hasFittingOptions(start: usize, end: usize, isSwapped: bool): bool {
  let at = start;
  for (let found = 0; at + 4 <= end; found++) {
    if (found === MAX_OPTIONS) return true;
    const header = word(at, isSwapped);
    const code = isSwapped ? header >> 16 : header & 0xffff;
    const length = isSwapped ? header & 0xffff : header >> 16;
    if (code === 0) return true;
    at += 4 + ((length + 3) & ~3);
  }
  return at <= end;
}
