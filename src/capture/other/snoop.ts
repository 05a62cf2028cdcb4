// The snoop format of Solaris, and Shomiti's variant of it. RFC 1761; link types: the IANA registry of snoop datalink types,
// dlpi.h of Solaris, and Shomiti's description of its format. All numbers are big-endian.

import { CaptureError, describeCutShort } from '../errors.js';
import { type HeadPattern, swapBytes } from '../head-pattern.js';
import { MAX_CAPTURED_LENGTH, MAX_ORIGINAL_LENGTH } from '../pcap/limits.js';
import { SNOOP_MAX_PADDING, SNOOP_RECORD_HEADER_LENGTH } from './limits.js';
import type { RecordFormat } from './record-format.js';

export const SNOOP_HEADER_LENGTH = 16;

/** "snoop" and three zeros, in two halves. */
const MAGIC = [0x736e_6f6f, 0x7000_0000] as const;
const FILE = { version: 8, linkType: 12 } as const;

const RECORD = {
  originalLength: 0,
  capturedLength: 4,
  recordLength: 8,
  seconds: 16,
  microseconds: 20,
} as const;

/** The length of Shomiti's trailer, which is in the padding. */
const SHOMITI_TRAILER_LENGTH = 16;

/** LINKTYPE_ values by the data-link types of RFC 1761 and dlpi.h. */
const LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [0, 1], // IEEE 802.3
  [2, 6], // token ring
  [4, 1], // Ethernet
  [8, 10], // FDDI
  [9, 0], // other: loopback
  [14, 0], // loopback
  [16, 122], // IP over Fibre Channel
  [18, 123], // IP over ATM
  [24, 1], // IEEE 802.3 and Ethernet
  [25, 1], // 100BaseT
  [0x8000_0001, 101], // tunnel, IPv4
  [0x8000_0002, 101], // tunnel, IPv6
  [0x8000_0004, 105], // IEEE 802.11
  [0x8000_0005, 226], // ipnet
  [0x8000_0007, 101], // tunnel, 6to4
]);

/** The same for Shomiti, which gave some numbers another meaning. */
const SHOMITI_LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 6],
  [4, 1],
  [8, 10],
  [10, 1], // Fast Ethernet
  [11, 6], // token ring, 4 Mbit/s
  [12, 1], // Gigabit Ethernet
  [13, 6], // token ring of Shomiti
  [14, 6], // the same, 4 Mbit/s
  [18, 105], // IEEE 802.11 after a radio header
  [19, 1], // 10 Gigabit Ethernet
]);
const SHOMITI_RADIO = 18;
/** The byte of a radio header with the number of bytes after it. */
const RADIO_LENGTH_AT = 3;

/** Whether a snoop capture begins at this offset. */
export function isSnoopHeader(view: DataView, offset: number, end: number): boolean {
  return end - offset >= 8 && view.getUint32(offset) === MAGIC[0] && view.getUint32(offset + 4) === MAGIC[1];
}

/** Whether a whole header of a known version is at this offset: then parseSnoopHeader does not throw. */
export function hasSnoopHeader(view: DataView, offset: number, end: number): boolean {
  if (end - offset < SNOOP_HEADER_LENGTH || !isSnoopHeader(view, offset, end)) return false;
  return isKnownVersion(view.getUint32(offset + FILE.version));
}

export const SNOOP_HEADS: readonly HeadPattern[] = [
  { word: swapBytes(MAGIC[0]), mask: 0xffff_ffff, next: swapBytes(MAGIC[1]) },
];

/** 3 to 5 are Shomiti's, for its own network cards. */
function isKnownVersion(version: number): boolean {
  return version >= 2 && version <= 5;
}

export interface SnoopHeader {
  readonly version: string;
  readonly records: RecordFormat;
}

/**
 * Reads the header of a snoop capture, whose magic number is at this offset.
 * @throws CaptureError TRUNCATED or UNSUPPORTED_VERSION
 */
export function parseSnoopHeader(view: DataView, offset: number, end: number): SnoopHeader {
  if (end - offset < SNOOP_HEADER_LENGTH) {
    throw new CaptureError(
      'TRUNCATED',
      describeCutShort('the snoop file header', SNOOP_HEADER_LENGTH, end - offset),
      end - offset,
    );
  }
  const version = view.getUint32(offset + FILE.version);
  if (!isKnownVersion(version)) {
    throw new CaptureError(
      'UNSUPPORTED_VERSION',
      `found snoop version ${version}, expected 2 to 5`,
      FILE.version,
    );
  }
  return { version: String(version), records: recordFormat(view.getUint32(offset + FILE.linkType)) };
}

function recordFormat(dataLinkType: number): RecordFormat {
  let isShomiti = false;
  return {
    kind: 'snoop',
    headerLength: SNOOP_RECORD_HEADER_LENGTH,
    lengthAt(view, offset) {
      const original = view.getUint32(offset + RECORD.originalLength);
      const captured = view.getUint32(offset + RECORD.capturedLength);
      const length = view.getUint32(offset + RECORD.recordLength);
      const padding = length - SNOOP_RECORD_HEADER_LENGTH - captured;
      const isPlausible =
        captured <= original &&
        original > 0 &&
        original <= MAX_ORIGINAL_LENGTH &&
        captured <= MAX_CAPTURED_LENGTH &&
        padding >= 0 &&
        padding <= SNOOP_MAX_PADDING &&
        view.getUint32(offset + RECORD.microseconds) < 1_000_000;
      return isPlausible ? length : undefined;
    },
    secondsAt: (view, offset) => view.getUint32(offset + RECORD.seconds),
    timeAt: (view, offset) =>
      view.getUint32(offset + RECORD.seconds) * 1e6 + view.getUint32(offset + RECORD.microseconds),
    linkTypeAt(view, offset) {
      const captured = view.getUint32(offset + RECORD.capturedLength);
      const padding = view.getUint32(offset + RECORD.recordLength) - SNOOP_RECORD_HEADER_LENGTH - captured;
      isShomiti = padding >= SHOMITI_TRAILER_LENGTH;
      const linkType = (isShomiti ? SHOMITI_LINK_TYPES : LINK_TYPES).get(dataLinkType);
      if (linkType !== undefined) return linkType;
      throw new CaptureError(
        'UNSUPPORTED_VERSION',
        `found packets of snoop's data-link type ${dataLinkType}, which synsum cannot decode`,
        FILE.linkType,
      );
    },
    packetAt(view, offset) {
      const packet = offset + SNOOP_RECORD_HEADER_LENGTH;
      if (!isShomiti || dataLinkType !== SHOMITI_RADIO) return packet;
      const captured = view.getUint32(offset + RECORD.capturedLength);
      if (captured <= RADIO_LENGTH_AT) return packet + captured;
      return packet + Math.min(captured, RADIO_LENGTH_AT + 1 + view.getUint8(packet + RADIO_LENGTH_AT));
    },
    packetEndAt: (view, offset) =>
      offset + SNOOP_RECORD_HEADER_LENGTH + view.getUint32(offset + RECORD.capturedLength),
  };
}
