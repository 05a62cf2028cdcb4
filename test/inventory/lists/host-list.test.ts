import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HostQuery, type HostRow, listHosts } from '../../../src/inventory/lists/host-list.js';
import type { Names } from '../../../src/names/names.js';
import { parseMachinePattern } from '../../../src/names/patterns.js';
import { Scope } from '../../../src/tally/scope.js';
import { anyInventory, anyNames, anyOrderOf, evidenceIn } from '../arbitraries.js';
import { A, B, C, evidenceOf, type Side } from '../changes/change-lines.js';
import { type Connection, NO_NAMES, namesFrom, scanOf } from '../fixtures.js';

const ALL: HostQuery = { hosts: [], remote: false };

function rowsOf(side: Side, names: Names = NO_NAMES, query: Partial<HostQuery> = {}): readonly HostRow[] {
  return listHosts(evidenceOf(side), names, { ...ALL, ...query }).rows;
}

/** Returns host, role, and the services that it offers and uses. */
function linesOf(...parts: Parameters<typeof rowsOf>): string[] {
  return rowsOf(...parts).map(({ host, role, offered, used }) =>
    [
      host,
      role,
      ...[offered, used].map(
        (ports) => ports.map(({ service, port, protocol }) => `${service}:${port}/${protocol}`).join() || '-',
      ),
    ].join(' '),
  );
}

describe('hosts', () => {
  test('when machines offer services, use them, do both or neither then this is their role', () => {
    const uses: Connection[] = [
      [B, A, 22],
      [A, C, 80],
    ];
    expect(linesOf({ uses, scans: [scanOf({ '10.0.0.9': [], [C]: ['53/udp'] }, { udp: '53' })] })).toEqual([
      '10.0.0.1 both ssh:22/tcp http:80/tcp',
      '10.0.0.2 client - ssh:22/tcp',
      '10.0.0.3 server http:80/tcp,up:53:53/udp -',
      '10.0.0.9 none - -',
    ]);
  });

  test('when captures and scans know a machine then the row combines both', () => {
    const scan = scanOf({ [A]: ['8080/tcp open http Apache'] }, { from: 1000, to: 2000 });
    expect(rowsOf({ uses: [[B, A, 22, 3, 10]], scans: [scan] })[0]).toEqual({
      host: A,
      address: A,
      connections: 3,
      role: 'server',
      offered: [
        { port: 22, protocol: 'tcp', service: 'ssh' },
        { port: 8080, protocol: 'tcp', service: 'http' },
      ],
      used: [],
      firstSeen: 10,
      lastSeen: 2000,
      known: 'both',
    });
  });

  test('when a machine uses the same port of several servers then each of its names is listed once', async () => {
    const names = await namesFrom('hosts: { pluto: { address: 10.0.0.3, services: { 80: squid } } }');
    const uses: Connection[] = [
      [A, B, 80],
      [A, '10.0.0.4', 80],
      [A, C, 80],
      [A, '192.0.2.1', 80],
      [A, B, 22],
    ];
    expect(linesOf({ uses }, names)[0]).toBe('10.0.0.1 client - ssh:22/tcp,http:80/tcp,squid:80/tcp');
  });

  test('when a machine was up once and down in the last scan then it still counts as seen', () => {
    const scans = [scanOf({ [A]: ['22/tcp'] }), scanOf({}, { targets: [A], from: 5000, to: 6000 })];
    expect(rowsOf({ scans })).toMatchObject([{ host: A, role: 'none', firstSeen: 1000, lastSeen: 2000 }]);
  });

  test('when hosts are listed then their order is by name or address, and within a name by address', async () => {
    const names = await namesFrom('hosts: { www: [10.0.0.10, 10.0.0.9], Zebra: 10.0.0.7 }');
    const uses: Connection[] = [
      [A, '10.0.0.10', 80],
      ['10.0.0.20', '10.0.0.9', 80],
      ['fd00::1', 'fd00::2', 80],
      [B, '10.0.0.7', 80],
    ];
    expect(
      rowsOf({ uses }, names).map(({ host, address }) => (host === address ? host : `${host}=${address}`)),
    ).toEqual([
      '10.0.0.1',
      '10.0.0.2',
      '10.0.0.20',
      'Zebra=10.0.0.7',
      'fd00::1',
      'fd00::2',
      'www=10.0.0.9',
      'www=10.0.0.10',
    ]);
  });
});

describe('remote machines', () => {
  const uses: Connection[] = [
    [A, '192.0.2.1', 443],
    ['192.0.2.2', A, 22],
  ];

  test('when they are not asked for then they are not listed', () => {
    expect(linesOf({ uses })).toEqual(['10.0.0.1 both ssh:22/tcp https:443/tcp']);
    const scope = new Scope([{ family: 4, first: 0x0a000000n, last: 0x0affffffn }]);
    expect(linesOf({ uses, scope }, NO_NAMES, { remote: true })).toEqual([
      '10.0.0.1 both ssh:22/tcp https:443/tcp',
    ]);
  });

  test('when they are asked for then those whose addresses were kept are listed', () => {
    expect(linesOf({ uses }, NO_NAMES, { remote: true })).toEqual([
      '10.0.0.1 both ssh:22/tcp https:443/tcp',
      '192.0.2.1 server https:443/tcp -',
      '192.0.2.2 client - ssh:22/tcp',
    ]);
  });

  test('when a scan found one, or one has a name, then it is listed', async () => {
    const names = await namesFrom('hosts: { mirror: 192.0.2.2 }');
    expect(linesOf({ uses, scans: [scanOf({ '192.0.2.1': [] })] }, names)).toEqual([
      '10.0.0.1 both ssh:22/tcp https:443/tcp',
      '192.0.2.1 server https:443/tcp -',
      'mirror client - ssh:22/tcp',
    ]);
  });
});

test('when patterns select hosts then the others are counted', async () => {
  const names = await namesFrom('hosts: { minnie: 10.0.0.1, mickey: 10.0.0.2 }');
  const evidence = evidenceOf({
    uses: [
      [A, B, 22],
      [C, B, 22],
      [A, '192.0.2.1', 443],
    ],
  });
  const chosen = (...patterns: string[]) => {
    const { rows, filteredOut } = listHosts(evidence, names, {
      ...ALL,
      hosts: patterns.map(parseMachinePattern),
    });
    return [...rows.map(({ host }) => host), filteredOut];
  };
  expect(chosen('mi*')).toEqual(['mickey', 'minnie', 1]);
  expect(chosen('10.0.0.2-10.0.0.9')).toEqual(['10.0.0.3', 'mickey', 1]);
  expect(chosen('minnie', '10.0.0.3')).toEqual(['10.0.0.3', 'minnie', 1]);
  expect(chosen('_')).toEqual([3]);
  expect(chosen()).toEqual(['10.0.0.3', 'mickey', 'minnie', 0]);
});

test('when an inventory is random then each machine is listed once, whatever the order of its rows', () => {
  const inTwoOrders = anyInventory.chain((x) => fc.tuple(fc.constant(x), anyOrderOf(x)));
  fc.assert(
    fc.property(inTwoOrders, anyNames, fc.boolean(), ([x, same], names, remote) => {
      const { rows } = listHosts(evidenceIn(x), names, { ...ALL, remote });
      expect(listHosts(evidenceIn(same), names, { ...ALL, remote }).rows).toEqual(rows);
      const addresses = rows.map(({ address }) => address);
      expect(new Set(addresses).size).toBe(addresses.length);
      if (remote) expect(addresses.sort()).toEqual([...evidenceIn(x).machines.keys()].sort());
      expect(rows.every(({ host, firstSeen, lastSeen }) => host !== '_' && firstSeen <= lastSeen)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
