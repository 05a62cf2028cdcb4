import { constants, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatCount } from '../../../src/text/count-noun.js';
import { concat } from '../../helpers/packets.js';
import { inflate, mixedBytes } from './compressors.js';

const NOTHING = new Uint8Array(0);

/** Decompresses the beginning of a gzip file with Node's own decompressor. */
function inflatedPart(part: Uint8Array): Buffer {
  // It throws even for the shortest part of a header.
  return part.length < 10 ? Buffer.alloc(0) : gunzipSync(part, { finishFlush: constants.Z_SYNC_FLUSH });
}

/** Bytes after a header that differs from the one of gzipSync. */
function withHeader(gz: Uint8Array, flags: number, fields: Uint8Array): Uint8Array {
  return concat(gz.subarray(0, 3), [flags], gz.subarray(4, 10), fields, gz.subarray(10));
}

const TEXT = Buffer.from('what was captured, was captured, was captured');

describe('gunzip', () => {
  test('when members come in pieces of any size, then all of their data are read', async () => {
    const members = fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 4 });
    const sizes = fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(members, sizes, async (parts, pieces) => {
        fc.pre(parts.some((part) => part.length > 0));
        const { data, error } = await inflate(concat(...parts.map((part) => gzipSync(part))), pieces);
        expect(error).toBeUndefined();
        expect(data.equals(concat(...parts))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('when a member inflates a thousandfold, then all of it is read', async () => {
    const { data, error } = await inflate(gzipSync(new Uint8Array(40 << 20)), [30_000]);
    expect({ length: data.length, error }).toEqual({ length: 40 << 20, error: undefined });
  });

  test('when a header has every field, then all of them are skipped', async () => {
    const extra = concat([5, 0], Buffer.from('extra'));
    const name = Buffer.from('capture.pcap\0');
    const comment = Buffer.from(`${'long '.repeat(30_000)}\0`);
    const gz = withHeader(gzipSync(TEXT), 0x1f, concat(extra, name, comment, [0xab, 0xcd]));
    for (const sizes of [[gz.length], [1], [-7]]) {
      const { data, error } = await inflate(gz, sizes);
      expect([error, data.toString()]).toEqual([undefined, TEXT.toString()]);
    }
    for (const length of [11, 14, 17, 25, 100_000, 150_031, 150_033]) {
      const { error } = await inflate(gz.subarray(0, length));
      const place = `at byte ${length} of the gzip data: cut short in the member that begins at byte 0`;
      expect(error?.message).toBe(place);
    }
  });

  test('when it is cut at any byte, then the data before the cut are read, and the error has the offset', async () => {
    for (const members of [[mixedBytes(1500)], [mixedBytes(500), NOTHING, mixedBytes(700)]]) {
      const packed = members.map((member) => gzipSync(member));
      const gz = concat(...packed);
      const ends = packed.map((_, at) =>
        packed.slice(0, at + 1).reduce((sum, { length }) => sum + length, 0),
      );
      for (let length = 2; length < gz.length; length++) {
        const { data, error } = await inflate(gz.subarray(0, length), [100]);
        const start = ends.findLast((end) => end <= length) ?? 0;
        const before = members.slice(0, ends.indexOf(start) + 1);
        const whole = concat(...before, inflatedPart(gz.subarray(start, length)));
        expect([length, data.equals(whole)]).toEqual([length, true]);
        const cut = `at byte ${length} of the gzip data: cut short in the member that begins at byte ${start}`;
        const stray = `at byte ${start} of the gzip data: found 1 byte of something else, expected the end or another member`;
        const expected = start === length ? undefined : length === start + 1 ? stray : cut;
        expect([length, error?.message]).toEqual([length, expected]);
      }
    }
  });

  test('when zeros follow the last member, then they count as padding', async () => {
    const { data, error } = await inflate(concat(gzipSync(TEXT), new Uint8Array(100_000)), [999]);
    expect([error, data.toString()]).toEqual([undefined, TEXT.toString()]);
  });

  test.each([
    ['text', [gzipSync(TEXT), Buffer.from('garbage')], 0, 7],
    ['text after zeros', [gzipSync(TEXT), new Uint8Array(70_000), Buffer.from('garbage')], 70_000, 7],
    ['a long text', [gzipSync(TEXT), Buffer.alloc(200_000, 'long ')], 0, 200_000],
    ['half a magic number', [gzipSync(TEXT), Uint8Array.of(0x1f)], 0, 1],
  ])(
    'when %s follows the last member, then the error has its offset and length',
    async (_what, parts, zeros, length) => {
      const { data, error } = await inflate(concat(...parts));
      expect(data.toString()).toBe(TEXT.toString());
      expect(error?.code).toBe('DAMAGED_COMPRESSION');
      const place = (parts[0] as Uint8Array).length + zeros;
      expect(error?.message).toBe(
        `at byte ${place} of the gzip data: found ${formatCount(length)} byte${length === 1 ? '' : 's'} of something else, ` +
          'expected the end or another member',
      );
    },
  );

  test('when a checksum is wrong, then there is an error after the other members have been read', async () => {
    const first = gzipSync(TEXT);
    const wrong = Buffer.from(first);
    wrong.writeUInt32LE(0xdeadbeef, wrong.length - 8);
    const { data, error } = await inflate(concat(first, wrong, first));
    expect(data.toString()).toBe(`${TEXT}${TEXT}${TEXT}`);
    const right = first
      .readUInt32LE(first.length - 8)
      .toString(16)
      .padStart(8, '0');
    expect(error?.message).toBe(
      `at byte ${2 * first.length - 8} of the gzip data: found checksum 0xdeadbeef, ` +
        `expected 0x${right} for the data from byte ${first.length} on`,
    );
    // The first of several faults is reported.
    expect((await inflate(concat(wrong, first.subarray(0, 30)))).error?.message).toContain('found checksum');
  });

  test('when a length is wrong, then the error says so', async () => {
    const wrong = gzipSync(TEXT);
    wrong.writeUInt32LE(46, wrong.length - 4);
    const message = `at byte ${wrong.length - 8} of the gzip data: found the length 46, expected 45`;
    expect((await inflate(wrong)).error?.message).toBe(message);
  });

  test.each([
    ['another method', 2, 7, 'at byte 2 of the gzip data: found compression method 7, expected 8'],
    [
      'flags nobody defined',
      3,
      0x20,
      'at byte 3 of the gzip data: found flags 0x20, expected none above 0x1f',
    ],
    [
      'a block of the reserved type',
      10,
      0xff,
      'at byte 10 of the gzip data: found invalid block type, expected deflated data',
    ],
  ])('when it has %s, then the error says so', async (_what, at, value, message) => {
    const wrong = gzipSync(TEXT);
    wrong[at] = value;
    const { data, error } = await inflate(wrong);
    expect([data.length, error?.code, error?.message]).toEqual([0, 'DAMAGED_COMPRESSION', message]);
  });

  test('when a small member has a fault, then all data before the fault are read', async () => {
    const whole = mixedBytes(20_000);
    const gz = gzipSync(whole);
    let faults = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(gz.length - 1),
        fc.nat(7),
        fc.integer({ min: 1, max: 5000 }),
        async (at, bit, size) => {
          const wrong = Buffer.from(gz);
          wrong[at] = (wrong[at] as number) ^ (1 << bit);
          const { data, error } = await inflate(wrong, [size]);
          // Its magic number is destroyed, or the fault is in a field that is not needed.
          if (error === undefined) {
            expect(data.equals(at < 2 ? wrong : whole)).toBe(true);
            return;
          }
          faults += 1;
          expect(error.message).toMatch(
            /^at byte \d+ of the gzip data: (found .*, expected .*|cut short in .*)$/,
          );
          const before = inflatedPart(gz.subarray(0, at));
          expect(data.subarray(0, before.length).equals(before)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
    expect(faults).toBeGreaterThan(200);
  });

  test('when a large member has a fault, then at most one chunk of zlib before the fault is lost', async () => {
    const whole = mixedBytes(600_000);
    // Without compression there are blocks with a length and its complement, RFC 1951 3.2.4.
    const gz = gzipSync(whole, { level: 0 });
    let [block, before] = [10, 0];
    while (before < 300_000) {
      const length = gz.readUInt16LE(block + 1);
      block += 5 + length;
      before += length;
    }
    gz[block + 3] = (gz[block + 3] as number) ^ 1;
    const { data, error } = await inflate(gz);
    const [, place] =
      /^at byte (\d+) of the gzip data: found invalid stored block lengths, /.exec(error?.message ?? '') ??
      [];
    expect(Number(place)).toBeGreaterThan(block - (64 << 10));
    expect(Number(place)).toBeLessThanOrEqual(block + 4);
    expect(data.length).toBeGreaterThan(before - (64 << 10));
    expect(data.equals(whole.subarray(0, data.length))).toBe(true);
  });

  test('when random bytes follow a header, then there is a CaptureError or an end', async () => {
    const header = gzipSync(NOTHING).subarray(0, 10);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        // Any other error would be thrown by `inflate`.
        expect((await inflate(concat(header, bytes))).error?.code).toBe('DAMAGED_COMPRESSION');
      }),
      { numRuns: 300 },
    );
  });
});
