import { describe, expect, test } from 'vitest';
import { A_PORT, A_RANGE, mistakesIn, refuse } from './hosts-refusals.js';

describe('the message', () => {
  test('when a file has mistakes everywhere then all are reported with place, line and caret', async () => {
    const text = `local:
  - 12.13.14.256
host:
  dumbo: 12.13.14.137
  www: 12.13.15.163, 12.13.15.164
  pluto:
    adress: 12.13.15.166
    services: { 88890: gnump3d }
services:
  ssh: 22
  8889: gnu  mp3d
`;
    expect((await refuse(text, '/etc/synsum/hosts.yaml')).message).toBe(
      `/etc/synsum/hosts.yaml:2:5: found "12.13.14.256", expected ${A_RANGE}
      - 12.13.14.256
        ^
/etc/synsum/hosts.yaml:3:1: found "host", expected local, hosts, services, expected or names_from (did you mean hosts?)
    host:
    ^
/etc/synsum/hosts.yaml:5:8: found "12.13.15.163, 12.13.15.164", expected one address, CIDR or range; write several as a list: [10.0.0.1, 10.0.0.2]
      www: 12.13.15.163, 12.13.15.164
           ^
/etc/synsum/hosts.yaml:7:5: found "adress", expected address or services (did you mean address?)
        adress: 12.13.15.166
        ^
/etc/synsum/hosts.yaml:8:17: found "88890", expected ${A_PORT}
        services: { 88890: gnump3d }
                    ^
/etc/synsum/hosts.yaml:10:3: found "ssh", expected the port before the colon and the name after it
      ssh: 22
      ^
/etc/synsum/hosts.yaml:11:9: found "gnu  mp3d", expected a name with single spaces between its words, and none around it
      8889: gnu  mp3d
            ^`,
    );
  });

  test('when a mistake is reported then its parts are available one by one', async () => {
    const error = await refuse('hosts:\r\n  www:\t10.0.0.300 # ours\r\n', 'my.yaml');
    expect(error.name).toBe('HostsFileError');
    expect(error.file).toBe('my.yaml');
    expect(error.mistakes).toEqual([
      {
        line: 2,
        column: 8,
        found: '"10.0.0.300"',
        expected: A_RANGE,
        sourceLine: '  www:\t10.0.0.300 # ours',
      },
    ]);
  });

  test('when control and direction characters are in the file name, a name and a line then all are escaped', async () => {
    const text = 'hosts:\n  "a\u001b]0;x\u0007": 10.0.0.1\n  b: "\u202e\u2028\u00a0\\e" # \u009b2J\n';
    expect((await refuse(text, 'a\u001b[2J.yaml')).message).toBe(
      `a\\u{1b}[2J.yaml:2:3: found "a\\u{1b}]0;x\\u{7}", expected a name without control characters, and with no space but the plain one
      "a\\u{1b}]0;x\\u{7}": 10.0.0.1
      ^
a\\u{1b}[2J.yaml:3:6: found "\\u{202e}\\u{2028}\\u{a0}\\u{1b}", expected one address, CIDR or range; write several as a list: [10.0.0.1, 10.0.0.2]
      b: "\\u{202e}\\u{2028}\\u{a0}\\e" # \\u{9b}2J
         ^`,
    );
  });

  test('when the text found is long then it is cut, and its line is cut on both sides', async () => {
    const text = `hosts: { ${'a'.repeat(100)}: ${'b'.repeat(200)} }`;
    expect((await refuse(text)).message).toBe(
      `hosts.yaml:1:112: found "${'b'.repeat(60)}…", expected ${A_RANGE}
    …${'a'.repeat(48)}: ${'b'.repeat(50)}…
    ${' '.repeat(51)}^`,
    );
  });

  test('when there are more than 100 mistakes then the first 100 are shown and the rest counted', async () => {
    const text = `local:\n${'  - x\n'.repeat(123)}`;
    const { message, mistakes } = await refuse(text);
    expect(mistakes).toHaveLength(100);
    expect(message.split('\n')).toHaveLength(301);
    expect(message.split('\n').at(-1)).toBe('hosts.yaml: 23 more mistakes are not shown');
  });

  test('when there are 101 mistakes then the one that is not shown is counted in the singular', async () => {
    const { message } = await refuse(`local:\n${'  - x\n'.repeat(101)}`);
    expect(message.split('\n').at(-1)).toBe('hosts.yaml: 1 more mistake is not shown');
  });
});

describe('sections', () => {
  test.each([
    ['Local', 'local'],
    ['hots', 'hosts'],
    ['service', 'services'],
    ['expect', 'expected'],
  ])('when a section is called %s then %s is suggested', async (key, meant) => {
    expect(await mistakesIn(`${key}:\n`)).toEqual([
      `1:1 found "${key}", expected local, hosts, services, expected or names_from (did you mean ${meant}?)`,
    ]);
  });

  test.each(['www', 'l', `hosts${'s'.repeat(900)}`])(
    'when a section resembles none of the allowed ones then these are listed',
    async (key) => {
      expect((await refuse(`"${key}": 10.0.0.1\n`)).mistakes).toMatchObject([
        { line: 1, column: 1, expected: 'local, hosts, services, expected or names_from' },
      ]);
    },
  );

  test('when the file is a list or a text then the message names the sections', async () => {
    expect(await mistakesIn('- 10.0.0.1\n')).toEqual([
      '1:1 found a list, expected local:, hosts:, names_from:, services: and expected:',
    ]);
    expect(await mistakesIn('hosts\n')).toEqual([
      '1:1 found "hosts", expected local:, hosts:, names_from:, services: and expected:',
    ]);
    expect(await mistakesIn('hosts: 10.0.0.1\n')).toEqual([
      '1:8 found "10.0.0.1", expected names, each with its addresses: "www: 192.0.2.7"',
    ]);
  });
});

describe('expected', () => {
  test.each([
    ['_', 'a name, an address, a CIDR or a range: _ is not one machine'],
    ['10.0.0.300:80', 'a name, an address, a CIDR or a range'],
    ['2001:db8::/48:22', 'an IPv6 address, in brackets if a service follows: "[2001:db8::1]:22"'],
    ['minnie:99999', 'ports from 0 to 65535, the lower first'],
    ['minnie:80/dccp', 'one port or range, optionally followed by /tcp, /udp or /sctp'],
    ['"minnie  80"', 'a pattern with single spaces between its words, and none around it'],
    ['8889/tcp', 'a machine, or a colon before a service: ":8889/tcp"'],
    ['""', 'MACHINE, MACHINE:SERVICE or :SERVICE'],
  ])('when a pattern is %s then the message says what to write instead', async (value, expected) => {
    const found = value.startsWith('"') ? value : `"${value}"`;
    expect(await mistakesIn(`expected:\n  - minnie\n  - ${value}\n`)).toEqual([
      `3:5 found ${found}, expected ${expected}`,
    ]);
    expect(await mistakesIn(`expected: ${value}\n`)).toEqual([`1:11 found ${found}, expected ${expected}`]);
  });

  test.each([
    ['*:80', 'the alias ":80"', 'quotes around text that begins with a star: "*:80"'],
    [
      '*.example:up:*',
      'the alias ".example:up:*"',
      'quotes around text that begins with a star: "*.example:up:*"',
    ],
    ['*', '"*"', 'quotes around text that begins with this character'],
    ['[::1]', 'a list', 'a pattern; text that begins with a bracket needs quotes: "[2001:db8::1]:22"'],
    ['minnie: 80', 'a mapping', 'a pattern without a space after its colon: minnie:8889'],
    ['minnie:', 'a mapping', 'a pattern without a space after its colon: minnie:8889'],
    ['', 'nothing', 'MACHINE, MACHINE:SERVICE or :SERVICE'],
  ])(
    'when YAML reads the pattern %s as something else then the message says how to write it',
    async (value, found, expected) => {
      expect(await mistakesIn(`expected:\n  - ${value}\n`)).toEqual([
        `2:5 found ${found}, expected ${expected}`,
      ]);
    },
  );

  test('when an address in brackets is followed by a port and has no quotes then the message asks for quotes', async () => {
    expect(await mistakesIn('expected:\n  - [2001:db8::1]:22\n')).toEqual([
      '2:18 found ":22", expected nothing after the closing mark, or quotes around the whole value',
    ]);
  });

  test('when several sections have mistakes then all are reported', async () => {
    const text = 'local: [10.0.0.300]\nexpected: [a:, "b c ", *:80, "\\e]0;x:80"]\n';
    expect(await mistakesIn(text)).toEqual([
      `1:9 found "10.0.0.300", expected ${A_RANGE}`,
      '2:12 found a mapping, expected a pattern without a space after its colon: minnie:8889',
      '2:16 found "b c ", expected a pattern with single spaces between its words, and none around it',
      '2:24 found the alias ":80", expected quotes around text that begins with a star: "*:80"',
      '2:30 found "\\u{1b}]0;x:80", expected a pattern without control characters, and with no space but the plain one',
    ]);
  });
});

describe('YAML', () => {
  test.each([
    ['hosts:\n\ta: 10.0.0.1\n', '2:1 found a tab, expected spaces: YAML does not allow tabs for indentation'],
    [
      'hosts:\n  a: fe80::\n',
      '2:6 found "fe80::", expected one value; text with a colon at its end or before a space needs quotes',
    ],
    ['hosts:\n  a: 10.0.0.1\n  b\n', '3:3 found "b", expected a colon and a value after it'],
    [
      'hosts:\n  a: 10.0.0.1\n b: 10.0.0.2\n',
      '3:2 found "b: 10.0.0.2", expected the same indentation as the entries above',
    ],
    ['local: [10.0.0.1\n', '1:17 found the end of the file, expected a closing ]'],
    ['hosts: { a: 10.0.0.1\n\n\n', '1:21 found the end of the file, expected a closing }'],
    ['local: "10.0.0.1\n', '1:17 found the end of the file, expected a closing quote'],
    ['local: @home\n', '1:8 found "@home", expected quotes around text that begins with this character'],
    ['local: !home []\n', '1:8 found "!home []", expected text without a tag'],
    ['local: []\n---\nlocal: []\n', '2:1 found "---", expected the file to be one YAML document'],
    [
      'local: []\n]\n',
      '2:1 found "]", expected valid YAML (Unexpected flow-seq-end token in YAML stream: "]")',
    ],
    ['%YAML 3.0\n---\nlocal: []\n', '1:7 found "3.0", expected valid YAML (Unsupported YAML version 3.0)'],
  ])('when the text is %j then the message has the place and the remedy', async (text, expected) => {
    expect(await mistakesIn(text)).toEqual([expected]);
  });

  test('when the YAML breaks off then the mistakes before that are reported, and no echoes after it', async () => {
    const text = `local: [10.0.0.300]\nhosts:\n  a: 10.0.0.1\n\tb: 10.0.0.2\n  c: 10.0.0.400\n`;
    expect(await mistakesIn(text)).toEqual([
      `1:9 found "10.0.0.300", expected ${A_RANGE}`,
      '4:1 found a tab, expected spaces: YAML does not allow tabs for indentation',
    ]);
  });

  test('when an entry is indented more than the one above then the entry is reported, not the value above', async () => {
    expect(await mistakesIn('hosts:\n  pluto: 10.0.0.1\n   minnie: 10.0.0.2\n  goofy: 10.0.0.3\n')).toEqual([
      '3:4 found "minnie: 10.0.0.2" after 3 spaces, expected 2 spaces, as before the entry above',
    ]);
  });

  test('when a list ends the document too early then the rest of the file is not reported line by line', async () => {
    const text = `- 10.0.0.1\n${'a: 10.0.0.1\n'.repeat(50)}`;
    expect(await mistakesIn(text)).toHaveLength(2);
  });

  test('when an alias stands for a list, a mapping or nothing then it is refused', async () => {
    const hint = '(an alias can only stand for text above it)';
    const text = 'local: &l [10.0.0.1]\nhosts: &h\n  a: *l\n  b: *h\n  c: *missing\n';
    expect(await mistakesIn(text)).toEqual([
      `3:6 found the alias "l", expected ${A_RANGE} ${hint}`,
      `4:6 found the alias "h", expected ${A_RANGE} ${hint}`,
      `5:6 found the alias "missing", expected ${A_RANGE} ${hint}`,
    ]);
  });
});

describe('hostile text', () => {
  test('when aliases of aliases would expand to billions of entries then none of them is expanded', async () => {
    const levels = Array.from({ length: 30 }, (_, index) => {
      const value =
        index === 0
          ? '[10.0.0.1]'
          : `[${Array(10)
              .fill(`*a${index - 1}`)
              .join(', ')}]`;
      return `  n${index}: &a${index} ${value}\n`;
    });
    const { mistakes } = await refuse(`hosts:\n${levels.join('')}`);
    expect(mistakes).toHaveLength(100);
    expect(mistakes[0]).toMatchObject({ line: 3, found: 'the alias "a0"' });
  });

  test.each([
    ['[', 1_000_000],
    ['{a: ', 100_000],
    ['- ', 1_000_000],
    ['? ', 1_000_000],
    ['[\n', 100_000],
  ])(
    'when %j is repeated very often then the nesting is refused before the stack overflows',
    async (piece, times) => {
      const { mistakes } = await refuse(piece.repeat(times));
      expect(mistakes).toMatchObject([
        { found: 'lists or mappings nested too deeply', expected: 'at most 4 levels' },
      ]);
    },
  );

  test.each(['&a ', '*a ', '!a '])('when %j is repeated very often then it is refused', async (piece) => {
    const { mistakes } = await refuse(piece.repeat(100_000));
    expect(mistakes).toMatchObject([{ found: 'one more anchor, alias or tag', expected: 'at most 1000' }]);
  });

  test('when 50,000 keys are the same then each is reported, without comparing every key with every other', async () => {
    const { message } = await refuse(`hosts:\n${'  a: 10.0.0.1\n'.repeat(50_000)}`);
    expect(message.split('\n').at(-1)).toBe('hosts.yaml: 49,899 more mistakes are not shown');
  });
});
