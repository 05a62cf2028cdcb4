// Changes in real traffic of which it is known what was used: only that is reported as new.

import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { casePath } from '../../helpers/cases.js';
import { type Result, ROOT, synsum } from '../../helpers/program.js';
import { makeFolder } from '../office.js';

const { folder } = makeFolder();
const hasTcpdump = spawnSync('tcpdump', ['--version']).status === 0;
const note = hasTcpdump ? '' : ' (skipped: tcpdump is not installed)';

const SCANNER = '198.51.100.66';

/** The packets of a case that pass a filter, in a file of its own. */
function part(name: string, filter: string): string {
  const file = path.join(folder, `${name} ${filter.replaceAll('/', '_')}.pcap`);
  execFileSync('tcpdump', ['-r', casePath(name, 'full'), '-w', file, filter], { stdio: 'pipe' });
  return file;
}

function diff(...args: string[]): Promise<Result> {
  return synsum(['diff', ...args]);
}

describe('synsum diff, with SYN-ACKs alone', () => {
  test('when one side has no SYN-ACK then nothing is said of the order', async () => {
    const none = path.join(ROOT, 'test/captures/tcpdump__LINKTYPE_IPV6.pcap');
    const clean = casePath('01-clean', 'synack');
    for (const sides of [
      [clean, none],
      [none, clean],
    ]) {
      expect((await diff(...sides)).stderr).not.toContain('order');
    }
  });

  test('when the sources are older than the baseline then that is said', async () => {
    const [early, late] = [casePath('02a-resent-serverside', 'synack'), casePath('09-ftp', 'synack')];
    const message =
      'synsum: the sources are older than the baseline, which comes first: was the order meant?\n';
    expect((await diff(late, early)).stderr).toContain(message);
    expect((await diff(early, late)).stderr).not.toContain(message);
  });

  const before = casePath('01-clean', 'synack');
  const added = async (name: string): Promise<{ stderr: string; ports: number[]; machines: string[] }> => {
    const { stdout, stderr } = await diff('-f', 'json', before, casePath(name, 'synack'));
    const changes = JSON.parse(stdout) as { added: { port: number }[]; new_machines: { address: string }[] };
    return {
      stderr,
      ports: changes.added.map(({ port }) => port),
      machines: changes.new_machines.map(({ address }) => address),
    };
  };

  test('when a scan sent forged SYNs then it adds nothing', async () => {
    expect(await added('04-synscan')).toMatchObject({ stderr: '', ports: [] });
  });

  test('when a scan opened connections then only what was used is added, and the rest is mentioned', async () => {
    const message =
      'synsum: 1 new service is not reported, because perhaps only a scan touched it; -v shows it\n';
    expect(await added('05-connscan')).toMatchObject({ stderr: message, ports: [22] });
    const { stdout, stderr } = await diff('-v', before, casePath('05-connscan', 'synack'));
    expect(stdout).toMatch(
      /^10\.77\.2\.80 answered on these ports, perhaps only to a scan:\n\? 8443\/tcp {2}https-alt {2}uncertain 1; /m,
    );
    expect(stderr).not.toContain('not reported');
  });

  test('when addresses were forged then their machines are not new', async () => {
    expect(await added('08-backscatter')).toMatchObject({ ports: [], machines: [] });
  });
});

describe.skipIf(!hasTcpdump)(`synsum diff${note}`, () => {
  test('when a scan is all that is new then nothing is reported without -v', async () => {
    const before = part('04-synscan', `not host ${SCANNER}`);
    const after = casePath('04-synscan', 'full');
    expect(await diff(before, after)).toEqual({ status: 0, stdout: '', stderr: '' });
    const { status, stdout } = await diff('-v', before, after);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^10\.77\.2\.22 answered on these ports, but nobody used them:\n(\? .*probed 1; .*\n){4}/,
    );
    expect(stdout.match(/^\? .* probed 1; last seen /gm)).toHaveLength(7);
    const { answered, changes } = JSON.parse((await diff('-f', 'json', before, after)).stdout);
    expect(changes).toBe(0);
    expect(answered).toHaveLength(7);
    expect(answered[0]).toMatchObject({ server: '10.77.2.22', port: 22, verdict: 'probed', level: 'no' });
  });

  test('when a service that only answered before may be used now then it is added, as a new one is', async () => {
    // A single connection without data: a scan would have touched more.
    const { stdout } = await diff(
      '-f',
      'json',
      part('04-synscan', `host ${SCANNER}`),
      part('05-connscan', 'port 8443'),
    );
    expect(JSON.parse(stdout).added).toMatchObject([{ server: '10.77.2.80', port: 8443, verdict: 'opened' }]);
  });

  const hasEditcap = spawnSync('editcap', ['--version']).status === 0;
  test.skipIf(!hasEditcap)(
    'when a machine only answered a scan then it is not gone when nobody touches it again (skipped without editcap)',
    async () => {
      const before = part('04-synscan', `host ${SCANNER}`);
      const shifted = path.join(folder, 'next-day.pcap');
      execFileSync('editcap', ['-t', '86400', part('01-clean', 'not host 10.77.2.22'), shifted]);
      const { gone_machines, gone } = JSON.parse((await diff('-f', 'json', before, shifted)).stdout);
      expect([gone_machines, gone]).toEqual([[], []]);
    },
  );

  test('when a service is used that only answered before then that is reported', async () => {
    const before = part('04-synscan', `host ${SCANNER}`);
    const { status, stdout } = await diff(before, part('04-synscan', `not host ${SCANNER}`));
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^10\.77\.2\.80 has had the following services added:\n\+ 80\/tcp {2}http {2}14 connections; it answered before, but nobody used it; first/,
    );
    // The other services answered the scan only, so that they are silent now is no change.
    expect(stdout).not.toContain('removed');
  });

  test('when addresses were forged then their machines are not new, and FTP data is not a service', async () => {
    const before = casePath('01-clean', 'full');
    const names = (await diff('-f', 'json', before, casePath('08-backscatter', 'full'))).stdout;
    expect(JSON.parse(names).new_machines.map(({ address }: { address: string }) => address)).toEqual([]);
    const ftp = JSON.parse((await diff('-f', 'json', before, casePath('09-ftp', 'full'))).stdout);
    expect(ftp.added.map(({ port }: { port: number }) => port)).toEqual([21]);
  });
});
