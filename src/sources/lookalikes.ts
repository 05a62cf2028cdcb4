// Captures in files of different lengths may be the same, as a capture and its compressed copy. Their digests show it, but
// take reading every byte, so they are made only of captures that have the same packets, as far as that is known.

import fs from 'node:fs';
import { openDecompressed } from '../capture/compressed/decompress.js';
import { digestInput } from '../capture/digest.js';
import { CaptureError } from '../capture/errors.js';
import { readPieces } from '../capture/pieces.js';
import { fileLength } from '../files/file-length.js';
import type { CaptureRecord, InputReport, Inventory } from '../inventory/inventory.js';

const BEGINNING = Buffer.alloc(256);

/** Adds digests to the records of those captures in files that look like another of the inventory. */
export async function digestLookalikes(inventory: Inventory, signal: AbortSignal): Promise<Inventory> {
  const groups = new Map<string, CaptureRecord[]>();
  for (const capture of inventory.inputs.flatMap(capturesInFile)) {
    const { packetsRead, synAcks, firstSeen, lastSeen } = capture;
    const look = [packetsRead, synAcks, firstSeen, lastSeen].join(' ');
    add(groups, look, capture);
  }
  const digests = new Map<CaptureRecord, string>();
  for (const captures of groups.values()) {
    for (const capture of captures.length < 2 ? [] : withoutOddOnes(captures)) {
      const digest = signal.aborted ? undefined : await digestOf(capture.name, signal);
      if (digest !== undefined) digests.set(capture, digest);
    }
  }
  if (digests.size === 0) return inventory;
  const withDigest = (capture: CaptureRecord): CaptureRecord => {
    const digest = digests.get(capture);
    return digest === undefined ? capture : { digest, ...capture };
  };
  return {
    ...inventory,
    inputs: inventory.inputs.map((input) => ({ ...input, captures: input.captures.map(withDigest) })),
    captures: inventory.captures.map(withDigest),
  };
}

/** Leaves out the records of captures, which nobody asked for. */
export function withoutRecords(inventory: Inventory): Inventory {
  return {
    ...inventory,
    inputs: inventory.inputs.map((input) => ({ ...input, captures: [] })),
    captures: [],
  };
}

/** The record of an input that is itself a capture, without a digest. */
function capturesInFile({ name, captures }: InputReport): readonly CaptureRecord[] {
  return captures.filter(
    (capture) => capture.name === name && capture.digest === undefined && capture.packetsRead > 0,
  );
}

/** Leaves out the captures that can be seen not to be the same as any other, and those that cannot be read again. */
function withoutOddOnes(captures: readonly CaptureRecord[]): readonly CaptureRecord[] {
  const lengths = new Map(captures.map((capture) => [capture, fileLength(capture.name)]));
  const files = captures.filter((capture) => lengths.get(capture) !== undefined);
  // The length of a compressed one is not known.
  if (files.length < 2 || files.some(({ format }) => format.includes(', '))) return files;
  return groupsOf(files, (capture) => lengths.get(capture)).flatMap((ofLength) =>
    groupsOf(ofLength, ({ name }) => beginningOf(name)).flat(),
  );
}

/** Returns the groups of items that have the same key, without the groups of only one. */
function groupsOf<T>(items: readonly T[], keyOf: (item: T) => unknown): T[][] {
  const groups = new Map<unknown, T[]>();
  for (const item of items) add(groups, keyOf(item), item);
  return [...groups.values()].filter(({ length }) => length > 1);
}

function add<K, T>(groups: Map<K, T[]>, key: K, item: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}

/** The first bytes of a file as text: they contain the time of its first packet. Undefined if it cannot be read. */
function beginningOf(path: string): string | undefined {
  let fd: number | undefined;
  try {
    fd = fs.openSync(path, fs.constants.O_RDONLY);
    return BEGINNING.toString('latin1', 0, fs.readSync(fd, BEGINNING, 0, BEGINNING.length, 0));
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

async function digestOf(name: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { input, digest } = digestInput(await openDecompressed(name, signal));
    try {
      await readPieces(input, () => undefined);
    } finally {
      input.close();
    }
    return signal.aborted ? undefined : digest();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return undefined;
  }
}
