// Decodes the bytes of an XML document, in pieces of any size. It does not know about elements. XML 1.0, 4.3.3 and
// appendix F: a byte order mark takes precedence over the declaration, and a document with neither is UTF-8.

import { TextDecoder } from 'node:util';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const BYTE_ORDER_MARKS: readonly { readonly bytes: readonly number[]; readonly encoding: Encoding }[] = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
];
const LONGEST_MARK = 3;

/**
 * Encodings by their names in declarations, in lower case. ISO 8859-1 is read as windows-1252, its superset, as
 * https://encoding.spec.whatwg.org says.
 */
const DECLARED: ReadonlyMap<string, Encoding> = new Map([
  ['utf-8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['iso-8859-1', 'windows-1252'],
  ['windows-1252', 'windows-1252'],
]);

/** A declaration that begins after this, because comments precede it against the rules, is not found. */
const HEAD_LENGTH = 16 << 10;

export interface Decoded {
  readonly text: string;
  /** The fault in the bytes that follow this text. Nothing after them is decoded. */
  readonly fault?: string;
}

export class XmlDecoder {
  #encoding: Encoding | undefined;
  #decoder: TextDecoder | undefined;
  /** Bytes that are not decoded yet: all of them until the encoding is known, then the beginning of a character. */
  #held: Uint8Array = new Uint8Array();

  /** Decodes a piece of the document. The bytes may be reused afterwards. */
  decode(bytes: Uint8Array): Decoded {
    return this.#decode(bytes, false);
  }

  /** Decodes the bytes that were held back, at the end of the document. */
  end(): Decoded {
    return this.#decode(new Uint8Array(), true);
  }

  #decode(piece: Uint8Array, isLast: boolean): Decoded {
    let bytes: Uint8Array = Buffer.concat([this.#held, piece]);
    if (this.#decoder === undefined || this.#encoding === undefined) {
      const head = readHead(bytes, isLast);
      if (head === undefined) {
        this.#held = bytes;
        return { text: '' };
      }
      if (head.encoding === undefined) return { text: head.before, fault: head.fault };
      this.#encoding = head.encoding;
      this.#decoder = new TextDecoder(head.encoding, { fatal: true, ignoreBOM: true });
      bytes = head.content;
    }
    const [encoding, decoder] = [this.#encoding, this.#decoder];
    const whole = bytes.length - (isLast ? 0 : incompleteTail(bytes, encoding));
    this.#held = bytes.subarray(whole);
    bytes = bytes.subarray(0, whole);
    const text = tryDecode(decoder, bytes);
    return text === undefined ? decodeSoundPart(bytes, encoding, decoder) : { text };
  }
}

type Head =
  | { readonly encoding: Encoding; readonly content: Uint8Array }
  | { readonly encoding?: undefined; readonly before: string; readonly fault: string };

/**
 * Finds the encoding; undefined if that needs more bytes. The content lacks the byte order mark, and spaces replace the
 * declaration: one that follows a comment would be an error, and all positions stay the same.
 */
function readHead(bytes: Uint8Array, isLast: boolean): Head | undefined {
  if (bytes.length < LONGEST_MARK && !isLast) return undefined;
  const mark = BYTE_ORDER_MARKS.find(({ bytes: expected }) =>
    expected.every((byte, at) => bytes[at] === byte),
  );
  const content = Buffer.from(bytes.subarray(mark?.bytes.length ?? 0));
  const isWide = mark?.encoding.startsWith('utf-16') === true;
  const first = content.subarray(0, HEAD_LENGTH);
  const text = isWide ? new TextDecoder(mark?.encoding).decode(first) : first.toString('latin1');
  const declaration = findDeclaration(text);
  if (declaration === undefined && !isLast && first.length < HEAD_LENGTH) return undefined;
  const { start, end } = declaration ?? { start: 0, end: 0 };
  const [, , declared = 'utf-8'] = /\sencoding\s*=\s*(["'])(.*?)\1/.exec(text.slice(start, end)) ?? [];
  const encoding = mark?.encoding ?? DECLARED.get(declared.toLowerCase());
  if (encoding === undefined) {
    const known = `${[...DECLARED.keys()].join(', ')}, or UTF-16 with a byte order mark`;
    const fault = `found the encoding "${declared.slice(0, 40)}", expected ${known}`;
    return { before: text.slice(0, start), fault };
  }
  const width = isWide ? 2 : 1;
  for (let at = start; at < end; at++) {
    if (text[at] === '\n' || text[at] === '\r') continue;
    content.fill(0, at * width, (at + 1) * width);
    content[encoding === 'utf-16be' ? at * width + 1 : at * width] = 0x20;
  }
  return { encoding, content };
}

/**
 * Finds the XML declaration, after white space and comments. `start` equals `end` if there is none; undefined if that
 * needs more bytes.
 */
function findDeclaration(text: string): { start: number; end: number } | undefined {
  let at = 0;
  for (;;) {
    while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
    if (!text.startsWith('<!--', at)) break;
    const end = text.indexOf('-->', at + 4);
    if (end < 0) return undefined;
    at = end + 3;
  }
  const next = text.slice(at, at + 6);
  if (next.length < 6 && ('<?xml '.startsWith(next) || '<!--'.startsWith(next))) return undefined;
  if (!/^<\?xml\s/.test(next)) return { start: at, end: at };
  const end = text.indexOf('?>', at);
  return end < 0 ? undefined : { start: at, end: end + 2 };
}

/** Counts the bytes at the end that begin a character whose other bytes have not been read yet. */
function incompleteTail(bytes: Uint8Array, encoding: Encoding): number {
  const { length } = bytes;
  if (encoding === 'utf-8') {
    for (let count = 1; count <= 3 && count <= length; count++) {
      const byte = bytes[length - count] as number;
      if (byte < 0x80) return 0;
      if (byte >= 0xc0) return count < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? count : 0;
    }
    return 0;
  }
  if (encoding === 'windows-1252') return 0;
  const odd = length % 2;
  const highByte = bytes[length - odd - (encoding === 'utf-16le' ? 1 : 2)];
  const isHighSurrogate = highByte !== undefined && (highByte & 0xfc) === 0xd8;
  return odd + (isHighSurrogate ? 2 : 0);
}

function decodeSoundPart(bytes: Uint8Array, encoding: Encoding, decoder: TextDecoder): Decoded {
  const soundPart = (end: number): string | undefined =>
    tryDecode(decoder, bytes.subarray(0, end - incompleteTail(bytes.subarray(0, end), encoding)));
  let sound = 0;
  let faulty = bytes.length;
  while (faulty - sound > 1) {
    const middle = (sound + faulty) >>> 1;
    if (soundPart(middle) === undefined) faulty = middle;
    else sound = middle;
  }
  return {
    text: soundPart(sound) ?? '',
    fault: `found a byte that is not ${encoding.toUpperCase()}, expected the encoding that the document declares`,
  };
}

function tryDecode(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
