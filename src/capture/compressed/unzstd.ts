// Reads zstd, RFC 8878, if there is no program for it: successive frames, each with a header, blocks and a checksum. The
// package fzstd decodes the blocks. It checks little and trusts the lengths that it finds, so the frame is read here, and
// the package's input is bounded and its output checked.

import vm from 'node:vm';
import { Decompress } from 'fzstd';
import type { ByteSource } from '../byte-source.js';
import { viewOf } from '../data-view.js';
import { cutShortError, damagedError, garbageError, skippableFrameLength } from './compression.js';
import { xxh64 } from './xxh64.js';

const MAGIC_LENGTH = 4;
const MAGIC = 0xfd2f_b528;
const BLOCK_HEADER_LENGTH = 3;
const MAX_BLOCK_LENGTH = 128 << 10;
/** fzstd allocates a window; the program zstd has the same limit by default. */
const MAX_WINDOW_LENGTH = 128 << 20;
const CHECKSUM_LENGTH = 4;
/**
 * The lengths of a step's input: fzstd needs the frame header together with the first block, the checksum with the last,
 * and keeps back input that is shorter.
 */
const MIN_STEP_LENGTH = 18;
const MAX_STEP_LENGTH = 2 * MIN_STEP_LENGTH + BLOCK_HEADER_LENGTH + MAX_BLOCK_LENGTH + CHECKSUM_LENGTH;
const BLOCK_TYPE = { runLength: 1, reserved: 3 } as const;

/** A block takes about a millisecond, but a malicious one could keep fzstd busy for hours. */
const MILLISECONDS_FOR_A_BLOCK = 2000;

/**
 * Decompresses the source.
 * @throws CaptureError DAMAGED_COMPRESSION, after the last bytes that could be decompressed
 */
export async function* unzstd(source: ByteSource): AsyncGenerator<Uint8Array, undefined> {
  for (;;) {
    const start = source.offset;
    const head = await source.peek(8);
    if (head.length === 0) return;
    const skippable = skippableFrameLength(head);
    if (skippable !== undefined) {
      const skipped = await source.skip(skippable);
      if (skipped < skippable) throw cutShortError('zstd', 'skippable frame', start, source.offset);
    } else if (head.length >= MAGIC_LENGTH && viewOf(head).getUint32(0, true) === MAGIC) {
      yield* unzstdFrame(source);
    } else {
      throw garbageError('zstd', 'frame', start, await source.skip(Number.POSITIVE_INFINITY));
    }
  }
}

async function* unzstdFrame(source: ByteSource): AsyncGenerator<Uint8Array, undefined> {
  const start = source.offset;
  const header = await readFrameHeader(source);
  const decoder = openDecoder();
  const checksum = xxh64();
  const bytes = new Uint8Array(MAX_STEP_LENGTH);
  bytes.set(header.bytes);
  let filled = header.bytes.length;
  let length = 0;
  for (;;) {
    const block = await readBlockHeader(source, start);
    bytes.set(block.header, filled);
    filled = await fillOf(source, bytes, filled + block.header.length, block.contentLength, start);
    if (block.isLast && header.hasChecksum) {
      filled = await fillOf(source, bytes, filled, CHECKSUM_LENGTH, start);
    } else if (!block.isLast && filled < MIN_STEP_LENGTH) {
      continue;
    }
    const { chunks, failure } = decoder.decode(bytes.subarray(0, filled), block.isLast);
    for (const chunk of chunks) {
      checksum.update(chunk);
      length += chunk.length;
      yield chunk;
    }
    if (failure !== undefined) {
      const what = `found a block that cannot be decoded (${failure})`;
      throw damagedError('zstd', block.start, what);
    }
    if (block.isLast) break;
    filled = 0;
  }
  if (header.contentLength !== undefined && header.contentLength !== BigInt(length)) {
    throw damagedError('zstd', start, `found a frame of ${length} bytes, expected ${header.contentLength}`);
  }
  if (!header.hasChecksum) return;
  const place = filled - CHECKSUM_LENGTH;
  if (BigInt(viewOf(bytes).getUint32(place, true)) !== BigInt.asUintN(32, checksum.digest())) {
    const what = `found a checksum that does not match the data from byte ${start} on`;
    throw damagedError('zstd', source.offset - CHECKSUM_LENGTH, what);
  }
}

interface FrameHeader {
  readonly bytes: Uint8Array;
  readonly hasChecksum: boolean;
  /** The decompressed length of the frame, if its header has it. */
  readonly contentLength: bigint | undefined;
}

/** RFC 8878 3.1.1.1. */
async function readFrameHeader(source: ByteSource): Promise<FrameHeader> {
  const start = source.offset;
  const front = await exactlyOf(source, MAGIC_LENGTH + 1, start);
  const flags = front[MAGIC_LENGTH] ?? 0;
  const isSingleSegment = (flags & 0x20) !== 0;
  if ((flags & 0x08) !== 0)
    throw damagedError('zstd', start + 4, 'found the reserved flag set, expected it clear');
  if ((flags & 0x03) !== 0) {
    throw damagedError(
      'zstd',
      start + 4,
      'found a frame that needs a dictionary, expected one that does not',
    );
  }
  const windowFieldLength = isSingleSegment ? 0 : 1;
  const contentFieldLength = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >>> 6] ?? 0;
  const fields = await exactlyOf(source, windowFieldLength + contentFieldLength, start);
  const contentLength = readContentLength(fields.subarray(windowFieldLength));
  const windowLength = isSingleSegment ? Number(contentLength) : windowLengthOf(fields[0] ?? 0);
  if (windowLength > MAX_WINDOW_LENGTH) {
    throw damagedError(
      'zstd',
      start,
      `found a frame that needs ${windowLength} bytes of memory, expected at most ${MAX_WINDOW_LENGTH}`,
    );
  }
  return { bytes: Buffer.concat([front, fields]), hasChecksum: (flags & 0x04) !== 0, contentLength };
}

function readContentLength(field: Uint8Array): bigint | undefined {
  const view = viewOf(field);
  switch (field.length) {
    case 1:
      return BigInt(view.getUint8(0));
    case 2:
      return BigInt(view.getUint16(0, true) + 256);
    case 4:
      return BigInt(view.getUint32(0, true));
    case 8:
      return view.getBigUint64(0, true);
    default:
      return undefined;
  }
}

/** The window is 8 to 15 eighths of a power of two. */
function windowLengthOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

interface BlockHeader {
  readonly start: number;
  readonly header: Uint8Array;
  readonly isLast: boolean;
  /** Bytes of the block after its header. */
  readonly contentLength: number;
}

/** RFC 8878 3.1.1.2. */
async function readBlockHeader(source: ByteSource, frame: number): Promise<BlockHeader> {
  const start = source.offset;
  const header = await exactlyOf(source, BLOCK_HEADER_LENGTH, frame);
  const [low = 0, middle = 0, high = 0] = header;
  const type = (low >>> 1) & 3;
  const length = (low >>> 3) | (middle << 5) | (high << 13);
  if (type === BLOCK_TYPE.reserved) throw damagedError('zstd', start, 'found block type 3, expected 0 to 2');
  if (length > MAX_BLOCK_LENGTH) {
    throw damagedError(
      'zstd',
      start,
      `found a block of ${length} bytes, expected at most ${MAX_BLOCK_LENGTH}`,
    );
  }
  const contentLength = type === BLOCK_TYPE.runLength ? 1 : length;
  return { start, header, isLast: (low & 1) !== 0, contentLength };
}

/** Takes `length` bytes of the frame that began at `frame`. */
async function exactlyOf(source: ByteSource, length: number, frame: number): Promise<Uint8Array> {
  const bytes = await source.exactly(length);
  if (bytes.length < length) throw cutShortError('zstd', 'frame', frame, source.offset);
  return bytes;
}

async function fillOf(
  source: ByteSource,
  target: Uint8Array,
  from: number,
  length: number,
  frame: number,
): Promise<number> {
  const end = await source.fill(target, from, from + length);
  if (end < from + length) throw cutShortError('zstd', 'frame', frame, source.offset);
  return end;
}

interface Decoder {
  /** Decodes the next bytes of the frame, as far as that is possible. */
  decode(
    bytes: Uint8Array,
    isLast: boolean,
  ): { readonly chunks: readonly Uint8Array[]; readonly failure?: string };
}

/** Makes a decoder for one frame. */
function openDecoder(): Decoder {
  let chunks: Uint8Array[] = [];
  const decompress = new Decompress((chunk) => chunks.push(chunk));
  return {
    decode(bytes, isLast) {
      chunks = [];
      try {
        runBounded(() => decompress.push(bytes, isLast));
        return { chunks };
      } catch (error) {
        return { chunks, failure: (error as Error).message };
      }
    },
  };
}

const sandbox: { step?: () => void } = {};
const context = vm.createContext(sandbox);
const script = new vm.Script('step()');

/** Runs a function that may not end. Only the virtual machine can stop it. */
function runBounded(step: () => void): void {
  sandbox.step = step;
  script.runInContext(context, { timeout: MILLISECONDS_FOR_A_BLOCK });
}
