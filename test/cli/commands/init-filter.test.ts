// `synsum init` and `synsum filter`: what they print must work as it stands.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CAPTURE_COMMANDS,
  ETHERNET_EVIDENCE_FILTER,
  ETHERNET_FILTER,
  PLAIN_EVIDENCE_FILTER,
  PLAIN_FILTER,
} from '../../../src/cli/commands/filter.js';
import { ROOT, synsum } from '../../helpers/program.js';

const OFFICE = path.join(ROOT, 'samples/office.pcap');
const SCAN = path.join(ROOT, 'test/scans/synsum__lan.xml');

const READ = 'synsum: packets: 12,092, SYN-ACKs: 12,092\n';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('synsum init', () => {
  test('when it sees the office, then it finds its networks, its machines and what they serve', async () => {
    const { status, stdout, stderr } = await synsum(['init', OFFICE], { cwd: folder });
    expect({ status, stderr }).toEqual({ status: 0, stderr: READ });
    expect(stdout).toBe(`\
# hosts.yaml: names for the machines and services of this network, for synsum.
# Guessed from 12,092 SYN-ACKs: check the networks, then give names to machines.

# Our networks. Every other machine without a name is remote, and shown as _.
local:
  - 12.13.15.0/24        # 3 machines, 11,768 SYN-ACKs
  - 12.13.14.0/24        # 1 machine, 324 SYN-ACKs

# Files that name machines too: /etc/hosts, and the leases of dnsmasq, ISC dhcpd and Kea.
#names_from:
#  - /etc/hosts

# Names for machines. Machines with the same task may share a name: www: [192.0.2.1, 192.0.2.2]
# These are the busiest machines without a name. Replace NAME with a name, and remove the "# " before it.
hosts:
  # NAME: 12.13.15.166         # serves rsync (9179), ssh (2496)
  # NAME: 12.13.14.137         # only a client
  # NAME: 12.13.15.163         # serves http (62)
  # NAME: 12.13.15.162         # only a client

# Names for ports that have none, or that you call something else.
services:
`);
  });

  test('when its machines are given names, then they are in the next summary', async () => {
    const { stdout } = await synsum(['init', OFFICE], { cwd: folder });
    const names = ['pluto', 'dumbo', 'minnie', 'goofy'];
    const file = path.join(folder, 'named.yaml');
    writeFileSync(
      file,
      stdout.replace(/# NAME/g, () => names.shift() ?? ''),
    );
    const summary = await synsum([OFFICE, '-q', '--hosts', file]);
    expect(summary).toEqual(await synsum([OFFICE, '-q', '--hosts', path.join(ROOT, 'samples/hosts.yaml')]));
    // What has a name needs none.
    const again = await synsum(['init', OFFICE, '--hosts', file]);
    expect(again.stdout).not.toContain('NAME:');
  });

  test('when files name some of its machines, then it takes names from them and lists the others', async () => {
    const hosts = path.join(folder, 'etc-hosts');
    const leases = path.join(folder, 'my leases');
    writeFileSync(hosts, '127.0.0.1 localhost\n12.13.15.166 pluto.example.net pluto\n9.9.9.9 quad9\n');
    writeFileSync(
      leases,
      '0 02:00:00:00:00:01 12.13.15.166 other *\n0 02:00:00:00:00:02 12.13.15.162 goofy *\n',
    );
    const { status, stdout, stderr } = await synsum(
      ['init', '--names-from', 'etc-hosts', '--names-from', leases, OFFICE],
      { cwd: folder },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: READ });
    expect(stdout).toContain(`\
names_from:
  - ${hosts.padEnd(20)} # names 1 machine of these captures
  - "${leases}" # names 1 machine of these captures
`);
    expect(stdout.match(/NAME: 12\.\S+/g)).toEqual(['NAME: 12.13.14.137', 'NAME: 12.13.15.163']);
    writeFileSync(path.join(folder, 'from.yaml'), stdout);
    const named = await synsum(['-v', '--hosts', 'from.yaml', OFFICE], { cwd: folder });
    expect(named.stdout).toContain(' goofy ');
    expect(named.stdout).toContain(' pluto.example.net ');
    expect(named.stderr).toContain('synsum: 12.13.15.166 is "pluto.example.net" in ');
  });

  test('when a file of names is missing, then nothing is written', async () => {
    const result = await synsum(['init', '--names-from', 'no-such-file', OFFICE], { cwd: folder });
    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toContain('--names-from no-such-file: no such file\n');
  });

  test('when there is a file of names but no capture, then the starter that ships takes names from it', async () => {
    writeFileSync(path.join(folder, 'names'), '10.0.0.1 pluto\n');
    const { status, stdout } = await synsum(['init', '--names-from', 'names'], { cwd: folder });
    expect(status).toBe(0);
    expect(stdout.endsWith(`\nnames_from:\n  - ${path.join(folder, 'names')}\n`)).toBe(true);
  });

  test('when it is to be quiet or verbose, then it says as little or as much as other commands', async () => {
    const quiet = await synsum(['init', '-q', OFFICE]);
    expect(quiet).toEqual({ ...(await synsum(['init', OFFICE])), stderr: '' });
    const { stderr } = await synsum(['init', '-v', OFFICE]);
    const summary = await synsum(['-v', OFFICE]);
    const reading = (text: string): string[] =>
      text.split('\n').filter((line) => /^synsum: ( |names)/.test(line));
    expect(reading(stderr).length).toBeGreaterThan(10);
    expect(reading(stderr)).toEqual(reading(summary.stderr));
    expect(stderr).toContain(READ);
  });

  test('when a file is there, then it stays as it is unless --force is given', async () => {
    const file = path.join(folder, 'hosts.yaml');
    expect(await synsum(['init', '-o', file, OFFICE])).toEqual({
      status: 0,
      stdout: '',
      stderr: `synsum: ${file}: 2 networks, 4 machines to name\n${READ}`,
    });
    const first = readFileSync(file, 'utf8');
    expect(first).toContain('12.13.15.0/24');
    expect(await synsum(['init', '-o', file])).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: -o ${file}: exists already, and keeps its names; write to another file, such as ${file}.new, and copy what is new\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe(first);
    const forced = await synsum(['init', '--force', '-o', file]);
    expect(forced).toEqual({
      status: 0,
      stdout: '',
      stderr: `synsum: ${file}: its names are not in the new file; the old one is kept as ${file}.old\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(path.join(ROOT, 'config/hosts.yaml'), 'utf8'));
    expect(readFileSync(`${file}.old`, 'utf8')).toBe(first);
  });

  test('when a file is replaced again, then no older one is lost, and an equal one is not kept twice', async () => {
    const file = path.join(folder, 'again.yaml');
    writeFileSync(file, 'hosts: { pluto: 12.13.15.166 }\n');
    await synsum(['init', '--force', '-o', file, OFFICE]);
    await synsum(['init', '--force', '-o', file]);
    await synsum(['init', '--force', '-o', file]);
    expect(readFileSync(`${file}.old`, 'utf8')).toBe('hosts: { pluto: 12.13.15.166 }\n');
    expect(readFileSync(`${file}.old2`, 'utf8')).toContain('12.13.15.0/24');
    expect(existsSync(`${file}.old3`)).toBe(false);
  });

  test('when no capture is given, then it prints the starter that ships', async () => {
    const { stdout } = await synsum(['init']);
    expect(stdout).toBe(readFileSync(path.join(ROOT, 'config/hosts.yaml'), 'utf8'));
  });

  test('when a saved inventory is named, then it is refused: it has no remote addresses to guess from', async () => {
    await synsum(['save', '-q', '-o', 'office.json', OFFICE], { cwd: folder });
    writeFileSync(
      path.join(folder, 'office.json.gz'),
      gzipSync(readFileSync(path.join(folder, 'office.json'))),
    );
    const saved = readFileSync(path.join(folder, 'office.json'));
    const NOTHING = new Uint8Array();
    for (const [name, what, subject, input] of [
      ['office.json', 'a JSON document', 'office\\.json', NOTHING],
      ['office.json.gz', 'a JSON document', 'office\\.json\\.gz', NOTHING],
      ['-', 'a JSON document', 'standard input', saved],
      [SCAN, 'an XML document', '.*lan\\.xml', NOTHING],
      ['-', 'an XML document', 'standard input', readFileSync(SCAN)],
    ] as const) {
      const { status, stdout, stderr } = await synsum(['init', name], { cwd: folder, input });
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^synsum: ${subject}: found ${what}, expected a capture: `));
    }
  });

  test('when nothing can be read, then nothing is written', async () => {
    const file = path.join(folder, 'none.yaml');
    const { status, stderr } = await synsum(['init', '-o', file, 'missing.pcap'], { cwd: folder });
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'synsum: missing.pcap: no such file\n' });
    expect(existsSync(file)).toBe(false);
  });
});

describe('synsum filter', () => {
  const hasTcpdump = spawnSync('tcpdump', ['--version']).status === 0;
  const note = hasTcpdump ? '' : ' (skipped: tcpdump is not installed)';

  const filters = [ETHERNET_FILTER, PLAIN_FILTER, ETHERNET_EVIDENCE_FILTER, PLAIN_EVIDENCE_FILTER];

  for (const { text, linkTypes } of filters) {
    test.skipIf(!hasTcpdump).each(linkTypes)(
      `when tcpdump compiles ${text.length} characters of filter for %s, then it can${note}`,
      (linkType) => {
        const program = execFileSync('tcpdump', ['-y', linkType, '-d', text], {
          encoding: 'utf8',
          stdio: 'pipe',
        });
        expect(program).toMatch(/ret {6}#0\n$/);
        expect(program.split('\n').length).toBeGreaterThan(10);
      },
    );
  }

  test.skipIf(!hasTcpdump)(`when each command's filter is compiled, then it can be${note}`, () => {
    for (const { command } of CAPTURE_COMMANDS) {
      const [filter] = /tcp\[13\][^'"]*/.exec(command) ?? [];
      expect(filters.map(({ text }) => text)).toContain(filter);
    }
  });

  test('when it is run, then the first line is the filter and every command has it', async () => {
    const { status, stdout, stderr } = await synsum(['filter']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toBe(ETHERNET_FILTER.text);
    for (const { command } of CAPTURE_COMMANDS) expect(stdout).toContain(`${command}\n`);
    for (const program of ['tcpdump', 'windump', 'tshark'])
      expect(stdout).toMatch(new RegExp(`^${program} `, 'm'));
  });
});
