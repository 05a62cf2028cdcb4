// The fallback for machines without the program zstd. If there is one, it makes the test data.

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteSource } from '../../../src/capture/byte-source.js';
import { unzstd } from '../../../src/capture/compressed/unzstd.js';
import { xxh64 } from '../../../src/capture/compressed/xxh64.js';
import { memoryInput } from '../../helpers/memory-input.js';
import { concat, u32 } from '../../helpers/packets.js';
import { type Inflated, inflate, mixedBytes, withoutPrograms, zstd } from './compressors.js';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

function compress(bytes: Uint8Array, ...options: string[]): Buffer {
  return execFileSync('zstd', ['-c', ...options], {
    input: bytes,
    maxBuffer: 1 << 30,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function inflateHere(bytes: Uint8Array, sizes?: readonly number[]): Promise<Inflated> {
  return withoutPrograms(() => inflate(bytes, sizes));
}

/** A block with its header, RFC 8878 3.1.1.2. */
function block(
  type: number,
  length: number,
  content: Uint8Array | readonly number[],
  isLast = false,
): Uint8Array {
  const header = (length << 3) | (type << 1) | Number(isLast);
  return concat([header & 0xff, (header >>> 8) & 0xff, header >>> 16], content);
}

function raw(text: string, isLast = false): Uint8Array {
  return block(0, text.length, Buffer.from(text), isLast);
}

/** A frame with a window of 1 KiB, and neither length nor checksum. */
function frame(...blocks: Uint8Array[]): Uint8Array {
  return concat(MAGIC, [0x00, 0x00], ...blocks);
}

describe('xxh64', () => {
  // The values of `abc` and of nothing are in the tests of the reference implementation.
  test.each([
    ['', 0xef46db3751d8e999n],
    ['a', 0xd24ec4f1a98c6e5bn],
    ['abc', 0x44bc2cf5ad770999n],
  ])('when the text is %j, then the checksum is the known one', (text, expected) => {
    const hash = xxh64();
    hash.update(Buffer.from(text));
    expect(hash.digest()).toBe(expected);
  });

  test('when bytes come in pieces of any size, then the checksum is the same', () => {
    const bytes = mixedBytes(300);
    fc.assert(
      fc.property(fc.nat(300), fc.array(fc.nat(300), { maxLength: 5 }), (length, cuts) => {
        const whole = xxh64();
        whole.update(bytes.subarray(0, length));
        const pieces = xxh64();
        const places = [0, ...cuts.filter((cut) => cut < length).sort((a, b) => a - b), length];
        for (const [at, place] of places.slice(0, -1).entries())
          pieces.update(bytes.subarray(place, places[at + 1]));
        expect(pieces.digest()).toBe(whole.digest());
      }),
    );
  });
});

describe('unzstd', () => {
  test('when there are blocks of every simple kind, then their data are read', async () => {
    const bytes = frame(raw('raw '), block(1, 1000, Buffer.from('x')), raw(''), raw('end', true));
    for (const sizes of [[bytes.length], [1], [-2, 5]]) {
      const { data, error } = await inflateHere(bytes, sizes);
      expect([error, data.toString()]).toEqual([undefined, `raw ${'x'.repeat(1000)}end`]);
    }
  });

  test('when there are many small frames, then all of them are read', async () => {
    const many = concat(...Array.from({ length: 5000 }, () => frame(raw('a', true))), frame(raw('', true)));
    const { data, error } = await inflateHere(many);
    expect([error, data.toString()]).toEqual([undefined, 'a'.repeat(5000)]);
  });

  test('when there are skippable frames between and after the others, then they are skipped', async () => {
    const skippable = concat(u32(0x184d2a51).reverse(), u32(5).reverse(), new Uint8Array(5));
    const [first, second] = [frame(raw('one ', true)), frame(raw('two', true))];
    const { data, error } = await inflateHere(concat(first, skippable, second, skippable));
    expect([error, data.toString()]).toEqual([undefined, 'one two']);
    const cut = concat(first, skippable.subarray(0, 10));
    const place = `at byte ${cut.length} of the zstd data: cut short in the skippable frame that begins at byte ${first.length}`;
    expect((await inflateHere(cut)).error?.message).toBe(place);
  });

  test('when it is cut at any byte, then whole blocks are read, and the error has the offset', async () => {
    const blocks = [raw('first '), block(1, 10, Buffer.from('x')), raw('last', true)];
    const bytes = frame(...blocks);
    for (let length = 4; length < bytes.length; length++) {
      const { data, error } = await inflateHere(bytes.subarray(0, length));
      // fzstd keeps back bytes that could be a part of a header.
      expect('first xxxxxxxxxx'.startsWith(data.toString())).toBe(true);
      expect(error?.message).toBe(
        `at byte ${length} of the zstd data: cut short in the frame that begins at byte 0`,
      );
    }
  });

  test.each([
    [
      'a reserved flag',
      [...MAGIC, 0x08, 0x00],
      'at byte 4 of the zstd data: found the reserved flag set, expected it clear',
    ],
    [
      'a dictionary',
      [...MAGIC, 0x01, 0x00, 0x07],
      'at byte 4 of the zstd data: found a frame that needs a dictionary, expected one that does not',
    ],
    [
      'an enormous window',
      [...MAGIC, 0x00, 0xff],
      'at byte 0 of the zstd data: found a frame that needs 4123168604160 bytes of memory, expected at most 134217728',
    ],
    [
      'an enormous length in a single segment',
      [...MAGIC, 0xe0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
      'found a frame that needs 9223372036854776000 bytes of memory, expected at most 134217728',
    ],
    [
      'a block of the reserved type',
      [...frame(block(3, 0, []))],
      'at byte 6 of the zstd data: found block type 3, expected 0 to 2',
    ],
    [
      'an enormous block',
      [...frame(block(1, 0x20001, [0]))],
      'at byte 6 of the zstd data: found a block of 131073 bytes, expected at most 131072',
    ],
    [
      'a block of nonsense',
      [...frame(raw('good and long enough'), block(2, 3, [0xff, 0xff, 0xff], true))],
      'at byte 29 of the zstd data: found a block that cannot be decoded',
    ],
    [
      'another length than it says',
      [...MAGIC, 0x20, 5, ...raw('four', true)],
      'at byte 0 of the zstd data: found a frame of 4 bytes, expected 5',
    ],
    [
      'another checksum than it says',
      [...MAGIC, 0x04, 0x00, ...raw('abc', true), 0x99, 0x09, 0x77, 0xac],
      'at byte 12 of the zstd data: found a checksum that does not match the data from byte 0 on',
    ],
    [
      'something else after it',
      [...frame(raw('text', true)), ...Buffer.from('garbage')],
      'at byte 13 of the zstd data: found 7 bytes of something else, expected the end or another frame',
    ],
  ])('when it has %s, then the error says so', async (_what, bytes, message) => {
    const { error } = await inflateHere(Uint8Array.from(bytes));
    expect(error?.code).toBe('DAMAGED_COMPRESSION');
    expect(error?.message).toContain(message);
  });

  test('when a checksum is right, then there is no error', async () => {
    // The lower half of the checksum of `abc`.
    const bytes = [...MAGIC, 0x04, 0x00, ...raw('abc', true), 0x99, 0x09, 0x77, 0xad];
    const { data, error } = await inflateHere(Uint8Array.from(bytes));
    expect([error, data.toString()]).toEqual([undefined, 'abc']);
  });

  test('when a block was made to keep the decoder busy for hours, then the decoder is stopped', async () => {
    // No literals, 98,047 sequences, all three kinds of codes the same throughout, matches of 65,539 bytes.
    const content = [0x00, 0xff, 0xff, 0xff, 0x54, 0, 0, 52, 0, 0, 0, 0, 0, 0, 0, 1];
    const hostile = concat(MAGIC, [0x00, 0x58], block(2, content.length, content, true));
    const { data, error } = await inflateHere(hostile);
    expect([data.length, error?.message]).toEqual([
      0,
      'at byte 6 of the zstd data: found a block that cannot be decoded (Script execution timed out after 2000ms)',
    ]);
  });
});

describe.skipIf(!zstd.isHere)(`unzstd and the program zstd${zstd.note}`, () => {
  test.each([
    ['the usual way', []],
    ['fast', ['-1']],
    ['as small as can be', ['-19']],
    ['without a checksum', ['--no-check']],
    ['with long matches', ['--long=24', '-3']],
  ])('when the program compresses %s, then the fallback decompresses it', async (_how, options) => {
    for (const length of [1, 17, 100, 5000, 131_072, 131_073, 700_000]) {
      const bytes = mixedBytes(length);
      const { data, error } = await inflateHere(compress(bytes, ...options), [100_000]);
      expect([length, error, data.equals(bytes)]).toEqual([length, undefined, true]);
    }
  });

  test('when the program knows the length, then the fallback decompresses the same', async () => {
    for (const length of [10, 255, 256, 65_791, 65_792, 300_000]) {
      const bytes = mixedBytes(length);
      const { data, error } = await inflateHere(compress(bytes, `--stream-size=${length}`));
      expect([length, error, data.equals(bytes)]).toEqual([length, undefined, true]);
    }
  });

  test('when bits are flipped, then there is an error, or the data are the same', async () => {
    const bytes = mixedBytes(30_000);
    const packed = compress(bytes);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4, max: packed.length - 1 }), fc.nat(7), async (at, bit) => {
        const wrong = Buffer.from(packed);
        wrong[at] = (wrong[at] as number) ^ (1 << bit);
        const chunks: Uint8Array[] = [];
        let code: string | undefined;
        try {
          for await (const chunk of unzstd(byteSource(memoryInput(wrong)))) chunks.push(chunk);
        } catch (error) {
          code = (error as { code?: string }).code;
        }
        const isWhole = Buffer.concat(chunks).equals(bytes);
        expect(code === 'DAMAGED_COMPRESSION' || (code === undefined && isWhole)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
