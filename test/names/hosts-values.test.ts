import { describe, expect, test } from 'vitest';
import { parseHosts } from '../../src/names/hosts-file.js';
import { A_PORT, A_RANGE, mistakesIn, refuse } from './hosts-refusals.js';

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
    ['10.0.0.1 10.0.0.2', 'one address, CIDR or range; write several as a list: [10.0.0.1, 10.0.0.2]'],
    ['10.0.0.5/24', '10.0.0.5 for one address, or 10.0.0.0/24 for all 256 addresses'],
    ['192.168.1.1/31', '192.168.1.1 for one address, or 192.168.1.0/31 for all 2 addresses'],
    ['0.0.0.1/0', '0.0.0.1 for one address, or 0.0.0.0/0 for all 4294967296 addresses'],
    ['2001:DB8::1/64', '2001:db8::1 for one address, or 2001:db8::/64 for the whole network'],
  ])('when an address is %s then the message says how to write it', async (value, expected) => {
    const found = value === '""' ? value : `"${value}"`;
    expect(await mistakesIn(`hosts:\n  www: ${value}\n`)).toEqual([
      `2:8 found ${found}, expected ${expected}`,
    ]);
    expect(await mistakesIn(`local:\n  - ${value}\n`)).toEqual([`2:5 found ${found}, expected ${expected}`]);
  });

  test('when a block begins with its address then it is read, whatever its prefix', async () => {
    const text = 'local: [0.0.0.0/0, 10.0.0.4/30, 10.0.0.5/32, "::/0", "2001:db8::/64", "2001:db8::1/128"]\n';
    expect((await parseHosts(text, 'hosts.yaml')).local).toHaveLength(6);
  });

  test('when an expected change has such a block then that is a mistake', async () => {
    expect(await mistakesIn('expected:\n  - 10.0.0.5/24:22\n')).toEqual([
      '2:5 found "10.0.0.5/24:22", expected 10.0.0.5 for one address, or 10.0.0.0/24 for all 256 addresses',
    ]);
  });

  test('when a host has no value, or an empty one, then that is a mistake', async () => {
    expect(
      await mistakesIn(
        'hosts:\n  a:\n  b: []\n  c: {}\n  d: { address: }\n  e: ~\n  f: [10.0.0.1, ]\n  g:\n    -\n',
      ),
    ).toEqual([
      `2:5 found nothing, expected ${A_RANGE}`,
      '3:6 found an empty list, expected at least one address',
      '4:3 found "c" without an address, expected address: followed by an address, a CIDR, a range or a list of them',
      `5:17 found nothing, expected ${A_RANGE}`,
      `6:6 found nothing, expected ${A_RANGE}`,
      `9:6 found nothing, expected ${A_RANGE}`,
    ]);
  });

  test('when values are of the wrong kind then the message says what they are', async () => {
    expect(
      await mistakesIn('hosts:\n  a: [[10.0.0.1]]\n  b: [{ address: 10.0.0.1 }]\nlocal: { a: b }\n'),
    ).toEqual([
      `2:7 found a list, expected ${A_RANGE}`,
      `3:7 found a mapping, expected ${A_RANGE}`,
      `4:8 found a mapping, expected ${A_RANGE}`,
    ]);
  });

  test('when two names have exactly the same range then the message names the line of the first', async () => {
    const text = `hosts:
  a: 10.0.0.0/30
  b: 10.0.0.1
  c:
    - 10.0.0.0-10.0.0.3
    - 10.0.0.2/31
  d: { address: 10.0.0.1/32 }
`;
    expect(await mistakesIn(text)).toEqual([
      '5:7 found "10.0.0.0-10.0.0.3", expected one name for it; line 2 already names it "a"',
      '7:17 found "10.0.0.1/32", expected one name for it; line 3 already names it "b"',
    ]);
  });
});

describe('names', () => {
  const SPACES = 'a name with single spaces between its words, and none around it';
  const CONTROLS = 'a name without control characters, and with no space but the plain one';

  test('when names have spaces then machines, services and expected changes keep them', async () => {
    const text = `
hosts:
  Front desk printer: 10.0.0.9
services:
  8889: GNU mp3d
expected:
  - Front desk printer:631
  - Front desk *:GNU mp3d
`;
    const { hosts, services, expected } = await parseHosts(text, 'hosts.yaml');
    expect(hosts.map(({ name }) => name)).toEqual(['Front desk printer']);
    expect(services.map(({ name }) => name)).toEqual(['GNU mp3d']);
    expect(expected).toEqual([
      {
        machine: { kind: 'name', glob: [...'Front desk printer'] },
        service: { kind: 'ports', first: 631, last: 631 },
      },
      {
        machine: { kind: 'name', glob: [...'Front desk *'] },
        service: { kind: 'name', glob: [...'GNU mp3d'] },
      },
    ]);
  });

  test.each([
    ['_', 'another name: synsum itself uses this one'],
    ['(other)', 'another name: synsum itself uses this one'],
    ['80', 'a name that is not only digits'],
    ['two  words', SPACES],
    [' front desk', SPACES],
    ['front desk ', SPACES],
    ['no\u00a0break', CONTROLS],
    ['zero\u200bwidth', CONTROLS],
    ['tab\there', CONTROLS],
    ['80 443', 'a name that is not only digits'],
    ['10.0.0.1 - 10.0.0.9', 'a name, not an address'],
    ['', 'a name'],
    ['x'.repeat(256), 'a name of at most 255 characters'],
  ])('when a name is %j then it is refused for machines and services', async (name, expected) => {
    const quoted = JSON.stringify(name);
    const machine = await refuse(`hosts:\n  ${quoted}: 10.0.0.1\n`);
    const service = await refuse(`services:\n  80: ${quoted}\n`);
    expect(machine.mistakes).toMatchObject([{ line: 2, column: 3, expected }]);
    expect(service.mistakes).toMatchObject([{ line: 2, column: 7, expected }]);
  });

  test.each(['10.0.0.1', '10.0.0.0/8', '10.0.0.1-10.0.0.2', '::1', 'fe80::1%eth0'])(
    'when a name is the address %s then it is refused',
    async (name) => {
      expect(await mistakesIn(`services:\n  80: "${name}"\n`)).toEqual([
        `2:7 found "${name}", expected a name, not an address`,
      ]);
    },
  );

  test('when name and address are swapped then a single mistake says so', async () => {
    expect(await mistakesIn('hosts:\n  10.0.0.1: www\n')).toEqual([
      '2:3 found "10.0.0.1", expected the name before the colon and the address after it',
    ]);
  });

  test('when a key comes twice then the message names the line of the first', async () => {
    const text =
      'hosts:\n  www: 10.0.0.1\n  "www": 10.0.0.2\nlocal: []\nservices: {80: a, 80: b}\nlocal: []\n';
    expect(await mistakesIn(text)).toEqual([
      '3:3 found "www" again, expected it once; line 2 already has it',
      '5:19 found "80" again, expected it once; line 5 already has it',
      '6:1 found "local" again, expected it once; line 4 already has it',
    ]);
  });

  test('when a key is not text then it is refused', async () => {
    expect(await mistakesIn('? [a]\n: b\n? {c: d}\n: e\n: f\n')).toEqual([
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
    expect(await mistakesIn(`services:\n  "${port}": web\n`)).toEqual(expected);
  });

  test('when a name is missing or is not text then that is a mistake', async () => {
    expect(await mistakesIn('services:\n  80:\n  81: []\n  82: [a]\n  83: {a: b}\n')).toEqual([
      '2:6 found nothing, expected a name',
      '3:7 found an empty list, expected a name',
      '4:7 found a list, expected a name',
      '5:7 found a mapping, expected a name',
    ]);
  });

  test('when services are not a mapping then the message shows the expected form', async () => {
    const expected = 'expected ports, each with its name: "8889: gnump3d"';
    expect(await mistakesIn('services:\n  - 80: web\n')).toEqual([`2:3 found a list, ${expected}`]);
    expect(await mistakesIn('services:\n  80:web\n')).toEqual([`2:3 found "80:web", ${expected}`]);
    expect(await mistakesIn('hosts:\n  a: {address: 10.0.0.1, services: 80}\n')).toEqual([
      `2:36 found "80", ${expected}`,
    ]);
  });

  test('when the same ports have two names then the message names the line of the first', async () => {
    expect(await mistakesIn('services:\n  80: web\n  80-80: www\n')).toEqual([
      '3:3 found "80-80", expected one name for it; line 2 already names it "web"',
    ]);
  });
});
