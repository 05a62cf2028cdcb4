// A day in an office as a capture: workstations in several networks, named servers, the Internet, a monitoring server that
// talks to everyone, backups at night, and a workstation that scans. The same numbers give the same bytes. It knows nothing
// of the code under test.

import { packet, pcap } from './traffic-frames.js';

export interface Office {
  /** How many workstations there are, and in how many networks. */
  readonly workstations: number;
  readonly networks: number;
  /** How many application servers each workstation uses; 0 if there are none. */
  readonly density?: number;
}

/** The three sizes that pages are tried with, besides the sample in samples/. */
export const SMALL: Office = { workstations: 48, networks: 3 };
export const BIG: Office = { workstations: 4900, networks: 20, density: 16 };

export interface Traffic {
  readonly capture: Uint8Array;
  /** The hosts.yaml that names its servers. */
  readonly names: string;
}

const DAY = Date.UTC(2026, 10, 23) / 1000;
const HOUR = 3600;
/** Any address of the Internet, a new one each time. */
const REMOTE = -1;

type When = () => number;

export function makeTraffic({ workstations, networks, density = 0 }: Office): Traffic {
  const random = xorshift(0x20261128);
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const isLikely = (probability: number): boolean => random() < probability;
  const pick = <T>(items: readonly T[]): T => items[upTo(items.length)] as T;
  const remote = (): number => ip(198, 18 + upTo(2), upTo(256), 1 + upTo(254));
  const servers = listServers(density > 0);
  const at = (name: string): number => servers.get(name) as number;
  const clients = Array.from({ length: workstations }, (_, number) => {
    const network = number % networks;
    return ip(10, 1 + Math.floor(network / 16), network % 16, 10 + Math.floor(number / networks));
  });
  const printers = Array.from({ length: Math.max(2, Math.floor(workstations / 50)) }, (_, number) =>
    ip(10, 30, 0, 10 + (number % 240)),
  );
  const packets: {
    readonly time: number;
    readonly client: number;
    readonly server: number;
    readonly port: number;
  }[] = [];
  const work: When = () => {
    for (;;) {
      const hour = random() * 24;
      if (random() < activityAt(hour)) return hour * HOUR;
    }
  };
  const between =
    (from: number, to: number): When =>
    () =>
      (from + random() * (to - from)) * HOUR;
  const night = between(2, 4);
  const add = (client: number, server: number, port: number, count: number, when: When = work): void => {
    for (let packet = 0; packet < count; packet++) {
      packets.push({
        time: (DAY + when()) * 1e6 + upTo(1e6),
        client: client === REMOTE ? remote() : client,
        server: server === REMOTE ? remote() : server,
        port,
      });
    }
  };
  const named = (prefix: string): string[] => [...servers.keys()].filter((name) => name.startsWith(prefix));
  const [applications, nodes] = [named('app'), named('node')];

  for (const client of clients) {
    add(client, at('dc1'), 88, 1 + upTo(6));
    add(client, at('dc1'), 389, 1 + upTo(8));
    add(client, at('files'), 445, 1 + upTo(10));
    for (const [probability, name, port, most] of USES) {
      if (isLikely(probability)) add(client, name === '' ? REMOTE : at(name), port, 1 + upTo(most));
    }
    if (isLikely(0.2)) add(client, pick(printers), 9100, 1 + upTo(3));
    if (isLikely(0.02)) add(client, pick(clients), 445, 1);
    if (isLikely(0.01)) add(client, pick(clients), 3389, 1);
    for (let use = 0; use < density; use++) {
      add(client, at(pick(applications)), pick([443, 8080, 8443, 9000]), 1 + upTo(3));
    }
    if (isLikely(0.4)) add(at('monitor'), client, 10050, 2);
    if (isLikely(0.01)) add(at('backup'), client, 873, 1, night);
  }
  for (const name of ['erp', 'crm', 'wiki', 'ci', 'git']) add(at(name), at('db1'), 5432, 60 + upTo(200));
  add(at('erp'), at('db2'), 3306, 80);
  add(at('crm'), at('redis'), 6379, 300);
  add(at('ci'), at('git'), 22, 120);
  for (const name of applications) {
    add(at(name), at('db1'), 5432, 20 + upTo(40));
    for (let use = 0; use < 6; use++) add(at(name), at(pick(nodes)), pick([9092, 9200, 6379]), 5 + upTo(20));
  }
  for (const name of nodes) {
    for (let use = 0; use < 5; use++)
      add(at(name), at(pick(nodes)), pick([2379, 10250, 7946]), 10 + upTo(30));
  }
  for (const [name, server] of servers) {
    if (name !== 'backup') add(at('backup'), server, 22, 4, night);
    if (name !== 'monitor') add(at('monitor'), server, 10050, 96);
  }
  add(REMOTE, at('www'), 443, 1700);
  add(REMOTE, at('www'), 80, 300);
  add(REMOTE, at('mx'), 25, 300);
  add(REMOTE, at('vpn'), 443, 260);
  add(REMOTE, at('www'), 8080, 40, between(14, 24));
  add(REMOTE, at('vpn'), 22, 30, between(0, 10));
  add(at('mx'), at('mail'), 25, 280);
  add(at('mail'), at('mx'), 25, 150);
  add(at('mx'), REMOTE, 25, 140);
  add(at('proxy'), REMOTE, 443, 3000);
  add(at('proxy'), REMOTE, 80, 400);
  add(at('ci'), REMOTE, 443, 60);
  add(at('backup'), REMOTE, 873, 12, night);

  packets.sort((a, b) => a.time - b.time);
  const frames = packets.map(({ time, ...ends }) => ({
    time,
    bytes: packet({ ...ends, clientPort: 40_000 + upTo(20_000), sequence: upTo(2 ** 32), hasOptions: true }),
  }));
  // It sends SYNs without options, as scanners do, and each server answers in kind.
  const scanner = clients[3] as number;
  for (const server of servers.values()) {
    for (const port of [22, 80, 443, 445, 3306, 5432, 8080]) {
      if (!isLikely(0.15)) continue;
      const time = (DAY + 11.3 * HOUR + random() * 60) * 1e6;
      const ends = { client: scanner, server, port, clientPort: 50_000, sequence: upTo(2 ** 32) };
      frames.push({ time, bytes: packet({ ...ends, hasOptions: false }) });
    }
  }
  frames.sort((a, b) => a.time - b.time);
  return { capture: pcap(frames), names: namesOf(servers) };
}

/** How likely a workstation uses a service, of which server, and how often at most. No name stands for the Internet. */
const USES: readonly (readonly [probability: number, server: string, port: number, most: number])[] = [
  [0.5, 'dc2', 88, 3],
  [0.5, 'dc2', 389, 3],
  [0.4, 'dns1', 53, 3],
  [0.9, 'mail', 993, 8],
  [0.6, 'mail', 587, 4],
  [0.9, 'proxy', 3128, 22],
  [0.6, 'print', 631, 3],
  [0.3, 'wiki', 443, 8],
  [0.25, 'erp', 8443, 12],
  [0.2, 'crm', 443, 6],
  [0.1, 'git', 22, 6],
  [0.1, 'git', 443, 6],
  [0.05, 'ci', 8080, 6],
  [0.2, '', 443, 8],
  [0.05, '', 80, 3],
  [0.02, '', 22, 2],
];

function listServers(hasApplications: boolean): Map<string, number> {
  const places: readonly (readonly [network: number, hosts: Readonly<Record<string, number>>])[] = [
    [0, { dc1: 10, dc2: 11, files: 20, mail: 25, dns1: 53, proxy: 80, print: 91, backup: 200, monitor: 201 }],
    [1, { git: 22, wiki: 30, erp: 40, crm: 41, ci: 50 }],
    [2, { db1: 1, db2: 2, redis: 9 }],
  ];
  const servers = new Map<string, number>();
  for (const [network, hosts] of places) {
    for (const [name, host] of Object.entries(hosts)) servers.set(name, ip(10, 10, network, host));
  }
  servers
    .set('www', ip(192, 0, 2, 80))
    .set('vpn', ip(192, 0, 2, 4))
    .set('mx', ip(192, 0, 2, 25));
  if (!hasApplications) return servers;
  for (let number = 1; number <= 60; number++) servers.set(numbered('app', number), ip(10, 10, 3, number));
  for (let number = 1; number <= 40; number++) servers.set(numbered('node', number), ip(10, 10, 4, number));
  return servers;
}

function numbered(prefix: string, number: number): string {
  return `${prefix}${String(number).padStart(2, '0')}`;
}

function namesOf(servers: ReadonlyMap<string, number>): string {
  const hosts = [...servers].map(([name, address]) => {
    const bytes = [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff);
    return `  ${name}: ${bytes.join('.')}\n`;
  });
  return `local: [10.0.0.0/8, 192.0.2.0/24]\nhosts:\n${hosts.join('')}`;
}

/** The share of people at work. */
function activityAt(hour: number): number {
  if (hour < 7) return 0.05;
  if (hour < 9) return 0.5;
  if (hour < 12) return 1;
  if (hour < 13) return 0.6;
  if (hour < 17) return 1;
  return hour < 19 ? 0.4 : 0.08;
}

function ip(a: number, b: number, c: number, d: number): number {
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** Marsaglia, "Xorshift RNGs" (2003). Numbers from 0 to below 1. */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
