// Which format a capture has, told from its first bytes alone: names lie. To read a further format, give it a
// row in CAPTURE_FORMATS; what is only recognised, so that the error can help, is in OTHER_SIGNATURES.

import { CaptureError } from './errors.js';
import { isPcap, PCAP_HEADER_LENGTH } from './pcap.js';

export type CaptureFormat = 'pcap';

interface FormatRow {
  readonly format: CaptureFormat;
  /** True if the first bytes (at least four) are of this format. */
  readonly matches: (bytes: Uint8Array) => boolean;
  /** Bytes its header takes before the first record. */
  readonly headerLength: number;
}

const CAPTURE_FORMATS: readonly FormatRow[] = [
  { format: 'pcap', matches: isPcap, headerLength: PCAP_HEADER_LENGTH },
];

/** Bytes enough to tell every format. */
export const PROBE_LENGTH = 16;

interface Signature {
  readonly what: string;
  readonly bytes: string;
  readonly advice?: string;
}

const OTHER_SIGNATURES: readonly Signature[] = [
  { what: 'a pcapng capture', bytes: '0a0d0d0a', advice: 'convert it with `editcap -F pcap IN OUT`' },
  { what: 'gzip-compressed data', bytes: '1f8b', advice: 'read it with `gzip -dc FILE | synsum -`' },
  { what: 'zstd-compressed data', bytes: '28b52ffd', advice: 'read it with `zstd -dc FILE | synsum -`' },
  { what: 'xz-compressed data', bytes: 'fd377a585a00', advice: 'read it with `xz -dc FILE | synsum -`' },
  { what: 'bzip2-compressed data', bytes: '425a68', advice: 'read it with `bzip2 -dc FILE | synsum -`' },
  { what: 'lz4-compressed data', bytes: '04224d18', advice: 'read it with `lz4 -dc FILE | synsum -`' },
  { what: 'a snoop capture', bytes: '736e6f6f70000000', advice: 'convert it with `editcap -F pcap IN OUT`' },
  {
    what: 'a Microsoft Network Monitor capture',
    bytes: '474d4255',
    advice: 'convert it with `editcap -F pcap IN OUT`',
  },
  { what: 'a zip archive', bytes: '504b0304' },
  { what: 'an ELF program', bytes: '7f454c46' },
  { what: 'a PDF document', bytes: '25504446' },
  { what: 'a PNG image', bytes: '89504e47' },
];

/**
 * Tells the format of a capture from its first bytes: PROBE_LENGTH of them, or all there are.
 * @throws CaptureError EMPTY or NOT_A_CAPTURE, saying what was found and what is accepted.
 */
export function probeFormat(bytes: Uint8Array): FormatRow {
  if (bytes.length === 0) {
    throw new CaptureError('EMPTY', 'found nothing (0 bytes), expected a pcap capture');
  }
  const row = CAPTURE_FORMATS.find((candidate) => candidate.matches(bytes));
  if (row !== undefined) return row;
  const { what, advice } = describe(bytes);
  const hint = advice === undefined ? '' : `; ${advice}`;
  throw new CaptureError('NOT_A_CAPTURE', `found ${what}, expected a pcap capture${hint}`, 0);
}

function describe(bytes: Uint8Array): { what: string; advice?: string } {
  const hex = Buffer.from(bytes).toString('hex');
  const known = OTHER_SIGNATURES.find((signature) => hex.startsWith(signature.bytes));
  if (known !== undefined) return known;
  const isText = bytes.every(
    (byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127),
  );
  return { what: isText ? 'text' : `data that begins with the bytes ${hex.slice(0, 8)}` };
}
