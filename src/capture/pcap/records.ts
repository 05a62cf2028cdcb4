// The record headers of a classic pcap: what they say, whether it can be right, and how to recognise a record after damage.

import { formatAt } from '../formats.js';
import type { PcapHeader } from './header.js';
import {
  CHAIN_LENGTH,
  FIRST_CAPTURE_SECONDS,
  MAX_CAPTURED_LENGTH,
  MAX_ORIGINAL_LENGTH,
  MAX_SECONDS_APART,
} from './limits.js';

/** Offsets in a record header, in the byte order of the file. */
const RECORD = { seconds: 0, fraction: 4, capturedLength: 8, originalLength: 12 } as const;

/** Reads the captured length in the record header at this offset. */
export function capturedLengthAt(view: DataView, offset: number, header: PcapHeader): number {
  const { littleEndian } = header;
  const capturedLength = view.getUint32(offset + RECORD.capturedLength, littleEndian);
  if (!header.version.lengthsMayBeSwapped) return capturedLength;
  return Math.min(capturedLength, view.getUint32(offset + RECORD.originalLength, littleEndian));
}

/** Reads the time in the record header at this offset, in whole microseconds since the epoch. */
export function timeAt(view: DataView, offset: number, header: PcapHeader): number {
  const { littleEndian } = header;
  const fraction = view.getUint32(offset + RECORD.fraction, littleEndian);
  return (
    view.getUint32(offset + RECORD.seconds, littleEndian) * 1e6 +
    Math.floor(fraction / header.fractionsPerMicrosecond)
  );
}

export function secondsAt(view: DataView, offset: number, header: PcapHeader): number {
  return view.getUint32(offset + RECORD.seconds, header.littleEndian);
}

/**
 * Whether the lengths and the fraction in the record header at this offset are usual. If not, that is a suspicion and not
 * a proof, as some writers are odd.
 */
export function isUsual(view: DataView, offset: number, header: PcapHeader): boolean {
  const { littleEndian } = header;
  const first = view.getUint32(offset + RECORD.capturedLength, littleEndian);
  const second = view.getUint32(offset + RECORD.originalLength, littleEndian);
  const fraction = view.getUint32(offset + RECORD.fraction, littleEndian);
  const inOrder = first <= second || header.version.lengthsMayBeSwapped;
  return (
    inOrder && second !== 0 && first <= MAX_CAPTURED_LENGTH && fraction < header.fractionsPerMicrosecond * 1e6
  );
}

/**
 * Whether the header at this offset can be right: it is usual, or followed. Undefined if it takes more bytes to decide.
 */
export function isUsable(
  view: DataView,
  offset: number,
  end: number,
  header: PcapHeader,
  isLast: boolean,
  nearSeconds: number | undefined,
): boolean | undefined {
  if (end - offset < header.recordHeaderLength) return undefined;
  if (isUsual(view, offset, header)) return true;
  return isFollowed(view, offset, end, header, isLast, nearSeconds);
}

/**
 * Whether the unusual record at this offset is a record after all: the header after it could be its neighbour, or the
 * input ends with the record or in that header; and its time is near that of the record before, if that is known.
 * Undefined if it takes more bytes to decide.
 */
export function isFollowed(
  view: DataView,
  offset: number,
  end: number,
  header: PcapHeader,
  isLast: boolean,
  nearSeconds: number | undefined,
): boolean | undefined {
  const capturedLength = capturedLengthAt(view, offset, header);
  if (capturedLength > MAX_CAPTURED_LENGTH || isZero(view, offset, header)) return false;
  if (nearSeconds !== undefined && !isNear(secondsAt(view, offset, header), nearSeconds)) return false;
  // If `cat` appended another capture, its head reads like an empty record.
  if (formatAt(view, offset, end) !== undefined) return false;
  const next = offset + header.recordHeaderLength + capturedLength;
  if (end - next < header.recordHeaderLength) return isLast ? next <= end : undefined;
  return (
    capturedLengthAt(view, next, header) <= MAX_CAPTURED_LENGTH &&
    !isZero(view, next, header) &&
    isNear(secondsAt(view, next, header), secondsAt(view, offset, header))
  );
}

/** Whether the header is zero, as if a logger had reserved space and crashed. */
function isZero(view: DataView, offset: number, header: PcapHeader): boolean {
  return secondsAt(view, offset, header) === 0 && view.getUint32(offset + RECORD.originalLength) === 0;
}

/**
 * Whether a record begins at this offset, beyond reasonable doubt: its header and those after it are usual and not empty,
 * and their times are near one another and near the last record before, if that is known. Undefined if it takes more
 * bytes to decide.
 */
export function isRecord(
  view: DataView,
  offset: number,
  end: number,
  header: PcapHeader,
  isLast: boolean,
  nearSeconds: number | undefined,
): boolean | undefined {
  let near = nearSeconds;
  let at = offset;
  for (let found = 0; found < CHAIN_LENGTH; found++) {
    // At the very end one record is enough, if its time is near a known one that is not a small number.
    if (at === end && isLast) return found > ((nearSeconds ?? 0) < FIRST_CAPTURE_SECONDS ? 1 : 0);
    // The last record of a torn file has lost its end, so the records before it must be enough.
    if (end - at < header.recordHeaderLength) return isLast ? found > 1 : undefined;
    if (!isUsual(view, at, header)) return false;
    const capturedLength = capturedLengthAt(view, at, header);
    const originalLength = view.getUint32(at + RECORD.originalLength, header.littleEndian);
    if (capturedLength === 0 || originalLength > MAX_ORIGINAL_LENGTH) return false;
    const seconds = secondsAt(view, at, header);
    if (near === undefined ? seconds < FIRST_CAPTURE_SECONDS : !isNear(seconds, near)) return false;
    near = seconds;
    at += header.recordHeaderLength + capturedLength;
  }
  return true;
}

/**
 * Whether the captured length of a record is false, because it covers other records. There are two proofs:
 * - it exceeds the original length, and records that begin after the original length end exactly where it ends;
 * - the record after it leaps in time (`isLeap`) and does not begin a chain of records, while a chain inside it continues
 *   after its end.
 * A packet that contains part of a capture does neither. Undefined if it takes more bytes to decide.
 */
export function coversRecords(
  view: DataView,
  offset: number,
  end: number,
  header: PcapHeader,
  isLast: boolean,
  isLeap: boolean,
): boolean | undefined {
  const packet = offset + header.recordHeaderLength;
  const next = packet + capturedLengthAt(view, offset, header);
  const seconds = secondsAt(view, offset, header);
  const originalLength = view.getUint32(offset + RECORD.originalLength, header.littleEndian);
  if (!header.version.lengthsMayBeSwapped && originalLength > 0 && packet + originalLength < next) {
    return fillsRecords(view, packet + originalLength, next, header, seconds);
  }
  if (!isLeap) return false;
  const isChain = isRecord(view, next, end, header, isLast, secondsAt(view, next, header));
  if (isChain !== false) return isChain === undefined ? undefined : false;
  for (let at = packet; at < next; at++) {
    const isInside = isRecord(view, at, end, header, isLast, seconds);
    if (isInside === undefined) return undefined;
    if (isInside && !hitsOffset(view, at, next, header)) return true;
  }
  return false;
}

/** Whether usual records whose times are near one another fill [start, end) exactly. */
function fillsRecords(view: DataView, start: number, end: number, header: PcapHeader, near: number): boolean {
  let at = start;
  while (end - at >= header.recordHeaderLength) {
    if (!isUsual(view, at, header) || !isNear(secondsAt(view, at, header), near)) return false;
    at += header.recordHeaderLength + capturedLengthAt(view, at, header);
  }
  return at === end;
}

/** Whether one of the records from `start` on ends at this offset. */
function hitsOffset(view: DataView, start: number, offset: number, header: PcapHeader): boolean {
  let at = start;
  for (let found = 0; found < CHAIN_LENGTH && at < offset; found++) {
    at += header.recordHeaderLength + capturedLengthAt(view, at, header);
  }
  return at === offset;
}

export function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= MAX_SECONDS_APART;
}
