// Changes piece by piece: those in the latest piece, and services that are gone though an earlier piece had
// them.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_CHANGES } from '../../../src/inventory/changes/changes.js';
import { compare } from '../../../src/inventory/changes/compare.js';
import { compareIncrementally } from '../../../src/inventory/changes/incremental.js';
import { collectEvidence, type Evidence } from '../../../src/inventory/evidence.js';
import { anyInventory, anyNames, anyOptions, evidenceIn } from '../arbitraries.js';
import { type Connection, captureOf, inventoryOf, NO_NAMES } from '../fixtures.js';

const OPTIONS = { goneProbability: 0.05, clients: false, ignored: [] };
const HOUR = 3_600_000_000;
const CLIENT = '10.0.0.100';
const SSH = '10.0.0.1 tcp 22';

/** Captures of one hour each: services of 10.0.0.1, and how often each was used in each hour. */
function hours(services: Readonly<Record<number, number>>, from: number, to: number = from): Evidence {
  const connections: Connection[] = [];
  const captures = [];
  for (let hour = from; hour <= to; hour++) {
    for (const [port, count] of Object.entries(services)) {
      connections.push([CLIENT, '10.0.0.1', Number(port), count, hour * HOUR]);
    }
    captures.push(captureOf(hour * HOUR, (hour + 1) * HOUR));
  }
  return collectEvidence(inventoryOf(connections, { captures }));
}

const BEFORE = hours({ 22: 10, 80: 10 }, 0, 9);
const BOTH = { 22: 10, 80: 10 };

describe('one piece', () => {
  test('when it is the only one then the changes are those between it and the baseline', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, anyNames, anyOptions, (a, b, names, options) => {
        const [before, piece] = [evidenceIn(a), evidenceIn(b)];
        const changes = compare(before, piece, names, options);
        const { news, all } = compareIncrementally(
          before,
          { fresh: piece, all: piece, gone: [] },
          names,
          options,
        );
        expect({ news, all }).toEqual({ news: changes, all: changes });
      }),
      { numRuns: 300 },
    );
  });

  test('when there is none then there are no changes', () => {
    const nothing = { fresh: undefined, all: undefined, gone: [SSH] };
    expect(compareIncrementally(BEFORE, nothing, NO_NAMES, OPTIONS)).toEqual({
      news: NO_CHANGES,
      all: NO_CHANGES,
      gone: [],
    });
    const pending = { ...nothing, all: hours({ 8080: 1 }, 10) };
    const { news, all } = compareIncrementally(BEFORE, pending, NO_NAMES, OPTIONS);
    expect(news).toEqual(NO_CHANGES);
    expect(all.added.map(({ port }) => port)).toEqual([8080]);
  });
});

describe('a service that is gone', () => {
  test('when the latest piece shows it then it is remembered until it is seen again', () => {
    // ssh is used in the first of four hours, silent in two, and used again.
    const fresh = [BOTH, { 80: 10 }, { 80: 10 }, BOTH].map((services, at) => hours(services, 10 + at));
    const steps = [hours(BOTH, 10), hours(BOTH, 10, 11), hours(BOTH, 10, 12), hours(BOTH, 10, 13)];
    const remembered: (readonly string[])[] = [];
    let gone: readonly string[] = [];
    for (const [at, all] of steps.entries()) {
      const outstanding = compareIncrementally(BEFORE, { fresh: fresh[at], all, gone }, NO_NAMES, OPTIONS);
      expect(outstanding.news.gone).toEqual(outstanding.all.gone);
      ({ gone } = outstanding);
      remembered.push(gone);
    }
    expect(remembered).toEqual([[], [SSH], [SSH], []]);
  });

  test('when no single piece shows it then all of them together may', () => {
    const before = hours({ 22: 1, 80: 10 }, 0, 9);
    const piece = (hour: number): Evidence => hours({ 80: 10 }, hour);
    const early = compareIncrementally(
      before,
      { fresh: piece(11), all: hours({ 80: 10 }, 10, 11), gone: [] },
      NO_NAMES,
      OPTIONS,
    );
    expect(early.news.gone).toEqual([]);
    expect(early.news.unseen.map(({ port }) => port)).toEqual([22]);
    const late = compareIncrementally(
      before,
      { fresh: piece(12), all: hours({ 80: 10 }, 10, 12), gone: [] },
      NO_NAMES,
      OPTIONS,
    );
    expect(late.news.gone.map(({ port }) => port)).toEqual([22]);
  });

  test('when its machine is gone too then the machine and all its services are remembered', () => {
    const other = (hour: number): Evidence =>
      collectEvidence(
        inventoryOf([['10.0.0.2', '10.0.0.3', 443, 5, hour * HOUR]], {
          captures: [captureOf(hour * HOUR, (hour + 1) * HOUR)],
        }),
      );
    const { all, gone } = compareIncrementally(
      BEFORE,
      { fresh: other(11), all: hours(BOTH, 10, 11), gone: [] },
      NO_NAMES,
      OPTIONS,
    );
    expect(gone).toEqual(['10.0.0.1', CLIENT, SSH, '10.0.0.1 tcp 80']);
    expect(all.goneMachines.map(({ address }) => address)).toEqual(['10.0.0.1', CLIENT]);
    // The machine comes back with another service; the services that it had are still gone.
    const back = compareIncrementally(
      BEFORE,
      { fresh: hours({ 443: 1 }, 12), all: hours(BOTH, 10, 12), gone },
      NO_NAMES,
      OPTIONS,
    );
    expect(back.gone).toEqual([SSH, '10.0.0.1 tcp 80']);
  });

  test('when the baseline no longer has it then it is forgotten', () => {
    const pieces = { fresh: undefined, all: hours({ 80: 10 }, 10), gone: [SSH, '10.0.0.9'] };
    expect(compareIncrementally(hours({ 80: 10 }, 0, 9), pieces, NO_NAMES, OPTIONS).gone).toEqual([]);
  });
});
