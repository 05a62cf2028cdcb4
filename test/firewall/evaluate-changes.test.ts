// Rules that change the packet: NAT and `notrack`, where it is certain that they do, and where it is not.

import { describe, expect, test } from 'vitest';
import { type Decision, Firewall } from '../../src/firewall/evaluate.js';
import type { Direction } from '../../src/firewall/packet.js';
import { readRuleset } from '../../src/firewall/read-ruleset.js';
import { parseAddress } from '../../src/ip/address.js';
import { type ChainOf, listed, match } from './rulesets/build.js';

const ACCEPT = { accept: null };
const DROP = { drop: null };
/** Nothing is known of marks. */
const MARKED = match('meta mark', 1);
const WEB = match('tcp dport', 80);
const TO_ANOTHER = { dnat: { family: 'ip', addr: '172.17.0.2', port: 80 } };

function decide(
  chains: readonly ChainOf[],
  { to = '10.0.0.5', port = 80, direction = 'forward' as Direction } = {},
): Decision {
  const firewall = new Firewall(readRuleset(listed(chains)), direction);
  const destination = parseAddress(to);
  return firewall.decide({ family: destination?.family ?? 4, destination, port });
}

function nat(...rules: unknown[][]): ChainOf {
  return { name: 'nat', hook: 'prerouting', type: 'nat', prio: -100, rules };
}

/** Accepts or drops one destination, and does the opposite with all others. */
function forward(verdict: 'accept' | 'drop', destination: string): ChainOf {
  const field = destination.includes(':') ? 'ip6 daddr' : 'ip daddr';
  const policy = verdict === 'accept' ? 'drop' : 'accept';
  const rules = [[match(field, destination), { [verdict]: null }]];
  return { name: 'forward', hook: 'forward', policy, rules };
}

describe('a change under doubt', () => {
  const docker: ChainOf = { name: 'docker', rules: [[WEB, TO_ANOTHER]] };
  const to = { target: 'docker' };
  const fib = { match: { op: '==', left: { fib: { result: 'type', flags: 'daddr' } }, right: 'local' } };
  const key = { meta: { key: 'mark' } };
  const early: ChainOf = { name: 'early', rules: [[MARKED, ACCEPT]] };
  const back: ChainOf = {
    name: 'back',
    rules: [
      [MARKED, { return: null }],
      [WEB, TO_ANOTHER],
    ],
  };
  const ways: [string, ChainOf[]][] = [
    ['a jump', [docker, nat([fib, { jump: to }])]],
    ['a goto that nothing follows', [docker, nat([fib, { goto: to }])]],
    ['a verdict map', [docker, nat([{ vmap: { key, data: { set: [[1, { jump: to }]] } } }])]],
    ['an accept', [nat([MARKED, ACCEPT], [WEB, TO_ANOTHER])]],
    ['an accept in another chain', [early, nat([{ jump: { target: 'early' } }], [TO_ANOTHER])]],
    ['a return', [back, nat([{ jump: { target: 'back' } }])]],
    ['a goto that the rules follow', [docker, nat([MARKED, { goto: { target: 'docker' } }], [TO_ANOTHER])]],
  ];

  test.each(ways)('when NAT comes after %s, neither address is certain', (_, chains) => {
    for (const verdict of ['accept', 'drop'] as const) {
      for (const destination of ['172.17.0.2', '10.0.0.5']) {
        const decision = decide([...chains, forward(verdict, destination)]);
        expect([verdict, destination, decision.verdict]).toEqual([verdict, destination, 'undecided']);
      }
    }
  });

  test('when a jump comes back whether or not it leads anywhere, the rules after it are certain', () => {
    const chains = [early, { name: 'empty', rules: [[match('tcp dport', 81), DROP]] }];
    const rules = [[MARKED, { jump: { target: 'empty' } }], [MARKED, DROP], [TO_ANOTHER]];
    const decision = decide([...chains, nat(...rules), forward('drop', '172.17.0.2')]);
    expect(decision).toMatchObject({ verdict: 'refuse', place: { chain: 'forward' } });
  });

  test('when tracking may be off, the state is not known', () => {
    const raw = (rules: unknown[][]): ChainOf => ({ name: 'raw', hook: 'prerouting', prio: -300, rules });
    const off: ChainOf = { name: 'off', rules: [[{ notrack: null }]] };
    const isNew: ChainOf = {
      name: 'forward',
      hook: 'forward',
      policy: 'drop',
      rules: [[match('ct state', 'new', 'in'), ACCEPT]],
    };
    const jump = { jump: { target: 'off' } };
    expect(decide([off, raw([[MARKED, jump]]), isNew]).verdict).toBe('undecided');
    expect(decide([off, raw([[MARKED, ACCEPT], [jump]]), isNew]).verdict).toBe('undecided');
    expect(decide([off, raw([[jump]]), isNew]).verdict).toBe('refuse');
    expect(decide([off, raw([]), isNew]).verdict).toBe('accept');
  });

  test('when a chain of NAT may have chosen the address, the next one may not be reached', () => {
    const first = nat([MARKED, TO_ANOTHER]);
    const second = { ...nat([DROP]), name: 'second', prio: -90 };
    expect(decide([first, second])).toMatchObject({ verdict: 'undecided', place: { chain: 'nat' } });
    expect(decide([nat([TO_ANOTHER]), second]).verdict).toBe('accept');
    expect(decide([nat(), second]).verdict).toBe('refuse');
  });
});

describe('a connection that is not tracked', () => {
  const raw = (...rules: unknown[][]): ChainOf => ({ name: 'raw', hook: 'prerouting', prio: -300, rules });
  const off = { notrack: null };

  test('when tracking is off, NAT does not see the packet', () => {
    const chains = [nat([TO_ANOTHER]), forward('accept', '10.0.0.5')];
    expect(decide(chains).verdict).toBe('refuse');
    expect(decide([raw([off]), ...chains]).verdict).toBe('accept');
    expect(decide([raw([off], [MARKED, off]), ...chains]).verdict).toBe('accept');
    expect(decide([raw([MARKED, off]), ...chains]).verdict).toBe('undecided');
    expect(decide([raw([off]), nat([DROP])]).verdict).toBe('accept');
    expect(decide([raw([MARKED, off]), nat([DROP])])).toMatchObject({
      verdict: 'undecided',
      place: { chain: 'raw', text: 'meta mark 1' },
    });
  });

  test('when another chain of the same priority turns tracking off, the state is not known', () => {
    const state = { ...raw([match('ct state', 'untracked', 'in'), DROP]), name: 'state' };
    expect(decide([raw([off]), state]).verdict).toBe('undecided');
    expect(decide([state, raw([off])]).verdict).toBe('undecided');
    expect(decide([state, { ...raw([off]), prio: -299 }]).verdict).toBe('accept');
    expect(decide([raw([off]), { ...state, prio: -299 }]).verdict).toBe('refuse');
  });
});

describe('chains of NAT with the same priority', () => {
  const first = { ...nat([WEB, TO_ANOTHER]), name: 'first' };
  const second = { ...nat([{ dnat: { family: 'ip', addr: '172.17.0.3' } }]), name: 'second' };

  test('when both would act, neither is certain to', () => {
    for (const chains of [
      [first, second],
      [second, first],
    ]) {
      for (const destination of ['172.17.0.2', '172.17.0.3']) {
        expect(decide([...chains, forward('accept', destination)]).verdict).toBe('undecided');
      }
    }
    const later = { ...second, prio: -99 };
    expect(decide([later, first, forward('accept', '172.17.0.2')]).verdict).toBe('accept');
  });

  test('when a filter has the priority of NAT itself, it may come before NAT or after it', () => {
    const filter = forward('drop', '10.0.0.5');
    const same: ChainOf = { ...filter, name: 'same', hook: 'prerouting', prio: -100 };
    for (const prio of [-110, -100, -90]) {
      for (const chains of [
        [{ ...first, prio }, same],
        [same, { ...first, prio }],
      ]) {
        expect(decide(chains).verdict).toBe('undecided');
        expect(decide(chains, { port: 443 })).toMatchObject({ verdict: 'refuse', place: { chain: 'same' } });
      }
    }
    expect(decide([{ ...same, prio: -99 }, first]).verdict).toBe('accept');
  });

  test('when only one of them acts, that is certain', () => {
    const chains = [first, second, forward('accept', '172.17.0.3')];
    expect(decide(chains, { port: 443 }).verdict).toBe('accept');
    expect(decide([first, nat([ACCEPT]), forward('accept', '172.17.0.2')]).verdict).toBe('accept');
  });
});

describe('a packet that may go elsewhere', () => {
  const closed: ChainOf = { name: 'closed', hook: 'forward', policy: 'drop', rules: [] };
  const ways: [string, unknown][] = [
    ['redirect', { redirect: { port: 3128 } }],
    ['tproxy', { tproxy: { port: 3128 } }],
    ['NAT of iptables', { xt: { type: 'target', name: 'DNAT' } }],
    ['queue', { queue: { num: 0 } }],
  ];

  test.each(ways)('when there is %s before routing, a later refusal is not certain', (_, statement) => {
    expect(decide([nat([WEB, statement]), closed])).toMatchObject({
      verdict: 'undecided',
      place: { chain: 'nat' },
    });
    expect(decide([nat([WEB, statement]), closed], { port: 81 }).verdict).toBe('refuse');
  });

  test.each(ways)('when there is %s, a refusal before routing is certain', (_, statement) => {
    const late: ChainOf = { name: 'late', hook: 'prerouting', rules: [[DROP]] };
    expect(decide([nat([statement]), late])).toMatchObject({ verdict: 'refuse', place: { chain: 'late' } });
  });

  test.each(ways)('when there is %s, a refusal of the address or the port is not', (_, statement) => {
    const rules = [[match('ip daddr', '10.0.0.5'), DROP]];
    const late: ChainOf = { name: 'late', hook: 'prerouting', rules };
    expect(decide([nat([statement]), late]).verdict).toBe('undecided');
  });

  test('when connections to the firewall itself are translated, the chain of input is not certain', () => {
    const input: ChainOf = { name: 'input', hook: 'input', policy: 'drop', rules: [] };
    expect(decide([nat([WEB, TO_ANOTHER]), input], { direction: 'input' }).verdict).toBe('undecided');
    expect(decide([nat([WEB, TO_ANOTHER]), input], { direction: 'input', port: 81 }).verdict).toBe('refuse');
    const toPort = { dnat: { port: 8080 } };
    const chains = [nat([WEB, toPort]), { ...input, rules: [[match('tcp dport', 8080), ACCEPT]] }];
    expect(decide(chains, { direction: 'input' }).verdict).toBe('accept');
  });
});
