import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectEvidence } from '../../../src/inventory/evidence.js';
import {
  listServices,
  type ServiceQuery,
  type ServiceRow,
} from '../../../src/inventory/lists/service-list.js';
import type { Names } from '../../../src/names/names.js';
import { parseMachinePattern, parseServicePattern } from '../../../src/names/patterns.js';
import { SKETCH_ERROR } from '../../../src/tally/client-sketch.js';
import { rowsOf as rowsOfTally } from '../../../src/tally/rows.js';
import { Scope } from '../../../src/tally/scope.js';
import { anyInventory, anyNames, anyOrderOf, evidenceIn } from '../arbitraries.js';
import { A, B, C, evidenceOf, type Side } from '../changes/change-lines.js';
import { type Connection, inventoryOf, NO_NAMES, namesFrom, scanOf } from '../fixtures.js';

const LOCAL = new Scope([{ family: 4, first: 0x0a000000n, last: 0x0affffffn }]);
const ALL: ServiceQuery = { servers: [], services: [], remote: false };

function rowsOf(
  side: Side,
  names: Names = NO_NAMES,
  query: Partial<ServiceQuery> = {},
): readonly ServiceRow[] {
  const { uses = [], ...parts } = side;
  const evidence = collectEvidence(inventoryOf(uses, { clients: true, ...parts }));
  return listServices(evidence, names, { ...ALL, ...query }).rows;
}

/** Returns server, its address if it is not the label, port, connections, clients and evidence. */
function linesOf(...parts: Parameters<typeof rowsOf>): string[] {
  return rowsOf(...parts).map(
    ({ server, address, port, protocol, connections, localClients, remoteClients, known }) =>
      [
        server === address ? server : `${server}=${address}`,
        `${port}/${protocol}`,
        connections,
        `${localClients}+${remoteClients}`,
        known,
      ].join(' '),
  );
}

describe('services', () => {
  test('when captures and a scan know a service then the row combines both', () => {
    const uses: Connection[] = [
      [B, A, 22, 3, 10],
      [C, A, 22, 1, 5],
      ['192.0.2.1', A, 22, 1, 700],
    ];
    const scan = scanOf({ [A]: ['22/tcp open ssh OpenSSH 9.2'] }, { from: 100, to: 200 });
    expect(rowsOf({ uses, scans: [scan], scope: LOCAL })).toEqual([
      {
        server: A,
        address: A,
        port: 22,
        protocol: 'tcp',
        service: 'ssh',
        product: 'OpenSSH',
        version: '9.2',
        extra: '',
        state: 'open',
        connections: 5,
        localClients: 2,
        remoteClients: 1,
        remoteClientsError: 0,
        firstSeen: 5,
        lastSeen: 700,
        known: 'both',
      },
    ]);
  });

  test('when a scan did not find a used service open then the row has its state', () => {
    const row = (port: readonly string[]) =>
      rowsOf({ uses: [[B, A, 22]], scans: [scanOf({ [A]: port })] }).map(({ state, known }) => [
        state,
        known,
      ]);
    expect(row(['22/tcp filtered'])).toEqual([['filtered', 'passive']]);
    expect(row([])).toEqual([[undefined, 'passive']]);
  });

  test('when only a scan knows a service then it has no connections and no clients, even over UDP', () => {
    expect(linesOf({ scans: [scanOf({ [A]: ['53/udp', '53/tcp'] }, { udp: '53' })] })).toEqual([
      '10.0.0.1 53/tcp 0 0+0 active',
      '10.0.0.1 53/udp 0 0+0 active',
    ]);
  });

  test('when the next scan is not sure about an open port then the row has the state of this last scan', () => {
    const scans = [
      scanOf({ [A]: ['53/udp'] }),
      scanOf({ [A]: ['53/udp open|filtered'] }, { from: 5000, to: 6000 }),
    ];
    expect(rowsOf({ scans }).map(({ state, known }) => [state, known])).toEqual([
      ['open|filtered', 'active'],
    ]);
  });

  test('when rows are listed then their order is by server, address, protocol and port, with all remote servers together', async () => {
    const names = await namesFrom('hosts: { www: [10.0.0.10, 10.0.0.9], Zebra: 10.0.0.7 }');
    const uses: Connection[] = [
      ['fd00::2', 'fd00::1', 22],
      [A, '10.0.0.10', 80],
      [A, '10.0.0.9', 443],
      [A, '10.0.0.9', 80],
      [A, '10.0.0.7', 80],
      [A, '192.0.2.1', 443],
      [A, B, 80],
    ];
    expect(linesOf({ uses }, names)).toEqual([
      '10.0.0.2 80/tcp 1 1+0 passive',
      'Zebra=10.0.0.7 80/tcp 1 1+0 passive',
      '_= 443/tcp 1 1+0 passive',
      'fd00::1 22/tcp 1 1+0 passive',
      'www=10.0.0.9 80/tcp 1 1+0 passive',
      'www=10.0.0.9 443/tcp 1 1+0 passive',
      'www=10.0.0.10 80/tcp 1 1+0 passive',
    ]);
  });
});

describe('clients', () => {
  const remote = (count: number): Connection[] =>
    Array.from({ length: count }, (_, at) => [`192.0.${at >> 8}.${at & 255}`, A, 22]);

  test('when remote clients are few then they are counted exactly', () => {
    expect(rowsOf({ uses: [...remote(62), ...remote(5), [B, A, 22]], scope: LOCAL })).toMatchObject([
      { connections: 68, localClients: 1, remoteClients: 62, remoteClientsError: 0 },
    ]);
  });

  test('when remote clients are many then their number is an estimate with an error', () => {
    const [row] = rowsOf({ uses: remote(3000), scope: LOCAL });
    expect(row?.remoteClientsError).toBe(SKETCH_ERROR);
    // Four times the standard error is enough because these addresses are always the same.
    expect(Math.abs((row?.remoteClients ?? 0) - 3000)).toBeLessThan(3000 * 4 * SKETCH_ERROR);
  });

  test('when the addresses of some remote clients were kept then each client still counts once', () => {
    const kept = inventoryOf([...remote(10), [B, A, 22]]);
    const counted = inventoryOf(remote(15), { scope: LOCAL, clients: true });
    // This happens when two inventories are merged that were saved under different names.
    for (const row of rowsOfTally(kept.tally)) counted.tally.addRow(row);
    expect(listServices(collectEvidence(counted), NO_NAMES, ALL).rows).toMatchObject([
      { connections: 26, localClients: 1, remoteClients: 15, remoteClientsError: 0 },
    ]);
  });

  test('when a remote client has a name then it counts as local', async () => {
    const names = await namesFrom('hosts: { branch: 192.0.2.0/24 }');
    expect(
      linesOf(
        {
          uses: [
            ['192.0.2.1', A, 22],
            ['192.0.2.2', A, 22],
            ['192.0.3.1', A, 22],
          ],
        },
        names,
      ),
    ).toEqual(['10.0.0.1 22/tcp 3 2+1 passive']);
  });
});

describe('remote servers', () => {
  const uses: Connection[] = [
    [A, '192.0.2.1', 443, 2, 100],
    [B, '192.0.2.2', 443, 1, 50],
    [A, '192.0.2.2', 443, 1, 900],
    ['fd00::1', '2001:db8::1', 443, 1, 70],
    [A, '192.0.2.1', 80],
  ];

  test('when their addresses were kept then they are still one row, unless they are asked for', () => {
    expect(linesOf({ uses })).toEqual(['_= 80/tcp 1 1+0 passive', '_= 443/tcp 5 3+0 passive']);
    expect(rowsOf({ uses })[1]).toMatchObject({
      server: '_',
      address: '',
      firstSeen: 50,
      lastSeen: 900,
      service: 'https',
    });
    expect(linesOf({ uses }, NO_NAMES, { remote: true })).toEqual([
      '192.0.2.1 80/tcp 1 1+0 passive',
      '192.0.2.1 443/tcp 2 1+0 passive',
      '192.0.2.2 443/tcp 2 2+0 passive',
      '2001:db8::1 443/tcp 1 1+0 passive',
    ]);
  });

  test('when the addresses of only some were kept then all are one row, and their remote clients are counted together', () => {
    const kept = inventoryOf([['192.0.2.9', '192.0.2.1', 443]], { clients: true });
    const merged = inventoryOf(
      [
        ['192.0.2.8', '192.0.2.7', 443],
        ['192.0.2.9', '192.0.2.7', 443],
      ],
      { scope: LOCAL, clients: true },
    );
    for (const row of rowsOfTally(kept.tally)) merged.tally.addRow(row);
    expect(listServices(collectEvidence(merged), NO_NAMES, ALL).rows).toMatchObject([
      { server: '_', address: '', connections: 3, localClients: 0, remoteClients: 2 },
    ]);
  });

  test('when a scan found one then it is shown by its address, even if only captures know the service', () => {
    expect(linesOf({ uses, scans: [scanOf({ '192.0.2.1': ['80/tcp'] }, { tcp: '80' })] })).toEqual([
      '192.0.2.1 80/tcp 1 1+0 both',
      '192.0.2.1 443/tcp 2 1+0 passive',
      '_= 443/tcp 3 3+0 passive',
    ]);
  });
});

describe('the query', () => {
  const side: Side = {
    uses: [
      [B, A, 22],
      [B, A, 8889],
      [A, '192.0.2.1', 443],
      [A, '192.0.2.2', 22],
    ],
    scans: [scanOf({ [A]: ['22/tcp', '53/udp open domain', '8889/tcp'], [C]: ['22/tcp'] }, { udp: '53' })],
  };
  const asked = (servers: readonly string[], services: readonly string[]): string[] =>
    linesOf(side, NO_NAMES, {
      servers: servers.map(parseMachinePattern),
      services: services.map(parseServicePattern),
    }).map((line) => line.split(' ').slice(0, 2).join(' '));

  test.each<[string[], string[], string[]]>([
    [[A], [], ['10.0.0.1 22/tcp', '10.0.0.1 8889/tcp', '10.0.0.1 53/udp']],
    [['10.0.0.2-10.0.0.9'], [], ['10.0.0.3 22/tcp']],
    [['_'], [], ['_= 22/tcp', '_= 443/tcp']],
    [['192.0.2.1'], [], ['_= 443/tcp']],
    [[], ['ssh'], ['10.0.0.1 22/tcp', '10.0.0.3 22/tcp', '_= 22/tcp']],
    [[], ['53'], ['10.0.0.1 53/udp']],
    [[], ['53/tcp'], []],
    [[], ['dom*/udp'], ['10.0.0.1 53/udp']],
    [
      ['_', A],
      ['22', '443'],
      ['10.0.0.1 22/tcp', '_= 22/tcp', '_= 443/tcp'],
    ],
  ])('when the query has servers %j and services %j then these are listed', (servers, services, lines) => {
    expect(asked(servers, services)).toEqual(lines);
  });

  test('when the query leaves out services then they are counted', () => {
    const evidence = evidenceOf(side);
    const query = { ...ALL, services: [parseServicePattern('ssh')] };
    expect(listServices(evidence, NO_NAMES, query).filteredOut).toBe(3);
    expect(listServices(evidence, NO_NAMES, ALL).filteredOut).toBe(0);
  });
});

test('when an inventory is random then the list has all connections, and each address and port once, whatever the order of its rows', () => {
  const inTwoOrders = anyInventory.chain((x) => fc.tuple(fc.constant(x), anyOrderOf(x)));
  fc.assert(
    fc.property(inTwoOrders, anyNames, fc.boolean(), ([x, same], names, remote) => {
      const { rows } = listServices(evidenceIn(x), names, { ...ALL, remote });
      expect(listServices(evidenceIn(same), names, { ...ALL, remote }).rows).toEqual(rows);
      const all = [...x.connections].reduce((sum, { count }) => sum + count, 0);
      expect(rows.reduce((sum, { connections }) => sum + connections, 0)).toBe(all);
      const keys = rows.map(({ address, port, protocol }) => `${address} ${port} ${protocol}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const { server, address } of rows) expect(server === '_').toBe(address === '');
    }),
    { numRuns: 300 },
  );
});
