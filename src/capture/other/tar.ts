// The members of a tar archive, one after another. POSIX.1-2017 pax "ustar Interchange Format" and "pax Extended Header";
// archives of the time before, which have no signature, and GNU's long names.

import type { ByteSource } from '../byte-source.js';
import { CaptureError } from '../errors.js';
import type { Input } from '../input.js';

export const TAR_BLOCK_LENGTH = 512;

const FIELD = {
  name: [0, 100],
  size: [124, 136],
  checksum: [148, 156],
  type: [156, 157],
  magic: [257, 262],
  prefix: [345, 500],
} as const;

/** No name is longer. */
const MAX_NAME_LENGTH = 4096;
/** Extended headers, which contain the name among others, are read up to this length. */
const MAX_EXTENDED_LENGTH = 64 << 10;

const REGULAR_TYPES: ReadonlySet<string> = new Set(['0', '\0', '7']);
/** A header for the next member; and a GNU header with its name. */
const EXTENDED = 'x';
const LONG_NAME = 'L';

export interface TarMember {
  readonly name: string;
  /** Its bytes. They can be read until the next member is asked for. */
  readonly input: Input;
}

/** Whether these bytes, the first of an input, are the header of a tar archive. */
export function isTarHeader(block: Uint8Array): boolean {
  return block.length >= TAR_BLOCK_LENGTH && block[0] !== 0 && hasRightChecksum(block);
}

/**
 * Yields the regular files of a tar archive.
 * @throws CaptureError INVALID_LENGTH for a damaged header, TRUNCATED for an archive that ends within a member
 */
export async function* tarMembers(source: ByteSource): AsyncGenerator<TarMember, void> {
  let longName: string | undefined;
  let longSize: number | undefined;
  for (;;) {
    const offset = source.offset;
    const block = await source.exactly(TAR_BLOCK_LENGTH);
    // Two blocks of zeros end an archive; some writers leave them out.
    if (block.length === 0 || isZero(block)) return;
    if (block.length < TAR_BLOCK_LENGTH) {
      throw new CaptureError('TRUNCATED', `the tar archive ends in a header, at byte ${offset}`);
    }
    const type = textOf(block, FIELD.type) || '\0';
    const isExtension = type === EXTENDED || type === LONG_NAME;
    const length = (isExtension ? undefined : longSize) ?? sizeOf(block);
    if (!hasRightChecksum(block) || length === undefined) {
      throw new CaptureError(
        'INVALID_LENGTH',
        `found bytes that are not a header at byte ${offset} of the tar archive; the rest of it was not read`,
      );
    }
    const padding = (TAR_BLOCK_LENGTH - (length % TAR_BLOCK_LENGTH)) % TAR_BLOCK_LENGTH;
    if (isExtension) {
      const kept = await source.exactly(Math.min(length, MAX_EXTENDED_LENGTH));
      await source.skip(length - kept.length + padding);
      const name = type === EXTENDED ? extendedValue(kept, 'path') : textOf(kept, [0, MAX_NAME_LENGTH]);
      longName = name ?? longName;
      if (type === EXTENDED) longSize = extendedSize(kept);
      continue;
    }
    const name = longName ?? nameOf(block);
    longName = undefined;
    longSize = undefined;
    if (!REGULAR_TYPES.has(type) || name.endsWith('/')) {
      await source.skip(length + padding);
      continue;
    }
    let left = length;
    const input: Input = {
      async read(target, at) {
        if (left === 0) return 0;
        const piece = await source.take(Math.min(left, target.length - at));
        target.set(piece, at);
        left -= piece.length;
        return piece.length;
      },
      close() {},
    };
    yield { name, input };
    const found = length - left + (await source.skip(left));
    if (found < length) {
      throw new CaptureError(
        'TRUNCATED',
        `the tar archive ends in a member: expected ${length} bytes, found ${found}`,
      );
    }
    await source.skip(padding);
  }
}

function nameOf(block: Uint8Array): string {
  const name = textOf(block, FIELD.name);
  const prefix =
    textOf(block, FIELD.magic) === 'ustar' && block[262] === 0 ? textOf(block, FIELD.prefix) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Returns the text in a field, which ends with the field or with a zero. */
function textOf(bytes: Uint8Array, [from, to]: readonly [number, number]): string {
  const field = bytes.subarray(from, to);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('utf8');
}

/** Octal digits; or, if the first bit is set, a big-endian number. Undefined if it is neither, or not a length. */
function sizeOf(block: Uint8Array): number | undefined {
  const [from, to] = FIELD.size;
  if (((block[from] as number) & 0x80) !== 0) {
    let size = (block[from] as number) & 0x7f;
    for (let at = from + 1; at < to; at++) size = size * 256 + (block[at] as number);
    return Number.isSafeInteger(size) ? size : undefined;
  }
  const digits = textOf(block, FIELD.size).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : undefined;
}

/** The sum of all bytes, with those of the checksum as spaces. Old writers added signed bytes. */
function hasRightChecksum(block: Uint8Array): boolean {
  const [from, to] = FIELD.checksum;
  const digits = textOf(block, FIELD.checksum).trim();
  if (!/^[0-7]+$/.test(digits)) return false;
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < TAR_BLOCK_LENGTH; at++) {
    const byte = at >= from && at < to ? 0x20 : (block[at] as number);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const sum = Number.parseInt(digits, 8);
  return sum === unsigned || sum === signed;
}

/** The value of a key among lines of the form `LENGTH KEY=VALUE`. */
function extendedValue(bytes: Uint8Array, key: 'path' | 'size'): string | undefined {
  return new RegExp(`(?:^|\\n)\\d+ ${key}=([^\\n]*)\\n`).exec(Buffer.from(bytes).toString('utf8'))?.[1];
}

/** The length of a member that is too large for the field in its header: 8 GiB or more. */
function extendedSize(bytes: Uint8Array): number | undefined {
  const digits = extendedValue(bytes, 'size') ?? '';
  const size = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}

function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}
