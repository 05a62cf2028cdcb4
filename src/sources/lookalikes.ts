// Captures in files of different lengths may be the same, as a capture and its compressed copy. Their digests show it, but
// take reading every byte, so they are made only of captures that have the same packets, as far as that is known.

import { openDecompressed } from '../capture/compressed/decompress.js';
import { digestInput } from '../capture/digest.js';
import { CaptureError } from '../capture/errors.js';
import { readPieces } from '../capture/pieces.js';
import { fileLength } from '../files/file-length.js';
import type { CaptureRecord, InputReport, Inventory } from '../inventory/inventory.js';

/** Adds digests to the records of those captures in files that look like another of the inventory. */
export async function digestLookalikes(inventory: Inventory, signal: AbortSignal): Promise<Inventory> {
  const groups = new Map<string, CaptureRecord[]>();
  for (const capture of inventory.inputs.flatMap(capturesInFile)) {
    const { packetsRead, synAcks, firstSeen, lastSeen } = capture;
    const look = [packetsRead, synAcks, firstSeen, lastSeen].join(' ');
    groups.set(look, [...(groups.get(look) ?? []), capture]);
  }
  const digests = new Map<CaptureRecord, string>();
  for (const captures of groups.values()) {
    for (const capture of captures.length < 2 ? [] : withoutOddLengths(captures.filter(isFile))) {
      const digest = signal.aborted ? undefined : await digestOf(capture.name, signal);
      if (digest !== undefined) digests.set(capture, digest);
    }
  }
  if (digests.size === 0) return inventory;
  const add = (capture: CaptureRecord): CaptureRecord => {
    const digest = digests.get(capture);
    return digest === undefined ? capture : { digest, ...capture };
  };
  return {
    ...inventory,
    inputs: inventory.inputs.map((input) => ({ ...input, captures: input.captures.map(add) })),
    captures: inventory.captures.map(add),
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

/** Whether it can be read again. */
function isFile({ name }: CaptureRecord): boolean {
  return fileLength(name) !== undefined;
}

/** Leaves out the captures whose lengths show that they are not the same as any other. */
function withoutOddLengths(captures: readonly CaptureRecord[]): readonly CaptureRecord[] {
  // The length of a compressed one is not known.
  if (captures.length < 2 || captures.some(({ format }) => format.includes(', '))) return captures;
  const lengths = captures.map(({ name }) => fileLength(name));
  const counts = new Map<number | undefined, number>();
  for (const length of lengths) counts.set(length, (counts.get(length) ?? 0) + 1);
  return captures.filter((_, at) => (counts.get(lengths[at]) ?? 0) > 1);
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
