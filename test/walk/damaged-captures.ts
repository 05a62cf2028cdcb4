import { expect } from 'vitest';
import { ethernet, ipv4, pcap, type RecordParts, tcp } from '../helpers/packets.js';
import { type Walked, walkWhole } from './walking.js';

export const HEADER_LENGTH = 24;
export const RECORD_LENGTH = 70;
export const NOT_A_RECORD = 'found bytes that cannot be the header of a packet record';

export function frameFrom(sourcePort: number): Uint8Array {
  return ethernet({ payload: ipv4({ payload: tcp({ sourcePort }) }) });
}

/** Records of SYN-ACKs from these ports, a second apart. */
export function records(...ports: readonly number[]): RecordParts[] {
  return ports.map((port, at) => ({ seconds: 1_700_000_000 + at, data: frameFrom(port) }));
}

/** A capture of five packets, some parts of which are wrong. */
export function damaged(
  changes: Readonly<Record<number, RecordParts>>,
  parts: Parameters<typeof pcap>[0] = {},
): Uint8Array {
  return pcap({
    ...parts,
    records: records(1, 2, 3, 4, 5).map((record, at) => ({ ...record, ...changes[at] })),
  });
}

const PIECES = [[1], [100, -7], [64], [4096]];

/** Walks it whole and in pieces, expects one result, with numbers that add up, and returns it. */
export async function walk(bytes: Uint8Array): Promise<Walked> {
  const walked = await walkWhole(bytes);
  for (const sizes of PIECES) expect(await walkWhole(bytes, sizes)).toEqual(walked);
  const { gaps, gapCount, bytesSkipped } = walked;
  if (gapCount <= 100) {
    expect(gaps).toHaveLength(gapCount);
    expect(gaps.reduce((sum, { length }) => sum + length, 0)).toBe(bytesSkipped);
  }
  let end = 0;
  for (const gap of gaps) {
    expect(gap.offset).toBeGreaterThanOrEqual(end);
    end = gap.offset + gap.length;
  }
  expect(end).toBeLessThanOrEqual(bytes.length);
  return walked;
}

export function placesOf({ gaps }: Walked): [offset: number, length: number][] {
  return gaps.map(({ offset, length }) => [offset, length]);
}

/** Each of these packets once, and no other. */
export function once(...ports: readonly number[]): Record<string, number> {
  return Object.fromEntries(ports.map((port) => [port, 1]));
}

export const PLACES = [
  ['first', 0],
  ['middle', 2],
  ['last', 4],
] as const;
