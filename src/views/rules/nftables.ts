// The rules as a file for `nft -f`: one table, which replaces itself as a whole. See nft(8).

import {
  DIRECTIONS,
  type Direction,
  type Flow,
  type Rule,
  type RuleModel,
} from '../../inventory/rules/model.js';
import { type AddressRange, formatAddress, formatRange } from '../../ip/address.js';
import { countAddresses } from '../../ip/blocks.js';
import { countPorts } from '../../ip/port.js';
import { type Comments, commentOf } from './comments.js';
import { formatPorts, LOG_PREFIX, type Mode, type RuleSetOptions } from './rule-set.js';

const FAMILIES = [4, 6] as const;
type Family = (typeof FAMILIES)[number];

/** The words for each IP version. */
const WORDS = { 4: { match: 'ip', type: 'ipv4_addr' }, 6: { match: 'ip6', type: 'ipv6_addr' } } as const;

/** Which ends a rule lists: one of them is always local, and so listed. */
const SHAPES = [
  [true, true],
  [true, false],
  [false, true],
] as const;

/**
 * The most rules of one direction and family that are written one by one: the kernel tries them one after another, and
 * looks into a set only once.
 */
const MAX_RULES = 500;

/** Yields a rule set line by line. */
export function* renderNftables(
  model: RuleModel,
  options: RuleSetOptions,
): Generator<string, void, undefined> {
  const parts = DIRECTIONS.flatMap((direction) =>
    FAMILIES.flatMap((family) => partsOf(model.rules, direction, family)),
  );
  yield* describeUse(options.mode);
  // Adding the table first makes deleting it succeed, and all of this is one transaction.
  yield 'table inet synsum\ndelete table inet synsum\n\ntable inet synsum {\n';
  for (const family of FAMILIES) yield* renderLocalSet(model.local, family);
  for (const { set } of parts) if (set !== undefined) yield* renderSet(set, options.comments);
  if (model.rules.some(({ helper }) => helper === 'ftp')) {
    yield '\tct helper ftp {\n\t\ttype "ftp" protocol tcp\n\t}\n\n';
  }
  for (const chain of options.chains) {
    yield `\tchain ${chain} {\n\t\ttype filter hook ${chain} priority filter; policy accept;\n`;
    yield '\t\tct state established,related accept\n';
    if (chain === 'input') yield '\t\tiifname "lo" accept\n';
    yield '\t\ttcp flags & (fin | syn | rst | ack) == syn ct state new jump connections\n\t}\n\n';
  }
  yield '\tchain connections {\n';
  for (const family of FAMILIES) {
    const { match } = WORDS[family];
    const [from, to] = [`${match} saddr @local${family}`, `${match} daddr @local${family}`];
    yield `\t\t${from} ${to} goto local\n\t\t${from} goto outbound\n\t\t${to} goto remote\n`;
  }
  yield '\t\tgoto refuse\n\t}\n\n';
  for (const direction of DIRECTIONS) {
    yield `\tchain ${direction} {\n`;
    for (const part of parts) {
      if (part.direction !== direction) continue;
      if (part.set === undefined) for (const rule of part.rules) yield renderRule(rule, options.comments);
      else yield `\t\t${matchOf(part.set)} @${part.set.name} counter accept\n`;
    }
    yield '\t\tgoto refuse\n\t}\n\n';
  }
  yield* renderEnd(options.mode);
  yield '}\n';
}

function* describeUse(mode: Mode): Generator<string, void, undefined> {
  yield '# New TCP connections that were seen in use; made by synsum rules.\n';
  yield '# Load it with `nft -f FILE`, which replaces the table synsum; `nft delete table inet synsum` removes it.\n';
  if (mode === 'log') yield '# It refuses nothing: connections that no rule allows are counted and logged.\n';
}

/** Rules of one direction and family, written one by one or as one set. */
interface Part {
  readonly direction: Direction;
  readonly rules: readonly Rule[];
  readonly set: ElementSet | undefined;
}

interface ElementSet {
  readonly name: string;
  readonly family: Family;
  readonly hasClients: boolean;
  readonly hasServers: boolean;
  readonly rules: readonly Rule[];
  /** Whether elements are single addresses and ports, which the kernel looks up faster than ranges. */
  readonly isExact: boolean;
}

/** Rules of one shape become a set if they are many. One with a helper remains a rule, as a set names none. */
function partsOf(rules: readonly Rule[], direction: Direction, family: Family): Part[] {
  const own = rules.filter((rule) => rule.direction === direction && rule.family === family);
  if (own.length <= MAX_RULES) return [{ direction, rules: own, set: undefined }];
  const parts: Part[] = [
    { direction, rules: own.filter(({ helper }) => helper !== undefined), set: undefined },
  ];
  for (const [hasClients, hasServers] of SHAPES) {
    const alike = own.filter(
      ({ helper, clients, servers }) =>
        helper === undefined &&
        (clients !== undefined) === hasClients &&
        (servers !== undefined) === hasServers,
    );
    if (alike.length === 0) continue;
    const name = `${direction}${family}${hasClients ? '_clients' : ''}${hasServers ? '_servers' : ''}_ports`;
    const set = { name, family, hasClients, hasServers, rules: alike, isExact: alike.every(isExactRule) };
    parts.push({ direction, rules: alike, set });
  }
  return parts;
}

/** Whether the flows of a rule are all that it allows. */
function isExactRule({ clients, servers, ports, flows }: Rule): boolean {
  const count = (ranges: readonly AddressRange[] | undefined): bigint =>
    ranges === undefined ? 1n : countAddresses(ranges);
  return count(clients) * count(servers) * BigInt(countPorts(ports)) === BigInt(flows.length);
}

function* renderLocalSet(local: RuleModel['local'], family: Family): Generator<string, void, undefined> {
  yield `\tset local${family} {\n\t\ttype ${WORDS[family].type}\n\t\tflags interval\n`;
  const ranges = local.filter((range) => range.family === family).map(formatRange);
  yield* renderElements(ranges);
  yield '\t}\n\n';
}

function* renderSet(set: ElementSet, comments: Comments): Generator<string, void, undefined> {
  const { type } = WORDS[set.family];
  const fields = [...(set.hasClients ? [type] : []), ...(set.hasServers ? [type] : []), 'inet_service'];
  yield `\tset ${set.name} {\n\t\ttype ${fields.join(' . ')}\n`;
  if (!set.isExact) yield '\t\tflags interval\n';
  yield* renderElements(set.isExact ? exactElements(set, comments) : blockElements(set, comments));
  yield '\t}\n\n';
}

function* renderElements(elements: Iterable<string>): Generator<string, void, undefined> {
  let isFirst = true;
  for (const element of elements) {
    yield `${isFirst ? '\t\telements = {\n' : ',\n'}\t\t\t${element}`;
    isFirst = false;
  }
  if (!isFirst) yield '\n\t\t}\n';
}

function* exactElements(
  { hasClients, hasServers, rules }: ElementSet,
  comments: Comments,
): Generator<string> {
  for (const flow of rules.flatMap(({ flows }) => flows).sort(compareFlows)) {
    const fields: string[] = [];
    if (hasClients) fields.push(textOf(flow.client));
    if (hasServers) fields.push(textOf(flow.server));
    fields.push(String(flow.port));
    yield `${fields.join(' . ')}${quoteComment({ flows: [flow] }, comments)}`;
  }
}

function* blockElements({ rules }: ElementSet, comments: Comments): Generator<string, void, undefined> {
  for (const rule of rules) {
    const comment = quoteComment(rule, comments);
    const { clients = [undefined], servers = [undefined], ports } = rule;
    for (const server of servers) {
      for (const port of ports) {
        for (const client of clients) {
          const fields = [client && formatRange(client), server && formatRange(server), formatPorts(port)];
          yield `${fields.filter((field) => field !== undefined).join(' . ')}${comment}`;
        }
      }
    }
  }
}

function compareFlows(a: Flow, b: Flow): number {
  return compareEnds(a.server, b.server) || a.port - b.port || compareEnds(a.client, b.client);
}

function compareEnds({ address: a }: Flow['client'], { address: b }: Flow['client']): number {
  if (a === undefined || b === undefined || a.value === b.value) return 0;
  return a.value < b.value ? -1 : 1;
}

function textOf({ address }: Flow['client']): string {
  return address === undefined ? '' : formatAddress(address);
}

function matchOf({ family, hasClients, hasServers }: ElementSet): string {
  const { match } = WORDS[family];
  const fields = [...(hasClients ? [`${match} saddr`] : []), ...(hasServers ? [`${match} daddr`] : [])];
  return [...fields, 'tcp dport'].join(' . ');
}

function renderRule(rule: Rule, comments: Comments): string {
  const { match } = WORDS[rule.family];
  const parts: string[] = [];
  if (rule.clients !== undefined) parts.push(`${match} saddr ${oneOf(rule.clients.map(formatRange))}`);
  if (rule.servers !== undefined) parts.push(`${match} daddr ${oneOf(rule.servers.map(formatRange))}`);
  parts.push(`tcp dport ${oneOf(rule.ports.map((ports) => formatPorts(ports)))}`);
  if (rule.helper !== undefined) parts.push(`ct helper set "${rule.helper}"`);
  return `\t\t${parts.join(' ')} counter accept${quoteComment(rule, comments)}\n`;
}

function oneOf(texts: readonly string[]): string {
  return texts.length === 1 ? (texts[0] as string) : `{ ${texts.join(', ')} }`;
}

function quoteComment(rule: Pick<Rule, 'flows'>, comments: Comments): string {
  const text = commentOf(rule, comments);
  return text === '' ? '' : ` comment "${text}"`;
}

/** The end of all chains. A limit keeps a scan from filling the log. */
function* renderEnd(mode: Mode): Generator<string, void, undefined> {
  yield '\tchain refuse {\n\t\tcounter\n';
  if (mode === 'log') {
    yield `\t\tlimit rate 10/minute burst 20 packets log prefix "${LOG_PREFIX}"\n\t\taccept\n`;
  } else {
    yield '\t\treject with tcp reset\n';
  }
  yield '\t}\n';
}
