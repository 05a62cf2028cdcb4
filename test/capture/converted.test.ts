import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decompress } from '../../src/capture/compressed/decompress.js';
import { describeConverted } from '../../src/capture/converted.js';
import { notACaptureError } from '../../src/capture/formats.js';
import { memoryInput, NEVER } from '../helpers/memory-input.js';
import { PCAP_MAGIC, pcap } from '../helpers/packets.js';
import { section } from '../helpers/pcapng.js';
import { readAll } from './compressed/compressors.js';

/** As Python or a mistaken script writes it: every byte becomes a character. */
function asUtf8(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString('latin1'), 'utf8');
}

/** As PowerShell 7 writes it: bytes that are not UTF-8 become U+FFFD. */
function asBrokenUtf8(bytes: Uint8Array): Uint8Array {
  return Buffer.from(new TextDecoder().decode(bytes), 'utf8');
}

/** As Windows PowerShell 5.1 writes it. */
function asUtf16(bytes: Uint8Array): Uint8Array {
  return Buffer.from(`\ufeff${Buffer.from(bytes).toString('latin1')}`, 'utf16le');
}

function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1');
}

test.each([
  ['\n', '\r\n', 'CR LF for every LF'],
  ['\r\n', '\n', 'LF for every CR LF'],
  ['\r', '\n', 'LF for every CR'],
  ['\n', '\r', 'CR for every LF'],
])('when each %j of a pcapng became %j, then the error says so, and how to avoid it', (from, to, found) => {
  for (const littleEndian of [true, false]) {
    const error = notACaptureError(replaced(section({ littleEndian }), from, to));
    expect(error.message).toMatch(
      new RegExp(
        `^found a pcapng capture with ${found}, expected a pcap or pcapng capture; transfer it in binary`,
      ),
    );
  }
});

const CAPTURES = [
  ...Object.values(PCAP_MAGIC).flatMap((magic) => [
    pcap({ magic, littleEndian: true, records: [{}] }),
    pcap({ magic, littleEndian: false, records: [{}] }),
  ]),
];

test('when a capture became UTF-16 text, then the error names PowerShell', () => {
  for (const bytes of [...CAPTURES, section(), gzipSync('x')]) {
    expect(notACaptureError(asUtf16(bytes)).message).toMatch(
      /^found binary data encoded as UTF-16 text, expected .*; PowerShell's > writes text: use tcpdump -w FILE/,
    );
  }
});

test('when a pcap became UTF-8 text, then the error names PowerShell', () => {
  for (const bytes of CAPTURES) {
    for (const convert of [asUtf8, asBrokenUtf8]) {
      expect(notACaptureError(convert(bytes)).message).toContain('found binary data encoded as UTF-8 text');
    }
  }
});

test.each([
  ['text in UTF-16', Buffer.from('\ufeffhello, world\r\n', 'utf16le')],
  ['text in UTF-8', Buffer.from('привет, мир\n')],
  ['text with empty lines', Buffer.from('\r\n\r\nhello\r\n')],
  ['a pcap', CAPTURES[0] as Uint8Array],
  ['nothing', new Uint8Array(0)],
])('when it is %s, then it was not converted', (_name, bytes) => {
  expect(describeConverted(bytes)).toBeUndefined();
});

/** Random bytes, so that gzip cannot make them shorter and each byte occurs. */
function randomBytes(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 23;
  });
}

test('when each LF of compressed data became CR LF, then the error says so', async () => {
  const packed = gzipSync(randomBytes(100_000));
  const { error } = await readAll(decompress(memoryInput(replaced(packed, '\n', '\r\n')), NEVER));
  expect(error?.code).toBe('DAMAGED_COMPRESSION');
  expect(error?.message).toContain('; it has CR LF for every LF: transfer it in binary mode');
});

test('when compressed data are damaged in another way, then the error does not guess', async () => {
  const packed = gzipSync(randomBytes(100_000));
  packed.fill(0, 5000, 5100);
  const { error } = await readAll(decompress(memoryInput(packed), NEVER));
  expect(error?.code).toBe('DAMAGED_COMPRESSION');
  expect(error?.message).not.toContain('CR LF');
});
