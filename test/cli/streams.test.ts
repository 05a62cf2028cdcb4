// Live streams and closed pipes: real processes, real signals.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ROOT, resultOf, shell, start } from '../helpers/program.js';

const OFFICE = readFileSync(path.join(ROOT, 'samples/office.pcap'));
const HEADER = 24;
const RECORD = 16 + 68;
const HOSTS = ['--hosts', 'samples/hosts.yaml'];

/** Ample time for the program to start and to take what the kernel holds for it. */
const SETTLE_MILLISECONDS = 3000;

/** Writes some bytes and leaves the pipe open; the program has taken them when the promise settles. */
async function feed(child: ReturnType<typeof start>, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => child.stdin.write(bytes, () => resolve()));
  // The kernel has them; how soon the program has cannot be seen from outside.
  await sleep(SETTLE_MILLISECONDS);
}

describe('a stream', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`when ${signal} ends it while it is silent, then the summary so far is printed and all is well`, async () => {
      const child = start(['-', '--by', 'port', ...HOSTS]);
      const result = resultOf(child);
      child.stdin.on('error', () => {});
      // Ten packets and a half.
      await feed(child, OFFICE.subarray(0, HEADER + 10 * RECORD + 40));
      child.kill(signal);
      const { status, stdout, stderr } = await result;
      const total = stdout.split('\n').reduce((sum, line) => sum + Number(line.trim().split(/ +/)[0]), 0);
      expect({ status, total }).toEqual({ status: 0, total: 10 });
      expect(stderr).toMatch(/^synsum: packets: 10, SYN-ACKs: 10, .*\n$/);
    });
  }

  test('when pcap-parser reads it and a signal ends it, then likewise', async () => {
    const child = start(['-', '--by', 'port', '--reader', 'pcap-parser', ...HOSTS]);
    const result = resultOf(child);
    child.stdin.on('error', () => {});
    await feed(child, OFFICE.subarray(0, HEADER + 10 * RECORD + 40));
    child.kill('SIGINT');
    const { status, stderr } = await result;
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('SYN-ACKs: 10, ') });
  });

  test('when it comes in single bytes, then it is the same capture', async () => {
    const child = start(['-', '--by', 'port', '-q', ...HOSTS]);
    const result = resultOf(child);
    for (const byte of OFFICE.subarray(0, HEADER + 3 * RECORD)) {
      await new Promise<void>((resolve) => child.stdin.write(Uint8Array.of(byte), () => resolve()));
    }
    child.stdin.end();
    const { status, stdout } = await result;
    expect(status).toBe(0);
    expect(stdout.match(/^ *\d+ +\d+$/gm)?.reduce((sum, line) => sum + Number.parseInt(line, 10), 0)).toBe(3);
  });

  test('when a signal comes before anything else, then there is nothing to print and all is well', async () => {
    const child = start(['-', ...HOSTS]);
    const result = resultOf(child);
    child.stdin.on('error', () => {});
    await sleep(SETTLE_MILLISECONDS);
    child.kill('SIGINT');
    expect(await result).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe('a pipe whose reader goes away', () => {
  test('when head has seen enough, then that is success', async () => {
    const script = `synsum -q -f lines samples/office.pcap ${HOSTS.join(' ')} | head -1; echo "\${PIPESTATUS[0]}"`;
    expect(await shell(script)).toEqual({
      status: 0,
      stdout: '_               minnie                http\n0\n',
      stderr: '',
    });
  });

  test('when standard error is closed too, then it is still success', async () => {
    const { stdout } = await shell(
      'synsum samples/office.pcap 2>&1 >/dev/null | true; echo "${PIPESTATUS[0]}"',
    );
    expect(stdout).toBe('0\n');
  });
});
