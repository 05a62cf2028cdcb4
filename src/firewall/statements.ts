// Compiles the statements of a rule: libnftables-json(5). A statement that is not known might do anything with a packet, so
// nothing is decided where one is reached.

import { describeExpression } from './describe.js';
import { isObject, type JsonObject, objectIn, onlyField } from './json.js';
import { compileMatch, contentsOf, elementsOf, type Key, readKey, type SetOf, valuesOf } from './matches.js';
import type { Chain, Step, Verdict } from './model.js';
import { compileNat } from './nat.js';
import { anyAddress, anyPort, type Packet, stopTracking } from './packet.js';
import type { Answer } from './values.js';

/** The parts of a table that its rules refer to by name. */
export interface Scope {
  readonly setOf: SetOf;
  /** @throws RulesetError if there is no such chain */
  readonly chainOf: (name: unknown) => Chain;
}

/** Statements after which the next one follows, with nothing changed that a rule could see. */
const WITHOUT_EFFECT = new Set([
  'counter',
  'log',
  'comment',
  'ct helper',
  'ct timeout',
  'dup',
  'secmark',
  'last',
]);
/** Statements after which the next one follows for some packets only; `flow` takes established connections. */
const LIMITS = new Set(['limit', 'quota', 'ct count', 'ct expectation', 'flow']);
/** Expressions that some packets have no value for; the rule ends there. */
const LOOKUPS = new Set(['map', 'ct', 'payload', 'exthdr', 'ip option', 'tcp option', 'fib', 'rt', 'socket']);
/** Expressions in expressions are not followed further. */
const MAX_DEPTH = 8;
/** Targets of iptables of which the same is true; nft lists no more of them than the name. */
const XT_WITHOUT_EFFECT = new Set([
  ...[
    'AUDIT',
    'CHECKSUM',
    'CLASSIFY',
    'CONNMARK',
    'CONNSECMARK',
    'DSCP',
    'ECN',
    'HL',
    'LOG',
    'MARK',
    'NFLOG',
  ],
  ...['SECMARK', 'SET', 'TCPMSS', 'TCPOPTSTRIP', 'TEE', 'TOS', 'TRACE', 'TTL'],
]);

export function compileStatement(statement: unknown, scope: Scope): readonly Step[] {
  const [name, content] = onlyField(statement) ?? [];
  if (name === 'dnat' || name === 'snat' || name === 'masquerade' || name === 'redirect') {
    return compileNat(name, content, describeExpression(statement), scope.setOf);
  }
  if (name === 'xt') return compileForeign(content, describeExpression(statement), scope);
  const step = compileStep(statement, scope);
  const test = conditionOf(name, content);
  return test === undefined ? [step] : [{ kind: 'match', text: step.text, test }, step];
}

/**
 * The condition of a statement that is not a match: a packet without the field that it reads or writes does not come to the
 * next statement. nft leaves the match of the protocol out of its list where the statement shows it.
 */
function conditionOf(name: unknown, content: unknown): ((packet: Packet) => Answer) | undefined {
  if (!isObject(content)) return undefined;
  const needsFamily =
    (family: 4 | 6) =>
    (packet: Packet): Answer =>
      packet.family === family ? 'yes' : 'no';
  switch (name) {
    case 'reject':
      if (content.type === 'icmp') return needsFamily(4);
      return content.type === 'icmpv6' ? needsFamily(6) : undefined;
    case 'mangle':
      return needsFields(
        readKey(content.key),
        isLookedUp(content.value) || objectIn(content.key, 'tcp option') !== undefined,
      );
    case 'set':
    case 'map':
      return needsFields(readKey(objectIn(content.elem, 'elem')?.val ?? content.elem), false);
    default:
      return WITHOUT_EFFECT.has(String(name)) && isLookedUp(content) ? () => 'maybe' : undefined;
  }
}

function needsFields(key: Key, mayMiss: boolean): (packet: Packet) => Answer {
  return (packet) => (valuesOf(key, packet) === undefined ? 'no' : mayMiss ? 'maybe' : 'yes');
}

/** Whether a value comes out of something that a packet may not have. */
function isLookedUp(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth > MAX_DEPTH) return true;
  return Object.entries(value).some(([name, part]) => LOOKUPS.has(name) || isLookedUp(part, depth + 1));
}

function compileStep(statement: unknown, scope: Scope): Step {
  const text = describeExpression(statement);
  const [name, content] = onlyField(statement) ?? ['', undefined];
  if (WITHOUT_EFFECT.has(name)) return { kind: 'match', text, test: () => 'yes' };
  if (LIMITS.has(name)) return { kind: 'match', text, test: () => 'maybe' };
  switch (name) {
    case 'match':
      return isObject(content)
        ? { kind: 'match', text, test: compileMatch(content, scope.setOf) }
        : { kind: 'match', text, test: () => 'maybe' };
    case 'accept':
    case 'return':
    case 'continue':
      return { kind: 'verdict', text, verdict: { kind: name } };
    case 'drop':
    case 'reject':
      return { kind: 'verdict', text, verdict: { kind: 'refuse' } };
    case 'jump':
    case 'goto':
      return { kind: 'verdict', text, verdict: readVerdict(statement, scope) };
    case 'vmap':
      return isObject(content) ? compileVerdictMap(content, text, scope) : strange(text);
    case 'mangle':
      return { kind: 'change', text, change: compileMangle(content) };
    case 'notrack':
      return { kind: 'change', text, change: stopTracking };
    case 'set':
    case 'map':
      return compileUpdate(content, text);
    default:
      return strange(text);
  }
}

/** @throws RulesetError for a chain that does not exist */
function readVerdict(value: unknown, { chainOf }: Scope): Verdict {
  const [name, content] = onlyField(value) ?? [];
  switch (name) {
    case 'accept':
    case 'return':
    case 'continue':
      return { kind: name };
    case 'drop':
      return { kind: 'refuse' };
    case 'jump':
    case 'goto':
      return { kind: name, chain: chainOf(isObject(content) ? content.target : undefined) };
    default:
      return { kind: 'unknown' };
  }
}

function strange(text: string): Step {
  return { kind: 'verdict', text, verdict: { kind: 'unknown' } };
}

function compileVerdictMap(content: JsonObject, text: string, scope: Scope): Step {
  const key = readKey(content.key);
  const set = contentsOf(content.data, scope.setOf);
  if (set === undefined) return strange(text);
  const elements = elementsOf(set, key, 'vmap', (data) => readVerdict(data, scope));
  return {
    kind: 'map',
    text,
    find(packet) {
      const values = valuesOf(key, packet);
      return values === undefined ? { data: [], mayMiss: true } : elements.find(values);
    },
  };
}

/** Sets a field; which value it gets is not followed. */
function compileMangle(content: unknown): (packet: Packet) => void {
  const key = isObject(content) ? content.key : undefined;
  const [name, field] = onlyField(key) ?? [];
  if (name !== 'payload' || !isObject(field)) return () => {};
  switch (field.field) {
    case 'saddr':
      return (packet) => {
        packet.source = anyAddress(packet.family);
      };
    case 'daddr':
      return (packet) => {
        packet.destination = anyAddress(packet.family);
      };
    case 'sport':
      return (packet) => {
        packet.sourcePort = anyPort();
      };
    case 'dport':
      return (packet) => {
        packet.port = anyPort();
      };
    case undefined:
      // Raw bytes: any of them.
      return (packet) => {
        packet.source = anyAddress(packet.family);
        packet.destination = anyAddress(packet.family);
        packet.sourcePort = anyPort();
        packet.port = anyPort();
      };
    default:
      return () => {};
  }
}

/** Adds to a set. It fails if the set is full, and then the rule does not match. */
function compileUpdate(content: unknown, text: string): Step {
  const isLimited = isObject(content) && content.stmt !== undefined;
  return { kind: 'match', text, test: isLimited ? () => 'maybe' : () => 'yes' };
}

function compileForeign(content: unknown, text: string, { setOf }: Scope): readonly Step[] {
  const { type, name } = isObject(content) ? content : ({} as JsonObject);
  if (type === 'match') return [{ kind: 'match', text, test: () => (name === 'comment' ? 'yes' : 'maybe') }];
  switch (name) {
    case 'REJECT':
      return [{ kind: 'verdict', text, verdict: { kind: 'refuse' } }];
    case 'MASQUERADE':
    case 'SNAT':
      return compileNat('masquerade', undefined, text, setOf);
    case 'CT':
      // It names a helper, or does the same as `notrack`.
      return [{ kind: 'change', text, change: (packet) => stopTracking(packet, false) }];
    default:
      return XT_WITHOUT_EFFECT.has(String(name))
        ? [{ kind: 'match', text, test: () => 'yes' }]
        : [strange(text)];
  }
}
