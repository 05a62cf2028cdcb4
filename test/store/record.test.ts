// `synsum record` as cron runs it: killed at any moment, on a full disk, beside readers, with captures that grow.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { ethernet, ipv4, pcap, tcp } from '../helpers/packets.js';
import { type Result, ROOT, resultOf, start, synsum } from '../helpers/program.js';
import { CAN_MOUNT, fill, resize, withTmpfs } from '../helpers/tmpfs.js';

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

/** A capture with handshakes and their data, which ends in the middle of some. */
function captureWithData(): Uint8Array {
  return fs.readFileSync(`${ROOT}test/captures/cases__01-clean.full.pcap`);
}

function cut(bytes: Uint8Array, to: number, from = 0): Uint8Array {
  return bytes.subarray(Math.floor(bytes.length * from), Math.floor(bytes.length * to));
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

async function synAcksIn(source: string): Promise<number> {
  const { stdout } = await synsum(['-q', source]);
  return stdout.split('\n').reduce((sum, line) => sum + Number(line.slice(0, 8)), 0);
}

/** SYN-ACKs by client, server and service, as classic lines. */
async function clientsOf(source: string): Promise<string> {
  return (await synsum(['-q', source])).stdout;
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

  test('when captures of a folder may still grow, then the sum says how many were left', async () => {
    const folder = newFolder();
    const store = path.join(folder, 'h.db');
    for (const [count, text] of [
      '1 was left for next time, as it',
      '2 were left for next time, as they',
    ].entries()) {
      fs.copyFileSync(`${ROOT}samples/monday.pcap`, path.join(folder, `${count}.pcap`));
      const { status, stderr } = await run(['--store', store, '--dir', folder]);
      expect(status).toBe(0);
      expect(stderr).toContain(`recorded 0 sources with 0 SYN-ACKs; ${text} may still grow`);
    }
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

  const whole = fs.readFileSync(`${ROOT}samples/office.pcap`);
  const conversation = captureWithData();
  const pcapng = path.join(FOLDER, 'office.pcapng');
  execFileSync('editcap', ['-F', 'pcapng', `${ROOT}samples/office.pcap`, pcapng]);
  const forms = {
    pcap: (share: number) => cut(whole, share),
    pcapng: (share: number) => cut(fs.readFileSync(pcapng), share),
    'pcap with data': (share: number) => cut(conversation, share),
    // As when each part was compressed and appended.
    gzip: (share: number) =>
      Buffer.concat([gzipSync(cut(whole, 0.5)), ...(share > 0.5 ? [gzipSync(cut(whole, share, 0.5))] : [])]),
    'a capture shorter than its name': (share: number) =>
      whole.subarray(0, share === 1 ? whole.length : share === 0.5 ? 110 : 400),
  };
  const upkeep = { compacted: ['compact', '--keep', '0h,0d'], pruned: ['prune', '--until', '2040-01-01'] };
  const cases = Object.entries(forms).flatMap(([form, at]) =>
    Object.entries(upkeep).map(([state, args]) => ({ form, state, at, args })),
  );
  test.each(cases)(
    'when $form has grown after it was $state then only what is new in it is recorded',
    async ({ at, state, args }) => {
      const folder = newFolder();
      const [store, file] = [path.join(folder, 'h.db'), path.join(folder, 'growing')];
      let counted = 0;
      for (const share of [0.5, 0.75, 1]) {
        fs.writeFileSync(file, at(share));
        const { stderr } = await run(['--store', store, file]);
        expect(stderr).toContain(share === 0.5 ? 'recorded 1 source' : '; 1 of them had grown');
        const synAcks = await synAcksIn(file);
        const expected = state === 'pruned' ? synAcks - counted : synAcks;
        expect(await synAcksIn(`store:${store}`)).toBe(expected);
        if (state === 'compacted') expect(await clientsOf(`store:${store}`)).toBe(await clientsOf(file));
        counted = synAcks;
        await verified(store);
        expect((await synsum(['history', args[0] as string, store, ...args.slice(1)])).status).toBe(0);
        await verified(store);
      }
      // Under another name, it is known as a whole.
      const renamed = path.join(folder, 'renamed');
      fs.renameSync(file, renamed);
      expect((await run(['--store', store, renamed])).stderr).toContain(
        'recorded 0 sources with 0 SYN-ACKs; 1 was recorded before',
      );
    },
  );

  test('when a capture has grown and was renamed then it replaces what it was', async () => {
    const folder = newFolder();
    const [store, file] = [path.join(folder, 'h.db'), path.join(folder, 'growing.pcap')];
    fs.writeFileSync(file, cut(conversation, 0.5));
    await run(['--store', store, file]);
    fs.writeFileSync(`${file}.1`, conversation);
    await run(['--store', store, `${file}.1`]);
    expect(await servicesOf([`store:${store}`])).toBe(await servicesOf([`${file}.1`]));
    await verified(store);
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

  test('when a reader holds its snapshot then recorders, compaction and pruning do not wait for it', async () => {
    const folder = newFolder();
    const store = path.join(folder, 'h.db');
    const captures = Array.from({ length: 3 }, (_, number) => path.join(folder, `${number}.pcap`));
    for (const [number, capture] of captures.entries()) fs.writeFileSync(capture, captureOf(ROWS, number));
    await run(['--store', store, ...captures.slice(0, 2)]);
    // An export that nobody reads: it has begun, and cannot end.
    const reader = start(['history', 'export', store, '-f', 'csv']);
    await once(reader.stdout, 'readable');
    const began = Date.now();
    expect((await run(['--store', store, ...captures])).status).toBe(0);
    for (const args of [
      ['compact', '--keep', '0h,0d'],
      ['prune', '--max-size', '200K'],
      ['prune', '--until', '2040-01-01'],
    ]) {
      const { status, stderr } = await synsum(['history', args[0] as string, store, ...args.slice(1)]);
      expect(status, stderr).toBe(0);
    }
    // SQLite would wait for a minute each time.
    expect(Date.now() - began).toBeLessThan(60_000);
    expect(reader.exitCode).toBeNull();
    const exported = await resultOf(reader);
    expect(exported.status, exported.stderr).toBe(0);
    expect(exported.stdout.split('\n')).toHaveLength(2 * ROWS + 2);
    await verified(store);
    expect((await synsum(['history', 'compact', store])).status).toBe(0);
    expect(await verified(store)).toContain('rows: 0');
  });

  test.skipIf(!CAN_MOUNT)(
    'when the disk is full then nothing is half-written, and the next run catches up (needs root to mount a tmpfs)',
    () =>
      withTmpfs('1M', async (small) => {
        const folder = newFolder();
        const store = path.join(small, 'h.db');
        const captures = Array.from({ length: 4 }, (_, number) => path.join(folder, `${number}.pcap`));
        for (const [number, capture] of captures.entries())
          fs.writeFileSync(capture, captureOf(ROWS, number));
        const full = await run(['--store', store, ...captures]);
        expect(full.status).toBe(3);
        expect(full.stderr).toContain('the disk is full; the last change was undone');
        await verified(store);
        const filling = fill(small);
        for (const args of [
          ['record', '--store', store, captures[3] as string],
          ['record', '--store', path.join(small, 'new.db'), captures[0] as string],
          ['history', 'compact', store, '--keep', '0h,0d'],
          ['history', 'prune', store, '--max-size', '1K'],
        ]) {
          const { status, stderr } = await synsum(args);
          expect(status, stderr).toBe(3);
          expect(stderr).toContain('the disk is full; the last change was undone');
          await verified(store);
        }
        fs.rmSync(filling);
        resize(small, '64M');
        expect((await run(['--store', store, ...captures])).status).toBe(0);
        expect(await verified(store)).toContain('SYN-ACKs: 20,000;');
      }),
  );
});
