// Servers that are down, refuse or answer wrongly: the message says which one, and no answer is silently a part.

import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  DATABASE,
  HAS_CLICKHOUSE,
  LosingProxy,
  NEEDS_CLICKHOUSE,
  PASSWORD,
} from '../../helpers/clickhouse.js';
import { type Result, ROOT } from '../../helpers/program.js';
import { captureFor, inFleet, urlOf, useServers } from './servers.js';

const fleet = useServers();
const SAMPLES = ['monday', 'tuesday', 'office'].map((name) => `${ROOT}samples/${name}.pcap`);
const OPTIONS = ['--names', `${ROOT}samples/hosts.yaml`];

function samplesFor(sensor: string): string[] {
  return SAMPLES.map((capture) => captureFor(fleet, sensor, capture));
}

/** Runs `record` for the samples of a sensor. */
function recordFor(sensor: string, store = fleet.url): Promise<Result> {
  return inFleet(['record', '--sensor', sensor, '--store', store, ...OPTIONS, ...samplesFor(sensor)]);
}

/** The host of a server that answers every query so. */
async function withAnswer<T>(
  status: number,
  body: Buffer | string,
  work: (host: string) => Promise<T>,
): Promise<T> {
  const server = http.createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(status).end(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    return await work(`127.0.0.1:${(server.address() as net.AddressInfo).port}`);
  } finally {
    server.close();
  }
}

/** The host of a server that does this with each request. */
async function withSocket<T>(
  answer: (socket: net.Socket) => void,
  work: (host: string) => Promise<T>,
): Promise<T> {
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    return await work(`127.0.0.1:${(server.address() as net.AddressInfo).port}`);
  } finally {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
}

/** The row of a version and a time, as RowBinary has them. */
function versionRow(version: string): Buffer {
  return Buffer.from([version.length, ...Buffer.from(version), 0, 0, 0, 0]);
}

describe('the address of a fleet', () => {
  test('when it has a password then nothing is done, and the password is not shown', async () => {
    for (const args of [
      ['services', 'clickhouse://synsum:hunter2@127.0.0.1:1/fleet'],
      ['record', '--store', 'clickhouse://synsum:hun@ter2@127.0.0.1:1/fleet', 'x.pcap'],
      ['history', 'seen', 'clickhouses://:hunter2@127.0.0.1:1/fleet'],
      ['diff', SAMPLES[0] as string, 'clickhouse://synsum:hunter2@h/fleet?since=7d'],
      ['push', '--store', 'x.db', '--to', 'clickhouse://synsum:hunter2@h/fleet'],
      ['push', '--store', 'x.db', '--to', 'http://synsum:hunter2@h:8123/fleet'],
      ['services', 'CLICKHOUSE://synsum:hunter2@h/fleet'],
      ['services', 'clickhouse://synsum@h/fleet?password=hunter2'],
      ['record', '--store=clickhouse://synsum:hunter2@h/fleet', 'x.pcap'],
      ['history', 'export', 'clickhouse://synsum@h/fleet?since=7d&password=hunter2'],
    ]) {
      const { status, stdout, stderr } = await inFleet(args);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^synsum: an address of ClickHouse must not contain a password/);
      expect(stderr).not.toMatch(/hun|ter2/);
    }
  });

  test.each(['clickhouse://h1', 'clickhouse://h1:99999/x', 'clickhouse://h1/a-b', 'clickhouse://a b@h/x'])(
    'when it is %s then the message shows one',
    async (url) => {
      const { status, stderr } = await inFleet(['services', url]);
      expect(status).toBe(2);
      expect(stderr).toContain('expected an address such as clickhouse://user@h1:8123,h2:8123/synsum');
    },
  );

  test('when the file of the password cannot be read then the message names it', async () => {
    const { status, stderr } = await inFleet([
      ...['record', '--store', urlOf(['127.0.0.1:1']), '--password-file', '/nonexistent/p', ...SAMPLES],
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain('the file of the password, /nonexistent/p: no such file');
  });
});

describe('a server that is not what synsum needs', () => {
  test.each(['1.1.54236', '18.14.19', '17.9.1'])(
    'when its version is %s then it is refused',
    async (version) => {
      const { status, stderr } = await withAnswer(200, versionRow(version), (host) =>
        inFleet(['services', urlOf([host])]),
      );
      expect(status).toBe(2);
      expect(stderr).toContain(`found ClickHouse ${version}, expected 18.16 or later`);
    },
  );

  test.each([
    ['is empty', 200, ''],
    ['is a page', 200, '<html>\u001b[31mhello, this is not a database</html>'],
    ['has a long text', 200, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7f])],
    ['is that of a proxy', 502, '<html>\u001b[31mBad Gateway</html>'],
  ])('when its answer %s then it is refused', async (_, status, body) => {
    const result = await withAnswer(status, body, (host) => inFleet(['services', urlOf([host])]));
    expect([result.status, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(/^synsum: clickhouse:\/\/synsum@127/);
    expect(result.stderr).not.toContain('\u001b');
  });

  test.each([
    ['nothing', ''],
    ['the beginning of an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc'],
  ])('when it sends %s and no more then it is down', async (_, text) => {
    const { status, stderr } = await withSocket(
      (socket) => socket.write(text),
      (host) => inFleet(['services', urlOf([host])], { SYNSUM_CLICKHOUSE_TIMEOUT: '1' }),
    );
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/127\.0\.0\.1:\d+ is down: there was no answer$/m),
    ]);
  });

  test('when nobody could see whether its answer is cut off then it is refused', async () => {
    const { status, stderr } = await withSocket(
      (socket) => socket.end('HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nabc'),
      (host) => inFleet(['services', urlOf([host])]),
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining('found an answer without a length')]);
  });

  test('when its answer is shorter than it says then it is down', async () => {
    const { status, stderr } = await withSocket(
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc'),
      (host) => inFleet(['services', urlOf([host])]),
    );
    expect([status, stderr]).toEqual([2, expect.stringMatching(/127\.0\.0\.1:\d+ is down: /)]);
  });

  test('when it explains an error in 100 MB then the message is short', async () => {
    const page = Buffer.alloc(100 << 20, 'Code: 999. DB::Exception: no. ');
    const { status, stderr } = await withAnswer(500, page, (host) => inFleet(['services', urlOf([host])]));
    expect(status).toBe(2);
    expect(stderr).toMatch(/is down: its page about an error is too long$/m);
  });

  test('when the time to wait is not a number of seconds then it is refused', async () => {
    const { status, stderr } = await inFleet(['services', urlOf(['127.0.0.1:1'])], {
      SYNSUM_CLICKHOUSE_TIMEOUT: '0',
    });
    expect([status, stderr]).toEqual([2, expect.stringContaining('found "0", expected 1 to 3600 seconds')]);
  });

  test('when it is down then it is named', async () => {
    const { status, stderr } = await inFleet(['services', urlOf(['127.0.0.1:1'])]);
    expect(status).toBe(2);
    expect(stderr).toContain('127.0.0.1:1 is down: the connection was refused');
  });
});

describe.skipIf(!HAS_CLICKHOUSE)(`a fleet with failures${NEEDS_CLICKHOUSE}`, () => {
  test('when the password is wrong then the message says where it belongs', async () => {
    const { status, stderr } = await inFleet(['services', fleet.url], {
      SYNSUM_CLICKHOUSE_PASSWORD: 'wrong',
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/the user synsum or the password was refused; .*SYNSUM_CLICKHOUSE_PASSWORD/);
    expect(stderr).not.toContain('wrong');
  });

  test('when the password is in a file then it is read', async () => {
    const file = path.join(fleet.folder, 'password');
    fs.writeFileSync(file, `${PASSWORD}\n`);
    const record = [
      'record',
      '--store',
      fleet.url,
      '--password-file',
      file,
      ...OPTIONS,
      SAMPLES[0] as string,
    ];
    expect(await inFleet(record, { SYNSUM_CLICKHOUSE_PASSWORD: 'wrong' })).toMatchObject({ status: 0 });
    const { status } = await inFleet(['services', fleet.url], {
      SYNSUM_CLICKHOUSE_PASSWORD_FILE: file,
      SYNSUM_CLICKHOUSE_PASSWORD: PASSWORD,
    });
    expect(status).toBe(0);
  });

  test('when there is no database, or no table in it, then the message says what to do', async () => {
    const hosts = fleet.servers.map(({ host }) => host);
    const none = await inFleet(['services', urlOf(hosts, 'other')]);
    expect([none.status, none.stderr]).toEqual([
      2,
      expect.stringContaining('found no database other; make it'),
    ]);
    const empty = await inFleet(['services', fleet.url]);
    expect([empty.status, empty.stderr]).toEqual([
      2,
      expect.stringContaining(`found no tables of synsum in the database ${DATABASE}; synsum push and`),
    ]);
  });

  test('when the tables are of a newer version then they are refused', async () => {
    await inFleet(['record', '-q', '--store', fleet.url, ...OPTIONS, ...SAMPLES]);
    await fleet.servers[1]?.query("INSERT INTO meta (key, value) VALUES ('version', '9')", DATABASE);
    for (const args of [
      ['services', fleet.url],
      ['record', '--store', fleet.url, ...SAMPLES],
    ]) {
      const { status, stderr } = await inFleet(args);
      expect([status, stderr]).toEqual([
        2,
        expect.stringContaining('found tables of version 9, expected at most 1; use a later synsum'),
      ]);
    }
  });

  test('when every third answer is lost then everything is recorded once, and asked', async () => {
    const proxies = await Promise.all(fleet.servers.map(({ port }) => LosingProxy.start(port, 3)));
    const lossy = urlOf(proxies.map(({ host }) => host));
    for (const sensor of ['a', 'b', 'c']) {
      const recorded = await recordFor(sensor, lossy);
      expect(recorded).toMatchObject({ status: 0, stdout: '' });
      expect(recorded.stderr).toContain('recorded 3 sources');
    }
    const services = ['services', '-q', '-f', 'csv', ...OPTIONS];
    const direct = await inFleet([...services, ...SAMPLES]);
    for (const sensor of ['a', 'b', 'c']) {
      expect(await inFleet([...services, `${lossy}?sensor=${sensor}`])).toMatchObject({
        status: 0,
        stdout: direct.stdout,
      });
    }
    expect(proxies.every(({ lost }) => lost > 0)).toBe(true);
    for (const proxy of proxies) proxy.close();
  });

  test('when one server is down then the others answer, the message names it, and the status is 3', async () => {
    for (const sensor of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      await recordFor(sensor);
    }
    const [one, two] = fleet.servers as [(typeof fleet.servers)[0], (typeof fleet.servers)[0]];
    const whole = await inFleet(['summary', '-q', ...OPTIONS, fleet.url]);
    const rest = await inFleet(['summary', '-q', ...OPTIONS, urlOf([one.host])]);
    expect([whole.status, rest.status]).toEqual([0, 3]);
    await two.kill();
    const part = await inFleet(['summary', '-q', ...OPTIONS, fleet.url]);
    expect(part).toMatchObject({ status: 3, stdout: rest.stdout });
    expect(part.stderr).toContain(
      `${two.host} is down: the connection was refused; the answer is without it`,
    );
    const sensors = await inFleet(['history', 'sensors', fleet.url]);
    expect([sensors.status, sensors.stderr]).toEqual([3, expect.stringContaining(`${two.host} is down`)]);
    // Sensors of the server that is down record on the other one.
    for (const sensor of ['i', 'j', 'k', 'l']) {
      expect(await recordFor(sensor)).toMatchObject({ status: 0 });
    }
    await two.restart();
    const after = await inFleet(['history', 'sensors', '-f', 'csv', fleet.url]);
    expect(after.status).toBe(0);
    const names = after.stdout
      .split('\n')
      .slice(1, -1)
      .map((line) => line.slice(0, line.indexOf(',')));
    expect(names).toEqual([...'abcdefghijkl']);
    const twelve = await inFleet(['summary', '-q', ...OPTIONS, `${fleet.url}?sensor=l`]);
    expect(twelve.stdout).toBe((await inFleet(['summary', '-q', ...OPTIONS, ...SAMPLES])).stdout);
  });
});
