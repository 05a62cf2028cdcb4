// A flood of forged addresses makes very many rows, each with machines of its own. The program must stay
// small, whatever the options.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, synsum } from '../../helpers/program.js';

const IS_LINUX = process.platform === 'linux';
const LINUX_NOTE = IS_LINUX ? '' : ' (skipped: needs Linux)';

const ROWS = 250_000;
/**
 * One and a half times what the program needs. With objects and strings for each row and machine, it needed
 * 300,000 to 480,000.
 */
const MAX_KILOBYTES = 200_000;

const HEADER_LENGTH = 24;
const RECORD_LENGTH = 16 + 68;
/** Offsets in a record of the sample, which has IPv4 over Ethernet. */
const FIELD = { source: 16 + 14 + 12, destination: 16 + 14 + 16, port: 16 + 14 + 20 } as const;

let folder: string;
let capture: string;
let reporter: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
  capture = path.join(folder, 'flood.pcap');
  const sample = readFileSync(path.join(ROOT, 'samples/office.pcap'));
  const record = sample.subarray(HEADER_LENGTH, HEADER_LENGTH + RECORD_LENGTH);
  const bytes = Buffer.alloc(HEADER_LENGTH + ROWS * RECORD_LENGTH, record);
  bytes.fill(record, HEADER_LENGTH);
  sample.copy(bytes, 0, 0, HEADER_LENGTH);
  for (let row = 0; row < ROWS; row++) {
    const at = HEADER_LENGTH + row * RECORD_LENGTH;
    // An odd factor turns different numbers into different numbers.
    bytes.writeUInt32BE(Math.imul(row, 0x9e3779b1) >>> 0, at + FIELD.source);
    bytes.writeUInt32BE(Math.imul(row, 0x85ebca6b) >>> 0, at + FIELD.destination);
    bytes.writeUInt16BE(row % 65_536, at + FIELD.port);
  }
  writeFileSync(capture, bytes);
  reporter = path.join(folder, 'reporter.cjs');
  const peak = "/VmHWM:\\s*(\\d+) kB/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]";
  const report = path.join(folder, 'peak');
  writeFileSync(
    reporter,
    `const fs = require('fs'); process.on('exit', () => fs.writeFileSync(${JSON.stringify(report)}, ${peak}));`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(!IS_LINUX).each([
  [[], ROWS],
  [['--sort', 'count'], ROWS],
  [['-f', 'csv', '-n'], ROWS + 1],
  [['-f', 'ndjson'], ROWS + 1],
])(
  `when there are very many rows and the options are %j then memory stays small${LINUX_NOTE}`,
  async (options, lines) => {
    const { status, stdout } = await synsum([capture, '--remote', '-q', ...options], {
      env: { NODE_OPTIONS: `--require ${reporter}` },
    });
    expect([status, stdout.split('\n').length - 1]).toEqual([0, lines]);
    expect(Number(readFileSync(path.join(folder, 'peak'), 'utf8'))).toBeLessThan(MAX_KILOBYTES);
  },
);
