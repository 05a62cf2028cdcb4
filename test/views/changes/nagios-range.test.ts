import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAlert, PluginRangeError, parsePluginRange } from '../../../src/views/changes/nagios-range.js';
import { hasPluginModule, PLUGIN_MODULE_NOTE } from './plugin-module.js';

// The table of https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT
test.each([
  ['10', [-1, 11], [0, 10]],
  ['10:', [9, -1], [10, 11]],
  ['~:10', [11], [-100, 10]],
  ['10:20', [9, 21], [10, 20]],
  ['@10:20', [10, 15, 20], [9, 21]],
  ['0', [1, -1], [0]],
  [':10', [11, -1], [0, 10]],
  ['-5:5', [-6, 6], [-5, 5]],
  ['1.5:2.5', [1, 3], [2]],
  ['~:', [], [-1, 0, 1e9]],
  ['@0:0', [0], [1]],
])('when the range is %s then %j alert and %j do not', (text, alerts, others) => {
  const range = parsePluginRange(text);
  expect(range.text).toBe(text);
  for (const value of alerts) expect([value, isAlert(range, value)]).toEqual([value, true]);
  for (const value of others) expect([value, isAlert(range, value)]).toEqual([value, false]);
});

test.each([
  '',
  ':',
  '@',
  '@:',
  '~',
  '20:10',
  '10:~',
  'ten',
  '1e3',
  '10:20:30',
  '10 20',
  ' 10',
  '10\n',
  '--1',
  '1'.repeat(16),
])('when the range is %j then the error says what was found and expected', (text) => {
  expect(() => parsePluginRange(text)).toThrow(PluginRangeError);
  expect(() => parsePluginRange(text)).toThrow(
    `found ${JSON.stringify(text)}, expected a range such as 10, 10:, ~:10, 10:20 or @10:20, with the lower end first`,
  );
});

test('when a text is arbitrary then it is a range, or it is refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'@~:0123456789.- x') }), (text) => {
      try {
        const { start, end } = parsePluginRange(text);
        expect(start).toBeLessThanOrEqual(end);
      } catch (error) {
        expect(error).toBeInstanceOf(PluginRangeError);
      }
    }),
  );
});

describe.skipIf(!hasPluginModule)(`against Monitoring::Plugin::Range${PLUGIN_MODULE_NOTE}`, () => {
  test('when a range is read by both then they alert on the same values', () => {
    const numbers = fc.integer({ min: -30, max: 30 });
    const [low, high] = [fc.option(numbers, { nil: undefined }), numbers];
    const ranges = fc.sample(
      fc
        .tuple(fc.boolean(), fc.constantFrom('', '~:', 'a:', 'a:b'), low, high)
        .map(([inside, kind, a = 0, b]) => {
          const [first, last] = [Math.min(a, b), Math.max(a, b)];
          const text = { '': `${Math.abs(b)}`, '~:': `~:${b}`, 'a:': `${a}:`, 'a:b': `${first}:${last}` }[
            kind
          ];
          return `${inside ? '@' : ''}${text}`;
        }),
      { numRuns: 300, seed: 5 },
    );
    const values = Array.from({ length: 71 }, (_, at) => at - 35);
    const script = `
      use Monitoring::Plugin::Range;
      while (my $line = <STDIN>) {
        chomp $line;
        my ($text, @values) = split / /, $line;
        my $range = Monitoring::Plugin::Range->parse_range_string($text);
        die "refused: $text" unless defined $range;
        print join('', map { $range->check_range($_) ? 1 : 0 } @values), "\\n";
      }`;
    const { stdout, stderr } = spawnSync('perl', ['-e', script], {
      input: ranges.map((text) => `${[text, ...values].join(' ')}\n`).join(''),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const ours = ranges.map((text) => {
      const range = parsePluginRange(text);
      return values.map((value) => Number(isAlert(range, value))).join('');
    });
    expect(stdout.trimEnd().split('\n')).toEqual(ours);
  });
});
