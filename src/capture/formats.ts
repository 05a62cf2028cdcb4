// Recognises the format of a capture by its first bytes: names lie. A new format needs a row in CAPTURE_FORMATS. Formats
// that are recognised only so that the error can help are in OTHER_SIGNATURES.

import { compressionOf } from './compressed/compression.js';
import { describeConverted } from './converted.js';
import { CaptureError } from './errors.js';
import type { HeadPattern } from './head-pattern.js';
import { FOREIGN_FORMATS } from './other/foreign-formats.js';
import { hasSnoopHeader, isSnoopHeader, SNOOP_HEADER_LENGTH, SNOOP_HEADS } from './other/snoop.js';
import { hasPcapHeader, isPcapHeader, MAX_PCAP_HEADER_LENGTH, PCAP_HEADS } from './pcap/header.js';
import { hasSectionHeader, isSectionHeader, SECTION_HEADER_LENGTH, SECTION_HEADS } from './pcapng/blocks.js';

export type CaptureFormat = 'pcap' | 'pcapng' | 'snoop';

interface FormatRow {
  readonly format: CaptureFormat;
  /** Whether a capture of this format begins at this offset. */
  readonly matches: (view: DataView, offset: number, end: number) => boolean;
  /** Whether it has a whole head of a known version there, so that it can be opened. Must be fast, and not throw. */
  readonly hasHead: (view: DataView, offset: number, end: number) => boolean;
  /** The beginnings of all heads for which `hasHead` can be true. */
  readonly heads: readonly HeadPattern[];
}

const CAPTURE_FORMATS: readonly FormatRow[] = [
  { format: 'pcap', matches: isPcapHeader, hasHead: hasPcapHeader, heads: PCAP_HEADS },
  { format: 'pcapng', matches: isSectionHeader, hasHead: hasSectionHeader, heads: SECTION_HEADS },
  { format: 'snoop', matches: isSnoopHeader, hasHead: hasSnoopHeader, heads: SNOOP_HEADS },
];

/** The beginnings of the heads that `isHead` recognises. */
export const HEAD_PATTERNS: readonly HeadPattern[] = CAPTURE_FORMATS.flatMap(({ heads }) => heads);

/** The usual formats, for messages: few people have heard of the others. */
export const ACCEPTED = 'a pcap or pcapng capture';

/** Enough bytes to recognise and open a capture of any format. */
export const MAX_HEAD_LENGTH: number = Math.max(
  MAX_PCAP_HEADER_LENGTH,
  SECTION_HEADER_LENGTH,
  SNOOP_HEADER_LENGTH,
);

interface Signature {
  readonly what: string;
  readonly bytes: string;
  readonly advice?: string;
}

const OTHER_SIGNATURES: readonly Signature[] = [
  ...FOREIGN_FORMATS.map(({ name, signature }) => ({
    what: `a ${name} capture`,
    bytes: signature,
    advice: 'convert it with `editcap -F pcap IN OUT`',
  })),
  {
    what: 'a zip archive',
    bytes: '504b0304',
    advice: 'pipe a capture in it with `unzip -p ARCHIVE CAPTURE | synsum -`',
  },
  { what: 'an ELF program', bytes: '7f454c46' },
  { what: 'a PDF document', bytes: '25504446' },
  { what: 'a PNG image', bytes: '89504e47' },
];

/** Finds the format of the capture that begins at this offset; undefined if none does. */
export function formatAt(view: DataView, offset: number, end: number): CaptureFormat | undefined {
  for (const { format, matches } of CAPTURE_FORMATS) if (matches(view, offset, end)) return format;
  return undefined;
}

/** Whether a capture with a whole head of a known version begins at this offset. */
export function isHead(view: DataView, offset: number, end: number): boolean {
  for (const { hasHead } of CAPTURE_FORMATS) if (hasHead(view, offset, end)) return true;
  return false;
}

/** Makes the error for an input that is not a capture, from its first bytes. */
export function notACaptureError(bytes: Uint8Array): CaptureError {
  if (bytes.length === 0) return new CaptureError('EMPTY', `found nothing (0 bytes), expected ${ACCEPTED}`);
  const { what, advice } = describe(bytes.subarray(0, MAX_HEAD_LENGTH));
  const hint = advice === undefined ? '' : `; ${advice}`;
  return new CaptureError('NOT_A_CAPTURE', `found ${what}, expected ${ACCEPTED}${hint}`, 0);
}

function describe(bytes: Uint8Array): { what: string; advice?: string } {
  const hex = Buffer.from(bytes).toString('hex');
  const compression = compressionOf(bytes);
  // One compression is looked through before, so these data were compressed twice.
  if (compression !== undefined) return { what: `${compression.name}-compressed data` };
  const converted = describeConverted(bytes);
  if (converted !== undefined) return converted;
  const known = OTHER_SIGNATURES.find((signature) => hex.startsWith(signature.bytes));
  if (known !== undefined) return known;
  const isText = bytes.every(
    (byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127),
  );
  return { what: isText ? 'text' : `data that begins with the bytes ${hex.slice(0, 8)}` };
}
