// What users get wrong, and what was wrong before they got it: clear words, the right status, nothing lost.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, shell, synsum } from '../helpers/program.js';

const OFFICE = readFileSync(path.join(ROOT, 'samples/office.pcap'));
const HEADER = 24;
const RECORD = 16 + 68;
const HOSTS = ['--hosts', path.join(ROOT, 'samples/hosts.yaml')];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
  mkdirSync(path.join(folder, 'folder'));
  writeFileSync(path.join(folder, 'whole.pcap'), OFFICE.subarray(0, HEADER + 3 * RECORD));
  writeFileSync(path.join(folder, 'cut.pcap'), OFFICE.subarray(0, HEADER + 2 * RECORD + 50));
  writeFileSync(path.join(folder, 'empty.pcap'), '');
  writeFileSync(path.join(folder, 'text.pcap'), 'once upon a time there was a packet\n');
  writeFileSync(path.join(folder, 'short.pcap'), OFFICE.subarray(0, 10));
  writeFileSync(path.join(folder, 'header.pcap'), OFFICE.subarray(0, HEADER));
  const huge = Buffer.from(OFFICE.subarray(0, HEADER + 3 * RECORD));
  huge.writeUInt32LE(0x7fff_ffff, HEADER + RECORD + 8);
  writeFileSync(path.join(folder, 'huge.pcap'), huge);
  writeFileSync(path.join(folder, '\u001b[31mred.pcap'), 'x');
  writeFileSync(path.join(folder, 'empty.gz'), gzipSync(''));
  symlinkSync('empty.pcap', path.join(folder, 'link-to-empty.pcap'));
  symlinkSync('whole.pcap', path.join(folder, 'link.pcap'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]): ReturnType<typeof synsum> =>
  synsum([...args, '--by', 'service', ...HOSTS], { cwd: folder });

describe('captures that are none', () => {
  test.each([
    ['missing.pcap', 'missing.pcap: no such file'],
    ['folder', 'folder: found a directory without captures, expected a capture file'],
    ['empty.pcap', 'empty.pcap: found nothing (0 bytes), expected a pcap or pcapng capture'],
    ['text.pcap', 'text.pcap: at byte 0: found text, expected a pcap or pcapng capture'],
    ['short.pcap', 'short.pcap: at byte 10: cut short in the pcap file header: expected 24 bytes, found 10'],
    ['whole.pcap/x', 'whole.pcap/x: part of the path is not a directory'],
  ])(
    'when %s is all there is, then it says so, nothing is printed, and the status is 2',
    async (name, message) => {
      expect(await run(name)).toEqual({ status: 2, stdout: '', stderr: `synsum: ${message}\n` });
    },
  );

  test.each([
    [['check', '--baseline', 'whole.pcap', '--dir', 'missing'], '--dir missing: no such directory'],
    [['check', '--baseline', 'whole.pcap', '--dir', 'text.pcap'], '--dir text.pcap: not a directory'],
    [['--files-from', 'missing'], '--files-from missing: no such file'],
    [['--files-from', 'folder'], '--files-from folder: found a directory, expected a file'],
    [['init', '--names-from', 'missing', 'whole.pcap'], '--names-from missing: no such file'],
    [['init', '-o', 'folder', 'whole.pcap'], '-o folder: found a directory, expected a file'],
    [['diff', 'folder', 'whole.pcap'], 'folder: found a directory without captures, expected a capture file'],
    [['save', '-o', 'x.json', 'missing'], 'missing: no such file'],
  ])('when %j names what is not there, then the words are those of captures', async (args, message) => {
    expect(await synsum(args, { cwd: folder })).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: ${message}\n`,
    });
  });

  test('when no machine is local, then a list without rows says so', async () => {
    const { status, stderr } = await synsum(['hosts', 'whole.pcap'], { cwd: folder });
    expect(status).toBe(0);
    expect(stderr).toContain('synsum: nothing to show: no machine is local or has a name\n');
  });

  test('when others can be read, then they are, and the status is 3', async () => {
    const { status, stdout, stderr } = await run('missing.pcap', 'whole.pcap', 'text.pcap');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '      1        ssh\n      2      rsync\n' });
    expect(stderr.split('\n').slice(0, 2)).toEqual([
      'synsum: missing.pcap: no such file',
      'synsum: text.pcap: at byte 0: found text, expected a pcap or pcapng capture',
    ]);
  });

  test('when an empty file is among others, then it is noted, and the status does not change', async () => {
    const alone = await run('whole.pcap');
    for (const name of ['empty.pcap', 'empty.gz']) {
      for (const names of [
        [name, 'whole.pcap'],
        ['whole.pcap', name],
      ]) {
        const stderr = `synsum: ${name}: left out: an empty file\n${alone.stderr}`;
        expect(await run(...names)).toEqual({ ...alone, stderr });
      }
    }
    const { status } = await run('empty.pcap', 'whole.pcap', 'missing.pcap');
    expect(status).toBe(3);
    for (const command of ['hosts', 'services', 'save', 'init']) {
      const { status, stderr } = await synsum([command, ...HOSTS, 'empty.pcap', 'whole.pcap'], {
        cwd: folder,
      });
      expect({ status, stderr }).toEqual({
        status: 0,
        stderr: expect.stringContaining('synsum: empty.pcap: left out: an empty file\n'),
      });
    }
  });

  test('when all files are empty, then the status is 2', async () => {
    const message = 'found nothing (0 bytes), expected a pcap or pcapng capture';
    expect(await run('empty.pcap', 'link-to-empty.pcap')).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: empty.pcap: ${message}\nsynsum: link-to-empty.pcap: ${message}\n`,
    });
    expect((await synsum(['diff', 'whole.pcap', 'empty.pcap', ...HOSTS], { cwd: folder })).status).toBe(2);
  });

  test('when an empty file is next to a capture without packets, then it is noted', async () => {
    expect(await run('header.pcap', 'empty.pcap')).toEqual({
      status: 0,
      stdout: '',
      stderr:
        'synsum: empty.pcap: left out: an empty file\nsynsum: packets: 0, SYN-ACKs: 0, rows: 0\nsynsum: nothing to show: there are no packets\n',
    });
  });

  test('when a pipe among others is empty, then its writer may have failed, and the status is 3', async () => {
    const { status } = await run('-', 'whole.pcap');
    expect(status).toBe(3);
    const { stdout } = await shell(`synsum <(true) '${folder}/whole.pcap' >/dev/null 2>&1; echo status $?`);
    expect(stdout).toBe('status 3\n');
  });

  test('when a name has control characters, then they do not reach the terminal', async () => {
    const { stderr } = await run('\u001b[31mred.pcap');
    expect(stderr).toMatch(/^synsum: \\u\{1b\}\[31mred\.pcap: at byte 0: found text/);
  });

  test('when standard input is empty, then it says so', async () => {
    expect(await run('-')).toMatchObject({
      status: 2,
      stderr: 'synsum: standard input: found nothing (0 bytes), expected a pcap or pcapng capture\n',
    });
  });

  test('when standard input is closed, then it says so', async () => {
    const { status, stderr } = await shell('synsum - <&-');
    // Node opens /dev/null in its place.
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('standard input: found nothing'),
    });
  });

  test('when standard input is a terminal, then it is not waited for', async () => {
    // script(1) gives the program a terminal of its own.
    const { stdout } = await shell(
      `script -qec "'${process.execPath}' '${ROOT}dist/bin/synsum.cjs'; echo status \\$?" /dev/null < /dev/null`,
    );
    expect(stdout.replaceAll('\r', '')).toBe(
      'synsum: no capture given; name files, or - for standard input (see --help)\nstatus 2\n',
    );
  });
});

describe('numbers on standard error', () => {
  const TIMES = /, from \S+Z to \S+Z$/;
  const linesOf = (stderr: string): string[] =>
    stderr.split('\n').map((line) => line.replace(TIMES, ' TIMES'));

  test('when only some rows are shown, then what was read and what is shown have a line each', async () => {
    const { stderr: all } = await run('whole.pcap');
    expect(linesOf(all)[0]).toMatch(/^synsum: packets: 3, SYN-ACKs: 3, rows: 2 TIMES$/);
    const { stdout, stderr } = await run('--top', '1', 'whole.pcap');
    const [, shown] = /^ *(\d+) /.exec(stdout) ?? [];
    expect(linesOf(stderr)).toEqual([
      'synsum: packets: 3, SYN-ACKs: 3',
      `synsum: shown: SYN-ACKs: ${shown}, rows: 1 TIMES`,
      '',
    ]);
    const { stderr: filtered } = await run('--service', '9', 'whole.pcap');
    expect(linesOf(filtered)).toEqual([
      'synsum: --service 9: matches nothing here',
      'synsum: packets: 3, SYN-ACKs: 3',
      '',
    ]);
  });

  test('when an input is not a capture, then its bytes are not said to be in gaps', async () => {
    const { stderr } = await run('whole.pcap', 'text.pcap');
    expect(stderr).toContain('synsum: bytes that could not be used: 36\n');
    expect(stderr).not.toContain('gaps');
    const { stderr: both } = await run('cut.pcap', 'text.pcap');
    expect(both).toContain('synsum: gaps: 1\nsynsum: bytes that could not be used: 86\n');
  });
});

describe('captures that are damaged', () => {
  test('when one is cut in mid-packet, then all before is counted, and the place is reported', async () => {
    const { status, stdout, stderr } = await run('cut.pcap');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '      2      rsync\n' });
    expect(stderr).toBe(
      'synsum: cut.pcap: at byte 192: cut short in a packet record: expected 84 bytes, found 50\n' +
        'synsum: packets: 2, SYN-ACKs: 2, rows: 1, from 2007-06-21T08:00:02.043596Z to 2007-06-21T08:00:03.390211Z\n' +
        'synsum: gaps: 1, bytes that could not be used: 50\n',
    );
  });

  test('when it comes through a pipe, then likewise', async () => {
    const { status, stderr } = await synsum(['-'], { input: OFFICE.subarray(0, HEADER + 2 * RECORD + 50) });
    expect(status).toBe(3);
    expect(stderr).toContain(
      'standard input: at byte 192: cut short in a packet record: expected 84 bytes, found 50\n',
    );
  });

  test('when a length is beyond any limit, then only its record is lost, and the gap is reported', async () => {
    const { status, stdout, stderr } = await run('huge.pcap');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '      1        ssh\n      1      rsync\n' });
    expect(stderr).toContain(
      'synsum: huge.pcap: at byte 108: found a captured length of 2147483647 bytes, expected at most 262144; ' +
        '84 bytes skipped\n',
    );
    expect(stderr).toContain('synsum: gaps: 1, bytes that could not be used: 84\n');
  });

  test('when pcap-parser meets such a length, then it stops there, and says so', async () => {
    const { status, stdout, stderr } = await run('huge.pcap', '--reader', 'pcap-parser');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '      1      rsync\n' });
    expect(stderr).toContain('synsum: huge.pcap: at byte 108: found a captured length of 2147483647 bytes');
    expect(stderr).toContain('synsum: gaps: 1, bytes that could not be used: 168\n');
  });

  test('when captures are put together with cat, then it is as if they were given one by one', async () => {
    const { status, stdout, stderr } = await synsum(['-', '--by', 'service', '-q'], {
      input: Buffer.concat([readFileSync(path.join(folder, 'whole.pcap')), OFFICE]),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe((await run('whole.pcap', path.join(ROOT, 'samples/office.pcap'), '-q')).stdout);
  });

  test('when there is only a header, then that is a capture without packets', async () => {
    expect(await run('header.pcap')).toEqual({
      status: 0,
      stdout: '',
      stderr: 'synsum: packets: 0, SYN-ACKs: 0, rows: 0\nsynsum: nothing to show: there are no packets\n',
    });
  });

  test('when the link layer is unknown, then it is named with its packets', async () => {
    const unknown = Buffer.from(OFFICE.subarray(0, HEADER + 3 * RECORD));
    unknown.writeUInt32LE(189, 20);
    const { status, stderr } = await synsum(['-'], { input: unknown });
    expect(status).toBe(3);
    expect(stderr).toContain('found 3 packets of link type USB_LINUX (189), which synsum cannot decode\n');
  });

  test('when the reader pcap-parser cannot read a variant, then it says so', async () => {
    const nanoseconds = Buffer.from(OFFICE.subarray(0, HEADER + RECORD));
    nanoseconds.writeUInt32LE(0xa1b23c4d, 0);
    expect((await synsum(['-', '-q', ...HOSTS], { input: nanoseconds })).status).toBe(0);
    const { status, stderr } = await synsum(['-', '--reader', 'pcap-parser'], { input: nanoseconds });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(
        /^synsum: standard input: the reader pcap-parser reads only classic pcap with micro/,
      ),
    });
  });
});

describe('mistakes in hosts.yaml', () => {
  test('when there are several, then all are reported at once, and nothing is printed', async () => {
    const file = path.join(folder, 'bad.yaml');
    writeFileSync(
      file,
      'local:\n  - 10.0.0.0/33\nhosts:\n  www: 010.0.0.1\n  _: 10.0.0.1\nservices:\n  70000: x\n',
    );
    const { status, stdout, stderr } = await synsum(['whole.pcap', '--hosts', 'bad.yaml'], { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(
      stderr.match(/^bad\.yaml:\d+:\d+: found .*, expected .*$/gm)?.map((line) => line.split(': ')[0]),
    ).toEqual(['bad.yaml:2:5', 'bad.yaml:4:8', 'bad.yaml:5:3', 'bad.yaml:7:3']);
    expect(stderr).toContain('  www: 010.0.0.1\n');
  });

  test('when the file that was named is missing, then it says so', async () => {
    const { status, stdout, stderr } = await synsum(['whole.pcap', '--hosts', 'missing.yaml'], {
      cwd: folder,
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^missing\.yaml: found no such file/);
  });
});

describe('forged inventories', () => {
  test('when two have more SYN-ACKs together than can be counted, then that is reported, and no stack', async () => {
    const { stdout: empty } = await synsum(['save', '-q', 'header.pcap'], { cwd: folder });
    const most = 2 ** 46 - 1;
    const time = '2007-06-21T14:45:28.123456Z';
    const connection = { client: '10.0.0.1', server: '10.0.0.2', port: 22, count: most };
    for (const name of ['one', 'other']) {
      const document = JSON.parse(empty);
      document.captures = [];
      Object.assign(document.totals, { packets_read: most, syn_acks: most });
      document.connections = [{ ...connection, first_seen: time, last_seen: time }];
      writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(document));
    }
    const { status, stdout, stderr } = await synsum(['one.json', 'other.json'], { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(
      `synsum: other.json: found ${most * 2} SYN-ACKs, expected at most ${most}, in all inputs together\n`,
    );
  });
});

describe('forged totals', () => {
  const time = '2007-06-21T14:45:28.123456Z';

  async function forge(name: string, totals: object, connections: readonly object[] = []): Promise<void> {
    const { stdout } = await synsum(['save', '-q', 'header.pcap'], { cwd: folder });
    const document = JSON.parse(stdout);
    Object.assign(document.totals, totals);
    writeFileSync(path.join(folder, name), JSON.stringify({ ...document, captures: [], connections }));
  }

  test('when bytes add up to more than is exact, then the input that they come from is reported', async () => {
    await forge('bytes.json', { bytes_read: Number.MAX_SAFE_INTEGER });
    const { status, stdout, stderr } = await synsum(['bytes.json', 'bytes.json'], { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(
      'synsum: bytes.json: found more than 9007199254740991 bytes, which cannot be counted exactly, in all inputs together\n',
    );
  });

  test.each([
    [
      'packets than can be',
      { packets_read: Number.MAX_SAFE_INTEGER, other_tcp: Number.MAX_SAFE_INTEGER },
      'found packets_read 9007199254740991, expected at most 70368744177663',
    ],
    [
      'SYN-ACKs in the rows than in the totals',
      { packets_read: 1, syn_acks: 1 },
      'found syn_acks 1, expected at least the 2 of "connections", "folded" and "outside_time"',
    ],
  ])(
    'when there are more %s, then the totals are refused with their position',
    async (_what, totals, message) => {
      const ends = { client: '10.0.0.1', server: '10.0.0.2' };
      await forge('forged.json', totals, [
        { ...ends, port: 22, count: 2, first_seen: time, last_seen: time },
      ]);
      const { status, stderr } = await synsum(['forged.json'], { cwd: folder });
      expect(status).not.toBe(0);
      expect(stderr).toMatch(/^synsum: forged\.json: .*, at line 1, column \d+ \(totals/m);
      expect(stderr).toContain(message);
    },
  );
});

describe('mistakes on the command line', () => {
  test.each([
    [['--name', 'x'], /^synsum: unknown option '--name'\n\(Did you mean --names\?\)\n/],
    [
      ['-f', 'jsn'],
      /^synsum: option '-f, --format <format>' argument 'jsn' is invalid. Allowed choices are table, /,
    ],
    [
      ['--by', 'client,port,size'],
      /Found "size", expected some of client, server, service, port, hour, day\./,
    ],
    [['--by', 'client,client'], /A column is named twice\./],
    [['--top', '0'], /Expected a whole number, at least 1\./],
    [['--top', '-1'], /Expected a whole number, at least 1\./],
    [['--client', '10.0.0.0/33'], /^synsum: --client: found "10\.0\.0\.0\/33", expected a name, an address/],
    [['--service', '99999'], /^synsum: --service: found "99999", expected ports from 0 to 65535/],
    [['--since', 'yesterdayish'], /^synsum: --since: found "yesterdayish", expected a time such as/],
    [['--since', '2007-02-30'], /^synsum: --since: found "2007-02-30", expected a time/],
    [['--since', '2007-06-22', '--until', '2007-06-21'], /^synsum: --until: found a time that is not later/],
    [['-o', 'link.pcap'], /^synsum: -o link\.pcap: is one of the sources, expected another file/],
    [['-o', 'no/such/folder'], /^synsum: -o no\/such\/folder: no such file or directory\n$/],
    [['-', '-'], /^synsum: -: standard input is named twice/],
  ])('when it says %j, then that is reported, and the status is 2', async (args, message) => {
    const { status, stdout, stderr } = await synsum(['whole.pcap', ...args], { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('when the output was to go over a capture, then the capture is as it was', () => {
    expect(readFileSync(path.join(folder, 'whole.pcap'))).toHaveLength(HEADER + 3 * RECORD);
  });
});
