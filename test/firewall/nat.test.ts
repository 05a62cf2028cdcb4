import { describe, expect, test } from 'vitest';
import { Firewall } from '../../src/firewall/evaluate.js';
import { readRuleset } from '../../src/firewall/read-ruleset.js';
import { parseAddress } from '../../src/ip/address.js';
import { listed, match } from './rulesets/build.js';

const DPORT = { payload: { protocol: 'tcp', field: 'dport' } };
const WEB = match('tcp dport', 80);

/** Which of these addresses and ports the rules after NAT may see, and `+` if that is not certain. */
function seen(
  rules: readonly (readonly unknown[])[],
  to: string,
  port: number,
  more: object[] = [],
): string[] {
  const destination = parseAddress(to);
  const family = destination?.family ?? 4;
  const nat = { name: 'nat', hook: 'prerouting', type: 'nat', prio: -100, rules } as const;
  const verdicts = (field: string, value: unknown): string[] => {
    const forward = {
      name: 'f',
      hook: 'forward',
      policy: 'drop',
      rules: [[match(field, value), { accept: null }]],
    };
    const chains = [nat, forward] as Parameters<typeof listed>[0];
    const { verdict } = new Firewall(readRuleset(listed(chains, more)), 'forward').decide({
      family,
      destination,
      port,
    });
    return verdict === 'refuse' ? [] : [`${value}${verdict === 'accept' ? '' : '+'}`];
  };
  const addresses = family === 4 ? ['10.0.0.5', '10.0.0.9', '10.0.0.8'] : ['fd00::5', 'fd00::9'];
  return [
    ...addresses.flatMap((address) => verdicts(family === 4 ? 'ip daddr' : 'ip6 daddr', address)),
    ...[80, 443, 8080].flatMap((number) => verdicts('tcp dport', number)),
  ];
}

function mapOf(key: object, data: unknown): object {
  return { map: { key, data: Array.isArray(data) ? { set: data } : data } };
}

describe('NAT', () => {
  test('when a map has ports, the rules see the new port', () => {
    const pairs = mapOf(DPORT, [
      [8080, { concat: ['10.0.0.9', 80] }],
      [{ range: [440, 450] }, { concat: ['10.0.0.8', 443] }],
    ]);
    const rules = [[{ dnat: { family: 'ip', addr: pairs } }]];
    expect(seen(rules, '10.0.0.5', 8080)).toEqual(['10.0.0.9', '80']);
    expect(seen(rules, '10.0.0.5', 443)).toEqual(['10.0.0.8', '443']);
    // No element: the rule does not match.
    expect(seen(rules, '10.0.0.5', 80)).toEqual(['10.0.0.5', '80']);
  });

  test('when a map has no ports, the port remains or is that of the rule', () => {
    const data = [
      [8080, '10.0.0.9'],
      [80, { range: ['10.0.0.8', '10.0.0.9'] }],
    ];
    const rules = (more: object): unknown[][] => [[{ dnat: { addr: mapOf(DPORT, data), ...more } }]];
    expect(seen(rules({ family: 'ip' }), '10.0.0.5', 8080)).toEqual(['10.0.0.9', '8080']);
    expect(seen(rules({ family: 'ip', port: 443 }), '10.0.0.5', 8080)).toEqual(['10.0.0.9', '443']);
    expect(seen(rules({ family: 'ip', port: 443 }), '10.0.0.5', 80)).toEqual([
      '10.0.0.5+',
      '10.0.0.9+',
      '10.0.0.8+',
      '443',
    ]);
  });

  test('when a map has a name, its elements are found', () => {
    const map = {
      map: { family: 'inet', table: 't', name: 'm', elem: [[8080, { concat: ['10.0.0.9', 80] }]] },
    };
    const rules = [[{ dnat: { family: 'ip', addr: mapOf(DPORT, '@m') } }]];
    expect(seen(rules, '10.0.0.5', 8080, [map])).toEqual(['10.0.0.9', '80']);
    expect(seen(rules, '10.0.0.5', 443, [map])).toEqual(['10.0.0.5', '443']);
  });

  test('when only the port comes from a map, the address remains', () => {
    const rules = [[{ dnat: { port: mapOf(DPORT, [[80, 8080]]) } }]];
    expect(seen(rules, '10.0.0.5', 80)).toEqual(['10.0.0.5', '8080']);
    expect(seen(rules, '10.0.0.5', 443)).toEqual(['10.0.0.5', '443']);
  });

  test('when the element of a map is not known, neither the address nor the port is', () => {
    const mark = { meta: { key: 'mark' } };
    const rules = [[{ dnat: { family: 'ip', addr: mapOf(mark, [[1, { concat: ['10.0.0.9', 80] }]]) } }]];
    const all = ['10.0.0.5', '10.0.0.9', '10.0.0.8', '80', '443', '8080'];
    expect(seen(rules, '10.0.0.5', 8080)).toEqual(all.map((value) => `${value}+`));
  });

  test('when NAT is of another family, the next rule is reached', () => {
    const rules = [
      [WEB, { dnat: { family: 'ip', addr: '10.0.0.9' } }],
      [WEB, { dnat: { family: 'ip6', addr: 'fd00::9' } }],
    ];
    expect(seen(rules, 'fd00::5', 80)).toEqual(['fd00::9', '80']);
    expect(seen(rules, '10.0.0.5', 80)).toEqual(['10.0.0.9', '80']);
    const unnamed = [[{ dnat: { addr: '10.0.0.9' } }], [{ dnat: { addr: 'fd00::9' } }]];
    expect(seen(unnamed, 'fd00::5', 80)).toEqual(['fd00::9', '80']);
  });
});
