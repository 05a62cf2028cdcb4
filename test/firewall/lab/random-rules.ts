// Random rule sets in nft's language, and random connections that meet their rules often.

import type { Dice } from './dice.js';
import type { Probe } from './probes.js';
import { ADDRESSES, type Family, PORTS, randomMatch } from './random-matches.js';
import { randomNat, unknownMatch } from './random-nat.js';

/** Everything that a set of tables may hold: chains to jump to come after the base chains, so there are no circles. */
export function randomRules(dice: Dice): string {
  const tables: string[] = [];
  const count = 1 + dice.below(2);
  for (let at = 0; at < count; at++) tables.push(randomTable(dice, at));
  return tables.join('\n');
}

function randomTable(dice: Dice, number: number): string {
  const family = dice.of<Family>(['inet', 'inet', 'ip', 'ip6']);
  const chains = Array.from({ length: 1 + dice.below(3) }, (_, at) => `c${at}`);
  const blocks: string[] = [];
  if (family !== 'ip6') {
    blocks.push(
      'counter few {\n}',
      'set seen {\ntype ipv4_addr\nsize 1000\nflags dynamic\n}',
      'set pairs4 {\ntype ipv4_addr . inet_service\nflags interval\nelements = { 10.2.0.1 . 80, 10.2.0.2 . 1000-2000, 10.3.0.0/24 . 22, 198.51.100.7 . 443 }\n}',
      'set some4 {\ntype ipv4_addr\nflags timeout\nelements = { 10.1.0.1 timeout 1h, 10.2.0.2, 10.3.0.1 }\n}',
    );
  }
  if (family !== 'ip') {
    blocks.push('set pairs6 {\ntype ipv6_addr . inet_service\nelements = { fd02::1 . 80, fd02::2 . 443 }\n}');
  }
  blocks.push('set ports {\ntype inet_service\nflags interval\nelements = { 22, 400-500 }\n}');
  // The last chain leads nowhere else.
  for (const [at, name] of [...chains.entries()].reverse()) {
    const next = chains.slice(at + 1);
    blocks.push(chainOf(name, '', rulesOf(dice, family, 'forward', next)));
  }
  const verdicts = [
    'accept',
    'drop',
    'continue',
    'return',
    `jump ${dice.of(chains)}`,
    `goto ${dice.of(chains)}`,
  ];
  blocks.push(
    `map ways {\ntype inet_service : verdict\nflags interval\nelements = { 22 : ${dice.of(verdicts)}, 80-443 : ${dice.of(verdicts)}, 1000-9000 : ${dice.of(verdicts)} }\n}`,
  );
  // Only packets of prerouting may come here.
  blocks.push(
    chainOf('off', '', [`${unknownMatch(dice)} ${dice.of(['return', 'accept', 'drop'])}`, 'notrack']),
  );
  const bases = 1 + dice.below(2);
  for (let at = 0; at < bases; at++) {
    const hook = dice.of(['forward', 'forward', 'forward', 'prerouting', 'postrouting']);
    const priority = hook === 'prerouting' ? dice.of([-300, -150, -100, 0]) : dice.of([-100, 0, 10]);
    const policy = dice.of(['accept', 'accept', 'drop']);
    const head = `type filter hook ${hook} priority ${priority}; policy ${policy};\n`;
    blocks.push(chainOf(`b${at}`, head, rulesOf(dice, family, hook, chains, true)));
  }
  if (dice.isOneIn(2)) blocks.push(...randomNat(dice, family));
  return `table ${family} t${number} {\n${blocks.join('\n')}\n}`;
}

function chainOf(name: string, head: string, rules: readonly string[]): string {
  return `chain ${name} {\n${head}${rules.join('\n')}\n}`;
}

function rulesOf(
  dice: Dice,
  family: Family,
  hook: string,
  chains: readonly string[],
  isBase = false,
): string[] {
  return Array.from({ length: dice.below(7) }, () => randomRule(dice, family, hook, chains, isBase));
}

function randomRule(
  dice: Dice,
  tableFamily: Family,
  hook: string,
  chains: readonly string[],
  isBase: boolean,
): string {
  const family = tableFamily === 'inet' ? dice.of(['ip', 'ip6', undefined] as const) : tableFamily;
  const matches = Array.from({ length: dice.below(3) }, () => randomMatch(dice, family, hook, isBase));
  if (dice.isOneIn(12)) matches.push(unknownMatch(dice));
  if (dice.isOneIn(8)) matches.push(randomStatement(dice, tableFamily));
  const verdicts = [
    'accept',
    'accept',
    'drop',
    'return',
    'continue',
    'counter',
    ...(hook === 'postrouting' ? [] : ['reject']),
    ...chains.flatMap((chain) => [`jump ${chain}`, `goto ${chain}`]),
  ];
  if (isBase && dice.isOneIn(6)) return [...matches, 'tcp dport vmap @ways'].join(' ');
  if (hook === 'prerouting' && isBase && dice.isOneIn(8))
    return [...matches, dice.of(['notrack', 'jump off'])].join(' ');
  if (dice.isOneIn(8)) return [...matches, verdictMap(dice, family, chains)].join(' ');
  return [...matches, dice.isOneIn(4) ? 'counter' : '', dice.of(verdicts)].filter(Boolean).join(' ');
}

/** A statement that some packets do not pass, or that changes what later matches see. */
function randomStatement(dice: Dice, family: Family): string {
  const statements = [
    'meta mark set 1',
    'udp dport set 53',
    'tcp option maxseg size set 1400',
    'ct mark set 1',
  ];
  if (family !== 'ip6') {
    statements.push(
      'add @seen { ip saddr }',
      'ip dscp set cs1',
      'meta mark set ip saddr map { 10.1.0.1 : 0, 10.1.0.2 : 1 }',
      'counter name ip daddr map { 10.2.0.1 : "few" }',
    );
  }
  if (family !== 'ip') statements.push('ip6 hoplimit set 9', 'ip6 daddr set fd02::2');
  return dice.of(statements);
}

function verdictMap(dice: Dice, family: 'ip' | 'ip6' | undefined, chains: readonly string[]): string {
  const verdicts = ['accept', 'drop', 'return', 'continue', ...chains.map((chain) => `jump ${chain}`)];
  const other = dice.isOneIn(2) ? `, * : ${dice.of(verdicts)}` : '';
  if (family === undefined || dice.isOneIn(2)) {
    const state = dice.of(verdicts);
    return dice.isOneIn(2)
      ? `ct state vmap { established : accept, invalid : drop, new : ${state} }`
      : `tcp dport vmap { 22 : ${state}, 80-443 : ${dice.of(verdicts)}${other} }`;
  }
  const [first = '', second = ''] = ADDRESSES[family].saddr;
  return `${family} saddr vmap { ${first} : ${dice.of(verdicts)}, ${second} : ${dice.of(verdicts)}${other} }`;
}

export function randomProbe(dice: Dice, number: number): Probe {
  const family = dice.isOneIn(3) ? 'ip6' : 'ip';
  return {
    iif: dice.below(2),
    source: dice.of(ADDRESSES[family].saddr),
    destination: dice.of(ADDRESSES[family].daddr),
    // Each connection is new: none repeats within a rule set.
    sourcePort: dice.isOneIn(8) ? 1 + (number % 1023) : 1024 + ((number * 7) % 64_000),
    port: dice.of(PORTS),
  };
}
