// Text before a capture in the same stream: the banner or the message of the day of a remote shell, or the messages of a
// program whose standard error goes where its packets go.

import { ACCEPTED, formatAt, isHead, MAX_HEAD_LENGTH } from '../capture/formats.js';
import { type PcapHeader, parsePcapHeader } from '../capture/pcap/header.js';
import { MAX_BLOCK_IN_WINDOW } from '../capture/pcap/limits.js';
import { capturedLengthAt, isNear, isUsual, secondsAt } from '../capture/pcap/records.js';
import { BLOCK_TRAILER_LENGTH, MIN_BLOCK_LENGTH, parseSectionHeader } from '../capture/pcapng/blocks.js';
import type { Gap } from './gaps.js';

/** Text of at most this length is skipped: pam_motd does not show a longer message of the day. */
const MAX_TEXT_LENGTH = 64 << 10;

/** Bell, backspace, tab, line feed, vertical tab, form feed, carriage return; and escape. */
const FIRST_CONTROL = 7;
const LAST_CONTROL = 13;
const ESCAPE = 27;
const DELETE = 127;

/** Looks for a capture after text. It remembers how far it has looked, so that each byte is looked at once. */
export class LeadingText {
  /** Offset of the byte to be looked at next. */
  #at = 0;
  /** Everything before this offset is text, or is skipped like text. */
  #textEnd = 0;

  /**
   * Returns the offset of the first capture in view[0, end), which only text may precede; undefined if it takes more bytes
   * to decide, and -1 if there is no such capture.
   */
  find(view: DataView, end: number, isLast: boolean): number | undefined {
    for (; this.#at < end && this.#at <= MAX_TEXT_LENGTH; this.#at++) {
      const at = this.#at;
      if (end - at < MAX_HEAD_LENGTH && !isLast) return undefined;
      if (at > 0 && isHead(view, at, end)) {
        const format = formatAt(view, at, end);
        const isFollowed = format === 'pcap' ? hasRecords : hasBlocks;
        // Nobody sends snoop over a remote shell with a banner.
        const answer = format !== 'snoop' && isFollowed(view, at, end, isLast);
        if (answer !== false) return answer === true ? at : undefined;
        // A program that was started twice, say, wrote a header and no records.
        this.#textEnd = at + MAX_HEAD_LENGTH;
      }
      if (at >= this.#textEnd && !isText(view.getUint8(at))) return -1;
    }
    return isLast || this.#at > MAX_TEXT_LENGTH ? -1 : undefined;
  }

  /** Whether view[0, end), which has no more bytes, is text and a capture without a whole record. */
  isEmptyCapture(view: DataView, end: number): boolean {
    return this.find(view, end, true) === -1 && this.#textEnd > 0;
  }
}

/** The gap that text of this length before a capture is. */
export function gapOfText(length: number): Gap {
  return { offset: 0, length, kind: 'damaged', message: `found text, expected ${ACCEPTED}` };
}

/** Bytes from 128 on are UTF-8, or letters in an older encoding. */
function isText(byte: number): boolean {
  if (byte < 32) return (byte >= FIRST_CONTROL && byte <= LAST_CONTROL) || byte === ESCAPE;
  return byte !== DELETE;
}

/**
 * Whether a usual record follows the header at this offset, and another one near it or the end of the input follows that
 * record. Undefined if it takes more bytes to decide.
 */
function hasRecords(view: DataView, at: number, end: number, isLast: boolean): boolean | undefined {
  const header = parsePcapHeader(view, at, end);
  const first = at + header.length;
  const answers = [header.recordHeaderLength, ...header.otherRecordHeaderLengths].map((recordHeaderLength) =>
    hasRecordsOf({ ...header, recordHeaderLength }, view, first, end, isLast),
  );
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

function hasRecordsOf(
  header: PcapHeader,
  view: DataView,
  first: number,
  end: number,
  isLast: boolean,
): boolean | undefined {
  const { recordHeaderLength } = header;
  if (end - first < recordHeaderLength) return isLast ? false : undefined;
  if (!isUsual(view, first, header)) return false;
  const second = first + recordHeaderLength + capturedLengthAt(view, first, header);
  if (end - second < recordHeaderLength) return isLast ? second <= end : undefined;
  return (
    isUsual(view, second, header) && isNear(secondsAt(view, first, header), secondsAt(view, second, header))
  );
}

/** Whether the section header at this offset and the block after it have equal lengths at both of their ends. */
function hasBlocks(view: DataView, at: number, end: number, isLast: boolean): boolean | undefined {
  const { littleEndian } = parseSectionHeader(view, at, end);
  let offset = at;
  for (let blocks = 0; blocks < 2; blocks++) {
    if (end - offset < MIN_BLOCK_LENGTH) return isLast ? false : undefined;
    const length = view.getUint32(offset + 4, littleEndian);
    if (length < MIN_BLOCK_LENGTH || length > MAX_BLOCK_IN_WINDOW || length % 4 !== 0) return false;
    if (end - offset < length) return isLast ? false : undefined;
    offset += length;
    if (view.getUint32(offset - BLOCK_TRAILER_LENGTH, littleEndian) !== length) return false;
  }
  return true;
}
