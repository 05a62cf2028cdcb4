import { describe, expect, test } from 'vitest';
import { describePlace } from '../../src/firewall/describe.js';
import { type Decision, Firewall } from '../../src/firewall/evaluate.js';
import type { Connection, Direction } from '../../src/firewall/packet.js';
import { readRuleset } from '../../src/firewall/read-ruleset.js';
import { parseAddress, parseRange } from '../../src/ip/address.js';
import { complementOf } from '../../src/ip/merge-ranges.js';
import { listed, match } from './rulesets/build.js';
import { recorded } from './rulesets/rulesets.js';

function connection(text: string): Connection {
  const [source = '', destination = '', port] = text.split(' ');
  const address = parseAddress(source);
  return {
    family: address?.family === 6 || destination.includes(':') ? 6 : 4,
    source: address,
    destination: parseAddress(destination),
    port: Number(port),
  };
}

function sentenceOf({ verdict, place }: Decision): string {
  return place === undefined ? verdict : `${verdict}: ${describePlace(place)}`;
}

function firewall(
  rules: readonly (readonly unknown[])[],
  hook: Direction = 'forward',
  more: object[] = [],
): Firewall {
  return new Firewall(readRuleset(listed([{ name: 'f', hook, policy: 'drop', rules }], more)), hook);
}

const office = new Firewall(readRuleset(recorded('office')), 'forward');

describe('Firewall', () => {
  test.each([
    ['10.1.0.1 10.2.0.1 22', 'accept: inet office ssh rule 1'],
    ['192.0.2.1 10.2.0.1 22', 'refuse: ip early raw rule 2'],
    ['10.1.0.2 10.2.0.1 80', 'accept: inet office web rule 1'],
    ['10.1.0.2 10.2.0.2 1500', 'refuse: inet office forward rule 8'],
    ['10.1.0.2 10.2.0.1 25', 'refuse: inet office forward: policy drop'],
    ['fd01::2 fd02::1 22', 'refuse: ip6 early strict rule 2'],
    ['fd01::1 fd02::1 80', 'accept: inet office web rule 2'],
    ['10.1.0.2 198.51.100.7 8080', 'accept: ip nat prerouting rule 1'],
  ])(
    'when a connection meets a hand-written rule set, the rule that decides is named: %s',
    (text, expected) => {
      const decision = office.decide({ ...connection(text), iif: 'lan0', oif: 'wan0', sourcePort: 40_000 });
      expect(sentenceOf(decision)).toMatch(new RegExp(`^${expected.replaceAll(/[.()]/g, '\\$&')}`));
    },
  );

  test('when the interface is not known, a rule about it leaves the connection undecided', () => {
    expect(sentenceOf(office.decide(connection('10.1.0.1 10.2.0.1 22')))).toBe(
      'undecided: inet office forward rule 7 (handle 33): iifname != @lans',
    );
  });

  test('when rules of iptables are listed by nft, extensions are undecided, and the rest is understood', () => {
    const rules = new Firewall(readRuleset(recorded('iptables-nft')), 'forward');
    expect(sentenceOf(rules.decide(connection('10.0.0.9 10.0.0.2 25')))).toMatch(
      /^undecided: ip filter FORWARD rule 1 \(handle \d+\): xt conntrack$/,
    );
  });

  test('when only part of the addresses that a client may have match, it is undecided', () => {
    const local = ['10.0.0.0/8', '192.168.0.0/16'].map((text) => parseRange(text) as never);
    const remote = {
      family: 4 as const,
      source: complementOf(4, local),
      destination: parseAddress('10.0.0.1'),
    };
    const prefix = (addr: string, len: number): object => ({ prefix: { addr, len } });
    const sets: [unknown, string, string][] = [
      [{ set: [prefix('10.0.0.0', 8), prefix('192.168.0.0', 16)] }, '!=', 'accept'],
      [{ set: [prefix('10.0.0.0', 8)] }, '!=', 'accept'],
      [{ set: [prefix('10.0.0.0', 8)] }, '==', 'refuse'],
      [
        { set: [{ range: ['0.0.0.0', '9.255.255.255'] }, { range: ['11.0.0.0', '255.255.255.255'] }] },
        '==',
        'accept',
      ],
      [{ set: [prefix('0.0.0.0', 1)] }, '==', 'undecided'],
      [{ set: [prefix('10.0.0.0', 8), '203.0.113.9'] }, '!=', 'undecided'],
      ['203.0.113.9', '==', 'undecided'],
      ['10.9.9.9', '==', 'refuse'],
      [prefix('0.0.0.0', 0), '==', 'accept'],
    ];
    for (const [right, op, verdict] of sets) {
      const rules = firewall([[match('ip saddr', right, op), { accept: null }]]);
      expect([right, op, rules.decide(remote).verdict]).toEqual([right, op, verdict]);
    }
  });

  test('when chains are for the firewall itself, they see connections to it', () => {
    const rules = firewall([[match('meta iifname', 'lo'), { drop: null }], [{ accept: null }]], 'input');
    expect(rules.decide({ family: 4 }).verdict).toBe('accept');
    expect(rules.decide({ family: 4, iif: 'lo' }).verdict).toBe('refuse');
    expect(office.hasChains).toBe(true);
    const input = new Firewall(readRuleset(recorded('iptables-nft')), 'input');
    expect(input.decide({ family: 4 })).toMatchObject({ verdict: 'accept', place: { chain: 'INPUT' } });
  });

  test('when a set has 20,000 elements, each is found, and nothing else', () => {
    const triples: [string, string, number][] = [];
    for (let at = 0; at < 20_000; at++) {
      triples.push([
        `10.1.${at % 200}.${(at >> 8) % 250}`,
        `10.2.${at >> 9}.${at % 250}`,
        1 + ((at * 7) % 60_000),
      ]);
    }
    const known = new Set(triples.map((triple) => triple.join(' ')));
    const elem = triples.map((concat) => ({ concat }));
    const fields = ['ip saddr', 'ip daddr', 'tcp dport'].map((field) => {
      const [protocol, name] = field.split(' ');
      return { payload: { protocol, field: name } };
    });
    const rules = firewall(
      [[{ match: { op: '==', left: { concat: fields }, right: '@flows' } }, { accept: null }]],
      'forward',
      [{ set: { family: 'inet', table: 't', name: 'flows', elem } }],
    );
    for (const [source, destination, port] of triples) {
      for (const tried of [port, port + 1]) {
        const text = `${source} ${destination} ${tried}`;
        expect(rules.decide(connection(text)).verdict).toBe(known.has(text) ? 'accept' : 'refuse');
      }
    }
  });
});
