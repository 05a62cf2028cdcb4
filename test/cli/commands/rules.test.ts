// `synsum rules` as users run it: rules for a firewall, from captures of real use, scans and floods.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CASES, casePath } from '../../helpers/cases.js';
import { checkNft, hasNft, NFT_NOTE } from '../../helpers/firewall.js';
import { synsum } from '../../helpers/program.js';
import { makeFolder } from '../office.js';

const { folder } = makeFolder();
const CLEAN = casePath('01-clean', 'full');

describe('synsum rules', () => {
  test.skipIf(!hasNft).each(CASES)(
    `when %s was captured, then nft reads its rules${NFT_NOTE}`,
    async (name) => {
      for (const args of [[], ['--mode', 'log', '--input', '--forward', '--accept', 'all', '--remote']]) {
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

  test('when a scan touched services, then only those in use are allowed, and the others are named', async () => {
    const { status, stdout, stderr } = await synsum(['rules', casePath('04-synscan', 'full')]);
    expect(status).toBe(0);
    expect(stdout.split('\n').filter((line) => line.includes('accept comment'))).toEqual([
      '\t\tip saddr 10.77.1.10 ip daddr 10.77.2.80 tcp dport 80 counter accept comment "http on 10.77.2.80 from 10.77.1.10"',
      '\t\tip daddr 10.77.2.80 tcp dport 80 counter accept comment "http on 10.77.2.80 from remote"',
    ]);
    expect(stderr).toContain('not allowed, in uses: 7 answered, but not used (--accept all)\n');
    expect(stderr).toContain(
      'refused for everybody, although SYN-ACKs show them open: 7 services: ssh (22) on',
    );
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
});
