import { describe, expect, test } from 'vitest';
import { HostsFileError, parseHosts } from '../../src/names/hosts-file.js';

/** The error of a text with mistakes. */
async function fail(text: string, file = 'hosts.yaml'): Promise<HostsFileError> {
  const reason: unknown = await parseHosts(text, file).catch((error: unknown) => error);
  expect(reason).toBeInstanceOf(HostsFileError);
  return reason as HostsFileError;
}

/** `LINE:COLUMN found …, expected …` of each mistake. */
async function tell(text: string): Promise<string[]> {
  const { mistakes } = await fail(text);
  return mistakes.map(
    ({ line, column, found, expected }) => `${line}:${column} found ${found}, expected ${expected}`,
  );
}

const A_RANGE = 'an address, a CIDR such as 192.0.2.0/24 or a range such as 192.0.2.10-192.0.2.20';
const A_PORT = 'a port from 1 to 65535 or a range such as 6881-6889';

describe('the message', () => {
  test('when a file has mistakes everywhere then all are told with place, line and caret', async () => {
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
  8889: gnu mp3d
`;
    expect((await fail(text, '/etc/synsum/hosts.yaml')).message).toBe(
      `/etc/synsum/hosts.yaml:2:5: found "12.13.14.256", expected ${A_RANGE}
      - 12.13.14.256
        ^
/etc/synsum/hosts.yaml:3:1: found "host", expected local, hosts, services or expected (did you mean hosts?)
    host:
    ^
/etc/synsum/hosts.yaml:5:8: found "12.13.15.163, 12.13.15.164", expected one address, CIDR or range; several go into a list: [10.0.0.1, 10.0.0.2]
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
/etc/synsum/hosts.yaml:11:9: found "gnu mp3d", expected a name without spaces and control characters
      8889: gnu mp3d
            ^`,
    );
  });

  test('when a mistake is told then its parts can be had one by one', async () => {
    const error = await fail('hosts:\r\n  www:\t10.0.0.300 # ours\r\n', 'my.yaml');
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

  test('when control and direction characters are in file, name and line then none is shown as it is', async () => {
    const text = 'hosts:\n  "a\u001b]0;x\u0007": 10.0.0.1\n  b: "\u202e\u2028\u00a0\\e" # \u009b2J\n';
    expect((await fail(text, 'a\u001b[2J.yaml')).message).toBe(
      `a\\u{1b}[2J.yaml:2:3: found "a\\u{1b}]0;x\\u{7}", expected a name without spaces and control characters
      "a\\u{1b}]0;x\\u{7}": 10.0.0.1
      ^
a\\u{1b}[2J.yaml:3:6: found "\\u{202e}\\u{2028}\\u{a0}\\u{1b}", expected one address, CIDR or range; several go into a list: [10.0.0.1, 10.0.0.2]
      b: "\\u{202e}\\u{2028}\\u{a0}\\e" # \\u{9b}2J
         ^`,
    );
  });

  test('when what was found is long then it is cut, and so is its line on both sides', async () => {
    const text = `hosts: { ${'a'.repeat(100)}: ${'b'.repeat(200)} }`;
    expect((await fail(text)).message).toBe(
      `hosts.yaml:1:112: found "${'b'.repeat(60)}…", expected ${A_RANGE}
    …${'a'.repeat(48)}: ${'b'.repeat(50)}…
    ${' '.repeat(51)}^`,
    );
  });

  test('when there are more than 100 mistakes then the first 100 are shown and the others counted', async () => {
    const text = `local:\n${'  - x\n'.repeat(123)}`;
    const { message, mistakes } = await fail(text);
    expect(mistakes).toHaveLength(100);
    expect(message.split('\n')).toHaveLength(301);
    expect(message.split('\n').at(-1)).toBe('hosts.yaml: 23 more mistakes are not shown');
  });
});

describe('addresses', () => {
  test.each([
    ['www', A_RANGE],
    ['www.example.org', A_RANGE],
    ['10.5', A_RANGE],
    ['""', A_RANGE],
    ['1:2', A_RANGE],
    ['10.0.0.1.', A_RANGE],
    ['010.0.0.1', 'numbers without leading zeros: some programs read them as octal'],
    ['10.0.0.01/32', 'numbers without leading zeros: some programs read them as octal'],
    ['fe80::1%eth0', 'an address without a zone'],
    ['10.0.0.0/33', 'a prefix length from 0 to 32 after the slash'],
    ['10.0.0.0/255.0.0.0', 'a prefix length from 0 to 32 after the slash'],
    ['2001:db8::/129', 'a prefix length from 0 to 128 after the slash'],
    ['10.0.0.9-10.0.0.1', 'a range from the lower to the higher address'],
    ['10.0.0.9-::1', 'a range within IPv4 or within IPv6'],
    ['10.0.0.1 - 10.0.0.9', 'a range without spaces: 192.0.2.10-192.0.2.20'],
    ['10.0.0.1 10.0.0.2', 'one address, CIDR or range; several go into a list: [10.0.0.1, 10.0.0.2]'],
  ])('when an address is %s then it is refused with the way out', async (value, expected) => {
    const found = value === '""' ? value : `"${value}"`;
    expect(await tell(`hosts:\n  www: ${value}\n`)).toEqual([`2:8 found ${found}, expected ${expected}`]);
    expect(await tell(`local:\n  - ${value}\n`)).toEqual([`2:5 found ${found}, expected ${expected}`]);
  });

  test('when a host has no value, or an empty one, then that is a mistake', async () => {
    expect(
      await tell(
        'hosts:\n  a:\n  b: []\n  c: {}\n  d: { address: }\n  e: ~\n  f: [10.0.0.1, ]\n  g:\n    -\n',
      ),
    ).toEqual([
      `2:5 found nothing, expected ${A_RANGE}`,
      '3:6 found an empty list, expected at least one address',
      '4:3 found "c" without an address, expected address: with an address, CIDR, range or a list of them',
      `5:17 found nothing, expected ${A_RANGE}`,
      `6:6 found nothing, expected ${A_RANGE}`,
      `9:6 found nothing, expected ${A_RANGE}`,
    ]);
  });

  test('when values are of the wrong kind then what they are is told', async () => {
    expect(await tell('hosts:\n  a: [[10.0.0.1]]\n  b: [{ address: 10.0.0.1 }]\nlocal: { a: b }\n')).toEqual([
      `2:7 found a list, expected ${A_RANGE}`,
      `3:7 found a mapping, expected ${A_RANGE}`,
      `4:8 found a mapping, expected ${A_RANGE}`,
    ]);
  });

  test('when two names have exactly the same range then the line of the first is told', async () => {
    const text = `hosts:
  a: 10.0.0.0/30
  b: 10.0.0.1
  c:
    - 10.0.0.0-10.0.0.3
    - 10.0.0.2/31
  d: { address: 10.0.0.1/32 }
`;
    expect(await tell(text)).toEqual([
      '5:7 found "10.0.0.0-10.0.0.3", expected one name for it; line 2 has named it "a" already',
      '7:17 found "10.0.0.1/32", expected one name for it; line 3 has named it "b" already',
    ]);
  });
});

describe('names', () => {
  test.each([
    ['_', 'another name: synsum itself uses this one'],
    ['(other)', 'another name: synsum itself uses this one'],
    ['80', 'a name that is not only digits'],
    ['two words', 'a name without spaces and control characters'],
    ['no\u00a0break', 'a name without spaces and control characters'],
    ['zero\u200bwidth', 'a name without spaces and control characters'],
    ['', 'a name'],
    ['x'.repeat(256), 'a name of at most 255 characters'],
  ])('when a name is %j then it is refused for machines and services', async (name, expected) => {
    const quoted = JSON.stringify(name);
    const machine = await fail(`hosts:\n  ${quoted}: 10.0.0.1\n`);
    const service = await fail(`services:\n  80: ${quoted}\n`);
    expect(machine.mistakes).toMatchObject([{ line: 2, column: 3, expected }]);
    expect(service.mistakes).toMatchObject([{ line: 2, column: 7, expected }]);
  });

  test.each(['10.0.0.1', '10.0.0.0/8', '10.0.0.1-10.0.0.2', '::1', 'fe80::1%eth0'])(
    'when a name is the address %s then it is refused',
    async (name) => {
      expect(await tell(`services:\n  80: "${name}"\n`)).toEqual([
        `2:7 found "${name}", expected a name, not an address`,
      ]);
    },
  );

  test('when name and address are the wrong way round then one mistake says so', async () => {
    expect(await tell('hosts:\n  10.0.0.1: www\n')).toEqual([
      '2:3 found "10.0.0.1", expected the name before the colon and the address after it',
    ]);
  });

  test('when a key is there twice then the line of the first is told', async () => {
    const text =
      'hosts:\n  www: 10.0.0.1\n  "www": 10.0.0.2\nlocal: []\nservices: {80: a, 80: b}\nlocal: []\n';
    expect(await tell(text)).toEqual([
      '3:3 found "www" again, expected it once; line 2 has it already',
      '5:19 found "80" again, expected it once; line 5 has it already',
      '6:1 found "local" again, expected it once; line 4 has it already',
    ]);
  });

  test('when a key is no text then it is refused', async () => {
    expect(await tell('? [a]\n: b\n? {c: d}\n: e\n: f\n')).toEqual([
      '1:3 found a list, expected text before the colon',
      '3:3 found a mapping, expected text before the colon',
      '5:1 found nothing, expected text before the colon',
    ]);
  });
});

describe('ports', () => {
  test.each([
    '0',
    '65536',
    '99999999999',
    '080',
    '0x50',
    '80.0',
    '-80',
    '80-',
    '90-80',
    '1-65536',
    '80 - 90',
    '8o',
  ])('when a port is %s then it is refused', async (port) => {
    const expected = [`2:3 found "${port}", expected ${A_PORT}`];
    expect(await tell(`services:\n  "${port}": web\n`)).toEqual(expected);
  });

  test('when a name is missing or is no text then that is a mistake', async () => {
    expect(await tell('services:\n  80:\n  81: []\n  82: [a]\n  83: {a: b}\n')).toEqual([
      '2:6 found nothing, expected a name',
      '3:7 found an empty list, expected a name',
      '4:7 found a list, expected a name',
      '5:7 found a mapping, expected a name',
    ]);
  });

  test('when services are no mapping then the shape they should have is told', async () => {
    const expected = 'expected ports, each with its name: "8889: gnump3d"';
    expect(await tell('services:\n  - 80: web\n')).toEqual([`2:3 found a list, ${expected}`]);
    expect(await tell('services:\n  80:web\n')).toEqual([`2:3 found "80:web", ${expected}`]);
    expect(await tell('hosts:\n  a: {address: 10.0.0.1, services: 80}\n')).toEqual([
      `2:36 found "80", ${expected}`,
    ]);
  });

  test('when the same ports have two names then the line of the first is told', async () => {
    expect(await tell('services:\n  80: web\n  80-80: www\n')).toEqual([
      '3:3 found "80-80", expected one name for it; line 2 has named it "web" already',
    ]);
  });
});

describe('sections', () => {
  test.each([
    ['Local', 'local'],
    ['hots', 'hosts'],
    ['service', 'services'],
    ['expect', 'expected'],
  ])('when a section is called %s then %s is proposed', async (key, meant) => {
    expect(await tell(`${key}:\n`)).toEqual([
      `1:1 found "${key}", expected local, hosts, services or expected (did you mean ${meant}?)`,
    ]);
  });

  test.each(['www', 'l', `hosts${'s'.repeat(900)}`])(
    'when a section is called nothing like the allowed ones then they are listed',
    async (key) => {
      expect((await fail(`"${key}": 10.0.0.1\n`)).mistakes).toMatchObject([
        { line: 1, column: 1, expected: 'local, hosts, services or expected' },
      ]);
    },
  );

  test('when the file is a list or a text then the sections are named', async () => {
    expect(await tell('- 10.0.0.1\n')).toEqual([
      '1:1 found a list, expected local:, hosts:, services: and expected:',
    ]);
    expect(await tell('hosts\n')).toEqual([
      '1:1 found "hosts", expected local:, hosts:, services: and expected:',
    ]);
    expect(await tell('hosts: 10.0.0.1\n')).toEqual([
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
    ['minnie:80/dccp', 'one port or range, alone or with /tcp, /udp or /sctp behind it'],
    ['minnie 80', 'a pattern without spaces and control characters'],
    ['8889/tcp', 'a machine, or a colon before a service: ":8889/tcp"'],
    ['""', 'MACHINE, MACHINE:SERVICE or :SERVICE'],
  ])('when a pattern is %s then it is refused with the way out', async (value, expected) => {
    const found = value === '""' ? value : `"${value}"`;
    expect(await tell(`expected:\n  - minnie\n  - ${value}\n`)).toEqual([
      `3:5 found ${found}, expected ${expected}`,
    ]);
    expect(await tell(`expected: ${value}\n`)).toEqual([`1:11 found ${found}, expected ${expected}`]);
  });

  test.each([
    ['*:80', 'the alias ":80"', 'quotes around what begins with a star: "*:80"'],
    [
      '*.example:up:*',
      'the alias ".example:up:*"',
      'quotes around what begins with a star: "*.example:up:*"',
    ],
    ['*', '"*"', 'quotes around text that begins with this character'],
    ['[::1]', 'a list', 'a pattern; what begins with a bracket needs quotes: "[2001:db8::1]:22"'],
    ['minnie: 80', 'a mapping', 'a pattern, without a space behind its colon: minnie:8889'],
    ['minnie:', 'a mapping', 'a pattern, without a space behind its colon: minnie:8889'],
    ['', 'nothing', 'MACHINE, MACHINE:SERVICE or :SERVICE'],
  ])(
    'when YAML takes the pattern %s for something else then how to write it is told',
    async (value, found, expected) => {
      expect(await tell(`expected:\n  - ${value}\n`)).toEqual([`2:5 found ${found}, expected ${expected}`]);
    },
  );

  test('when an address in brackets has a port behind them and no quotes then they are asked for', async () => {
    expect(await tell('expected:\n  - [2001:db8::1]:22\n')).toEqual([
      '2:18 found ":22", expected nothing behind the closing sign, or quotes around all of it',
    ]);
  });

  test('when there are many mistakes then all are told, and those of other sections too', async () => {
    const text = 'local: [10.0.0.300]\nexpected: [a:, "b c", *:80, "\\e]0;x:80"]\n';
    expect(await tell(text)).toEqual([
      `1:9 found "10.0.0.300", expected ${A_RANGE}`,
      '2:12 found a mapping, expected a pattern, without a space behind its colon: minnie:8889',
      '2:16 found "b c", expected a pattern without spaces and control characters',
      '2:23 found the alias ":80", expected quotes around what begins with a star: "*:80"',
      '2:29 found "\\u{1b}]0;x:80", expected a pattern without spaces and control characters',
    ]);
  });
});

describe('YAML', () => {
  test.each([
    ['hosts:\n\ta: 10.0.0.1\n', '2:1 found a tab, expected spaces: YAML allows no tabs as indentation'],
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
  ])('when %j is given then the place and the way out are told', async (text, expected) => {
    expect(await tell(text)).toEqual([expected]);
  });

  test('when the YAML breaks off then mistakes before that are told, and no echoes after it', async () => {
    const text = `local: [10.0.0.300]\nhosts:\n  a: 10.0.0.1\n\tb: 10.0.0.2\n  c: 10.0.0.400\n`;
    expect(await tell(text)).toEqual([
      `1:9 found "10.0.0.300", expected ${A_RANGE}`,
      '4:1 found a tab, expected spaces: YAML allows no tabs as indentation',
    ]);
  });

  test('when a list ends the document too early then the rest of the file is not told line by line', async () => {
    const text = `- 10.0.0.1\n${'a: 10.0.0.1\n'.repeat(50)}`;
    expect(await tell(text)).toHaveLength(2);
  });

  test('when an alias stands for a list, a mapping or nothing then it is refused', async () => {
    const hint = '(an alias can stand only for one text above it)';
    const text = 'local: &l [10.0.0.1]\nhosts: &h\n  a: *l\n  b: *h\n  c: *missing\n';
    expect(await tell(text)).toEqual([
      `3:6 found the alias "l", expected ${A_RANGE} ${hint}`,
      `4:6 found the alias "h", expected ${A_RANGE} ${hint}`,
      `5:6 found the alias "missing", expected ${A_RANGE} ${hint}`,
    ]);
  });
});

describe('hostile text', () => {
  test('when aliases of aliases would expand to billions of entries then none is expanded', async () => {
    const levels = Array.from({ length: 30 }, (_, index) => {
      const value =
        index === 0
          ? '[10.0.0.1]'
          : `[${Array(10)
              .fill(`*a${index - 1}`)
              .join(', ')}]`;
      return `  n${index}: &a${index} ${value}\n`;
    });
    const { mistakes } = await fail(`hosts:\n${levels.join('')}`);
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
    'when %j comes again and again then nesting is refused before the stack is gone',
    async (piece, times) => {
      const { mistakes } = await fail(piece.repeat(times));
      expect(mistakes).toMatchObject([
        { found: 'lists or mappings nested without end', expected: 'at most 4 levels' },
      ]);
    },
  );

  test.each(['&a ', '*a ', '!a '])('when %j comes again and again then it is refused', async (piece) => {
    const { mistakes } = await fail(piece.repeat(100_000));
    expect(mistakes).toMatchObject([{ found: 'one more anchor, alias or tag', expected: 'at most 1000' }]);
  });

  test('when 50,000 keys are the same then each is told apart without comparing all with all', async () => {
    const { message } = await fail(`hosts:\n${'  a: 10.0.0.1\n'.repeat(50_000)}`);
    expect(message.split('\n').at(-1)).toBe('hosts.yaml: 49899 more mistakes are not shown');
  }, 60_000);
});
