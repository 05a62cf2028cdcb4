// Reads gzip, RFC 1952: successive members, each with deflated data. When Node's own Gunzip finds a fault in a chunk, it
// drops the part that it has decompressed, and it does not report where the fault is.

import { constants, crc32, inflateRawSync } from 'node:zlib';
import type { ByteSource } from '../byte-source.js';
import { viewOf } from '../data-view.js';
import type { CaptureError } from '../errors.js';
import { cutShortError, damagedError, garbageError } from './compression.js';
import { inflaterOfThread, type OpenInflater, openPooledInflater } from './inflater.js';

const MAGIC = 0x1f8b;
const DEFLATE = 8;
const FLAG = { headerCrc: 0x02, extra: 0x04, name: 0x08, comment: 0x10, reserved: 0xe0 } as const;
const HEADER_LENGTH = 10;
const TRAILER_LENGTH = 8;

/** Deflate expands at most 1032 times, so no piece becomes longer than 17 MB. */
const PIECE_LENGTH = 16 << 10;
/** Members up to this length are kept, to be decompressed again, up to that length, if there is a fault in them. */
const RESCUE_LENGTH = 64 << 10;
const RESCUED_LENGTH = 4 << 20;

/**
 * Decompresses the source. A wrong checksum is reported only at the end, as the members after it may be sound.
 * @throws CaptureError DAMAGED_COMPRESSION, after the last bytes that could be decompressed
 */
export async function* gunzip(
  source: ByteSource,
  open: OpenInflater = inflaterOfThread() ?? openPooledInflater,
): AsyncGenerator<Uint8Array, undefined> {
  let complaint: CaptureError | undefined;
  try {
    do {
      const fault = yield* gunzipMember(source, open);
      complaint ??= fault;
    } while (await hasFurtherMember(source));
    const end = source.offset;
    const garbage = await source.skip(Number.POSITIVE_INFINITY);
    if (garbage > 0) throw garbageError('gzip', 'member', end, garbage);
  } catch (error) {
    throw complaint ?? error;
  }
  if (complaint !== undefined) throw complaint;
}

/** Members may be followed by zeros, up to the end of a block of a tape or disk. */
async function hasFurtherMember(source: ByteSource): Promise<boolean> {
  for (;;) {
    const piece = await source.take();
    if (piece.length === 0) return false;
    const zeros = piece.findIndex((byte) => byte !== 0);
    if (zeros === -1) continue;
    source.putBack(piece.length - zeros);
    const magic = await source.peek(2);
    return magic.length === 2 && viewOf(magic).getUint16(0) === MAGIC;
  }
}

/** Yields the data of the next member, and returns the fault that its trailer shows, if any. */
async function* gunzipMember(
  source: ByteSource,
  open: OpenInflater,
): AsyncGenerator<Uint8Array, CaptureError | undefined> {
  const start = source.offset;
  await passHeader(source, start);
  let checksum = 0;
  let length = 0;
  for await (const chunk of inflateMember(source, start, open)) {
    checksum = crc32(chunk, checksum);
    length += chunk.length;
    yield chunk;
  }
  const end = source.offset;
  const trailer = await source.exactly(TRAILER_LENGTH);
  if (trailer.length < TRAILER_LENGTH) throw cutShortError('gzip', 'member', start, source.offset);
  const expectedChecksum = viewOf(trailer).getUint32(0, true);
  const expectedLength = viewOf(trailer).getUint32(4, true);
  if (checksum !== expectedChecksum) {
    const found = `found checksum ${hex(expectedChecksum)}`;
    return damagedError(
      'gzip',
      end,
      `${found}, expected ${hex(checksum)} for the data from byte ${start} on`,
    );
  }
  if (length % 2 ** 32 !== expectedLength) {
    return damagedError('gzip', end, `found the length ${expectedLength}, expected ${length}`);
  }
  return undefined;
}

async function passHeader(source: ByteSource, start: number): Promise<void> {
  const header = await source.exactly(HEADER_LENGTH);
  const [, , method = DEFLATE, flags = 0] = header;
  if (method !== DEFLATE) {
    throw damagedError('gzip', start + 2, `found compression method ${method}, expected ${DEFLATE}`);
  }
  if ((flags & FLAG.reserved) !== 0) {
    throw damagedError('gzip', start + 3, `found flags 0x${flags.toString(16)}, expected none above 0x1f`);
  }
  let isWhole = header.length === HEADER_LENGTH;
  if (flags & FLAG.extra) {
    const length = await source.exactly(2);
    isWhole = length.length === 2 && (await passBytes(source, viewOf(length).getUint16(0, true)));
  }
  if (flags & FLAG.name) isWhole = await passText(source);
  if (flags & FLAG.comment) isWhole = await passText(source);
  if (flags & FLAG.headerCrc) isWhole = await passBytes(source, 2);
  if (!isWhole) throw cutShortError('gzip', 'member', start, source.offset);
}

async function passBytes(source: ByteSource, count: number): Promise<boolean> {
  return (await source.skip(count)) === count;
}

/** Skips a text that ends with a zero. */
async function passText(source: ByteSource): Promise<boolean> {
  for (;;) {
    const piece = await source.take();
    if (piece.length === 0) return false;
    const zero = piece.indexOf(0);
    if (zero === -1) continue;
    source.putBack(piece.length - zero - 1);
    return true;
  }
}

/** Yields the data deflated from here on, and leaves the source after them. The member began at `start`. */
async function* inflateMember(
  source: ByteSource,
  start: number,
  open: OpenInflater,
): AsyncGenerator<Uint8Array, undefined> {
  const inflater = open();
  const begin = source.offset;
  let kept: Uint8Array | undefined = new Uint8Array(0);
  let given = 0;
  try {
    for (;;) {
      const at = source.offset;
      const piece = await source.take(PIECE_LENGTH);
      if (piece.length === 0) throw cutShortError('gzip', 'member', start, at);
      inflater.write(piece);
      for (let chunk = await inflater.read(); chunk !== undefined; chunk = await inflater.read()) {
        given += chunk.length;
        yield chunk;
      }
      const { taken, failure } = inflater;
      if (kept !== undefined) {
        kept = kept.length + piece.length > RESCUE_LENGTH ? undefined : Buffer.concat([kept, piece]);
      }
      if (failure !== undefined) {
        const { data, faultAt } = kept === undefined ? { faultAt: at - begin } : rescue(kept, at - begin);
        if (data !== undefined) yield data.subarray(given);
        throw damagedError('gzip', begin + faultAt, `found ${failure}, expected deflated data`);
      }
      if (taken < piece.length) {
        source.putBack(piece.length - taken);
        return;
      }
    }
  } finally {
    inflater.close();
  }
}

interface Rescued {
  /** The data before the fault, from the beginning of the member. */
  readonly data?: Uint8Array;
  /** Offset of the first byte that cannot belong to deflated data. */
  readonly faultAt: number;
}

/**
 * zlib does not return the data of a piece before a fault. Most members are small, so that would often be everything.
 * This searches for the longest part of the member without a fault; its first `sound` bytes are known to have none.
 */
function rescue(member: Uint8Array, sound: number): Rescued {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: RESCUED_LENGTH };
  let data: Uint8Array | undefined;
  let low = sound;
  let high = member.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    try {
      data = inflateRawSync(member.subarray(0, middle), options);
      low = middle;
    } catch {
      high = middle;
    }
  }
  return { ...(data === undefined ? {} : { data }), faultAt: low };
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
