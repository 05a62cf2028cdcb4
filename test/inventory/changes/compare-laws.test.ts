// Laws that hold for the changes between any two inventories, under any names.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Changes, NO_CHANGES, type ServiceAt } from '../../../src/inventory/changes/changes.js';
import { compare } from '../../../src/inventory/changes/compare.js';
import { collectEvidence, type Evidence } from '../../../src/inventory/evidence.js';
import type { Scan } from '../../../src/inventory/scan.js';
import { toWords } from '../../../src/ip/address-words.js';
import {
  ALL,
  anyInventory,
  anyNames,
  anyOptions,
  anyOrderOf,
  evidenceIn,
  later,
  NAMES,
  OWN,
} from '../arbitraries.js';
import { addressOf, inventoryOf, scanOf } from '../fixtures.js';

function placesOf(services: readonly ServiceAt[]): string[] {
  return services.map(({ address, port, protocol }) => `${address} ${port}/${protocol}`);
}

function addressesOf(machines: Changes['newMachines'] | Changes['goneMachines']): string[] {
  return machines.map(({ address }) => address);
}

describe('for random inventories', () => {
  test('when an inventory is compared with itself then there is no change, whatever its order and the names', () => {
    const inTwoOrders = anyInventory.chain((x) => fc.tuple(fc.constant(x), anyOrderOf(x)));
    fc.assert(
      fc.property(inTwoOrders, anyNames, anyOptions, ([x, same], names, options) => {
        expect(compare(evidenceIn(x), evidenceIn(same), names, options)).toEqual(NO_CHANGES);
      }),
      { numRuns: 300 },
    );
  });

  test('when rows, captures and scans come in another order then the changes are the same, in the same order', () => {
    const inTwoOrders = anyInventory.chain((x) => fc.tuple(fc.constant(x), anyOrderOf(x)));
    fc.assert(
      fc.property(inTwoOrders, inTwoOrders, anyNames, anyOptions, ([a, a2], [b, b2], names, options) => {
        const changes = compare(evidenceIn(a), evidenceIn(b), names, options);
        expect(compare(evidenceIn(a2), evidenceIn(b2), names, options)).toEqual(changes);
      }),
      { numRuns: 300 },
    );
  });

  test('when a service is used that was not there before then it is the only change, apart from its new machines', () => {
    const anyOwn = fc.constantFrom(...OWN.slice(0, 3));
    fc.assert(
      fc.property(anyInventory, anyOwn, anyOwn, (x, client, server) => {
        const [words, serverWords] = [toWords(addressOf(client)), toWords(addressOf(server))];
        const row = {
          family: 4,
          client: words,
          server: serverWords,
          port: 9999,
          count: 3,
          first: 5,
          last: 9,
        } as const;
        const before = evidenceIn(x);
        const after = evidenceIn({ ...x, connections: [...x.connections, row] });
        const { added, newMachines, clients, ...others } = compare(before, after, NAMES, ALL);
        expect(added).toEqual([
          {
            machine: server,
            address: server,
            port: 9999,
            protocol: 'tcp',
            service: 'up:9999',
            product: '',
            version: '',
            extra: '',
            connections: 3,
            firstSeen: 5,
            lastSeen: 9,
            known: 'passive',
          },
        ]);
        expect(addressesOf(newMachines)).toEqual(
          [...new Set([client, server])].filter((address) => !before.machines.has(address)).sort(),
        );
        expect({ ...others, added: [], newMachines: [], clients: [] }).toEqual(NO_CHANGES);
        expect(clients).toEqual([]);
      }),
    );
  });

  test('when changes are reported then each comes once, for own machines only, ordered by name, address and port', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, anyNames, (a, b, names) => {
        const changes = compare(evidenceIn(a), evidenceIn(b), names, ALL);
        const lists = [changes.added, changes.gone, changes.unseen, changes.changed, changes.clients];
        for (const list of lists) {
          const keys = list.map(({ machine, address, port, protocol }) =>
            [machine, keyOf(address), protocol === 'tcp' ? 0 : 1, String(port).padStart(5, '0')].join('\0'),
          );
          expect(keys).toEqual([...new Set(keys)].sort());
        }
        for (const { machine, address } of [...lists, changes.newMachines, changes.goneMachines].flat()) {
          const isNamed = names.nameOf(addressOf(address)) !== undefined;
          expect(machine).toBe(isNamed ? names.nameOf(addressOf(address)) : address);
          const isScanned = [a, b].some(({ scans }) => hasHost(scans, address));
          expect(isNamed || names.isLocal(addressOf(address)) || isScanned).toBe(true);
        }
        // No service is both added and gone.
        const places = [changes.added, changes.gone, changes.unseen].flatMap(placesOf);
        expect(new Set(places).size).toBe(places.length);
      }),
      { numRuns: 300 },
    );
  });

  const expectingNothing = anyNames.filter(({ expected }) => expected.length === 0);

  test('when the sides are swapped then added services are missing, and missing services are added', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, expectingNothing, (a, b, names) => {
        const [there, back] = [
          compare(evidenceIn(a), evidenceIn(b), names, ALL),
          compare(evidenceIn(b), evidenceIn(a), names, ALL),
        ];
        const missingIn = ({ gone, unseen }: Changes): string[] => placesOf([...gone, ...unseen]).sort();
        // The baseline may have counted some as remote.
        const foundIn = ({ added, remoteBefore }: Changes): string[] =>
          placesOf([...added, ...remoteBefore.flatMap(({ services }) => services)]).sort();
        expect(missingIn(back)).toEqual(foundIn(there));
        expect(missingIn(there)).toEqual(foundIn(back));
      }),
    );
  });

  test('when the probability for absence is higher then at least as much is gone', () => {
    const anyProbability = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(anyInventory, anyInventory, anyProbability, anyProbability, (a, b, p, q) => {
        const goneWith = (goneProbability: number): string[] =>
          placesOf(compare(evidenceIn(a), evidenceIn(b), NAMES, { ...ALL, goneProbability }).gone);
        const [few, many] = [goneWith(Math.min(p, q)), goneWith(Math.max(p, q))];
        expect(many).toEqual(expect.arrayContaining(few));
      }),
    );
  });

  test('when patterns suppress changes then the reported and the suppressed ones are together all changes', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, anyNames, anyOptions, (a, b, names, options) => {
        const [before, after] = [evidenceIn(a), evidenceIn(b)];
        const all = compare(before, after, names, { ...options, ignored: [] });
        const some = compare(before, after, names, options);
        expect(countOf(some) + some.suppressed).toBe(countOf(all) + all.suppressed);
        for (const list of ['added', 'gone', 'changed', 'newMachines', 'goneMachines', 'clients'] as const) {
          expect(all[list]).toEqual(expect.arrayContaining([...some[list]]));
        }
      }),
    );
  });

  test('when everything happens later then the same changes are reported, only later', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, anyNames, (a, b, names) => {
        const withoutTimes = (changes: Changes): unknown =>
          JSON.parse(JSON.stringify(changes), (key, value) => (/Seen$/.test(key) ? undefined : value));
        const changes = compare(evidenceIn(a), evidenceIn(b), names, ALL);
        const moved = compare(evidenceIn(later(a, 777)), evidenceIn(later(b, 777)), names, ALL);
        // The digests decide which of two scans at the very same time counts.
        fc.pre(
          new Set([...a.scans, ...b.scans].map(({ to }) => to)).size === a.scans.length + b.scans.length,
        );
        expect(withoutTimes(moved)).toEqual(withoutTimes(changes));
      }),
    );
  });
});

function keyOf(address: string): string {
  const { family, value } = addressOf(address);
  return `${family} ${String(value).padStart(40, '0')}`;
}

function hasHost(scans: readonly Scan[], address: string): boolean {
  return scans.some(({ hosts }) =>
    hosts.some(
      (host) => keyOf(address) === `${host.address.family} ${String(host.address.value).padStart(40, '0')}`,
    ),
  );
}

function countOf(changes: Changes): number {
  const { added, gone, changed, newMachines, goneMachines, clients } = changes;
  return [added, gone, changed, newMachines, goneMachines, clients].reduce(
    (sum, list) => sum + list.length,
    0,
  );
}

describe('if scans looked at everything', () => {
  const TARGETS = ['10.0.0.0/24', 'fd00::/64'];
  const anyPlaces = fc.uniqueArray(
    fc.tuple(fc.constantFrom(...OWN), fc.constantFrom('22/tcp', '80/tcp', '8889/tcp', '53/udp', '123/udp')),
    { selector: ([host, port]) => `${host} ${port}`, maxLength: 12 },
  );
  type Places = readonly (readonly [string, string])[];

  /** These machines are up even if none of their ports is open. */
  function scanned(places: Places, up: readonly string[], from: number): Scan {
    const hosts: Record<string, string[]> = Object.fromEntries(up.map((host) => [host, []]));
    for (const [host, port] of places) hosts[host] = [...(hosts[host] ?? []), port];
    return scanOf(hosts, { from, to: from + 1000, targets: TARGETS, tcp: '0-65535', udp: '0-65535' });
  }

  /** Some of the open TCP services have been used before. */
  function used(places: Places, isUsed: readonly boolean[]) {
    return inventoryOf(
      places
        .filter(([, port], at) => port.endsWith('/tcp') && isUsed[at % isUsed.length])
        .map(([host, port]) => [host, host, Number.parseInt(port, 10), 3, 10] as const),
    );
  }

  function evidence(
    places: Places,
    isUsed: readonly boolean[],
    up: readonly string[],
    from: number,
  ): Evidence {
    return collectEvidence({ ...used(places, isUsed), scans: [scanned(places, up, from)] });
  }

  const anyUse = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 });

  test('when the sides are swapped then added and gone are too, for services and machines', () => {
    fc.assert(
      fc.property(anyPlaces, anyPlaces, anyUse, anyUse, (a, b, usedA, usedB) => {
        const [before, after] = [evidence(a, usedA, [], 1000), evidence(b, usedB, [], 5000)];
        const [there, back] = [compare(before, after, NAMES, ALL), compare(after, before, NAMES, ALL)];
        expect(placesOf(back.gone)).toEqual(placesOf(there.added));
        expect(placesOf(back.added)).toEqual(placesOf(there.gone));
        expect(addressesOf(back.goneMachines)).toEqual(addressesOf(there.newMachines));
        expect(addressesOf(back.newMachines)).toEqual(addressesOf(there.goneMachines));
        expect([there.unseen, back.unseen]).toEqual([[], []]);
      }),
    );
  });

  test('when one service is closed then exactly that one is gone, with the state that the scan found', () => {
    fc.assert(
      fc.property(anyPlaces, anyUse, fc.nat(), (places, isUsed, which) => {
        fc.pre(places.length > 0);
        const at = which % places.length;
        const [host, port] = places[at] as Places[number];
        const rest = places.filter((_, other) => other !== at);
        const after = collectEvidence(inventoryOf([], { scans: [scanned(rest, OWN, 5000)] }));
        const { gone, ...others } = compare(evidence(places, isUsed, OWN, 1000), after, NAMES, ALL);
        expect(placesOf(gone)).toEqual([`${host} ${port}`]);
        expect(gone[0]?.absence).toEqual({ kind: 'not-open' });
        expect({ ...others, gone: [] }).toEqual(NO_CHANGES);
      }),
    );
  });

  test('when one machine is switched off then exactly that one is gone, with all its services', () => {
    fc.assert(
      fc.property(anyPlaces, anyUse, fc.constantFrom(...OWN), (places, isUsed, off) => {
        const rest = places.filter(([host]) => host !== off);
        const up = OWN.filter((host) => host !== off);
        const after = collectEvidence(inventoryOf([], { scans: [scanned(rest, up, 5000)] }));
        const { gone, goneMachines, ...others } = compare(
          evidence(places, isUsed, OWN, 1000),
          after,
          NAMES,
          ALL,
        );
        expect(placesOf(gone).sort()).toEqual(
          places.flatMap(([host, port]) => (host === off ? [`${host} ${port}`] : [])).sort(),
        );
        expect(goneMachines.map(({ address, absence }) => [address, absence])).toEqual([
          [off, { kind: 'down' }],
        ]);
        expect(new Set(gone.map(({ absence }) => absence.kind))).toEqual(
          new Set(gone.length > 0 ? ['down'] : []),
        );
        expect({ ...others, gone: [], goneMachines: [] }).toEqual(NO_CHANGES);
      }),
    );
  });

  test('when a machine is switched on then it is new, with all its services', () => {
    fc.assert(
      fc.property(anyInventory, anyPlaces, (x, places) => {
        const open = places.map(([, port]) => port);
        const ports = [...new Set(open)];
        const fresh = scanOf({ '10.0.0.99': ports }, { from: 10, to: 20 });
        const before = evidenceIn(x);
        const after = evidenceIn({ ...x, scans: [...x.scans, fresh] });
        const { added, newMachines, ...others } = compare(before, after, NAMES, ALL);
        expect(placesOf(added).sort()).toEqual(ports.map((port) => `10.0.0.99 ${port}`).sort());
        expect(newMachines).toEqual([
          { machine: '10.0.0.99', address: '10.0.0.99', firstSeen: 10, lastSeen: 20, known: 'active' },
        ]);
        expect({ ...others, added: [], newMachines: [] }).toEqual(NO_CHANGES);
      }),
    );
  });
});
