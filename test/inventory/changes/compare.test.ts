// The contents of changes: services, versions, clients, and changes that are left out.

import { describe, expect, test } from 'vitest';
import { type Connection, namesFrom, scanOf } from '../fixtures.js';
import { A, B, C, CAPTURED, CAPTURED_LATER, changeLines, changesOf, type Side } from './change-lines.js';

describe('a change', () => {
  test('when a service is new then everything known about it is reported', () => {
    const scan = scanOf({ [A]: ['22/tcp open ssh OpenSSH 9.2'] }, { from: 700, to: 800 });
    const after: Side = { uses: [[B, A, 22, 3, 510]], captures: CAPTURED_LATER, scans: [scan] };
    const { added, newMachines } = changesOf({}, after);
    expect(added).toEqual([
      {
        machine: A,
        address: A,
        port: 22,
        protocol: 'tcp',
        service: 'ssh',
        product: 'OpenSSH',
        version: '9.2',
        extra: '',
        connections: 3,
        firstSeen: 510,
        lastSeen: 800,
        known: 'both',
      },
    ]);
    expect(newMachines).toEqual([
      { machine: A, address: A, firstSeen: 510, lastSeen: 800, known: 'both' },
      { machine: B, address: B, firstSeen: 510, lastSeen: 512, known: 'passive' },
    ]);
  });

  test('when a service is gone then everything known about it is reported', () => {
    const scan = scanOf({ [A]: ['22/tcp open ssh OpenSSH 9.2'] }, { from: 700, to: 800 });
    const after: Side = { scans: [scanOf({}, { from: 5000, to: 6000, targets: ['10.0.0.0/24'] })] };
    const { gone, goneMachines } = changesOf({ uses: [[A, A, 22, 3, 10]], scans: [scan] }, after);
    const seen = { firstSeen: 10, lastSeen: 800, absence: { kind: 'down' } };
    expect(gone).toEqual([
      {
        machine: A,
        address: A,
        port: 22,
        protocol: 'tcp',
        service: 'ssh',
        product: 'OpenSSH',
        version: '9.2',
        extra: '',
        ...seen,
      },
    ]);
    expect(goneMachines).toEqual([{ machine: A, address: A, ...seen }]);
  });
});

describe('versions', () => {
  const then = (port: string): Side => ({ scans: [scanOf({ [A]: [port] })] });
  const now = (port: string): Side => ({ scans: [scanOf({ [A]: [port] }, { from: 5000, to: 6000 })] });

  test.each([
    [
      'the version',
      '22/tcp open ssh OpenSSH 9.2',
      '22/tcp open ssh OpenSSH 9.3',
      'ssh OpenSSH 9.2 -> ssh OpenSSH 9.3',
    ],
    ['the product', '80/tcp open http Apache', '80/tcp open http nginx', 'http Apache -> http nginx'],
    [
      'the service that answers',
      '80/tcp open http Apache',
      '80/tcp open ssh Apache',
      'http Apache -> ssh Apache',
    ],
  ])('when %s differs then both sides are reported', (_, one, other, line) => {
    expect(changeLines(then(one), now(other))).toEqual([`! 10.0.0.1 ${one.split(' ')[0]} ${line}`]);
  });

  test.each([
    ['one scan did not detect versions', '22/tcp open ssh OpenSSH 9.2', '22/tcp open ssh'],
    ['one scan found less', '22/tcp open ssh OpenSSH 9.2', '22/tcp open ssh OpenSSH'],
    ['the name comes only from a list', '8080/tcp open http-proxy', '8080/tcp open http Apache'],
    ['everything is as before', '22/tcp open ssh OpenSSH 9.2', '22/tcp open ssh OpenSSH 9.2'],
  ])('when %s then it is not a change', (_, one, other) => {
    expect(changeLines(then(one), now(other))).toEqual([]);
    expect(changeLines(then(other), now(one))).toEqual([]);
  });

  test('when the last scan of a side did not detect versions then an older scan does not count', () => {
    const scans = [
      ...(now('22/tcp open ssh OpenSSH 9.3').scans ?? []),
      scanOf({ [A]: ['22/tcp'] }, { from: 7000, to: 8000 }),
    ];
    expect(changeLines(then('22/tcp open ssh OpenSSH 9.2'), { scans })).toEqual([]);
  });

  test('when only the text in parentheses differs then this is reported too', () => {
    const [one = {}, other = {}] = [1, 2].map((extra): Side => {
      const scan = scanOf({ [A]: ['22/tcp open ssh OpenSSH 9.2'] }, { from: extra * 1000, to: extra * 1000 });
      const hosts = scan.hosts.map((host) => ({
        ...host,
        ports: host.ports.map((port) => ({ ...port, extra: `protocol ${extra}.0` })),
      }));
      return { scans: [{ ...scan, hosts }] };
    });
    expect(changeLines(one, other)).toEqual([
      '! 10.0.0.1 22/tcp ssh OpenSSH 9.2 (protocol 1.0) -> ssh OpenSSH 9.2 (protocol 2.0)',
    ]);
  });
});

const dumboAndDaisy = await namesFrom('hosts: { dumbo: [10.0.0.2, 10.0.0.4], daisy: 10.0.0.3 }');

describe('clients', () => {
  const uses = (...clients: readonly (readonly [string, number])[]): Side['uses'] =>
    clients.map(([client, count]): Connection => [client, A, 22, count]);
  const clientsOf = (before: Side, after: Side): string[] =>
    changeLines(
      { captures: CAPTURED, ...before },
      { captures: CAPTURED_LATER, ...after },
      { names: dumboAndDaisy, clients: true },
    ).filter((line) => line.startsWith('@'));

  test.each<[string, Side['uses'], Side['uses'], string[]]>([
    [
      'a client is new',
      uses(['10.0.0.2', 1]),
      uses(['10.0.0.2', 1], ['10.0.0.3', 1]),
      ['@ 10.0.0.1 22/tcp +daisy -'],
    ],
    [
      'a busy client is silent',
      uses(['10.0.0.2', 1], ['10.0.0.3', 3]),
      uses(['10.0.0.2', 1]),
      ['@ 10.0.0.1 22/tcp + -daisy'],
    ],
    [
      'a client that was not busy is silent',
      uses(['10.0.0.2', 1], ['10.0.0.3', 2]),
      uses(['10.0.0.2', 1]),
      [],
    ],
    [
      'a client replaces another',
      uses(['10.0.0.3', 9]),
      uses(['10.0.0.2', 1]),
      ['@ 10.0.0.1 22/tcp +dumbo -daisy'],
    ],
    ['a client uses another of its addresses', uses(['10.0.0.2', 9]), uses(['10.0.0.4', 1]), []],
    [
      'a client without a name is new',
      uses(['10.0.0.2', 1]),
      uses(['10.0.0.2', 1], ['10.0.0.9', 1], ['10.0.0.10', 1]),
      ['@ 10.0.0.1 22/tcp +10.0.0.10,10.0.0.9 -'],
    ],
    [
      'remote clients are new',
      uses(['10.0.0.2', 1]),
      uses(['10.0.0.2', 1], ['192.0.2.1', 1], ['192.0.2.2', 1]),
      ['@ 10.0.0.1 22/tcp +_ -'],
    ],
    ['other remote clients come', uses(['192.0.2.1', 9]), uses(['192.0.2.2', 1]), []],
    [
      'remote clients are silent',
      uses(['10.0.0.2', 1], ['192.0.2.1', 2], ['192.0.2.2', 2]),
      uses(['10.0.0.2', 1]),
      ['@ 10.0.0.1 22/tcp + -_'],
    ],
  ])('when %s then it is reported by name', (_, before = [], after = [], lines) => {
    expect(clientsOf({ uses: before }, { uses: after })).toEqual(lines);
  });

  test('when they are not asked for then nothing is reported about them', () => {
    const [before, after] = [uses(['10.0.0.2', 9]), uses(['10.0.0.3', 1])] as const;
    expect(
      changeLines(
        { uses: before ?? [], captures: CAPTURED },
        { uses: after ?? [], captures: CAPTURED_LATER },
        { names: dumboAndDaisy },
      ),
    ).toEqual(['+ daisy=10.0.0.3 passive', '- dumbo=10.0.0.2 silent 9']);
  });

  test('when a service is new or gone then its clients are not reported too', () => {
    expect(clientsOf({}, { uses: uses(['10.0.0.2', 9]) ?? [] })).toEqual([]);
    expect(clientsOf({ uses: uses(['10.0.0.2', 9]) ?? [] }, {})).toEqual([]);
  });

  test('when the baseline is only a scan then it has no clients, and none are new', () => {
    const scans = [scanOf({ [A]: ['22/tcp'] })];
    expect(clientsOf({ captures: [], scans }, { uses: uses(['10.0.0.2', 9]) ?? [] })).toEqual([]);
  });

  test('when captures of the baseline show no use of a service that a scan found then all its clients are new', () => {
    const scans = [scanOf({ [A]: ['22/tcp'] })];
    expect(clientsOf({ scans }, { uses: uses(['10.0.0.2', 9]) ?? [] })).toEqual([
      '@ 10.0.0.1 22/tcp +dumbo -',
    ]);
  });

  test('when a service is still open but no longer used then its clients are gone', () => {
    const scans = [scanOf({ [A]: ['22/tcp'] })];
    expect(clientsOf({ uses: uses(['10.0.0.2', 9]) ?? [] }, { scans })).toEqual([
      '@ 10.0.0.1 22/tcp + -dumbo',
    ]);
    // A scan alone does not show any use.
    expect(clientsOf({ uses: uses(['10.0.0.2', 9]) ?? [] }, { scans, captures: [] })).toEqual([]);
  });
});

const names = await namesFrom(`
hosts: { minnie: 10.0.0.1, goofy: 10.0.0.2 }
services: { 8889: gnump3d }
expected: ["minnie:8889", "10.0.0.3"]
`);

describe('changes that are left out', () => {
  const before: Side = {
    scans: [scanOf({ [A]: ['19/tcp', '80/tcp'], [B]: ['22/tcp open ssh OpenSSH 9.2'] })],
  };
  const after: Side = {
    scans: [
      scanOf(
        {
          [A]: ['80/tcp', '8889/tcp', '53/udp'],
          [B]: ['22/tcp open ssh OpenSSH 9.3', '8889/tcp'],
          [C]: ['22/tcp'],
        },
        { from: 5000, to: 6000 },
      ),
    ],
  };
  const all = [
    '+ goofy=10.0.0.2 8889/tcp active',
    '+ minnie=10.0.0.1 53/udp active',
    '- minnie=10.0.0.1 19/tcp not open',
    '! goofy=10.0.0.2 22/tcp ssh OpenSSH 9.2 -> ssh OpenSSH 9.3',
  ];

  test('when hosts.yaml expects a change then it is not reported, but counted', () => {
    // These are minnie:8889, and the machine 10.0.0.3 with its service.
    expect(changeLines(before, after, { names })).toEqual([...all, '(3)']);
  });

  test.each<[string, string[], number]>([
    ['minnie', [all[0], all[3]] as string[], 3 + 2],
    [':gnump3d', all.slice(1), 3 + 1],
    ['goofy:22', all.slice(0, 3), 3 + 1],
    ['10.0.0.0/24:19/tcp', [all[0], all[1], all[3]] as string[], 3 + 1],
    [':53/tcp', all, 3],
    [':53/udp', [all[0], all[2], all[3]] as string[], 3 + 1],
    ['*', [], 3 + 4],
  ])('when %s is ignored then these changes are left out too', (pattern, lines, suppressed) => {
    expect(changeLines(before, after, { names, ignored: [pattern] })).toEqual([...lines, `(${suppressed})`]);
  });

  test('when a service that is not seen yet is expected then it is not a change, and not counted', () => {
    const silent: Side = {
      uses: [
        [B, A, 8889],
        [B, A, 80],
      ],
      captures: CAPTURED,
    };
    expect(changeLines(silent, { uses: [[B, C, 80]], captures: CAPTURED_LATER }, { names })).toEqual([
      '? minnie=10.0.0.1 80/tcp 1',
      '(2)',
    ]);
  });

  test('when a pattern is for a service then it does not match changes of the machine', () => {
    const only: Side = { scans: [scanOf({ [C]: ['22/tcp'] })] };
    expect(changeLines({}, only, { ignored: [':22'] })).toEqual(['+ 10.0.0.3 active', '(1)']);
    expect(changeLines({}, only, { ignored: ['10.0.0.3'] })).toEqual(['(2)']);
  });
});

test('when very many rows are compared then the time is proportional to their number', () => {
  const rows = 100_000;
  const addressAt = (at: number): string => `10.${at >>> 16}.${(at >>> 8) & 255}.${at & 255}`;
  const uses = Array.from({ length: rows }, (_, at): Connection => {
    // There are machines with very many services, a service with very many clients, and a client of very many
    // services.
    if (at % 3 === 0) return [addressAt(at), A, 22];
    if (at % 3 === 1) return [A, addressAt(at), 22];
    return [B, C, at & 0xffff];
  });
  const ports = uses.slice(0, 60_000).map((_, at) => `${at}/tcp`);
  const hosts = Object.fromEntries(uses.slice(0, 20_000).map((_, at) => [addressAt(at), ['22/tcp']]));
  const targets = Array.from({ length: 20_000 }, (_, at) => addressAt(at * 2));
  const scans = [
    scanOf({ ...hosts, [C]: ports }, { from: 100, to: 200, targets }),
    scanOf(hosts, {
      from: 1000,
      to: 2000,
      targets: ['10.0.0.0/8'],
      tcp: ports
        .map((_, at) => at * 2)
        .slice(0, 30_000)
        .join(),
    }),
  ];
  const before: Side = { uses, captures: CAPTURED, scans: scans.slice(0, 1) };
  const changes = changesOf(
    before,
    { captures: CAPTURED_LATER, scans },
    { clients: true, ignored: [':1', 'a*', '10.9.0.0/16'] },
  );
  expect(changes.goneMachines.length).toBeGreaterThan(10_000);
});
