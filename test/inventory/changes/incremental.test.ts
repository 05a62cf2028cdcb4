// Changes piece by piece: which of them the latest piece shows, and that each one is described from all pieces since the
// baseline.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Changes, NO_CHANGES } from '../../../src/inventory/changes/changes.js';
import { compare } from '../../../src/inventory/changes/compare.js';
import { compareIncrementally } from '../../../src/inventory/changes/incremental.js';
import { collectEvidence, type Evidence } from '../../../src/inventory/evidence.js';
import { anyInventory, anyNames, anyOptions, DAY, evidenceIn, later } from '../arbitraries.js';
import { type Connection, captureOf, inventoryOf, NO_NAMES } from '../fixtures.js';

const OPTIONS = { goneProbability: 0.05, clients: false, ignored: [], timeline: [] };
const HOUR = 3_600_000_000;
const CLIENT = '10.0.0.100';
const SERVER = '10.0.0.1';

/** How often each port of a machine was used in an hour. */
type Hour = Readonly<Record<number, number>>;

/** Captures of an hour each, of services that are used evenly. */
function hours(services: readonly Hour[], from: number, server: string = SERVER): Evidence {
  const connections = services.flatMap((hour, at): Connection[] =>
    Object.entries(hour).flatMap(([port, count]) =>
      Array.from({ length: count }, (_, number): Connection => {
        const time = (from + at) * HOUR + Math.floor((number * HOUR) / count);
        return [CLIENT, server, Number(port), 1, time];
      }),
    ),
  );
  const captures = services.map((_, at) => captureOf((from + at) * HOUR, (from + at + 1) * HOUR));
  return collectEvidence(inventoryOf(connections, { captures, hours: true }));
}

function repeat(hour: Hour, times: number): Hour[] {
  return new Array<Hour>(times).fill(hour);
}

const BOTH: Hour = { 22: 10, 80: 10 };
const BEFORE = hours(repeat(BOTH, 10), 0);

/** Adds an hour to the captures since the baseline, one after the other. */
function changesByHour(
  before: Evidence,
  services: readonly Hour[],
  from: number = 10,
  timeline: readonly number[] = [],
): { readonly news: Changes; readonly all: Changes }[] {
  return services.map((hour, at) =>
    compareIncrementally(
      before,
      { fresh: hours([hour], from + at), all: hours(services.slice(0, at + 1), from) },
      NO_NAMES,
      { ...OPTIONS, timeline },
    ),
  );
}

function portsOf(changes: readonly { readonly port: number }[]): number[] {
  return changes.map(({ port }) => port);
}

function missingIn({ gone, unseen }: Changes): string[] {
  return [...gone, ...unseen].map(({ address, port, protocol }) => `${address} ${port}/${protocol}`);
}

describe('one piece', () => {
  test('when it is the only one then the changes are those between it and the baseline, except for silences', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, anyNames, anyOptions, (a, b, names, options) => {
        const [before, piece] = [evidenceIn(a), evidenceIn(later(b, 10 * DAY))];
        const changes = compare(before, piece, names, options);
        const pieces = { fresh: piece, all: piece };
        const { news, all } = compareIncrementally(before, pieces, names, { ...options, timeline: [] });
        expect(news).toEqual(all);
        const { added, changed, newMachines } = changes;
        expect(all).toMatchObject({ added, changed, newMachines });
        expect(missingIn(all)).toEqual(expect.arrayContaining(missingIn(changes)));
      }),
      { numRuns: 300 },
    );
  });

  test('when there is none then there are no changes', () => {
    const nothing = { fresh: undefined, all: undefined };
    const none = { news: NO_CHANGES, all: NO_CHANGES };
    expect(compareIncrementally(BEFORE, nothing, NO_NAMES, OPTIONS)).toEqual(none);
    const pending = { fresh: undefined, all: hours([{ ...BOTH, 8080: 1 }], 10) };
    const { news, all } = compareIncrementally(BEFORE, pending, NO_NAMES, OPTIONS);
    expect(news).toEqual(NO_CHANGES);
    expect(portsOf(all.added)).toEqual([8080]);
  });
});

describe('a new service', () => {
  test('when the latest piece shows it then it is reported as it was seen in all of them', () => {
    const added = changesByHour(BEFORE, [BOTH, { ...BOTH, 8080: 2 }, BOTH, { ...BOTH, 8080: 3 }]).map(
      ({ news }) => news.added,
    );
    expect(added.map((services) => services.length)).toEqual([0, 1, 0, 1]);
    expect(added[1]).toMatchObject([{ port: 8080, connections: 2, firstSeen: 11 * HOUR }]);
    expect(added[3]).toMatchObject([
      { port: 8080, connections: 5, firstSeen: 11 * HOUR, lastSeen: 13 * HOUR + 2 * (HOUR / 3) },
    ]);
  });

  test('when its machine is new then it is reported in the same way', () => {
    const fresh = (hour: number): Evidence => hours([{ 25: 1 }], hour, '10.0.0.2');
    const all = hours([{ 25: 1 }, { 25: 1 }], 11, '10.0.0.2');
    const { news } = compareIncrementally(BEFORE, { fresh: fresh(12), all }, NO_NAMES, OPTIONS);
    expect(news.newMachines).toMatchObject([{ address: '10.0.0.2', firstSeen: 11 * HOUR }]);
    const without = compareIncrementally(BEFORE, { fresh: hours([BOTH], 13), all }, NO_NAMES, OPTIONS);
    expect([without.news.newMachines.length, without.all.newMachines.length]).toEqual([0, 1]);
  });
});

describe('a service that is gone', () => {
  test('when it was seen since the baseline then its silence counts from then on, until it is seen again', () => {
    // ssh is used in the first of four hours, silent in two, and used again.
    const gone = changesByHour(BEFORE, [BOTH, { 80: 10 }, { 80: 10 }, BOTH]).map(({ news, all }) => {
      expect(news.gone).toEqual(all.gone);
      return news.gone;
    });
    const lastSeen = 10 * HOUR + 9 * (HOUR / 10);
    expect(gone).toMatchObject([
      [],
      [{ port: 22, lastSeen, absence: { kind: 'silent', seen: 10, observed: HOUR, expected: 10 } }],
      [{ port: 22, lastSeen, absence: { kind: 'silent', seen: 10, observed: 2 * HOUR, expected: 20 } }],
      [],
    ]);
  });

  test('when no single piece shows it then all of them together may', () => {
    const before = hours(repeat({ 22: 1, 80: 10 }, 10), 0);
    const steps = changesByHour(before, repeat({ 80: 10 }, 3));
    expect(steps.map(({ news }) => portsOf(news.gone))).toEqual([[], [], [22]]);
    expect(steps.map(({ news }) => portsOf(news.unseen))).toEqual([[22], [22], []]);
    expect(steps[2]?.news.gone).toMatchObject([{ absence: { seen: 0, expected: 3, observed: 3 * HOUR } }]);
  });

  test('when its machine is gone too then the machine and all its services are reported', () => {
    const other = (hour: number): Evidence => hours([{ 443: 5 }], hour, '10.0.0.2');
    const pieces = { fresh: other(11), all: mergedOf([[BOTH], 10, SERVER], [[{ 443: 5 }], 11, '10.0.0.2']) };
    const { all } = compareIncrementally(BEFORE, pieces, NO_NAMES, OPTIONS);
    expect(portsOf(all.gone)).toEqual([22, 80]);
    expect(all.goneMachines).toMatchObject([{ address: SERVER, absence: { seen: 20 } }]);
    // It comes back with another service; those that it had are still gone.
    const back = {
      fresh: hours([{ 25: 1 }], 12),
      all: mergedOf([[BOTH], 10, SERVER], [[{ 443: 5 }], 11, '10.0.0.2'], [[{ 25: 1 }], 12, SERVER]),
    };
    const { all: after } = compareIncrementally(BEFORE, back, NO_NAMES, OPTIONS);
    expect([portsOf(after.gone), after.goneMachines]).toEqual([[22, 80], []]);
  });

  test('when a new baseline was written while it was silent then its silence continues', () => {
    // Used in one hour of six: after two days it takes 14 hours of silence, whenever the baseline is written.
    const day = Array.from({ length: 24 }, (_, hour): Hour => (hour % 6 === 0 ? BOTH : { 80: 10 }));
    const silent = repeat({ 80: 10 }, 40);
    const goneAfter = (acceptedAfter: number, timeline: readonly number[]): number => {
      const before = hours([...day, ...day, ...silent.slice(0, acceptedAfter)], 0);
      const steps = changesByHour(before, silent.slice(acceptedAfter), 48 + acceptedAfter, timeline);
      const hour = steps.findIndex(({ all }) => portsOf(all.gone).includes(22)) + 1;
      return hour === 0 ? Number.POSITIVE_INFINITY : acceptedAfter + hour;
    };
    expect(goneAfter(0, [])).toBe(14);
    expect(goneAfter(3, [48 * HOUR])).toBe(14);
    expect(goneAfter(5, [20 * HOUR, 48 * HOUR, 52 * HOUR])).toBe(14);
    // Without that its silence in the baseline is usual.
    expect(goneAfter(5, [])).toBeGreaterThan(14);
  });
});

function mergedOf(...parts: readonly (readonly [readonly Hour[], number, string])[]): Evidence {
  const connections = parts.flatMap(([services, from, server]) =>
    services.flatMap((hour, at): Connection[] =>
      Object.entries(hour).map(([port, count]) => [CLIENT, server, Number(port), count, (from + at) * HOUR]),
    ),
  );
  const captures = parts.map(([services, from]) => captureOf(from * HOUR, (from + services.length) * HOUR));
  return collectEvidence(inventoryOf(connections, { captures, hours: true }));
}
