// Which files of a folder `synsum check` takes for new captures, and what it says of the others.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ROOT, resultOf, shell, start, synsum } from '../../helpers/program.js';
import { appended, CheckFolder, captureOfHour, SILENT } from './check-folder.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-check-'));
fs.chmodSync(FOLDER, 0o755);
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

const USUAL = { '10.0.0.1:22': 60 };
const FIRST = captureOfHour(0, USUAL);
const SECOND = captureOfHour(1, USUAL);
const WITH_NEW = captureOfHour(1, { ...USUAL, '10.0.0.1:8889': 12 });
const NOBODY = 65_534;
const IS_ROOT = process.getuid?.() === 0;
const PROGRAM = path.join(ROOT, 'dist/bin/synsum.cjs');
const canBeNobody =
  IS_ROOT &&
  spawnSync(process.execPath, [PROGRAM, '--version'], { uid: NOBODY, gid: NOBODY, cwd: '/' }).status === 0;

let folder: CheckFolder;

beforeEach(async () => {
  folder = new CheckFolder(fs.mkdtempSync(path.join(FOLDER, 'test-')));
  folder.add('0.pcap', FIRST);
  await folder.save();
});

/** What is pending in the end, and that it is told once. */
async function pendingAfter(status: number, ...options: string[]): Promise<Record<string, number>> {
  expect((await folder.check(...options)).status).toBe(status);
  expect(await folder.check(...options)).toEqual(SILENT);
  return fs.existsSync(folder.pending) ? folder.services(folder.pending) : {};
}

describe('a file that still grows', () => {
  test('when a capture was written to just now then it is left for the next time', async () => {
    const file = folder.add('1.pcap', WITH_NEW, 5);
    expect(await folder.check()).toEqual(SILENT);
    expect(await folder.check('-v')).toEqual({
      status: 0,
      stdout: '',
      stderr: `synsum: ${file}: left for next time, as it may still grow\n`,
    });
    expect((await folder.check('--settle', '0')).status).toBe(1);
  });

  test('when --settle is longer then so is the wait', async () => {
    folder.add('1.pcap', WITH_NEW, 3500);
    expect(await folder.check('--settle', '3600')).toEqual(SILENT);
    expect((await folder.check('--settle', '3400')).status).toBe(1);
  });

  test.each([
    [3000, 0],
    [86_400, 1],
  ])('when it is %d seconds of the future then the status is %d', async (seconds, status) => {
    folder.add('1.pcap', WITH_NEW, -seconds);
    expect((await folder.check()).status).toBe(status);
  });

  test('when a capture has grown since it was checked then that is reported, and that it counts twice', async () => {
    folder.add('1.pcap', SECOND);
    await folder.check();
    const file = folder.add('1.pcap', appended(SECOND, captureOfHour(2, USUAL)));
    expect(await folder.check()).toEqual({
      status: 0,
      stdout: '',
      stderr: `synsum: ${file}: has grown since it was checked; what it contained then counts twice (see --settle)\n`,
    });
    expect(await folder.check()).toEqual(SILENT);
    expect(await folder.services(folder.pending)).toEqual({ '10.0.0.1:22': 180 });
  });

  test('when it grows while it is left alone then what it was is remembered', async () => {
    folder.add('1.pcap', SECOND);
    await folder.check();
    const grown = appended(SECOND, captureOfHour(2, USUAL));
    folder.add('1.pcap', grown, 5);
    expect(await folder.check()).toEqual(SILENT);
    folder.add('1.pcap', grown);
    expect((await folder.check()).stderr).toContain('has grown');
  });

  test('when tcpdump starts the same file again then it is another capture', async () => {
    folder.add('1.pcap', SECOND);
    await folder.check();
    folder.add('1.pcap', captureOfHour(2, { '10.0.0.1:22': 120 }));
    expect(await folder.check()).toEqual(SILENT);
    expect(await folder.services(folder.pending)).toEqual({ '10.0.0.1:22': 180 });
  });
});

describe('a capture that was counted', () => {
  test('when there is a copy of it, compressed or linked to, then it is counted once', async () => {
    folder.add('1.pcap', WITH_NEW);
    folder.add('1.pcap.gz', gzipSync(WITH_NEW));
    fs.linkSync(path.join(folder.captures, '1.pcap'), path.join(folder.captures, '2.pcap'));
    fs.symlinkSync('1.pcap', path.join(folder.captures, '3.pcap'));
    const { stderr } = await folder.check('-v');
    expect(stderr.match(/counted already/g)).toHaveLength(4);
    expect(await folder.services(folder.pending)).toEqual({ '10.0.0.1:22': 60, '10.0.0.1:8889': 12 });
    // What compresses captures takes the plain ones away.
    fs.rmSync(path.join(folder.captures, '0.pcap'));
    folder.add('0.pcap.gz', gzipSync(FIRST));
    expect(await folder.check()).toEqual(SILENT);
    await folder.check('--update');
    expect(await folder.services()).toEqual({ '10.0.0.1:22': 120, '10.0.0.1:8889': 12 });
  });

  test('when only its owner or name is changed then nothing is reported', async () => {
    const file = folder.add('1.pcap', WITH_NEW);
    await folder.check();
    fs.chmodSync(file, 0o600);
    expect(await folder.check()).toEqual(SILENT);
    fs.renameSync(file, path.join(folder.captures, '2.pcap'));
    expect(await folder.check()).toEqual(SILENT);
    expect(await folder.services(folder.pending)).toMatchObject({ '10.0.0.1:8889': 12 });
  });
});

describe('a capture of which only a part is in the baseline', () => {
  const HALF = '2026-01-01T00:30:00Z';
  const save = async (...options: string[]): Promise<void> => {
    const file = path.join(folder.captures, '0.pcap');
    const args = ['save', '--force', '-q', '-o', folder.baseline, ...options, file];
    expect(await synsum(args)).toEqual(SILENT);
  };
  /** Captures in an inventory, by the time that was counted of them. */
  const partsIn = (file: string): unknown =>
    JSON.parse(fs.readFileSync(file, 'utf8')).captures.map(
      ({ since, until }: { since?: string; until?: string }) => [since?.slice(11, 16), until?.slice(11, 16)],
    );

  test.each<[string, string[], number, unknown]>([
    ['until a time', ['--until', HALF], 30, [['00:30', undefined]]],
    ['since a time', ['--since', HALF], 30, [[undefined, '00:30']]],
    [
      'between two times',
      ['--since', '2026-01-01T00:10:00Z', '--until', HALF],
      20,
      [
        [undefined, '00:10'],
        ['00:30', undefined],
      ],
    ],
    ['from a time on at which it was over', ['--since', '2026-01-01T02:00:00Z'], 0, [[undefined, '02:00']]],
  ])('when it was saved %s then the rest is counted, once', async (_, options, saved, parts) => {
    await save(...options);
    expect((await folder.services())['10.0.0.1:22'] ?? 0).toBe(saved);
    const { status, stderr } = await folder.check('-v');
    expect(status).toBe(saved === 0 ? 1 : 0);
    expect(stderr).toContain('part of it was counted already; the rest is counted now');
    expect(await folder.services(folder.pending)).toEqual({ '10.0.0.1:22': 60 - saved });
    expect(partsIn(folder.pending)).toEqual(parts);
    expect(await folder.check()).toEqual(SILENT);
    // Neither a copy of it nor a lost state makes it count again.
    folder.add('copy.pcap.gz', gzipSync(FIRST));
    fs.rmSync(folder.state);
    expect(await folder.check()).toEqual(SILENT);
    expect((await folder.check('--update')).stderr).toBe('');
    expect(await folder.services()).toEqual({ '10.0.0.1:22': 60 });
    expect(await folder.check()).toEqual(SILENT);
    expect(await folder.services()).toEqual({ '10.0.0.1:22': 60 });
  });

  test('when a run was ended before it removed what it had accepted then no part is counted twice', async () => {
    await save('--until', HALF);
    await folder.check();
    const pending = fs.readFileSync(folder.pending);
    await folder.check('--update');
    fs.writeFileSync(folder.pending, pending);
    expect(await folder.check('--update')).toEqual(SILENT);
    expect(await folder.services()).toEqual({ '10.0.0.1:22': 60 });
  });

  test('when it is cut short then its problems are reported once', async () => {
    folder.add('0.pcap', FIRST.subarray(0, FIRST.length - 10));
    const file = path.join(folder.captures, '0.pcap');
    await synsum(['save', '--force', '-q', '-o', folder.baseline, '--until', HALF, file]);
    const { status, stderr } = await folder.check();
    expect({ status, lines: stderr.split('\n').length }).toEqual({ status: 3, lines: 2 });
    expect(await folder.services(folder.pending)).toEqual({ '10.0.0.1:22': 29 });
  });

  test('when parts of a capture are added up then they must not overlap', async () => {
    const file = path.join(folder.captures, '0.pcap');
    const part = (name: string): string => path.join(folder.place, name);
    await synsum(['save', '--force', '-q', '-o', part('a.json'), '--until', HALF, file]);
    await synsum(['save', '--force', '-q', '-o', part('b.json'), '--since', HALF, file]);
    await synsum(['save', '--force', '-q', '-o', part('c.json'), '--since', '2026-01-01T00:29:00Z', file]);
    const both = ['save', '--force', '-q', '-o', part('all.json'), part('a.json')];
    expect(await synsum([...both, part('b.json')])).toEqual(SILENT);
    expect(await folder.services(part('all.json'))).toEqual({ '10.0.0.1:22': 60 });
    expect(await synsum([...both, part('c.json')])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('c.json: contains the same capture as '),
    });
    expect(await synsum([...both, file])).toMatchObject({ status: 2 });
  });
});

describe('a file that is not a capture', () => {
  test.each([
    ['text', 'notes.txt', 'notes\n', 'found text, expected a pcap or pcapng capture'],
    [
      'cut short in its head',
      'short.pcap',
      FIRST.subarray(0, 20),
      'cut short in the pcap file header: expected 24 bytes',
    ],
    ['compressed and no capture', 'notes.gz', gzipSync('notes\n'), 'found text'],
  ])('when it is %s then that is reported, once', async (_, name, content, message) => {
    const file = folder.add(name, content);
    folder.add('1.pcap', SECOND);
    const { status, stdout, stderr } = await folder.check();
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain(`synsum: ${file}: `);
    expect(stderr).toContain(message);
    expect(await folder.check()).toEqual(SILENT);
    expect(await folder.services(folder.pending)).toEqual(USUAL);
    // Another one by this name is a new one.
    fs.appendFileSync(file, 'more\n');
    fs.utimesSync(file, 1, 1);
    expect((await folder.check()).status).toBe(3);
  });

  test.each([
    ['empty', 'empty.pcap', Buffer.alloc(0)],
    ['compressed and empty', 'empty.gz', gzipSync('')],
  ])(
    'when it is %s then that is noted, once, and the status says nothing of it',
    async (_, name, content) => {
      const file = folder.add(name, content);
      folder.add('1.pcap', SECOND);
      const stderr = `synsum: ${file}: left out: an empty file\n`;
      expect(await folder.check()).toEqual({ ...SILENT, stderr });
      expect(await folder.check()).toEqual(SILENT);
      expect(await folder.services(folder.pending)).toEqual(USUAL);
      // It is read when it is no longer empty.
      folder.add(name, WITH_NEW);
      expect((await folder.check()).status).toBe(1);
    },
  );

  test('when the captures were read before then an empty file is noted too', async () => {
    folder.add('1.pcap', SECOND);
    expect(await folder.check()).toEqual(SILENT);
    const file = folder.add('2.pcap', '');
    expect(await folder.check()).toEqual({ ...SILENT, stderr: `synsum: ${file}: left out: an empty file\n` });
  });

  test('when there are only empty files then the status is 3', async () => {
    fs.rmSync(path.join(folder.captures, '0.pcap'));
    const file = folder.add('empty.pcap', '');
    expect(await folder.check()).toEqual({
      status: 3,
      stdout: '',
      stderr:
        `synsum: ${file}: left out: an empty file\n` +
        `synsum: ${folder.captures}: found an empty file and no capture\n`,
    });
  });

  test('when a capture is cut short then what it has counts, and that is reported once', async () => {
    folder.add('1.pcap', WITH_NEW.subarray(0, WITH_NEW.length - 10));
    const told = await folder.check();
    expect(told).toMatchObject({ status: 3, stdout: expect.stringContaining('+ 8889/tcp') });
    expect(told.stderr).toContain('cut short');
    expect(await folder.check()).toEqual(SILENT);
    expect(await folder.services(folder.pending)).toEqual({ '10.0.0.1:22': 59, '10.0.0.1:8889': 12 });
  });

  test('when it is a saved inventory or a scan, compressed or not, then it is left out', async () => {
    const inventory = path.join(folder.place, 'other.json');
    await synsum(['save', '--force', '-q', '-o', inventory, folder.add('1.pcap', SECOND)]);
    const document = fs.readFileSync(inventory);
    const scan = '<?xml version="1.0"?><nmaprun scanner="nmap" start="1"></nmaprun>';
    for (const [name, content] of [
      ['other.json', document],
      ['other.json.gz', gzipSync(document)],
      ['scan.xml', scan],
    ] as const) {
      folder.add(name, content);
    }
    expect(await pendingAfter(0)).toEqual(USUAL);
    const { stderr } = await folder.check('-v');
    expect(stderr).toContain(`synsum: ${folder.captures}/scan.xml: left out: a document, not a capture\n`);
  });

  test('when the baseline and its files are in the folder then they are left out', async () => {
    const inside = new CheckFolder(fs.mkdtempSync(path.join(FOLDER, 'test-')));
    const baseline = path.join(inside.captures, 'base.json');
    fs.copyFileSync(folder.baseline, baseline);
    inside.add('1.pcap', WITH_NEW);
    const check = ['check', '--baseline', baseline, '--dir', inside.captures, '--settle', '0'];
    expect((await synsum(check)).status).toBe(1);
    expect(await synsum(check)).toEqual(SILENT);
    expect((await synsum([...check, '--update'])).status).toBe(1);
    expect(await synsum(check)).toEqual(SILENT);
    expect(fs.readdirSync(inside.captures).sort()).toEqual(['1.pcap', 'base.json', 'base.json.state']);
  });

  test('when there are folders, pipes, hidden files and links to nothing then the others are read', async () => {
    fs.mkdirSync(path.join(folder.captures, 'deep'));
    fs.writeFileSync(path.join(folder.captures, 'deep', '2.pcap'), WITH_NEW);
    spawnSync('mkfifo', [path.join(folder.captures, 'pipe.pcap')]);
    folder.add('.3.pcap.Xk3f', 'half a copy');
    fs.symlinkSync('nothing', path.join(folder.captures, 'link.pcap'));
    fs.symlinkSync('loop.pcap', path.join(folder.captures, 'loop.pcap'));
    folder.add('1.pcap', SECOND);
    expect(await folder.check()).toEqual({
      status: 3,
      stdout: '',
      stderr:
        `synsum: ${folder.captures}/link.pcap: no such file\n` +
        `synsum: ${folder.captures}/loop.pcap: too many symbolic links\n`,
    });
    expect(await folder.check()).toEqual(SILENT);
    expect(await folder.services(folder.pending)).toEqual(USUAL);
  });

  const cannotTry = IS_ROOT && !canBeNobody;
  test.skipIf(cannotTry)(
    `when a file must not be read then that is reported once, and it is read when it may${cannotTry ? ' (skipped: only root may read the program here)' : ''}`,
    async () => {
      const file = folder.add('1.pcap', WITH_NEW);
      fs.chmodSync(file, 0);
      fs.chmodSync(folder.place, 0o777);
      const asNobody = async (): Promise<unknown> => {
        const options = IS_ROOT ? { uid: NOBODY, gid: NOBODY } : {};
        const args = [PROGRAM, 'check', '--baseline', folder.baseline, '--dir', folder.captures];
        const { status, stdout, stderr } = spawnSync(process.execPath, args, {
          ...options,
          cwd: '/',
          encoding: 'utf8',
          env: { XDG_CONFIG_HOME: '/nonexistent' },
        });
        return { status, stdout, stderr };
      };
      const stderr = `synsum: ${file}: permission denied\n`;
      expect(await asNobody()).toEqual({ status: 3, stdout: '', stderr });
      expect(await asNobody()).toEqual(SILENT);
      fs.chmodSync(file, 0o644);
      expect(await asNobody()).toMatchObject({ status: 1, stdout: expect.stringContaining('+ 8889/tcp') });
      // A folder that may be listed, and no more.
      fs.chmodSync(folder.captures, 0o444);
      const told = [await asNobody(), await asNobody()];
      fs.chmodSync(folder.captures, 0o755);
      expect(told).toEqual([expect.objectContaining({ status: 3, stdout: '' }), SILENT]);
    },
  );

  test('when there is no such folder then that is wrong usage', async () => {
    fs.rmSync(folder.captures, { recursive: true });
    const { status, stdout, stderr } = await folder.check();
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^synsum: --dir .*no such directory/);
  });
});

describe('a name', () => {
  test('when it has control characters in it then they are shown by number', async () => {
    const file = folder.add('\u001b[2J\n.pcap', 'no capture');
    const { status, stderr } = await folder.check('-v');
    expect(status).toBe(3);
    expect(stderr).toContain(`${folder.captures}/\\u{1b}[2J\\u{a}.pcap: `);
    fs.writeFileSync(file, WITH_NEW);
    fs.utimesSync(file, 1, 1);
    expect(await folder.check()).toMatchObject({ status: 1, stderr: '' });
    const remembered = [folder.state, folder.pending].map((name) => fs.readFileSync(name, 'utf8')).join('');
    expect(remembered).toContain('\\u001b[2J\\n.pcap');
    expect(remembered).not.toContain('\u001b');
    expect(await folder.check()).toEqual(SILENT);
  });

  test('when it is not UTF-8 then it is reported once that there is a file that cannot be found', async () => {
    fs.writeFileSync(Buffer.from(`${folder.captures}/b\xfcro.pcap`, 'latin1'), WITH_NEW);
    const stderr = `synsum: ${folder.captures}/b\ufffdro.pcap: no such file\n`;
    expect(await folder.check()).toEqual({ status: 3, stdout: '', stderr });
    expect(await folder.check()).toEqual(SILENT);
  });

  test('when it is - then it is a file, and not standard input', async () => {
    folder.add('-', WITH_NEW);
    const check = `cd '${folder.captures}' && synsum check --baseline '${folder.baseline}' --dir .`;
    expect(await shell(check)).toMatchObject({ status: 1, stderr: '' });
    expect(await shell(check)).toEqual(SILENT);
  });
});

describe('a signal', () => {
  test('when it ends a run then what was read is reported, and the next run reads the rest', async () => {
    for (let hour = 1; hour < 200; hour++) folder.add(`${hour}.pcap`, captureOfHour(hour, USUAL));
    const child = start(['check', '--baseline', folder.baseline, '--dir', folder.captures, '-v']);
    setTimeout(() => child.kill('SIGTERM'), 250);
    const { status, stdout } = await resultOf(child);
    if (status !== null) expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(await folder.check()).toEqual(SILENT);
    await folder.check('--update');
    expect(await folder.services()).toEqual({ '10.0.0.1:22': 200 * 60 });
  });
});
