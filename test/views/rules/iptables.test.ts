// The text for iptables-restore and ip6tables-restore, read by these programs.

import { describe, expect, test } from 'vitest';
import { renderRules } from '../../../src/views/rules/index.js';
import { checkIptables, IPTABLES_NOTE, loadIptables, VARIANTS } from '../../helpers/firewall.js';
import type { Connection } from '../../inventory/fixtures.js';
import { rulesOf } from '../../inventory/rules/rule-arbitraries.js';
import { hostileRules, OPTIONS, textOf } from './rule-fixtures.js';

const SEEN: Connection[] = [
  ...[22, 80, 81, 82, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210].map(
    (port): Connection => ['10.0.0.1', '10.0.0.9', port],
  ),
  ['10.0.0.1', '10.0.0.8', 21],
  ['203.0.113.1', '10.0.0.9', 443],
  ['10.0.0.1', '203.0.113.1', 443],
  ['fd00::1', 'fd00::2', 80],
  ['2001:db8::1', 'fd00::2', 443],
];

describe('iptables', () => {
  test('when there are more than 15 ports, then they are several matches, and ranges count twice', async () => {
    const text = await textOf(renderRules('iptables', rulesOf(SEEN), { ...OPTIONS, comments: 'none' }));
    expect(text.split('\n').filter((line) => line.includes('multiport'))).toEqual([
      '-A SYNSUM-LOCAL -s 10.0.0.1 -d 10.0.0.9 -p tcp -m multiport --dports 22,80:82,90,100,110,120,130,140,150,160,170,180,190,200 -j ACCEPT',
      '-A SYNSUM-LOCAL -s 10.0.0.1 -d 10.0.0.9 -p tcp -m multiport --dports 210 -j ACCEPT',
    ]);
    expect(text).toContain('-A SYNSUM-FTP -d 10.0.0.8 -p tcp -m tcp --dport 21 -j CT --helper ftp\n');
    expect(text).not.toContain('fd00');
  });

  test('when it is a trial, then nothing is refused, and rules after ours still decide', async () => {
    const text = await textOf(renderRules('iptables', rulesOf(SEEN), { ...OPTIONS, mode: 'log' }));
    expect(text).not.toMatch(/-j (?:ACCEPT|REJECT|DROP)/);
    expect(text).toContain('-j LOG --log-prefix "synsum would refuse: "\n');
  });

  describe.skipIf(VARIANTS.length === 0).each(VARIANTS)(`iptables-%s${IPTABLES_NOTE}`, (variant) => {
    test.each([
      ['iptables', 'refuse'],
      ['iptables', 'log'],
      ['ip6tables', 'refuse'],
      ['ip6tables', 'log'],
    ] as const)(
      'when a file for %s in mode %s is loaded twice, then it is the same as once',
      async (program, mode) => {
        const options = { ...OPTIONS, mode, chains: ['forward', 'input'] as const };
        const text = await textOf(renderRules(program, rulesOf(SEEN), options));
        expect(checkIptables(program, variant, text)).toEqual({ status: 0, stderr: '' });
        const once = loadIptables(program, variant, text, 1);
        expect(once).toMatchObject({ status: 0, stderr: '' });
        for (const jump of [
          '-A FORWARD -j SYNSUM\n',
          '-A INPUT -j SYNSUM\n',
          '-A PREROUTING -j SYNSUM-FTP\n',
        ]) {
          expect(once.stdout.split(jump)).toHaveLength(2);
        }
        expect(loadIptables(program, variant, text, 2)).toEqual(once);
      },
    );

    test('when names are hostile, then 400 rules are 400 rules', async () => {
      const text = await textOf(renderRules('iptables', hostileRules(400), OPTIONS));
      const { stdout, stderr } = loadIptables('iptables', variant, text, 1);
      expect(stderr).toBe('');
      const rules = stdout.split('\n').filter((line) => line.startsWith('-A SYNSUM-LOCAL '));
      expect(rules.filter((line) => / -j ACCEPT$/.test(line))).toHaveLength(400);
      expect(rules).toHaveLength(401);
      expect(stdout).toContain(':FORWARD ACCEPT');
    });
  });
});
