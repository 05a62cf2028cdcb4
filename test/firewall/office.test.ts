// Rules made from a capture, loaded into real kernels: everything in use passes, everything else that is open is refused.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Firewall } from '../../src/firewall/evaluate.js';
import { readRuleset } from '../../src/firewall/read-ruleset.js';
import { parseAddress } from '../../src/ip/address.js';
import { type Result, synsum } from '../helpers/program.js';
import { LAB_NOTE } from './lab/namespaces.js';
import { FTP_TEXT, LOCAL, MACHINES, OfficeNetwork, type Try } from './lab/office-network.js';

const SERVERS = ['files', 'web', 'data'] as const;
const CLIENTS = ['ann', 'bob', 'cleo', 'mallory', 'internet'] as const;
/** All of them are open on all servers and on the Internet. */
const PORTS = [22, 80, 443, 3306, 5432, 8080, 9999];
const FAMILIES = [0, 1] as const;

/** The connections that are in use. */
const USED: readonly Try[] = [
  { from: 'ann', to: 'files', address: 0, port: 22 },
  { from: 'ann', to: 'files', address: 1, port: 22 },
  { from: 'ann', to: 'web', address: 0, port: 80 },
  { from: 'bob', to: 'web', address: 0, port: 80 },
  { from: 'bob', to: 'web', address: 0, port: 443 },
  { from: 'bob', to: 'web', address: 1, port: 443 },
  { from: 'cleo', to: 'data', address: 0, port: 5432 },
  { from: 'cleo', to: 'data', address: 1, port: 3306 },
  { from: 'web', to: 'data', address: 0, port: 5432 },
  { from: 'internet', to: 'web', address: 0, port: 443 },
  { from: 'internet', to: 'web', address: 1, port: 443 },
  { from: 'ann', to: 'internet', address: 0, port: 443 },
  { from: 'cleo', to: 'internet', address: 1, port: 80 },
];

const ALL: readonly Try[] = [
  ...CLIENTS.flatMap((from) => SERVERS.map((to) => [from, to] as const)),
  ...CLIENTS.filter((from) => from !== 'internet').map((from) => [from, 'internet'] as const),
  ['web', 'data'] as const,
  ['data', 'web'] as const,
].flatMap(([from, to]) =>
  FAMILIES.flatMap((address) => PORTS.map((port) => ({ from, to, address, port }) satisfies Try)),
);

function keyOf({ from, to, address, port }: Try): string {
  return `${from} -> ${MACHINES[to][address]} ${port}`;
}

const used = new Set(USED.map(keyOf));

const PROGRAMS = ['tcpdump', 'nmap', 'vsftpd', 'curl', 'ping', 'ss'];
const MISSING = PROGRAMS.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
const NOTE = LAB_NOTE || (MISSING.length === 0 ? '' : ` (skipped: not installed: ${MISSING.join(', ')})`);

describe.skipIf(NOTE !== '')('rules that were made from a capture', () => {
  let office: OfficeNetwork;
  let capture: string;
  const file = (name: string): string => path.join(office.folder, name);

  beforeAll(async () => {
    office = new OfficeNetwork();
    for (const machine of [...SERVERS, 'internet'] as const) await office.serve(machine, PORTS, [53]);
    await office.serveFtp('files');
    writeFileSync(file('hosts.yaml'), `local: [${LOCAL.join(', ')}]\n`);
    capture = await office.captureWhile(watch);
  });
  afterAll(() => office?.close());

  /** A few days at the office, with all that disturbs them. */
  function watch(): void {
    for (let round = 0; round < 3; round++) {
      expect(office.try(USED)).toEqual(USED.map(() => 'open'));
    }
    for (const mode of ['active', 'passive'] as const) {
      expect(office.fetchFtp('bob', 'files', 0, mode)).toBe(FTP_TEXT);
      expect(office.fetchFtp('bob', 'files', 1, mode)).toBe(FTP_TEXT);
    }
    const ports = ['-p', PORTS.join(',')];
    const addresses = SERVERS.map((server) => MACHINES[server][0]);
    const mallory = office.nameOf('mallory');
    office.network.run(mallory, 'nmap', ['-n', '-Pn', '-sS', ...ports, ...addresses]);
    office.network.run(mallory, 'nmap', ['-n', '-Pn', '-6', '-sT', ...ports, MACHINES.files[1]]);
    const numbers = Array.from({ length: 300 }, (_, at) => at);
    // A flood of SYNs from forged addresses, and the answers to a flood in which somebody forged ours.
    office.forge(
      'internet',
      numbers.map((at) => `203.0.113.${at % 250} ${(at * 211) % 65_536} ${MACHINES.web[0]} 8080 2`),
    );
    const victims = (['ann', 'bob', 'cleo', 'mallory'] as const).map((client) => MACHINES[client][0]);
    office.forge(
      'internet',
      numbers.map((at) => `198.51.100.200 443 ${victims[at % 4]} ${(at * 977) % 65_536} 18`),
    );
  }

  /** Runs synsum on the capture. */
  function onCapture(command: string, ...args: string[]): Promise<Result> {
    return synsum([command, '--names', file('hosts.yaml'), ...args, capture]);
  }

  async function makeRules(name: string, ...args: string[]): Promise<string> {
    const target = file(name);
    expect(await onCapture('rules', ...args, '--force', '-o', target)).toMatchObject({ status: 0 });
    return target;
  }

  function expectOnlyUsed(): void {
    const results = office.try(ALL);
    const opened = ALL.filter((_, at) => results[at] === 'open').map(keyOf);
    expect(opened.toSorted()).toEqual([...used].toSorted());
    // Refused at once, so that nobody has to wait.
    expect(new Set(results)).toEqual(new Set(['open', 'ECONNREFUSED']));
    for (const address of FAMILIES) {
      for (const mode of ['active', 'passive'] as const) {
        expect([mode, office.fetchFtp('bob', 'files', address, mode)]).toEqual([mode, FTP_TEXT]);
        expect([mode, office.fetchFtp('ann', 'files', address, mode)]).toEqual([mode, undefined]);
      }
    }
    expectOthersPass();
  }

  /** Nothing is known of UDP and ICMP, so they pass. */
  function expectOthersPass(): void {
    for (const address of FAMILIES) {
      expect(office.ping('cleo', 'web', address)).toBe(true);
      const udp: Try = { from: 'mallory', to: 'data', address, port: 53, protocol: 'udp' };
      expect(office.try([udp])).toEqual(['open']);
    }
  }

  test(`when the rules are those of nftables, only what is used passes, and the check says so${NOTE}`, async () => {
    const rules = await makeRules('rules.nft');
    const load = (): string => {
      office.network.run(office.router, 'nft', ['-f', rules]);
      return office.network.listRules(office.router);
    };
    const listed = load();
    expect(stripHandles(load())).toEqual(stripHandles(listed));
    expectOnlyUsed();
    const firewall = new Firewall(readRuleset(listed), 'forward');
    const decided = ALL.filter(({ from, to, address, port }) => {
      const [source, destination] = [MACHINES[from][address], MACHINES[to][address]].map(parseAddress);
      const decision = firewall.decide({ family: address === 0 ? 4 : 6, source, destination, port });
      expect(decision.verdict).not.toBe('undecided');
      return decision.verdict === 'accept';
    });
    expect(decided.map(keyOf).toSorted()).toEqual([...used].toSorted());
    const ruleset = file('listed.json');
    writeFileSync(ruleset, listed);
    const checked = await onCapture('rules', '--check', ruleset, '-f', 'json');
    expect(checked).toMatchObject({ status: 0 });
    // FTP's control port is in use too, in both families.
    expect(JSON.parse(checked.stdout)).toMatchObject({
      uses: USED.length + 2,
      passed: USED.length + 2,
      refused: 0,
      undecided: 0,
      open: 0,
      unused_rules: 0,
      findings: [],
    });
  });

  describe.each(['nft', 'legacy'] as const)('with iptables-%s', (kind) => {
    const programs = [`iptables-${kind}`, `ip6tables-${kind}`] as const;
    const fault = faultOfTables(programs);

    /** Loads the rules as the file says. @returns what the kernel lists */
    function load(files: readonly string[]): string {
      programs.forEach((program, at) => {
        const text = readFileSync(files[at] as string, 'utf8');
        office.network.run(office.router, `${program}-restore`, ['--noflush'], text);
        const [family = ''] = program.split('-');
        for (const [, line = ''] of text.matchAll(/^# +(ip6?tables -t \w+ -C .*)$/gm)) {
          const script = line.replaceAll(new RegExp(`\\b${family}\\b`, 'g'), program);
          office.network.run(office.router, 'sh', ['-c', script]);
        }
      });
      return programs.map((program) => office.network.run(office.router, `${program}-save`, [])).join('');
    }

    async function makeBoth(...args: string[]): Promise<string[]> {
      office.network.loadRules(office.router, 'flush ruleset');
      return [
        await makeRules(`${kind}.v4`, '-f', 'iptables', ...args),
        await makeRules(`${kind}.v6`, '-f', 'ip6tables', ...args),
      ];
    }

    afterAll(() => {
      if (office === undefined || fault !== '') return;
      for (const program of programs) {
        for (const table of ['filter', 'raw']) {
          for (const flag of ['-F', '-X']) office.network.run(office.router, program, ['-t', table, flag]);
        }
      }
    });

    test.skipIf(fault !== '')(
      `when the rules are loaded twice, they are the same${NOTE || fault}`,
      async () => {
        const files = await makeBoth();
        const listed = load(files);
        const strip = (text: string): string => text.replaceAll(/^#.*\n|\[\d+:\d+\]/gm, '');
        expect(strip(load(files))).toBe(strip(listed));
      },
    );

    test.skipIf(fault !== '')(
      `when the rules are loaded, only what is used passes${NOTE || fault}`,
      async () => {
        load(await makeBoth());
        expectOnlyUsed();
      },
    );

    test.skipIf(fault !== '')(`when the rules only log, nothing is refused${NOTE || fault}`, async () => {
      load(await makeBoth('--mode', 'log'));
      expect(new Set(office.try(ALL))).toEqual(new Set(['open']));
      expectOthersPass();
    });
  });

  test(`when the rules only log, nothing is refused, and everything that would be is counted${NOTE}`, async () => {
    const rules = await makeRules('trial.nft', '--mode', 'log');
    office.network.loadRules(office.router, 'flush ruleset');
    office.network.run(office.router, 'nft', ['-f', rules]);
    expect(new Set(office.try(ALL))).toEqual(new Set(['open']));
    expectOthersPass();
    const { nftables } = JSON.parse(office.network.listRules(office.router)) as {
      readonly nftables: readonly Listed[];
    };
    const counters = nftables.flatMap(({ rule }) =>
      rule?.chain === 'refuse' ? rule.expr.flatMap(({ counter }) => counter?.packets ?? []) : [],
    );
    // A busy machine may send a SYN again.
    expect(counters[0]).toBeGreaterThanOrEqual(ALL.length - USED.length);
  });

  test(`when a rule set refuses what is used and lets through what is not, the check finds both${NOTE}`, async () => {
    const [web, data] = [MACHINES.web[0], MACHINES.data[0]];
    office.network.loadRules(
      office.router,
      `flush ruleset
      table inet own {
        chain forward {
          type filter hook forward priority filter; policy accept;
          ct state established,related accept
          ip daddr ${web} tcp dport 443 drop
          ip daddr ${data} tcp dport 25 accept
          ip6 daddr fd02::/16 tcp dport != { 22, 443, 3306 } reject
          ip daddr 10.2.0.0/16 tcp dport 8080-9999 reject with tcp reset
        }
      }`,
    );
    const ruleset = file('own.json');
    writeFileSync(ruleset, office.network.listRules(office.router));
    const { status, stdout } = await onCapture('rules', '--check', ruleset, '-f', 'json');
    expect(status).toBe(1);
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
    const refused = findings.filter(({ finding }) => finding === 'refused');
    expect(refused.map(({ client, address, port, rule }) => [client, address, port, rule.number])).toEqual([
      ['10.1.0.2', web, 443, 2],
      [MACHINES.internet[0], web, 443, 2],
      ['fd01::2', 'fd02::1', 21, 4],
    ]);
    expect(
      findings.filter(({ finding }) => finding === 'unused rule').map(({ rule }) => rule.number),
    ).toEqual([3]);
    // The kernel agrees on what the attacker found open, one by one.
    const tries = SERVERS.flatMap((to) =>
      PORTS.map((port) => ({ from: 'mallory', to, address: 0, port }) as const),
    );
    const results = office.try(tries.filter(({ to, port }) => to !== 'web' || port !== 443));
    const open = tries.filter(({ to, port }) => to !== 'web' || port !== 443);
    const expected = open
      .filter((_, at) => results[at] === 'open')
      .map(({ to, port }) => `${MACHINES[to][0]} ${port}`);
    const found = findings.filter(
      ({ finding, client }) => finding === 'open' && client === MACHINES.mallory[0],
    );
    expect(found.map(({ address, port }) => `${address} ${port}`).toSorted()).toEqual(expected.toSorted());
    expect(expected.length).toBeGreaterThan(10);
  });
});

/** Why these programs cannot be used here, as part of a title; empty if they can. */
function faultOfTables(programs: readonly string[]): string {
  const rules = [
    '-t filter -A FORWARD -p tcp -m multiport --dports 1,2 -m comment --comment x -j REJECT --reject-with tcp-reset',
    '-t filter -A FORWARD -m conntrack --ctstate NEW -m limit --limit 10/min -j LOG --log-prefix x',
    '-t raw -A PREROUTING -p tcp --dport 21 -j CT --helper ftp',
  ];
  const script = programs.flatMap((program) => rules.map((rule) => `${program} ${rule}`)).join(' && ');
  const { status, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', script], { encoding: 'utf8' });
  return status === 0
    ? ''
    : ` (skipped: the kernel has not all that ${programs[0]} needs: ${stderr.split('\n')[0]})`;
}

/** A line of the JSON of nft. */
interface Listed {
  readonly rule?: {
    readonly chain: string;
    readonly expr: readonly { readonly counter?: { readonly packets: number } }[];
  };
}

interface Finding {
  readonly finding: string;
  readonly client: string;
  readonly address: string;
  readonly port: number;
  readonly rule: { readonly number: number };
}

/** The rule set without what differs each time that it is loaded. */
function stripHandles(json: string): unknown {
  return JSON.parse(json, (key, value: unknown) =>
    ['handle', 'packets', 'bytes'].includes(key) ? undefined : value,
  );
}
