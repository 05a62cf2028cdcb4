// `synsum rules` as users run it: rules for a firewall, from captures of real use, scans and floods.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CASES, casePath } from '../../helpers/cases.js';
import { checkIptables, checkNft, hasNft, NFT_NOTE, VARIANTS } from '../../helpers/firewall.js';
import { ROOT, synsum } from '../../helpers/program.js';
import { makeFolder } from '../office.js';

const { folder, write } = makeFolder();
const CLEAN = casePath('01-clean', 'full');
const SCANNED = casePath('04-synscan', 'full');
const GOLDEN = path.join(ROOT, 'test/views/rules/golden');

describe('synsum rules', () => {
  test.skipIf(!hasNft).each(CASES)(
    `when %s was captured, then nft reads its rules${NFT_NOTE}`,
    async (name) => {
      const log = ['--mode', 'log', '--input', '--forward', '--accept', 'all', '--remote', '--widen', '4'];
      for (const args of [[], log]) {
        const { status, stdout, stderr } = await synsum(['rules', casePath(name, 'full'), ...args]);
        if (status === 2) {
          expect(stderr).toContain('synsum: nothing is to be allowed');
          expect(stdout).toBe('');
          continue;
        }
        expect(status).toBe(0);
        expect(checkNft(stdout)).toEqual({ status: 0, stderr: '' });
      }
    },
  );

  test.each([
    ['nftables', []],
    ['iptables', ['--input', '--mode', 'log']],
    ['ip6tables', ['--comments', 'none']],
    ['json', ['--comments', 'evidence']],
  ])('when a lab with FTP and IPv6 was captured, then its rules for %s are these', async (format, args) => {
    const sources = [CLEAN, casePath('09-ftp', 'full')];
    const { status, stdout } = await synsum(['rules', '-q', '-f', format, ...args, ...sources]);
    expect(status).toBe(0);
    await expect(stdout).toMatchFileSnapshot(path.join(GOLDEN, `lab.${format}.txt`));
    expect(await synsum(['rules', '-q', '-f', format, ...args, ...sources.toReversed()])).toMatchObject({
      stdout,
    });
    if (format === 'nftables' && hasNft) expect(checkNft(stdout)).toEqual({ status: 0, stderr: '' });
    if (format === 'iptables' || format === 'ip6tables') {
      for (const variant of VARIANTS) {
        expect(checkIptables(format, variant, stdout)).toEqual({ status: 0, stderr: '' });
      }
    }
  });

  test('when a scan touched services, then only those in use are allowed, and the others are named', async () => {
    const { status, stdout, stderr } = await synsum(['rules', casePath('04-synscan', 'full')]);
    expect(status).toBe(0);
    expect(stdout.split('\n').filter((line) => line.includes('accept comment'))).toEqual([
      '\t\tip saddr 10.77.1.10 ip daddr 10.77.2.80 tcp dport 80 counter accept comment "http on 10.77.2.80 from 10.77.1.10"',
      '\t\tip daddr 10.77.2.80 tcp dport 80 counter accept comment "http on 10.77.2.80 from remote"',
    ]);
    expect(stderr).toMatch(/^synsum: the sources cover 3 seconds, from 2026-11-28T03:30:25Z to /m);
    expect(stderr).toContain('not allowed, in uses: 7 answered, but not used (--accept all)\n');
    expect(stderr).toContain(
      'refused for everybody, although SYN-ACKs show them open: 7 services: ssh (22) on',
    );
    expect(stderr).toContain('UDP, ICMP and other protocols pass untouched: SYN-ACKs say nothing of them\n');
  });

  test('when only one client is asked for, then its address is listed even if it is remote', async () => {
    const { stdout } = await synsum([
      'rules',
      '-q',
      CLEAN,
      '--client',
      '198.51.100.10',
      '--comments',
      'none',
    ]);
    expect(stdout).toContain(
      '\tchain remote {\n\t\tip saddr 198.51.100.10 ip daddr 10.77.2.80 tcp dport 80 counter accept\n',
    );
    expect(stdout).toContain('\tchain local {\n\t\tgoto refuse\n');
  });

  test('when nothing is to be allowed, then no file is written', async () => {
    const file = path.join(folder, 'none.nft');
    const { status, stdout, stderr } = await synsum(['rules', CLEAN, '--min-handshakes', '1000', '-o', file]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('not allowed, in uses: 6 with too few handshakes (--min-handshakes)\n');
    expect(stderr).toContain(
      'synsum: nothing is to be allowed: the rules would refuse every new TCP connection, so none are written\n',
    );
    expect(existsSync(file)).toBe(false);
  });

  test('when an inventory has no evidence, then its uses may be allowed, but only if they are asked for', async () => {
    const saved = path.join(folder, 'saved.json');
    expect(await synsum(['save', '-q', CLEAN, '-o', saved])).toMatchObject({ status: 0 });
    const whole = await synsum(['rules', '-q', saved]);
    expect(whole).toEqual(await synsum(['rules', '-q', CLEAN]));
    const old = write('old.json', readFileSync(saved, 'utf8').replaceAll(/, ?"evidence": ?\{[^}]*\}/g, ''));
    const { status, stderr } = await synsum(['rules', old]);
    expect(status).toBe(2);
    expect(stderr).toContain('6 without evidence, as in inventories of older versions (--accept maybe)\n');
    const accepted = await synsum(['rules', '--accept', 'maybe', old]);
    expect(accepted.stdout).toBe(whole.stdout);
    expect(accepted.stderr).toContain('allowed, although it is not certain that they are used: 6\n');
  });

  test('when services may be used or not, then they are named, the busiest first, and allowed if asked for', async () => {
    const args = ['rules', casePath('05-connscan', 'synack')];
    const { stderr, stdout } = await synsum(args);
    expect(stderr).toContain('not allowed, in uses: 3 perhaps used (--accept maybe)\n');
    const named =
      '3 services: ssh (22) on 10.77.2.80, http-alt (8000) on 10.77.2.80, https-alt (8443) on 10.77.2.80\n';
    expect(stderr).toContain(`synsum: not certain to be used: ${named}`);
    const accepted = await synsum([...args, '--accept', 'maybe']);
    expect(accepted.stderr).toContain('allowed, although it is not certain that they are used: 3\n');
    expect(accepted.stdout).toContain('ip daddr 10.77.2.80 tcp dport { 22, 80, 8000, 8443 } counter accept');
    expect(stdout).not.toContain('8443');
  });

  test('when remote addresses are asked for that an inventory does not have, then that is said', async () => {
    const saved = path.join(folder, 'remote.json');
    expect(await synsum(['save', '-q', CLEAN, '-o', saved])).toMatchObject({ status: 0 });
    const sentence =
      'allowed for every address that is not local, as no source has the addresses for --remote: 1 use\n';
    const { stdout, stderr } = await synsum(['rules', '--remote', saved]);
    expect(stderr).toContain(sentence);
    expect(stdout).toContain('\tchain remote {\n\t\tip daddr 10.77.2.80 tcp dport 80 ');
    const listed = await synsum(['rules', '--remote', CLEAN]);
    expect(listed.stderr).not.toContain(sentence);
    expect(listed.stdout).toContain(
      '\tchain remote {\n\t\tip saddr 198.51.100.10 ip daddr 10.77.2.80 tcp dport 80 ',
    );
  });

  test('when the rules are for the machine that one is logged in to, then a lock-out is announced', async () => {
    const warning = 'no rule allows SSH: loading the rules on a machine far away may lock you out\n';
    const args = ['rules', casePath('04-synscan', 'full'), '--input'];
    expect((await synsum(args)).stderr).toContain(warning);
    expect((await synsum([...args, '--mode', 'log'])).stderr).not.toContain(warning);
    expect((await synsum(['rules', CLEAN, '--input'])).stderr).not.toContain(warning);
  });

  test('when the format is about one version of IP, then uses over the other are pointed to, and never refused silently', async () => {
    const { status, stdout, stderr } = await synsum(['rules', '-f', 'ip6tables', SCANNED]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/not allowed, in uses: .*2 over IPv4 \(-f iptables\)\n/);
    expect(stderr).toContain(
      'synsum: nothing is to be allowed: the rules would refuse every new TCP connection over IPv6, so none are written\n',
    );
    expect(stderr).not.toContain('open:');
  });

  test('when the file exists, then it stays, unless --force is given', async () => {
    const file = path.join(folder, 'rules.nft');
    expect(await synsum(['rules', '-q', CLEAN, '-o', file])).toEqual({ status: 0, stdout: '', stderr: '' });
    const written = readFileSync(file, 'utf8');
    expect(await synsum(['rules', '-q', CLEAN, '--accept', 'all', '-o', file])).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: -o ${file}: exists already; --force overwrites it\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe(written);
    expect(await synsum(['rules', '-q', CLEAN, '-o', file, '--force'])).toMatchObject({ status: 0 });
    expect(readFileSync(file, 'utf8')).toBe(written);
  });

  test('when the format has several files, then it needs a folder, which keeps files that exist', async () => {
    expect(await synsum(['rules', '-q', CLEAN, '-f', 'capirca'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'synsum: -f capirca: found no folder, expected -o FOLDER: this format has several files\n',
    });
    const policy = path.join(folder, 'policy');
    const args = ['rules', '-q', CLEAN, '-f', 'capirca', '-o', policy];
    expect(await synsum(args)).toEqual({ status: 0, stdout: '', stderr: '' });
    const texts = ['pol/synsum.pol', 'def/synsum.net', 'def/synsum.svc'].map(
      (file) => `## ${file}\n${readFileSync(path.join(policy, file), 'utf8')}`,
    );
    await expect(texts.join('')).toMatchFileSnapshot(path.join(GOLDEN, 'lab.capirca.txt'));
    const { status, stderr } = await synsum(args);
    expect(status).toBe(2);
    expect(stderr).toContain('pol/synsum.pol: exists already; --force overwrites it\n');
  });
});
