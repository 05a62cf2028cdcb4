// The captures of the benchmarks: their sizes, and their files, which are written once and then kept.

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
  compressed: { kind: 'mixed', full: packetsIn(450e6), quick: packetsIn(60e6) },
  rotated: { kind: 'mixed', full: packetsIn(800e6), quick: packetsIn(60e6) },
  split: { kind: 'mixed', full: 200e3, quick: 40e3 },
  spoofed: { kind: 'spoofed', full: 20e6, quick: 2e6 },
  rows: { kind: 'spoofed', full: 140e3, quick: 140e3 },
} as const satisfies Record<string, CaptureSize>;

export interface Capture extends Facts {
  readonly file: string;
  readonly kind: KindName;
}

/** The kind and size of a capture, which may not have been written yet. */
export interface CaptureSpec {
  readonly kind: KindName;
  readonly packets: number;
}

export function specifyCapture(name: CaptureName, isQuick: boolean, scale: number): CaptureSpec {
  const { kind, full, quick } = CAPTURES[name];
  return { kind, packets: Math.max(1, Math.round((isQuick ? quick : full) * scale)) };
}

/** The size of mixed traffic is given in bytes. */
function packetsIn(bytes: number): number {
  return Math.round(bytes / meanRecordLength('mixed'));
}

/**
 * Writes the captures that are not in the folder yet.
 * @throws Error if the disk does not have enough space for them
 */
export function prepareCaptures(
  specs: readonly CaptureSpec[],
  folder: string,
  say: (text: string) => void,
): void {
  fs.mkdirSync(folder, { recursive: true });
  const missing = new Map(
    specs
      .filter((spec) => findCapture(spec, folder) === undefined)
      .map((spec) => [fileOf(spec, folder), spec]),
  );
  const needed = [...missing.values()].reduce((sum, spec) => sum + expectedBytes(spec), 0);
  const { bavail, bsize } = fs.statfsSync(folder);
  const free = bavail * bsize;
  if (needed > free) {
    throw new Error(
      `${folder}: the captures take ${sizeText(needed)}, found ${sizeText(free)} free; ` +
        'choose another folder with --dir, or less with --scale, --only or --quick',
    );
  }
  for (const [file, spec] of missing) {
    say(`writing ${file}, ${sizeText(expectedBytes(spec))}`);
    writeCapture(spec, file);
  }
}

/** The capture, if it is there and complete. */
export function findCapture(spec: CaptureSpec, folder: string): Capture | undefined {
  const file = fileOf(spec, folder);
  if (!fs.existsSync(file) || !fs.existsSync(factsFileOf(file))) return undefined;
  const facts = JSON.parse(fs.readFileSync(factsFileOf(file), 'utf8')) as Facts;
  return fs.statSync(file).size === facts.bytes ? { file, kind: spec.kind, ...facts } : undefined;
}

/** It has another name until it is complete, so that an interrupted run never leaves half a capture. */
function writeCapture({ kind, packets }: CaptureSpec, file: string): void {
  const fd = fs.openSync(`${file}.part`, 'w');
  const facts = generate(kind, packets, (bytes) => {
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at);
  });
  fs.closeSync(fd);
  fs.writeFileSync(factsFileOf(file), `${JSON.stringify(facts)}\n`);
  fs.renameSync(`${file}.part`, file);
}

function fileOf({ kind, packets }: CaptureSpec, folder: string): string {
  return path.join(folder, `${kind}-${packets}-v${GENERATOR_VERSION}.pcap`);
}

function factsFileOf(file: string): string {
  return `${file}.json`;
}

/** With a margin, because a sum of random lengths may exceed its mean. */
function expectedBytes({ kind, packets }: CaptureSpec): number {
  return Math.ceil(packets * meanRecordLength(kind) * 1.01) + 2 ** 20;
}

function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
