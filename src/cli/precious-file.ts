// Recognises files that a result must never replace: captures and everything else that synsum reads.

import fs from 'node:fs';
import { compressionOf } from '../capture/compressed/compression.js';
import { viewOf } from '../capture/data-view.js';
import { formatAt } from '../capture/formats.js';
import { foreignFormatOf } from '../capture/other/foreign-formats.js';
import { SCHEMA } from '../inventory/document/document.js';

/** Long enough for the schema at the beginning of an inventory, and for the comments of nmap. */
const HEAD_LENGTH = 512;

/** However its JSON is spaced. */
const INVENTORY = new RegExp(`"schema"\\s*:\\s*"${SCHEMA.replace('.', '\\.')}"`);

/** Says what a regular file is if its contents cannot be made again; undefined for all others. */
export function describePrecious(path: string): string | undefined {
  const head = readHead(path);
  if (head === undefined || head.length === 0) return undefined;
  const text = Buffer.from(head).toString('latin1');
  if (text.trimStart().startsWith('{') && INVENTORY.test(text)) return 'a saved inventory';
  if (text.startsWith('SQLite format 3\0')) return 'a store';
  if (text.trimStart().startsWith('<') && text.includes('nmaprun')) return 'a scan';
  if (formatAt(viewOf(head), 0, head.length) !== undefined) return 'a capture';
  const foreign = foreignFormatOf(head);
  if (foreign !== undefined) return 'a capture';
  const compression = compressionOf(head);
  return compression && `${compression.name}-compressed data, perhaps a capture`;
}

/** A file that cannot be read is left to the code that opens it for writing. */
function readHead(path: string): Uint8Array | undefined {
  try {
    const fd = fs.openSync(path, 'r');
    try {
      const bytes = new Uint8Array(HEAD_LENGTH);
      return bytes.subarray(0, fs.readSync(fd, bytes, 0, HEAD_LENGTH, 0));
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
