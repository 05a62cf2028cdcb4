import { describe, expect, test } from 'vitest';
import type { CaptureError } from '../../src/capture/errors.js';
import {
  capturedLengthAt,
  checkVersion,
  isPcap,
  linkTypeOfField,
  type PcapHeader,
  parsePcapHeader,
  timeAt,
} from '../../src/capture/pcap.js';
import { PCAP_MAGIC, pcap } from '../helpers/packets.js';

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

function errorOf(action: () => unknown): CaptureError {
  try {
    action();
  } catch (error) {
    return error as CaptureError;
  }
  throw new Error('nothing was thrown');
}

describe('parsePcapHeader', () => {
  test('when it is what tcpdump writes then every field is found', () => {
    expect(parsePcapHeader(HEADER)).toEqual({
      littleEndian: true,
      fractionsPerMicrosecond: 1,
      recordHeaderLength: 16,
      version: { text: '2.4', lengthsMayBeSwapped: false },
      snaplen: 96,
      linkType: 1,
      fcsLength: undefined,
    });
  });

  describe.each(BYTE_ORDERS)('in %s order', (_order, littleEndian) => {
    test.each(MAGICS)(
      'when the magic number is %s then units and lengths are its own',
      (_name, magic, ...rest) => {
        const [fractionsPerMicrosecond, recordHeaderLength] = rest;
        const bytes = pcap({ littleEndian, magic, snaplen: 0xffff_ffff, linkType: 0x0102 });
        expect(isPcap(bytes)).toBe(true);
        expect(parsePcapHeader(bytes)).toMatchObject({
          littleEndian,
          fractionsPerMicrosecond,
          recordHeaderLength,
          snaplen: 0xffff_ffff,
          linkType: 0x0102,
        });
      },
    );

    test.each(VERSIONS)('when the version is %i.%i then it is read', (...version) => {
      const { text, lengthsMayBeSwapped } = parsePcapHeader(pcap({ littleEndian, version })).version;
      expect(text).toBe(version.join('.'));
      expect(lengthsMayBeSwapped).toBe(text !== '2.4');
    });

    test('when the link-type field has FCS bits then they are no link type', () => {
      const withFcs = pcap({ littleEndian, linkType: 0x2400_0071 });
      expect(parsePcapHeader(withFcs)).toMatchObject({ linkType: 113, fcsLength: 4 });
      const lengthWithoutFlag = pcap({ littleEndian, linkType: 0xf000_0001 });
      expect(parsePcapHeader(lengthWithoutFlag)).toMatchObject({ linkType: 1, fcsLength: undefined });
      const longest = pcap({ littleEndian, linkType: 0xf400_0001 });
      expect(parsePcapHeader(longest)).toMatchObject({ linkType: 1, fcsLength: 30 });
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
  ])('when the version is %i.%i then it is refused with what is expected', (...version) => {
    const error = errorOf(() => parsePcapHeader(pcap({ version })));
    expect(error).toMatchObject({ code: 'UNSUPPORTED_VERSION', offset: 4 });
    expect(error.message).toBe(`found pcap version ${version.join('.')}, expected 2.0 to 2.4`);
    expect(errorOf(() => checkVersion(...(version as [number, number]))).message).toBe(error.message);
  });

  test('when it is cut anywhere then it tells how much is there and how much it takes', () => {
    for (let length = 4; length < HEADER.length; length++) {
      const error = errorOf(() => parsePcapHeader(HEADER.subarray(0, length)));
      expect(error).toMatchObject({ code: 'TRUNCATED', offset: length });
      expect(error.message).toBe(`the pcap file header takes 24 bytes, only ${length} are there`);
    }
  });
});

describe('isPcap', () => {
  test('when fewer than four bytes are there then it cannot be told', () => {
    for (let length = 0; length < 4; length++) expect(isPcap(HEADER.subarray(0, length))).toBe(false);
    expect(isPcap(HEADER.subarray(0, 4))).toBe(true);
  });

  test('when any bit of the magic number is another then it is no pcap', () => {
    for (let bit = 0; bit < 32; bit++) {
      const bytes = HEADER.slice();
      bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isPcap(bytes)).toBe(false);
    }
  });
});

describe('linkTypeOfField', () => {
  test('when the top six bits are set then the link type is what is left', () => {
    expect(linkTypeOfField(0xffff_ffff)).toBe(0x03ff_ffff);
    expect(linkTypeOfField(0xfc00_0114)).toBe(276);
  });
});

describe('record header', () => {
  function recordOf(parts: Parameters<typeof pcap>[0]): { view: DataView; header: PcapHeader } {
    const bytes = pcap(parts);
    return { view: new DataView(bytes.buffer, 24), header: parsePcapHeader(bytes) };
  }

  test.each([
    ['2.0', [2, 0], true],
    ['2.1', [2, 1], true],
    ['2.2', [2, 2], true],
    ['2.3', [2, 3], true],
    ['2.4', [2, 4], false],
    ['543.0', [543, 0], true],
  ] as const)(
    'when a capture of version %s has its lengths swapped then the smaller one is the captured',
    (...row) => {
      const [, version, isOld] = row;
      for (const littleEndian of [true, false]) {
        const swapped = [{ capturedLength: 1500, originalLength: 96 }];
        const { view, header } = recordOf({ version, littleEndian, records: swapped });
        expect(capturedLengthAt(view, 0, header)).toBe(isOld ? 96 : 1500);
        const inOrder = [{ capturedLength: 96, originalLength: 1500 }];
        const other = recordOf({ version, littleEndian, records: inOrder });
        expect(capturedLengthAt(other.view, 0, other.header)).toBe(96);
      }
    },
  );

  test('when the time is in microseconds then it is exact, to the year 2106', () => {
    const { view, header } = recordOf({ records: [{ seconds: 0xffff_ffff, fraction: 999_999 }] });
    expect(timeAt(view, 0, header)).toBe(0xffff_ffff * 1e6 + 999_999);
  });

  test('when the time is in nanoseconds then it is cut to whole microseconds', () => {
    const magic = PCAP_MAGIC.nanoseconds;
    const { view, header } = recordOf({ magic, records: [{ seconds: 1, fraction: 999_999_999 }] });
    expect(timeAt(view, 0, header)).toBe(1_999_999);
  });

  test('when the capture is of the modified format then time and length are where they are in others', () => {
    const records = [{ seconds: 5, fraction: 7, capturedLength: 60, originalLength: 90 }];
    const { view, header } = recordOf({ magic: PCAP_MAGIC.modified, littleEndian: false, records });
    expect(timeAt(view, 0, header)).toBe(5_000_007);
    expect(capturedLengthAt(view, 0, header)).toBe(60);
  });
});
