// `synsum services` as users run it: what is offered, from captures, from scans and from both.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { casePath } from '../../helpers/cases.js';
import { ethernet, ipv4, pcap, tcp } from '../../helpers/packets.js';
import { ROOT, synsum } from '../../helpers/program.js';
import { hasShared, parseTsv, SHARED_NOTE, sharedPath } from '../../helpers/shared.js';
import { HOSTS, makeFolder, OFFICE } from '../office.js';

const { folder, write } = makeFolder();
/** Said of captures that have nothing but SYN-ACKs. */
const INFERRED = 'synsum: the captures show no answers to SYN-ACKs: whether services are used is inferred\n';
const SCANS = path.join(ROOT, 'test/scans');
const LAN = path.join(SCANS, 'synsum__lan.xml');

/** SYN-ACKs of a server of the scanned network to its clients, some of them remote. */
const LAN_CAPTURE = write(
  'lan.pcap',
  pcap({
    records: [
      ['10.99.0.2', 22, '10.99.0.4'],
      ['10.99.0.2', 22, '198.51.100.7'],
      ['10.99.0.2', 9999, '198.51.100.7'],
      ['203.0.113.5', 443, '10.99.0.4'],
    ].map(([source = '', sourcePort, destination = ''], at) => ({
      seconds: 1_795_400_000 + at,
      data: ethernet({
        payload: ipv4({
          source: String(source),
          destination: String(destination),
          payload: tcp({ sourcePort: Number(sourcePort) }),
        }),
      }),
    })),
  }),
);

async function rowsOf(...args: string[]): Promise<Record<string, string>[]> {
  const { status, stdout } = await synsum(['services', '-q', ...args]);
  expect(status).toBe(0);
  return parseTsv(stdout.replaceAll(',', '\t'));
}

const textOf = ({ server, port, protocol, service, connections, known }: Record<string, string>): string =>
  [server, `${port}/${protocol}`, service, connections, known].join(' ');

test('when the first SYN-ACKs of a flood are outside the time then no count is below zero or above its whole', async () => {
  const names = write('local.yaml', 'local: [10.77.2.0/24]\n');
  for (const since of [1795836679, 1795836681, 1795836690, 1795836700]) {
    const flood = casePath('07a-flood-forged', 'synack');
    const { stdout, stderr } = await synsum([
      'services',
      '--names',
      names,
      '-f',
      'table',
      '--since',
      `${since}`,
      flood,
    ]);
    expect(stdout).not.toMatch(/-\d+ remote/);
    for (const [, part, whole] of stderr.matchAll(/([\d,]+) of ([\d,]+) handshakes/g))
      expect(Number(part?.replace(',', ''))).toBeLessThanOrEqual(Number(whole?.replace(',', '')));
  }
});

describe('synsum services', () => {
  test('when the sample is checked then its services are listed, with their clients', async () => {
    expect(await synsum(['services', OFFICE, ...HOSTS])).toEqual({
      status: 0,
      stdout: `\
server,address,port,protocol,service,product,version,extra,state,connections,local_clients,remote_clients,remote_clients_error,first_seen,last_seen,known
_,,25,tcp,smtp,,,,,324,1,0,0,2007-06-21T08:04:02.864248Z,2007-06-21T17:59:56.636529Z,passive
_,,80,tcp,http,,,,,31,2,0,0,2007-06-21T09:34:53.385775Z,2007-06-21T17:51:12.827441Z,passive
minnie,12.13.15.163,80,tcp,http,,,,,62,0,62,0,2007-06-21T08:05:24.455881Z,2007-06-21T17:46:08.964713Z,passive
pluto,12.13.15.166,22,tcp,ssh,,,,,2496,0,2496,0.065,2007-06-21T08:00:08.219038Z,2007-06-21T17:59:56.468339Z,passive
pluto,12.13.15.166,873,tcp,rsync,,,,,9179,0,8698,0.065,2007-06-21T08:00:02.043596Z,2007-06-21T17:59:58.517734Z,passive
`,
      stderr: `synsum: packets: 12,092, SYN-ACKs: 12,092, services: 5\n${INFERRED}`,
    });
  });

  test('when remote clients are counted exactly then the estimate is as near as it says', async () => {
    const { stdout } = await synsum(['-q', OFFICE, ...HOSTS, '--remote', '--by', 'client,server,port']);
    const exact = stdout.match(/^ *\d+ \S+ +pluto +873$/gm)?.length ?? 0;
    const [, , , , row = {}] = await rowsOf(OFFICE, ...HOSTS);
    const [estimate, error] = [Number(row['remote_clients']), Number(row['remote_clients_error'])];
    expect(exact).toBeGreaterThan(5000);
    // Three times the standard error: a sample that is what it always is.
    expect(Math.abs(estimate - exact)).toBeLessThan(3 * error * exact);
  });

  test.each([
    ['03a-any-twice', '20 of 40 SYN-ACKs are copies, as when -i any captures each packet twice'],
    [
      '04-synscan',
      'a scan by a remote machine (--remote shows its address) touched 8 services: a touch alone does not count as use',
    ],
    [
      '07a-flood-forged',
      "178 of 203 handshakes of 10.77.2.80, 80/tcp were never answered: the clients' addresses may be forged",
    ],
    ['09-ftp', 'left out, because they are FTP data, backscatter or simultaneous opens: 8 rows'],
  ])('when it judges %s then standard error says what by', async (name, sentence) => {
    const { status, stderr } = await synsum(['services', casePath(name, 'full')]);
    expect(status).toBe(0);
    expect(stderr.match(/^synsum: .*$/gm)).toHaveLength(2);
    expect(stderr).toContain(`synsum: ${sentence}`);
    expect((await synsum(['services', '-q', casePath(name, 'full')])).stderr).toBe('');
  });

  test('when clients are forged then the table does not count them as clients, whatever was captured', async () => {
    for (const kind of ['full', 'synack'] as const) {
      const { stdout } = await synsum(['services', '-f', 'table', casePath('07a-flood-forged', kind)]);
      expect(stdout).toMatch(/^10\.77\.2\.80 +80\/tcp +http +203 .* 1 \+ at most 20 remote /m);
    }
  });

  test('when an input was cut short, or is not a capture, then the table says so', async () => {
    // Its last bytes are the checksum, so no record is incomplete and there is no gap.
    const whole = gzipSync(readFileSync(OFFICE));
    const cut = write('cut.pcap.gz', whole.subarray(0, -4));
    const text = write('text.txt', 'not a capture');
    for (const command of ['summary', 'services', 'hosts']) {
      expect((await synsum([command, ...HOSTS, '-f', 'table', cut])).stdout).toContain(
        '\nNot read completely: 1 input.\n',
      );
      const { stdout } = await synsum([command, ...HOSTS, '-f', 'table', text, OFFICE]);
      expect(stdout).toContain('\nNot read: 1 input.\n');
    }
  });

  test('when FTP sent data then nobody is said to have scanned', async () => {
    for (const kind of ['full', 'synack'] as const) {
      const { stderr } = await synsum(['services', casePath('09-ftp', kind)]);
      expect(stderr).toContain('left out, because they are FTP data');
      expect(stderr).not.toContain('a scan by');
    }
  });

  test('when people read it then it is a table', async () => {
    const { stdout } = await synsum(['services', '-q', '-f', 'table', OFFICE, ...HOSTS]);
    expect(stdout).toBe(`\
Server     Port  Service  Handshakes  Evidence      Clients         First seen            Last seen
──────  ───────  ───────  ──────────  ────────────  ──────────────  ────────────────────  ────────────────────
_        25/tcp  smtp            324  likely 324    1               2007-06-21 08:04:02Z  2007-06-21 17:59:56Z
_        80/tcp  http             31  likely 31     2               2007-06-21 09:34:53Z  2007-06-21 17:51:12Z
minnie   80/tcp  http             62  likely 62     62 remote       2007-06-21 08:05:24Z  2007-06-21 17:46:08Z
pluto    22/tcp  ssh           2,496  likely 2,496  2500±7% remote  2007-06-21 08:00:08Z  2007-06-21 17:59:56Z
pluto   873/tcp  rsync         9,179  likely 9,179  8700±7% remote  2007-06-21 08:00:02Z  2007-06-21 17:59:58Z
`);
  });

  test('when programs read it then it has the schema and where all comes from', async () => {
    const { stdout } = await synsum(['services', '-f', 'json', OFFICE, ...HOSTS]);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: 'synsum.services',
      version: 2,
      totals: { packets_read: 12092, syn_acks: 12092 },
      inputs: [{ name: OFFICE, format: 'pcap 2.4', problems: [] }],
      captures: [{ name: OFFICE, packets_read: 12092, first_seen: '2007-06-21T08:00:02.043596Z' }],
      scans: [],
    });
    expect(document.services).toHaveLength(5);
    expect(document.services[2]).toEqual({
      server: 'minnie',
      address: '12.13.15.163',
      port: 80,
      protocol: 'tcp',
      service: 'http',
      product: '',
      version: '',
      extra: '',
      state: null,
      connections: 62,
      evidence: {
        handshakes: 62,
        copies: 0,
        resent: 0,
        late: 0,
        mutual: 0,
        plain: 0,
        proxied: 0,
        port20: 0,
        low_ports: 0,
        judged: 0,
        completed: 0,
        data: 0,
        reset: 0,
      },
      verdict: 'likely',
      level: 'yes',
      local_clients: 0,
      remote_clients: 62,
      remote_clients_error: 0,
      first_seen: '2007-06-21T08:05:24.455881Z',
      last_seen: '2007-06-21T17:46:08.964713Z',
      known: 'passive',
    });
    const lines = (await synsum(['services', '-f', 'ndjson', OFFICE, ...HOSTS])).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).type)).toEqual([...Array(5).fill('service'), 'totals']);
    const markdown = await synsum(['services', '-f', 'markdown', OFFICE, ...HOSTS]);
    expect(markdown.stdout).toMatch(/^\| Server \| Port \|/);
  });

  test('when patterns are given then only those are listed', async () => {
    const list = async (...args: string[]): Promise<string[]> =>
      (await rowsOf(OFFICE, ...HOSTS, ...args)).map(textOf);
    expect(await list('--server', 'pluto')).toEqual([
      'pluto 22/tcp ssh 2496 passive',
      'pluto 873/tcp rsync 9179 passive',
    ]);
    expect(await list('--service', 'http', '--server', 'm*')).toEqual(['minnie 80/tcp http 62 passive']);
    expect(await list('--server', '_', '--service', '1-50')).toEqual(['_ 25/tcp smtp 324 passive']);
    expect(await list('--service', '53/udp')).toEqual([]);
    expect((await list('--remote', '--service', '25')).length).toBeGreaterThan(1);
  });

  test('when a scan knows services then they have their products, and UDP too', async () => {
    const { status, stdout, stderr } = await synsum(['services', '-f', 'json', LAN]);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^synsum: scans: 1, services: \d+\n$/),
    });
    const open = parseTsv(readFileSync(`${LAN}.oracle.tsv`, 'utf8')).filter(({ state }) => state === 'open');
    const { services } = JSON.parse(stdout) as { services: Record<string, unknown>[] };
    expect(services.map(({ address, protocol, port }) => `${address} ${protocol} ${port}`).sort()).toEqual(
      open.map(({ host, proto, port }) => `${host} ${proto} ${port}`).sort(),
    );
    expect(services.some(({ protocol }) => protocol === 'udp')).toBe(true);
    expect(services.every(({ known, state }) => known === 'active' && state === 'open')).toBe(true);
  });

  test('when a capture is given with the scan then what both know is said once', async () => {
    const rows = (await rowsOf(LAN, LAN_CAPTURE)).map(textOf);
    expect(rows).toContain('10.99.0.2 22/tcp ssh 2 both');
    // Used, and not found by the scan; and of a server that is not ours.
    expect(rows).toContain('10.99.0.2 9999/tcp up:9999 1 passive');
    expect(rows).toContain('_ 443/tcp https 1 passive');
    expect(new Set(rows).size).toBe(rows.length);
    expect((await rowsOf(LAN_CAPTURE, LAN)).map(textOf)).toEqual(rows);
  });

  test('when a file is asked for then the list is in it, and quiet is quiet', async () => {
    const file = path.join(folder, 'services.csv');
    expect(await synsum(['services', '-q', '-o', file, OFFICE])).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(readFileSync(file, 'utf8')).toBe((await synsum(['services', OFFICE])).stdout);
  });

  test('when rows are too many for memory then that is reported', async () => {
    const { status, stderr } = await synsum(['services', OFFICE, ...HOSTS, '--max-rows', '4']);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('synsum: too many rows for memory: 4 of them were dropped\n'),
    });
  });

  test('when more rows are asked for than can be with clients then it says so', async () => {
    expect(await synsum(['services', OFFICE, '--max-rows', '3500000'])).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'synsum: --max-rows: found 3500000, expected at most 1000000 where remote clients are counted\n',
    });
  });

  test('when nothing can be read then nothing is printed, and the status is 2', async () => {
    expect(await synsum(['services', 'missing.xml'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'synsum: missing.xml: no such file\n',
    });
  });

  test('when something can be read then it is listed, and the status is 3', async () => {
    const cut = write('cut.xml', readFileSync(LAN).subarray(0, -2000));
    const { status, stdout, stderr } = await synsum(['services', cut, LAN_CAPTURE]);
    expect(status).toBe(3);
    expect(stdout).toContain('10.99.0.2,10.99.0.2,22,tcp,ssh,');
    expect(stderr).toMatch(/cut\.xml: at line \d+, column \d+: /);
  });
});

describe.skipIf(!hasShared)(`scans of other people${SHARED_NOTE}`, () => {
  const files = hasShared ? readdirSync(sharedPath('nmap')).filter((file) => file.endsWith('.xml')) : [''];

  test.each(files)('when %s is read then its open ports are the services', async (file) => {
    const { status, stdout } = await synsum(['services', '-f', 'json', '-q', sharedPath(`nmap/${file}`)]);
    const oracle = parseTsv(readFileSync(sharedPath(`nmap/${file}.oracle.tsv`), 'utf8'));
    const open = new Set(
      oracle
        .filter(({ state, host }) => state === 'open' && host !== '')
        .map(({ host, proto, port }) => `${host} ${proto} ${port}`),
    );
    if (status === 2) {
      expect({ open: open.size, stdout }).toEqual({ open: 0, stdout: '' });
      return;
    }
    const { services } = JSON.parse(stdout) as { services: Record<string, unknown>[] };
    expect(new Set(services.map(({ address, protocol, port }) => `${address} ${protocol} ${port}`))).toEqual(
      open,
    );
  });
});
