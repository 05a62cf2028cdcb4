import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaptureError } from '../../src/capture/errors.js';
import {
  type CaptureFormat,
  formatAt,
  MAX_HEAD_LENGTH,
  notACaptureError,
} from '../../src/capture/formats.js';
import { PCAP_MAGIC, pcap } from '../helpers/packets.js';
import { section } from '../helpers/pcapng.js';
import { placed } from '../helpers/window.js';

function formatOf(bytes: Uint8Array): CaptureFormat | undefined {
  const { view, start, end } = placed(bytes);
  return formatAt(view, start, end);
}

function complaintAbout(bytes: Uint8Array): CaptureError {
  expect(formatOf(bytes)).toBeUndefined();
  return notACaptureError(bytes);
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

describe('formatAt and notACaptureError', () => {
  test.each(Object.entries(PCAP_MAGIC))(
    'when it is a pcap of %s, then the format is pcap',
    (_name, magic) => {
      for (const littleEndian of [true, false]) {
        const bytes = pcap({ magic, littleEndian });
        for (let length = 4; length <= bytes.length; length++) {
          expect(formatOf(bytes.subarray(0, length))).toBe('pcap');
        }
      }
    },
  );

  test('when it is a pcapng of either byte order, then the format is pcapng', () => {
    for (const littleEndian of [true, false]) {
      const bytes = section({ littleEndian });
      expect(bytes.length).toBe(MAX_HEAD_LENGTH);
      for (let length = 12; length <= bytes.length; length++) {
        expect(formatOf(bytes.subarray(0, length))).toBe('pcapng');
      }
    }
  });

  test('when it is a snoop capture, then the format is snoop', () => {
    const bytes = hex('736e6f6f700000000000000200000004');
    for (let length = 8; length <= bytes.length; length++)
      expect(formatOf(bytes.subarray(0, length))).toBe('snoop');
  });

  test('when it is a pcapng that is cut in its byte-order magic, then it is not a capture', () => {
    for (let length = 1; length < 12; length++) {
      const error = complaintAbout(section().subarray(0, length));
      expect(error).toMatchObject({ code: 'NOT_A_CAPTURE', offset: 0 });
    }
  });

  test('when any bit of its type or byte-order magic is flipped, then it is not a pcapng', () => {
    for (let bit = 0; bit < 96; bit++) {
      const bytes = section();
      bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      // The length between them does not identify the format.
      expect([bit, formatOf(bytes)]).toEqual([bit, bit >= 32 && bit < 64 ? 'pcapng' : undefined]);
    }
  });

  test('when a capture begins at an offset, then its format is recognised there, and not next to it', () => {
    const { view, start, end } = placed(pcap());
    expect(formatAt(view, start - 1, end)).toBeUndefined();
    expect(formatAt(view, start, end)).toBe('pcap');
    expect(formatAt(view, start + 1, end)).toBeUndefined();
  });

  test('when it is empty, then the error says so', () => {
    const error = complaintAbout(new Uint8Array(0));
    expect(error.code).toBe('EMPTY');
    expect(error.message).toBe('found nothing (0 bytes), expected a pcap or pcapng capture');
  });

  test('when it is cut in its magic number, then it is not a capture', () => {
    for (let length = 1; length < 4; length++) {
      const error = complaintAbout(pcap().subarray(0, length));
      expect(error.code).toBe('NOT_A_CAPTURE');
      expect(error.message).toContain(
        `bytes ${['d4', 'd4c3', 'd4c3b2'][length - 1]}, expected a pcap or pcapng capture`,
      );
    }
  });

  test.each([
    ['text', Buffer.from('this is not a pcap file\n'), 'text'],
    ['text with tabs and CRLF', Buffer.from('\ta\r\n'), 'text'],
    ['gzip', hex('1f8b0800000000000003'), 'gzip-compressed data'],
    ['zstd', hex('28b52ffd0458'), 'zstd-compressed data'],
    ['xz', hex('fd377a585a000004'), 'xz-compressed data'],
    ['bzip2', Buffer.from('BZh91AY&SY'), 'bzip2-compressed data'],
    ['lz4', hex('04224d18'), 'lz4-compressed data'],
    ['legacy lz4', hex('02214c18'), 'lz4-compressed data'],
    ['lzma', hex('5d00008000ffffffffffffffff00'), 'lzma-compressed data'],
    ['Network Monitor', hex('474d425502000100'), 'a Microsoft Network Monitor 2 capture'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'a PDF document'],
    ['a picture', hex('89504e470d0a1a0a'), 'a PNG image'],
    ['half of the magic of snoop', hex('736e6f6f'), 'text'],
    ['zip', hex('504b030414000000'), 'a zip archive'],
    ['a program', hex('7f454c4602010100'), 'an ELF program'],
    ['random bytes', hex('deadbeef00112233'), 'data that begins with the bytes deadbeef'],
    ['zeros', new Uint8Array(16), 'data that begins with the bytes 00000000'],
    ['one byte', hex('ff'), 'data that begins with the bytes ff'],
  ])('when it is %s, then the error says what was found and what is accepted', (_name, bytes, found) => {
    const error = complaintAbout(bytes);
    expect(error).toMatchObject({ code: 'NOT_A_CAPTURE', offset: 0 });
    expect(error.message).toMatch(new RegExp(`^found ${found}, expected a pcap or pcapng capture(; .*)?$`));
  });

  test.each([['Network Monitor', '474d4255', 'editcap -F pcap IN OUT']])(
    'when it is %s, then the error says how to convert it',
    (_name, bytes, advice) => {
      expect(complaintAbout(hex(bytes)).message).toContain(advice);
    },
  );

  test('when bytes are random, then it is a capture, or there is an error that is safe to print', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: MAX_HEAD_LENGTH }), (bytes) => {
        if (formatOf(bytes) !== undefined) return;
        expect(complaintAbout(bytes).message).toMatch(/^found [ -~]+$/);
      }),
    );
  });
});
