import { describe, expect, test } from 'vitest';
import { Firewall } from '../../src/firewall/evaluate.js';
import { readRuleset } from '../../src/firewall/read-ruleset.js';
import { listed } from './rulesets/build.js';

function payload(protocol: string, field: string): object {
  return { payload: { protocol, field } };
}

function mangle(key: object, value: unknown): object {
  return { mangle: { key, value } };
}

const MARK = { meta: { key: 'mark' } };
const BY_SOURCE = { map: { key: payload('ip', 'saddr'), data: { set: [['10.0.0.1', 1]] } } };

describe('a statement before a verdict', () => {
  test.each<[string, object, string, string]>([
    ['sets a field of TCP', mangle(payload('tcp', 'dport'), 53), 'accept', 'accept'],
    ['sets a field of UDP', mangle(payload('udp', 'dport'), 53), 'refuse', 'refuse'],
    ['sets a field of IPv4', mangle(payload('ip', 'dscp'), 'cs1'), 'accept', 'refuse'],
    ['sets a field of IPv6', mangle(payload('ip6', 'hoplimit'), 3), 'refuse', 'accept'],
    ['sets a mark', mangle(MARK, 1), 'accept', 'accept'],
    ['sets a mark out of a map', mangle(MARK, BY_SOURCE), 'undecided', 'undecided'],
    [
      'sets a mark to that of the connection',
      mangle(MARK, { ct: { key: 'mark' } }),
      'undecided',
      'undecided',
    ],
    ['sets an option', mangle({ 'tcp option': { name: 'maxseg' } }, 1400), 'undecided', 'undecided'],
    ['adds to a set', { set: { op: 'add', elem: payload('ip', 'saddr'), set: '@s' } }, 'accept', 'refuse'],
    [
      'adds to a set for some time',
      { set: { op: 'add', elem: { elem: { val: payload('ip6', 'saddr'), timeout: 60 } }, set: '@s' } },
      'refuse',
      'accept',
    ],
    ['uses a counter', { counter: 'some' }, 'accept', 'accept'],
    ['uses a counter out of a map', { counter: BY_SOURCE }, 'undecided', 'undecided'],
    ['passes established connections on', { flow: { op: 'add', flowtable: '@f' } }, 'undecided', 'undecided'],
    ['limits the rate', { limit: { rate: 1, per: 'second' } }, 'undecided', 'undecided'],
  ])('when it %s, only packets that it applies to come to the verdict', (_, statement, v4, v6) => {
    const rules = [[statement, { accept: null }]];
    const text = listed([{ name: 'f', hook: 'forward', policy: 'drop', rules }]);
    const firewall = new Firewall(readRuleset(text), 'forward');
    const verdicts = ([4, 6] as const).map((family) => firewall.decide({ family }).verdict);
    expect(verdicts).toEqual([v4, v6]);
  });

  test.each([
    ['icmp', 'refuse', 'accept'],
    ['icmpv6', 'accept', 'refuse'],
    ['tcp reset', 'refuse', 'refuse'],
  ])('when a refusal is of the kind %s, it applies to its family', (type, v4, v6) => {
    const text = listed([{ name: 'f', hook: 'forward', rules: [[{ reject: { type } }]] }]);
    const firewall = new Firewall(readRuleset(text), 'forward');
    const verdicts = ([4, 6] as const).map((family) => firewall.decide({ family }).verdict);
    expect(verdicts).toEqual([v4, v6]);
  });
});

describe('a target of iptables', () => {
  function decide(name: string, hook: string, policy: 'accept' | 'drop'): string {
    const target = { xt: { type: 'target', name } };
    const type = /NAT|MASQ/.test(name) ? ('nat' as const) : ('filter' as const);
    const chains = [
      { name: 'x', hook, type, prio: hook === 'prerouting' ? -300 : 100, rules: [[target]] },
      { name: 'f', hook: 'forward', policy, rules: [] },
    ];
    return new Firewall(readRuleset(listed(chains)), 'forward').decide({ family: 4 }).verdict;
  }

  test.each(['MARK', 'CONNMARK', 'TCPMSS', 'CT'])('when %s is reached, the next rule follows', (name) => {
    expect(decide(name, 'prerouting', 'accept')).toBe('accept');
    expect(decide(name, 'prerouting', 'drop')).toBe('refuse');
  });

  test.each(['MASQUERADE', 'SNAT'])('when %s is reached, the source is another one', (name) => {
    expect(decide(name, 'postrouting', 'accept')).toBe('accept');
  });

  test.each(['DNAT', 'REDIRECT', 'TPROXY', 'NFQUEUE'])('when %s is reached, nothing is certain', (name) => {
    expect(decide(name, 'prerouting', 'accept')).toBe('undecided');
    expect(decide(name, 'prerouting', 'drop')).toBe('undecided');
  });
});
