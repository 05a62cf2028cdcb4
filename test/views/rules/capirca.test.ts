// The policy for Capirca, read by aclgen, which makes rules for all platforms of it.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RuleModel } from '../../../src/inventory/rules/model.js';
import { renderRuleFiles } from '../../../src/views/rules/index.js';
import type { RuleSetOptions } from '../../../src/views/rules/rule-set.js';
import { ACLGEN_NOTE, hasAclgen } from '../../helpers/firewall.js';
import { rulesOf } from '../../inventory/rules/rule-arbitraries.js';
import { hostileRules, OPTIONS } from './rule-fixtures.js';

/** Runs aclgen, and returns what it wrote, by the ending of the file. */
async function compile(model: RuleModel, options: RuleSetOptions): Promise<Record<string, string>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'synsum-capirca-'));
  try {
    for (const { path: name, text } of await renderRuleFiles(model, options)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), [...text].join(''));
    }
    mkdirSync(path.join(folder, 'out'));
    const { status, stderr } = spawnSync(
      'aclgen',
      [
        '--base_directory',
        'pol',
        '--definitions_directory',
        'def',
        '--policy_file',
        'pol/synsum.pol',
        '--output_directory',
        'out',
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(stderr).not.toMatch(/^[EF]\d{4}|Error/m);
    expect(status).toBe(0);
    return Object.fromEntries(
      readdirSync(path.join(folder, 'out')).map((name) => [
        path.extname(name).slice(1),
        readFileSync(path.join(folder, 'out', name), 'utf8'),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SEEN = rulesOf([
  ['10.0.0.1', '10.0.0.9', 80],
  ['10.0.0.1', '10.0.0.9', 81],
  ['10.0.0.1', '10.0.0.9', 82],
  ['fd00::1', 'fd00::2', 22],
  ['203.0.113.1', '10.0.0.9', 443],
  ['10.0.0.2', '203.0.113.1', 25],
]);

describe('capirca', () => {
  test.skipIf(!hasAclgen)(
    `when aclgen reads the policy, then it has rules for every platform${ACLGEN_NOTE}`,
    async () => {
      const made = await compile(SEEN, OPTIONS);
      expect(Object.keys(made).sort()).toEqual(
        'aacl acl asa atp bacl eacl ips ipt jcl jsl msmpc nsx nxacl pf srx xacl xml'.split(' '),
      );
      const ofCisco = made['acl']?.split('\n').map((line) => line.trim());
      expect(ofCisco?.filter((line) => /^(?:permit|deny)/.test(line) && !line.includes(':'))).toEqual([
        'permit tcp any any established',
        'permit tcp host 10.0.0.1 host 10.0.0.9 range 80 82',
        ...[
          '10.0.0.0 0.255.255.255',
          '127.0.0.0 0.255.255.255',
          '169.254.0.0 0.0.255.255',
          '172.16.0.0 0.15.255.255',
          '192.168.0.0 0.0.255.255',
        ].flatMap((from, _, all) => all.map((to) => `deny tcp ${from} ${to}`)),
        'permit tcp host 10.0.0.2 any eq 25',
        ...[
          '10.0.0.0 0.255.255.255',
          '127.0.0.0 0.255.255.255',
          '169.254.0.0 0.0.255.255',
          '172.16.0.0 0.15.255.255',
          '192.168.0.0 0.0.255.255',
        ].map((from) => `deny tcp ${from} any`),
        'permit tcp any host 10.0.0.9 eq 443',
        'deny tcp any any',
        'permit ip any any',
        'permit tcp any any established',
        'deny tcp any any',
        'permit ipv6 any any',
      ]);
      expect(made['asa']).not.toMatch(/permit tcp any any\s*$/m);
      for (const [ending, text] of Object.entries(made)) {
        if (ending !== 'msmpc' && ending !== 'aacl')
          expect([ending, text]).toEqual([ending, expect.stringContaining('10.0.0.9')]);
      }
    },
  );

  test.skipIf(!hasAclgen)(`when it is a trial, then nothing is refused${ACLGEN_NOTE}`, async () => {
    const made = await compile(SEEN, { ...OPTIONS, mode: 'log' });
    expect(made['acl']).not.toMatch(/^ *deny/m);
    expect(made['acl']).toMatch(/^ *permit tcp any any log$/m);
  });

  test.skipIf(!hasAclgen)(`when names are hostile, then 40 rules are 40 rules${ACLGEN_NOTE}`, async () => {
    const made = await compile(hostileRules(40), OPTIONS);
    expect(made['acl']?.match(/^ *permit tcp host 10\.\S+ host 10\.\S+ eq \d+$/gm)).toHaveLength(40);
    expect(made['acl']?.match(/^ *permit /gm)).toHaveLength(40 + 4);
  });
});
