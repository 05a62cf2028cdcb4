// Compressed captures, from the file to their packets.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../../src/inventory/inventory.js';
import type { Reader } from '../../../src/sources/input-result.js';
import { readSources } from '../../../src/sources/read-sources.js';
import { Tally } from '../../../src/tally/tally.js';
import { concat, ethernet, FLAG, ipv4, pcap, tcp } from '../../helpers/packets.js';
import { messagesOf } from '../../helpers/problems.js';
import { EVERYTHING } from '../../helpers/scope.js';
import { hasShared, readShared, SHARED_NOTE, sharedPath } from '../../helpers/shared.js';
import { hexOf, rowsOf } from '../../tally/rows-of.js';
import { COMPRESSORS, titled } from './compressors.js';

const READERS: readonly Reader[] = ['fast', 'pcap-parser'];
const HEADER = 24;
const RECORD = 16 + 54;

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'synsum-compressed-'));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(bytes: Uint8Array): string {
  const file = path.join(folder, 'capture');
  fs.writeFileSync(file, bytes);
  return file;
}

function read(file: string, reader: Reader = 'fast'): Promise<Inventory> {
  return readSources([file], new Tally({ scope: EVERYTHING }), { reader });
}

const SYN = ethernet({ payload: ipv4({ payload: tcp({ flags: FLAG.syn }) }) });
/** Every third packet is a SYN; no two have the same time. */
const RECORDS = Array.from({ length: 60 }, (_, at) => ({
  seconds: at * 7919,
  fraction: (at * 104_729) % 1_000_000,
  ...(at % 3 === 2 ? { data: SYN } : {}),
}));
const CAPTURE = pcap({ records: RECORDS });

describe.each(titled(COMPRESSORS))('readSources with %s', (_title, { name, isHere, compress }) => {
  test.skipIf(!isHere).each(READERS)(
    'when %s reads it, then the result is that of the plain capture',
    async (reader) => {
      const plain = await read(write(CAPTURE), reader);
      const packed = await read(write(compress(CAPTURE)), reader);
      expect(rowsOf(packed.tally)).toEqual(rowsOf(plain.tally));
      expect(packed.totals).toEqual(plain.totals);
      expect(plain.inputs[0]).toMatchObject({ format: 'pcap 2.4', problems: [] });
      expect(packed.inputs[0]).toEqual({ ...plain.inputs[0], format: `pcap 2.4, ${name}` });
    },
  );

  test.skipIf(!isHere)(
    'when the capture in it is cut, then the offset is one in the decompressed data',
    async () => {
      const { inputs, totals } = await read(write(compress(CAPTURE.subarray(0, -10))));
      const [problem] = messagesOf(inputs[0]?.problems);
      expect(problem).toContain(`at byte ${HEADER + 59 * RECORD} (in the decompressed data): cut short`);
      expect(totals).toMatchObject({ packetsRead: 59, bytesRead: CAPTURE.length - 10 });
    },
  );

  test.skipIf(!isHere)('when its contents are not a capture, then the error names them', async () => {
    const { inputs } = await read(write(compress(Buffer.from('no capture at all, but a text\n'))));
    expect(messagesOf(inputs[0]?.problems)).toEqual([
      expect.stringMatching(/^at byte 0 \(in the decompressed data\): found text, expected a pcap/),
    ]);
  });

  test.skipIf(!isHere)('when it is compressed twice, then the error says so', async () => {
    const { inputs } = await read(write(compress(gzipSync(CAPTURE))));
    expect(messagesOf(inputs[0]?.problems)).toEqual([
      expect.stringMatching(
        /^at byte 0 \(in the decompressed data\): found gzip-compressed data, expected a pcap/,
      ),
    ]);
  });
});

describe.each(READERS)('readSources of gzip with the reader %s', (reader) => {
  test('when it is cut at any byte, then the packets before the cut count, and the cut is reported', async () => {
    const packed = gzipSync(CAPTURE);
    for (let length = 1; length < packed.length; length++) {
      const { inputs, totals } = await read(write(packed.subarray(0, length)), reader);
      const part = packed.subarray(0, length);
      const inflated = length < 10 ? 0 : gunzipSync(part, { finishFlush: constants.Z_SYNC_FLUSH }).length;
      const packets = Math.max(0, Math.floor((inflated - HEADER) / RECORD));
      const synAcks = packets - Math.floor(packets / 3);
      expect([length, totals.packetsRead, totals.synAcks]).toEqual([length, packets, synAcks]);
      // A single byte is not recognised as gzip.
      const problem = `at byte ${length} of the gzip data: cut short in the member that begins at byte 0`;
      if (length > 1 && inflated >= HEADER) expect(inputs[0]?.problems.at(-1)?.message).toBe(problem);
      expect(messagesOf(inputs[0]?.problems)).not.toEqual([]);
    }
  });

  test('when it is damaged in the middle, then the packets before the damage count', async () => {
    const halves = [CAPTURE.subarray(0, HEADER + 30 * RECORD), CAPTURE.subarray(HEADER + 30 * RECORD)];
    const [first, second] = halves.map((half) => gzipSync(half)) as [Buffer, Buffer];
    second.fill(0xff, 10, 20);
    const { inputs, totals } = await read(write(concat(first, second)), reader);
    expect(totals).toMatchObject({ packetsRead: 30, synAcks: 20 });
    expect(messagesOf(inputs[0]?.problems)).toEqual([
      `at byte ${first.length + 10} of the gzip data: found invalid block type, expected deflated data`,
    ]);
  });
});

describe('readSources of gzip', () => {
  test('when its contents are zeros, then it is not a capture, and no more of it is decompressed', async () => {
    const { inputs, totals } = await read(write(gzipSync(new Uint8Array(100 << 20))));
    expect(messagesOf(inputs[0]?.problems)).toEqual([
      expect.stringMatching(
        /^at byte 0 \(in the decompressed data\): found data that begins with the bytes 00000000, expected a pcap/,
      ),
    ]);
    expect(totals.bytesRead).toBeLessThan(1 << 20);
  });

  test.skipIf(!hasShared)(`when it is a real capture, then it has its known rows${SHARED_NOTE}`, async () => {
    const name = 'captures/tcptrace__tcpudp.dmp.gz';
    const { tally, inputs } = await read(sharedPath(name));
    const known = readShared(`${name}.oracle.tsv`).map(
      ({ client_ip = '', server_ip = '', server_port, count }) =>
        [hexOf(client_ip), hexOf(server_ip), server_port, count].join(' '),
    );
    expect(known).toHaveLength(1);
    expect(rowsOf(tally)).toEqual(known);
    expect(inputs[0]).toMatchObject({ format: 'pcap 2.4, gzip', problems: [] });
  });
});
