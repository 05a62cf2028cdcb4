// The captures of the bench: their sizes, and their files, which are written once and then kept.

import fs from 'node:fs';
import path from 'node:path';
import { type Facts, GENERATOR_VERSION, generate, type KindName, meanRecordLength } from './generate.js';

interface CaptureSize {
  readonly kind: KindName;
  /** In packets. */
  readonly full: number;
  readonly quick: number;
}

export type CaptureName = keyof typeof CAPTURES;

const CAPTURES = {
  synacks: { kind: 'synacks', full: 20e6, quick: 10e6 },
  mixed: { kind: 'mixed', full: packetsIn(4e9), quick: packetsIn(0.8e9) },
  distinct: { kind: 'synacks', full: 500e3, quick: 50e3 },
  small: { kind: 'synacks', full: 1e6, quick: 100e3 },
  medium: { kind: 'synacks', full: 10e6, quick: 1e6 },
  large: { kind: 'synacks', full: 100e6, quick: 10e6 },
  spoofed: { kind: 'spoofed', full: 20e6, quick: 2e6 },
} as const satisfies Record<string, CaptureSize>;

export interface Capture extends Facts {
  readonly file: string;
  readonly kind: KindName;
}

/** What is wanted of a capture, before it is written. */
export interface CaptureOrder {
  readonly kind: KindName;
  readonly packets: number;
}

export function orderCapture(name: CaptureName, isQuick: boolean, scale: number): CaptureOrder {
  const { kind, full, quick } = CAPTURES[name];
  return { kind, packets: Math.max(1, Math.round((isQuick ? quick : full) * scale)) };
}

/** Mixed traffic is measured in bytes. */
function packetsIn(bytes: number): number {
  return Math.round(bytes / meanRecordLength('mixed'));
}

/**
 * Writes the captures that the folder does not have yet.
 * @throws Error if the disk has not enough space for them
 */
export function prepareCaptures(
  orders: readonly CaptureOrder[],
  folder: string,
  say: (text: string) => void,
): void {
  fs.mkdirSync(folder, { recursive: true });
  const missing = new Map(
    orders
      .filter((order) => findCapture(order, folder) === undefined)
      .map((order) => [fileOf(order, folder), order]),
  );
  const needed = [...missing.values()].reduce((sum, order) => sum + expectedBytes(order), 0);
  const { bavail, bsize } = fs.statfsSync(folder);
  const free = bavail * bsize;
  if (needed > free) {
    throw new Error(
      `${folder}: the captures take ${sizeText(needed)}, found ${sizeText(free)} free; ` +
        'choose another folder with --dir, or less with --scale, --only or --quick',
    );
  }
  for (const [file, order] of missing) {
    say(`writing ${file}, ${sizeText(expectedBytes(order))}`);
    writeCapture(order, file);
  }
}

/** The capture if it is there and whole. */
export function findCapture(order: CaptureOrder, folder: string): Capture | undefined {
  const file = fileOf(order, folder);
  if (!fs.existsSync(file) || !fs.existsSync(factsFileOf(file))) return undefined;
  const facts = JSON.parse(fs.readFileSync(factsFileOf(file), 'utf8')) as Facts;
  return fs.statSync(file).size === facts.bytes ? { file, kind: order.kind, ...facts } : undefined;
}

/** Under another name until it is whole: what was broken off is never taken for a capture. */
function writeCapture({ kind, packets }: CaptureOrder, file: string): void {
  const fd = fs.openSync(`${file}.part`, 'w');
  const facts = generate(kind, packets, (bytes) => {
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at);
  });
  fs.closeSync(fd);
  fs.writeFileSync(factsFileOf(file), `${JSON.stringify(facts)}\n`);
  fs.renameSync(`${file}.part`, file);
}

function fileOf({ kind, packets }: CaptureOrder, folder: string): string {
  return path.join(folder, `${kind}-${packets}-v${GENERATOR_VERSION}.pcap`);
}

function factsFileOf(file: string): string {
  return `${file}.json`;
}

/** With what a sum of random lengths may be above its mean. */
function expectedBytes({ kind, packets }: CaptureOrder): number {
  return Math.ceil(packets * meanRecordLength(kind) * 1.01) + 2 ** 20;
}

function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
