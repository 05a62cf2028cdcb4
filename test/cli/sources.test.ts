// Directories, lists of files and mistyped words as sources, and files that are not overwritten.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ROOT, shell, synsum } from '../helpers/program.js';
import { HOSTS, MONDAY, makeFolder, TUESDAY } from './office.js';

const { folder, write } = makeFolder();
const days = path.join(folder, 'days');
mkdirSync(path.join(days, 'below.pcap'), { recursive: true });
const monday = write('days/1.pcap', MONDAY);
const tuesday = write('days/2 b.pcap', TUESDAY);
write('days/.hidden.pcap', TUESDAY);
write('days/notes.txt', 'not a capture\n');
write('days/base.json', '{"schema": "synsum.inventory"}\n');
mkdirSync(path.join(folder, 'nothing'));

const plain = await synsum([...HOSTS, monday, tuesday]);

describe('a directory', () => {
  test('when it is a source then its captures are read, in order, and the rest is noted', async () => {
    const { status, stdout, stderr } = await synsum(['-v', ...HOSTS, days]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: plain.stdout });
    expect(stderr).toContain(`${days}: left out 2 files that are not captures: base.json, notes.txt\n`);
    expect(stderr.indexOf('1.pcap: pcap')).toBeLessThan(stderr.indexOf('2 b.pcap: pcap'));
  });

  test('when text precedes a capture, even one that looks like a document, then it is a capture everywhere', async () => {
    const logins = path.join(folder, 'logins');
    mkdirSync(logins);
    const banners = ['<login>\r\nwelcome\r\n', '{ login }\n', 'Welcome!\n'];
    const names = ['xml', 'json', 'text'];
    for (const [at, name] of names.entries()) {
      writeFileSync(path.join(logins, name), Buffer.concat([Buffer.from(banners[at] ?? ''), MONDAY]));
    }
    writeFileSync(path.join(logins, 'scan.xml'), '<nmaprun>');
    writeFileSync(path.join(logins, 'notes'), '<login> and no capture');
    const whole = await synsum([...HOSTS, '--allow-duplicates', monday, monday, monday]);
    const ofFolder = await synsum([...HOSTS, '--allow-duplicates', logins]);
    expect(ofFolder).toMatchObject({ status: 3, stdout: whole.stdout });
    expect(ofFolder.stderr).toContain('left out 2 files that are not captures: notes, scan.xml\n');
    const starter = (await synsum(['init', monday])).stdout;
    for (const [at, name] of names.entries()) {
      const file = path.join(logins, name);
      const bytes = (banners[at] ?? '').length;
      const gap = `at byte 0: found text, expected a pcap or pcapng capture; ${bytes} bytes skipped`;
      expect(await synsum(['init', file])).toEqual({
        status: 3,
        stdout: starter,
        stderr: `synsum: ${file}: ${gap}\nsynsum: packets: 4,030, SYN-ACKs: 4,030\n`,
      });
    }
  });

  test('when a capture in it is damaged from the start then it is reported, not left out', async () => {
    const damaged = path.join(folder, 'damaged');
    mkdirSync(damaged);
    writeFileSync(path.join(damaged, 'a.pcap'), MONDAY);
    writeFileSync(path.join(damaged, 'b.pcap'), 'no header\n');
    const { status, stderr } = await synsum([...HOSTS, damaged]);
    expect(status).toBe(3);
    expect(stderr).toContain('b.pcap: at byte 0: found text');
  });

  test('when it has no captures then that is an error, unless there are other sources', async () => {
    const nothing = path.join(folder, 'nothing');
    const none = await synsum([nothing]);
    expect(none).toMatchObject({ status: 2, stdout: '' });
    expect(none.stderr).toContain('found a directory');
    expect(await synsum([...HOSTS, nothing, monday, tuesday])).toMatchObject({
      status: 3,
      stdout: plain.stdout,
    });
  });

  test('when it is to be compared with then its captures are the baseline', async () => {
    expect(await synsum(['diff', ...HOSTS, days, monday, '--allow-duplicates'])).toEqual(
      await synsum(['diff', ...HOSTS, days, monday, '--allow-duplicates']),
    );
    expect((await synsum(['diff', ...HOSTS, monday, days])).stderr).toContain('left out 2 files');
  });
});

describe('a list of files', () => {
  test('when it has lines, or is NUL-separated, then its files are read', async () => {
    const lines = write('lines', `${monday}\n${tuesday}\r\n\n`);
    expect((await synsum([...HOSTS, '--files-from', lines])).stdout).toBe(plain.stdout);
    const zeros = write('zeros', `${monday}\0${tuesday}\0`);
    expect((await synsum([...HOSTS, '--files-from', zeros])).stdout).toBe(plain.stdout);
    expect((await synsum([...HOSTS, '--files-from', write('one', monday), tuesday])).stdout).toBe(
      plain.stdout,
    );
  });

  test('when find writes it into a pipe then it is read from there', async () => {
    const command = `find '${days}' -maxdepth 1 -name '[0-9]*.pcap' -print0 | synsum ${HOSTS.join(' ')} --files-from -`;
    expect((await shell(command)).stdout).toBe(plain.stdout);
  });

  test.each([
    [['--files-from', 'missing'], 'synsum: --files-from missing: no such file\n'],
    [['--files-from', '/dev/null'], 'synsum: --files-from /dev/null: names no files\n'],
    [
      ['--files-from', '-', '-'],
      'synsum: -: standard input has the list of files, so it cannot be a source\n',
    ],
  ])('when it cannot be used (%j) then that is reported', async (args, message) => {
    const { status, stdout, stderr } = await synsum(args, { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('a mistyped command', () => {
  test.each([
    ['host', 'hosts'],
    ['sevices', 'services'],
    ['chekc', 'check'],
  ])('when it is %s then %s is suggested', async (word, command) => {
    expect(await synsum([word, monday], { cwd: folder })).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: "${word}" is not a file; did you mean the command ${command}?\n`,
    });
  });

  test.each([
    [['list', 'PCAP'], '"list" is neither a command nor a file (synsum --help lists the commands)'],
    [['PCAP', 'services'], 'services is a command: write it first, as in synsum services PCAP'],
    [['hosts', 'pluto', 'PCAP'], 'pluto is a machine, not a file: use --machine, --client or --server'],
    [['help', 'servics'], '"servics" is not a command; did you mean services?'],
    [['help', 'nonsense'], '"nonsense" is not a command; synsum --help lists the commands'],
    [['--port', '80', 'PCAP'], "unknown option '--port'\n(Ports are services: --service 80)"],
    [['--from', 'goofy', 'PCAP'], "unknown option '--from'\n(Did you mean --client?)"],
    [
      ['--names-from', 'x', 'PCAP'],
      "unknown option '--names-from'\n(--names-from belongs to init; other commands use names_from: in hosts.yaml)",
    ],
    [['--service', 'tcp/80', 'PCAP'], '--service: found "tcp/80", expected the port first: 80/tcp'],
  ])('when it says %j then nothing is printed but what was meant', async (words, message) => {
    const args = words.map((word) => (word === 'PCAP' ? monday : word));
    const first = args.indexOf('hosts') === 0 ? ['hosts', ...HOSTS, ...args.slice(1)] : args;
    expect(await synsum(first, { cwd: folder })).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: ${message.replace('PCAP', monday)}\n`,
    });
  });

  test('when there is such a file then it is read', async () => {
    write('host', MONDAY);
    expect((await synsum([...HOSTS, 'host', tuesday], { cwd: folder })).stdout).toBe(plain.stdout);
  });
});

describe('a file that exists', () => {
  const SCAN = readFileSync(path.join(ROOT, 'test/scans/synsum__lan.xml'));

  test.each([
    ['a saved inventory', () => synsum(['save', '-q', monday]).then(({ stdout }) => stdout)],
    [
      'a saved inventory',
      () => synsum(['save', '-q', monday]).then(({ stdout }) => JSON.stringify(JSON.parse(stdout))),
    ],
    ['a capture', () => MONDAY],
    ['a scan', () => SCAN],
    ['gzip-compressed data, perhaps a capture', () => gzipSync(MONDAY)],
  ])('when it is %s then no result replaces it', async (found, contents) => {
    const file = write('precious', await contents());
    const before = readFileSync(file);
    for (const command of ['summary', 'services', 'hosts', 'diff']) {
      const sources = command === 'diff' ? [monday, tuesday] : [tuesday];
      expect(await synsum([command, '-o', file, ...sources])).toEqual({
        status: 2,
        stdout: '',
        stderr: `synsum: -o ${file}: is ${found}, which a result does not replace; name another file\n`,
      });
      expect(readFileSync(file)).toEqual(before);
    }
  });

  test('when it is the hosts.yaml that names the machines then no result replaces it', async () => {
    const names = write('mine.yaml', 'hosts:\n  pluto: 10.0.0.1\n');
    for (const command of ['summary', 'services', 'hosts', 'diff', 'map']) {
      const sources = command === 'diff' ? [monday, tuesday] : [tuesday];
      expect(await synsum([command, '--names', names, '-o', names, ...sources])).toMatchObject({
        status: 2,
        stderr: `synsum: -o ${names}: is one of the sources, expected another file to write to\n`,
      });
    }
    expect(readFileSync(names, 'utf8')).toContain('pluto');
  });

  test('when it is an earlier result then it is replaced', async () => {
    for (const format of ['csv', 'json', 'classic', 'markdown']) {
      const file = write('result', (await synsum(['-q', '-f', format, monday])).stdout);
      expect((await synsum(['-q', '-f', format, '-o', file, tuesday])).status).toBe(0);
      expect(readFileSync(file, 'utf8')).toBe((await synsum(['-q', '-f', format, tuesday])).stdout);
    }
  });

  test('when an inventory is to be saved there then it stays, unless --force is given', async () => {
    const saved = write('saved.json', 'mine\n');
    expect(await synsum(['save', '-q', '-o', saved, monday])).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: -o ${saved}: exists already; --force overwrites it\n`,
    });
    expect(readFileSync(saved, 'utf8')).toBe('mine\n');
    expect((await synsum(['save', '-q', '--force', '-o', saved, monday])).status).toBe(0);
    // Nothing is lost if the file is one of the sources.
    expect((await synsum(['save', '-q', '-o', saved, saved, tuesday])).status).toBe(0);
    expect(JSON.parse(readFileSync(saved, 'utf8')).captures).toHaveLength(2);
  });
});
