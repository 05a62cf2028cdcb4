// The blocks of the pcapng format; walk/pcapng-walker.ts walks them and counts their packets. Format:
// draft-ietf-opsawg-pcapng.

import { CaptureError, describeCutShort } from '../errors.js';
import type { HeadPattern } from '../head-pattern.js';
import { MAX_OPTIONS } from './limits.js';
import { readOptions } from './options.js';

export const BLOCK = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  /** Obsolete, but still in use. */
  packet: 2,
  simplePacket: 3,
  nameResolution: 4,
  interfaceStatistics: 5,
  enhancedPacket: 6,
} as const;

/** Type and total length before a block's body, and the total length again after it. */
export const BLOCK_HEADER_LENGTH = 8;
export const BLOCK_TRAILER_LENGTH = 4;
export const MIN_BLOCK_LENGTH: number = BLOCK_HEADER_LENGTH + BLOCK_TRAILER_LENGTH;
/** The bytes of a section header block up to its options. */
export const SECTION_HEADER_LENGTH = 28;
/** The limit of libpcap and Wireshark. A longer block is damage. */
export const MAX_BLOCK_LENGTH: number = 16 << 20;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Offsets from the beginning of a block. */
const SECTION = { byteOrder: 8, major: 12, minor: 14, options: 24 } as const;
const INTERFACE = { linkType: 8, snaplen: 12, options: 16 } as const;

const OPTION = { end: 0, timestampResolution: 9, timestampOffset: 14 } as const;
const OPTION_HEADER_LENGTH = 4;

/** Returns the length of a block that says it has this length: some writers leave out the padding that they add. */
export function paddedLength(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/** Whether a section header block may begin at this offset. Its type reads the same in both byte orders. */
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
      describeCutShort('the section header', SECTION_HEADER_LENGTH, end - offset),
      end - offset,
    );
  }
  const littleEndian = sectionByteOrder(view, offset) === 'little';
  const fault = findVersionFault(view, offset, littleEndian);
  if (fault !== undefined) throw new CaptureError('UNSUPPORTED_VERSION', fault, SECTION.major);
  const major = view.getUint16(offset + SECTION.major, littleEndian);
  const minor = view.getUint16(offset + SECTION.minor, littleEndian);
  return { littleEndian, version: `${major}.${minor}` };
}

/** Says why the version of a section, in this byte order, cannot be read; undefined if it can. */
function findVersionFault(view: DataView, offset: number, littleEndian: boolean): string | undefined {
  const major = view.getUint16(offset + SECTION.major, littleEndian);
  const minor = view.getUint16(offset + SECTION.minor, littleEndian);
  // Some writers wrote 1.2 for 1.0, and the draft asks readers to accept that.
  if (major === 1 && (minor === 0 || minor === 2)) return undefined;
  return `found pcapng version ${major}.${minor}, expected 1.0`;
}

/**
 * The fault in the whole section header at this offset; undefined if parseSectionHeader does not throw. Damage may look
 * like a section every few bytes, and an error takes a hundred times as long as this.
 */
export function findSectionFault(view: DataView, offset: number): string | undefined {
  return findVersionFault(view, offset, sectionByteOrder(view, offset) === 'little');
}

/** The first bytes of a section header: its type. The length after it can be anything. */
export const SECTION_HEADS: readonly HeadPattern[] = [{ word: BLOCK.sectionHeader, mask: 0, next: 0 }];

/** Whether a whole section header of a known version is at this offset. */
export function hasSectionHeader(view: DataView, offset: number, end: number): boolean {
  return (
    end - offset >= SECTION_HEADER_LENGTH &&
    isSectionHeader(view, offset, end) &&
    findSectionFault(view, offset) === undefined
  );
}

function sectionByteOrder(view: DataView, offset: number): 'little' | 'big' | undefined {
  if (view.getUint32(offset + SECTION.byteOrder, true) === BYTE_ORDER_MAGIC) return 'little';
  if (view.getUint32(offset + SECTION.byteOrder, false) === BYTE_ORDER_MAGIC) return 'big';
  return undefined;
}

/** The properties that the packets of an interface share. */
export interface Interface {
  readonly linkType: number;
  /** 0 means no limit. */
  readonly snaplen: number;
  /** Units of its timestamps in a second. */
  readonly unitsPerSecond: bigint;
  /** Added to its timestamps. */
  readonly offsetSeconds: number;
}

export interface DescribedInterface extends Interface {
  /** The fault in its options, as in `found …, expected …`; absent if there is none. */
  readonly fault?: string;
  /** Whether the fault may have cost the options that its times depend on. */
  readonly hasLostClock?: boolean;
}

const OPTION_LENGTHS: ReadonlyMap<number, number> = new Map([
  [OPTION.timestampResolution, 1],
  [OPTION.timestampOffset, 8],
]);

/**
 * Reads an interface description block; undefined if it is too short to be one. If options continue after it (`isCut`),
 * the last one in it may be incomplete.
 */
export function parseInterface(
  view: DataView,
  offset: number,
  length: number,
  littleEndian: boolean,
  isCut: boolean = false,
): DescribedInterface | undefined {
  const end = offset + length - BLOCK_TRAILER_LENGTH;
  if (offset + INTERFACE.options > end) return undefined;
  let unitsPerSecond: bigint | undefined;
  let offsetSeconds = 0;
  const fault = readOptions(
    view,
    offset + INTERFACE.options,
    end,
    littleEndian,
    isCut,
    (code, value, valueLength) => {
      if (code === OPTION.timestampResolution && valueLength >= 1)
        unitsPerSecond = parseResolution(view.getUint8(value));
      if (code === OPTION.timestampOffset && valueLength >= 8)
        offsetSeconds = Number(view.getBigInt64(value, littleEndian));
    },
    (code) => OPTION_LENGTHS.get(code),
  );
  return {
    linkType: view.getUint16(offset + INTERFACE.linkType, littleEndian),
    snaplen: view.getUint32(offset + INTERFACE.snaplen, littleEndian),
    unitsPerSecond: unitsPerSecond ?? 1_000_000n,
    offsetSeconds,
    ...(fault === undefined
      ? {}
      : { fault: fault.message, hasLostClock: fault.hidesOthers && unitsPerSecond === undefined }),
  };
}

/** Returns the fault in the options of a whole section header block, as in `found …, expected …`; undefined if there is none. */
export function findOptionsFault(
  view: DataView,
  offset: number,
  length: number,
  littleEndian: boolean,
): string | undefined {
  const end = offset + length - BLOCK_TRAILER_LENGTH;
  return readOptions(view, offset + SECTION.options, end, littleEndian, false, () => {})?.message;
}

/** Whether a section header begins at this offset whose block type is damaged: it has the magic number and the version. */
export function isUntypedSection(view: DataView, offset: number, length: number): boolean {
  if (length < SECTION_HEADER_LENGTH || sectionByteOrder(view, offset) === undefined) return false;
  try {
    parseSectionHeader(view, offset, offset + length);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether options fill [start, end) exactly, or up to the option that ends them. If they go on after `end`
 * (`isCut`), the options up to there are checked, and never more than MAX_OPTIONS.
 */
export function hasFittingOptions(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  isCut: boolean,
): boolean {
  let at = start;
  for (let found = 0; end - at >= OPTION_HEADER_LENGTH; found++) {
    if (found === MAX_OPTIONS || view.getUint16(at, littleEndian) === OPTION.end) return true;
    at += OPTION_HEADER_LENGTH + Math.ceil(view.getUint16(at + 2, littleEndian) / 4) * 4;
  }
  return at <= end || isCut;
}

/** The highest bit says whether the other bits are a negative power of 2 or of 10. */
function parseResolution(value: number): bigint {
  const exponent = BigInt(value & 0x7f);
  return (value & 0x80) === 0 ? 10n ** exponent : 2n ** exponent;
}

/** Converts a timestamp, given in two halves, to whole microseconds since the epoch. */
export function microsecondsOf(
  high: number,
  low: number,
  { unitsPerSecond, offsetSeconds }: Interface,
): number {
  if (unitsPerSecond === 1_000_000n) return high * 2 ** 32 + low + offsetSeconds * 1e6;
  const units = (BigInt(high) << 32n) | BigInt(low);
  return Number((units * 1_000_000n) / unitsPerSecond) + offsetSeconds * 1e6;
}
