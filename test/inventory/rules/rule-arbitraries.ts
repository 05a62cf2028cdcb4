// Random uses of few addresses and ports, the rules that are made from them, and a reader of these rules.

import fc from 'fast-check';
import { collectEvidence } from '../../../src/inventory/evidence.js';
import { makeRules, type RuleOptions } from '../../../src/inventory/rules/make-rules.js';
import type { RuleModel } from '../../../src/inventory/rules/model.js';
import { type Address, type AddressRange, parseAddress } from '../../../src/ip/address.js';
import { type Connection, inventoryOf, NO_NAMES } from '../fixtures.js';

export const ADDRESSES: readonly string[] = [
  ...Array.from({ length: 9 }, (_, at) => `10.0.0.${at}`),
  ...Array.from({ length: 4 }, (_, at) => `203.0.113.${at}`),
  ...Array.from({ length: 4 }, (_, at) => `fd00::${at + 1}`),
  ...Array.from({ length: 3 }, (_, at) => `2001:db8::${at + 1}`),
];
export const PORTS: readonly number[] = [21, 22, 79, 80, 81, 443, 65_535];

export const connections: fc.Arbitrary<Connection[]> = fc
  .array(fc.tuple(fc.constantFrom(...ADDRESSES), fc.constantFrom(...ADDRESSES), fc.constantFrom(...PORTS)), {
    minLength: 1,
    maxLength: 60,
  })
  .map((triples) =>
    triples.filter(([client, server]) => client !== server && client.includes(':') === server.includes(':')),
  );

/** Rules for uses whose evidence is not known, all of them allowed by default. */
export function rulesOf(seen: readonly Connection[], options: Partial<RuleOptions> = {}): RuleModel {
  return makeRules(collectEvidence(inventoryOf(seen)), NO_NAMES, { accept: 'all', ...options });
}

export function keyOf([client, server, port]: Connection): string {
  return `${client} ${server} ${port}`;
}

/** Whether the rules let a new connection through. */
export function allows({ rules, local }: RuleModel, client: string, server: string, port: number): boolean {
  const [from, to] = [parseAddress(client) as Address, parseAddress(server) as Address];
  const [isLocalClient, isLocalServer] = [isIn(local, from), isIn(local, to)];
  if (!isLocalClient && !isLocalServer) return false;
  const direction = isLocalClient ? (isLocalServer ? 'local' : 'outbound') : 'remote';
  return rules.some(
    (rule) =>
      rule.direction === direction &&
      rule.family === from.family &&
      (rule.clients === undefined || isIn(rule.clients, from)) &&
      (rule.servers === undefined || isIn(rule.servers, to)) &&
      rule.ports.some(({ first, last }) => first <= port && port <= last),
  );
}

function isIn(ranges: readonly AddressRange[], { family, value }: Address): boolean {
  return ranges.some((range) => range.family === family && range.first <= value && value <= range.last);
}
