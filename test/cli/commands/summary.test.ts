// The main job, as users run it: the program on the sample, in every format and under every option.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, shell, synsum } from '../../helpers/program.js';
import { parseTsv } from '../../helpers/shared.js';

const OFFICE = 'samples/office.pcap';
const HOSTS = ['--hosts', 'samples/hosts.yaml'];

/** The table of the 2007 article, as it was printed. */
const ARTICLE = `\
     62 _               minnie                http
   2496 _               pluto                  ssh
   9179 _               pluto                rsync
    324 dumbo           _                     smtp
     10 goofy           _                     http
     21 minnie          _                     http
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the sample', () => {
  test('when it is summarised into a pipe, then it is the table of the article to the byte', async () => {
    const result = await synsum([OFFICE, ...HOSTS]);
    expect(result).toEqual({
      status: 0,
      stdout: ARTICLE,
      stderr:
        'synsum: packets: 12,092, SYN-ACKs: 12,092, rows: 6, ' +
        'from 2007-06-21T08:00:02.043596Z to 2007-06-21T17:59:58.517734Z\n',
    });
  });

  test('when the command is spelled out, then the answer is the same', async () => {
    const plain = await synsum([OFFICE, ...HOSTS]);
    expect(await synsum(['summary', OFFICE, ...HOSTS])).toEqual(plain);
    expect(await synsum([...HOSTS, 'summary', OFFICE])).toEqual(plain);
  });

  test('when it comes through a pipe, then the answer is the same', async () => {
    const plain = await synsum([OFFICE, ...HOSTS]);
    const input = readFileSync(path.join(ROOT, OFFICE));
    expect(await synsum(['-', ...HOSTS], { input })).toEqual(plain);
    expect(await synsum(HOSTS, { input })).toEqual(plain);
    expect(await shell(`synsum - ${HOSTS.join(' ')} < ${OFFICE}`)).toEqual(plain);
    expect(await shell(`synsum <(cat ${OFFICE}) ${HOSTS.join(' ')}`)).toEqual(plain);
  });

  test('when pcap-parser reads it, then the answer is the same', async () => {
    const plain = await synsum([OFFICE, ...HOSTS]);
    expect(await synsum([OFFICE, ...HOSTS, '--reader', 'pcap-parser'])).toEqual(plain);
    const input = readFileSync(path.join(ROOT, OFFICE));
    expect(await synsum(['-', ...HOSTS, '--reader', 'pcap-parser'], { input })).toEqual(plain);
  });

  test('when it and the other samples are written again by their script, then not a byte differs', async () => {
    const again = mkdtempSync(path.join(folder, 'samples-'));
    const { status, stderr } = await shell(`npx --no-install tsx scripts/make-samples.ts ${again}`);
    expect({ status, stderr: stderr.replace(/^npm warn.*\n/gm, '') }).toEqual({ status: 0, stderr: '' });
    for (const name of ['office.pcap', 'monday.pcap', 'tuesday.pcap']) {
      const same = readFileSync(path.join(again, name)).equals(
        readFileSync(path.join(ROOT, 'samples', name)),
      );
      expect([name, same]).toEqual([name, true]);
    }
  });

  test('when it is given twice, and that is meant, then every count doubles', async () => {
    const { stdout } = await synsum([OFFICE, OFFICE, '--allow-duplicates', ...HOSTS]);
    const doubled = ARTICLE.replace(/^ *\d+/gm, (count) => String(Number(count) * 2).padStart(7));
    expect(stdout).toBe(doubled);
  });
});

describe('formats', () => {
  test('when lines go through uniq -c, then they are the classic ones', async () => {
    const result = await shell(`synsum -q -f lines ${OFFICE} ${HOSTS.join(' ')} | uniq -c`);
    expect(result).toEqual({ status: 0, stdout: ARTICLE, stderr: '' });
  });

  test('when somebody types | uniq -c on a terminal, then a hint says that the counts are there already', async () => {
    // script(1) gives the shell a terminal of its own. It prints \r\n.
    const program = `'${process.execPath}' '${ROOT}dist/bin/synsum.cjs' ${OFFICE} ${HOSTS.join(' ')}`;
    const typed = async (command: string): Promise<string[]> => {
      const { stdout } = await shell(`script -qec "${command}" /dev/null < /dev/null`);
      return stdout.split('\r\n').filter((line) => line.includes('uniq -c'));
    };
    const hint = 'synsum: these lines have their counts already; for | uniq -c, add -f lines';
    expect(await typed(`${program} | uniq -c`)).toEqual([hint]);
    // Not where the format, silence or evidence was asked for, no pipe follows, or nobody sits at a terminal.
    const ends = ['-f classic | uniq -c', '-q | uniq -c', '> /dev/null', '< /dev/null | uniq -c', ''];
    for (const end of [...ends, '--evidence | cat']) {
      expect([end, await typed(`${program} ${end}`)]).toEqual([end, []]);
    }
  });

  test('when lines are asked for, then they come sorted', async () => {
    const result = await shell(`synsum -q -f lines ${OFFICE} ${HOSTS.join(' ')} | LC_ALL=C sort -c`);
    expect(result).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('when a table is asked for, then it is one for people', async () => {
    const { stdout } = await synsum([OFFICE, ...HOSTS, '-f', 'table']);
    expect(stdout).toBe(`\
Count  Client  Server  Service
─────  ──────  ──────  ───────
   62  _       minnie  http
2,496  _       pluto   ssh
9,179  _       pluto   rsync
  324  dumbo   _       smtp
   10  goofy   _       http
   21  minnie  _       http
`);
  });

  test('when CSV is asked for, then it has the columns under their names', async () => {
    const { stdout } = await synsum([OFFICE, ...HOSTS, '-f', 'csv']);
    expect(stdout).toBe(`\
count,client,server,service,first_seen,last_seen
62,_,minnie,http,2007-06-21T08:05:24.455881Z,2007-06-21T17:46:08.964713Z
2496,_,pluto,ssh,2007-06-21T08:00:08.219038Z,2007-06-21T17:59:56.468339Z
9179,_,pluto,rsync,2007-06-21T08:00:02.043596Z,2007-06-21T17:59:58.517734Z
324,dumbo,_,smtp,2007-06-21T08:04:02.864248Z,2007-06-21T17:59:56.636529Z
10,goofy,_,http,2007-06-21T10:28:12.539155Z,2007-06-21T15:43:39.118503Z
21,minnie,_,http,2007-06-21T09:34:53.385775Z,2007-06-21T17:51:12.827441Z
`);
  });

  test('when numeric CSV is asked for, then it has addresses and port/tcp', async () => {
    const { stdout } = await synsum([OFFICE, ...HOSTS, '-n', '-f', 'csv', '--by', 'service,server']);
    const rows = parseTsv(stdout.replaceAll(',', '\t'));
    expect(rows.map(({ count, service, server }) => `${count} ${service} ${server}`)).toEqual([
      '2496 22/tcp 12.13.15.166',
      '324 25/tcp _',
      '62 80/tcp 12.13.15.163',
      '31 80/tcp _',
      '9179 873/tcp 12.13.15.166',
    ]);
    expect(stdout).toMatch(/^count,service,server,first_seen,last_seen\n/);
  });

  test('when JSON is asked for, then it has schema, totals, rows, and addresses as well as names', async () => {
    const { stdout } = await synsum([OFFICE, ...HOSTS, '-f', 'json']);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: 'synsum.summary',
      version: 2,
      by: ['client', 'server', 'service'],
      totals: { packets_read: 12092, syn_acks: 12092, not_ip: 0, truncated: 0, bytes_read: 1015752 },
      inputs: [
        { name: OFFICE, format: 'pcap 2.4', link_types: ['EN10MB (1)'], packets_read: 12092, problems: [] },
      ],
    });
    expect(document.rows).toHaveLength(6);
    expect(document.rows[0]).toEqual({
      count: 62,
      client: '_',
      client_addresses: [],
      server: 'minnie',
      server_addresses: ['12.13.15.163'],
      service: 'http',
      ports: [80],
      first_seen: '2007-06-21T08:05:24.455881Z',
      last_seen: '2007-06-21T17:46:08.964713Z',
    });
  });

  test('when NDJSON is asked for, then each line is an object, the totals last', async () => {
    const { stdout } = await synsum([OFFICE, ...HOSTS, '-f', 'ndjson']);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ type }) => type)).toEqual([...Array(6).fill('row'), 'totals']);
    expect(records.at(-1).totals.syn_acks).toBe(12092);
  });

  test('when Markdown is asked for, then it is a table', async () => {
    const { stdout } = await synsum([OFFICE, ...HOSTS, '-f', 'markdown', '--by', 'server', '--top', '2']);
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      '| Count | Server |',
      '| ---: | --- |',
      '| 11675 | pluto |',
      '| 355 | \\_ |',
    ]);
  });

  test('when a file is asked for, then the result is in it and nowhere else', async () => {
    const file = path.join(folder, 'out.txt');
    writeFileSync(file, 'what was there before, which is longer than the result will ever be'.repeat(20));
    expect(await synsum([OFFICE, ...HOSTS, '-q', '-o', file])).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(ARTICLE);
  });
});

describe('options', () => {
  async function rowsOf(...args: string[]): Promise<string[]> {
    const { status, stdout } = await synsum([OFFICE, ...HOSTS, '-q', ...args]);
    expect(status).toBe(0);
    return stdout
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.trim().replace(/ +/g, ' '));
  }

  test('when columns are chosen, then rows are grouped by them, in their order', async () => {
    expect(await rowsOf('--by', 'service')).toEqual(['2496 ssh', '93 http', '324 smtp', '9179 rsync']);
    expect(await rowsOf('--by', 'port')).toEqual(['2496 22', '324 25', '93 80', '9179 873']);
    expect(await rowsOf('--by', 'server,client')).toEqual([
      '324 _ dumbo',
      '10 _ goofy',
      '21 _ minnie',
      '62 minnie _',
      '11675 pluto _',
    ]);
  });

  test('when rows are grouped by time, then each hour or day has rows of its own', async () => {
    const rows = await rowsOf('--by', 'hour,service', '--server', 'pluto');
    expect(rows).toHaveLength(20);
    expect(rows[0]).toMatch(/^\d+ 2007-06-21T08:00:00Z ssh$/);
    expect(rows[19]).toMatch(/^\d+ 2007-06-21T17:00:00Z rsync$/);
    expect(rows.reduce((sum, row) => sum + Number(row.split(' ')[0]), 0)).toBe(11_675);
    expect(await rowsOf('--by', 'day')).toEqual(['12092 2007-06-21']);
    expect(await rowsOf('--by', 'day,server')).toEqual([
      '355 2007-06-21 _',
      '62 2007-06-21 minnie',
      '11675 2007-06-21 pluto',
    ]);
  });

  test('when rows are grouped by time, then each format has the columns', async () => {
    const of = async (...args: string[]): Promise<string> =>
      (await synsum([OFFICE, ...HOSTS, '-q', '--by', 'day,hour', '--top', '1', ...args])).stdout;
    expect(await of('-f', 'csv')).toMatch(
      /^count,day,hour,first_seen,last_seen\n\d+,2007-06-21,2007-06-21T\d\d:00:00Z,/,
    );
    const [row] = JSON.parse(await of('-f', 'json')).rows;
    expect(row).toMatchObject({ day: '2007-06-21', hour: expect.stringMatching(/^2007-06-21T\d\d:00:00Z$/) });
    expect(JSON.parse((await of('-f', 'ndjson')).split('\n')[0] as string)).toMatchObject(row);
    expect(await of('-f', 'markdown')).toMatch(/^\| Count \| Day \| Hour \|\n/);
  });

  test('when a time zone is named, then hours and days are those of the zone', async () => {
    // Midnight in Adelaide is at 14:30 in UTC.
    const days = await rowsOf('--by', 'day', '--tz', 'Australia/Adelaide');
    const count = async (...args: string[]): Promise<number> =>
      (await rowsOf('--by', 'port', ...args)).reduce((sum, row) => sum + Number(row.split(' ')[0]), 0);
    const [before, after] = [
      await count('--until', '2007-06-21T14:30Z'),
      await count('--since', '2007-06-21T14:30Z'),
    ];
    expect(before).toBeGreaterThan(0);
    expect(days).toEqual([`${before} 2007-06-21`, `${after} 2007-06-22`]);
    const hours = await rowsOf('--by', 'hour', '--tz', 'Australia/Adelaide');
    expect(hours[0]).toMatch(/^\d+ 2007-06-21T17:00:00\+09:30$/);
    expect(hours.at(-1)).toMatch(/^\d+ 2007-06-22T03:00:00\+09:30$/);
    expect(await rowsOf('--by', 'day', '--tz', 'utc')).toEqual(await rowsOf('--by', 'day'));
  });

  test('when a time zone is named, then tables, Markdown and JSON name it too', async () => {
    const of = async (...args: string[]): Promise<string> =>
      (await synsum([OFFICE, ...HOSTS, '-q', '--by', 'day,hour', '--tz', 'Europe/Berlin', ...args])).stdout;
    expect(await of('-f', 'table')).toMatch(/^Count {2}Day \(Europe\/Berlin\) {2}Hour\n/);
    expect(await of('-f', 'table')).toContain('2007-06-21           2007-06-21 10:00+02:00\n');
    expect(await of('-f', 'markdown')).toMatch(/^\| Count \| Day \(Europe\/Berlin\) \| Hour \|\n/);
    const { tz, rows } = JSON.parse(await of('-f', 'json'));
    expect(tz).toBe('Europe/Berlin');
    expect(rows[0]).toMatchObject({ day: '2007-06-21', hour: '2007-06-21T10:00:00+02:00' });
    expect(rows[0].first_seen).toMatch(/^2007-06-21T08:.*Z$/);
    expect(await of('-f', 'csv')).toMatch(
      /^count,day,hour,first_seen,last_seen\n\d+,2007-06-21,2007-06-21T10:00:00\+02:00,/,
    );
    const plain = await synsum([OFFICE, ...HOSTS, '-q', '--tz', 'Europe/Berlin', '-f', 'json']);
    expect(JSON.parse(plain.stdout)).not.toHaveProperty('tz');
  });

  test('when a saved inventory is to be grouped by time, then it is refused, unless its rows are of one slice', async () => {
    const saved = path.join(folder, 'office.json');
    await synsum(['save', '--force', '-q', '-o', saved, OFFICE, ...HOSTS]);
    expect(await rowsOf('--by', 'day')).toEqual(['12092 2007-06-21']);
    expect((await synsum([saved, ...HOSTS, '-q', '--by', 'day'])).stdout).toBe('  12092 2007-06-21\n');
    expect(await synsum([saved, ...HOSTS, '--by', 'hour,service'])).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: ${saved}: found a saved inventory, which has no counts by hour; expected captures\n`,
    });
  });

  test('when a sort is chosen, then the rows come in it', async () => {
    expect(await rowsOf('--by', 'service', '--sort', 'count')).toEqual([
      '9179 rsync',
      '2496 ssh',
      '324 smtp',
      '93 http',
    ]);
    expect(await rowsOf('--by', 'service', '-S')).toEqual(await rowsOf('--by', 'service', '--sort', 'count'));
    expect((await rowsOf('--by', 'service', '-S', '--sort', 'first_seen'))[0]).toBe('9179 rsync');
    expect((await rowsOf('--by', 'service', '--sort', 'first_seen'))[0]).toBe('9179 rsync');
  });

  test('when people read rows sorted by time, then they see the time', async () => {
    const of = (sort: string): Promise<string[]> => rowsOf('-f', 'table', '--by', 'service', '--sort', sort);
    expect((await of('first_seen')).slice(0, 3)).toEqual([
      'Count Service First seen',
      '───── ─────── ────────────────────',
      '9,179 rsync 2007-06-21 08:00:02Z',
    ]);
    expect((await of('last_seen'))[0]).toBe('Count Service Last seen');
    expect((await of('count'))[0]).toBe('Count Service');
  });

  test('when addresses are sorted, then people see them by number, and programs by text', async () => {
    const clients = async (...args: string[]): Promise<string[]> =>
      (await rowsOf('--remote', '--by', 'client', ...args)).map((row) => row.split(' ')[1] as string);
    const byNumber = (await clients('-f', 'table')).slice(2, 900);
    const numbers = byNumber.map((text) =>
      text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0),
    );
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    const byText = (await clients()).filter((client) => /^\d/.test(client));
    expect(byText).toEqual(byText.toSorted());
    expect(byText.slice(0, 898)).not.toEqual(byNumber);
  });

  test('when only the top is asked for, then it is the busiest, and the rest is reported', async () => {
    const { stdout, stderr } = await synsum([OFFICE, ...HOSTS, '--top', '1', '-v']);
    expect(stdout).toBe('   9179 _               pluto                rsync\n');
    expect(stderr).toContain('left out by --top: 5 rows with 2,913 SYN-ACKs\n');
  });

  test('when patterns are given, then those of one option add up and options narrow', async () => {
    expect(await rowsOf('--server', 'pluto')).toHaveLength(2);
    expect(await rowsOf('--server', 'p*', '--server', 'minnie')).toHaveLength(3);
    expect(await rowsOf('--server', 'pluto', '--service', '22')).toEqual(['2496 _ pluto ssh']);
    expect(await rowsOf('--client', '12.13.15.160/27', '--service', 'http')).toEqual([
      '10 goofy _ http',
      '21 minnie _ http',
    ]);
    expect(await rowsOf('--client', '_', '--service', '1-100', '--by', 'server')).toEqual([
      '62 minnie',
      '2496 pluto',
    ]);
    expect(await rowsOf('--client', 'nobody')).toEqual([]);
  });

  test('when a pattern names a remote network, then it finds what else is one remote machine', async () => {
    const [row = ''] = await rowsOf('--client', '198.18.0.0/16', '--by', 'client');
    const [count, client] = row.split(' ');
    expect(client).toBe('_');
    // The sample draws its clients evenly from two such networks.
    expect(Number(count)).toBeGreaterThan(5000);
    expect(Number(count)).toBeLessThan(7000);
  });

  test('when remote addresses are asked for, then each is counted separately, and the sum is the same', async () => {
    const rows = await rowsOf('--remote', '--by', 'client');
    expect(rows.length).toBeGreaterThan(10_000);
    expect(rows.reduce((sum, row) => sum + Number(row.split(' ')[0]), 0)).toBe(12_092);
    expect(rows.some((row) => row.endsWith(' _'))).toBe(false);
  });

  test('when a time is given, then only the packets of that time count', async () => {
    const noon = '2007-06-21T12:00:00Z';
    const count = async (...args: string[]): Promise<number> =>
      (await rowsOf('--by', 'service', ...args)).reduce((sum, row) => sum + Number(row.split(' ')[0]), 0);
    const [before, after] = [await count('--until', noon), await count('--since', noon)];
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(0);
    expect(before + after).toBe(12_092);
    // To the microsecond, the first included and the last not.
    expect(
      await count('--since', '2007-06-21T08:00:02.043596Z', '--until', '2007-06-21T08:00:02.043597Z'),
    ).toBe(1);
    expect(await count('--until', '2007-06-21T08:00:02.043596Z')).toBe(0);
    expect(await count('--since', '1182412802.043596', '--until', '@1182412803')).toBe(1);
    for (const ago of ['2d', '2 d ago', '-2d']) expect(await count(`--until=${ago}`)).toBe(12_092);
  });

  test('when quiet is asked for, then only problems are reported; when verbose, then every class of packets', async () => {
    expect((await synsum([OFFICE, ...HOSTS, '-q'])).stderr).toBe('');
    const { stderr } = await synsum([OFFICE, ...HOSTS, '-v']);
    expect(stderr).toContain('synsum: names from samples/hosts.yaml\n');
    expect(stderr).toContain('samples/office.pcap: pcap 2.4, EN10MB (1), packets: 12,092\n');
    expect(stderr).toMatch(/ {6}12,092 {2}SYN-ACK\n/);
    expect(stderr).toMatch(/ {3}1,015,752 {2}bytes read\n/);
  });

  test('when no machine is local, then the message says what to do', async () => {
    const { stdout, stderr } = await synsum([OFFICE]);
    expect(stdout.split('\n')[0]).toBe('   2496 _               _                      ssh');
    expect(stderr).toContain('no machine is local: list your networks in hosts.yaml');
  });

  test('when hosts.yaml lies in the folder, or the environment names one, then it is used', async () => {
    writeFileSync(path.join(folder, 'hosts.yaml'), 'hosts: { here: 12.13.15.166 }\n');
    const capture = path.join(ROOT, OFFICE);
    expect((await synsum([capture, '--by', 'server'], { cwd: folder })).stdout).toContain(' here');
    const env = { SYNSUM_HOSTS: path.join(ROOT, 'samples/hosts.yaml') };
    expect((await synsum([capture, '--by', 'server'], { cwd: folder, env })).stdout).toContain(' pluto');
  });
});
