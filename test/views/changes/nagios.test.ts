import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Changes } from '../../../src/inventory/changes/changes.js';
import { countChanges } from '../../../src/views/changes/counts.js';
import { judge, unknownLine } from '../../../src/views/changes/nagios.js';
import { parsePluginRange } from '../../../src/views/changes/nagios-range.js';
import { HOSTILE_NAMES } from '../fixtures.js';
import {
  anyChanges,
  CHANGES,
  makeAdded,
  makeServiceAt,
  NO_CHANGES,
  PLUTO,
  SEEN,
  WWW,
} from './change-fixtures.js';
import { hasPluginModule, PLUGIN_MODULE_NOTE } from './plugin-module.js';

const NO_PERFDATA =
  'changes=0;0;;0 added=0;;;0 gone=0;;;0 changed=0;;;0 new_machines=0;;;0 gone_machines=0;;;0 clients=0;;;0';

/** As docs/diff.md says. */
const MAX_LINE = 1000;

test('when nothing changed then it is OK', () => {
  expect(judge(NO_CHANGES)).toEqual({ status: 0, line: `SYNSUM OK - no changes | ${NO_PERFDATA}\n` });
  expect(judge({ ...NO_CHANGES, unseen: CHANGES.unseen, suppressed: 3 }).status).toBe(0);
});

test('when there are changes of every kind then it is a warning that names them', () => {
  expect(judge(CHANGES)).toEqual({
    status: 1,
    line:
      'SYNSUM WARNING - 3 services added, 4 gone, 2 changed, 1 with other clients, 3 new machines, 2 machines gone: ' +
      'minnie 8889/tcp gnump3d added, minnie 53/udp domain added, pluto 80/tcp http added, ' +
      'minnie 19/tcp discard gone, minnie 8888/tcp http gone, pluto 873/tcp rsync gone, 12.13.15.170 9/tcp up:9 gone, ' +
      'minnie 22/tcp ssh changed, minnie 8080/tcp http changed, ' +
      '12.13.15.170 new, goofy new, dumbo new, pluto gone, 2001:db8::1 gone, ' +
      'minnie 22/tcp ssh with other clients; 2 machines counted as remote in the baseline | ' +
      'changes=15;0;;0 added=3;;;0 gone=4;;;0 changed=2;;;0 new_machines=3;;;0 gone_machines=2;;;0 clients=1;;;0\n',
  });
});

test.each([
  [{ added: [makeAdded()] }, '1 service added: minnie 22/tcp ssh added'],
  [
    { gone: [{ ...makeServiceAt(), ...SEEN, absence: { kind: 'down' } }] },
    '1 service gone: minnie 22/tcp ssh gone',
  ],
  [{ newMachines: [{ ...PLUTO, ...SEEN, known: 'passive' }] }, '1 new machine: pluto new'],
  [{ goneMachines: [{ ...PLUTO, ...SEEN, absence: { kind: 'down' } }] }, '1 machine gone: pluto gone'],
  [
    { clients: [{ ...makeServiceAt(), added: ['dumbo'], gone: [] }] },
    '1 service with other clients: minnie 22/tcp ssh with other clients',
  ],
  [
    { added: WWW.map((at) => makeAdded(at)) },
    '2 services added: www (12.13.15.171) 22/tcp ssh added, www (12.13.15.172) 22/tcp ssh added',
  ],
] as [Partial<Changes>, string][])('when the changes are %j then the text is %s', (changes, text) => {
  expect(judge({ ...NO_CHANGES, ...changes }).line).toContain(`SYNSUM WARNING - ${text} | changes=`);
});

describe('thresholds', () => {
  test.each([
    [undefined, undefined, 15, 1, 'WARNING', '0;'],
    ['15', undefined, 15, 0, 'OK', '15;'],
    ['14', undefined, 15, 1, 'WARNING', '14;'],
    ['5', '10', 15, 2, 'CRITICAL', '5;10'],
    ['5', '20', 15, 1, 'WARNING', '5;20'],
    ['~:', '20', 15, 0, 'OK', '~:;20'],
    ['~:20', '@10:20', 15, 2, 'CRITICAL', '~:20;@10:20'],
    ['@0', undefined, 0, 1, 'WARNING', '@0;'],
  ])('when warning is %s, critical is %s and there are %d changes then the status is %d', (...row) => {
    const [warning, critical, count, status, level, thresholds] = row;
    const { line, ...judgement } = judge(count === 0 ? NO_CHANGES : CHANGES, {
      ...(warning === undefined ? {} : { warning: parsePluginRange(warning) }),
      ...(critical === undefined ? {} : { critical: parsePluginRange(critical) }),
    });
    expect(judgement).toEqual({ status });
    expect(line).toMatch(new RegExp(`^SYNSUM ${level} - `));
    expect(line).toContain(` | changes=${count};${thresholds};0 added=`);
  });
});

describe('length', () => {
  test('when there are very many changes then the line is short and says how many are not named', () => {
    const added = Array.from({ length: 5000 }, (_, port) => makeAdded({ port, service: `up:${port}` }));
    const many = <T>(list: readonly T[]): T[] => Array(50_000).fill(list[0]);
    const others = {
      gone: many(CHANGES.gone),
      changed: many(CHANGES.changed),
      newMachines: many(CHANGES.newMachines),
      goneMachines: many(CHANGES.goneMachines),
      clients: many(CHANGES.clients),
    };
    const longest = parsePluginRange('@-999999999999999.999999:999999999999999.999999');
    const longestLine = judge(
      { ...others, added, unseen: [], answered: [], remoteBefore: many(CHANGES.remoteBefore), suppressed: 0 },
      { warning: longest, critical: longest },
    );
    expect(longestLine.line.length).toBeLessThan(MAX_LINE);
    const { line } = judge({ ...NO_CHANGES, added });
    const [, named = '', more = ''] = /: (minnie 0\/tcp .* added), and (\d+) more \| /.exec(line) ?? [];
    expect(named.split(', ').length + Number(more)).toBe(5000);
    expect(named.split(', ').length).toBeGreaterThan(10);
  });

  test('when names are very long then they are cut, never in the middle of a character', () => {
    const added = [makeAdded({ machine: 'x'.repeat(500), service: '😀'.repeat(500) })];
    const { line } = judge({ ...NO_CHANGES, added });
    expect(line).toContain(`${'x'.repeat(59)}… 22/tcp ${'😀'.repeat(29)}… added | `);
  });
});

describe('hostile names', () => {
  test('when names are hostile then nothing in the line is obeyed by Nagios, a shell or a browser', () => {
    const added = HOSTILE_NAMES.map((name) => makeAdded({ machine: name, service: name }));
    for (const service of added) {
      const { line } = judge({ ...NO_CHANGES, added: [service] });
      const [text = '', ...others] = line.split('|');
      expect(others).toHaveLength(1);
      expect(text).not.toMatch(/[`~$&'"<>\p{C}\p{Zl}\p{Zp}]/u);
      expect(text.replaceAll('\\u{', '')).not.toContain('\\');
    }
  });

  test.each([
    ['a|b', 'a\\u{7c}b'],
    ['line\nbreak', 'line\\u{a}break'],
    ['C:\\new', 'C:\\u{5c}new'],
    ['$(reboot)', '\\u{24}(reboot)'],
    ['<b>', '\\u{3c}b\\u{3e}'],
    ['Büro-漢字', 'Büro-漢字'],
  ])('when a name is %j then it is written as %s', (machine, text) => {
    expect(judge({ ...NO_CHANGES, added: [makeAdded({ machine })] }).line).toContain(`: ${text} 22/tcp `);
  });
});

describe('unknown', () => {
  test.each([
    ['cannot read base.json', 'cannot read base.json'],
    [
      'hosts.yaml:3:5: found "x|y",\n  expected\tan address\n',
      'hosts.yaml:3:5: found x\\u{7c}y, expected an address',
    ],
    ["it's \u001b[2J", 'its \\u{1b}[2J'],
    ['x'.repeat(5000), `${'x'.repeat(499)}…`],
  ])('when the message is %j then the line contains it', (message, text) => {
    expect(unknownLine(message)).toBe(`SYNSUM UNKNOWN - ${text}\n`);
  });
});

describe.skipIf(!hasPluginModule)(`against Monitoring::Plugin::Performance${PLUGIN_MODULE_NOTE}`, () => {
  test('when changes are arbitrary then there is one line and its performance data can be read', () => {
    const thresholds = [
      ['0', undefined],
      ['5', '10'],
      ['2:', '~:20'],
      ['1:8', '10:20'],
    ] as const;
    const samples = fc.sample(anyChanges, { numRuns: 200, seed: 5 }).map((changes, at) => {
      const [warning, critical] = thresholds[at % thresholds.length] ?? ['0'];
      const { line } = judge(changes, {
        warning: parsePluginRange(warning),
        ...(critical === undefined ? {} : { critical: parsePluginRange(critical) }),
      });
      return { changes, warning, critical, line };
    });
    const script = `
      use Monitoring::Plugin::Performance;
      while (my $line = <STDIN>) {
        chomp $line;
        my ($text, $perfdata, @rest) = split /\\|/, $line;
        die "several |: $line" if @rest;
        print join(' ', map { join ',', map { $_ // '' } $_->label, $_->value, $_->uom, $_->warning, $_->critical, $_->min, $_->max }
          Monitoring::Plugin::Performance->parse_perfstring($perfdata)), "\\n";
      }`;
    const { stdout, stderr } = spawnSync('perl', ['-e', script], {
      input: samples.map(({ line }) => line).join(''),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toEqual(
      samples.map(({ changes, warning, critical = '' }) =>
        [
          `changes,${countChanges(changes)},,${warning},${critical},0,`,
          `added,${changes.added.length},,,,0,`,
          `gone,${changes.gone.length},,,,0,`,
          `changed,${changes.changed.length},,,,0,`,
          `new_machines,${changes.newMachines.length},,,,0,`,
          `gone_machines,${changes.goneMachines.length},,,,0,`,
          `clients,${changes.clients.length},,,,0,`,
        ].join(' '),
      ),
    );
    for (const { line } of samples) expect(line.length).toBeLessThan(MAX_LINE);
  });
});
