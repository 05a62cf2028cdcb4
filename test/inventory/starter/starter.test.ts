import { describe, expect, test } from 'vitest';
import { guessNetworks, pairsOf } from '../../../src/inventory/starter/networks.js';
import { makeStarter } from '../../../src/inventory/starter/starter.js';
import { type Connection, inventoryOf, namesFrom } from '../fixtures.js';

/** The names without a hosts.yaml, under which private networks are local. */
const NO_HOSTS = await namesFrom('');
/** The names of a hosts.yaml that does not know the network. */
const NOTHING_LOCAL = await namesFrom('local: [192.0.2.255]');

function networksOf(connections: readonly Connection[], names = NO_HOSTS): string[] {
  return guessNetworks(pairsOf(inventoryOf(connections), names)).map(({ text }) => text);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, at) => at);
}

/** A network with public addresses, seen from its edge: its machines serve the world and use its services. */
const PERIMETER: readonly Connection[] = [
  ...range(60).map((at): Connection => [`${at + 11}.1.2.3`, '203.0.113.10', 80, 2]),
  ...range(40).map((at): Connection => [`${at + 80}.5.6.7`, '203.0.113.11', 25, 1]),
  ...range(20).map((at): Connection => ['203.0.113.12', `${at + 150}.9.9.9`, 443, 3]),
];

describe('guessNetworks', () => {
  test('when nothing was counted then there are no networks', () => {
    expect(networksOf([])).toEqual([]);
  });

  test('when machines are private then their networks are found, the busiest first', () => {
    const connections: Connection[] = [
      ['8.8.8.8', '192.168.1.10', 22, 2],
      ['10.1.2.3', '10.9.8.7', 445, 5],
      ['10.1.2.4', '192.168.1.10', 80, 1],
      ['fd00:1:2:3::5', 'fd00:1:2:3::6', 22, 4],
    ];
    expect(guessNetworks(pairsOf(inventoryOf(connections), NO_HOSTS))).toMatchObject([
      { text: '10.1.2.0/24', machines: 2, synAcks: 6 },
      { text: '10.9.8.0/24', machines: 1, synAcks: 5 },
      { text: 'fd00:1:2:3::/64', machines: 2, synAcks: 4 },
      { text: '192.168.1.0/24', machines: 1, synAcks: 3 },
    ]);
  });

  test('when a public network is seen from its edge then it is found, and its peers are not', () => {
    expect(networksOf(PERIMETER)).toEqual(['203.0.113.0/24']);
    expect(networksOf(PERIMETER, NOTHING_LOCAL)).toEqual(['203.0.113.0/24']);
  });

  test('when a public IPv6 network is seen from its edge then it is found', () => {
    const connections = range(30).map(
      (at): Connection => [`2a0${at % 10}:${at + 1}::1`, '2001:db8:1:2::80', 443],
    );
    expect(networksOf(connections)).toEqual(['2001:db8:1:2::/64']);
  });

  test('when there are private machines and a public network then both are found', () => {
    const connections: Connection[] = [...PERIMETER, ['192.168.7.1', '93.184.216.34', 443, 9]];
    expect(networksOf(connections)).toEqual(['203.0.113.0/24', '192.168.7.0/24']);
  });

  test('when two public networks serve then both are found', () => {
    const second = PERIMETER.map(
      ([client, server, ...rest]): Connection => [
        client.replace('203.0.113.', '198.51.100.'),
        server.replace('203.0.113.', '198.51.100.'),
        ...rest,
      ],
    );
    expect(networksOf([...PERIMETER, ...second])).toEqual(['198.51.100.0/24', '203.0.113.0/24']);
  });

  test('when a remote network has most of the traffic with both then it is still remote', () => {
    const inside = ['203.0.113.5', '198.51.100.5'];
    const connections = inside.flatMap((client): Connection[] => [
      [client, '93.184.216.34', 443, 100],
      ...range(20).map((at): Connection => [client, `${at + 20}.1.1.1`, 443]),
    ]);
    expect(networksOf(connections)).toEqual(['198.51.100.0/24', '203.0.113.0/24']);
  });

  test('when the names say what is local then this is used', async () => {
    const names = await namesFrom('local: [203.0.113.0/24]');
    expect(networksOf(PERIMETER, names)).toEqual(['203.0.113.0/24']);
  });

  test('when one machine is the only client of all others then its network is found', () => {
    const connections = range(30).map((at): Connection => ['198.51.100.9', `${at + 20}.1.1.1`, 443]);
    expect(networksOf(connections)).toEqual(['198.51.100.0/24']);
  });
});

describe('makeStarter', () => {
  test('when local machines have no name then they are listed, the busiest first, with their services', async () => {
    const names = await namesFrom('hosts: { pluto: 10.0.0.9 }');
    const connections: Connection[] = [
      ['8.8.8.8', '10.0.0.1', 80, 5],
      ['8.8.4.4', '10.0.0.1', 22, 7],
      ['10.0.0.2', '10.0.0.1', 80, 1],
      ['10.0.0.3', '9.9.9.9', 443, 2],
      ['10.0.0.4', '10.0.0.9', 22, 20],
    ];
    const starter = makeStarter(inventoryOf(connections), names);
    expect(starter.synAcks).toBe(35);
    expect(starter.networks).toMatchObject([{ text: '10.0.0.0/24', machines: 5, synAcks: 35 }]);
    expect(starter.machines).toEqual([
      { address: '10.0.0.4', synAcks: 20, services: [] },
      {
        address: '10.0.0.1',
        synAcks: 13,
        services: [
          { service: 'ssh', synAcks: 7 },
          { service: 'http', synAcks: 6 },
        ],
      },
      { address: '10.0.0.3', synAcks: 2, services: [] },
      { address: '10.0.0.2', synAcks: 1, services: [] },
    ]);
    expect([starter.moreMachines, starter.unnamedPorts]).toEqual([0, []]);
  });

  test('when remote machines offer services then neither they nor their ports are listed', () => {
    const starter = makeStarter(inventoryOf([['10.0.0.1', '9.9.9.9', 31_337, 3]]), NO_HOSTS);
    expect(starter.machines.map(({ address }) => address)).toEqual(['10.0.0.1']);
    expect(starter.unnamedPorts).toEqual([]);
  });

  test('when local machines offer ports without a name then these are listed, each with its busiest server', () => {
    const connections: Connection[] = [
      ['10.0.0.9', '10.0.0.1', 31_337, 3],
      ['10.0.0.9', '10.0.0.2', 31_337, 4],
      ['10.0.0.8', '10.0.0.1', 31_337, 2],
      ['10.0.0.9', '10.0.0.3', 9999, 20],
      ['10.0.0.9', '10.0.0.3', 80, 50],
    ];
    expect(makeStarter(inventoryOf(connections), NO_HOSTS).unnamedPorts).toEqual([
      { port: 9999, server: '10.0.0.3', synAcks: 20 },
      { port: 31_337, server: '10.0.0.1', synAcks: 9 },
    ]);
  });

  test('when there are more machines than a user would name then the rest is counted', () => {
    const connections = range(100).map(
      (at): Connection => [`10.0.0.${at + 1}`, '10.0.1.1', 22, 1 + (at % 7)],
    );
    const { machines, moreMachines } = makeStarter(inventoryOf(connections), NO_HOSTS);
    expect(machines.length + moreMachines).toBe(101);
    expect(machines[0]?.address).toBe('10.0.1.1');
    const counts = machines.map(({ synAcks }) => synAcks);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  test('when a network was guessed then its machines are listed, but not their peers', () => {
    const { machines, networks } = makeStarter(inventoryOf(PERIMETER), NO_HOSTS);
    expect(networks.map(({ text }) => text)).toEqual(['203.0.113.0/24']);
    expect(machines).toEqual([
      { address: '203.0.113.10', synAcks: 120, services: [{ service: 'http', synAcks: 120 }] },
      { address: '203.0.113.12', synAcks: 60, services: [] },
      { address: '203.0.113.11', synAcks: 40, services: [{ service: 'smtp', synAcks: 40 }] },
    ]);
  });
});
