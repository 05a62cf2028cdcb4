// Hostile rule sets: whatever stands in their JSON, reading ends, with an answer or with a RulesetError. `npm run fuzz` tries
// more of them than `npm test`.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Firewall } from '../../src/firewall/evaluate.js';
import { RulesetError } from '../../src/firewall/json.js';
import { readRuleset } from '../../src/firewall/read-ruleset.js';
import { parseAddress } from '../../src/ip/address.js';
import { recorded } from '../firewall/rulesets/rulesets.js';

const RUNS = Number(process.env['SYNSUM_FUZZ_RUNS'] ?? 1000);

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const RULESETS = ['office', 'lan', 'iptables-nft'].map((name) => JSON.parse(recorded(name)) as Json);

/** All values in a document that can be replaced: the object or list that each is in, and its name there. */
function placesIn(
  value: Json,
  places: [Record<string, Json>, string][] = [],
): [Record<string, Json>, string][] {
  if (typeof value !== 'object' || value === null) return places;
  const holder = value as Record<string, Json>;
  for (const name of Object.keys(holder)) {
    places.push([holder, name]);
    placesIn(holder[name] as Json, places);
  }
  return places;
}

/** Values that mean something elsewhere, and those that mean nothing anywhere. */
const STRANGE: readonly Json[] = [
  null,
  -1,
  1e308,
  0.5,
  '',
  '@visitors',
  '*',
  '10.0.0.0/8',
  '::1',
  '__proto__',
  'x'.repeat(1000),
  [],
  {},
  { set: [] },
  { set: ['*', ['*', { accept: null }], [1, 2, 3], null] },
  { range: [5, 1] },
  { range: ['10.0.0.9', 5] },
  { prefix: { addr: '10.0.0.0', len: 99 } },
  { prefix: null },
  { concat: [] },
  { concat: [{ concat: ['a'] }, 5] },
  { '&': [] },
  { '|': ['syn', {}] },
  { elem: { val: { elem: { val: 1 } } } },
  { jump: { target: 'web' } },
  { goto: { target: 'forward' } },
  { jump: null },
  { vmap: { key: null, data: { set: [[5, null]] } } },
  { dnat: { addr: { map: {} }, port: { range: [1, 2] } } },
  { mangle: { key: { payload: {} } } },
];

describe('hostile rule sets', () => {
  test('when values are replaced, reading ends, and so does the decision', () => {
    const replacements = fc.array(
      fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(...STRANGE), fc.jsonValue() as fc.Arbitrary<Json>)),
      { minLength: 1, maxLength: 4 },
    );
    let read = 0;
    fc.assert(
      fc.property(fc.constantFrom(...RULESETS), replacements, (ruleset, changes) => {
        const copy = structuredClone(ruleset);
        for (const [at, value] of changes) {
          const places = placesIn(copy);
          const [holder, name] = places[at % places.length] ?? [];
          if (holder !== undefined && name !== undefined) holder[name] = structuredClone(value);
        }
        try {
          const parsed = readRuleset(JSON.stringify(copy));
          read += 1;
          for (const direction of ['forward', 'input'] as const) {
            const firewall = new Firewall(parsed, direction);
            for (const family of [4, 6] as const) {
              firewall.decide({ family });
              const ends = family === 4 ? ['10.1.0.1', '10.2.0.1'] : ['fd01::1', 'fd02::1'];
              const [source, destination] = ends.map(parseAddress);
              const { verdict } = firewall.decide({ family, source, destination, sourcePort: 5, port: 443 });
              expect(['accept', 'refuse', 'undecided']).toContain(verdict);
            }
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RulesetError);
        }
      }),
      { numRuns: RUNS },
    );
    expect(read).toBeGreaterThan(RUNS / 4);
  });
});
