// Names with spaces, and names from the files of other programs, in the commands that show them.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, synsum } from '../../helpers/program.js';

const LEASES = path.join(ROOT, 'test/names/from/leases');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
  for (const name of ['monday.pcap', 'tuesday.pcap']) {
    cpSync(path.join(ROOT, 'samples', name), path.join(folder, name));
  }
  writeFileSync(
    path.join(folder, 'hosts.yaml'),
    `local: [12.13.14.137, 12.13.15.160-12.13.15.199]
hosts:
  Front desk printer: 12.13.15.162
  Big server: 12.13.15.166
services:
  445: file sharing
expected:
  - Big server:3306
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => synsum(args, { cwd: folder });

describe('names with spaces', () => {
  test('when patterns have spaces then they select, and only classic and lines show an underscore', async () => {
    const filters = ['--client', 'Front desk *', '--server', 'Big server', '--service', 'file sharing'];
    const show = async (format: string): Promise<string> =>
      (await run(...filters, '-f', format, 'monday.pcap')).stdout;
    expect(await show('classic')).toBe('      3 Front_desk_printer Big_server      file_sharing\n');
    expect(await show('lines')).toBe('Front_desk_printer Big_server      file_sharing\n'.repeat(3));
    expect(await show('csv')).toContain('\n3,Front desk printer,Big server,file sharing,');
    expect(await show('table')).toContain('Front desk printer  Big server  file sharing');
    expect(JSON.parse(await show('json')).rows).toMatchObject([
      { count: 3, client: 'Front desk printer', server: 'Big server', service: 'file sharing' },
    ]);
  });

  test('when a change of such a machine is expected then it is not reported', async () => {
    expect((await run('save', '-o', 'monday.json', 'monday.pcap')).status).toBe(0);
    const { stdout } = await run('diff', 'monday.json', 'tuesday.pcap');
    expect(stdout).toContain('12.13.15.170');
    expect(stdout).not.toContain('mysql');
  });
});

describe('names_from', () => {
  test('when a hosts file names an address on the Internet then it is counted on its own, with any threads', async () => {
    const [, address = ''] =
      /(198\.\S+),smtp/.exec((await run('--remote', '-f', 'csv', 'monday.pcap')).stdout) ?? [];
    writeFileSync(path.join(folder, 'names'), `${address} mail.example.net\n`);
    writeFileSync(path.join(folder, 'from.yaml'), 'local: 12.13.14.0/23\nnames_from: names\n');
    const one = await run('-v', '--names', 'from.yaml', '--threads', '1', 'monday.pcap');
    expect(one.stdout).toMatch(/^ +\d+ 12\.13\.14\.137 +mail\.example\.net +smtp$/m);
    expect(one.stderr).toContain('synsum: names from names (hosts file): 1\n');
    const two = await run('--names', 'from.yaml', '--threads', '2', 'monday.pcap', 'tuesday.pcap');
    expect(two.stdout).toMatch(/ 12\.13\.14\.137 +mail\.example\.net +smtp$/m);
  });

  test('when the files cannot be used then standard error says so, and the status stays', async () => {
    writeFileSync(path.join(folder, 'broken'), '10.0.0.1 pluto\nonce upon a time\n');
    writeFileSync(path.join(folder, 'bad.yaml'), 'names_from: [missing, broken]\n');
    const { status, stderr } = await run('-q', '--names', 'bad.yaml', 'monday.pcap');
    expect(status).toBe(0);
    expect(stderr).toBe(`\
synsum: missing: found no such file, expected the file that names_from lists
synsum: broken:2:1: found "once", expected an address
`);
  });

  test.each(['dnsmasq.leases', 'dhcpd.leases', 'dhcpd6.leases', 'kea-leases4.csv', 'kea-leases6.csv'])(
    'when %s was written by the real program then it is read without a word',
    async (file) => {
      writeFileSync(path.join(folder, 'real.yaml'), `names_from: ${path.join(LEASES, file)}\n`);
      expect(await run('-q', '--names', 'real.yaml', 'monday.pcap')).toMatchObject({ status: 0, stderr: '' });
    },
  );
});
