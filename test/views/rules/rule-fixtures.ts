// Rules with names that try to break out of comments, and rules that are many.

import { collectEvidence } from '../../../src/inventory/evidence.js';
import { makeRules } from '../../../src/inventory/rules/make-rules.js';
import type { RuleModel } from '../../../src/inventory/rules/model.js';
import { type AddressRange, parseRange } from '../../../src/ip/address.js';
import { Names } from '../../../src/names/names.js';
import type { RuleSetOptions } from '../../../src/views/rules/rule-set.js';
import { type Connection, inventoryOf } from '../../inventory/fixtures.js';

export const OPTIONS: RuleSetOptions = { mode: 'refuse', chains: ['forward'], comments: 'names' };

export async function textOf(chunks: Promise<Iterable<string>>): Promise<string> {
  return [...(await chunks)].join('');
}

const ATTACKS: readonly string[] = [
  '"',
  '"; }\nflush ruleset\n#',
  '" accept; drop; "',
  '\\" counter accept comment "',
  '\n-A FORWARD -j ACCEPT\n',
  '\r\nCOMMIT\r\n*filter\r\n-F\r\n',
  '" -j DROP --comment "',
  '$(reboot)`reboot`',
  '}\n}\n}\ntable inet filter { chain input { policy drop; } }',
  '"\n  action:: accept\n}\nterm x {\n  comment:: "',
  ' # comment',
  '\u2028\u202e\u0000\u001b[2J',
  'x'.repeat(300),
  '-',
  '!',
  '\\',
  "'",
  '*/ then accept; /*',
  'ä€😀',
  '%s%n',
];

/** This number of rules, each for a client, a server and a service that have hostile names. */
export function hostileRules(count: number): RuleModel {
  const hosts = Array.from({ length: count * 2 }, (_, at) => ({
    name: `${at}${ATTACKS[at % ATTACKS.length]}${at}${ATTACKS[(at * 7 + 3) % ATTACKS.length]}`,
    ranges: [parseRange(`10.${at >> 8}.${at & 255}.1`) as AddressRange],
    services: [],
  }));
  const names = new Names(
    { local: undefined, hosts, services: [], expected: [] },
    (port) => ATTACKS[port % ATTACKS.length],
  );
  const seen = Array.from({ length: count }, (_, at): Connection => {
    const [client, server] = [at * 2, at * 2 + 1].map((host) => `10.${host >> 8}.${host & 255}.1`);
    return [client as string, server as string, 1000 + at];
  });
  return makeRules(collectEvidence(inventoryOf(seen)), names, { accept: 'all' });
}

/** Uses that cannot be grouped: each client uses other ports of each server. */
export function manyUses(count: number): Connection[] {
  return Array.from({ length: count }, (_, at): Connection => {
    const client = `10.1.${(at * 7) % 250}.${(at * 13) % 251}`;
    return [client, `10.2.${at % 16}.${(at >> 4) % 250}`, 1 + ((at * 31) % 60_000)];
  });
}
