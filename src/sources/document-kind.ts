// Recognises a document, as opposed to a capture, by its first bytes: names lie.

import fs from 'node:fs';
import { byteSource } from '../capture/byte-source.js';
import { viewOf } from '../capture/data-view.js';
import { HEAD_LENGTH, type OpenedInput, withBytesBack } from '../capture/head.js';
import { fileLength } from '../files/file-length.js';
import { LeadingText } from '../walk/leading-text.js';

/** A saved inventory, or what nmap and masscan write with -oX. */
export type DocumentKind = 'inventory' | 'nmap';

/** No banner begins like this, but what nmap and masscan write does. */
const XML_DECLARATION = '<?xml ';
/** A banner that begins like a document is at most about as long. */
const MAX_LOOKAHEAD = 64 << 10;

/** No capture begins with one of these characters, or with only white space before one. */
const KINDS: Readonly<Record<string, DocumentKind>> = { '{': 'inventory', '<': 'nmap' };

/** Finds the kind of a document by the head of an input; undefined if the input is not a document. */
export function documentKind(head: Uint8Array): DocumentKind | undefined {
  const isUtf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const text = Buffer.from(isUtf16 ? head.subarray(2).filter((byte) => byte !== 0) : head)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  return KINDS[text.charAt(0)];
}

/**
 * Finds the kind of the document in an input. The banner of a remote shell may begin like a document, so text is looked
 * through for a capture. Use the returned input instead of the other.
 */
export async function findDocument(
  opened: OpenedInput,
  signal: AbortSignal,
): Promise<{ readonly kind: DocumentKind | undefined; readonly input: OpenedInput }> {
  const kind = documentKind(opened.head);
  // A running nmap is not waited for: after an interruption, what it has written so far counts.
  if (kind === undefined || Buffer.from(opened.head).includes(XML_DECLARATION))
    return { kind, input: opened };
  const { isFound, input } = await findCaptureInText(opened, signal);
  return { kind: isFound ? undefined : kind, input };
}

/** Looks for a capture after text at the beginning of an input. Use the returned input instead of the other. */
export async function findCaptureInText(
  opened: OpenedInput,
  signal: AbortSignal,
): Promise<{ readonly isFound: boolean; readonly input: OpenedInput }> {
  const source = byteSource(opened);
  const text = new LeadingText();
  let found: number | undefined;
  for (let length = HEAD_LENGTH; found === undefined; length *= 2) {
    const bytes = await source.peek(length);
    found = text.find(viewOf(bytes), bytes.length, bytes.length < length || length === MAX_LOOKAHEAD);
  }
  const input = { ...withBytesBack(opened, await source.take(), signal, source.failure), head: opened.head };
  return { isFound: found >= 0, input };
}

/**
 * Finds the kind of the document in a file, as `findDocument` does; undefined for anything else, a compressed document
 * included.
 */
export function documentKindOf(path: string): DocumentKind | undefined {
  if (fileLength(path) === undefined) return undefined;
  try {
    const fd = fs.openSync(path, 'r');
    try {
      const bytes = new Uint8Array(MAX_LOOKAHEAD);
      const length = fs.readSync(fd, bytes);
      const kind = documentKind(bytes.subarray(0, Math.min(length, HEAD_LENGTH)));
      const hasCapture =
        kind !== undefined && (new LeadingText().find(viewOf(bytes), length, true) ?? -1) >= 0;
      return hasCapture ? undefined : kind;
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    // The reader will meet the same failure and report it.
    return undefined;
  }
}
