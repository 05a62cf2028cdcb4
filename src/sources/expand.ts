// Turns what the user named into what is read: a directory means the captures in it.

import fs from 'node:fs';
import { openDecompressed } from '../capture/compressed/decompress.js';
import { viewOf } from '../capture/data-view.js';
import { CaptureError } from '../capture/errors.js';
import { formatAt } from '../capture/formats.js';
import type { OpenedInput } from '../capture/head.js';
import { foreignFormatOf } from '../capture/other/foreign-formats.js';
import { findCaptureInText, findDocument } from './document-kind.js';

/** The captures of a directory, and what else is in it. */
export interface Folder {
  /** Paths, sorted by the bytes of their names. */
  readonly captures: readonly string[];
  /** Names of files that are not captures. */
  readonly others: readonly string[];
}

/** A file with such a name is read, and its faults are reported, even if its first bytes are damaged. */
export const CAPTURE_NAME: RegExp =
  /\.(?:pcap|pcapng|cap|dump|dmp|snoop|erf)\d*(?:\.(?:gz|zst|lz4|xz|bz2|lzma))?$/i;

/** Whether this path is a directory. */
export function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false;
}

/** Undefined if it cannot be reached: the reader will meet the same failure and report it. */
function statOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path);
  } catch {
    return undefined;
  }
}

/** The names of the files in a directory, sorted, without hidden ones. @throws what the file system says */
export function listFolder(path: string): string[] {
  return fs
    .readdirSync(path)
    .filter((name) => !name.startsWith('.'))
    .sort();
}

/** The path of a file in a directory. Not path.join: `./-` is a file, and `-` would be standard input. */
export function pathIn(folder: string, name: string): string {
  return `${folder.replace(/\/+$/, '')}/${name}`;
}

/** Finds the captures in a directory, but not in those below it. @throws what the file system says */
export async function readFolder(path: string, signal: AbortSignal): Promise<Folder> {
  const captures: string[] = [];
  const others: string[] = [];
  for (const name of listFolder(path)) {
    const file = pathIn(path, name);
    if (statOf(file)?.isFile() === false) continue;
    if (await isCapture(file, signal)) captures.push(file);
    else others.push(name);
  }
  return { captures, others };
}

async function isCapture(path: string, signal: AbortSignal): Promise<boolean> {
  const isNamedSo = CAPTURE_NAME.test(path);
  let input: OpenedInput | undefined;
  try {
    input = await openDecompressed(path, signal);
    const { head } = input;
    if (formatAt(viewOf(head), 0, head.length) !== undefined || foreignFormatOf(head) !== undefined)
      return true;
    const document = await findDocument(input, signal);
    input = document.input;
    if (document.kind !== undefined) return false;
    if (isNamedSo) return true;
    const text = await findCaptureInText(input, signal);
    input = text.input;
    return text.isFound;
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    // The reader will meet the same failure and report it.
    return isNamedSo;
  } finally {
    input?.close();
  }
}
