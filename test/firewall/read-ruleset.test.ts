import { describe, expect, test } from 'vitest';
import { Firewall } from '../../src/firewall/evaluate.js';
import { readRuleset } from '../../src/firewall/read-ruleset.js';

const TABLE = { table: { family: 'inet', name: 't' } };
const FORWARD = {
  chain: { family: 'inet', table: 't', name: 'f', type: 'filter', hook: 'forward', prio: 0, policy: 'drop' },
};

function chain(name: string): object {
  return { chain: { family: 'inet', table: 't', name } };
}

function rule(expr: unknown, at = 'f'): object {
  return { rule: { family: 'inet', table: 't', chain: at, handle: 9, expr } };
}

function listOf(...items: readonly unknown[]): string {
  return JSON.stringify({ nftables: items });
}

function verdictOf(...items: readonly unknown[]): unknown {
  return new Firewall(readRuleset(listOf(...items)), 'forward').decide({ family: 4, port: 22 });
}

describe('readRuleset', () => {
  test.each<[string, string, string]>([
    ['text is not JSON', 'table inet t {', 'found no JSON'],
    ['text is cut short', listOf(TABLE, FORWARD).slice(0, -9), 'found no JSON'],
    ['JSON is that of something else', '[]', 'found no list "nftables"'],
    ['the list is missing', '{"nftables": 5}', 'found no list "nftables"'],
    ['an item is not an object', listOf(TABLE, 5), 'at nftables[1]'],
    ['an item has two meanings', listOf({ ...TABLE, ...FORWARD }), 'at nftables[0]'],
    ['a family does not exist', listOf({ table: { family: 'ipx', name: 't' } }), 'found the family "ipx"'],
    ['a table comes twice', listOf(TABLE, TABLE), 'at nftables[1]: found table "inet t" again'],
    ['a chain comes twice', listOf(TABLE, FORWARD, FORWARD), 'at nftables[2]: found chain "f" again'],
    ['a chain has no table', listOf(FORWARD), 'at nftables[0]: found table "inet t" in use'],
    ['a rule has no chain', listOf(TABLE, rule([])), 'at nftables[1]: found a rule of chain "f"'],
    ['a rule has no statements', listOf(TABLE, FORWARD, rule('drop')), 'at nftables[2]'],
    [
      'a rule has too many statements',
      listOf(TABLE, FORWARD, rule(Array(300).fill({ accept: null }))),
      '256',
    ],
    [
      'a rule leads to a chain that is missing',
      listOf(TABLE, FORWARD, rule([{ jump: { target: 'nowhere' } }])),
      'at nftables[2]: found a way to chain nowhere',
    ],
    [
      'a map leads to a chain that is missing',
      listOf(
        TABLE,
        FORWARD,
        rule([
          {
            vmap: { key: { meta: { key: 'l4proto' } }, data: { set: [['tcp', { goto: { target: 'x' } }]] } },
          },
        ]),
      ),
      'at nftables[2]: found a way to chain x',
    ],
    [
      'a set is missing',
      listOf(
        TABLE,
        FORWARD,
        rule([{ match: { op: '==', left: { meta: { key: 'l4proto' } }, right: '@nothing' } }]),
      ),
      'at nftables[2]: found @nothing',
    ],
    [
      'the name of a set is long',
      listOf(
        TABLE,
        FORWARD,
        rule([{ match: { op: '==', left: { meta: { key: 'l4proto' } }, right: `@${'x'.repeat(999)}` } }]),
      ),
      'x…, expected a set or map',
    ],
    [
      'a set comes twice',
      listOf(TABLE, ...Array(2).fill({ set: { family: 'inet', table: 't', name: 's' } })),
      'at nftables[2]: found set "s" again',
    ],
    [
      'a policy does not exist',
      listOf(TABLE, { chain: { ...FORWARD.chain, policy: 'perhaps' } }),
      'at nftables[1]: found the policy perhaps',
    ],
    [
      'a priority is text',
      listOf(TABLE, { chain: { ...FORWARD.chain, prio: 'filter' } }),
      'found a priority',
    ],
    ['a name is very long', listOf({ table: { family: 'inet', name: 'x'.repeat(300) } }), 'the field "name"'],
  ])('when %s, it says so with the place', (_, text, message) => {
    expect(() => readRuleset(text)).toThrow(message);
  });

  test('when rules nest deeper than a stack, it still ends', () => {
    const deep = `${'{"&":['.repeat(100_000)}5${',1]}'.repeat(100_000)}`;
    const text = listOf(TABLE, FORWARD, rule([{ match: { op: '==', left: 'DEEP', right: 5 } }])).replace(
      '"DEEP"',
      deep,
    );
    let message = 'read';
    try {
      readRuleset(text);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/^read$|nested|JSON/);
  });

  test('when chains lead round in a circle, the connection is undecided', () => {
    const items = [
      TABLE,
      FORWARD,
      chain('a'),
      chain('b'),
      rule([{ jump: { target: 'a' } }]),
      rule([{ jump: { target: 'b' } }, { accept: null }], 'a'),
      rule([{ goto: { target: 'a' } }], 'b'),
    ];
    expect(verdictOf(...items)).toMatchObject({
      verdict: 'undecided',
      place: { text: 'more than 16 chains in one another' },
    });
  });

  test('when chains branch without end, looking stops after a bounded number of rules', () => {
    const names = Array.from({ length: 16 }, (_, at) => `c${at}`);
    const items = [
      TABLE,
      FORWARD,
      ...names.map(chain),
      ...names.flatMap((name, at) =>
        Array.from({ length: 8 }, () => rule(at === 15 ? [] : [{ jump: { target: `c${at + 1}` } }], name)),
      ),
      rule([{ jump: { target: 'c0' } }]),
    ];
    expect(verdictOf(...items)).toMatchObject({
      verdict: 'undecided',
      place: { text: 'more than 2000000 rules for one connection' },
    });
  });

  test.each<[string, unknown]>([
    ['a statement of the future', { teleport: { to: 'mars' } }],
    ['a queue', { queue: { num: 1 } }],
    ['a target of iptables', { xt: { type: 'target', name: 'SECRET' } }],
    ['a transparent proxy', { tproxy: { port: 50 } }],
    ['text', 'accept'],
    ['nothing', null],
  ])('when a rule has %s, the connection is undecided, with the place', (_, statement) => {
    expect(verdictOf(TABLE, FORWARD, rule([{ counter: null }, statement]))).toMatchObject({
      verdict: 'undecided',
      place: { family: 'inet', table: 't', chain: 'f', rule: 1, handle: 9 },
    });
  });

  test.each<[string, unknown]>([
    ['a mark', { match: { op: '==', left: { meta: { key: 'mark' } }, right: 5 } }],
    ['a limit', { limit: { rate: 5, per: 'second' } }],
    ['a quota', { quota: { val: 5 } }],
    ['an operator of the future', { match: { op: '~', left: { meta: { key: 'l4proto' } }, right: 'tcp' } }],
    [
      'a constant that is not understood',
      { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 'ssh' } },
    ],
    ['a match of iptables', { xt: { type: 'match', name: 'conntrack' } }],
  ])('when %s decides, both ways are followed', (_, statement) => {
    const accepting = [TABLE, FORWARD, rule([statement, { accept: null }])];
    expect(verdictOf(...accepting)).toMatchObject({ verdict: 'undecided', place: { rule: 1, handle: 9 } });
    // Both lead to the same end.
    expect(verdictOf(...accepting, rule([{ accept: null }]))).toMatchObject({ verdict: 'accept' });
    expect(verdictOf(TABLE, FORWARD, rule([statement, { drop: null }]))).toMatchObject({ verdict: 'refuse' });
  });

  test('when a table is dormant, it decides nothing', () => {
    expect(verdictOf(TABLE, FORWARD)).toMatchObject({ verdict: 'refuse' });
    for (const flags of ['dormant', ['dormant'], 'd']) {
      expect(verdictOf({ table: { ...TABLE.table, flags } }, FORWARD)).toEqual({
        verdict: 'accept',
        place: undefined,
      });
    }
  });
});
