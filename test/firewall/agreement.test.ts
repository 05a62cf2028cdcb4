// The evaluator and the kernel, asked about the same connections.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agreement } from './lab/agreement.js';
import { LAB_FAULT, LAB_NOTE } from './lab/namespaces.js';
import { Dice, randomProbe } from './lab/random-rules.js';
import { TestRouter } from './lab/test-router.js';
import { comparable, recorded, written } from './rulesets/rulesets.js';

describe.skipIf(LAB_FAULT !== undefined)('the kernel and the evaluator', () => {
  let router: TestRouter;
  beforeAll(() => {
    router = new TestRouter();
  });
  afterAll(() => router.close());

  test(`when a hand-written rule set is listed again, it is as recorded${LAB_NOTE}`, () => {
    expect(comparable(router.load(written('office.nft')))).toEqual(comparable(recorded('office')));
  });

  test(`when 1500 connections meet a hand-written rule set, both decide alike${LAB_NOTE}`, () => {
    const dice = new Dice(2026);
    const probes = Array.from({ length: 1500 }, (_, number) => randomProbe(dice, number));
    const { wrong, undecided, accepted } = agreement(router, router.load(written('office.nft')), probes);
    expect(wrong).toEqual([]);
    expect(undecided).toBe(0);
    // Otherwise the rules would show nothing.
    expect(accepted).toBeGreaterThan(300);
    expect(accepted).toBeLessThan(1200);
  });

  test(`when 1000 connections meet a set of triples, both decide alike${LAB_NOTE}`, () => {
    const dice = new Dice(11);
    const seen = Array.from({ length: 60 }, (_, number) => randomProbe(dice, number));
    const triples = (family: 4 | 6): string[] => [
      ...new Set(
        seen
          .filter(({ source }) => source.includes(':') === (family === 6))
          .map(({ source, destination, port }) => `${source} . ${destination} . ${port}`),
      ),
    ];
    const set = (family: 4 | 6): string =>
      `set flows${family} {\ntype ipv${family}_addr . ipv${family}_addr . inet_service\nelements = { ${triples(family).join(', ')} }\n}`;
    const rules = `table inet made {
      ${set(4)}
      ${set(6)}
      chain forward {
        type filter hook forward priority filter; policy accept;
        ct state established,related accept
        tcp flags & (fin|syn|rst|ack) != syn accept
        ip saddr . ip daddr . tcp dport @flows4 accept
        ip6 saddr . ip6 daddr . tcp dport @flows6 accept
        meta l4proto tcp reject with tcp reset
      }
    }`;
    const probes = Array.from({ length: 1000 }, (_, number) => randomProbe(dice, number));
    const { wrong, undecided, accepted } = agreement(router, router.load(rules), probes);
    expect({ wrong, undecided }).toEqual({ wrong: [], undecided: 0 });
    expect(accepted).toBe(
      probes.filter(({ source, destination, port }) =>
        triples(source.includes(':') ? 6 : 4).includes(`${source} . ${destination} . ${port}`),
      ).length,
    );
  });
});
