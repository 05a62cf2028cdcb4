// `synsum hosts` as users run it: which machines there are, and what they do.

import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, synsum } from '../../helpers/program.js';
import { HOSTS, makeFolder, OFFICE } from '../office.js';

const { write } = makeFolder();
const LAN = path.join(ROOT, 'test/scans/synsum__lan.xml');

describe('synsum hosts', () => {
  test('when the sample is checked then its machines are listed, with what they offer and use', async () => {
    expect(await synsum(['hosts', OFFICE, ...HOSTS])).toEqual({
      status: 0,
      stdout: `\
host,address,role,offered,used,first_seen,last_seen,known
dumbo,12.13.14.137,client,,25/tcp,2007-06-21T08:04:02.864248Z,2007-06-21T17:59:56.636529Z,passive
goofy,12.13.15.162,client,,80/tcp,2007-06-21T10:28:12.539155Z,2007-06-21T15:43:39.118503Z,passive
minnie,12.13.15.163,both,80/tcp,80/tcp,2007-06-21T08:05:24.455881Z,2007-06-21T17:51:12.827441Z,passive
pluto,12.13.15.166,server,22/tcp 873/tcp,,2007-06-21T08:00:02.043596Z,2007-06-21T17:59:58.517734Z,passive
`,
      stderr: 'synsum: packets: 12,092, SYN-ACKs: 12,092, machines: 4\n',
    });
  });

  test('when people read it then it is a table', async () => {
    const { stdout } = await synsum(['hosts', '-q', '-f', 'table', OFFICE, ...HOSTS]);
    expect(stdout).toBe(`\
Host    Address       Role    Offers      Uses  First seen            Last seen
──────  ────────────  ──────  ──────────  ────  ────────────────────  ────────────────────
dumbo   12.13.14.137  client              smtp  2007-06-21 08:04:02Z  2007-06-21 17:59:56Z
goofy   12.13.15.162  client              http  2007-06-21 10:28:12Z  2007-06-21 15:43:39Z
minnie  12.13.15.163  both    http        http  2007-06-21 08:05:24Z  2007-06-21 17:51:12Z
pluto   12.13.15.166  server  ssh, rsync        2007-06-21 08:00:02Z  2007-06-21 17:59:58Z
`);
  });

  test('when programs read it then it has the schema', async () => {
    const { stdout } = await synsum(['hosts', '-f', 'json', OFFICE, ...HOSTS]);
    const { schema, machines } = JSON.parse(stdout);
    expect(schema).toBe('synsum.hosts');
    expect(machines[2]).toMatchObject({
      machine: 'minnie',
      role: 'both',
      offered: [{ port: 80, protocol: 'tcp', service: 'http' }],
      used: [{ port: 80, protocol: 'tcp', service: 'http' }],
    });
    const lines = (await synsum(['hosts', '-f', 'ndjson', OFFICE, ...HOSTS])).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).type)).toEqual([...Array(4).fill('machine'), 'totals']);
  });

  test('when patterns are given then only those machines are listed', async () => {
    const list = async (...args: string[]): Promise<string[]> =>
      (await synsum(['hosts', '-q', OFFICE, ...HOSTS, ...args])).stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[0] ?? '');
    expect(await list('--host', 'm*')).toEqual(['minnie']);
    expect(await list('--host', '12.13.14.0/24', '--host', 'pluto')).toEqual(['dumbo', 'pluto']);
    expect((await list('--remote')).length).toBeGreaterThan(5000);
  });

  test('when a scan found machines then they are listed, also those that offer nothing', async () => {
    const { stdout } = await synsum(['hosts', '-f', 'json', LAN]);
    const { machines: hosts } = JSON.parse(stdout) as {
      machines: { machine: string; role: string; known: string }[];
    };
    expect(hosts.map(({ machine }) => machine)).toEqual(['10.99.0.1', '10.99.0.2', '10.99.0.4']);
    expect(new Set(hosts.map(({ known }) => known))).toEqual(new Set(['active']));
    expect(hosts.map(({ role }) => role)).toContain('none');
  });

  test('when machines have names then these are in the list', async () => {
    const names = write('names.yaml', 'hosts: { "server": 10.99.0.2 }\n');
    const { stdout } = await synsum(['hosts', '--hosts', names, '--host', 'server', LAN]);
    expect(stdout).toMatch(/\nserver,10\.99\.0\.2,server,/);
  });
});
