// The classic pcap format: its file header. What the records behind it look like is in pcap-records.ts.
// Format: draft-ietf-opsawg-pcap; older versions and variants as libpcap's sf-pcap.c reads them.

import { CaptureError } from '../errors.js';
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
   * Before version 2.4 writers disagreed on the order of captured and original length. The captured one can
   * never be the larger, so the smaller of the two is it: right for both orders, where libpcap swaps always
   * before 2.3 and by this rule in 2.3.
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

/** True if the magic number of any classic pcap stands at this offset. */
export function isPcapHeader(view: DataView, offset: number, end: number): boolean {
  return end - offset >= 4 && byteOrderAt(view, offset) !== undefined;
}

/**
 * Reads the header of a classic pcap, whose magic number stands at this offset.
 * @throws CaptureError TRUNCATED or UNSUPPORTED_VERSION
 */
export function parsePcapHeader(view: DataView, offset: number, end: number): PcapHeader {
  const littleEndian = byteOrderAt(view, offset) === 'little';
  const found = end - offset;
  if (found < PCAP_HEADER_LENGTH) {
    throw new CaptureError(
      'TRUNCATED',
      `the pcap file header takes ${PCAP_HEADER_LENGTH} bytes, only ${found} are there`,
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
  // 543.0 is what tcpdump on DG/UX wrote.
  if (!((major === 2 && minor <= 4) || (major === 543 && minor === 0))) {
    throw new CaptureError(
      'UNSUPPORTED_VERSION',
      `found pcap version ${major}.${minor}, expected 2.0 to 2.4`,
      FIELD.major,
    );
  }
  return { text: `${major}.${minor}`, lengthsMayBeSwapped: major === 543 || minor < 4 };
}

/** The LINKTYPE_ value in a header's link-type field: the top six bits say other things. */
export function linkTypeOfField(field: number): number {
  return field & 0x03ff_ffff;
}

/** The error for a record whose captured length no capture can have. */
export function invalidLengthError(capturedLength: number, offset: number): CaptureError {
  return new CaptureError('INVALID_LENGTH', describeInvalidLength(capturedLength), offset);
}

export function describeInvalidLength(capturedLength: number): string {
  return `found a captured length of ${capturedLength} bytes, expected at most ${MAX_CAPTURED_LENGTH}`;
}

/** The error for a capture that ends in the middle of a record. `found` bytes of it are there. */
export function truncatedRecordError(found: number, needed: number, offset: number): CaptureError {
  return new CaptureError('TRUNCATED', describeTorn(found, needed), offset);
}

export function describeTorn(found: number, needed: number): string {
  return `cut short in a packet record: expected ${needed} bytes, found ${found}`;
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
