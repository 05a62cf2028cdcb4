// The classic pcap format: its file header and the shape of its records. It finds no packets itself;
// tally/scan-pcap.ts walks the records. Format: draft-ietf-opsawg-pcap; older versions and variants as
// libpcap's sf-pcap.c reads them.

import { CaptureError } from './errors.js';

export const PCAP_HEADER_LENGTH = 24;

/**
 * No record may claim more than this, the limit of libpcap (MAXIMUM_SNAPLEN) and Wireshark for every link
 * layer that carries IP. A larger claim is damage.
 */
export const MAX_CAPTURED_LENGTH = 262_144;

/** Offsets in a record header, in the byte order of the file. */
const RECORD = { seconds: 0, fraction: 4, capturedLength: 8, originalLength: 12 } as const;

const RECORD_HEADER_LENGTH = 16;
/** Kuznetzov's variant adds interface index (4), protocol (2), packet type (1) and padding (1). */
const MODIFIED_RECORD_HEADER_LENGTH = 24;

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const MAGIC_MODIFIED = 0xa1b2cd34;

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
  readonly snaplen: number;
  /** LINKTYPE_ value, without the flag bits of its field. */
  readonly linkType: number;
  /** Bytes of frame check sequence behind each packet, where the writer said so. */
  readonly fcsLength: number | undefined;
}

/** True if the first four bytes are the magic number of any classic pcap. */
export function isPcap(bytes: Uint8Array): boolean {
  return byteOrderOf(viewOf(bytes)) !== undefined;
}

/**
 * Reads the header of a classic pcap from its first 24 bytes.
 * @throws CaptureError TRUNCATED or UNSUPPORTED_VERSION; the caller has checked the magic number.
 */
export function parsePcapHeader(bytes: Uint8Array): PcapHeader {
  const view = viewOf(bytes);
  const littleEndian = byteOrderOf(view) === 'little';
  if (bytes.length < PCAP_HEADER_LENGTH) {
    throw new CaptureError(
      'TRUNCATED',
      `the pcap file header takes ${PCAP_HEADER_LENGTH} bytes, only ${bytes.length} are there`,
      bytes.length,
    );
  }
  const magic = view.getUint32(0, littleEndian);
  const linkField = view.getUint32(20, littleEndian);
  const hasFcsLength = (linkField & 0x0400_0000) !== 0;
  return {
    littleEndian,
    fractionsPerMicrosecond: magic === MAGIC_NANOSECONDS ? 1000 : 1,
    recordHeaderLength: magic === MAGIC_MODIFIED ? MODIFIED_RECORD_HEADER_LENGTH : RECORD_HEADER_LENGTH,
    version: checkVersion(view.getUint16(4, littleEndian), view.getUint16(6, littleEndian)),
    snaplen: view.getUint32(16, littleEndian),
    linkType: linkTypeOfField(linkField),
    // The field counts in units of 16 bits.
    fcsLength: hasFcsLength ? (linkField >>> 28) * 2 : undefined,
  };
}

/** @throws CaptureError UNSUPPORTED_VERSION */
export function checkVersion(major: number, minor: number): PcapVersion {
  // 543.0 is what tcpdump on DG/UX wrote.
  if (!((major === 2 && minor <= 4) || (major === 543 && minor === 0))) {
    throw new CaptureError(
      'UNSUPPORTED_VERSION',
      `found pcap version ${major}.${minor}, expected 2.0 to 2.4`,
      4,
    );
  }
  return { text: `${major}.${minor}`, lengthsMayBeSwapped: major === 543 || minor < 4 };
}

/** The captured length in the record header at this offset. */
export function capturedLengthAt(view: DataView, offset: number, header: PcapHeader): number {
  const { littleEndian } = header;
  const capturedLength = view.getUint32(offset + RECORD.capturedLength, littleEndian);
  if (!header.version.lengthsMayBeSwapped) return capturedLength;
  return Math.min(capturedLength, view.getUint32(offset + RECORD.originalLength, littleEndian));
}

/** The time in the record header at this offset, in whole microseconds since the epoch. */
export function timeAt(view: DataView, offset: number, header: PcapHeader): number {
  const { littleEndian } = header;
  const fraction = view.getUint32(offset + RECORD.fraction, littleEndian);
  return (
    view.getUint32(offset + RECORD.seconds, littleEndian) * 1e6 +
    Math.floor(fraction / header.fractionsPerMicrosecond)
  );
}

/** The LINKTYPE_ value in a header's link-type field: the top six bits say other things. */
export function linkTypeOfField(field: number): number {
  return field & 0x03ff_ffff;
}

/** The error for a record whose captured length no capture can have. */
export function invalidLengthError(capturedLength: number, offset: number): CaptureError {
  return new CaptureError(
    'INVALID_LENGTH',
    `found a captured length of ${capturedLength} bytes, expected at most ${MAX_CAPTURED_LENGTH}; ` +
      'nothing behind it can be trusted',
    offset,
  );
}

/** The error for a capture that ends in the middle of a record. `found` bytes of it are there. */
export function truncatedRecordError(found: number, needed: number, offset: number): CaptureError {
  return new CaptureError(
    'TRUNCATED',
    `cut short in a packet record: expected ${needed} bytes, found ${found}`,
    offset,
  );
}

function byteOrderOf(view: DataView): 'little' | 'big' | undefined {
  if (view.byteLength < 4) return undefined;
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian);
    if (magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS || magic === MAGIC_MODIFIED) {
      return littleEndian ? 'little' : 'big';
    }
  }
  return undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
