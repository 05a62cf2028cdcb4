import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decompress, openDecompressed } from '../../../src/capture/compressed/decompress.js';
import { HEAD_LENGTH } from '../../../src/capture/head.js';
import { memoryInput, NEVER } from '../../helpers/memory-input.js';
import { concat, pcap, u32 } from '../../helpers/packets.js';
import {
  COMPRESSORS,
  inflate,
  mixedBytes,
  PROGRAMS,
  readAll,
  titled,
  UNCHECKED,
  withoutPrograms,
  zstd,
} from './compressors.js';

const CAPTURE = pcap({ records: Array.from({ length: 3000 }, (_, at) => ({ seconds: at })) });
const HAS_FIFOS = spawnSync('mkfifo', ['--version']).error === undefined;

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'synsum-decompress-'));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytes);
  return file;
}

/** A frame that decoders skip. */
function skippableFrame(length: number, magic = 0x184d2a50): Uint8Array {
  return concat(u32(magic).reverse(), u32(length).reverse(), new Uint8Array(length).fill(0x28));
}

describe.each(UNCHECKED)('openDecompressed with %s', (_title, compression, { name, isHere, compress }) => {
  test.skipIf(!isHere)('when a file is compressed, then its contents are read', async () => {
    const input = await openDecompressed(write('plain.pcap', compress(CAPTURE)), NEVER);
    expect(input.compression).toBe(compression);
    const { data, error } = await readAll(Promise.resolve(input));
    expect([error, data.equals(CAPTURE)]).toEqual([undefined, true]);
  });

  test.skipIf(!isHere)('when it comes in single bytes, then its contents are read', async () => {
    const { data, error } = await inflate(compress(CAPTURE.subarray(0, 1000)), [-1, 1]);
    expect([error, data.equals(CAPTURE.subarray(0, 1000))]).toEqual([undefined, true]);
  });

  test.skipIf(!isHere)(
    'when it is cut, or empty, or followed by something else, then there is an error',
    async () => {
      const packed = compress(CAPTURE);
      const cut = await inflate(packed.subarray(0, packed.length - 20));
      expect(cut.error?.code).toBe('DAMAGED_COMPRESSION');
      expect((await inflate(compress(new Uint8Array(0)))).error?.code).toBe('EMPTY');
      const garbage = await inflate(concat(packed, Buffer.from('something else')));
      expect([garbage.error?.code, garbage.data.equals(CAPTURE)]).toEqual(['DAMAGED_COMPRESSION', true]);
    },
  );

  test('when there is no program for it, then the error names the package', async () => {
    const head = Buffer.from(
      compression === 'lzma' ? '5d00008000ffffffffffffffff' : '02214c1803000000',
      'hex',
    );
    const { error } = await withoutPrograms(() => inflate(head));
    const package_ = name === 'xz' ? 'xz-utils' : name;
    expect(error?.message).toContain(
      `found ${compression}-compressed data, but no program ${name} to decompress it; install the package ${package_}`,
    );
  });
});

test.each([
  ['a dictionary that is not a power of two', '5d00001100ffffffffffffffff'],
  ['a dictionary of no bytes', '5d00000000ffffffffffffffff'],
  ['a length that no file has', '5d00008000ffffffffffffff00'],
  ['no length', '5d00008000'],
])('when it could be lzma but for %s, then it is not', async (_name, hex) => {
  const bytes = Buffer.from(hex, 'hex');
  const { data, error } = await inflate(bytes);
  expect([error, data.equals(bytes)]).toEqual([undefined, true]);
});

describe.each(titled(COMPRESSORS))('openDecompressed with %s', (_title, { name, isHere, compress }) => {
  test.skipIf(!isHere)(
    'when a file is compressed, then its contents are read, whatever its name',
    async () => {
      const input = await openDecompressed(write('plain.pcap', compress(CAPTURE)), NEVER);
      expect(input.compression).toBe(name);
      const { data, error } = await readAll(Promise.resolve(input));
      expect([error, data.equals(CAPTURE)]).toEqual([undefined, true]);
    },
  );

  test.skipIf(!isHere || !HAS_FIFOS)(
    'when compressed data come through a FIFO, then their contents are read',
    async () => {
      const fifo = path.join(folder, `fifo-${name}`);
      spawnSync('mkfifo', [fifo]);
      const [{ data, error }] = await Promise.all([
        readAll(openDecompressed(fifo, NEVER)),
        fs.promises.writeFile(fifo, compress(CAPTURE)),
      ]);
      expect([error, data.equals(CAPTURE)]).toEqual([undefined, true]);
    },
  );

  test.skipIf(!isHere)(
    'when compressed data come in single bytes, then their contents are read',
    async () => {
      const { data, error } = await inflate(compress(CAPTURE.subarray(0, 1000)), [-1, 1]);
      expect([error, data.equals(CAPTURE.subarray(0, 1000))]).toEqual([undefined, true]);
    },
  );

  test.skipIf(!isHere)('when two follow one another, then both are decompressed', async () => {
    const { data, error } = await inflate(concat(compress(CAPTURE), compress(CAPTURE)));
    expect([error, data.equals(concat(CAPTURE, CAPTURE))]).toEqual([undefined, true]);
  });

  test.skipIf(!isHere)('when the data exceed the capacity of a pipe, then all of them are read', async () => {
    const bytes = mixedBytes(3_000_000);
    const { data, error } = await inflate(compress(bytes), [70_000]);
    expect([error, data.equals(bytes)]).toEqual([undefined, true]);
  });

  test.skipIf(!isHere)('when there are no data in it, then the error says so', async () => {
    const { error } = await inflate(compress(new Uint8Array(0)));
    expect(error).toMatchObject({
      code: 'EMPTY',
      message: `found nothing (0 bytes) in the ${name}-compressed data, expected a capture`,
    });
  });

  test.skipIf(!isHere)(
    'when the data are cut, then the part before the cut is read first, and then there is an error',
    async () => {
      const bytes = mixedBytes(3_000_000);
      const packed = compress(bytes);
      const { data, error } = await inflate(packed.subarray(0, packed.length * 0.8));
      expect(data.length).toBeGreaterThan(1_000_000);
      expect(data.equals(bytes.subarray(0, data.length))).toBe(true);
      expect(error?.code).toBe('DAMAGED_COMPRESSION');
      expect(error?.offset).toBeUndefined();
    },
  );

  test.skipIf(!isHere)('when something else follows the data, then there is an error', async () => {
    const { data, error } = await inflate(concat(compress(CAPTURE), Buffer.from('something else')));
    expect(data.equals(CAPTURE)).toBe(true);
    expect(error?.code).toBe('DAMAGED_COMPRESSION');
  });

  test.skipIf(!isHere)(
    'when bits are flipped, then there is an error, or the data are the same',
    async () => {
      const bytes = mixedBytes(500);
      const packed = compress(bytes);
      const flips = fc.array(fc.nat(packed.length * 8 - 1), { minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(flips, async (bits) => {
          const wrong = Buffer.from(packed);
          for (const bit of bits) wrong[bit >>> 3] = (wrong[bit >>> 3] as number) ^ (1 << (bit & 7));
          const { data, error } = await inflate(wrong);
          // With another signature it is not recognised as compressed.
          const isOurs = wrong.subarray(0, 8).equals(packed.subarray(0, 8));
          if (error === undefined) expect(data.equals(bytes) || (!isOurs && data.equals(wrong))).toBe(true);
        }),
        { numRuns: 40 },
      );
    },
  );

  test.skipIf(!isHere)('when the contents are compressed too, then they are not decompressed', async () => {
    const twice = gzipSync(CAPTURE);
    const { data, error } = await inflate(compress(twice));
    expect([error, data.equals(twice)]).toEqual([undefined, true]);
  });
});

const OTHERS = PROGRAMS.filter((program) => program !== zstd);
describe.each(titled(OTHERS))(
  'openDecompressed without a program for %s',
  (_title, { name, isHere, compress }) => {
    test.skipIf(!isHere)(
      'when data are compressed, then the error names the package to install',
      async () => {
        const packed = compress(CAPTURE);
        const { data, error } = await withoutPrograms(() => inflate(packed));
        expect([data.length, error?.code]).toEqual([0, 'UNREADABLE']);
        expect(error?.message).toBe(
          `found ${name}-compressed data, but no program ${name} to decompress it; install the package ` +
            `${name === 'xz' ? 'xz-utils' : name}, or decompress the data elsewhere and pipe it to \`synsum -\``,
        );
      },
    );
  },
);

describe('openDecompressed', () => {
  test('when nothing is compressed, then the same bytes are read, whatever the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 100 }),
        fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 40 }),
        async (bytes, sizes, length) => {
          fc.pre(bytes[0] !== 0x1f);
          const { data, error } = await readAll(decompress(memoryInput(bytes, sizes), NEVER), length);
          expect([error, data.equals(bytes)]).toEqual([undefined, true]);
        },
      ),
    );
  });

  test('when nothing is compressed, then a file is read synchronously', async () => {
    const input = await openDecompressed(write('sync.pcap', CAPTURE), NEVER);
    expect(input.compression).toBeUndefined();
    const target = new Uint8Array(100_000);
    let length = 0;
    for (;;) {
      const count = input.read(target, 0);
      expect(typeof count).toBe('number');
      if (count === 0) break;
      length += Number(count);
    }
    expect(length).toBe(CAPTURE.length);
    input.close();
  });

  test('when a stream falls silent after its first bytes, then it has been opened', async () => {
    let reads = 0;
    const silent = {
      read(target: Uint8Array, at: number): number | Promise<number> {
        reads += 1;
        if (reads > 1) return new Promise<number>(() => {});
        target.set(CAPTURE.subarray(0, HEAD_LENGTH), at);
        return HEAD_LENGTH;
      },
      close() {},
    };
    const input = await decompress(silent, NEVER);
    expect(await input.read(new Uint8Array(100), 0)).toBe(HEAD_LENGTH);
  });

  test('when only the beginning of a gzip stream has come, then its contents are read', async () => {
    const packed = gzipSync(CAPTURE);
    let reads = 0;
    const live = {
      read(target: Uint8Array, at: number): number | Promise<number> {
        reads += 1;
        if (reads > 1) return new Promise<number>(() => {});
        target.set(packed.subarray(0, -100), at);
        return packed.length - 100;
      },
      close() {},
    };
    const input = await decompress(live, NEVER);
    const target = new Uint8Array(CAPTURE.length);
    let length = 0;
    while (length < CAPTURE.length * 0.9) length += await input.read(target, length);
    expect(concat(target.subarray(0, length))).toEqual(CAPTURE.subarray(0, length));
  });

  test('when endless zeros are compressed, then only the first of them are decompressed', async () => {
    const bomb = gzipSync(new Uint8Array(200 << 20));
    const source = memoryInput(bomb, [1000]);
    const input = await decompress(source, NEVER);
    expect(await input.read(new Uint8Array(24), 0)).toBe(24);
    input.close();
    expect(source.reads).toBeLessThan(100_000 / 1000);
  });

  test('when the input fails, then the bytes before the failure are read first, and then its error is thrown', async () => {
    const packed = gzipSync(mixedBytes(100_000));
    const source = memoryInput(packed, [20_000]);
    const failing = {
      read(target: Uint8Array, at: number): number | Promise<number> {
        if (source.reads === 2) throw new Error('the disk is broken');
        return source.read(target, at);
      },
      close() {},
    };
    const input = await decompress(failing, NEVER);
    expect(await input.read(new Uint8Array(1_000_000), 0)).toBeGreaterThan(20_000);
    await expect(async () => {
      while ((await input.read(new Uint8Array(1_000_000), 0)) > 0);
    }).rejects.toThrow('the disk is broken');
  });
});

describe('skippable frames', () => {
  for (const { name, note, isHere, compress } of PROGRAMS.slice(0, 2)) {
    test.skipIf(!isHere)(`when they precede ${name} data, then they are skipped${note}`, async () => {
      const frames = concat(skippableFrame(4), skippableFrame(0, 0x184d2a5f), skippableFrame(200_000));
      for (const sizes of [[1000], [-3, 100_000]]) {
        const { data, error } = await inflate(concat(frames, compress(CAPTURE)), sizes);
        expect([error, data.equals(CAPTURE)]).toEqual([undefined, true]);
      }
    });
  }

  test('when nothing follows them, then the error says so', async () => {
    for (const rest of [new Uint8Array(0), Buffer.from('text'), gzipSync(CAPTURE).subarray(0, 1)]) {
      const { data, error } = await inflate(concat(skippableFrame(100), rest));
      expect([data.length, error?.code]).toEqual([0, 'NOT_A_CAPTURE']);
      expect(error?.message).toBe(
        'found skippable frames of zstd or lz4 in the first 108 bytes, expected compressed data after them',
      );
    }
    expect((await inflate(skippableFrame(100).subarray(0, 50))).error?.message).toContain(
      'in the first 50 bytes',
    );
  });
});
