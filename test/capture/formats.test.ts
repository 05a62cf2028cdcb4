import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureError } from '../../src/capture/errors.js';
import { PROBE_LENGTH, probeFormat } from '../../src/capture/formats.js';
import { isPcap } from '../../src/capture/pcap.js';
import { PCAP_MAGIC, pcap } from '../helpers/packets.js';

function complaintAbout(bytes: Uint8Array): CaptureError {
  try {
    probeFormat(bytes);
  } catch (error) {
    if (error instanceof CaptureError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

describe('probeFormat', () => {
  test.each(Object.entries(PCAP_MAGIC))('when it is a pcap of %s then the format is pcap', (_name, magic) => {
    for (const littleEndian of [true, false]) {
      const bytes = pcap({ magic, littleEndian });
      for (let length = 4; length <= PROBE_LENGTH; length++) {
        const { format, headerLength } = probeFormat(bytes.subarray(0, length));
        expect([format, headerLength]).toEqual(['pcap', 24]);
      }
    }
  });

  test('when it is empty then it says so', () => {
    const error = complaintAbout(new Uint8Array(0));
    expect(error.code).toBe('EMPTY');
    expect(error.message).toBe('found nothing (0 bytes), expected a pcap capture');
  });

  test('when it is cut in its magic number then it is no capture', () => {
    for (let length = 1; length < 4; length++) {
      const error = complaintAbout(pcap().subarray(0, length));
      expect(error.code).toBe('NOT_A_CAPTURE');
      expect(error.message).toContain(
        `bytes ${['d4', 'd4c3', 'd4c3b2'][length - 1]}, expected a pcap capture`,
      );
    }
  });

  test.each([
    ['text', Buffer.from('this is not a pcap file\n'), 'text'],
    ['text with tabs and CRLF', Buffer.from('\ta\r\n'), 'text'],
    ['a pcapng capture', hex('0a0d0d0a1c0000004d3c2b1a01000000'), 'a pcapng capture'],
    ['gzip', hex('1f8b0800000000000003'), 'gzip-compressed data'],
    ['zstd', hex('28b52ffd0458'), 'zstd-compressed data'],
    ['xz', hex('fd377a585a000004'), 'xz-compressed data'],
    ['bzip2', Buffer.from('BZh91AY&SY'), 'bzip2-compressed data'],
    ['lz4', hex('04224d18'), 'lz4-compressed data'],
    ['snoop', hex('736e6f6f700000000000000200000004'), 'a snoop capture'],
    ['zip', hex('504b030414000000'), 'a zip archive'],
    ['a program', hex('7f454c4602010100'), 'an ELF program'],
    ['random bytes', hex('deadbeef00112233'), 'data that begins with the bytes deadbeef'],
    ['zeros', new Uint8Array(16), 'data that begins with the bytes 00000000'],
    ['one byte', hex('ff'), 'data that begins with the bytes ff'],
  ])('when it is %s then it says what it is and what is accepted', (_name, bytes, found) => {
    const error = complaintAbout(bytes);
    expect(error).toMatchObject({ code: 'NOT_A_CAPTURE', offset: 0 });
    expect(error.message).toMatch(new RegExp(`^found ${found}, expected a pcap capture(; .*)?$`));
  });

  test.each([
    ['pcapng', '0a0d0d0a', 'editcap -F pcap IN OUT'],
    ['gzip', '1f8b', 'gzip -dc FILE | synsum -'],
  ])('when it is %s then it says how to have it read', (_name, bytes, advice) => {
    expect(complaintAbout(hex(bytes)).message).toContain(advice);
  });

  test('when bytes are random then it is a pcap or a complaint that is safe to print', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: PROBE_LENGTH }), (bytes) => {
        if (isPcap(bytes)) return;
        expect(complaintAbout(bytes).message).toMatch(/^found [ -~]+$/);
      }),
    );
  });
});
