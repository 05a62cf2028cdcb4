// Random NAT in nft's language: several rules of both families, in chains to jump to, under conditions that are not known.

import type { Dice } from './dice.js';
import { ADDRESSES, addressMatch, type Family, PORTS } from './random-matches.js';

/** Matches of which the evaluator does not know whether they hold; the kernel knows. */
const UNKNOWN = [
  'meta mark 0',
  'meta mark 1',
  'meta mark != 0',
  'fib daddr type local',
  'fib daddr type unicast',
  'limit rate 1000000/second',
];

/** A match that may or may not hold. */
export function unknownMatch(dice: Dice): string {
  return dice.of(UNKNOWN);
}

/** Chains of NAT for a table, with the chains and maps that they use. */
export function randomNat(dice: Dice, family: Family): string[] {
  const families = (['ip', 'ip6'] as const).filter((one) => family === one || family === 'inet');
  const blocks = families.map((one) => {
    const [first = '', second = ''] = ADDRESSES[one].daddr;
    const type = one === 'ip' ? 'ipv4_addr' : 'ipv6_addr';
    return `map to_${one} {\ntype inet_service : ${type} . inet_service\nelements = { 80 : ${second} . 8080, 443 : ${first} . 22 }\n}`;
  });
  const rules = (chains: readonly string[], most: number): string[] =>
    Array.from({ length: 1 + dice.below(most) }, () => randomRule(dice, family, families, chains));
  blocks.push(chainOf('n1', rules([], 2)), chainOf('n0', rules(['n1'], 2)));
  const bases = 1 + dice.below(2);
  for (let at = 0; at < bases; at++) {
    const priority = dice.of([-100, -100, -90, -110]);
    const head = `type nat hook prerouting priority ${priority};`;
    blocks.push(chainOf(`dnat${at}`, [head, ...rules(['n0', 'n1'], 4)]));
  }
  if (dice.isOneIn(4)) {
    const [one] = families;
    const match = `${one} saddr ${dice.of(ADDRESSES[one as 'ip'].saddr)}`;
    const rule = `${match} ${dice.of(['masquerade', 'accept', 'drop'])}`;
    blocks.push(chainOf('snat', ['type nat hook postrouting priority 100;', rule]));
  }
  return blocks;
}

function chainOf(name: string, lines: readonly string[]): string {
  return `chain ${name} {\n${lines.join('\n')}\n}`;
}

function randomRule(
  dice: Dice,
  family: Family,
  families: readonly ('ip' | 'ip6')[],
  chains: readonly string[],
): string {
  const one = dice.of(families);
  const port = dice.of(PORTS);
  const matches = [
    dice.isOneIn(4) ? unknownMatch(dice) : '',
    dice.isOneIn(3) ? addressMatch(dice, one, dice.of(['saddr', 'daddr', 'daddr'])) : '',
    dice.isOneIn(2) ? `tcp dport ${dice.of([`${port}`, '80-8080', '{ 22, 80, 443 }'])}` : 'meta l4proto tcp',
  ];
  const [first = '', second = ''] = ADDRESSES[one].daddr;
  const address = dice.of([first, second, second, ADDRESSES[one].daddr[2] as string]);
  const bracketed = one === 'ip6' ? `[${address}]` : address;
  const to = family === 'inet' ? `${one} to` : 'to';
  const [source = ''] = ADDRESSES[one].saddr;
  const dnats = [
    `dnat ${to} ${address}`,
    `dnat ${to} ${bracketed}:${dice.of(PORTS)}`,
    `dnat ${to} tcp dport map { 80 : ${address} . 22, 1000-2000 : ${first} . 80 }`,
    `dnat ${to} tcp dport map { 22 : ${address}, 80 : ${second} }`,
    `dnat ${to} ${one} saddr map { ${source} : ${address} }:${port}`,
    `dnat ${to} tcp dport map @to_${one}`,
    `dnat ${to} meta mark map { ${dice.below(2)} : ${address} }`,
    `dnat to :${port}`,
    `dnat to :tcp dport map { 80 : 8080, 443 : 22 }`,
  ];
  const others = [
    'redirect',
    `redirect to :${port}`,
    'accept',
    'return',
    'drop',
    'continue',
    ...chains.flatMap((chain) => [
      `jump ${chain}`,
      `jump ${chain}`,
      `goto ${chain}`,
      `meta mark vmap { ${dice.below(2)} : jump ${chain} }`,
      `tcp dport vmap { 80 : jump ${chain}, 443 : accept, * : goto ${chain} }`,
    ]),
  ];
  return [...matches, dice.isOneIn(2) ? dice.of(dnats) : dice.of(others)].filter(Boolean).join(' ');
}
