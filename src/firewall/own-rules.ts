// Turns the rules that `synsum rules -f json` writes (docs/schemas/rules.schema.json) into the objects that nft would list for
// them, so that one reader understands both.

import { type AddressRange, formatAddress, parseRange } from '../ip/address.js';
import { MAX_PORT, parsePortRange } from '../ip/port.js';
import { describeExpression } from './describe.js';
import { isObject, RulesetError } from './json.js';

const SCHEMA = 'synsum.rules';
/** The version of the schema that is understood. */
const VERSION = 1;
const DIRECTIONS = ['local', 'remote', 'outbound'] as const;
const HOOKS = ['forward', 'input'];
const FAMILIES = { ipv4: 4, ipv6: 6 } as const;
const PROTOCOLS = { 4: 'ip', 6: 'ip6' } as const;
/** Where everything stands. */
const AT = { family: 'inet', table: 'synsum' } as const;

type Fields = Readonly<Record<string, unknown>>;

/** Whether a document has rules that synsum wrote. */
export function isOwnRules(root: unknown): root is Fields {
  return isObject(root) && (root as Fields)['schema'] === SCHEMA;
}

/** @throws RulesetError with the place of what cannot be used */
export function listOwnRules(root: Fields): object[] {
  if (root['version'] !== VERSION) {
    throw fault('version', `found ${describeExpression(root['version'])}`, `${VERSION}`);
  }
  const isLog = root['mode'] === 'log';
  const local = rangesIn(root['local'], 'local');
  const items: object[] = [{ table: { family: AT.family, name: AT.table } }];
  for (const name of ['refuse', ...DIRECTIONS, 'connections']) items.push(chainOf(name));
  for (const hook of listIn(root['chains'], 'chains')) {
    if (!HOOKS.includes(hook as string))
      throw fault('chains', `found ${describeExpression(hook)}`, HOOKS.join(' or '));
    items.push({ chain: { ...AT, name: hook, type: 'filter', hook, prio: 0, policy: 'accept' } });
    items.push(ruleOf(hook as string, [{ jump: { target: 'connections' } }]));
  }
  for (const family of [4, 6] as const) {
    const ranges = local.filter((range) => range.family === family);
    if (ranges.length === 0) continue;
    const [from, to] = [matchAddress('saddr', family, ranges), matchAddress('daddr', family, ranges)];
    items.push(ruleOf('connections', [from, to, goto('local')]));
    items.push(ruleOf('connections', [from, goto('outbound')]));
    items.push(ruleOf('connections', [to, goto('remote')]));
  }
  items.push(ruleOf('connections', [goto('refuse')]));
  for (const [number, rule] of listIn(root['rules'], 'rules').entries())
    items.push(allow(rule, `rules[${number}]`));
  for (const direction of DIRECTIONS) items.push(ruleOf(direction, [goto('refuse')]));
  items.push(ruleOf('refuse', [isLog ? { accept: null } : { reject: { type: 'tcp reset' } }]));
  return items;
}

function allow(rule: unknown, place: string): object {
  if (!isObject(rule)) throw fault(place, 'found something else', 'an object');
  const { direction, family, clients, servers, ports } = rule as Fields;
  if (!DIRECTIONS.some((known) => known === direction)) {
    throw fault(`${place}.direction`, `found ${describeExpression(direction)}`, DIRECTIONS.join(', '));
  }
  if (family !== 'ipv4' && family !== 'ipv6') {
    throw fault(`${place}.family`, `found ${describeExpression(family)}`, 'ipv4 or ipv6');
  }
  const number = FAMILIES[family];
  const ends = [
    ['saddr', clients, 'clients'],
    ['daddr', servers, 'servers'],
  ] as const;
  return ruleOf(
    direction as string,
    [
      { match: { op: '==', left: { meta: { key: 'nfproto' } }, right: family } },
      // Null stands for every address that is not local, which the chain has made sure of.
      ...ends.flatMap(([field, blocks, name]) =>
        blocks === null ? [] : [matchAddress(field, number, rangesIn(blocks, `${place}.${name}`))],
      ),
      matchPorts(ports, `${place}.ports`),
      { accept: null },
    ],
    place,
  );
}

function chainOf(name: string): object {
  return { chain: { ...AT, name } };
}

function ruleOf(chain: string, expr: readonly object[], comment?: string): object {
  return { rule: { ...AT, chain, expr, ...(comment === undefined ? {} : { comment }) } };
}

function goto(target: string): object {
  return { goto: { target } };
}

function matchAddress(field: 'saddr' | 'daddr', family: 4 | 6, ranges: readonly AddressRange[]): object {
  const left = { payload: { protocol: PROTOCOLS[family], field } };
  const set = ranges.map(({ first, last }) => {
    const [from, to] = [first, last].map((value) => formatAddress({ family, value }));
    return from === to ? from : { range: [from, to] };
  });
  return { match: { op: '==', left, right: { set } } };
}

function matchPorts(ports: unknown, place: string): object {
  const set = listIn(ports, place).map((text) => {
    const range = typeof text === 'string' ? parsePortRange(text) : undefined;
    if (range === undefined)
      throw fault(place, `found ${describeExpression(text)}`, `ports from 0 to ${MAX_PORT}`);
    return range.first === range.last ? range.first : { range: [range.first, range.last] };
  });
  return { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: { set } } };
}

function rangesIn(value: unknown, place: string): AddressRange[] {
  return listIn(value, place).map((text) => {
    const range = typeof text === 'string' ? parseRange(text) : undefined;
    if (range === undefined) {
      throw fault(
        place,
        `found ${describeExpression(text)}`,
        'an address, a CIDR block or a range of addresses',
      );
    }
    return range;
  });
}

function listIn(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw fault(place, 'found something else', 'a list');
  return value;
}

function fault(place: string, found: string, expected: string): RulesetError {
  return new RulesetError(`at ${place}: ${found}, expected ${expected}`);
}
