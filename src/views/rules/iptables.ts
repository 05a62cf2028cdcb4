// The rules as a file for iptables-restore or ip6tables-restore --noflush: chains of our own, which replace themselves.
// See iptables-restore(8) and iptables-extensions(8).

import { DIRECTIONS, type Rule, type RuleModel } from '../../inventory/rules/model.js';
import { type AddressRange, formatRange } from '../../ip/address.js';
import { blocksOf } from '../../ip/blocks.js';
import type { PortRange } from '../../ip/port.js';
import { commentOf } from './comments.js';
import { formatPorts, LOG_PREFIX, type RuleSetOptions } from './rule-set.js';

/** The chains of the table filter, all of ours. */
const CHAIN = {
  first: 'SYNSUM',
  connections: 'SYNSUM-NEW',
  fromLocal: 'SYNSUM-FROM-LOCAL',
  local: 'SYNSUM-LOCAL',
  remote: 'SYNSUM-REMOTE',
  outbound: 'SYNSUM-OUTBOUND',
  refuse: 'SYNSUM-REFUSE',
} as const;
/** The only chain of ours in the table raw. */
const FTP_CHAIN = 'SYNSUM-FTP';

/** A multiport match has room for 15 ports; a range counts as two. */
const MAX_PORTS = 15;

const PROGRAMS = { 4: 'iptables', 6: 'ip6tables' } as const;

/** Yields the rules of one IP version line by line. */
export function* renderIptables(
  { rules, local }: RuleModel,
  family: 4 | 6,
  options: RuleSetOptions,
): Generator<string, void, undefined> {
  const own = rules.filter((rule) => rule.family === family);
  const networks = blocksOf(local.filter((range) => range.family === family)).map(formatRange);
  // A trial must not let through what rules after ours refuse.
  const allow = options.mode === 'log' ? 'RETURN' : 'ACCEPT';
  yield* describeUse(family, options);
  yield `*raw\n:${FTP_CHAIN} - [0:0]\n`;
  for (const rule of own) if (rule.helper === 'ftp') yield* renderHelper(rule);
  yield 'COMMIT\n*filter\n';
  for (const chain of Object.values(CHAIN)) yield `:${chain} - [0:0]\n`;
  yield `-A ${CHAIN.first} -m conntrack --ctstate RELATED,ESTABLISHED -j ${allow}\n`;
  if (options.chains.includes('input')) yield `-A ${CHAIN.first} -i lo -j ${allow}\n`;
  const isNew = '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW';
  yield `-A ${CHAIN.first} ${isNew} -j ${CHAIN.connections}\n`;
  for (const network of networks) yield `-A ${CHAIN.connections} -s ${network} -g ${CHAIN.fromLocal}\n`;
  for (const network of networks) yield `-A ${CHAIN.connections} -d ${network} -g ${CHAIN.remote}\n`;
  yield `-A ${CHAIN.connections} -g ${CHAIN.refuse}\n`;
  for (const network of networks) yield `-A ${CHAIN.fromLocal} -d ${network} -g ${CHAIN.local}\n`;
  yield `-A ${CHAIN.fromLocal} -g ${CHAIN.outbound}\n`;
  for (const direction of DIRECTIONS) {
    for (const rule of own) {
      if (rule.direction !== direction) continue;
      yield* renderRule(rule, CHAIN[direction], allow, commentOf(rule, options.comments));
    }
    yield `-A ${CHAIN[direction]} -g ${CHAIN.refuse}\n`;
  }
  yield* renderEnd(options);
  yield 'COMMIT\n';
}

function* describeUse(family: 4 | 6, { mode, chains }: RuleSetOptions): Generator<string, void, undefined> {
  const program = PROGRAMS[family];
  yield `# New TCP connections over IPv${family} that were seen in use; made by synsum rules.\n`;
  if (mode === 'log')
    yield '# They refuse nothing: connections that no rule allows are counted and logged.\n';
  yield '# Load the chains, which replaces older ones, then jump to them unless that is done already:\n';
  yield `#   ${program}-restore --noflush FILE\n`;
  for (const [table, from, to] of jumpsOf(chains)) {
    const jump = `${from} -j ${to}`;
    yield `#   ${program} -t ${table} -C ${jump} 2>/dev/null || ${program} -t ${table} -I ${jump}\n`;
  }
  yield '# To remove them:\n';
  for (const [table, from, to] of jumpsOf(chains)) yield `#   ${program} -t ${table} -D ${from} -j ${to}\n`;
}

function jumpsOf(chains: RuleSetOptions['chains']): [table: string, from: string, to: string][] {
  const filter = chains.map((chain): [string, string, string] => [
    'filter',
    chain.toUpperCase(),
    CHAIN.first,
  ]);
  return [['raw', 'PREROUTING', FTP_CHAIN], ...filter];
}

/** Has the kernel follow the control connections, wherever they come from: those that no rule allows are refused anyway. */
function* renderHelper({ clients, servers, ports }: Rule): Generator<string, void, undefined> {
  const matches = servers === undefined ? matchesOf('-s', clients) : matchesOf('-d', servers);
  for (const match of matches) {
    for (const { first, last } of ports) {
      yield `-A ${FTP_CHAIN}${match} -p tcp -m tcp --dport ${formatPorts({ first, last }, ':')} -j CT --helper ftp\n`;
    }
  }
}

function* renderRule(
  { clients, servers, ports }: Rule,
  chain: string,
  target: string,
  comment: string,
): Generator<string, void, undefined> {
  const end = `${comment === '' ? '' : ` -m comment --comment "${comment}"`} -j ${target}\n`;
  for (const server of matchesOf('-d', servers)) {
    for (const port of portMatchesOf(ports)) {
      for (const client of matchesOf('-s', clients))
        yield `-A ${chain}${client}${server} -p tcp${port}${end}`;
    }
  }
}

function matchesOf(option: string, blocks: readonly AddressRange[] | undefined): string[] {
  return blocks === undefined ? [''] : blocks.map((block) => ` ${option} ${formatRange(block)}`);
}

function portMatchesOf(ports: readonly PortRange[]): string[] {
  const [only] = ports;
  if (only !== undefined && ports.length === 1) return [` -m tcp --dport ${formatPorts(only, ':')}`];
  const matches: string[] = [];
  let texts: string[] = [];
  let room = MAX_PORTS;
  const end = (): void => {
    if (texts.length > 0) matches.push(` -m multiport --dports ${texts.join(',')}`);
    texts = [];
    room = MAX_PORTS;
  };
  for (const range of ports) {
    const size = range.first === range.last ? 1 : 2;
    if (size > room) end();
    texts.push(formatPorts(range, ':'));
    room -= size;
  }
  end();
  return matches;
}

/** The end of all chains. A limit keeps a scan from filling the log. */
function* renderEnd({ mode }: RuleSetOptions): Generator<string, void, undefined> {
  if (mode === 'log') {
    yield `-A ${CHAIN.refuse} -m limit --limit 10/min --limit-burst 20 -j LOG --log-prefix "${LOG_PREFIX}"\n`;
    yield `-A ${CHAIN.refuse} -j RETURN\n`;
  } else {
    yield `-A ${CHAIN.refuse} -p tcp -j REJECT --reject-with tcp-reset\n`;
  }
}
