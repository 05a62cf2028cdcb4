// Walks pcapng captures whole and in pieces.

import { expect } from 'vitest';
import { concat, ethernet, ipv4, tcp } from '../helpers/packets.js';
import { type Walked, walkWhole } from './walking.js';

export const ORDERS = [true, false];
export const NO_GAPS = { gaps: [], gapCount: 0, bytesSkipped: 0, error: undefined };
/** The length of an enhanced packet block with a frame that ends with its TCP header. */
export const PACKET_LENGTH = 88;
export const HEAD_LENGTH = 28 + 20;

export function frameFrom(sourcePort: number): Uint8Array {
  return ethernet({ payload: ipv4({ payload: tcp({ sourcePort }) }) });
}

/** Walks it whole and in pieces, expects one result, and returns it. */
export async function walk(...parts: Uint8Array[]): Promise<Walked> {
  const bytes = concat(...parts);
  const walked = await walkWhole(bytes);
  for (const sizes of [[1], [7, -3], [64]]) {
    if (bytes.length < 10_000) expect(await walkWhole(bytes, sizes)).toEqual(walked);
  }
  return walked;
}

export function timesOf({ timedRows }: Walked): string[] {
  return timedRows.map((row) => row.split(' ').slice(2).join(' '));
}
