// The file header of the classic pcap format; records.ts has the records after it. Format: draft-ietf-opsawg-pcap; older
// versions and variants as libpcap's sf-pcap.c reads them.

import { CaptureError, describeCutShort } from '../errors.js';
import { MAX_CAPTURED_LENGTH } from './limits.js';

export const PCAP_HEADER_LENGTH = 24;

export const RECORD_HEADER_LENGTH = 16;
/** Kuznetzov's variant adds interface index (4), protocol (2), packet type (1) and padding (1). */
const MODIFIED_RECORD_HEADER_LENGTH = 24;

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const MAGIC_MODIFIED = 0xa1b2cd34;

const FIELD = { magic: 0, major: 4, minor: 6, linkType: 20 } as const;

export interface PcapVersion {
  readonly text: string;
  /**
   * Before version 2.4 writers disagreed on the order of captured and original length. The captured length is never the
   * larger, so it is the smaller of the two. That is right for both orders, while libpcap always swaps them before 2.3
   * and applies this rule in 2.3.
   */
  readonly lengthsMayBeSwapped: boolean;
}

export interface PcapHeader {
  readonly littleEndian: boolean;
  /** Units of a record's fraction field in a microsecond: 1 or 1000. */
  readonly fractionsPerMicrosecond: 1 | 1000;
  readonly recordHeaderLength: 16 | 24;
  readonly version: PcapVersion;
  /** LINKTYPE_ value, without the flag bits of its field. */
  readonly linkType: number;
}

/** Whether the magic number of any classic pcap is at this offset. */
export function isPcapHeader(view: DataView, offset: number, end: number): boolean {
  return end - offset >= 4 && byteOrderAt(view, offset) !== undefined;
}

/**
 * Reads the header of a classic pcap, whose magic number is at this offset.
 * @throws CaptureError TRUNCATED or UNSUPPORTED_VERSION
 */
export function parsePcapHeader(view: DataView, offset: number, end: number): PcapHeader {
  const littleEndian = byteOrderAt(view, offset) === 'little';
  const found = end - offset;
  if (found < PCAP_HEADER_LENGTH) {
    throw new CaptureError(
      'TRUNCATED',
      describeCutShort('the pcap file header', PCAP_HEADER_LENGTH, found),
      found,
    );
  }
  const magic = view.getUint32(offset + FIELD.magic, littleEndian);
  const major = view.getUint16(offset + FIELD.major, littleEndian);
  const minor = view.getUint16(offset + FIELD.minor, littleEndian);
  const linkField = view.getUint32(offset + FIELD.linkType, littleEndian);
  return {
    littleEndian,
    fractionsPerMicrosecond: magic === MAGIC_NANOSECONDS ? 1000 : 1,
    recordHeaderLength: magic === MAGIC_MODIFIED ? MODIFIED_RECORD_HEADER_LENGTH : RECORD_HEADER_LENGTH,
    version: checkVersion(major, minor),
    linkType: linkTypeOfField(linkField),
  };
}

/** @throws CaptureError UNSUPPORTED_VERSION */
export function checkVersion(major: number, minor: number): PcapVersion {
  // tcpdump on DG/UX wrote 543.0.
  if (!((major === 2 && minor <= 4) || (major === 543 && minor === 0))) {
    throw new CaptureError(
      'UNSUPPORTED_VERSION',
      `found pcap version ${major}.${minor}, expected 2.0 to 2.4`,
      FIELD.major,
    );
  }
  return { text: `${major}.${minor}`, lengthsMayBeSwapped: major === 543 || minor < 4 };
}

/** Returns the LINKTYPE_ value in a header's link-type field, whose top six bits have other meanings. */
export function linkTypeOfField(field: number): number {
  return field & 0x03ff_ffff;
}

/** Makes the error for a record whose captured length is impossible. */
export function invalidLengthError(capturedLength: number, offset: number): CaptureError {
  return new CaptureError('INVALID_LENGTH', describeInvalidLength(capturedLength), offset);
}

export function describeInvalidLength(capturedLength: number): string {
  return `found a captured length of ${capturedLength} bytes, expected at most ${MAX_CAPTURED_LENGTH}`;
}

/** Makes the error for a capture that ends in the middle of a record, of which `found` bytes are there. */
export function truncatedRecordError(found: number, needed: number, offset: number): CaptureError {
  return new CaptureError('TRUNCATED', describeTorn(found, needed), offset);
}

export function describeTorn(found: number, needed: number): string {
  return describeCutShort('a packet record', needed, found);
}

function byteOrderAt(view: DataView, offset: number): 'little' | 'big' | undefined {
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(offset, littleEndian);
    if (magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS || magic === MAGIC_MODIFIED) {
      return littleEndian ? 'little' : 'big';
    }
  }
  return undefined;
}
