import { describe, expect, test } from 'vitest';
import type { CaptureError } from '../../../src/capture/errors.js';
import {
  checkVersion,
  isPcapHeader,
  linkTypeOfField,
  type PcapHeader,
  parsePcapHeader,
} from '../../../src/capture/pcap/header.js';
import { concat, PCAP_MAGIC, pcap } from '../../helpers/packets.js';
import { placed } from '../../helpers/window.js';

// biome-ignore format: a field a line
const HEADER = Uint8Array.from([
  0xd4, 0xc3, 0xb2, 0xa1, // magic, little-endian: microseconds
  0x02, 0x00, 0x04, 0x00, // version 2.4
  0x00, 0x00, 0x00, 0x00, // time zone
  0x00, 0x00, 0x00, 0x00, // accuracy
  0x60, 0x00, 0x00, 0x00, // snaplen 96
  0x01, 0x00, 0x00, 0x00, // link type Ethernet
]);

const BYTE_ORDERS = [
  ['little-endian', true],
  ['big-endian', false],
] as const;

const MAGICS = [
  ['microseconds', PCAP_MAGIC.microseconds, 1, 16],
  ['nanoseconds', PCAP_MAGIC.nanoseconds, 1000, 16],
  ['modified', PCAP_MAGIC.modified, 1, 24],
] as const;

const VERSIONS = [
  [2, 0],
  [2, 1],
  [2, 2],
  [2, 3],
  [2, 4],
  [543, 0],
] as const;

function headerOf(bytes: Uint8Array): PcapHeader {
  const { view, start, end } = placed(bytes);
  return parsePcapHeader(view, start, end);
}

function isPcap(bytes: Uint8Array): boolean {
  const { view, start, end } = placed(bytes);
  return isPcapHeader(view, start, end);
}

function errorOf(action: () => unknown): CaptureError {
  try {
    action();
  } catch (error) {
    return error as CaptureError;
  }
  throw new Error('nothing was thrown');
}

describe('parsePcapHeader', () => {
  test('when tcpdump wrote it, then every field is found', () => {
    expect(headerOf(HEADER)).toEqual({
      length: 24,
      littleEndian: true,
      fractionsPerMicrosecond: 1,
      recordHeaderLength: 16,
      otherRecordHeaderLengths: [24, 20],
      padding: 0,
      version: { text: '2.4', lengthsMayBeSwapped: false },
      linkType: 1,
    });
  });

  describe.each(BYTE_ORDERS)('in %s order', (_order, littleEndian) => {
    test.each(MAGICS)(
      'when the magic number is that of %s, then units and lengths are those of the variant',
      (_name, magic, ...rest) => {
        const [fractionsPerMicrosecond, recordHeaderLength] = rest;
        const bytes = pcap({ littleEndian, magic, linkType: 0x0102 });
        expect(isPcap(bytes)).toBe(true);
        expect(headerOf(bytes)).toMatchObject({
          littleEndian,
          fractionsPerMicrosecond,
          recordHeaderLength,
          linkType: 0x0102,
        });
      },
    );

    test.each(VERSIONS)('when the version is %i.%i, then it is read', (...version) => {
      const { text, lengthsMayBeSwapped } = headerOf(pcap({ littleEndian, version })).version;
      expect(text).toBe(version.join('.'));
      expect(lengthsMayBeSwapped).toBe(text !== '2.4');
    });

    test('when AIX wrote it, then its link types are translated, and its fractions are nanoseconds', () => {
      for (const [linkField, linkType, padding] of [
        [6, 1, 0],
        [9, 6, 0],
        [15, 10, 3],
        [24, 0, 0],
      ] as const) {
        const header = headerOf(pcap({ littleEndian, version: [2, 2], linkType: linkField }));
        expect(header).toMatchObject({ linkType, padding, fractionsPerMicrosecond: 1000 });
        const later = headerOf(pcap({ littleEndian, version: [2, 4], linkType: linkField }));
        expect(later).toMatchObject({ linkType: linkField, padding: 0, fractionsPerMicrosecond: 1 });
      }
      const other = headerOf(pcap({ littleEndian, version: [2, 2], linkType: 1 }));
      expect(other).toMatchObject({ linkType: 1, fractionsPerMicrosecond: 1 });
    });

    test('when Ixia wrote it, then its header is longer', () => {
      for (const [magic, fractionsPerMicrosecond] of [
        [0x1c0001ac, 1000],
        [0x1c0001ab, 1],
      ] as const) {
        const bytes = concat(pcap({ littleEndian, magic }), [0, 0, 0, 0]);
        expect(headerOf(bytes)).toMatchObject({
          length: 28,
          recordHeaderLength: 16,
          fractionsPerMicrosecond,
        });
        const error = errorOf(() => headerOf(bytes.subarray(0, 27)));
        expect(error.message).toBe('cut short in the pcap file header: expected 28 bytes, found 27');
      }
    });

    test('when the link-type field has FCS bits, then they are not part of the link type', () => {
      const withFcs = pcap({ littleEndian, linkType: 0x2400_0071 });
      expect(headerOf(withFcs).linkType).toBe(113);
      const lengthWithoutFlag = pcap({ littleEndian, linkType: 0xf000_0001 });
      expect(headerOf(lengthWithoutFlag).linkType).toBe(1);
      const longest = pcap({ littleEndian, linkType: 0xf400_0001 });
      expect(headerOf(longest).linkType).toBe(1);
    });
  });

  test.each([
    [0, 0],
    [1, 4],
    [2, 5],
    [3, 0],
    [3, 4],
    [543, 1],
    [0x0200, 0x0400],
  ])('when the version is %i.%i, then the error has the expected ones', (...version) => {
    const error = errorOf(() => headerOf(pcap({ version })));
    expect(error).toMatchObject({ code: 'UNSUPPORTED_VERSION', offset: 4 });
    expect(error.message).toBe(`found pcap version ${version.join('.')}, expected 2.0 to 2.4`);
    expect(errorOf(() => checkVersion(...(version as [number, number]))).message).toBe(error.message);
  });

  test('when it is cut anywhere, then the error has the expected and the found length', () => {
    for (let length = 4; length < HEADER.length; length++) {
      const error = errorOf(() => headerOf(HEADER.subarray(0, length)));
      expect(error).toMatchObject({ code: 'TRUNCATED', offset: length });
      expect(error.message).toBe(`cut short in the pcap file header: expected 24 bytes, found ${length}`);
    }
  });
});

describe('isPcapHeader', () => {
  test('when there are fewer than four bytes, then it is not recognised', () => {
    for (let length = 0; length < 4; length++) expect(isPcap(HEADER.subarray(0, length))).toBe(false);
    expect(isPcap(HEADER.subarray(0, 4))).toBe(true);
  });

  test('when any bit of the magic number is flipped, then it is not a pcap', () => {
    for (let bit = 0; bit < 32; bit++) {
      const bytes = HEADER.slice();
      bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isPcap(bytes)).toBe(false);
    }
  });
});

describe('isPcapHeader and what is around', () => {
  test('when the end is before the magic number, then it is not a pcap', () => {
    const { view, start } = placed(HEADER);
    expect(isPcapHeader(view, start, start + 3)).toBe(false);
    expect(isPcapHeader(view, start, start + 4)).toBe(true);
    expect(isPcapHeader(view, start + 1, start + 24)).toBe(false);
  });
});

describe('linkTypeOfField', () => {
  test('when the top six bits are set, then the link type consists of the others', () => {
    expect(linkTypeOfField(0xffff_ffff)).toBe(0x03ff_ffff);
    expect(linkTypeOfField(0xfc00_0114)).toBe(276);
  });
});
