// The first bytes of an input show whether it is a document or a capture.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { HEAD_LENGTH } from '../../src/capture/head.js';
import { documentKind } from '../../src/sources/document-kind.js';
import { ROOT } from '../helpers/program.js';
import { hasShared, SHARED_NOTE, sharedPath } from '../helpers/shared.js';

/** The kind by the first bytes, as a reader finds it. */
function kindOf(bytes: Uint8Array | string): string | undefined {
  return documentKind(Buffer.from(bytes as string).subarray(0, HEAD_LENGTH));
}

function utf16(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return isBigEndian ? bytes.swap16() : bytes;
}

describe('documentKind', () => {
  test.each([
    ['{}', 'inventory'],
    [' \r\n\t{', 'inventory'],
    ['\ufeff{', 'inventory'],
    ['<?xml version="1.0"?>', 'nmap'],
    ['\n\n<nmaprun>', 'nmap'],
    ['\ufeff<nmaprun>', 'nmap'],
    [`${' '.repeat(HEAD_LENGTH - 1)}{`, 'inventory'],
    [`${' '.repeat(HEAD_LENGTH)}{`, undefined],
    ['', undefined],
    ['   ', undefined],
    ['[{}]', undefined],
    ['once upon a time <', undefined],
  ])('when it begins with %j, then it is %s', (text, kind) => {
    expect(kindOf(text)).toBe(kind);
  });

  test('when it is UTF-16, then it is recognised too', () => {
    for (const isBigEndian of [true, false]) {
      expect(kindOf(utf16('<?xml version="1.0"?>', isBigEndian))).toBe('nmap');
      expect(kindOf(utf16(' {', isBigEndian))).toBe('inventory');
    }
  });

  const filesIn = (folder: string, extension: RegExp): string[] =>
    readdirSync(folder)
      .filter((file) => extension.test(file))
      .map((file) => path.join(folder, file));

  test('when captures are examined, then none is a document', () => {
    const captures = filesIn(path.join(ROOT, 'test/captures'), /\.pcap(ng)?$/);
    expect(captures.length).toBeGreaterThan(30);
    for (const file of captures) expect([file, kindOf(readFileSync(file))]).toEqual([file, undefined]);
  });

  test('when scans are examined, then all are documents', () => {
    const scans = filesIn(path.join(ROOT, 'test/scans'), /\.xml$/);
    expect(scans.length).toBeGreaterThan(10);
    for (const file of scans) expect([file, kindOf(readFileSync(file))]).toEqual([file, 'nmap']);
  });

  test.skipIf(!hasShared)(
    `when captures and scans of other people are examined, then they are recognised too${SHARED_NOTE}`,
    () => {
      for (const file of filesIn(sharedPath('captures'), /\.(pcap|pcapng|cap)$/)) {
        expect([file, kindOf(readFileSync(file))]).toEqual([file, undefined]);
      }
      for (const file of filesIn(sharedPath('nmap'), /\.xml$/)) {
        expect([file, kindOf(readFileSync(file))]).toEqual([file, 'nmap']);
      }
    },
  );
});
