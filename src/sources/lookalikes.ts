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
    if (captures.length < 2) continue;
    for (const capture of captures) {
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

/** The record of an input that is itself a capture, without a digest, and can be read again. */
function capturesInFile({ name, captures }: InputReport): readonly CaptureRecord[] {
  return captures.filter(
    (capture) =>
      capture.name === name &&
      capture.digest === undefined &&
      capture.packetsRead > 0 &&
      fileLength(name) !== undefined,
  );
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
