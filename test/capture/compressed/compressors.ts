// Real compressors, and the decompression of their output by the code under test.

import { execFileSync, spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { decompress } from '../../../src/capture/compressed/decompress.js';
import { CaptureError } from '../../../src/capture/errors.js';
import type { Input } from '../../../src/capture/input.js';
import { memoryInput, NEVER } from '../../helpers/memory-input.js';

export interface Compressor {
  readonly name: string;
  readonly isHere: boolean;
  /** Goes into the title of every test that needs it. */
  readonly note: string;
  readonly compress: (bytes: Uint8Array) => Buffer;
}

function programOf(name: string, ...options: string[]): Compressor {
  const isHere = spawnSync(name, ['--help'], { input: '' }).error === undefined;
  const compress = (bytes: Uint8Array): Buffer =>
    execFileSync(name, [...options, '-c'], { input: bytes, maxBuffer: 1 << 30 });
  return { name, isHere, note: isHere ? '' : ` (skipped: no program ${name})`, compress };
}

export const gzip: Compressor = {
  name: 'gzip',
  isHere: true,
  note: '',
  compress: (bytes) => gzipSync(bytes),
};
export const zstd: Compressor = programOf('zstd');
/** zstd and lz4 first: they have skippable frames. */
export const PROGRAMS: readonly Compressor[] = [zstd, programOf('lz4'), programOf('xz'), programOf('bzip2')];
/** Formats without a checksum, in which damage may go unnoticed. */
export const UNCHECKED: readonly [title: string, compression: string, Compressor][] = [
  ['lzma', 'lzma', programOf('xz', '--format=lzma')],
  ['lzma with another dictionary', 'lzma', programOf('xz', '--format=lzma', '-9e')],
  ['lz4 in its legacy format', 'lz4', programOf('lz4', '-l')],
];
export const COMPRESSORS: readonly Compressor[] = [gzip, ...PROGRAMS];

export interface Inflated {
  readonly data: Buffer;
  /** The error that was thrown after the data. */
  readonly error: CaptureError | undefined;
}

/** Reads an input to its end, or to the error that ends it, which must be a CaptureError. */
export async function readAll(opening: Promise<Input>, length = 50_000): Promise<Inflated> {
  const target = new Uint8Array(length);
  const pieces: Buffer[] = [];
  let input: Input | undefined;
  let error: CaptureError | undefined;
  try {
    input = await opening;
    for (;;) {
      const count = await input.read(target, 0);
      if (count === 0) break;
      pieces.push(Buffer.from(target.subarray(0, count)));
    }
  } catch (thrown) {
    if (!(thrown instanceof CaptureError)) throw thrown;
    error = thrown;
  } finally {
    input?.close();
  }
  return { data: Buffer.concat(pieces), error };
}

/** Decompresses these bytes, which come in pieces of these sizes. */
export function inflate(bytes: Uint8Array, sizes?: readonly number[]): Promise<Inflated> {
  return readAll(decompress(memoryInput(bytes, sizes), NEVER));
}

/** Runs some work while no program can be found. */
export async function withoutPrograms<T>(work: () => Promise<T>): Promise<T> {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nonexistent';
  try {
    return await work();
  } finally {
    process.env['PATH'] = path;
  }
}

/** Bytes like those of captures, neither random nor all alike. */
export function mixedBytes(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, (_, at) => {
    if (at % 3 === 0) state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return at % 7 < 4 ? at & 0xff : state >>> 24;
  });
}

/** For describe.each with `%s`: a title and its compressor. */
export function titled(compressors: readonly Compressor[]): [title: string, compressor: Compressor][] {
  return compressors.map((compressor) => [`${compressor.name}${compressor.note}`, compressor]);
}
