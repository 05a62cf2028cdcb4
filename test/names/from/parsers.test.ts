// What the real files in leases/ do not show: states, escapes and lines that are not leases.

import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../../src/ip/address.js';
import { PARSERS } from '../../../src/names/from/formats.js';
import type { NamesFormat } from '../../../src/names/from/names-source.js';

/** Returns `[address, name, owner]` of each entry, and `found, expected` of each mistake. */
function parse(format: NamesFormat, text: string) {
  const names: (string | undefined)[][] = [];
  const mistakes: string[] = [];
  PARSERS[format](text, {
    addName({ address, name, owner }) {
      names.push([formatAddress(address), name, owner]);
    },
    addMistake({ offset, found, expected }) {
      mistakes.push(`${offset}: found ${found}, expected ${expected}`);
    },
  });
  return { names, mistakes };
}

describe('ISC leases', () => {
  test('when a machine has no name of its own then the name that DNS got is used', () => {
    const text = `lease 10.0.0.1 { hardware ethernet 02:00:00:00:00:01; set ddns-fwd-name = "one.example.net"; }
lease 10.0.0.2 { uid "\\001\\002"; set ddns-fwd-name = "two.example.net"; client-hostname "two"; }
`;
    expect(parse('isc', text)).toEqual({
      names: [
        ['10.0.0.1', 'one.example.net', '02:00:00:00:00:01'],
        ['10.0.0.2', 'two', '"\\001\\002"'],
      ],
      mistakes: [],
    });
  });

  test('when an address is abandoned then nobody has it', () => {
    const text = 'lease 10.0.0.1 { binding state abandoned; client-hostname "x"; }';
    expect(parse('isc', text).names).toEqual([['10.0.0.1', 'x', 'abandoned']]);
  });

  test('when there are other blocks then they are ignored', () => {
    const text = `failover peer "a" state { my state normal at 4 2026/11/28 10:00:00; }
host x { dynamic; hardware ethernet 02:00:00:00:00:09; fixed-address 10.0.0.9; }
ia-pd "\\001\\000\\000\\000x" { iaprefix 2001:db8::/56 { binding state active; } }
ia-na "\\001\\000\\000\\000\\000\\003\\000\\001\\002\\000\\000\\000\\000\\007" { iaaddr 2001:db8::7 { set client-hostname = "seven"; } }
`;
    expect(parse('isc', text)).toEqual({
      names: [['2001:db8::7', 'seven', '02:00:00:00:00:07']],
      mistakes: [],
    });
  });

  test('when there are mistakes then they have their places', () => {
    expect(parse('isc', '} lease pluto { }\nlease 10.0.0.1 { client-hostname "x').mistakes).toEqual([
      '0: found "}", expected a lease',
      '2: found "lease pluto", expected lease ADDRESS',
      '18: found "lease 10.0.0.1" without its end, expected a closing brace',
    ]);
  });
});

describe('Kea leases', () => {
  const HEADER = 'address,hwaddr,hostname,state,lease_type,future\n';

  test('when columns have another order or are new then their names decide', () => {
    const text = 'address,hostname,hwaddr\n';
    expect(parse('kea', `${text}10.0.0.1,pluto,02:00:00:00:00:01\r\n`).names).toEqual([
      ['10.0.0.1', 'pluto', '02:00:00:00:00:01'],
    ]);
  });

  test('when a name has a comma then it is read, and prefixes and declined addresses name nobody', () => {
    const text = `${HEADER}10.0.0.1,02:00:00:00:00:01,a&#x2cb,0,,
10.0.0.2,,,1,,
2001:db8::,02:00:00:00:00:01,router,0,2,
${HEADER}2001:db8::1,02:00:00:00:00:01,router,0,0,
`;
    expect(parse('kea', text)).toEqual({
      names: [
        ['10.0.0.1', 'a,b', '02:00:00:00:00:01'],
        ['10.0.0.2', undefined, '1'],
        ['2001:db8::1', 'router', '02:00:00:00:00:01'],
      ],
      mistakes: [],
    });
  });

  test('when a line is not a lease then it is a mistake', () => {
    expect(parse('kea', `${HEADER}pluto,1,2,3,4,5\n10.0.0.1,02`).mistakes).toEqual([
      `${HEADER.length}: found "pluto,1,2,3,4,5", expected a lease with the columns of the first line`,
      `${HEADER.length + 16}: found "10.0.0.1,02", expected a lease with the columns of the first line`,
    ]);
  });
});

describe('leases of dnsmasq', () => {
  test('when a DUID contains a hardware address then that is the machine, else the DUID is', () => {
    const text = `duid 00:01
0 1 2001:db8::1 a 00:01:00:01:32:9d:6f:93:02:00:00:00:00:01
0 2 2001:db8::2 b 00:03:00:01:02:00:00:00:00:02
0 T3 2001:db8::3 * 00:02:00:00:ab:11:01
0 06-02:00:00:00:00:04 10.0.0.4 d 01:02:00:00:00:00:04
`;
    expect(parse('dnsmasq', text)).toEqual({
      names: [
        ['2001:db8::1', 'a', '02:00:00:00:00:01'],
        ['2001:db8::2', 'b', '02:00:00:00:00:02'],
        ['2001:db8::3', undefined, '00:02:00:00:ab:11:01'],
        ['10.0.0.4', 'd', '06-02:00:00:00:00:04'],
      ],
      mistakes: [],
    });
  });
});
