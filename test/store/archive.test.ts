// The captures in tar archives are recorded once each, whether they come alone or in an archive first.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { type Result, ROOT, synsum } from '../helpers/program.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-archive-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

const NAMES = ['--names', `${ROOT}samples/hosts.yaml`];
const [OFFICE, MONDAY, TUESDAY] = ['office', 'monday', 'tuesday'].map(
  (name) => `${ROOT}samples/${name}.pcap`,
) as [string, string, string];

function archiveOf(name: string, ...files: readonly string[]): string {
  const archive = path.join(FOLDER, name);
  execFileSync('tar', ['-C', `${ROOT}samples`, '-cf', archive, ...files.map((file) => path.basename(file))]);
  return archive;
}

function record(store: string, sources: readonly string[], input?: Uint8Array): Promise<Result> {
  return synsum(
    ['record', '--sensor', 'here', '--store', store, ...NAMES, ...sources],
    input === undefined ? {} : { input },
  );
}

async function servicesOf(...sources: string[]): Promise<string> {
  return (await synsum(['services', '-q', '-f', 'csv', ...NAMES, ...sources])).stdout;
}

describe('a tar archive', () => {
  test('when its captures come alone too then each counts once, in any order', async () => {
    const two = archiveOf('two.tar', MONDAY, TUESDAY);
    const three = archiveOf('three.tar', OFFICE, MONDAY, TUESDAY, `${ROOT}samples/hosts.yaml`);
    const orders = [
      [two, MONDAY, three, TUESDAY],
      [MONDAY, two, two, OFFICE, three],
      [three, two, MONDAY],
      [TUESDAY, three],
    ];
    for (const [number, order] of orders.entries()) {
      const store = path.join(FOLDER, `${number}.db`);
      for (const source of order) {
        const { status, stderr } = await record(store, [source]);
        expect(status, stderr).toBe(0);
      }
      expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(OFFICE, MONDAY, TUESDAY));
      expect((await synsum(['history', 'verify', store])).stderr).toContain('SYN-ACKs: 12,598;');
      const captures = await synsum(['history', 'captures', store, '-f', 'csv']);
      expect(captures.stdout.trim().split('\n')).toHaveLength(4);
    }
  });

  test('when a capture continues the one before it then SYN-ACKs that were sent again are recognised', async () => {
    const bytes = fs.readFileSync(MONDAY);
    let last = 24;
    for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) last = at;
    const again = Buffer.from(bytes.subarray(last));
    again.writeUInt32LE(again.readUInt32LE(0) + 1, 0);
    const [one, two] = ['1.pcap', '2.pcap'].map((name) => path.join(FOLDER, name)) as [string, string];
    fs.writeFileSync(one, bytes);
    fs.writeFileSync(two, Buffer.concat([bytes.subarray(0, 24), again]));
    const archive = path.join(FOLDER, 'rotated.tar');
    execFileSync('tar', ['-C', FOLDER, '-cf', archive, '1.pcap', '2.pcap']);
    const store = path.join(FOLDER, 'rotated.db');
    await record(store, [archive]);
    const evidence = async (...sources: string[]): Promise<string> =>
      (await synsum(['-q', '--evidence', '-f', 'csv', ...NAMES, ...sources])).stdout;
    const rows = await evidence(one, two);
    expect(await evidence(`store:${store}`)).toBe(rows);
    const resent = (text: string): number => {
      const [head = '', ...lines] = text.trim().split('\n');
      const at = head.split(',').indexOf('resent');
      return lines.reduce((sum, line) => sum + Number(line.split(',')[at]), 0);
    };
    expect(resent(rows)).toBe(resent(await evidence(one)) + 1);
  });

  test('when it comes again, compressed or through a pipe, then nothing is recorded, and the file is remembered', async () => {
    const store = path.join(FOLDER, 'again.db');
    const archive = archiveOf('again.tar', MONDAY, TUESDAY);
    const compressed = path.join(FOLDER, 'again.tar.gz');
    fs.writeFileSync(compressed, gzipSync(fs.readFileSync(archive)));
    await record(store, [archive]);
    for (const [sources, input] of [
      [[compressed]],
      [['-'], fs.readFileSync(archive)],
      [[compressed]],
    ] as const) {
      const { status, stderr } = await record(store, sources, input);
      expect(status, stderr).toBe(0);
      expect(stderr).toContain('recorded 0 sources with 0 SYN-ACKs; 1 was recorded before');
    }
    expect((await record(store, [compressed])).stderr).not.toContain('left out');
    expect((await synsum(['history', 'verify', store])).stderr).toContain('recorded sources: 1, ');
  });

  test('when it has a capture twice then that counts once', async () => {
    const store = path.join(FOLDER, 'twice.db');
    const folder = fs.mkdtempSync(path.join(FOLDER, 'twice-'));
    for (const name of ['a.pcap', 'b.pcap']) fs.copyFileSync(MONDAY, path.join(folder, name));
    const archive = path.join(FOLDER, 'twice.tar');
    execFileSync('tar', ['-C', folder, '-cf', archive, 'a.pcap', 'b.pcap']);
    const { status, stderr } = await record(store, [archive]);
    expect(status).toBe(0);
    expect(stderr).toContain('left out "b.pcap": it was recorded before');
    expect(stderr).toContain('recorded 1 source with 287 SYN-ACKs');
  });

  test('when the beginning of a capture in it was recorded then it is left out with a problem', async () => {
    for (const isCompacted of [false, true]) {
      const store = path.join(FOLDER, `grown-${isCompacted}.db`);
      const beginning = path.join(FOLDER, 'beginning.pcap');
      fs.writeFileSync(beginning, fs.readFileSync(MONDAY).subarray(0, 24 + 84 * 100));
      await record(store, [beginning]);
      if (isCompacted) await synsum(['history', 'compact', store, '--keep', '0h,0d']);
      const { status, stderr } = await record(store, [archiveOf('grown.tar', MONDAY, TUESDAY)]);
      expect(status).toBe(3);
      expect(stderr).toContain(
        'in "monday.pcap": left out, as it has grown since its beginning was recorded',
      );
      expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(beginning, TUESDAY));
      expect((await record(store, [MONDAY])).status).toBe(0);
      expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(MONDAY, TUESDAY));
    }
  });
});
