// `synsum record` as cron runs it: killed at any moment, on a full disk, beside readers, with captures that grow.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { ethernet, ipv4, pcap, tcp } from '../helpers/packets.js';
import { type Result, ROOT, resultOf, start, synsum } from '../helpers/program.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-record-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

/** More of them find more, and take longer: `SYNSUM_KILLS=30` in the nightly run. */
const KILLS = Number(process.env['SYNSUM_KILLS'] ?? 5);
const ROWS = 5_000;
const START = 1_767_225_600;

/** A capture with so many services of 10.0.0.0/16 in one hour, each used once. */
function captureOf(services: number, number: number): Uint8Array {
  const records = Array.from({ length: services }, (_, at) => {
    const payload = tcp({ sourcePort: 1000 + (at & 0xff) });
    const packet = ipv4({ source: `10.${number}.${at >>> 8}.1`, destination: '10.0.0.100', payload });
    return { seconds: START + number * 3600 + (at % 3600), data: ethernet({ payload: packet }) };
  });
  return pcap({ records });
}

function newFolder(): string {
  return fs.mkdtempSync(path.join(FOLDER, 'case-'));
}

function run(args: readonly string[]): Promise<Result> {
  return synsum(['record', '--sensor', 'here', ...args]);
}

async function verified(store: string): Promise<string> {
  const { status, stderr } = await synsum(['history', 'verify', store]);
  expect(status, stderr).toBe(0);
  return stderr;
}

async function servicesOf(sources: readonly string[]): Promise<string> {
  return (await synsum(['services', '-q', '-f', 'csv', ...sources])).stdout;
}

describe('synsum record', () => {
  test('when it says what it did then it is what it did', async () => {
    const store = path.join(newFolder(), 'h.db');
    const [monday, tuesday] = [`${ROOT}samples/monday.pcap`, `${ROOT}samples/tuesday.pcap`];
    expect(await run(['--store', store, monday])).toEqual({
      status: 0,
      stdout: '',
      stderr: `synsum: ${store}: recorded 1 source with 287 SYN-ACKs\n`,
    });
    expect((await run(['--store', store, monday, tuesday])).stderr).toBe(
      `synsum: ${store}: recorded 1 source with 219 SYN-ACKs; 1 was recorded before\n`,
    );
    expect((await run(['--store', store, '-v', monday])).stderr).toContain(`${monday}: recorded before\n`);
  });

  test('when a capture comes again under another name, compressed or through a pipe, then it counts once', async () => {
    const folder = newFolder();
    const store = path.join(folder, 'h.db');
    const bytes = fs.readFileSync(`${ROOT}samples/monday.pcap`);
    fs.writeFileSync(path.join(folder, 'other.pcap'), bytes);
    fs.writeFileSync(path.join(folder, 'monday.pcap.gz'), gzipSync(bytes));
    await run(['--store', store, `${ROOT}samples/monday.pcap`]);
    const again = await run([
      '--store',
      store,
      path.join(folder, 'other.pcap'),
      path.join(folder, 'monday.pcap.gz'),
    ]);
    expect(again.stderr).toContain('recorded 0 sources with 0 SYN-ACKs; 2 were recorded before');
    const piped = await synsum(['record', '--store', store, '-'], { input: bytes });
    expect(piped.stderr).toContain('1 was recorded before');
    expect(await servicesOf([`store:${store}`])).toBe(await servicesOf([`${ROOT}samples/monday.pcap`]));
  });

  test('when a capture grows then only what is new in it is added', async () => {
    const folder = newFolder();
    const [store, file] = [path.join(folder, 'h.db'), path.join(folder, 'growing.pcap')];
    const whole = fs.readFileSync(`${ROOT}samples/office.pcap`);
    for (const share of [0.2, 0.5, 0.501, 1]) {
      fs.writeFileSync(file, whole.subarray(0, Math.floor(whole.length * share)));
      const { status, stderr } = await run(['--store', store, '--settle', '0', '--dir', folder]);
      expect(status, stderr).toBe(share === 1 ? 0 : 3);
      expect(await servicesOf([`store:${store}`])).toBe(await servicesOf([file]));
      await verified(store);
    }
  });

  test('when a capture has grown after its hours were added up then that is reported, and nothing counts twice', async () => {
    const folder = newFolder();
    const [store, file] = [path.join(folder, 'h.db'), path.join(folder, 'growing.pcap')];
    const whole = fs.readFileSync(`${ROOT}samples/office.pcap`);
    fs.writeFileSync(file, whole.subarray(0, whole.length / 2));
    await run(['--store', store, file]);
    await synsum(['history', 'compact', store]);
    const before = await servicesOf([`store:${store}`]);
    fs.writeFileSync(file, whole);
    const { status, stderr } = await run(['--store', store, file]);
    expect(status).toBe(2);
    expect(stderr).toContain('has grown since its hours were added up');
    expect(await servicesOf([`store:${store}`])).toBe(before);
  });

  test(`when it is killed ${KILLS} times and run again then everything is recorded once`, async () => {
    const folder = newFolder();
    const store = path.join(folder, 'h.db');
    const captures = Array.from({ length: 6 }, (_, number) => path.join(folder, `${number}.pcap`));
    for (const [number, capture] of captures.entries()) fs.writeFileSync(capture, captureOf(ROWS, number));
    let duration = 1500;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = start(['record', '--store', store, ...captures]);
      const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * duration);
      const { status } = await resultOf(child);
      clearTimeout(timer);
      duration *= status === null ? 1.1 : 0.8;
      if (fs.existsSync(store) && fs.statSync(store).size > 0) await verified(store);
    }
    expect((await run(['--store', store, ...captures])).status).toBe(0);
    expect(await verified(store)).toContain('SYN-ACKs: 30,000;');
    expect(await servicesOf([`store:${store}`])).toBe(await servicesOf(captures));
  });

  test(`when adding up is killed ${KILLS} times then every answer stays the same`, async () => {
    const folder = newFolder();
    const store = path.join(folder, 'h.db');
    const captures = Array.from({ length: 6 }, (_, number) => path.join(folder, `${number}.pcap`));
    for (const [number, capture] of captures.entries()) fs.writeFileSync(capture, captureOf(ROWS, number));
    await run(['--store', store, ...captures]);
    const answer = await servicesOf([`store:${store}`]);
    let duration = 600;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = start(['history', 'compact', store, '--keep', '0h,0d']);
      const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * duration);
      const { status } = await resultOf(child);
      clearTimeout(timer);
      duration *= status === null ? 1.1 : 0.8;
      await verified(store);
      expect(await servicesOf([`store:${store}`])).toBe(answer);
    }
    expect((await synsum(['history', 'compact', store, '--keep', '0h,0d'])).status).toBe(0);
    expect(await verified(store)).toContain('SYN-ACKs: 30,000;');
    expect(await servicesOf([`store:${store}`])).toBe(answer);
  });

  test('when readers ask all the time then recording continues, and no reader sees half a batch', async () => {
    const folder = newFolder();
    const store = path.join(folder, 'h.db');
    const captures = Array.from({ length: 8 }, (_, number) => path.join(folder, `${number}.pcap`));
    for (const [number, capture] of captures.entries()) fs.writeFileSync(capture, captureOf(ROWS, number));
    await run(['--store', store, captures[0] as string]);
    const recording = run(['--store', store, ...captures]);
    let isOver = false;
    void recording.then(() => {
      isOver = true;
    });
    let questions = 0;
    do {
      const { status, stdout } = await synsum(['services', '-q', '-f', 'csv', `store:${store}`]);
      expect(status).toBe(0);
      expect((stdout.split('\n').length - 2) % ROWS).toBe(0);
      questions += 1;
    } while (!isOver);
    expect((await recording).status).toBe(0);
    expect(questions).toBeGreaterThan(0);
    await verified(store);
  });

  const canMount = process.getuid?.() === 0 && canMountTmpfs();
  test.skipIf(!canMount)(
    'when the disk is full then nothing is half-written, and the next run catches up (needs root to mount a tmpfs)',
    async () => {
      const folder = newFolder();
      const small = path.join(folder, 'small');
      fs.mkdirSync(small);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1M', 'tmpfs', small]);
      try {
        const store = path.join(small, 'h.db');
        const captures = Array.from({ length: 4 }, (_, number) => path.join(folder, `${number}.pcap`));
        for (const [number, capture] of captures.entries())
          fs.writeFileSync(capture, captureOf(ROWS, number));
        const full = await run(['--store', store, ...captures]);
        expect(full.status).toBe(3);
        expect(full.stderr).toContain('the disk is full; nothing of the last batch was recorded');
        await verified(store);
        execFileSync('mount', ['-o', 'remount,size=64M', small]);
        expect((await run(['--store', store, ...captures])).status).toBe(0);
        expect(await verified(store)).toContain('SYN-ACKs: 20,000;');
      } finally {
        execFileSync('umount', [small]);
      }
    },
  );
});

function canMountTmpfs(): boolean {
  const place = fs.mkdtempSync(path.join(FOLDER, 'mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', place], { stdio: 'ignore' });
    execFileSync('umount', [place]);
    return true;
  } catch {
    return false;
  }
}
