import { describe, expect, test } from 'vitest';
import type { CaptureError } from '../../../src/capture/errors.js';
import {
  type Interface,
  isSectionHeader,
  microsecondsOf,
  parseInterface,
  parseSectionHeader,
  type Section,
} from '../../../src/capture/pcapng/blocks.js';
import {
  describedInterface,
  type InterfaceParts,
  OPTION,
  type Option,
  offsetOption,
  section,
} from '../../helpers/pcapng.js';
import { placed } from '../../helpers/window.js';

const ORDERS = [true, false];

function sectionOf(bytes: Uint8Array): Section {
  const { view, start, end } = placed(bytes);
  return parseSectionHeader(view, start, end);
}

function errorOf(action: () => unknown): CaptureError {
  try {
    action();
  } catch (error) {
    return error as CaptureError;
  }
  throw new Error('nothing was thrown');
}

describe('parseSectionHeader', () => {
  test('when dumpcap wrote it, then byte order and version are found', () => {
    // biome-ignore format: a field a line
    const bytes = Uint8Array.from([
      0x0a, 0x0d, 0x0d, 0x0a, // section header block
      0x1c, 0x00, 0x00, 0x00, // 28 bytes
      0x4d, 0x3c, 0x2b, 0x1a, // byte-order magic
      0x01, 0x00, 0x00, 0x00, // version 1.0
      0xff, 0xff, 0xff, 0xff, // of unknown length
      0xff, 0xff, 0xff, 0xff,
      0x1c, 0x00, 0x00, 0x00,
    ]);
    expect(section()).toEqual(bytes);
    expect(sectionOf(bytes)).toEqual({ littleEndian: true, version: '1.0' });
  });

  test.each([
    [1, 0],
    [1, 2],
  ])('when the version is %i.%i, then it is read, in both byte orders', (...version) => {
    for (const littleEndian of ORDERS) {
      expect(sectionOf(section({ littleEndian, version }))).toEqual({
        littleEndian,
        version: version.join('.'),
      });
    }
  });

  test.each([
    [0, 1],
    [1, 1],
    [1, 3],
    [2, 0],
    [0x0100, 0],
  ])('when the version is %i.%i, then the error has the expected one', (...version) => {
    for (const littleEndian of ORDERS) {
      const error = errorOf(() => sectionOf(section({ littleEndian, version })));
      expect(error).toMatchObject({ code: 'UNSUPPORTED_VERSION', offset: 12 });
      expect(error.message).toBe(`found pcapng version ${version.join('.')}, expected 1.0`);
    }
  });

  test('when it is cut, then the error has the expected and the found length', () => {
    for (let length = 12; length < 28; length++) {
      const error = errorOf(() => sectionOf(section().subarray(0, length)));
      expect(error).toMatchObject({ code: 'TRUNCATED', offset: length });
      expect(error.message).toBe(`cut short in the section header: expected 28 bytes, found ${length}`);
    }
  });
});

describe('isSectionHeader', () => {
  test('when there are fewer than twelve bytes, then it is not recognised', () => {
    for (const littleEndian of ORDERS) {
      const { view, start } = placed(section({ littleEndian }));
      for (let length = 0; length <= 28; length++) {
        expect(isSectionHeader(view, start, start + length)).toBe(length >= 12);
      }
    }
  });
});

function interfaceOf(parts: InterfaceParts, length?: number): Interface | undefined {
  const { littleEndian = true } = parts;
  const bytes = describedInterface(parts);
  const { view, start } = placed(bytes);
  return parseInterface(view, start, length ?? bytes.length, littleEndian, length !== undefined);
}

const COMMENT: Option = { code: OPTION.comment, value: [0x61, 0x62, 0x63, 0x64, 0x65] };
const END: Option = { code: OPTION.end };

function resolution(value: number): Option {
  return { code: OPTION.resolution, value: [value] };
}

describe.each(ORDERS)('parseInterface (little-endian: %s)', (littleEndian) => {
  const PLAIN = { linkType: 1, snaplen: 0, unitsPerSecond: 1_000_000n, offsetSeconds: 0 };

  test('when it has no options, then its clock runs in microseconds', () => {
    const found = interfaceOf({ littleEndian, linkType: 276, snaplen: 0xffff_ffff });
    expect(found).toEqual({ ...PLAIN, linkType: 276, snaplen: 0xffff_ffff });
    expect(interfaceOf({ littleEndian, options: [END] })).toEqual(PLAIN);
  });

  test.each([
    [0, 1n],
    [3, 1000n],
    [6, 1_000_000n],
    [7, 10_000_000n],
    [9, 1_000_000_000n],
    [127, 10n ** 127n],
    [0x80, 1n],
    [0x8a, 1024n],
    [0x94, 1_048_576n],
    [0x93, 524_288n],
    [0xff, 2n ** 127n],
  ])('when if_tsresol is %i, then a second has %i units', (value, unitsPerSecond) => {
    const options = [COMMENT, resolution(value), { code: OPTION.name, value: [0x65] }, END];
    expect(interfaceOf({ littleEndian, options })).toEqual({ ...PLAIN, unitsPerSecond });
  });

  test.each([0n, 3600n, -3600n, 1_700_000_000n, -(2n ** 40n)])(
    'when if_tsoffset is %i, then it is found with its sign',
    (seconds) => {
      const options = [COMMENT, offsetOption(seconds, littleEndian), resolution(9)];
      expect(interfaceOf({ littleEndian, options })).toEqual({
        ...PLAIN,
        unitsPerSecond: 1_000_000_000n,
        offsetSeconds: Number(seconds),
      });
    },
  );

  test('when options follow the end of options, then they do not count', () => {
    const options = [END, resolution(9), offsetOption(5n, littleEndian)];
    expect(interfaceOf({ littleEndian, options })).toEqual(PLAIN);
  });

  test('when an option is too short for its value, then it does not count, and the others are read', () => {
    const short = [
      { code: OPTION.resolution, value: [] },
      { code: OPTION.offset, value: [1, 2, 3, 4] },
    ];
    expect(interfaceOf({ littleEndian, options: short })).toEqual(PLAIN);
    expect(interfaceOf({ littleEndian, options: [...short, resolution(3)] })).toEqual({
      ...PLAIN,
      unitsPerSecond: 1000n,
    });
  });

  test.each([5, 100, 0xfffe, 0xffff])(
    'when an option claims %i bytes, more than there are, then it is a fault, and ends the options',
    (length) => {
      const options = [resolution(9), { code: OPTION.comment, value: [1, 2, 3, 4], length }];
      const fault = `found an option of ${length} bytes, expected at most 4`;
      const faulty = { ...PLAIN, fault, hasLostClock: false };
      expect(interfaceOf({ littleEndian, options })).toEqual({ ...faulty, unitsPerSecond: 1_000_000_000n });
      const alone = [...options.toReversed().slice(0, 1)];
      expect(interfaceOf({ littleEndian, options: alone })).toEqual(faulty);
    },
  );

  test('when the block is cut anywhere, then its whole options count, and nothing after it is read', () => {
    const parts = { littleEndian, options: [resolution(9), offsetOption(7n, littleEndian)] };
    for (let length = 12; length <= 40; length++) {
      const found = interfaceOf(parts, length);
      if (length < 20) {
        expect(found).toBeUndefined();
      } else {
        // Options from byte 16, each a header of four bytes and its value; then the length again.
        const unitsPerSecond = length - 4 >= 16 + 5 ? 1_000_000_000n : 1_000_000n;
        const offsetSeconds = length - 4 >= 24 + 12 ? 7 : 0;
        expect([length, found]).toEqual([length, { ...PLAIN, unitsPerSecond, offsetSeconds }]);
      }
    }
  });
});

describe('microsecondsOf', () => {
  function timeOf(units: bigint, unitsPerSecond: bigint, offsetSeconds = 0): number {
    const high = Number(units >> 32n);
    const low = Number(units & 0xffff_ffffn);
    return microsecondsOf(high, low, { linkType: 1, snaplen: 0, unitsPerSecond, offsetSeconds });
  }

  const SECONDS = 1_700_000_000n;

  test.each([
    ['seconds', 1n, SECONDS, 1_700_000_000_000_000],
    ['milliseconds', 1000n, SECONDS * 1000n + 123n, 1_700_000_000_123_000],
    ['microseconds', 1_000_000n, SECONDS * 1_000_000n + 123_456n, 1_700_000_000_123_456],
    ['nanoseconds', 10n ** 9n, SECONDS * 10n ** 9n + 123_456_999n, 1_700_000_000_123_456],
    ['picoseconds, from 1970', 10n ** 12n, 5n * 10n ** 12n + 999_999n, 5_000_000],
    ['parts of 1024', 1024n, SECONDS * 1024n + 512n, 1_700_000_000_500_000],
    ['parts of 2 to the 20th', 1n << 20n, (SECONDS << 20n) + 1n, 1_700_000_000_000_000],
    ['parts of 2 to the 31st', 1n << 31n, (SECONDS << 31n) + (1n << 30n), 1_700_000_000_500_000],
    ['parts of 2 to the 127th', 1n << 127n, 2n ** 64n - 1n, 0],
  ])('when units are %s, then times are in whole microseconds', (_what, unitsPerSecond, units, expected) => {
    expect(timeOf(units, unitsPerSecond)).toBe(expected);
  });

  test('when there is an offset, then it is added', () => {
    for (const [unitsPerSecond, units] of [
      [1_000_000n, 5_000_001n],
      [10n ** 9n, 5_000_001_999n],
    ] as const) {
      expect(timeOf(units, unitsPerSecond, 1_700_000_000)).toBe(1_700_000_005_000_001);
      expect(timeOf(units, unitsPerSecond, -3)).toBe(2_000_001);
    }
  });
});
