import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InventoryDocument } from '../../src/inventory/document/document.js';
import {
  collectEvidence,
  type Evidence,
  isAbsent,
  isOpen,
  isSeen,
  knownByOf,
  type Service,
} from '../../src/inventory/evidence.js';
import { PORT_STATES } from '../../src/inventory/scan.js';
import { formatAddress } from '../../src/ip/address.js';
import { toWords } from '../../src/ip/address-words.js';
import { Scope } from '../../src/tally/scope.js';
import { anyInventory, inventoryIn } from './arbitraries.js';
import { A, B, C, evidenceOf } from './changes/change-lines.js';
import { type Connection, captureOf, inventoryOf, scanOf } from './fixtures.js';

const LOCAL = new Scope([{ family: 4, first: 0x0a000000n, last: 0x0affffffn }]);

function serviceAt(
  { services }: Evidence,
  address: string | undefined,
  port: number,
  protocol = 'tcp',
): Service | undefined {
  return services.find(
    (service) =>
      (service.address && formatAddress(service.address)) === address &&
      service.port === port &&
      service.protocol === protocol,
  );
}

describe('services', () => {
  const evidence = evidenceOf({
    uses: [
      [B, A, 22, 3, 100],
      [C, A, 22, 2, 50],
      ['192.0.2.1', A, 22, 1, 400],
      ['192.0.2.2', A, 22, 1, 300],
      [A, '192.0.2.3', 443, 4, 10],
      [B, '192.0.2.4', 443, 1, 5],
    ],
    scope: LOCAL,
    scans: [
      scanOf({ [A]: ['22/tcp open ssh', '80/tcp', '81/tcp closed', '53/udp'] }, { from: 1000, to: 2000 }),
    ],
  });

  test('when several clients used a service then it has all their connections and their times', () => {
    const service = serviceAt(evidence, A, 22);
    expect(service).toMatchObject({
      connections: 7,
      passive: { firstSeen: 50, lastSeen: 400 },
      active: { firstSeen: 1000, lastSeen: 2000 },
      finding: { port: { state: 'open', service: 'ssh' }, isDown: false, from: 1000, to: 2000 },
    });
    const uses = service?.uses.map(({ client, count }) => `${client && formatAddress(client)} ${count}`);
    expect(uses?.sort()).toEqual(['10.0.0.2 3', '10.0.0.3 2', 'undefined 2']);
  });

  test('when servers are remote then the same port of all of them is one service', () => {
    expect(serviceAt(evidence, undefined, 443)).toMatchObject({
      connections: 5,
      passive: { firstSeen: 5, lastSeen: 13 },
      finding: undefined,
    });
  });

  test('when only a scan knows a service then it has no connections and was never seen in captures', () => {
    for (const [port, protocol] of [
      [80, 'tcp'],
      [53, 'udp'],
    ] as const) {
      const service = serviceAt(evidence, A, port, protocol);
      expect(service).toMatchObject({ connections: 0, uses: [], remoteClients: undefined });
      expect(isSeen((service as Service).passive)).toBe(false);
    }
    expect(serviceAt(evidence, A, 53)).toBeUndefined();
  });

  test('when a scan found a port not open and nobody uses it then it is not a service', () => {
    expect(serviceAt(evidence, A, 81)).toBeUndefined();
  });

  test('when a service is used though the scan did not find it then both facts are kept', () => {
    const service = serviceAt(
      evidenceOf({ uses: [[B, A, 81]], scans: [scanOf({ [A]: ['81/tcp filtered'] })] }),
      A,
      81,
    ) as Service;
    expect(service).toMatchObject({ connections: 1, finding: { port: { state: 'filtered' } } });
    expect(isSeen(service.active)).toBe(false);
  });

  test('when several rows count remote clients then the service counts all of them', () => {
    const clients: Connection[] = Array.from({ length: 40 }, (_, at) => [`192.0.2.${at}`, A, 22]);
    const side = { uses: [...clients, [B, A, 22] as const], scope: LOCAL };
    const counted = collectEvidence(inventoryOf(side.uses, { scope: LOCAL, clients: true }));
    expect(serviceAt(counted, A, 22)?.remoteClients).toMatchObject({ size: 40, error: 0 });
    expect(serviceAt(evidenceOf(side), A, 22)?.remoteClients).toBeUndefined();
  });

  test('when a port has a state then it is certainly open, certainly not open, or neither', () => {
    const ports = PORT_STATES.map((state) => ({ protocol: 'tcp', port: 1, state }) as const);
    expect(ports.filter(isOpen).map(({ state }) => state)).toEqual(['open']);
    expect(ports.filter(isAbsent).map(({ state }) => state)).toEqual([
      'closed',
      'filtered',
      'closed|filtered',
    ]);
    expect([isOpen(undefined), isAbsent(undefined)]).toEqual([false, true]);
  });
});

describe('machines', () => {
  const { machines } = evidenceOf({
    uses: [
      [B, A, 22, 3, 100],
      [A, C, 25, 1, 10],
      [A, '192.0.2.3', 443, 1, 500],
      ['192.0.2.4', A, 22, 1, 600],
    ],
    scope: LOCAL,
    scans: [scanOf({ [A]: ['80/tcp'], '10.0.0.9': [] }, { from: 1000, to: 2000 })],
  });

  test('when a machine offers and uses services then it has all of them and the times at which it was seen', () => {
    const machine = machines.get(A);
    expect(machine?.offered.map(({ port }) => port).sort()).toEqual([22, 80]);
    expect(machine?.used.map(({ service, use }) => [service.port, use.count]).sort()).toEqual([
      [25, 1],
      [443, 1],
    ]);
    expect(machine).toMatchObject({
      passive: { firstSeen: 10, lastSeen: 600 },
      active: { firstSeen: 1000, lastSeen: 2000 },
    });
  });

  test('when an address was not kept then it is not a machine; when a scan found it up then it is', () => {
    expect([...machines.keys()].sort()).toEqual([A, B, C, '10.0.0.9']);
    expect(machines.get('10.0.0.9')).toMatchObject({ offered: [], used: [] });
  });
});

describe('the time that captures cover', () => {
  test.each<[string, [number, number][], number]>([
    ['there is one capture', [[10, 110]], 100],
    [
      'they follow on each other',
      [
        [0, 50],
        [50, 80],
      ],
      80,
    ],
    [
      'there is time between them',
      [
        [0, 50],
        [1000, 1050],
      ],
      100,
    ],
    [
      'they overlap',
      [
        [0, 60],
        [40, 100],
      ],
      100,
    ],
    [
      'one is within another',
      [
        [0, 100],
        [20, 30],
      ],
      100,
    ],
    [
      'one is there twice',
      [
        [0, 100],
        [0, 100],
      ],
      100,
    ],
    ['one has a single SYN-ACK', [[5, 5]], 0],
    [
      'one has none',
      [
        [0, 100],
        [Infinity, -Infinity],
      ],
      100,
    ],
    ['no capture has any', [[Infinity, -Infinity]], 0],
    [
      'they overlap and do not, in any order',
      [
        [300, 400],
        [0, 60],
        [350, 450],
        [40, 100],
        [310, 320],
      ],
      250,
    ],
  ])('when %s then it is the time that at least one capture covers', (_, spans, observed) => {
    const captures = spans.map(([first, last]) => captureOf(first, last));
    expect(evidenceOf({ uses: [[B, A, 22, 9, 77777]], captures }).observed).toBe(observed);
    expect(evidenceOf({ captures: captures.toReversed() }).observed).toBe(observed);
  });

  test('when captures are random then it equals a plain count of moments', () => {
    const anySpan = fc
      .tuple(fc.nat(60), fc.nat(60))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1, maxLength: 8 }), (spans) => {
        const moments = Array.from({ length: 60 }, (_, at) => at);
        const covered = moments.filter((at) => spans.some(([first, last]) => first <= at && at < last));
        const captures = spans.map(([first, last]) => captureOf(first, last));
        expect(evidenceOf({ captures }).observed).toBe(covered.length);
      }),
    );
  });

  test('when there is no record of captures then it goes from the first row to the last, across both IP versions', () => {
    const uses: Connection[] = [
      [B, A, 22, 1, 100],
      ['fd00::1', 'fd00::2', 22, 1, 350],
      [B, A, 80, 1, 200],
    ];
    expect(evidenceOf({ uses }).observed).toBe(250);
    expect(evidenceOf({}).observed).toBe(0);
  });
});

test('when rows were folded then their number is kept', () => {
  const uses: Connection[] = [
    [B, A, 22, 9],
    [B, A, 80],
    [B, A, 443],
  ];
  expect(evidenceOf({ uses, maxRows: 2 }).foldedRows).toBe(2);
  expect(evidenceOf({ uses, maxRows: 3 }).foldedRows).toBe(0);
});

describe('for any inventory', () => {
  /** Server, port, connections and time of the last, found in the plainest way. */
  function gatherPlainly({ connections }: InventoryDocument): string[] {
    const services = new Map<string, { count: number; last: number }>();
    for (const { server, port, count, last } of connections) {
      const key = `${server?.join('.')} ${port}`;
      const known = services.get(key);
      services.set(key, { count: count + (known?.count ?? 0), last: Math.max(last, known?.last ?? last) });
    }
    return Array.from(services, ([key, { count, last }]) => `${key} ${count} ${last}`).sort();
  }

  test('when rows are collected then each service has all its connections, and each machine its services', () => {
    fc.assert(
      fc.property(anyInventory, (x) => {
        const { services, machines } = collectEvidence(inventoryIn(x));
        const used = services.filter(({ connections }) => connections > 0);
        const gathered = used.map(
          ({ address, port, connections, passive }) =>
            `${address && toWords(address).join('.')} ${port} ${connections} ${passive.lastSeen}`,
        );
        expect(gathered.sort()).toEqual(gatherPlainly(x));
        const offered = [...machines.values()].flatMap((machine) => machine.offered);
        const ownServices = services.filter(({ address }) => address !== undefined);
        expect(offered).toHaveLength(ownServices.length);
        expect(new Set(offered)).toEqual(new Set(ownServices));
        for (const { offered: own, used: uses, passive, active } of machines.values()) {
          const spans = [...own.map((service) => service.passive), ...uses.map(({ use }) => use)].filter(
            isSeen,
          );
          expect(passive.firstSeen).toBe(Math.min(...spans.map(({ firstSeen }) => firstSeen)));
          expect(passive.lastSeen).toBe(Math.max(...spans.map(({ lastSeen }) => lastSeen)));
          expect(isSeen(passive) || isSeen(active)).toBe(true);
        }
      }),
    );
  });
});

test('when something was seen in captures, by scans or by both then its evidence says so', () => {
  const [seen, never] = [
    { firstSeen: 0, lastSeen: 0 },
    { firstSeen: Infinity, lastSeen: -Infinity },
  ];
  expect(knownByOf({ passive: seen, active: never })).toBe('passive');
  expect(knownByOf({ passive: never, active: seen })).toBe('active');
  expect(knownByOf({ passive: seen, active: seen })).toBe('both');
});
