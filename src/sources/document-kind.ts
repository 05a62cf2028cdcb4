// Recognises a document, as opposed to a capture, by its first bytes: names lie.

import fs from 'node:fs';
import { HEAD_LENGTH } from '../capture/head.js';
import { fileLength } from '../files/file-length.js';

/** A saved inventory, or what nmap and masscan write with -oX. */
export type DocumentKind = 'inventory' | 'nmap';

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

/** Finds the kind of the document in a file; undefined for anything else, a compressed document included. */
export function documentKindOf(path: string): DocumentKind | undefined {
  if (fileLength(path) === undefined) return undefined;
  try {
    const fd = fs.openSync(path, 'r');
    try {
      const head = new Uint8Array(HEAD_LENGTH);
      return documentKind(head.subarray(0, fs.readSync(fd, head)));
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    // The reader will meet the same failure and report it.
    return undefined;
  }
}
