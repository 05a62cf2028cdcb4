// Asks the evaluator and the kernel about the same connections.

import { Firewall } from '../../../src/firewall/evaluate.js';
import { readRuleset } from '../../../src/firewall/read-ruleset.js';
import { parseAddress } from '../../../src/ip/address.js';
import type { Probe } from './probes.js';
import type { TestRouter } from './test-router.js';

export interface Agreement {
  /** Connections of which the kernel thinks otherwise, with the evaluator's reason. */
  readonly wrong: readonly string[];
  readonly undecided: number;
  readonly accepted: number;
}

/** @param ruleset the rules that are loaded, as nft lists them in JSON */
export function agreement(router: TestRouter, ruleset: string, probes: readonly Probe[]): Agreement {
  const firewall = new Firewall(readRuleset(ruleset), 'forward');
  const arrived = router.inject(probes);
  const wrong: string[] = [];
  let undecided = 0;
  let accepted = 0;
  for (const [at, probe] of probes.entries()) {
    const { source, destination, sourcePort, port, iif } = probe;
    const address = parseAddress(source);
    const decision = firewall.decide({
      family: address?.family === 6 ? 6 : 4,
      source: address,
      destination: parseAddress(destination),
      sourcePort,
      port,
      iif: `lan${iif}`,
      oif: outOf(destination),
    });
    const passes = arrived[at] !== undefined;
    if (passes) accepted += 1;
    if (decision.verdict === 'undecided') undecided += 1;
    else if ((decision.verdict === 'accept') !== passes) {
      wrong.push(JSON.stringify({ probe, decision, passes }));
    }
  }
  return { wrong, undecided, accepted };
}

function outOf(destination: string): string {
  return destination.startsWith('10.2.') || destination.startsWith('fd02:') ? 'wan0' : 'wan1';
}
