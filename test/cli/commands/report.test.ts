// `synsum report` as users run it: what it refuses, what it writes, and that the bytes depend on the sources alone.

import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, synsum } from '../../helpers/program.js';
import { makeTraffic, SMALL } from '../../helpers/traffic.js';
import { HOSTS, makeFolder, OFFICE } from '../office.js';

const { folder, write } = makeFolder();
const MONDAY = path.join(ROOT, 'samples/monday.pcap');
const TUESDAY = path.join(ROOT, 'samples/tuesday.pcap');

let files = 0;
const newFile = (): string => path.join(folder, `report-${++files}.html`);

async function report(...args: string[]): Promise<{ status: number | null; stderr: string; text: string }> {
  const file = newFile();
  const { status, stderr } = await synsum(['report', ...HOSTS, '-o', file, ...args]);
  return { status, stderr, text: existsSync(file) ? readFileSync(file, 'utf8') : '' };
}

describe('synsum report', () => {
  test('when a capture is given, then it writes a page and says what was read', async () => {
    const { status, stderr, text } = await report(OFFICE);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'synsum: packets: 12,092, SYN-ACKs: 12,092, rows: 6\n',
    });
    expect(text).toMatch(/^<!doctype html><html lang="en">/);
    expect(text).toContain('<title>Who serves what to whom</title>');
    expect(text).toContain('uses 3 services on 2 machines of ours');
    expect(text).not.toContain(ROOT);
  });

  test('when threads are more or fewer, then the bytes are the same', async () => {
    const { capture, names } = makeTraffic({ ...SMALL, workstations: 400 });
    const [file, hosts] = [write('office.pcap', capture), write('office.yaml', names)];
    const pages = await Promise.all(
      ['1', '2', '5'].map((threads) => report('--names', hosts, '--threads', threads, file)),
    );
    expect(pages[0]?.text.length).toBeGreaterThan(100_000);
    expect(new Set(pages.map(({ text }) => text)).size).toBe(1);
  });

  test('when captures are split and named in any order, then the bars of services are the same', async () => {
    const { capture, names } = makeTraffic(SMALL);
    const hosts = write('split.yaml', names);
    const ends = [24, ...recordsOf(capture).filter((_, at) => at % 4000 === 0), capture.length];
    const parts = ends.slice(1).map((end, at) => {
      const part = Buffer.concat([capture.subarray(0, 24), capture.subarray(ends[at], end)]);
      return write(`split-${at}.pcap`, part);
    });
    const bars = async (...files: string[]): Promise<readonly string[]> =>
      (await report('--names', hosts, ...files)).text.match(/ d="M0 0[hv][^"]+z"/g) ?? [];
    const whole = await bars(write('whole.pcap', capture));
    expect(whole.length).toBeGreaterThan(20);
    expect(await bars(...parts)).toEqual(whole);
    expect(await bars('--threads', '3', ...parts.toReversed())).toEqual(whole);
  });

  test('when the source is a store, then bars are its hours; a saved inventory has none, and says so', async () => {
    const { capture, names } = makeTraffic(SMALL);
    const [file, hosts] = [write('day.pcap', capture), write('day.yaml', names)];
    const [store, saved] = [path.join(folder, 'day.db'), path.join(folder, 'day.json')];
    await synsum(['record', '-q', '--store', store, '--names', hosts, file]);
    await synsum(['save', '-q', '-o', saved, '--names', hosts, file]);
    const { text } = await report('--names', hosts, `store:${store}`);
    expect(text).toContain('A bar is 1 hour wide');
    expect(text).toMatch(/ d="M0 0[hv][^"]+z"/);
    const { text: without } = await report('--names', hosts, saved);
    expect(without).toContain('Use in between is not known');
    expect(without).not.toMatch(/ d="M0 0[hv][^"]+z"/);
    const both = write('both.yaml', names.replace('hosts:', 'hosts:\n  pluto: 12.13.15.166'));
    const mixed = await report('--names', both, saved, OFFICE);
    expect(mixed.text).toMatch(/ d="M0 0[hv][^"]+z"/);
    expect(mixed.text).toMatch(/have a band from the first to the last connection/);
  });

  test('when a file exists, then it is kept, unless --force is given', async () => {
    const file = write('mine.html', 'mine');
    const { status, stderr } = await synsum(['report', ...HOSTS, '-o', file, OFFICE]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `synsum: -o ${file}: exists already; --force overwrites it\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await synsum(['report', ...HOSTS, '-o', file, '--force', OFFICE])).status).toBe(0);
    expect(statSync(file).size).toBeGreaterThan(10_000);
  });

  test('when the sources cannot be read, then a file that exists stays as it was', async () => {
    const file = write('kept.html', 'kept');
    const { status } = await synsum(['report', '-o', file, '--force', '/nonexistent.pcap']);
    expect(status).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });

  test('when the output is a source or the baseline, then it is refused', async () => {
    const file = write('source.pcap', readFileSync(MONDAY));
    for (const words of [[file], ['--baseline', file, TUESDAY]]) {
      const { status, stderr } = await synsum(['report', ...HOSTS, '-o', file, '--force', ...words]);
      expect(status).toBe(2);
      expect(stderr).toContain('is one of the sources');
    }
    expect(readFileSync(file)).toEqual(readFileSync(MONDAY));
  });

  test('when no file is named, then the page goes to a pipe', async () => {
    const { status, stdout } = await synsum(['report', ...HOSTS, '-q', OFFICE]);
    expect(status).toBe(0);
    expect(stdout).toBe((await report('-q', OFFICE)).text);
  });

  test('when there is a baseline, then the page has the changes that diff prints', async () => {
    const { status, text } = await report('--baseline', MONDAY, TUESDAY);
    expect(status).toBe(0);
    for (const part of [
      '4 changes',
      'mysql (3306/tcp)',
      'ftp (21/tcp)',
      'last seen 2007-06-25 17:58',
      'monday.pcap',
    ]) {
      expect(text).toContain(part);
    }
    expect((await report('--baseline', MONDAY, MONDAY)).text).toContain(
      'Nothing changed since the baseline.',
    );
    expect((await report('--baseline', MONDAY, '--ignore', 'pluto:mysql', TUESDAY)).text).toContain(
      '3 changes',
    );
  });

  test('when a scan and a capture are given, then the page has what they disagree about', async () => {
    const scan = write('scan.xml', SCAN);
    const { text } = await report(scan, OFFICE);
    expect(text).toContain('id="open-unused"');
    expect(text).toMatch(/1 service<\/a> is open, but nobody used it/);
  });

  test('when options choose, then the page has only what they choose', async () => {
    const { text } = await report('--server', 'pluto', '--service', 'ssh', OFFICE);
    expect(text).toContain('<td>ssh</td>');
    expect(text).not.toContain('rsync');
    expect((await report('-n', OFFICE)).text).not.toMatch(/>pluto<|>rsync</);
    expect((await report('--tz', 'Europe/Berlin', OFFICE)).text).toContain('+02:00');
    expect((await report('--until', '2007-06-21T12:00Z', OFFICE)).text).toMatch(
      /SYN-ACKs are outside the time asked for/,
    );
  });

  test('when the author asks, then the page has a title of its own and is confidential', async () => {
    const { text } = await report('--title', 'Q4 <b>audit</b>', '--confidential', OFFICE);
    expect(text).toContain('<title>Q4 &lt;b&gt;audit&lt;/b&gt;</title>');
    expect(text).toContain('<p class="mark">Confidential</p>');
  });

  test('when a capture is damaged, then the page says so, and the status is 3', async () => {
    const file = write('cut.pcap', readFileSync(OFFICE).subarray(0, 100_001));
    const { status, text } = await report(file);
    expect(status).toBe(3);
    expect(text).toMatch(/1 input not read completely/);
    expect(text).toContain('<h3>Problems</h3>');
  });

  test('when no machine is local, then the page says why everything is the Internet', async () => {
    const { status, stdout, stderr } = await synsum(['report', OFFICE]);
    expect(status).toBe(0);
    expect(stderr).toContain('no machine is local');
    expect(stdout).toContain('No machine is known to be ours');
  });

  test('when there are no SYN-ACKs, then the page says that nothing was captured', async () => {
    const { status, text } = await report(write('empty.pcap', readFileSync(OFFICE).subarray(0, 24)));
    expect(status).toBe(0);
    expect(text).toContain('nothing was captured');
  });

  test.each([
    [['--sort', 'count'], /--sort: a report shows everything/],
    [['-f', 'csv'], /--format: a report is always HTML/],
  ])('when %j is given, then it says why not', async (words, message) => {
    const { status, stderr } = await report(...words, OFFICE);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});

const SCAN = `<?xml version="1.0"?>
<nmaprun scanner="nmap" version="7.93" start="1182437128" args="nmap -p 22,443 12.13.15.166">
<scaninfo type="syn" protocol="tcp" numservices="2" services="22,443"/>
<host starttime="1182437128" endtime="1182437130"><status state="up"/><address addr="12.13.15.166" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="22"><state state="open"/><service name="ssh" method="table"/></port>
<port protocol="tcp" portid="443"><state state="open"/><service name="https" method="table"/></port></ports></host>
<runstats><finished time="1182437130"/></runstats></nmaprun>
`;

/** Where the records of a capture begin. */
function recordsOf(capture: Uint8Array): number[] {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.byteLength);
  const starts: number[] = [];
  for (let at = 24; at < capture.length; at += 16 + view.getUint32(at + 8, true)) starts.push(at);
  return starts;
}
