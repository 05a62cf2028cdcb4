// Variants of pcap with longer record headers under the magic number of another: Nokia's, and two of Kuznetzov's. Only the
// records show the length of their headers, and they are asked only when the usual length does not fit the first record.

import type { PcapHeader } from './header.js';
import { capturedLengthAt, isNear, isUsable, isUsual, secondsAt } from './records.js';

/** The number of successive headers that prove a variant. */
const CHAIN_LENGTH = 3;

/** Whether a packet in [start, end) of a view is one of IP. */
type IsIp = (view: DataView, start: number, end: number) => boolean;

/**
 * Returns the header with the length of record headers that the first record shows, which is at `offset`. Undefined if it
 * takes more bytes to decide.
 */
export function settleHeader(
  view: DataView,
  offset: number,
  end: number,
  header: PcapHeader,
  isLast: boolean,
  isIp: IsIp,
): PcapHeader | undefined {
  const isItem = isUsable(view, offset, end, header, isLast, undefined);
  if (isItem === undefined) return undefined;
  if (!isItem) return settled(header);
  const next = offset + header.recordHeaderLength + capturedLengthAt(view, offset, header);
  const isNextItem = isUsable(view, next, end, header, isLast, secondsAt(view, offset, header));
  if (isNextItem === undefined && !isLast) return undefined;
  const isUnfollowed = isNextItem === false || (isNextItem === undefined && next < end);
  return isUnfollowed ? settleVariant(view, offset, end, header, isLast, isIp) : settled(header);
}

/**
 * Returns the header with the length of record headers that fits the records from `offset` on, where the usual length does
 * not fit; the header itself, settled, if no other length fits either. Undefined if it takes more bytes to decide.
 */
function settleVariant(
  view: DataView,
  offset: number,
  end: number,
  header: PcapHeader,
  isLast: boolean,
  isIp: IsIp,
): PcapHeader | undefined {
  let isUndecided = false;
  for (const recordHeaderLength of header.otherRecordHeaderLengths) {
    const variant = { ...settled(header), recordHeaderLength };
    const fits = fitsRecords(view, offset, end, variant, isLast);
    if (fits === 'all') return variant;
    if (fits === undefined) isUndecided = true;
    // Few records fit by chance, for example if the length of the only one is damaged. Then the packet decides.
    if (fits === 'few' && hasIp(view, offset, end, variant, isIp) && !hasIp(view, offset, end, header, isIp))
      return variant;
  }
  return isUndecided ? undefined : settled(header);
}

/** The header, with the length of record headers that it has now for good. */
function settled(header: PcapHeader): PcapHeader {
  return { ...header, otherRecordHeaderLengths: [] };
}

/**
 * Whether successive records begin at this offset: `all` that are needed as a proof, or `few` before the input ends.
 * Undefined if it takes more bytes to decide.
 */
function fitsRecords(
  view: DataView,
  offset: number,
  end: number,
  header: PcapHeader,
  isLast: boolean,
): 'all' | 'few' | 'none' | undefined {
  const first = secondsAt(view, offset, header);
  let at = offset;
  for (let found = 0; found < CHAIN_LENGTH; found++) {
    if (end - at < header.recordHeaderLength) {
      if (!isLast) return undefined;
      // The first record must be whole; the last one may be cut short.
      return found > 1 || (found === 1 && at <= end) ? 'few' : 'none';
    }
    if (!isUsual(view, at, header) || !isNear(secondsAt(view, at, header), first)) return 'none';
    const capturedLength = capturedLengthAt(view, at, header);
    if (capturedLength === 0) return 'none';
    at += header.recordHeaderLength + capturedLength;
  }
  return 'all';
}

function hasIp(view: DataView, offset: number, end: number, header: PcapHeader, isIp: IsIp): boolean {
  const packet = offset + header.recordHeaderLength;
  return isIp(view, packet, Math.min(end, packet + capturedLengthAt(view, offset, header)));
}
