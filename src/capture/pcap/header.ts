// The file header of the classic pcap format; records.ts has the records after it. Format: draft-ietf-opsawg-pcap; older
// versions and variants as libpcap's sf-pcap.c reads them.

import { CaptureError, describeCutShort } from '../errors.js';
import { type HeadPattern, swapBytes } from '../head-pattern.js';
import { MAX_CAPTURED_LENGTH } from './limits.js';

export const PCAP_HEADER_LENGTH = 24;
/** Ixia adds the length of all records. */
const IXIA_HEADER_LENGTH: number = PCAP_HEADER_LENGTH + 4;
export const MAX_PCAP_HEADER_LENGTH: number = IXIA_HEADER_LENGTH;

export const RECORD_HEADER_LENGTH = 16;
/**
 * 20: Nokia's and Check Point's systems add 4 bytes. 24: Kuznetzov's variant adds interface index (4), protocol (2),
 * packet type (1) and padding (1). 28: an earlier version of it, in SuSE 6.3, adds 4 bytes more.
 */
type RecordHeaderLength = 16 | 20 | 24 | 28;

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const MAGIC_MODIFIED = 0xa1b2cd34;
const MAGIC_IXIA_HARDWARE = 0x1c0001ac;
const MAGIC_IXIA_SOFTWARE = 0x1c0001ab;

/** The properties of a file that its magic number determines. */
interface Magic {
  readonly headerLength: number;
  readonly fractionsPerMicrosecond: 1 | 1000;
  readonly recordHeaderLengths: readonly [RecordHeaderLength, ...RecordHeaderLength[]];
}

/** Variants that share a magic number differ in the length of their record headers: see variants.ts. */
const MAGICS: ReadonlyMap<number, Magic> = new Map<number, Magic>([
  [
    MAGIC_MICROSECONDS,
    { headerLength: PCAP_HEADER_LENGTH, fractionsPerMicrosecond: 1, recordHeaderLengths: [16, 24, 20] },
  ],
  [
    MAGIC_NANOSECONDS,
    { headerLength: PCAP_HEADER_LENGTH, fractionsPerMicrosecond: 1000, recordHeaderLengths: [16] },
  ],
  [
    MAGIC_MODIFIED,
    { headerLength: PCAP_HEADER_LENGTH, fractionsPerMicrosecond: 1, recordHeaderLengths: [24, 28] },
  ],
  [
    MAGIC_IXIA_HARDWARE,
    { headerLength: IXIA_HEADER_LENGTH, fractionsPerMicrosecond: 1000, recordHeaderLengths: [16] },
  ],
  [
    MAGIC_IXIA_SOFTWARE,
    { headerLength: IXIA_HEADER_LENGTH, fractionsPerMicrosecond: 1, recordHeaderLengths: [16] },
  ],
]);

/**
 * AIX writes version 2.2, numbers of RFC 1573 (ifType) for the link layer, and nanoseconds. These numbers mean
 * something else elsewhere, but the versions of pcap before 2.4 were never used for that. Before FDDI frames AIX puts
 * three bytes.
 */
const AIX_LINK_TYPES: ReadonlyMap<number, { readonly linkType: number; readonly padding: number }> = new Map([
  [6, { linkType: 1, padding: 0 }],
  [9, { linkType: 6, padding: 0 }],
  [15, { linkType: 10, padding: 3 }],
  [24, { linkType: 0, padding: 0 }],
]);

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
  /** Its own length: the first record follows. */
  readonly length: number;
  readonly littleEndian: boolean;
  /** Units of a record's fraction field in a microsecond: 1 or 1000. */
  readonly fractionsPerMicrosecond: 1 | 1000;
  readonly recordHeaderLength: RecordHeaderLength;
  /** Other lengths that the record headers may turn out to have; none once the first record has been read. */
  readonly otherRecordHeaderLengths: readonly RecordHeaderLength[];
  /** Bytes between a record's header and its packet, which count as captured. */
  readonly padding: number;
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
  const magic = view.getUint32(offset + FIELD.magic, littleEndian);
  const { headerLength, fractionsPerMicrosecond, recordHeaderLengths } = MAGICS.get(magic) as Magic;
  const found = end - offset;
  if (found < headerLength) {
    throw new CaptureError('TRUNCATED', describeCutShort('the pcap file header', headerLength, found), found);
  }
  const major = view.getUint16(offset + FIELD.major, littleEndian);
  const minor = view.getUint16(offset + FIELD.minor, littleEndian);
  const linkField = view.getUint32(offset + FIELD.linkType, littleEndian);
  const version = checkVersion(major, minor);
  const aix =
    magic === MAGIC_MICROSECONDS && major === 2 && minor === 2 ? AIX_LINK_TYPES.get(linkField) : undefined;
  const [recordHeaderLength, ...others] = recordHeaderLengths;
  return {
    length: headerLength,
    littleEndian,
    fractionsPerMicrosecond: aix === undefined ? fractionsPerMicrosecond : 1000,
    recordHeaderLength,
    // The variants are all of version 2.4.
    otherRecordHeaderLengths: version.lengthsMayBeSwapped ? [] : others,
    padding: aix?.padding ?? 0,
    version,
    linkType: aix?.linkType ?? linkTypeOfField(linkField),
  };
}

/**
 * Whether a whole header of a known version is at this offset: then parsePcapHeader does not throw. Damage may look like
 * a header every few bytes, and an error takes a thousand times as long as this.
 */
export function hasPcapHeader(view: DataView, offset: number, end: number): boolean {
  if (end - offset < PCAP_HEADER_LENGTH) return false;
  const byteOrder = byteOrderAt(view, offset);
  if (byteOrder === undefined) return false;
  const littleEndian = byteOrder === 'little';
  const { headerLength } = MAGICS.get(view.getUint32(offset + FIELD.magic, littleEndian)) as Magic;
  if (end - offset < headerLength) return false;
  return isKnownVersion(
    view.getUint16(offset + FIELD.major, littleEndian),
    view.getUint16(offset + FIELD.minor, littleEndian),
  );
}

/** The first bytes of all headers of a known version. */
export const PCAP_HEADS: readonly HeadPattern[] = [...MAGICS.keys()].flatMap((word) => [
  // The bits that the versions 2.0 to 2.4 and 543.0 have in common, and few others have.
  { word, mask: 0xfff8_fde2, next: 0x0000_0002 },
  { word: swapBytes(word), mask: 0xf8ff_e2fd, next: 0x0000_0200 },
]);

function isKnownVersion(major: number, minor: number): boolean {
  // tcpdump on DG/UX wrote 543.0.
  return (major === 2 && minor <= 4) || (major === 543 && minor === 0);
}

/** @throws CaptureError UNSUPPORTED_VERSION */
export function checkVersion(major: number, minor: number): PcapVersion {
  if (!isKnownVersion(major, minor)) {
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
    if (MAGICS.has(view.getUint32(offset, littleEndian))) return littleEndian ? 'little' : 'big';
  }
  return undefined;
}
