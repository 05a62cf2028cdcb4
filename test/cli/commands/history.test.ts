// `synsum history` as users run it, on a store with the samples.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHistory } from '../../../src/views/index.js';
import { type Result, ROOT, resultOf, start, synsum } from '../../helpers/program.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-history-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));
const STORE = path.join(FOLDER, 'h.db');
const NAMES = `${ROOT}samples/hosts.yaml`;
const LATER = `${ROOT}test/captures/cases__01-clean.full.pcap`;

beforeAll(async () => {
  const record = ['record', '--store', STORE, '--names', NAMES];
  await synsum([...record, '--sensor', 'north', `${ROOT}samples/office.pcap`, `${ROOT}samples/monday.pcap`]);
  await synsum([...record, '--sensor', 'south', `${ROOT}samples/tuesday.pcap`]);
});

function ask(question: string, ...options: string[]): Promise<Result> {
  return synsum(['history', question, STORE, '--names', NAMES, ...options]);
}

async function csv(question: string, ...options: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await ask(question, '-f', 'csv', ...options);
  expect([status, stderr]).toEqual([0, '']);
  return stdout.trimEnd().split('\n').slice(1);
}

describe('synsum history', () => {
  test('when it is asked what is new then a service that another sensor saw before is not', async () => {
    const rows = await csv('new', '--since', '2007-06-26T00:00Z');
    expect(rows.map((row) => row.split(',').slice(1, 5).join(','))).toEqual([
      '12.13.15.170,12.13.15.170,8080,http-alt',
      'pluto,12.13.15.166,3306,mysql',
    ]);
    expect(await ask('new')).toMatchObject({
      status: 2,
      stderr: 'synsum: new since when? Expected --since\n',
    });
  });

  test('when it is asked what was seen then each service has its first and last time and its sensors', async () => {
    const [ssh] = await csv('seen', '--server', 'pluto', '--service', 'ssh');
    expect(ssh).toMatch(
      /^2007-06-21T08:00:08\.\d+Z,pluto,12\.13\.15\.166,22,ssh,2007-06-26T17:44:36\.\d+Z,,,north south$/,
    );
  });

  test('when a timeline is asked for then its units add up, and a filter chooses services', async () => {
    const countsOf = (rows: string[]): number[] => rows.map((row) => Number(row.split(',')[1]));
    expect(countsOf(await csv('timeline'))).toEqual([12_092, 287, 219]);
    expect(countsOf(await csv('timeline', '--unit', 'week'))).toEqual([12_092, 506]);
    const hours = countsOf(await csv('timeline', '--unit', 'hour'));
    expect(hours.length).toBeGreaterThan(20);
    expect(hours.reduce((sum, count) => sum + count, 0)).toBe(12_598);
    expect(countsOf(await csv('timeline', '--service', 'ssh', '--sensor', 'north'))).toEqual([2496, 41]);
  });

  test('when it is shown to people then there are bars and separators', async () => {
    const { stdout } = await ask('timeline', '-f', 'table');
    expect(stdout.split('\n')[2]).toMatch(/^2007-06-21 {4}12,092 {6}12,092 .* {2}█+$/);
  });

  test('when hours were added up then a timeline shows their days or months whole, and says so', async () => {
    const copy = path.join(FOLDER, 'compacted.db');
    fs.copyFileSync(STORE, copy);
    const timeline = (...options: string[]) =>
      synsum(['history', 'timeline', copy, '-f', 'csv', '--names', NAMES, ...options]);
    await synsum(['history', 'compact', copy, '--keep', '0h,40000d']);
    const days = await timeline('--unit', 'hour');
    expect(days.stdout).toBe((await timeline('--unit', 'day')).stdout);
    expect(days.stdout).toMatch(/^2007-06-21T00:00:00\.000000Z,12092,12092,\d+,24$/m);
    const said = `synsum: ${copy}: some of its hours were added up, so their days or months are shown whole\n`;
    expect(days).toMatchObject({ status: 0, stderr: said });
    expect((await timeline('--unit', 'week')).stderr).toBe('');
    await synsum(['history', 'compact', copy, '--keep', '0h,0d']);
    await synsum(['record', '--store', copy, '--sensor', 'north', LATER]);
    const { stdout, stderr } = await timeline('--service', 'ssh');
    expect(stderr).toBe(said);
    expect(stdout).toMatch(/^2007-06-01T00:00:00\.000000Z,2575,2575,\d+,720$/m);
    expect((await timeline('--unit', 'hour')).stdout).toMatch(
      /^2026-11-28T03:00:00\.000000Z,\d+,\d+,\d+,1$/m,
    );
    const table = await synsum(['history', 'timeline', copy, '-f', 'table']);
    expect(table.stdout).toMatch(/^2007-06 +12,598 /m);
  });

  test('when a window is narrow then the bars keep their proportions', async () => {
    const rows = [
      { start: 0, synAcks: 100, handshakes: 100, services: 1 },
      { start: 86_400_000_000, synAcks: 50, handshakes: 50, services: 1 },
    ];
    const lengthsAt = async (width: number): Promise<number[]> => {
      const chunks = await renderHistory(
        'table',
        { kind: 'activity', unit: 'day', rows },
        { width, hasColors: false },
      );
      let text = '';
      for (const chunk of chunks) text += chunk;
      return [...text.matchAll(/█+/g)].map(([bar]) => bar.length);
    };
    expect(await lengthsAt(120)).toEqual([40, 20]);
    expect(await lengthsAt(60)).toEqual([16, 8]);
    expect(await lengthsAt(40)).toEqual([8, 4]);
  });

  test('when an option would change nothing then it is refused', async () => {
    for (const [args, message] of [
      [['sensors', STORE, '--since', '2007-06-22'], '--since: does not choose sensors'],
      [['sensors', `store:${STORE}?until=2007-06-22`], 'sensors are for all times'],
      [['captures', STORE, '--server', 'minnie'], '--server: does not choose captures'],
      [['seen', STORE, '--unit', 'day'], '--unit: is for timeline, not for seen'],
      [['export', STORE, '--unit', 'day'], '--unit: is for timeline, not for export'],
    ] as const) {
      const { status, stderr } = await synsum(['history', ...args]);
      expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  test('when a zone is named then the times in the name of a store are of it, as those of options are', async () => {
    const shown = async (...args: string[]): Promise<unknown> => {
      const { status, stdout, stderr } = await synsum([...args, '-q', '-f', 'csv']);
      expect(status, stderr).toBe(0);
      return stdout;
    };
    for (const zone of ['utc', 'Asia/Tokyo', 'America/New_York']) {
      for (const time of ['2007-06-25T20:00', '2007-06-26', '2007-06-25T11:00Z', '1182780000']) {
        const names = ['--names', NAMES, '--tz', zone];
        const chosen = `store:${STORE}?since=${time}`;
        const limited = await shown(`store:${STORE}`, '--since', time, ...names);
        expect(await shown(chosen, ...names), `${time} ${zone}`).toBe(limited);
        expect(await shown('history', 'timeline', chosen, '--unit', 'hour', ...names)).toBe(
          await shown('history', 'timeline', STORE, '--since', time, '--unit', 'hour', ...names),
        );
      }
    }
  });

  test('when sensors and captures are asked for then all of them are listed', async () => {
    const { sensors } = JSON.parse((await ask('sensors', '-f', 'json')).stdout);
    expect(sensors).toMatchObject([
      { sensor: 'north', captures: 2, count: 12_379 },
      { sensor: 'south', captures: 1, count: 219 },
    ]);
    expect((await csv('sensors', '--sensor', 'south')).map((row) => row.split(',')[0])).toEqual(['south']);
    for (const question of ['sensors', 'captures', 'seen']) {
      expect((await ask(question, '--sensor', 'west')).stderr).toContain('found no sensor "west"');
    }
    const names = (await csv('captures')).map((row) => path.basename(row.split(',')[3] ?? ''));
    expect(names).toEqual(['office.pcap', 'monday.pcap', 'tuesday.pcap']);
  });

  test('when rows are removed then the services are remembered, and an answer says what is missing', async () => {
    const copy = path.join(FOLDER, 'copy.db');
    fs.copyFileSync(STORE, copy);
    const pruned = await synsum(['history', 'prune', copy, '--until', '2007-06-25T00:00Z']);
    expect(pruned.stderr).toMatch(/removed \d+ rows\n$/);
    expect((await synsum(['history', 'verify', copy])).status).toBe(0);
    const { stderr } = await synsum(['services', `store:${copy}`]);
    const removed = 'rows before 2007-06-21 18:00Z were removed, so they are not in the answer';
    expect(stderr).toContain(removed);
    for (const question of ['timeline', 'export']) {
      expect((await synsum(['history', question, copy])).stderr).toBe(`synsum: ${copy}: ${removed}\n`);
    }
    const seen = await synsum(['history', 'seen', copy, '-f', 'csv', '--names', NAMES]);
    expect(seen.stdout).toContain(',rsync,2007-06-21T17:59:58');
  });

  test('when a wrong file or choice is named then it says so, with status 2', async () => {
    expect(await synsum(['history', 'seen', `${ROOT}samples/office.pcap`])).toMatchObject({
      status: 2,
      stdout: '',
    });
    expect((await ask('seen', '--sensor', 'east')).stderr).toContain('found no sensor "east"');
    expect((await synsum([`store:${STORE}?snce=1`])).stderr).toContain(
      'found "snce", expected since, until, sensor, across',
    );
    expect((await synsum(['history', 'prune', STORE])).stderr).toContain(
      'prune needs either --until or --max-size',
    );
    for (const choice of [
      ['prune', STORE, '--until', '2040-01-01', '--sensor', 'north'],
      ['prune', STORE, '--until', '2040-01-01', '--server', 'pluto'],
      ['prune', `store:${STORE}?sensor=north`, '--until', '2040-01-01'],
      ['compact', STORE, '--since', '2007-06-01'],
      ['verify', `store:${STORE}?across=max`],
    ]) {
      const { status, stderr } = await synsum(['history', ...choice]);
      expect(status).toBe(2);
      expect(stderr).toContain(`${choice[0]} is for the whole store`);
    }
    expect(await ask('timeline')).toMatchObject({ status: 0, stderr: '' });
    expect(await synsum(['history', 'timeline', `store:${STORE}?across=max`])).toMatchObject({
      status: 2,
      stderr: `synsum: store:${STORE}?across=max: a timeline is the sum of sensors, expected one of them in --sensor\n`,
    });
  });
});

describe('synsum history export', () => {
  const HEAD =
    'start,hours,sensor,server,port,client,count,first_seen,last_seen,copies,resent,late,mutual,plain,proxied,port20,low_ports,judged,completed,data,reset';

  test('when everything is exported then the rows add up to what was recorded, in the order of time', async () => {
    const rows = await csv('export');
    expect(rows.reduce((sum, row) => sum + Number(row.split(',')[6]), 0)).toBe(12_092 + 287 + 219);
    const starts = rows.map((row) => row.split(',')[0] as string);
    expect(starts).toEqual([...starts].sort());
    const keys = rows.map((row) => row.split(',').slice(0, 6).join());
    expect(new Set(keys).size).toBe(keys.length);
    expect((await ask('export')).stdout.split('\n')[0]).toBe(HEAD);
  });

  test('when it is limited then the times, the sensor, patterns and --top choose rows', async () => {
    const sensors = (await csv('export', '--sensor', 'south')).map((row) => row.split(',')[2]);
    expect(new Set(sensors)).toEqual(new Set(['south']));
    const hour = await csv('export', '--since', '2007-06-21T10:00Z', '--until', '2007-06-21T11:00Z');
    expect(new Set(hour.map((row) => row.split(',')[0]))).toEqual(new Set(['2007-06-21T10:00:00.000000Z']));
    const ssh = await csv('export', '--server', 'pluto', '--service', 'ssh');
    expect(new Set(ssh.map((row) => row.split(',').slice(3, 5).join()))).toEqual(
      new Set(['12.13.15.166,22']),
    );
    expect(await csv('export', '--top', '3')).toEqual((await csv('export')).slice(0, 3));
  });

  test('when NDJSON is exported then it has the same rows, and a last line', async () => {
    const lines = (await ask('export', '-f', 'ndjson')).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toEqual({ type: 'totals', schema: 'synsum.history', version: 1 });
    const rows = lines.slice(0, -1).map((row) => {
      const { type: _, evidence, ...fields } = row;
      return [...Object.values(fields), ...Object.values(evidence)].join();
    });
    expect(rows).toEqual(await csv('export'));
  });

  test('when the reader of the pipe has gone then that is success', async () => {
    const child = start(['history', 'export', STORE]);
    child.stdout.destroy();
    expect((await resultOf(child)).status).toBe(0);
  });

  test.each([
    [['-f', 'table'], '--format: found table, expected csv or ndjson for an export'],
    [['--reverse'], '--reverse: an export has the order of time'],
  ])('when it gets %s then that is refused', async (options, message) => {
    expect(await ask('export', ...options)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });
});

describe('a part of the time of a store', () => {
  test('when it is summarized then the totals say what is known of it, and no zeros', async () => {
    const since = 'since=2007-06-21T10:00Z&until=2007-06-21T13:00Z';
    const { stderr } = await synsum([`store:${STORE}?${since}`, '--names', NAMES, '-v']);
    expect(stderr).toContain('synsum: SYN-ACKs: 3,595, rows: ');
    expect(stderr).toContain('packets other than SYN-ACKs are not known for a part of the time of a store');
    expect(stderr).not.toMatch(/ 0 {2}/);
    const whole = await synsum([`store:${STORE}`, '--names', NAMES, '-v']);
    expect(whole.stderr).toContain('synsum: packets: 12,598, SYN-ACKs: 12,598, ');
  });
});
