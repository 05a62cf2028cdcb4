// Pictures of small inventories, whose sums anyone can check, and of a day in an office.

import { describe, expect, test } from 'vitest';
import { collectEvidence } from '../../../src/inventory/evidence.js';
import type { Inventory } from '../../../src/inventory/inventory.js';
import { groupMachines } from '../../../src/inventory/picture/networks.js';
import { DIRECTIONS } from '../../../src/inventory/picture/panels.js';
import { isMapped, makePicture, type Picture } from '../../../src/inventory/picture/picture.js';
import type { Names } from '../../../src/names/names.js';
import { type Connection, inventoryOf, NO_NAMES, namesFrom } from '../fixtures.js';

const NAMES = await namesFrom('hosts: { www: [10.0.0.1, 10.0.0.2], db: 10.0.0.3 }\n');
const HOUR = 3_600_000_000;

function pictureOf(connections: readonly Connection[], names: Names = NAMES): Picture {
  const inventory = inventoryOf(connections);
  return makePicture(collectEvidence(inventory), inventory, names);
}

function sum(items: Iterable<{ readonly connections: number }>): number {
  let all = 0;
  for (const { connections } of items) all += connections;
  return all;
}

/** Every way of adding the connections of a picture up. */
function sumsOf({ rows, matrix, panels, flow, sums }: Picture): Record<string, number> {
  const all = DIRECTIONS.map((direction) => panels[direction]);
  return {
    rows: sum(rows.filter(isMapped)),
    matrix: sum(matrix.cells),
    clients: sum(all.flatMap(({ clients }) => clients)),
    cards: sum(all.flatMap(({ cards }) => cards.flatMap(({ services }) => services))),
    links: sum(all.flatMap(({ links }) => links)),
    panels: sum(all.map(({ sums: ofPanel }) => ofPanel)),
    flowIn: sum(flow.bands[0]),
    flowOut: sum(flow.bands[1]),
    flowServices: sum(flow.services),
    mapped: sums.mapped,
  };
}

/** Many clients in several networks that use many servers. */
const CROWD: readonly Connection[] = Array.from({ length: 400 }, (_, at): Connection => {
  const client = `10.${1 + (at % 3)}.${at % 5}.${1 + (at % 50)}`;
  const server = at % 7 === 0 ? `198.51.100.${at % 20}` : `10.9.${at % 2}.${1 + (at % 33)}`;
  return [
    at % 11 === 0 ? '203.0.113.5' : client,
    server,
    [22, 80, 443, 8080][at % 4] as number,
    1 + (at % 9),
  ];
});

describe('a picture', () => {
  test('when connections are added up in any way, then the sums are equal', () => {
    for (const connections of [CROWD, [['10.0.0.9', '10.0.0.1', 80, 3]] as const, []]) {
      const { mapped, ...others } = sumsOf(pictureOf(connections));
      const expected = connections.reduce((all, [, , , count = 1]) => all + count, 0);
      expect(mapped).toBe(expected);
      expect(new Set(Object.values(others))).toEqual(new Set([expected]));
    }
  });

  test('when the rows of a link or a cell are added up, then they are those of the link or the cell', () => {
    const { rows, matrix, panels } = pictureOf(CROWD);
    const cells = matrix.cells.map((_, at) => sum(rows.filter((row) => matrix.cellOf.get(row) === at)));
    expect(cells).toEqual(matrix.cells.map(({ connections }) => connections));
    for (const direction of DIRECTIONS) {
      const { links, linkOf } = panels[direction];
      const found = links.map((_, at) => sum(rows.filter((row) => linkOf.get(row) === at)));
      expect(found).toEqual(links.map(({ connections }) => connections));
    }
  });

  test('when packets come in another order, then the picture is the same', () => {
    const text = (picture: Picture): string =>
      JSON.stringify(picture, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    const timed = CROWD.map(
      ([client, server, port, count = 1], at): Connection => [client, server, port, count, at * 100],
    );
    expect(text(pictureOf(timed.toReversed()))).toBe(text(pictureOf(timed)));
  });

  test('when addresses share a name, then they are one machine', () => {
    const { machines, rows } = pictureOf([
      ['10.0.0.9', '10.0.0.1', 80],
      ['10.0.0.9', '10.0.0.2', 80],
      ['203.0.113.7', '10.0.0.1', 80],
    ]);
    expect(machines.map(({ label, addresses, isOurs }) => [label, addresses.length, isOurs])).toEqual([
      ['_', 0, false],
      ['www', 2, true],
      ['10.0.0.9', 1, true],
    ]);
    expect(rows.map(({ client, server, connections }) => [client, server, connections])).toEqual([
      [0, 1, 1],
      [2, 1, 2],
    ]);
  });

  test('when machines are ours or remote, then each connection is in the panel of its direction', () => {
    const { panels } = pictureOf([
      ['203.0.113.7', '10.0.0.1', 443, 5],
      ['10.0.0.9', '10.0.0.3', 22, 3],
      ['10.0.0.9', '203.0.113.9', 80, 2],
      ['203.0.113.7', '203.0.113.9', 80, 1],
    ]);
    expect(DIRECTIONS.map((direction) => panels[direction].sums)).toEqual([
      { clients: 1, servers: 1, services: 1, connections: 5 },
      { clients: 1, servers: 1, services: 1, connections: 3 },
      { clients: 1, servers: 1, services: 1, connections: 2 },
      { clients: 1, servers: 1, services: 1, connections: 1 },
    ]);
    expect(panels.in.cards[0]).toMatchObject({ kind: 'machine', label: 'www', network: '10.0.0.0/24' });
  });

  test('when rows did not fit into memory, then the picture says how many', () => {
    const inventory: Inventory = inventoryOf(CROWD, { maxRows: 20 });
    const { sums, rows } = makePicture(collectEvidence(inventory), inventory, NAMES);
    expect(sums.folded.rows).toBeGreaterThan(0);
    expect(sum(rows) + sums.folded.synAcks).toBe(CROWD.reduce((all, [, , , count = 1]) => all + count, 0));
  });
});

describe('limits', () => {
  const wide = (servers: number, port: (at: number) => number): Connection[] =>
    Array.from({ length: servers }, (_, at) => ['10.1.0.1', `10.2.${at}.1`, port(at), 100 + at]);

  test('when a client uses one service at six servers, then they are on one card', () => {
    expect(pictureOf(wide(5, () => 22)).panels.among.cards.map(({ kind }) => kind)).toEqual(
      Array.from({ length: 5 }, () => 'machine'),
    );
    const { cards, links } = pictureOf(wide(6, () => 22)).panels.among;
    expect(cards).toMatchObject([
      { kind: 'many', services: [{ label: 'ssh', servers: 6, connections: 615 }] },
    ]);
    expect(links).toHaveLength(1);
  });

  test('when there are more servers than cards, then those of a network share one', () => {
    const { cards } = pictureOf(wide(60, (at) => 1000 + at)).panels.among;
    expect(cards.length).toBeLessThanOrEqual(20);
    expect(cards.map(({ machines }) => machines.length).reduce((a, b) => a + b)).toBe(60);
  });

  test('when a card has more services than lines, then the last line has the rest', () => {
    const ports = Array.from(
      { length: 9 },
      (_, at): Connection => ['10.1.0.1', '10.2.0.1', 2000 + at, 10 + at],
    );
    const [card] = pictureOf(ports).panels.among.cards;
    expect(card?.services.map(({ services }) => services)).toEqual([1, 1, 1, 1, 1, 4]);
    expect(sum(card?.services ?? [])).toBe(9 * 10 + 36);
  });

  test('when a service of an unnamed server is hardly used, then it is on the card of the few', () => {
    const { cards } = pictureOf([
      ['10.1.0.1', '10.2.0.1', 80, 2000],
      ['10.1.0.1', '10.2.0.2', 81, 1],
      ['10.1.0.1', '10.0.0.3', 82, 1],
    ]).panels.among;
    expect(cards.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
      'machine db',
      'machine 10.2.0.1',
      'few ',
    ]);
  });

  test('when there are very many machines, then neither the matrix nor a panel grows beyond its limit', () => {
    const many = Array.from({ length: 900 }, (_, at): Connection => {
      return [`10.${at % 200}.0.${1 + (at % 9)}`, `10.200.${at % 250}.${1 + (at % 3)}`, 80 + (at % 40)];
    });
    const { matrix, panels } = pictureOf(many, NO_NAMES);
    expect(matrix.clients.length).toBeLessThanOrEqual(20);
    expect(matrix.servers.length).toBeLessThanOrEqual(20);
    expect(panels.among.clients.length).toBeLessThanOrEqual(18);
    expect(panels.among.cards.length).toBeLessThanOrEqual(22);
  });
});

describe('groups of machines', () => {
  const groupsOf = (connections: readonly Connection[], limit: number): string[] => {
    const { machines } = pictureOf(connections);
    const weights = new Map(machines.map((_, number) => [number, 1]).slice(1) as [number, number][]);
    return groupMachines(weights, machines, limit).map(
      ({ label, machines: all }) => `${label} ${all.length}`,
    );
  };
  const at = (addresses: readonly string[]): Connection[] => addresses.map((one) => [one, '10.0.0.3', 22]);

  test('when a network has up to three unnamed machines, then each stands alone', () => {
    expect(groupsOf(at(['10.0.0.7', '10.0.0.8', '10.0.0.9']), 9)).toEqual([
      'db 1',
      '10.0.0.7 1',
      '10.0.0.8 1',
      '10.0.0.9 1',
    ]);
  });

  test('when it has more, then they stay together, and named machines stand alone', () => {
    expect(groupsOf(at(['10.0.0.6', '10.0.0.7', '10.0.0.8', '10.0.0.9']), 9)).toEqual([
      'db 1',
      '10.0.0.0/24 4',
    ]);
  });

  test('when there is less room, then wider networks stand for them', () => {
    const addresses = ['10.4.1.1', '10.4.2.1', '10.4.3.1', '10.5.1.1', '10.5.2.1'];
    expect(groupsOf(at(addresses), 3)).toEqual(
      ['10.0.0.0/24 1', '10.4.0.0/16 3', '10.5.0.0/16 2'].map((text) => text.replace('10.0.0.0/24', 'db')),
    );
    expect(groupsOf(at(addresses), 2)).toEqual(['IPv4 6']);
  });

  test('when addresses are IPv6, then sites and links are networks', () => {
    const addresses = ['fd00:0:1:1::1', 'fd00:0:1:1::2', 'fd00:0:1:2::1', 'fd00:0:2:1::1', 'fd00:0:2:1::2'];
    const servers = addresses.map((one): Connection => [one, 'fd00:0:1:1::2', 22]);
    expect(groupsOf(servers, 2)).toEqual(['fd00:0:1::/48 3', 'fd00:0:2:1::/64 2']);
  });
});

describe('what stands out', () => {
  test('when the Internet uses a service for administrators, then it is exposed', () => {
    const { findings } = pictureOf([
      ['203.0.113.7', '10.0.0.1', 22, 4],
      ['203.0.113.7', '10.0.0.1', 443, 9],
      ['10.0.0.9', '10.0.0.3', 22, 3],
    ]);
    expect(findings.exposed).toEqual([{ server: 1, service: 'ssh', port: 22, connections: 4 }]);
  });

  test('when a service sends passwords in clear text, then that is found', () => {
    expect(pictureOf([['10.0.0.9', '10.0.0.3', 23, 2]]).findings.clearText).toMatchObject([{ port: 23 }]);
  });

  test('when a service begins late or ends early, then that is found, and it is in the timeline', () => {
    const steady = Array.from(
      { length: 100 },
      (_, at): Connection => ['10.0.0.9', '10.0.0.1', 80, 5, at * HOUR],
    );
    const late = Array.from(
      { length: 30 },
      (_, at): Connection => ['10.0.0.9', '10.0.0.3', 81, 1, (60 + at) * HOUR],
    );
    const early = Array.from(
      { length: 30 },
      (_, at): Connection => ['10.0.0.9', '10.0.0.3', 82, 1, at * HOUR],
    );
    const few: Connection[] = [['10.0.0.9', '10.0.0.3', 83, 3, 90 * HOUR]];
    const { findings, activity } = pictureOf([...steady, ...late, ...early, ...few]);
    expect(findings.began.map(({ port }) => port)).toEqual([81]);
    expect(findings.ended.map(({ port }) => port)).toEqual([82]);
    expect(activity.map(({ port, change }) => [port, change])).toEqual([
      [80, undefined],
      [81, 'began'],
      [82, 'ended'],
      [83, undefined],
    ]);
  });
});
