// `synsum save` as users run it: what it writes is all that was read, and no failure costs what was there before.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { feed } from '../../helpers/filler.js';
import {
  HAS_PROC,
  type Result,
  ROOT,
  resultOf,
  shell,
  start,
  synsum,
  untilHandlingSignals,
} from '../../helpers/program.js';
import { parseTsv } from '../../helpers/shared.js';
import { HOSTS, MONDAY, makeFolder, sampleOf, TUESDAY } from '../office.js';

const { folder, write } = makeFolder();
const CAPTURES = path.join(ROOT, 'test/captures');
const [MON, TUE] = ['mon.pcap', 'tue.pcap'];
write(MON, MONDAY);
write(TUE, TUESDAY);
const file = (name: string): string => path.join(folder, name);
const textOf = (name: string): string => readFileSync(file(name), 'utf8');

function save(...args: string[]): Promise<Result> {
  return synsum(['save', '--force', ...HOSTS, ...args], { cwd: folder });
}

const hasScript = spawnSync('script', ['--version']).status === 0;

test.skipIf(!hasScript)(
  'when the result would go to a terminal then a file is asked for (skipped without script)',
  async () => {
    const command = `${process.execPath} ${ROOT}dist/bin/synsum.cjs save ${file(MON)}`;
    const { status, stdout } = await shell(`script -qec '${command}' /dev/null`, { cwd: folder });
    expect(stdout.trim()).toBe('synsum: an inventory is for programs; name a file for it with -o');
    expect(status).toBe(2);
  },
);

describe('what is saved', () => {
  const names = parseTsv(readFileSync(path.join(CAPTURES, 'manifest.tsv'), 'utf8'))
    .filter(({ expect: kind }) => kind !== 'reject')
    .map(({ file: name = '' }) => name);

  test.each(names)('when %s is saved then its summary is that of the capture', async (name) => {
    const capture = path.join(CAPTURES, name);
    const saved = await synsum(['save', '--force', '-q', '--remote', '-o', file('saved.json'), capture]);
    const plain = await synsum(['-f', 'json', '--remote', capture]);
    expect(saved.status).toBe(plain.status);
    const again = await synsum(['-f', 'json', '--remote', file('saved.json')]);
    expect(again.status).toBe(0);
    const { inputs, ...rest } = JSON.parse(again.stdout);
    const { inputs: before, ...expected } = JSON.parse(plain.stdout);
    expect(rest).toEqual(expected);
    expect(inputs[0].undecoded ?? []).toEqual(before[0].undecoded ?? []);
    // What was wrong with it stays known.
    const [record] = JSON.parse(textOf('saved.json')).captures;
    expect(record).toMatchObject({ name: capture, problems: before[0].problems });
    expect(inputs).toMatchObject([{ format: 'synsum inventory', packets_read: before[0].packets_read }]);
  });

  test('when rows were too many then those that were given up stay counted', async () => {
    await save('-q', '-o', 'folded.json', '--max-rows', '4', MON);
    const [saved, plain] = [
      await synsum(['-f', 'json', ...HOSTS, file('folded.json')]),
      await synsum(['-f', 'json', ...HOSTS, '--max-rows', '4', file(MON)]),
    ];
    const { inputs: _one, ...rest } = JSON.parse(saved.stdout);
    const { inputs: _other, ...expected } = JSON.parse(plain.stdout);
    expect(expected.rows_folded).toBeGreaterThan(0);
    expect(rest).toEqual(expected);
  });

  test('when the order of sources or the number of threads differs then not a byte does', async () => {
    const { status, stdout, stderr } = await save(MON, TUE);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'synsum: packets: 12,092, SYN-ACKs: 12,092, rows: 6\n',
    });
    for (const args of [
      [TUE, MON],
      ['--threads', '1', MON, TUE],
      ['--threads', '4', TUE, MON],
    ]) {
      expect([args, (await save('-q', ...args)).stdout]).toEqual([args, stdout]);
    }
  });

  test('when inventories are added up in any way then they are the same bytes', async () => {
    await save('-q', '-o', 'mon.json', MON);
    await save('-q', '-o', 'tue.json', TUE);
    const { stdout } = await save('-q', MON, TUE);
    for (const names of [
      ['mon.json', 'tue.json'],
      ['tue.json', 'mon.json'],
      ['mon.json', TUE],
      [MON, 'tue.json'],
    ]) {
      expect([names, (await save('-q', ...names)).stdout]).toEqual([names, stdout]);
    }
  });

  test('when git shows what changed then it is the lines of what changed', async () => {
    await save('-q', '-o', 'one.json', write('few.pcap', sampleOf(0, 400)));
    await save('-q', '-o', 'two.json', 'one.json', write('one-more.pcap', sampleOf(400, 401)));
    const { stdout } = await shell('diff one.json two.json', { cwd: folder });
    // A capture, the totals, and one connection.
    expect(stdout.match(/^[<>]/gm)?.length).toBeLessThan(10);
  });

  test('when a capture is damaged then what could be read is saved, its fault too, and the status is 3', async () => {
    write('cut.pcap', MONDAY.subarray(0, -10));
    const { status, stderr } = await save('-o', 'cut.json', 'cut.pcap');
    const message = /at byte \d+: cut short in a packet record: expected 84 bytes, found 74/;
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringMatching(message) });
    expect(JSON.parse(textOf('cut.json')).captures).toMatchObject([
      {
        name: 'cut.pcap',
        packets_read: 4029,
        problems: [{ kind: 'cut-short', message: expect.stringMatching(message), length: 74 }],
      },
    ]);
    // It has been told: the inventory itself is whole.
    expect((await synsum(['services', file('cut.json')])).status).toBe(0);
    // And when it is compared.
    expect((await synsum(['diff', ...HOSTS, file('cut.json'), 'cut.pcap'], { cwd: folder })).status).toBe(3);
  });
});

describe('where it is saved', () => {
  test('when it is saved over what it was made from then that grows', async () => {
    await save('-q', '-o', 'own.json', MON);
    expect(await save('-q', '-o', 'own.json', 'own.json', TUE)).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(textOf('own.json')).toBe((await save('-q', MON, TUE)).stdout);
    const { status } = await save('-q', '-o', 'own.json', 'own.json', TUE);
    expect(status).toBe(2);
    expect(textOf('own.json')).toBe((await save('-q', MON, TUE)).stdout);
  });

  test('when it is saved through a link then what the link leads to is replaced', async () => {
    mkdirSync(file('elsewhere'));
    write('elsewhere/real.json', '');
    symlinkSync('elsewhere/real.json', file('link.json'));
    await save('-q', '-o', 'link.json', MON);
    expect(textOf('elsewhere/real.json')).toBe((await save('-q', MON)).stdout);
  });

  test('when it goes to standard output, to a pipe or to a device then it is the same', async () => {
    const { stdout } = await save('-q', MON);
    expect((await save('-q', '-o', '-', MON)).stdout).toBe(stdout);
    const line = `synsum save -q ${HOSTS.join(' ')} mon.pcap`;
    const script = `${line} -o >(cat > pipe.json); wait $!; cat pipe.json`;
    expect((await shell(script, { cwd: folder })).stdout).toBe(stdout);
    expect((await shell(`mkfifo fifo; cat fifo & ${line} -o fifo; wait`, { cwd: folder })).stdout).toBe(
      stdout,
    );
    expect(await shell(`${line} -o /dev/null`, { cwd: folder })).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect((await shell(`${line} -o /dev/stdout | cat`, { cwd: folder })).stdout).toBe(stdout);
  });

  test('when nobody wants more of it then that is not a fault', async () => {
    const script = `synsum save -q ${HOSTS.join(' ')} mon.pcap | head -c 10; echo " $PIPESTATUS"`;
    expect(await shell(script, { cwd: folder })).toEqual({
      status: 0,
      stdout: '{\n  "schem 0\n',
      stderr: '',
    });
  });
});

describe('a saved file when a run fails', () => {
  const BEFORE = 'what was there before\n';

  /** What is in the folder, so that nothing is left behind. */
  const listing = (): string[] => readdirSync(folder).sort();

  write('text', BEFORE);
  test.each([
    ['its only source is missing', ['missing.pcap'], 2, 'synsum: missing.pcap: no such file\n'],
    ['its only source is no capture', ['text'], 2, 'synsum: text: at byte 0: found text'],
    ['an option is wrong', ['--since', 'whenever', MON], 2, 'synsum: --since: found "whenever"'],
    ['the names are missing', ['--hosts', 'missing.yaml', MON], 2, 'missing.yaml: found no such file'],
  ])('when %s then it is as it was', async (_what, args, expected, message) => {
    write('before.json', BEFORE);
    const before = listing();
    const { status, stdout, stderr } = await synsum(['save', '--force', '-o', 'before.json', ...args], {
      cwd: folder,
    });
    expect({ status, stdout, stderr }).toEqual({
      status: expected,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
    expect(textOf('before.json')).toBe(BEFORE);
    expect(listing()).toEqual(before);
  });

  test.each([MON, '-'])('when it is the capture %s itself then that is refused', async (source) => {
    const script = `synsum save -o mon.pcap ${source} < mon.pcap`;
    expect(await shell(script, { cwd: folder })).toEqual({
      status: 2,
      stdout: '',
      stderr: 'synsum: -o mon.pcap: is one of the sources, expected another file to write to\n',
    });
    expect(readFileSync(file(MON)).equals(MONDAY)).toBe(true);
  });

  test('when it is a source that cannot be read completely then it is not written over', async () => {
    await save('-q', '-o', 'half.json', MON);
    const half = textOf('half.json').slice(0, -100);
    write('half.json', half);
    const { status, stderr } = await save('-o', 'half.json', 'half.json', TUE);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(
        /^synsum: half\.json: .*\nsynsum: -o half\.json: is one of the sources, expected another file to write to\n$/,
      ),
    });
    expect(textOf('half.json')).toBe(half);
  });

  test('when there is no room then it says so', async () => {
    const { status, stderr } = await save('-o', '/dev/full', MON);
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: 'synsum: -o /dev/full: ENOSPC: no space left on device, write\n',
    });
  });

  const canMount = spawnSync('sh', ['-c', 'unshare -m true']).status === 0;
  const note = canMount ? '' : ' (skipped: no file system can be mounted here)';
  test.skipIf(!canMount)(
    `when the disk is full then it stays as it was, and nothing else is left${note}`,
    async () => {
      mkdirSync(file('disk'));
      write('names.yaml', readFileSync(HOSTS[1] as string));
      const program = `'${process.execPath}' '${ROOT}dist/bin/synsum.cjs'`;
      const script = `mount -t tmpfs -o size=64k tmpfs disk && echo before > disk/a.json &&
      ${program} save --force --remote -o disk/a.json mon.pcap; echo "status $?"; cat disk/a.json; ls -A disk`;
      const { stdout, stderr } = await shell(`unshare -m sh -c '${script.replaceAll("'", `'\\''`)}'`, {
        cwd: folder,
      });
      expect({ stdout, stderr }).toEqual({
        stdout: 'status 3\nbefore\na.json\n',
        stderr: 'synsum: -o disk/a.json: ENOSPC: no space left on device, write\n',
      });
    },
  );

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`when ${signal} ends the reading of captures then it stays as it was`, async () => {
      write('before.json', BEFORE);
      // So large that it is not read before the signal comes.
      const body = TUESDAY.subarray(24);
      write('large.pcap', Buffer.concat([TUESDAY, ...Array<Buffer>(400).fill(body)]));
      const before = listing();
      const child = start(['save', '--force', '-o', 'before.json', 'large.pcap'], {
        cwd: folder,
      });
      const result = resultOf(child);
      while (listing().length === before.length) await sleep(10);
      child.kill(signal);
      expect(await result).toEqual({
        status: 2,
        stdout: '',
        stderr: 'synsum: -o before.json: stopped before everything was read; nothing was written\n',
      });
      expect(textOf('before.json')).toBe(BEFORE);
      expect(listing()).toEqual(before);
    });

    test(`when ${signal} ends a stream then what came until then is saved`, async () => {
      await save('-q', '-o', 'stream.json', write('first.pcap', sampleOf(0, 4000)));
      write('few.pcap', sampleOf(4000, 4030));
      const child = start(['save', '-o', 'stream.json', ...HOSTS, 'stream.json', '-', 'few.pcap'], {
        cwd: folder,
      });
      const result = resultOf(child);
      await feed(child, TUESDAY);
      child.kill(signal);
      expect(await result).toEqual({
        status: 0,
        stdout: '',
        stderr: expect.stringMatching(/^synsum: packets: [\d,]+, SYN-ACKs: 12,092, rows: 6\n$/),
      });
      expect(JSON.parse(textOf('stream.json')).captures).toMatchObject([
        { name: file('first.pcap') },
        { name: 'few.pcap' },
        { name: '-' },
      ]);
    });
  }

  test.skipIf(!HAS_PROC)(
    'when a signal comes before anything else then nothing is written, and it says so',
    async () => {
      write('before.json', BEFORE);
      const child = start(['save', '--force', '-o', 'before.json'], { cwd: folder });
      const result = resultOf(child);
      child.stdin.on('error', () => {});
      await untilHandlingSignals(child);
      child.kill('SIGINT');
      expect(await result).toEqual({
        status: 2,
        stdout: '',
        stderr: 'synsum: -o before.json: stopped before everything was read; nothing was written\n',
      });
      expect(textOf('before.json')).toBe(BEFORE);
    },
  );
});
