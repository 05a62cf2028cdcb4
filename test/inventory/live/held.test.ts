// The last record of a silent stream: it is shown as if it were counted, and counts once.

import { describe, expect, test } from 'vitest';
import { TallyWithHeld } from '../../../src/inventory/live/held.js';
import { Sampler } from '../../../src/inventory/live/sampler.js';
import type { TallyRow } from '../../../src/tally/rows.js';
import { Tally } from '../../../src/tally/tally.js';
import { EVERYTHING } from '../../helpers/scope.js';

const heldOf = (client: number, server: number, port: number, time: number): TallyRow => ({
  family: 4,
  client: Uint32Array.of(client),
  server: Uint32Array.of(server),
  port,
  count: 1,
  first: time,
  last: time,
});

function make() {
  const tally = new Tally({ scope: EVERYTHING });
  const withHeld = new TallyWithHeld(tally);
  const sampler = new Sampler(withHeld, 0);
  let now = 0;
  const sample = (held?: TallyRow): [counts: number[], ports: number[]] => {
    withHeld.hold(held);
    now += 1000;
    sampler.sample(now, (tally.readPacketsByClass()[0] ?? 0) + (held === undefined ? 0 : 1));
    const { services, ports } = sampler.tables;
    return [[...services.counts.subarray(0, services.size)], ports];
  };
  return { tally, sampler, sample };
}

describe('a held SYN-ACK', () => {
  test('when it is of a known row, then it counts at once, and not again when the tally counts it', () => {
    const { tally, sampler, sample } = make();
    for (let at = 0; at < 5; at++) tally.add4(1, 2, 80, at);
    const held = heldOf(1, 2, 80, 9);
    expect(sample(held)).toEqual([[6], [80]]);
    expect(sample(held)).toEqual([[6], [80]]);
    expect([sampler.synAcks, sampler.tables.services.lasts[0]]).toEqual([6, 9]);
    tally.add4(1, 2, 80, 9);
    tally.add4(1, 3, 22, 10);
    expect(sample()).toEqual([
      [6, 1],
      [80, 22],
    ]);
    expect(sampler.synAcks).toBe(7);
  });

  test('when it is of a new service, then that is shown, and keeps its place', () => {
    const { tally, sampler, sample } = make();
    tally.add4(1, 2, 80, 1);
    sample();
    expect(sample(heldOf(1, 2, 22, 5))).toEqual([
      [1, 1],
      [80, 22],
    ]);
    const { since } = sampler.tables.services;
    tally.add4(1, 2, 22, 5);
    tally.add4(1, 2, 22, 6);
    expect(sample(heldOf(4, 2, 443, 7))).toEqual([
      [1, 2, 1],
      [80, 22, 443],
    ]);
    expect(sampler.tables.services.since[1]).toBe(since[1]);
  });

  test('when it is the first of all, then it is shown', () => {
    const { sample } = make();
    expect(sample(heldOf(1, 2, 22, 5))).toEqual([[1], [22]]);
  });

  test('when the record turns out to be damaged, then what was shown is taken back', () => {
    const { tally, sample } = make();
    tally.add4(1, 2, 80, 1);
    expect(sample(heldOf(7, 8, 9, 5))).toEqual([
      [1, 1],
      [80, 9],
    ]);
    tally.add4(1, 2, 443, 6);
    expect(sample()).toEqual([
      [1, 1],
      [80, 443],
    ]);
    expect(sample(heldOf(1, 2, 80, 7))).toEqual([
      [2, 1],
      [80, 443],
    ]);
    tally.add4(1, 2, 443, 8);
    expect(sample()).toEqual([
      [1, 2],
      [80, 443],
    ]);
  });
});
