import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src/ip/address.js';
import { loadNames } from '../../../src/names/find-hosts-file.js';
import { refuse } from '../hosts-refusals.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synsum-names-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Files = Readonly<Record<string, string>>;

/** Loads hosts.yaml with these files next to it. */
async function load(hosts: string, files: Files = {}) {
  for (const [name, text] of Object.entries({ ...files, 'hosts.yaml': hosts })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const { names, warnings, notes } = await loadNames({ hosts: 'hosts.yaml', cwd: folder, env: {} });
  const nameOf = (address: string): string | undefined => names.nameOf(parseAddress(address) as never);
  return { names, nameOf, warnings, notes };
}

const lease = (number: number, name: string, hardware = number): string =>
  `1795906517 02:00:00:00:00:${String(hardware).padStart(2, '0')} 10.0.0.${number} ${name} *\n`;

const ETC_HOSTS = `127.0.0.1\tlocalhost
127.0.1.1\tmyself
255.255.255.255\tbroadcasthost
::1     localhost ip6-localhost ip6-loopback
fe80::1%lo0 localhost
fe00::0 ip6-localnet
ff02::1 ip6-allnodes
0.0.0.0 ads.example.com
# 10.0.0.3 nobody
10.0.0.1   pluto.example.net pluto  # the server
10.0.0.1   also-pluto
10.0.0.2   www
2001:db8::2 www
`;

describe('a hosts file', () => {
  test('when it is that of a machine then its machines are named, and localhost and the like are not', async () => {
    const { nameOf, names, warnings } = await load('names_from: etc/hosts', { 'etc/hosts': ETC_HOSTS });
    expect(warnings).toEqual([]);
    expect(nameOf('10.0.0.1')).toBe('pluto.example.net');
    expect([nameOf('10.0.0.2'), nameOf('2001:db8::2')]).toEqual(['www', 'www']);
    for (const address of [
      '127.0.0.1',
      '127.0.1.1',
      '255.255.255.255',
      '::1',
      'fe80::1',
      'fe00::',
      'ff02::1',
    ]) {
      expect(nameOf(address)).toBeUndefined();
    }
    expect(nameOf('0.0.0.0')).toBeUndefined();
    // A named address is kept while SYN-ACKs are counted, as if hosts.yaml named it.
    expect(names.rangesToKeep()).toContainEqual({ ...rangeOf('2001:db8::2') });
  });

  test('when it has mistakes then each is reported with its place, and the rest is used', async () => {
    const text = '10.0.0.300 a\n10.0.0.1\n 10.0.0.2 _\n10.0.0.4 \u001b[31mred\n10.0.0.3 good\n';
    const { nameOf, warnings } = await load('names_from: [h]', { h: `10.0.0.9 first\n${text}` });
    expect(nameOf('10.0.0.3')).toBe('good');
    expect(warnings).toEqual([
      'h:2:1: found "10.0.0.300", expected an address',
      'h:3:9: found the end of the line, expected a name after the address',
      'h:4:11: found "_", expected another name: synsum itself uses this one',
      'h:5:10: found "\\u{1b}[31mred", expected a name without control characters, and with no space but the plain one',
    ]);
  });

  test('when it has many mistakes then the first are reported and the others counted', async () => {
    const { warnings } = await load('names_from: h', { h: `10.0.0.9 first\n${'x\n'.repeat(1000)}` });
    expect(warnings).toHaveLength(4);
    expect(warnings[3]).toBe('h: 997 more mistakes are not shown');
  });
});

describe('precedence', () => {
  test('when hosts.yaml names the address or a range around it then its name wins', async () => {
    const hosts = 'hosts: { guests: 10.0.0.0/28, dumbo: 10.0.0.99 }\nnames_from: leases';
    const { nameOf } = await load(hosts, {
      leases: lease(3, 'laptop') + lease(99, 'x') + lease(20, 'phone'),
    });
    expect([nameOf('10.0.0.3'), nameOf('10.0.0.99'), nameOf('10.0.0.20')]).toEqual([
      'guests',
      'dumbo',
      'phone',
    ]);
  });

  test('when two files name an address differently then the first listed wins, and a note says so', async () => {
    const { nameOf, warnings, notes } = await load('names_from: [h, leases]', {
      h: '10.0.0.3 three\n',
      leases: lease(3, 'laptop') + lease(4, 'phone'),
    });
    expect([nameOf('10.0.0.3'), nameOf('10.0.0.4')]).toEqual(['three', 'phone']);
    expect(warnings).toEqual([]);
    expect(notes).toEqual([
      'names from h (hosts file): 1',
      'names from leases (dnsmasq leases): 2',
      '10.0.0.3 is "three" in h and "laptop" in leases; the first is used',
    ]);
  });

  test('when a machine takes the name of another then both are told apart by their addresses', async () => {
    const { nameOf, notes } = await load('hosts: { pluto: 10.0.0.1 }\nnames_from: [leases, h]', {
      leases:
        lease(66, 'pluto') + lease(67, 'www') + lease(3, 'iPhone') + lease(4, 'iPhone') + lease(5, 'mine'),
      h: '10.0.0.2 www\n',
    });
    expect(nameOf('10.0.0.1')).toBe('pluto');
    expect(nameOf('10.0.0.66')).toBe('pluto (10.0.0.66)');
    expect(nameOf('10.0.0.67')).toBe('www (10.0.0.67)');
    expect([nameOf('10.0.0.3'), nameOf('10.0.0.4')]).toEqual(['iPhone (10.0.0.3)', 'iPhone (10.0.0.4)']);
    expect(nameOf('10.0.0.5')).toBe('mine');
    // A lease may have the name that a hosts file gives to the same address.
    const same = await load('names_from: [leases, h]', { leases: lease(2, 'www'), h: '10.0.0.2 www\n' });
    expect(same.nameOf('10.0.0.2')).toBe('www');
    expect(notes).toContain(
      'more than one machine has the name "iPhone": leases with it are shown with their addresses',
    );
  });

  test('when one machine has two leases then they share its name', async () => {
    const { nameOf } = await load('names_from: leases', {
      leases: lease(3, 'laptop', 1) + lease(4, 'laptop', 1),
    });
    expect([nameOf('10.0.0.3'), nameOf('10.0.0.4')]).toEqual(['laptop', 'laptop']);
  });
});

describe('files that cannot be used', () => {
  test('when a file is missing, empty, a folder or of no known format then the others are used', async () => {
    const { nameOf, warnings } = await load('names_from: [missing, empty, folder, text, leases]', {
      empty: '',
      'folder/file': '',
      text: 'once upon a time\n',
      leases: lease(3, 'laptop'),
    });
    expect(nameOf('10.0.0.3')).toBe('laptop');
    expect(warnings).toEqual([
      'missing: found no such file, expected the file that names_from lists',
      'folder: found a directory, expected the file that names_from lists',
      'text: found "once upon a time", expected a hosts file, or leases of dnsmasq, ISC dhcpd or Kea',
    ]);
  });

  test('when a lease is being written then the whole ones are used', async () => {
    const { nameOf, warnings } = await load('names_from: leases', {
      leases: `${lease(3, 'laptop')}1795906517 02:00:00`,
    });
    expect(nameOf('10.0.0.3')).toBe('laptop');
    expect(warnings).toEqual([
      'leases:2:1: found "1795906517 02:00:00", expected a lease: EXPIRY HARDWARE ADDRESS NAME CLIENT',
    ]);
  });

  test('when machines choose hostile names then these are not used, and only notes say so', async () => {
    const isc = `lease 10.0.0.3 { hardware ethernet 02:00:00:00:00:03; client-hostname "\\033[2J"; }
lease 10.0.0.4 { client-hostname "B\\303\\274ro \\"x\\" };"; }\n`;
    const { nameOf, warnings, notes } = await load('names_from: [leases, isc]', {
      leases: lease(5, '_') + lease(6, 'x'.repeat(300)) + lease(7, '10.0.0.1'),
      isc,
    });
    for (const address of ['10.0.0.3', '10.0.0.5', '10.0.0.6', '10.0.0.7']) {
      expect(nameOf(address)).toBeUndefined();
    }
    expect(nameOf('10.0.0.4')).toBe('Büro "x" };');
    expect(warnings).toEqual([]);
    expect(notes.every((note) => /^[ -~ü…]+$/.test(note))).toBe(true);
  });
});

describe('large and hostile files', () => {
  const million = 1_000_000;
  test.each([
    ['isc', `lease 10.0.0.1 { client-hostname "${'a'.repeat(2 * million)}`],
    ['isc', `lease 10.0.0.1 { client-hostname "${'\\1'.repeat(million)}"; }`],
    ['isc', `lease 10.0.0.1 ${'{'.repeat(million)}`],
    ['isc', `lease ${'a '.repeat(million)};${'}'.repeat(million)}`],
    ['hosts', `10.0.0.1 ${'a'.repeat(2 * million)}`],
    ['hosts', `10.0.0.1 ${'a '.repeat(million)}`],
    ['hosts', 'q\n'.repeat(million)],
    ['kea', `address,hostname\n10.0.0.1,${'a,'.repeat(million)}`],
    ['dnsmasq', '1 2 10.0.0.1 _ *\n'.repeat(million / 10)],
  ])('when a file of format %s is hostile then a few lines say so', async (format, text) => {
    const { warnings, notes } = await load(`names_from: { file: f, format: ${format} }`, { f: text });
    expect(warnings.length + notes.length).toBeLessThan(10);
    for (const line of [...warnings, ...notes]) expect(line.length).toBeLessThan(250);
  });

  test('when files name more addresses than are used then a warning says so', async () => {
    const lines = Array.from(
      { length: 200_005 },
      (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255} m${at}`,
    );
    const { nameOf, warnings } = await load('names_from: f', { f: lines.join('\n') });
    expect(warnings).toEqual(['f: names_from names more than 200000 addresses; the others are not used']);
    expect([nameOf('10.3.13.63'), nameOf('10.3.13.64')]).toEqual(['m199999', undefined]);
  });
});

describe('names_from in hosts.yaml', () => {
  test('when a format is given then the file is read as that', async () => {
    const files = { leases: `${lease(3, 'laptop')}` };
    const { nameOf } = await load('names_from: [{ file: leases, format: dnsmasq }]', files);
    expect(nameOf('10.0.0.3')).toBe('laptop');
    const { warnings } = await load('names_from: { file: leases, format: isc }', files);
    expect(warnings).toEqual([]);
  });

  test('when it has mistakes then each has its place', async () => {
    const { mistakes } = await refuse(`names_from:
  - { file: a, format: dhcpd }
  - { format: isc }
  - { fil: a }
  - [a]
  - ""
`);
    expect(mistakes.map(({ line, column, found, expected }) => [line, column, found, expected])).toEqual([
      [2, 24, '"dhcpd"', 'hosts, dnsmasq, isc or kea'],
      [3, 5, 'a mapping without a file', 'file: followed by its path'],
      [4, 7, '"fil"', 'file or format (did you mean file?)'],
      [5, 5, 'a list', 'the path of a hosts file or of DHCP leases, such as /etc/hosts'],
      [6, 5, '""', 'the path of a hosts file or of DHCP leases, such as /etc/hosts'],
    ]);
  });
});

function rangeOf(text: string) {
  const { family, value } = parseAddress(text) as { family: 4 | 6; value: bigint };
  return { family, first: value, last: value };
}
