// Lease files that the real programs wrote; leases/README.md says how.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../../src/ip/address.js';
import { PARSERS, recogniseFormat } from '../../../src/names/from/formats.js';
import type { GivenName } from '../../../src/names/from/given-name.js';
import type { NamesFormat } from '../../../src/names/from/names-source.js';
import { readNamesFrom } from '../../../src/names/from/read-names.js';
import type { OffsetMistake } from '../../../src/names/mistakes.js';

const FOLDER = path.join(import.meta.dirname, 'leases');
const NOTHING = { local: undefined, hosts: [], services: [], expected: [] };

/** The names that files give, as `NAME ADDRESS` in the order in which they are found. */
function namesIn(...files: string[]): {
  names: string[];
  warnings: readonly string[];
  notes: readonly string[];
} {
  const sources = files.map((file) => ({ file, format: undefined }));
  const { hosts, warnings, notes } = readNamesFrom(sources, NOTHING, FOLDER);
  const names = hosts.flatMap(({ name, ranges }) =>
    ranges.map(({ family, first }) => `${name} ${formatAddress({ family, value: first })}`),
  );
  return { names, warnings, notes };
}

function parse(format: NamesFormat, text: string): { names: GivenName[]; mistakes: OffsetMistake[] } {
  const names: GivenName[] = [];
  const mistakes: OffsetMistake[] = [];
  PARSERS[format](text, {
    addName: (name) => names.push(name),
    addMistake: (mistake) => mistakes.push(mistake),
  });
  return { names, mistakes };
}

describe('the leases of', () => {
  test('when they are those of dnsmasq then IPv4 and IPv6 are read, and machines without a name have none', () => {
    expect(namesIn('dnsmasq.leases')).toEqual({
      names: ['laptop 10.20.0.103', 'laptop 2001:db8:20::151'],
      warnings: [],
      notes: ['names from dnsmasq.leases (dnsmasq leases): 2'],
    });
  });

  test('when they are those of ISC dhcpd then the last lease of an address decides', () => {
    // phone had 10.20.0.141 before laptop.
    expect(namesIn('dhcpd.leases')).toEqual({
      names: ['tablet 10.20.0.140', 'laptop 10.20.0.141'],
      warnings: [],
      notes: ['names from dhcpd.leases (ISC leases): 2'],
    });
  });

  test('when they are those of ISC dhcpd and have ended then their names stay, although dhcpd drops them', () => {
    // The last two of the six leases are those of other machines.
    const leases = readFileSync(path.join(FOLDER, 'dhcpd.leases'), 'utf8')
      .split(/^(?=lease )/m)
      .slice(0, 5);
    expect(leases.at(-1)).not.toContain('client-hostname');
    const folder = mkdtempSync(path.join(tmpdir(), 'synsum-leases-'));
    const file = path.join(folder, 'dhcpd.leases');
    writeFileSync(file, leases.join(''));
    expect(namesIn(file).names).toEqual(['laptop 10.20.0.140', 'phone 10.20.0.141']);
    rmSync(folder, { recursive: true });
  });

  test('when they are those of ISC dhcpd for IPv6 then the DUID identifies the machine, and there are no names', () => {
    const { names, mistakes } = parse('isc', readFileSync(path.join(FOLDER, 'dhcpd6.leases'), 'utf8'));
    expect(mistakes).toEqual([]);
    expect(names.map(({ address, name, owner }) => [formatAddress(address), name, owner])).toEqual([
      ['2001:db8:20::2f2', undefined, '02:00:00:00:00:01'],
      ['2001:db8:20::2cf', undefined, '02:00:00:00:00:02'],
    ]);
  });

  test('when Kea has just moved its leases aside then they are found there', () => {
    expect(namesIn('kea-leases4.csv', 'kea-leases6.csv')).toEqual({
      names: [
        'bro-drucker31m 10.20.0.160',
        'laptop 10.20.0.161',
        'laptop 2001:db8:20::300',
        'laptop 2001:db8:20::302',
      ],
      warnings: [],
      notes: ['names from kea-leases4.csv (Kea leases): 2', 'names from kea-leases6.csv (Kea leases): 2'],
    });
  });

  test('when two servers name an address differently then the first one listed decides, and a note says so', () => {
    const other = namesIn('dnsmasq.leases', 'dhcpd.leases', 'kea-leases4.csv');
    expect(other.names).toContain('laptop 10.20.0.103');
    expect(other.warnings).toEqual([]);
  });
});

describe('recogniseFormat', () => {
  test.each([
    ['dnsmasq.leases', 'dnsmasq'],
    ['dhcpd.leases', 'isc'],
    ['dhcpd6.leases', 'isc'],
    ['kea-leases4.csv', 'kea'],
    ['kea-leases6.csv', 'kea'],
    ['README.md', 'nothing'],
  ])('when the file is %s then the format is %s', (file, format) => {
    const text = readFileSync(path.join(FOLDER, file), 'utf8');
    expect(recogniseFormat(file === 'README.md' ? (text.split('\n', 1)[0] ?? '') : text)).toBe(format);
  });

  test.each([
    ['127.0.0.1 localhost', 'hosts'],
    ['\n# comment\n\t10.0.0.1\tpluto', 'hosts'],
    ['fe80::1%lo0 localhost', 'hosts'],
    ['duid 00:01', 'dnsmasq'],
    ['', 'nothing'],
    ['# comment', 'nothing'],
    ['\n \r\n # comment\r\n', 'nothing'],
    ['pluto 10.0.0.1', undefined],
    ['address;hostname', undefined],
  ])('when the text is %j then the format is %s', (text, format) => {
    expect(recogniseFormat(text)).toBe(format);
  });

  test('when a long comment comes first then the format is still found', () => {
    expect(recogniseFormat(`${'# licence\n'.repeat(10_000)}10.0.0.1 pluto`)).toBe('hosts');
  });
});

describe('every parser', () => {
  const formats: NamesFormat[] = ['hosts', 'dnsmasq', 'isc', 'kea'];
  const texts = [
    'dnsmasq.leases',
    'dhcpd.leases',
    'dhcpd6.leases',
    'kea-leases4.csv.2',
    'kea-leases6.csv',
  ].map((file) => readFileSync(path.join(FOLDER, file), 'latin1'));

  test.each(formats)(
    'when %s is cut at any place or is of another format then nothing is thrown',
    (format) => {
      for (const text of texts) {
        for (let length = 0; length <= text.length; length += 7) {
          const { names, mistakes } = parse(format, text.slice(0, length));
          for (const { offset } of [...names, ...mistakes]) expect(offset).toBeLessThanOrEqual(length);
        }
      }
    },
  );
});
