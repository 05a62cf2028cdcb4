// Rules let through exactly the uses they were made from, whatever these are.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectEvidence } from '../../../src/inventory/evidence.js';
import { makeRules } from '../../../src/inventory/rules/make-rules.js';
import { formatRange, parseAddress } from '../../../src/ip/address.js';
import { formatPorts } from '../../../src/views/rules/rule-set.js';
import { type Connection, inventoryOf, NO_NAMES, namesFrom } from '../fixtures.js';
import { ADDRESSES, allows, connections, keyOf, PORTS, rulesOf } from './rule-arbitraries.js';

const isLocal = (text: string): boolean => NO_NAMES.isLocal(parseAddress(text) as never);
const haveOneFamily = (a: string, b: string): boolean => a.includes(':') === b.includes(':');

/** The triples among all addresses and ports for which a decision is true. */
function allowedBy(decide: (client: string, server: string, port: number) => boolean): string[] {
  return ADDRESSES.flatMap((client) =>
    ADDRESSES.filter((server) => server !== client && haveOneFamily(client, server)).flatMap((server) =>
      PORTS.filter((port) => decide(client, server, port)).map((port) => keyOf([client, server, port])),
    ),
  ).sort();
}

describe('rules', () => {
  test('when remote addresses are listed, then the rules allow what was seen, except between remote machines', () => {
    fc.assert(
      fc.property(connections, (seen) => {
        const model = rulesOf(seen, { remote: true });
        const expected = seen.filter(([client, server]) => isLocal(client) || isLocal(server)).map(keyOf);
        expect(allowedBy((...triple) => allows(model, ...triple))).toEqual([...new Set(expected)].sort());
        expect(model.widening).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  test('when remote addresses are not listed, then one remote machine stands for all, and for no local one', () => {
    fc.assert(
      fc.property(connections, (seen) => {
        const model = rulesOf(seen);
        const general = ([client, server, port]: Connection): string =>
          keyOf([isLocal(client) ? client : '_', isLocal(server) ? server : '_', port]);
        const families = (at: 0 | 1, triple: Connection): string => (triple[at].includes(':') ? '6' : '4');
        const keys = new Set(seen.map((one) => `${families(0, one)} ${general(one)}`));
        const expected = allowedBy((...triple) => {
          if (!isLocal(triple[0]) && !isLocal(triple[1])) return false;
          return keys.has(`${families(0, triple)} ${general(triple)}`);
        });
        expect(allowedBy((...triple) => allows(model, ...triple))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('when blocks may be wider, then all that was seen is allowed, and at most that number of times as much', () => {
    fc.assert(
      fc.property(connections, fc.integer({ min: 1, max: 9 }), (seen, widen) => {
        const exact = rulesOf(seen, { remote: true });
        const model = rulesOf(seen, { remote: true, widen });
        expect(model.widening).toBeGreaterThanOrEqual(1);
        expect(model.widening).toBeLessThanOrEqual(widen);
        for (const triple of allowedBy((...one) => allows(exact, ...one)).map((key) => key.split(' '))) {
          const [client = '', server = '', port = ''] = triple;
          expect(allows(model, client, server, Number(port))).toBe(true);
        }
        const count = (rules: typeof model): number =>
          rules.rules.reduce((sum, { clients = [] }) => sum + clients.length, 0);
        expect(count(model)).toBeLessThanOrEqual(count(exact));
      }),
      { numRuns: 60 },
    );
  });

  test('when blocks may be wider, then none reaches from local to remote addresses, or back', async () => {
    const names = await namesFrom('local: [10.0.0.0-10.0.0.6, fd00::/64]\nhosts: { partner: 203.0.113.2 }\n');
    const isOurs = (value: bigint, family: 4 | 6): boolean =>
      names.isLocal({ family, value }) || names.nameOf({ family, value }) !== undefined;
    fc.assert(
      fc.property(connections, fc.integer({ min: 2, max: 99 }), (seen, widen) => {
        const evidence = collectEvidence(inventoryOf(seen));
        const { rules } = makeRules(evidence, names, { accept: 'all', remote: true, widen });
        for (const { direction, clients = [] } of rules) {
          for (const { first, last, family } of clients) {
            for (let value = first; value <= last && value < first + 64n; value++) {
              expect(isOurs(value, family)).toBe(direction !== 'remote');
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('when remote machines use a service seldom, then their handshakes add up to enough, or are left out together', () => {
    const seen: Connection[] = [
      ['203.0.113.1', '10.0.0.8', 80, 2],
      ['203.0.113.2', '10.0.0.8', 80, 3],
      ['10.0.0.1', '10.0.0.8', 80, 4],
    ];
    const enough = rulesOf(seen, { minHandshakes: 5 });
    expect(enough.rules.map(({ direction, clients }) => [direction, clients])).toEqual([
      ['remote', undefined],
    ]);
    expect(enough).toMatchObject({ leftOut: { few: 1 }, allowedUncertain: 2, refused: [] });
    expect(rulesOf(seen, { minHandshakes: 6 })).toMatchObject({
      rules: [],
      leftOut: { few: 3 },
      allowedUncertain: 0,
      refused: [{ server: '10.0.0.8', synAcks: 9 }],
    });
    // Listed one by one, each must have enough.
    expect(rulesOf(seen, { minHandshakes: 4, remote: true }).rules).toHaveLength(1);
  });

  test('when the rules are about one version of IP, then uses over the other are counted, and nothing else is said of them', () => {
    const seen: Connection[] = [
      ['10.0.0.1', '10.0.0.8', 80],
      ['fd00::1', 'fd00::8', 22, 7],
      ['fd00::1', 'fd00::9', 22],
    ];
    expect(rulesOf(seen, { family: 4 })).toMatchObject({
      rules: [{ family: 4 }],
      leftOut: { otherFamily: 2, few: 0 },
      doubtful: [],
      refused: [],
    });
    expect(rulesOf(seen, { family: 6, minHandshakes: 2 })).toMatchObject({
      rules: [{ family: 6 }],
      leftOut: { otherFamily: 1, few: 1 },
      refused: [{ server: 'fd00::9' }],
    });
  });

  test('when uses have the same clients, then their ports and servers are grouped', () => {
    const model = rulesOf([
      ['10.0.0.1', '10.0.0.9', 80],
      ['10.0.0.1', '10.0.0.9', 443],
      ['10.0.0.1', '10.0.0.8', 443],
      ['10.0.0.1', '10.0.0.8', 80],
      ['10.0.0.2', '10.0.0.8', 81],
      ['10.0.0.3', '10.0.0.8', 81],
      ['10.0.0.1', '10.0.0.8', 21],
      ['203.0.113.1', '10.0.0.8', 22],
    ]);
    const text = model.rules.map(({ direction, clients = [], servers = [], ports, helper }) =>
      [
        direction,
        clients.map(formatRange),
        servers.map(formatRange),
        ports.map((range) => formatPorts(range)),
        helper ?? '-',
      ].join(' '),
    );
    expect(text).toEqual([
      'local 10.0.0.1 10.0.0.8 21 ftp',
      'local 10.0.0.1 10.0.0.8/31 80,443 -',
      'local 10.0.0.2/31 10.0.0.8 81 -',
      'remote  10.0.0.8 22 -',
    ]);
  });

  test('when a remote machine has a name, then it counts as local', async () => {
    const names = await namesFrom('hosts:\n  partner: 203.0.113.7\n');
    const inventory = inventoryOf([['203.0.113.7', '10.0.0.8', 22]]);
    const { rules } = makeRules(collectEvidence(inventory), names, { accept: 'all' });
    expect(rules.map(({ direction, clients = [] }) => [direction, clients.map(formatRange)])).toEqual([
      ['local', ['203.0.113.7']],
    ]);
  });

  test('when uses are not allowed, then they are counted by reason', () => {
    const seen: Connection[] = [
      ['10.0.0.1', '10.0.0.9', 80],
      ['10.0.0.1', '10.0.0.8', 80, 3],
      ['203.0.113.1', '203.0.113.2', 80],
    ];
    expect(rulesOf(seen, { accept: 'yes' })).toMatchObject({
      rules: [],
      leftOut: { unused: 0, uncertain: 0, unjudged: 2, few: 0, notServices: 0, transit: 1 },
      refused: [
        { server: '10.0.0.8', port: 80, service: 'http', synAcks: 3, isScanned: false },
        { server: '10.0.0.9', port: 80, service: 'http', synAcks: 1, isScanned: false },
      ],
    });
    expect(rulesOf(seen, { minHandshakes: 2 })).toMatchObject({
      rules: [{ flows: [{ port: 80, handshakes: 3 }] }],
      leftOut: { unjudged: 0, few: 1, transit: 1 },
      allowedUncertain: 1,
      unlisted: 0,
    });
  });
});
