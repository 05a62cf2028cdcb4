// A capture that comes twice: noticed by its bytes, whatever it is called, compressed in, or saved in.

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { gzip } from '../capture/compressed/compressors.js';
import { type Result, ROOT, shell } from '../helpers/program.js';
import { HOSTS, MONDAY, makeFolder, TUESDAY } from './office.js';

const { folder, write } = makeFolder();
const DIGEST = `sha256:${createHash('sha256').update(MONDAY).digest('hex')}`;

write('monday.pcap', MONDAY);
write('renamed', MONDAY);
write('tuesday.pcap', TUESDAY);
write('monday.pcap.gz', gzip.compress(MONDAY));
mkdirSync(path.join(folder, 'twins'));
write('twins/monday.pcap', MONDAY);
write('twins/monday.pcap.gz', gzip.compress(MONDAY));
copyFileSync(path.join(ROOT, 'test/scans/synsum__lan.xml'), path.join(folder, 'scan.xml'));

beforeAll(async () => {
  await run('save -q -o monday.json monday.pcap');
  await run('save -q -o week.json monday.pcap tuesday.pcap');
  await run('save -q -o remote.json --remote monday.pcap.gz');
  write('monday.json.gz', gzip.compress(readFileSync(path.join(folder, 'monday.json'))));
});

function run(line: string): Promise<Result> {
  const [command, ...words] = line.split(' ');
  return shell(`synsum ${command} ${HOSTS.join(' ')} ${words.join(' ')}`, { cwd: folder });
}

describe('the digest', () => {
  test.each([
    'monday.pcap',
    'renamed',
    'monday.pcap.gz',
    '< monday.pcap',
    '- < monday.pcap.gz',
    '<(cat monday.pcap)',
  ])('when %s is saved then it is what sha256sum says of the capture', async (words) => {
    const { stdout } = await run(`save -q ${words}`);
    expect(JSON.parse(stdout).captures).toMatchObject([{ digest: DIGEST }]);
  });

  test('when sha256sum is asked then it says the same', async () => {
    const { stdout } = await shell('sha256sum monday.pcap', { cwd: folder });
    expect(`sha256:${stdout.split(' ')[0]}`).toBe(DIGEST);
  });

  test('when a capture is damaged then it is that of all its bytes', async () => {
    const damaged = Buffer.concat([
      MONDAY.subarray(0, 5000),
      Buffer.alloc(300, 0xee),
      MONDAY.subarray(5000, -3),
    ]);
    write('damaged.pcap', damaged);
    const { status, stdout } = await run('save -q damaged.pcap');
    expect(status).toBe(3);
    const [capture] = JSON.parse(stdout).captures;
    expect(capture.digest).toBe(`sha256:${createHash('sha256').update(damaged).digest('hex')}`);
    expect(capture.problems).toHaveLength(2);
  });

  test('when pcap-parser reads the capture then it is the same', async () => {
    const { stdout } = await run('save -q --reader pcap-parser monday.pcap');
    expect(stdout).toBe((await run('save -q monday.pcap')).stdout);
  });
});

describe('a capture that is given twice', () => {
  /** Two sources that have it both, and the name of the second. */
  const TWICE = [
    'monday.json monday.pcap',
    'monday.pcap monday.json',
    'monday.json renamed',
    'monday.json monday.pcap.gz',
    'monday.json.gz monday.pcap',
    'monday.json monday.json',
    'week.json monday.pcap.gz',
    'tuesday.pcap week.json',
    'remote.json monday.json',
    'tuesday.pcap monday.pcap monday.json',
  ].map((words) => [words]);
  const STREAMS = [
    ['monday.pcap - < monday.json', 'standard input: contains the same capture as '],
    ['- monday.json < renamed', 'monday.json: contains the same capture as '],
    ['- renamed < monday.pcap', 'renamed: is a copy of standard input; '],
  ];

  test('when captures only look alike then both count', async () => {
    // One byte of data differs, which no count shows.
    const like = Buffer.concat([MONDAY]);
    like[like.length - 1] = (like.at(-1) as number) ^ 1;
    write('like.pcap.gz', gzip.compress(like));
    const { status, stdout } = await run('summary -q monday.pcap like.pcap.gz');
    expect(status).toBe(0);
    expect(stdout).toBe((await run('summary -q --allow-duplicates monday.pcap renamed')).stdout);
  });

  test.each(TWICE)('when it is in %s then it is refused', async (words) => {
    const [first, second] = words.split(' ').slice(-2);
    for (const command of ['summary', 'services', 'hosts', 'save', 'services -f json']) {
      const { status, stdout, stderr } = await run(`${command} ${words}`);
      expect({ command, status, stdout }).toEqual({ command, status: 2, stdout: '' });
      const [, subject, other] =
        /^synsum: (\S+): contains the same capture as (\S+): \S+; leave one out, or add --allow-duplicates\n$/.exec(
          stderr,
        ) ?? [];
      expect([other, subject]).toEqual([first, second]);
    }
    const { status, stdout, stderr } = await run(`diff monday.pcap ${words}`);
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('same capture'),
    });
  });

  test.each(STREAMS)('when it is in %s then it is refused', async (words, message) => {
    for (const command of ['summary', 'services', 'save']) {
      const { status, stdout, stderr } = await run(`${command} ${words}`);
      expect({ status, stdout, stderr }).toEqual({
        status: 2,
        stdout: '',
        stderr: expect.stringContaining(`synsum: ${message}`),
      });
    }
  });

  test.each(['monday.pcap monday.pcap', 'monday.pcap renamed', 'renamed monday.pcap.gz'])(
    'when it is to be saved from %s then it is refused, and the file is as it was',
    async (words) => {
      write('before.json', 'what was there before');
      const { status, stderr } = await run(`save --force -o before.json ${words}`);
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(': is a copy of ') });
      expect(readFileSync(path.join(folder, 'before.json'), 'utf8')).toBe('what was there before');
    },
  );

  test('when it is asked for then it is counted twice', async () => {
    const [once, twice] = [
      await run('summary -q monday.pcap'),
      await run('summary -q --allow-duplicates monday.json renamed'),
    ];
    expect(twice.status).toBe(0);
    expect(twice.stdout).toBe(
      once.stdout.replace(/^ *\d+/gm, (count) => String(Number(count) * 2).padStart(7)),
    );
    const { stdout } = await run('save -q --allow-duplicates monday.pcap monday.pcap.gz');
    expect(JSON.parse(stdout).captures).toHaveLength(2);
    expect(JSON.parse(stdout).totals.packets_read).toBe(2 * 4030);
  });

  test('when an inventory has it twice, as was asked for, then that inventory is read', async () => {
    await run('save -q --allow-duplicates -o twice.json monday.pcap monday.pcap.gz');
    expect(await run('summary -q twice.json')).toEqual(
      await run('summary -q --allow-duplicates monday.json monday.json'),
    );
  });

  test.each(['summary', 'services', 'hosts'])(
    'when captures are copies of each other then %s refuses them, unless that is asked for',
    async (command) => {
      for (const words of ['monday.pcap monday.pcap.gz', 'monday.pcap.gz tuesday.pcap renamed', 'twins']) {
        const { status, stdout, stderr } = await run(`${command} ${words}`);
        expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
        expect(stderr).toMatch(/: is a copy of \S+; leave one out, or add --allow-duplicates\n$/);
      }
      const { status, stdout, stderr } = await run(`${command} -q monday.pcap renamed`);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toContain('renamed: is a copy of monday.pcap; ');
      const twice = await run(`${command} -q --allow-duplicates monday.pcap renamed`);
      expect(twice.status).toBe(0);
      expect(twice.stdout).toBe((await run(`${command} -q --allow-duplicates monday.json renamed`)).stdout);
    },
  );

  test('when it is on both sides of a comparison then that does no harm', async () => {
    expect(await run('diff monday.json monday.pcap')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('when it is on both sides of --open-unused then it is refused', async () => {
    await run('save -q -o scanned.json monday.pcap scan.xml');
    const { status, stdout, stderr } = await run('diff --open-unused scanned.json monday.pcap');
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('monday.pcap: contains the same capture as scanned.json: '),
    });
  });
});

describe('a scan that is given twice', () => {
  test('when it comes again, also in an inventory, then it is one scan', async () => {
    await run('save -q -o scan.json scan.xml');
    const once = await run('services scan.xml');
    expect(once).toMatchObject({ status: 0, stderr: expect.stringContaining('scans: 1,') });
    for (const words of ['scan.xml scan.xml', 'scan.xml scan.json', 'scan.json scan.json']) {
      expect(await run(`services ${words}`)).toEqual(once);
    }
  });
});
