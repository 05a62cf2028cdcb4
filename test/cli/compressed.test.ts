// Compressed captures as users have them: files, pipes, damage, signals; and what they cost.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPRESSORS, gzip, PROGRAMS, titled, zstd } from '../capture/compressed/compressors.js';
import { ethernet, pcap } from '../helpers/packets.js';
import { type Result, ROOT, resultOf, shell, start, synsum } from '../helpers/program.js';

const OFFICE = readFileSync(path.join(ROOT, 'samples/office.pcap'));
const HEADER = 24;
const RECORD = 16 + 68;
const IS_LINUX = process.platform === 'linux';
const LINUX_NOTE = IS_LINUX ? '' : ' (skipped: needs Linux)';
const HOSTS = ['--hosts', 'samples/hosts.yaml'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

function count(file: string, ...args: string[]): Promise<Result> {
  return synsum([file, '--by', 'service', ...HOSTS, ...args]);
}

describe.each(titled(COMPRESSORS))('a capture compressed with %s', (_title, { name, isHere, compress }) => {
  test.skipIf(!isHere)('when it is a file then it is read like a plain one', async () => {
    const plain = await count(write('plain', OFFICE));
    const packed = await count(write('packed', compress(OFFICE)));
    expect(plain.status).toBe(0);
    expect(packed).toEqual(plain);
  });

  test.skipIf(!isHere)('when it comes through pipes then likewise', async () => {
    const file = write('piped', compress(OFFICE));
    const plain = await count(write('plain', OFFICE), '-q');
    const args = `-q --by service ${HOSTS.join(' ')}`;
    for (const script of [
      `cat '${file}' | synsum - ${args}`,
      `synsum - ${args} < '${file}'`,
      `synsum <(cat '${file}') ${args}`,
    ]) {
      expect([script, await shell(script)]).toEqual([script, plain]);
    }
  });

  test.skipIf(!isHere)('when it is asked for then the compression is named', async () => {
    const { stderr } = await count(write('told', compress(OFFICE)), '-v');
    expect(stderr).toContain(`told: pcap 2.4, ${name}, `);
  });

  test.skipIf(!isHere)('when it is cut then what was there is counted, and the status is 3', async () => {
    const large = Buffer.concat([OFFICE, ...Array<Buffer>(4).fill(OFFICE.subarray(HEADER))]);
    const packed = compress(large);
    const { status, stderr } = await count(write('cut', packed.subarray(0, packed.length - 20)));
    expect(status).toBe(3);
    expect(stderr).toMatch(new RegExp(`cut: .*${name}.*\n`));
    expect(Number(/packets: ([\d,]+)/.exec(stderr)?.[1]?.replaceAll(',', ''))).toBeGreaterThan(1000);
  });
});

describe('a compressed capture that cannot be read', () => {
  test('when it holds zeros then it is refused, with status 2', async () => {
    const { status, stdout, stderr } = await count(write('zeros', gzipSync(new Uint8Array(100 << 20))));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(
      'at byte 0 (in the decompressed data): found data that begins with the bytes 00000000',
    );
  });

  const others = PROGRAMS.filter((program) => program !== zstd);
  test.skipIf(!others.some(({ isHere }) => isHere))(
    'when the program for it is missing then the message names the package, with status 2',
    async () => {
      for (const { name, compress } of others.filter(({ isHere }) => isHere)) {
        const file = write('missing', compress(OFFICE));
        const { status, stdout, stderr } = await synsum([file], { env: { PATH: '/nonexistent' } });
        expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
        expect(stderr).toContain(`but no program ${name} to decompress it; install the package ${name}`);
      }
    },
  );

  test.skipIf(!zstd.isHere)(
    `when the program zstd is missing then its data are read anyway${zstd.note}`,
    async () => {
      const file = write('fallback', zstd.compress(OFFICE));
      expect(await synsum([file, ...HOSTS], { env: { PATH: '/nonexistent' } })).toEqual(
        await synsum([file, ...HOSTS]),
      );
    },
  );

  test('when a program complains in colours then they do not reach the terminal', async () => {
    writeFileSync(path.join(folder, 'xz'), '#!/bin/sh\nprintf "\\033[31mred\\n" >&2; exit 1\n', {
      mode: 0o755,
    });
    const file = write('red', Buffer.from('fd377a585a000000', 'hex'));
    const { status, stderr } = await synsum([file], { env: { PATH: `${folder}:${process.env['PATH']}` } });
    expect(status).toBe(2);
    expect(stderr).toContain('xz says: \\u{1b}[31mred\n');
  });
});

describe('a stream of compressed data', () => {
  /** Records that compression does not shorten: when they are written, what came before has come out of every program. */
  const INCOMPRESSIBLE = pcap({
    records: Array.from({ length: 140 }, () => ({
      data: ethernet({ type: 0x0806, payload: randomBytes(60_000) }),
    })),
  }).subarray(HEADER);
  const LARGE = Buffer.concat([OFFICE, ...Array<Buffer>(4).fill(OFFICE.subarray(HEADER))]);

  test.each(titled(COMPRESSORS.filter(({ isHere }) => isHere)))(
    'when SIGINT ends %s while it is silent then the summary so far is printed and all is well',
    async (_title, { compress }) => {
      const child = start(['-', '--by', 'port', ...HOSTS]);
      const result = resultOf(child);
      child.stdin.on('error', () => {});
      const packed = compress(Buffer.concat([LARGE, INCOMPRESSIBLE]));
      await new Promise((resolve) => child.stdin.write(packed.subarray(0, packed.length - 10), resolve));
      child.kill('SIGINT');
      const { status, stderr } = await result;
      expect({ status, stderr }).toEqual({
        status: 0,
        stderr: expect.stringMatching(/^synsum: packets: [\d,]+, .*\n$/),
      });
      expect(Number(/packets: ([\d,]+)/.exec(stderr)?.[1]?.replaceAll(',', ''))).toBeGreaterThan(1000);
    },
  );

  test('when nobody wants more of the output then that is not a fault', async () => {
    const file = write('head', gzip.compress(LARGE));
    const { status, stdout, stderr } = await shell(`synsum -q '${file}' -n | head -n 1`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')).toHaveLength(2);
  });
});

describe('the cost', () => {
  const MEGABYTES = 400;
  const MAX_KILOBYTES = 200_000;

  /** A capture of that size, piece by piece: the same records again and again. */
  function* largeCapture(): Generator<Buffer> {
    yield OFFICE.subarray(0, HEADER);
    const records = OFFICE.subarray(HEADER, HEADER + 1000 * RECORD);
    const piece = Buffer.concat(Array<Buffer>(50).fill(records));
    for (let length = 0; length < MEGABYTES << 20; length += piece.length) yield piece;
  }

  /** Runs the program with a script in it that writes down, at the end, what this expression is then. */
  async function runWith(
    expression: string,
    args: readonly string[],
  ): Promise<{ result: Result; value: unknown }> {
    const report = path.join(folder, 'report.json');
    const writing = `require('fs').writeFileSync(${JSON.stringify(report)}, JSON.stringify(${expression}))`;
    const script = write('report.cjs', Buffer.from(`process.on('exit', () => ${writing});`));
    const result = await synsum(args, { env: { NODE_OPTIONS: `--require ${script}` } });
    return { result, value: JSON.parse(readFileSync(report, 'utf8')) };
  }

  /** The most memory that the program has had, in kilobytes, by the system's own account. */
  async function peakMemory(file: string): Promise<number> {
    const peak = "Number(/VmHWM:\\s*(\\d+) kB/.exec(require('fs').readFileSync('/proc/self/status'))[1])";
    const { result, value } = await runWith(peak, [file, '-q', ...HOSTS]);
    expect(result).toMatchObject({ status: 0, stderr: '' });
    return Number(value);
  }

  test.skipIf(!IS_LINUX)(
    `when gzip has hundreds of megabytes in it then memory does not grow with them${LINUX_NOTE}`,
    async () => {
      const file = path.join(folder, 'large.gz');
      await pipeline(Readable.from(largeCapture()), createGzip({ level: 1 }), createWriteStream(file));
      expect(await peakMemory(file)).toBeLessThan(MAX_KILOBYTES);
    },
  );

  test.skipIf(!IS_LINUX || !zstd.isHere)(
    `when zstd has hundreds of megabytes in it then memory does not grow with them${LINUX_NOTE || zstd.note}`,
    async () => {
      const file = path.join(folder, 'large.zst');
      const child = spawn('zstd', ['-1', '-q', '-o', file], { stdio: ['pipe', 'inherit', 'inherit'] });
      const end = once(child, 'close');
      await pipeline(Readable.from(largeCapture()), child.stdin as NodeJS.WritableStream);
      await end;
      expect(await peakMemory(file)).toBeLessThan(MAX_KILOBYTES);
    },
  );

  test('when nothing is compressed then nothing is loaded for it', async () => {
    const modules = 'process.moduleLoadList';
    const plain = await runWith(modules, [write('plain', OFFICE), '-q', ...HOSTS]);
    const packed = await runWith(modules, [write('packed', gzipSync(OFFICE)), '-q', ...HOSTS]);
    expect(packed.result).toEqual(plain.result);
    expect(packed.value).toContain('NativeModule zlib');
    expect(plain.value).not.toContain('NativeModule zlib');
  });
});
