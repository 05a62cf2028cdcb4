// The kind of an input, found before it is read, whatever its name, and through compression.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { inputKind } from '../../src/sources/input-kind.js';
import { COMPRESSORS, titled } from '../capture/compressed/compressors.js';
import { NEVER } from '../helpers/memory-input.js';
import { pcap } from '../helpers/packets.js';

const folder = mkdtempSync(path.join(tmpdir(), 'synsum-kind-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(bytes: Uint8Array | string): string {
  const file = path.join(folder, 'input');
  writeFileSync(file, bytes);
  return file;
}

const KINDS = [
  ['capture', pcap({ records: [{}] })],
  ['inventory', Buffer.from('{"schema": "synsum.inventory"}')],
  ['nmap', Buffer.from('<nmaprun>')],
  ['capture', Buffer.from('once upon a time')],
  ['capture', Buffer.concat([Buffer.from('< welcome >\r\n'), pcap({ records: [{}] })])],
  ['capture', Buffer.concat([Buffer.from(`{ welcome }${'\n'.repeat(60_000)}`), pcap({ records: [{}] })])],
  ['inventory', Buffer.concat([Buffer.from('{'), Buffer.alloc(70_000, ' ')])],
  ['inventory', Buffer.from('{ a banner without a capture }')],
] as const;

describe('inputKind', () => {
  test.each(KINDS)('when a file has the kind %s, then that is found', async (kind, bytes) => {
    expect(await inputKind(write(bytes), NEVER)).toBe(kind);
  });

  describe.each(titled(COMPRESSORS))('with %s', (_title, { isHere, compress }) => {
    test.skipIf(!isHere).each(KINDS)(
      'when the compressed contents have the kind %s, then that is found',
      async (kind, bytes) => {
        expect(await inputKind(write(compress(bytes)), NEVER)).toBe(kind);
      },
    );
  });

  test('when the kind cannot be found, then it counts as a capture, whose reader will report the problem', async () => {
    expect(await inputKind(write(''), NEVER)).toBe('capture');
    // Data that only look compressed.
    expect(await inputKind(write(Buffer.from('1f8b0800', 'hex')), NEVER)).toBe('capture');
    expect(await inputKind(write('x'), AbortSignal.abort())).toBe('capture');
  });

  test('when it is not a file, then nothing of it is read', async () => {
    const fifo = path.join(folder, 'fifo');
    spawnSync('mkfifo', [fifo]);
    for (const name of ['-', fifo, '/dev/null', folder, path.join(folder, 'missing')]) {
      expect(await inputKind(name, NEVER)).toBe('stream');
    }
  });
});
