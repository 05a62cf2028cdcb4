// The rules as a policy for Capirca's aclgen, which makes rules for many vendors from it: a policy (.pol), its addresses
// (.net) and its ports (.svc). See the documentation of Capirca, "Policy format" and "Naming definitions".

import { DIRECTIONS, type Direction, type Rule, type RuleModel } from '../../inventory/rules/model.js';
import { type AddressRange, formatAddress } from '../../ip/address.js';
import { blocksOf, prefixLengthOf } from '../../ip/blocks.js';
import type { PortRange } from '../../ip/port.js';
import { commentOf } from './comments.js';
import { CAPIRCA_FILES, formatPorts, type RuleFile, type RuleSetOptions } from './rule-set.js';

/**
 * The platforms for which the policy can be compiled, with the options of each. Not among them are Windows, where a rule
 * that refuses always wins, and OpenConfig, which cannot let established connections pass; nftables and iptables have
 * formats of their own.
 */
const TARGETS: readonly string[] = [
  'arista synsum mixed',
  'arista_tp synsum mixed',
  'aruba synsum',
  'brocade synsum mixed',
  'cisco synsum mixed',
  'ciscoasa synsum',
  'cisconx synsum mixed',
  'ciscoxr synsum mixed',
  'ipset FORWARD ACCEPT',
  'juniper synsum mixed',
  'msmpc synsum mixed',
  'nsxv synsum mixed',
  'packetfilter synsum mixed',
  'paloalto from-zone any to-zone any mixed',
  'speedway FORWARD ACCEPT',
  'srx from-zone all to-zone all mixed',
  'srxlo synsum inet',
];

/** The name of the local networks in the definitions. */
const LOCAL = 'LOCAL_NETWORKS';

/** A rule with its number among those of its direction. */
interface NumberedRule {
  readonly rule: Rule;
  readonly direction: Direction;
  readonly number: number;
}

/** The files of a policy, in the folders that aclgen's options `--base_directory` and `--definitions_directory` name. */
export function renderCapirca(model: RuleModel, options: RuleSetOptions): RuleFile[] {
  const rules = DIRECTIONS.flatMap((direction) =>
    model.rules
      .filter((rule) => rule.direction === direction)
      .map((rule, at): NumberedRule => ({ rule, direction, number: at + 1 })),
  );
  const [policy, networks, services] = CAPIRCA_FILES;
  return [
    { path: policy, text: renderPolicy(rules, options) },
    { path: networks, text: renderNetworks(rules, model.local) },
    { path: services, text: renderServices(rules) },
  ];
}

function* renderPolicy(
  rules: readonly NumberedRule[],
  options: RuleSetOptions,
): Generator<string, void, undefined> {
  yield 'header {\n  comment:: "New TCP connections that were seen in use; made by synsum rules."\n';
  for (const target of TARGETS) yield `  target:: ${target}\n`;
  yield '}\n';
  // An ASA lets established connections pass anyway, and its generator would let all of TCP pass here.
  yield 'term established {\n  platform-exclude:: ciscoasa\n  protocol:: tcp\n  option:: tcp-established\n  action:: accept\n}\n';
  // The order keeps the directions apart: local connections end before outbound ones, and those before remote ones.
  for (const direction of ['local', 'outbound', 'remote'] as const) {
    for (const one of rules) if (one.direction === direction) yield* renderTerm(one, options);
    const ends: Readonly<Record<Direction, readonly string[]>> = {
      local: [`source-address:: ${LOCAL}`, `destination-address:: ${LOCAL}`],
      outbound: [`source-address:: ${LOCAL}`],
      remote: [],
    };
    yield* renderEnd(`${direction}-end`, ends[direction], options);
  }
  yield 'term others {\n  action:: accept\n}\n';
}

function* renderTerm(one: NumberedRule, options: RuleSetOptions): Generator<string, void, undefined> {
  const { rule, direction, number } = one;
  const comment = commentOf(rule, options.comments);
  yield `term ${direction}-${number} {\n`;
  if (comment !== '') yield `  comment:: "${comment}"\n`;
  if (rule.clients !== undefined) yield `  source-address:: ${networkName(one, 'CLIENTS')}\n`;
  if (rule.servers !== undefined) yield `  destination-address:: ${networkName(one, 'SERVERS')}\n`;
  yield `  destination-port:: ${rule.ports.map(portName).join(' ')}\n`;
  yield '  protocol:: tcp\n  action:: accept\n}\n';
}

/** Ends what no term before lets through. */
function* renderEnd(
  name: string,
  matches: readonly string[],
  { mode }: RuleSetOptions,
): Generator<string, void, undefined> {
  yield `term ${name} {\n`;
  for (const match of matches) yield `  ${match}\n`;
  yield '  protocol:: tcp\n';
  yield mode === 'log' ? '  logging:: true\n  action:: accept\n}\n' : '  action:: deny\n}\n';
}

function networkName({ direction, number }: NumberedRule, end: 'CLIENTS' | 'SERVERS'): string {
  return `${direction.toUpperCase()}_${number}_${end}`;
}

function portName(ports: PortRange): string {
  return `TCP_${formatPorts(ports, '_')}`;
}

function* renderNetworks(
  rules: readonly NumberedRule[],
  local: readonly AddressRange[],
): Generator<string, void, undefined> {
  yield* renderNetwork(LOCAL, blocksOf(local));
  for (const one of rules) {
    if (one.rule.clients !== undefined) yield* renderNetwork(networkName(one, 'CLIENTS'), one.rule.clients);
    if (one.rule.servers !== undefined) yield* renderNetwork(networkName(one, 'SERVERS'), one.rule.servers);
  }
}

function* renderNetwork(name: string, blocks: readonly AddressRange[]): Generator<string, void, undefined> {
  for (const [at, block] of blocks.entries()) {
    const address = formatAddress({ family: block.family, value: block.first });
    yield `${at === 0 ? `${name} =` : ' '.repeat(name.length + 2)} ${address}/${prefixLengthOf(block)}\n`;
  }
}

function* renderServices(rules: readonly NumberedRule[]): Generator<string, void, undefined> {
  const ports = new Map(
    rules.flatMap(({ rule }) => rule.ports.map((range) => [portName(range), range] as const)),
  );
  const sorted = [...ports].sort(([, a], [, b]) => a.first - b.first || a.last - b.last);
  for (const [name, range] of sorted) yield `${name} = ${formatPorts(range)}/tcp\n`;
}
