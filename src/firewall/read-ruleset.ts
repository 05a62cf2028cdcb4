// Reads the JSON of `nft -j list ruleset` (libnftables-json(5)), or of `synsum rules -f json`, into a program. Its text may come from anyone: anything
// that contradicts the format is refused with its place, and nothing is followed without a bound.

import { describeExpression, describeRule } from './describe.js';
import { isObject, type JsonObject, onlyField, RulesetError } from './json.js';
import type { SetContents } from './matches.js';
import type { Base, Chain, Place, Rule, Ruleset } from './model.js';
import { isOwnRules, listOwnRules } from './own-rules.js';
import { compileStatement, type Scope } from './statements.js';

/** Bytes of text; 20,000 elements take about 2 MB. */
export const MAX_RULESET_LENGTH: number = 256 * 1024 * 1024;
/** Rules, chains and sets together. */
const MAX_OBJECTS = 1_000_000;
/** The statements of a rule; the kernel allows 128 expressions. */
const MAX_STATEMENTS = 256;
/** The kernel's longest name. */
const MAX_NAME = 256;

const FAMILIES = new Set(['ip', 'ip6', 'inet', 'netdev', 'arp', 'bridge']);
/** Families that see no packet between two machines that are not bridged, or no IP. */
const OTHER_FAMILIES = new Set(['arp', 'bridge']);

interface Table {
  readonly family: string;
  readonly isDormant: boolean;
  readonly chains: Map<string, ChainDraft>;
  readonly sets: Map<string, SetContents & { readonly items: unknown[] }>;
}

type ChainDraft = Omit<Chain, 'rules'> & { readonly rules: Rule[]; count: number };

/**
 * @param text one JSON document
 * @throws RulesetError with the place of what cannot be used
 */
export function readRuleset(text: string): Ruleset {
  const items = listOfItems(text);
  const tables = new Map<string, Table>();
  // Tables come before their contents, but a rule may lead to a chain that comes later.
  for (const [at, item] of items.entries()) declare(item, at, tables);
  let rules = 0;
  for (const [at, item] of items.entries()) {
    const [name, content] = onlyField(item) ?? [];
    if (name !== 'rule' || !isObject(content)) continue;
    addRule(content, at, tables);
    rules += 1;
  }
  const bases: Chain[] = [];
  for (const { isDormant, family, chains } of tables.values()) {
    if (isDormant || OTHER_FAMILIES.has(family)) continue;
    for (const chain of chains.values()) if (chain.base !== undefined) bases.push(chain);
  }
  return { bases, rules };
}

function listOfItems(text: string): readonly unknown[] {
  if (text.length > MAX_RULESET_LENGTH) {
    throw new RulesetError(`found ${text.length} characters, expected at most ${MAX_RULESET_LENGTH}`);
  }
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    throw new RulesetError(
      `found no JSON (${(error as Error).message}), expected that of nft -j list ruleset`,
    );
  }
  const items = isOwnRules(root) ? listOwnRules(root) : isObject(root) ? root.nftables : undefined;
  if (!Array.isArray(items)) {
    throw new RulesetError(
      'found no list "nftables", expected the JSON of nft -j list ruleset or of synsum rules -f json',
    );
  }
  if (items.length > MAX_OBJECTS) {
    throw new RulesetError(`found ${items.length} objects, expected at most ${MAX_OBJECTS}`);
  }
  return items;
}

function declare(item: unknown, at: number, tables: Map<string, Table>): void {
  const [name, content] = onlyField(item) ?? [];
  if (!isObject(content)) {
    throw fault(at, 'found something else', 'an object such as {"rule": {…}}');
  }
  switch (name) {
    case 'table':
      declareTable(content, at, tables);
      return;
    case 'chain':
      declareChain(content, at, tables);
      return;
    case 'set':
    case 'map':
      declareSet(content, at, tables);
      return;
    case 'element':
      addElements(content, at, tables);
      return;
    default:
      // Counters, helpers and the like decide nothing; rules have their turn later.
      return;
  }
}

function declareTable(content: JsonObject, at: number, tables: Map<string, Table>): void {
  const family = textIn(content, 'family', at);
  const name = textIn(content, 'name', at);
  if (!FAMILIES.has(family)) throw fault(at, `found the family ${quote(family)}`, [...FAMILIES].join(', '));
  const key = `${family} ${name}`;
  if (tables.has(key)) throw fault(at, `found table ${quote(key)} again`, 'each table once');
  // nft 1.0.6 writes the first letter of a single flag.
  const flags = [content.flags].flat();
  const isDormant = flags.includes('dormant') || flags.includes('d');
  tables.set(key, { family, isDormant, chains: new Map(), sets: new Map() });
}

function declareChain(content: JsonObject, at: number, tables: Map<string, Table>): void {
  const table = tableOf(content, at, tables);
  const name = textIn(content, 'name', at);
  if (table.chains.has(name))
    throw fault(at, `found chain ${quote(name)} again`, 'each chain of a table once');
  table.chains.set(name, {
    family: table.family,
    table: textIn(content, 'table', at),
    name,
    base: readBase(content, table.family, at),
    rules: [],
    count: 0,
  });
}

/** Base chains whose number of priority runs together with that of NAT: linux/netfilter_ipv4.h. */
function readBase(content: JsonObject, family: string, at: number): Base | undefined {
  const { hook, prio, policy = 'accept', type } = content;
  if (hook === undefined) return undefined;
  if (typeof hook !== 'string') throw fault(at, 'found a hook that is not text', 'one such as "forward"');
  if (typeof prio !== 'number') throw fault(at, 'found a priority that is not a number', 'one such as 0');
  if (policy !== 'accept' && policy !== 'drop') {
    throw fault(at, `found the policy ${describeExpression(policy)}`, 'accept or drop');
  }
  return {
    hook,
    priority: prio,
    policy: policy === 'drop' ? 'refuse' : 'accept',
    isNat: type === 'nat',
    isOfDevice: family === 'netdev' || hook === 'ingress' || hook === 'egress',
  };
}

function declareSet(content: JsonObject, at: number, tables: Map<string, Table>): void {
  const { sets } = tableOf(content, at, tables);
  const name = textIn(content, 'name', at);
  if (sets.has(name)) throw fault(at, `found set ${quote(name)} again`, 'each set of a table once');
  const { elem = [] } = content;
  if (!Array.isArray(elem)) throw fault(at, 'found elements that are not a list', 'a list');
  sets.set(name, { items: elem, compiled: new Map() });
}

function addElements(content: JsonObject, at: number, tables: Map<string, Table>): void {
  const { sets } = tableOf(content, at, tables);
  const name = textIn(content, 'name', at);
  const set = sets.get(name);
  if (set === undefined || !Array.isArray(content.elem)) {
    throw fault(at, `found elements of ${quote(name)}`, 'a list of elements, and their set before them');
  }
  for (const element of content.elem) set.items.push(element);
}

function addRule(content: JsonObject, at: number, tables: Map<string, Table>): void {
  const table = tableOf(content, at, tables);
  const name = textIn(content, 'chain', at);
  const chain = table.chains.get(name);
  if (chain === undefined) throw fault(at, `found a rule of chain ${quote(name)}`, 'a chain of this table');
  const { expr, handle, comment } = content;
  if (!Array.isArray(expr) || expr.length > MAX_STATEMENTS) {
    throw fault(at, 'found a rule without its list "expr"', `at most ${MAX_STATEMENTS} statements`);
  }
  chain.count += 1;
  const scope: Scope = {
    setOf(set) {
      const contents = table.sets.get(set);
      if (contents === undefined)
        throw fault(at, `found ${describeExpression(`@${set}`)}`, 'a set or map of this table');
      return contents;
    },
    chainOf(target) {
      const found = typeof target === 'string' ? table.chains.get(target) : undefined;
      if (found === undefined) {
        throw fault(at, `found a way to chain ${describeExpression(target)}`, 'a chain of this table');
      }
      return found;
    },
  };
  const place: Place = {
    family: table.family,
    table: chain.table,
    chain: name,
    rule: chain.count,
    handle: typeof handle === 'number' ? handle : undefined,
    text: describeRule(expr),
    comment: typeof comment === 'string' ? comment.slice(0, MAX_NAME) : undefined,
  };
  chain.rules.push({ place, steps: expr.flatMap((statement) => compileStatement(statement, scope)) });
}

function tableOf(content: JsonObject, at: number, tables: Map<string, Table>): Table {
  // A rule names its table by `table`, and so does everything else in it.
  const key = `${textIn(content, 'family', at)} ${textIn(content, 'table', at)}`;
  const table = tables.get(key);
  if (table === undefined)
    throw fault(at, `found table ${quote(key)} in use`, 'a table that was listed before');
  return table;
}

function textIn(content: JsonObject, field: 'family' | 'table' | 'name' | 'chain', at: number): string {
  const text = content[field];
  if (typeof text !== 'string' || text.length === 0 || text.length > MAX_NAME) {
    throw fault(at, `found no text in the field "${field}"`, `1 to ${MAX_NAME} characters`);
  }
  return text;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** Objects are counted from 0, as jq does: `jq '.nftables[12]'` shows the one. */
function fault(at: number, found: string, expected: string): RulesetError {
  return new RulesetError(`at nftables[${at}]: ${found}, expected ${expected}`);
}
