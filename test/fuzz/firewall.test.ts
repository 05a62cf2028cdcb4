// The evaluator of rule sets against the kernel: random rules are loaded by the real nft, and random connections are sent
// through them. `npm run fuzz` tries more of them than `npm test`.

import { describe, expect, test } from 'vitest';
import { agreement } from '../firewall/lab/agreement.js';
import { Dice } from '../firewall/lab/dice.js';
import { LAB_FAULT, LAB_NOTE } from '../firewall/lab/namespaces.js';
import { randomProbe, randomRules } from '../firewall/lab/random-rules.js';
import { TestRouter } from '../firewall/lab/test-router.js';

const RUNS = Math.ceil(Number(process.env['SYNSUM_FUZZ_RUNS'] ?? 1000) / 50);
const PROBES = 60;
const SEED = Number(process.env['SYNSUM_FUZZ_SEED'] ?? 1);

describe.skipIf(LAB_FAULT !== undefined)('random rule sets', () => {
  test(`when the evaluator decides, the kernel does the same${LAB_NOTE}`, async () => {
    const router = new TestRouter();
    let undecided = 0;
    try {
      for (let run = 0; run < RUNS; run++) {
        const dice = new Dice(SEED * 1_000_003 + run);
        const rules = randomRules(dice);
        const probes = Array.from({ length: PROBES }, (_, number) =>
          randomProbe(dice, run * PROBES + number),
        );
        const result = agreement(router, router.loadLines(rules), probes);
        expect({ seed: SEED, run, rules, ...result }).toMatchObject({ wrong: [] });
        undecided += result.undecided;
      }
    } finally {
      await router.close();
    }
    expect(undecided / (RUNS * PROBES)).toBeLessThan(0.25);
  });
});
