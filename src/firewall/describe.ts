// Writes the statements of a rule for people, much as nft lists them, and cut short: a place in a message, not a rule set
// to load. The text may come from outside: views escape it.

import { isObject, type JsonObject, onlyField } from './json.js';
import type { Place } from './model.js';

const MAX_TEXT = 160;
const MAX_ITEMS = 3;
const MAX_DEPTH = 6;
/** Statements that decide nothing. */
const SILENT = new Set(['counter', 'log', 'comment']);
/** Keys of `meta` that nft lists without the word. */
const BARE = new Set(['iifname', 'oifname', 'iif', 'oif', 'skuid', 'skgid']);

/** A place in one line, such as `inet filter forward rule 3 (handle 12): tcp dport 22 drop`. */
export function describePlace({ family, table, chain, rule, handle, text }: Place): string {
  const number = rule === undefined ? '' : ` rule ${rule}`;
  const named = handle === undefined ? '' : ` (handle ${handle})`;
  return `${family} ${table} ${chain}${number}${named}: ${text}`;
}

/** A rule as text. */
export function describeRule(statements: readonly unknown[]): string {
  const shown = statements.filter((statement) => !SILENT.has(onlyField(statement)?.[0] ?? ''));
  return cut(shown.map((statement) => describe(statement)).join(' '));
}

/** A statement or an expression as text. */
export function describeExpression(value: unknown): string {
  return cut(describe(value));
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}

function describe(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) return '…';
  const inner = (part: unknown): string => describe(part, depth + 1);
  if (Array.isArray(value)) return listOf(value, ',', inner);
  if (!isObject(value)) return String(value).slice(0, MAX_TEXT + 1);
  const field = onlyField(value);
  if (field === undefined) return '{…}';
  const [name, content] = field;
  if (Array.isArray(content)) {
    if (name === 'set') return `{ ${listOf(content, ', ', inner)} }`;
    if (name === 'range') return listOf(content, '-', inner);
    if (name === 'concat') return listOf(content, ' . ', inner, 5);
    if (name === '&' || name === '|' || name === '^') return listOf(content, ` ${name} `, inner);
  }
  if (isObject(content)) return describeObject(name, content, inner);
  return content === null || content === undefined ? name : `${name} ${inner(content)}`;
}

function describeObject(name: string, content: JsonObject, inner: (part: unknown) => string): string {
  switch (name) {
    case 'match': {
      const isPlain = content.op === '==' || content.op === 'in';
      return `${inner(content.left)}${isPlain ? '' : ` ${inner(content.op)}`} ${inner(content.right)}`;
    }
    case 'vmap':
      return `${inner(content.key)} vmap ${inner(content.data)}`;
    case 'meta':
      return typeof content.key === 'string' && BARE.has(content.key)
        ? inner(content.key)
        : `meta ${inner(content.key)}`;
    case 'ct':
      return `ct ${content.dir === undefined ? '' : `${inner(content.dir)} `}${inner(content.key)}`;
    case 'payload':
      return content.field === undefined
        ? `@${inner(content.base)},${inner(content.offset)},${inner(content.len)}`
        : `${inner(content.protocol)} ${inner(content.field)}`;
    case 'prefix':
      return `${inner(content.addr)}/${inner(content.len)}`;
    case 'jump':
    case 'goto':
      return `${name} ${inner(content.target)}`;
    case 'elem':
      return inner(content.val);
    case 'xt':
      return `xt ${inner(content.name)}`;
    case 'dnat':
    case 'snat':
    case 'redirect':
      return `${name} to ${[content.addr, content.port]
        .filter((part) => part !== undefined)
        .map(inner)
        .join(':')}`;
    default:
      return name;
  }
}

function listOf(
  items: readonly unknown[],
  separator: string,
  inner: (part: unknown) => string,
  most: number = MAX_ITEMS,
): string {
  const shown = items.slice(0, most).map(inner);
  return [...shown, ...(items.length > most ? ['…'] : [])].join(separator);
}
