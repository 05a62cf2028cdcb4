// Every kind of source in every command, however it comes: captures, saved inventories and scans.

import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMPRESSORS, gzip, titled } from '../../capture/compressed/compressors.js';
import { ethernet, ipv4, pcap, tcp } from '../../helpers/packets.js';
import { type Result, ROOT, shell, synsum } from '../../helpers/program.js';
import { HOSTS, MONDAY, makeFolder, TUESDAY } from '../office.js';

const { folder, write } = makeFolder();
const SCAN = readFileSync(path.join(ROOT, 'test/scans/synsum__lan.xml'));
/** What the commands print that add sources up; each is told how to print all that it knows. */
const COMMANDS = ['summary -f csv', 'services -f csv', 'hosts -f csv', 'save'] as const;
const HOSTS_TEXT = HOSTS.join(' ');

write('monday.pcap', MONDAY);
write('tuesday.pcap', TUESDAY);
write('scan.xml', SCAN);
const FILES = ['monday.pcap', 'monday.json', 'scan.xml'] as const;

beforeAll(async () => {
  await run('save', 'monday.pcap', '-o', 'monday.json');
  await run('save', 'tuesday.pcap', '-o', 'tuesday.json');
});

/** Runs a command on what a shell makes of these words. */
function run(command: string, ...words: readonly string[]): Promise<Result> {
  return shell(`synsum ${command} -q ${HOSTS_TEXT} ${words.join(' ')}`, { cwd: folder });
}

/** A saved inventory without what a capture was called, and compressed in. */
function nameless({ stdout, ...result }: Result): Result {
  return { ...result, stdout: stdout.replace(/"name":"[^"]*","format":"[^"]*"/g, '') };
}

/** A saved inventory without the bytes that were read: those of what is no capture are among them. */
function withoutBytes(stdout: string): string {
  return stdout.replace(/"bytes_read":.*/g, '');
}

describe.each(COMMANDS)('synsum %s', (command) => {
  test.each(FILES)(
    'when %s comes through a pipe, from standard input or from a FIFO then it is the same',
    async (file) => {
      const plain = nameless(await run(command, file));
      expect(plain).toMatchObject({ status: 0, stderr: '' });
      for (const words of [`- < ${file}`, `< ${file}`, `<(cat ${file})`, `- <<< "$(cat ${file})"`]) {
        // A shell keeps no zero bytes.
        if (words.includes('<<<') && file.endsWith('.pcap')) continue;
        expect([words, nameless(await run(command, words))]).toEqual([words, plain]);
      }
      const fifo = `mkfifo fifo-$$; (cat ${file} > fifo-$$ &);`;
      const fromFifo = await shell(`${fifo} synsum ${command} -q ${HOSTS_TEXT} fifo-$$; rm fifo-$$`, {
        cwd: folder,
      });
      expect(nameless(fromFifo)).toEqual(plain);
    },
  );

  test.each(FILES)('when %s has the name of another kind then it is what it is', async (file) => {
    const plain = nameless(await run(command, file));
    for (const name of ['other.json', 'other.pcap', 'other.xml', 'other']) {
      write(name, readFileSync(path.join(folder, file)));
      expect([name, nameless(await run(command, name))]).toEqual([name, plain]);
    }
  });

  test('when several are given then their order and their kinds do not matter', async () => {
    const all = ['tuesday.pcap', 'monday.json', 'scan.xml'];
    const [a = '', b = '', c = ''] = all;
    const plain = await run(command, ...all);
    expect(plain).toMatchObject({ status: 0, stderr: '' });
    for (const order of [
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
    ]) {
      expect([order, await run(command, ...order)]).toEqual([order, plain]);
    }
    for (const order of [
      ['monday.pcap', 'tuesday.pcap', 'scan.xml'],
      ['monday.json', 'tuesday.json', 'scan.xml'],
      ['-', 'tuesday.pcap', 'scan.xml', '< monday.json'],
      ['tuesday.pcap', '-', 'scan.xml', '< monday.pcap'],
      ['tuesday.pcap', 'monday.json', '-', '< scan.xml'],
      ['<(cat scan.xml)', '<(cat tuesday.pcap)', '<(cat monday.json)'],
    ]) {
      expect([order, nameless(await run(command, ...order))]).toEqual([order, nameless(plain)]);
    }
  });

  test('when some cannot be read then the others are, and the status is 3', async () => {
    write('text.pcap', 'once upon a time\n');
    write('other.json', '{"schema": "other"}\n');
    write('other.xml', '<html></html>\n');
    write('half.json', readFileSync(path.join(folder, 'monday.json')).subarray(0, 1000));
    const plain = await run(command, 'tuesday.pcap');
    mkdirSync(path.join(folder, 'empty'), { recursive: true });
    const bad = ['missing', 'text.pcap', 'other.json', 'other.xml', 'half.json', 'empty'];
    const { status, stdout, stderr } = await run(command, 'tuesday.pcap', ...bad);
    expect(status).toBe(3);
    expect(withoutBytes(stdout)).toBe(withoutBytes(plain.stdout));
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toEqual([
      'synsum: missing: no such file',
      'synsum: text.pcap: at byte 0: found text, expected a pcap or pcapng capture',
      expect.stringMatching(/^synsum: other\.json: .*"other".*"synsum\.inventory"/),
      'synsum: other.xml: at line 1, column 6: found <html>, expected <nmaprun>',
      expect.stringMatching(/^synsum: half\.json: .* at line \d+, column \d+$/),
      'synsum: empty: found a directory without captures, expected a capture file',
    ]);
    for (const only of bad) {
      expect(await run(command, only)).toMatchObject({ status: 2, stdout: '' });
    }
  });

  test('when a time is chosen then a saved inventory is refused, as it has no single SYN-ACKs', async () => {
    for (const option of ['--since 2007-06-21T09:00', '--until 2007-06-22']) {
      expect(await run(command, option, 'monday.json')).toEqual({
        status: 2,
        stdout: '',
        stderr:
          'synsum: monday.json: found a saved inventory, expected captures: --since and --until select single SYN-ACKs\n',
      });
      expect((await run(command, option, 'monday.json', 'tuesday.pcap')).status).toBe(3);
      expect((await run(command, option, 'scan.xml', 'tuesday.pcap')).status).toBe(0);
    }
  });
});

describe.each(titled(COMPRESSORS))('with %s', (_title, { name, isHere, compress }) => {
  test.skipIf(!isHere).each(FILES)('when %s is compressed then it is the same', async (file) => {
    const packed = write(`${file}.${name}`, compress(readFileSync(path.join(folder, file))));
    for (const command of ['services', 'save']) {
      expect(nameless(await run(command, packed))).toEqual(nameless(await run(command, file)));
    }
  });
});

describe('saved inventories that are added up', () => {
  test.each(['classic', 'lines', 'table', 'csv', 'markdown', 'json', 'ndjson'])(
    'when they are summarised as %s then it is as if they were the captures',
    async (format) => {
      // The inputs are others.
      const rest = ({ stdout }: Result): string =>
        stdout.replace(/^ +\{"name":.*\n/gm, '').replace(/"inputs":\[.*\]/, '');
      for (const options of ['', '-n', '--by service,port', '--remote', '--service ssh']) {
        const saved = await run(`-f ${format}`, options, 'monday.json', 'tuesday.json');
        const captures = await run(`-f ${format}`, options, 'monday.pcap', 'tuesday.pcap');
        expect(saved).toMatchObject({ status: 0, stderr: '' });
        if (options !== '--remote') expect(rest(saved)).toBe(rest(captures));
      }
    },
  );
});

describe('machines that a scan found and that are not ours', () => {
  /** A remote address by the default scope, with a service that is used by one of our machines. */
  const REMOTE = '203.0.113.5';
  const capture = (port: number): Uint8Array =>
    pcap({
      records: [443, port].map((sourcePort, at) => ({
        seconds: 1_795_400_000 + at,
        data: ethernet({
          payload: ipv4({ source: REMOTE, destination: '10.0.0.2', payload: tcp({ sourcePort }) }),
        }),
      })),
    });
  const xml = `<?xml version="1.0"?>
<nmaprun scanner="nmap" args="nmap -p 443,8080 ${REMOTE}" start="1795314506" version="7.93" xmloutputversion="1.05">
<scaninfo type="syn" protocol="tcp" numservices="2" services="443,8080"/>
<host starttime="1795314506" endtime="1795314507"><status state="up"/><address addr="${REMOTE}" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="443"><state state="open"/></port></ports></host>
<runstats><finished time="1795314507" exit="success"/><hosts up="1" down="0" total="1"/></runstats>
</nmaprun>
`;
  write('remote.pcap', capture(8080));
  write('remote.pcap.gz', gzip.compress(capture(8080)));
  write('remote.xml', xml);
  write('remote.xml.gz', gzip.compress(Buffer.from(xml)));
  const HIDDEN =
    'Blocked from the scanner, or hidden: used in the captures, but not found open by the scan:\n' +
    `  ${REMOTE}  8080/tcp  http-alt  the scan did not find it open; 1 connection\n`;

  test.each([
    ['remote.xml remote.pcap'],
    ['remote.pcap remote.xml'],
    ['remote.pcap remote.xml.gz'],
    ['remote.pcap.gz remote.xml.gz'],
    ['remote.pcap - < remote.xml'],
    ['- remote.pcap < remote.xml'],
    ['- remote.xml < remote.pcap'],
    ['remote.xml <(cat remote.pcap)'],
    ['<(cat remote.xml.gz) remote.pcap'],
    ['remote.pcap <(gzip -dc remote.xml.gz)'],
  ])('when they come as %s then the captures keep them too', async (sources) => {
    expect(await shell(`synsum diff --open-unused ${sources}`, { cwd: folder })).toEqual({
      status: 1,
      stdout: HIDDEN,
      stderr: '',
    });
    const { stdout } = await shell(`synsum services -q ${sources}`, { cwd: folder });
    expect(stdout).toMatch(new RegExp(`^${REMOTE},${REMOTE},443,.*,both$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${REMOTE},${REMOTE},8080,.*,passive$`, 'm'));
  });

  test('when no scan found them then they are remote', async () => {
    const { stdout } = await shell('synsum services -q remote.pcap', { cwd: folder });
    expect(stdout).toMatch(/^_,,443,/m);
    expect(stdout).not.toContain(REMOTE);
  });

  test('when they were saved without the scan then it says that nobody can be sure', async () => {
    write('used.pcap', capture(443));
    await synsum(['save', '-q', '-o', 'alone.json', 'used.pcap'], { cwd: folder });
    const { status, stdout, stderr } = await synsum(['diff', '--open-unused', 'remote.xml', 'alone.json'], {
      cwd: folder,
    });
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: expect.stringContaining(`  ${REMOTE}  443/tcp  https\n`),
    });
    expect(stderr).toBe(
      'synsum: 1 of the candidates may be in use after all: a saved inventory does not tell remote machines apart\n',
    );
  });

  test('when a summary is made of a scan then a message names the command that shows more', async () => {
    expect(await synsum(['remote.xml'], { cwd: folder })).toEqual({
      status: 0,
      stdout: '',
      stderr:
        'synsum: packets: 0, SYN-ACKs: 0, rows: 0\n' +
        'synsum: scans contain no SYN-ACKs; synsum services lists what they found\n',
    });
  });

  test('when they are saved with the scan then they are kept in what is saved', async () => {
    await synsum(['save', '-q', '-o', 'both.json', 'remote.xml', 'remote.pcap'], { cwd: folder });
    const { stdout } = await synsum(['services', '-q', 'both.json'], { cwd: folder });
    expect(stdout).toMatch(new RegExp(`^${REMOTE},${REMOTE},443,.*,both$`, 'm'));
    expect(await synsum(['diff', 'both.json', 'remote.pcap'], { cwd: folder })).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });
});
