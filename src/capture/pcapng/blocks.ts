// The pcapng format: the shape of its blocks. It walks nothing and counts nothing; walk/pcapng-walker.ts does.
// Format: draft-ietf-opsawg-pcapng.

import { CaptureError } from '../errors.js';

export const BLOCK = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  /** Obsolete, and still met. */
  packet: 2,
  simplePacket: 3,
  nameResolution: 4,
  interfaceStatistics: 5,
  enhancedPacket: 6,
} as const;

/** Type and total length before a block's body, and the total length again behind it. */
export const BLOCK_HEADER_LENGTH = 8;
export const BLOCK_TRAILER_LENGTH = 4;
export const MIN_BLOCK_LENGTH: number = BLOCK_HEADER_LENGTH + BLOCK_TRAILER_LENGTH;
/** Bytes of a section header block that tell its byte order and version. */
export const SECTION_HEADER_LENGTH = 28;
/** The limit of libpcap and Wireshark. A longer block is damage. */
export const MAX_BLOCK_LENGTH: number = 16 << 20;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Offsets from the beginning of a block. */
const SECTION = { byteOrder: 8, major: 12, minor: 14 } as const;
const INTERFACE = { linkType: 8, snaplen: 12, options: 16 } as const;

const OPTION = { end: 0, timestampResolution: 9, timestampOffset: 14 } as const;
const OPTION_HEADER_LENGTH = 4;

/** True if a section header block may begin here: its type reads the same in both byte orders. */
export function isSectionHeader(view: DataView, offset: number, end: number): boolean {
  return (
    end - offset >= MIN_BLOCK_LENGTH &&
    view.getUint32(offset) === BLOCK.sectionHeader &&
    sectionByteOrder(view, offset) !== undefined
  );
}

export interface Section {
  readonly littleEndian: boolean;
  readonly version: string;
}

/**
 * Reads the section header block that begins at this offset.
 * @throws CaptureError TRUNCATED or UNSUPPORTED_VERSION
 */
export function parseSectionHeader(view: DataView, offset: number, end: number): Section {
  if (end - offset < SECTION_HEADER_LENGTH) {
    throw new CaptureError(
      'TRUNCATED',
      `the section header takes ${SECTION_HEADER_LENGTH} bytes, only ${end - offset} are there`,
      end - offset,
    );
  }
  const littleEndian = sectionByteOrder(view, offset) === 'little';
  const major = view.getUint16(offset + SECTION.major, littleEndian);
  const minor = view.getUint16(offset + SECTION.minor, littleEndian);
  // Some writers said 1.2 where they meant 1.0; the draft tells readers to take it so.
  if (major !== 1 || (minor !== 0 && minor !== 2)) {
    throw new CaptureError(
      'UNSUPPORTED_VERSION',
      `found pcapng version ${major}.${minor}, expected 1.0`,
      SECTION.major,
    );
  }
  return { littleEndian, version: `${major}.${minor}` };
}

function sectionByteOrder(view: DataView, offset: number): 'little' | 'big' | undefined {
  if (view.getUint32(offset + SECTION.byteOrder, true) === BYTE_ORDER_MAGIC) return 'little';
  if (view.getUint32(offset + SECTION.byteOrder, false) === BYTE_ORDER_MAGIC) return 'big';
  return undefined;
}

/** What the packets of an interface have in common. */
export interface Interface {
  readonly linkType: number;
  /** 0 is no limit. */
  readonly snaplen: number;
  /** Units of its timestamps in a second. */
  readonly unitsPerSecond: bigint;
  /** Added to its timestamps. */
  readonly offsetSeconds: number;
}

/** Reads an interface description block; undefined if it is too short to be one. */
export function parseInterface(
  view: DataView,
  offset: number,
  length: number,
  littleEndian: boolean,
): Interface | undefined {
  const end = offset + length - BLOCK_TRAILER_LENGTH;
  if (offset + INTERFACE.options > end) return undefined;
  let unitsPerSecond = 1_000_000n;
  let offsetSeconds = 0;
  let at = offset + INTERFACE.options;
  while (end - at >= OPTION_HEADER_LENGTH) {
    const code = view.getUint16(at, littleEndian);
    const valueLength = view.getUint16(at + 2, littleEndian);
    const value = at + OPTION_HEADER_LENGTH;
    if (code === OPTION.end || end - value < valueLength) break;
    if (code === OPTION.timestampResolution && valueLength >= 1)
      unitsPerSecond = parseResolution(view.getUint8(value));
    if (code === OPTION.timestampOffset && valueLength >= 8) {
      offsetSeconds = Number(view.getBigInt64(value, littleEndian));
    }
    at = value + Math.ceil(valueLength / 4) * 4;
  }
  return {
    linkType: view.getUint16(offset + INTERFACE.linkType, littleEndian),
    snaplen: view.getUint32(offset + INTERFACE.snaplen, littleEndian),
    unitsPerSecond,
    offsetSeconds,
  };
}

/** The highest bit says whether the others are a negative power of 2 or of 10. */
function parseResolution(value: number): bigint {
  const exponent = BigInt(value & 0x7f);
  return (value & 0x80) === 0 ? 10n ** exponent : 2n ** exponent;
}

/** A timestamp, given in two halves, in whole microseconds since the epoch. */
export function microsecondsOf(
  high: number,
  low: number,
  { unitsPerSecond, offsetSeconds }: Interface,
): number {
  if (unitsPerSecond === 1_000_000n) return high * 2 ** 32 + low + offsetSeconds * 1e6;
  const units = (BigInt(high) << 32n) | BigInt(low);
  return Number((units * 1_000_000n) / unitsPerSecond) + offsetSeconds * 1e6;
}
