// Random matches in nft's language.

import type { Dice } from './dice.js';

export type Family = 'ip' | 'ip6' | 'inet';

export const ADDRESSES = {
  ip: {
    saddr: ['10.1.0.1', '10.1.0.2', '10.1.1.1', '192.0.2.1'],
    daddr: ['10.2.0.1', '10.2.0.2', '10.3.0.1', '198.51.100.7'],
  },
  ip6: {
    saddr: ['fd01::1', 'fd01::2', '2001:db8::1'],
    daddr: ['fd02::1', 'fd02::2', 'fd03::1'],
  },
} as const;
export const PORTS = [22, 80, 443, 1500, 8080] as const;
/** What a set may hold besides single values, disjoint from these and each other where that matters. */
const BLOCKS = {
  ip: {
    saddr: ['10.1.0.0/24', '10.1.0.0-10.1.0.1', '10.0.0.0/8', '192.0.2.0-192.0.2.9'],
    daddr: ['10.2.0.0/31', '10.2.0.0/16', '10.2.0.2-10.3.0.1', '198.51.100.0/24'],
  },
  ip6: {
    saddr: ['fd01::/64', 'fd01::2-fd01::9', '2001:db8::/32'],
    daddr: ['fd02::/127', 'fd02::/16', 'fd02::2-fd03::1'],
  },
} as const;
const SETS = {
  ip: {
    saddr: ['{ 10.1.0.1, 192.0.2.0/24 }', '{ 10.1.0.2-10.1.1.255, 192.0.2.1 }'],
    daddr: ['{ 10.2.0.1, 10.3.0.0/16 }', '{ 10.2.0.0/16, 198.51.100.7 }', '{ 10.2.0.2 }'],
  },
  ip6: {
    saddr: ['{ fd01::1, 2001:db8::/32 }', '{ fd01::/16 }'],
    daddr: ['{ fd02::1, fd03::/16 }', '{ fd02::2-fd02::ff }'],
  },
} as const;
const STATES = [
  'new',
  'established,related',
  'new,untracked',
  '!= new',
  '!= { established, related }',
  '{ new, established }',
  '{ new }',
  'invalid',
  '! invalid',
  'untracked',
];
const FLAGS = [
  'syn',
  '& (fin|syn|rst|ack) == syn',
  '== syn',
  '! syn',
  '!= syn',
  'syn,ack',
  '{ syn, syn|ack }',
];

export function randomMatch(
  dice: Dice,
  family: 'ip' | 'ip6' | undefined,
  hook: string,
  isBase: boolean,
): string {
  const common: (() => string)[] = [
    () => portMatch(dice, 'dport'),
    () => portMatch(dice, 'dport'),
    () => portMatch(dice, 'sport'),
    () => `ct state ${dice.of(STATES)}`,
    () => `tcp flags ${dice.of(FLAGS)}`,
    () => `iifname ${dice.of(['lan0', '!= lan0', '{ lan1, lan2 }', '"lan*"', '!= "la*"', 'lo'])}`,
    () => `meta l4proto ${dice.of(['tcp', 'udp', '{ tcp, udp }', '!= tcp'])}`,
    () => `meta nfproto ${dice.of(['ipv4', 'ipv6'])}`,
    () => `iifname . tcp dport { lan0 . 80, lan1 . 22 }`,
    () => 'udp dport 53',
    () => 'th dport { 22, 80-100 }',
    () => 'meta mark 0',
    () => 'ct direction original',
  ];
  if (hook !== 'prerouting' && isBase) {
    common.push(() => `oifname ${dice.of(['wan0', '!= wan0', '{ wan1 }', '"wan*"'])}`);
  }
  if (family === undefined) return dice.of(common)();
  const special: (() => string)[] = [
    () => addressMatch(dice, family, 'saddr'),
    () => addressMatch(dice, family, 'daddr'),
    () => addressMatch(dice, family, 'daddr'),
    () => `${family} daddr . tcp dport @pairs${family === 'ip' ? 4 : 6}`,
    () => `${family} daddr . tcp dport != @pairs${family === 'ip' ? 4 : 6}`,
    () => `ct original ${family} daddr ${dice.of(ADDRESSES[family].daddr)}`,
  ];
  if (family === 'ip') {
    special.push(
      () => `ip ${dice.of(['saddr', 'daddr'])} ${dice.of(['', '!= '])}@some4`,
      () =>
        `ip saddr . ip daddr . tcp dport { 10.1.0.1 . 10.2.0.1 . 80, 10.1.0.0/24 . 10.2.0.0/16 . 22-443 }`,
      () => 'ip frag-off & 0x1fff != 0',
      () => 'ip protocol tcp',
    );
  } else special.push(() => 'ip6 nexthdr tcp');
  return dice.of(dice.isOneIn(2) ? special : common)();
}

export function addressMatch(dice: Dice, family: 'ip' | 'ip6', end: 'saddr' | 'daddr'): string {
  const values = [...ADDRESSES[family][end], ...BLOCKS[family][end], ...SETS[family][end]];
  return `${family} ${end} ${dice.isOneIn(4) ? '!= ' : ''}${dice.of(values)}`;
}

function portMatch(dice: Dice, end: 'sport' | 'dport'): string {
  const values = [
    '80',
    '!= 22',
    '> 1000',
    '<= 443',
    '1000-2000',
    '!= 80-443',
    '{ 22, 80, 1000-2000 }',
    '@ports',
    '!= @ports',
  ];
  return `tcp ${end} ${dice.of(end === 'dport' ? values : ['1024-65535', '> 40000', '!= 0-1023'])}`;
}
