// Compiles what a rule compares: a field, or several joined by dots, with constants or the elements of a set.

import { type Kind, type Part, readAtom, readPart } from './constants.js';
import { type Element, Elements, type Found, matchPart } from './elements.js';
import { type Field, readField } from './fields.js';
import { type JsonObject, listIn, objectIn } from './json.js';
import type { Packet } from './packet.js';
import { ABSENT, type Answer, not, type Reading } from './values.js';

/** Finds the elements of a set or map by its name, without the `@`; undefined if it does not exist. */
export type SetOf = (name: string) => SetContents | undefined;

/** The elements of a set or map as JSON. */
export interface SetContents {
  readonly items: readonly unknown[];
  /** Their look-ups that were made before, by the kinds of the fields. */
  readonly compiled: Map<string, unknown>;
}

/** The fields of a packet in a row, and how to read elements that are compared with them. */
export interface Key {
  readonly fields: readonly Field[];
  readonly kinds: readonly Kind[];
}

type Test = (packet: Packet) => Answer;

const MAYBE: Test = () => 'maybe';

export function readKey(expression: unknown): Key {
  const parts = listIn(expression, 'concat') ?? [expression];
  const fields = parts.map((part) => readField(part));
  return { fields, kinds: fields.map(({ kind }) => kind) };
}

/** The values of the fields; undefined if one is absent, because then the rule does not match. */
export function valuesOf({ fields }: Key, packet: Packet): readonly Reading[] | undefined {
  const values = fields.map(({ read }) => read(packet));
  return values.includes(ABSENT) ? undefined : values;
}

/** Compiles a `match` statement; one that is not understood may match. */
export function compileMatch({ op, left, right }: JsonObject, setOf: SetOf): Test {
  const key = readKey(left);
  const set = contentsOf(right, setOf);
  if (set !== undefined) {
    const elements = elementsOf(set, key, 'set', () => true);
    const test: Test = (packet) => {
      const values = valuesOf(key, packet);
      if (values === undefined) return 'no';
      const { data, mayMiss } = elements.find(values);
      const isMember = mayMiss ? (data.length > 0 ? 'maybe' : 'no') : 'yes';
      return op === '!=' ? not(isMember) : isMember;
    };
    return op === '==' || op === '!=' || op === 'in' ? test : orAbsent(key, MAYBE);
  }
  const [field] = key.fields;
  if (field === undefined) return MAYBE;
  if (key.fields.length > 1) return compileTuple(key, op, right);
  return compileSimple(field, op, right);
}

/** Elements given by name, or in the rule. */
export function contentsOf(value: unknown, setOf: SetOf): SetContents | undefined {
  if (typeof value === 'string' && value.startsWith('@')) return setOf(value.slice(1));
  const items = listIn(value, 'set');
  return items === undefined ? undefined : { items, compiled: new Map() };
}

/** `find` as `Elements` has it, in which elements that are not understood may be any. */
export interface Lookup<T> {
  find(values: readonly Reading[]): Found<T>;
}

/** @param dataOf makes the data of an element from the second part of its pair, if it has one */
export function elementsOf<T>(
  set: SetContents,
  key: Key,
  use: 'set' | 'map' | 'vmap',
  dataOf: (data: unknown) => T,
): Lookup<T> {
  const kinds = [use, ...key.kinds].join(' ');
  const known = set.compiled.get(kinds) as Lookup<T> | undefined;
  if (known !== undefined) return known;
  const elements: Element<T>[] = [];
  const strange: T[] = [];
  let others: T | undefined;
  for (const item of set.items) {
    const [name, value] = Array.isArray(item) && item.length === 2 ? item : [item, undefined];
    const data = dataOf(value);
    const element = objectIn(name, 'elem')?.val ?? name;
    if (element === '*') others = data;
    else {
      const parts = readParts(element, key.kinds);
      if (parts === undefined) strange.push(data);
      else elements.push({ parts, data });
    }
  }
  const table = new Elements(elements, others);
  const lookup: Lookup<T> = {
    find(values) {
      const found = table.find(values);
      return strange.length === 0 ? found : { data: [...found.data, ...strange], mayMiss: found.mayMiss };
    },
  };
  set.compiled.set(kinds, lookup);
  return lookup;
}

function readParts(value: unknown, kinds: readonly Kind[]): Part[] | undefined {
  const texts = kinds.length === 1 ? [value] : listIn(value, 'concat');
  if (texts?.length !== kinds.length) return undefined;
  const parts: Part[] = [];
  for (const [at, text] of texts.entries()) {
    const part = readPart(text, kinds[at] as Kind);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts;
}

function compileTuple(key: Key, op: unknown, right: unknown): Test {
  const parts = readParts(right, key.kinds);
  if (parts === undefined || (op !== '==' && op !== '!=')) return orAbsent(key, MAYBE);
  const elements = new Elements([{ parts, data: true }]);
  return (packet) => {
    const values = valuesOf(key, packet);
    if (values === undefined) return 'no';
    const { data, mayMiss } = elements.find(values);
    const answer = mayMiss ? (data.length > 0 ? 'maybe' : 'no') : 'yes';
    return op === '!=' ? not(answer) : answer;
  };
}

function compileSimple({ kind, read }: Field, op: unknown, right: unknown): Test {
  const part = readPart(right, kind);
  const orNo =
    (test: (value: Exclude<Reading, typeof ABSENT>) => Answer): Test =>
    (packet) => {
      const value = read(packet);
      return value === ABSENT ? 'no' : test(value);
    };
  if (part === undefined) return orNo(() => 'maybe');
  if (op === '==') return orNo((value) => matchPart(part, value));
  if (op === '!=') return orNo((value) => not(matchPart(part, value)));
  const bound = readAtom(right, kind);
  if (bound === undefined) return orNo(() => 'maybe');
  if (op === 'in' || op === '!') {
    return orNo((value) => {
      if (typeof value !== 'number' || typeof bound !== 'number') return 'maybe';
      const isSet = (value & bound) !== 0;
      return isSet === (op === 'in') ? 'yes' : 'no';
    });
  }
  if (typeof bound === 'string') return orNo(() => 'maybe');
  const holds = comparison(op);
  if (holds === undefined) return orNo(() => 'maybe');
  return orNo((value) => {
    if (typeof value === 'number' || typeof value === 'bigint') return holds(value, bound) ? 'yes' : 'no';
    if (typeof value !== 'object') return 'maybe';
    const answers = value.spans.flatMap(({ first, last }) => [holds(first, bound), holds(last, bound)]);
    return answers.every(Boolean) ? 'yes' : answers.some(Boolean) ? 'maybe' : 'no';
  });
}

function comparison(op: unknown): ((a: number | bigint, b: number | bigint) => boolean) | undefined {
  switch (op) {
    case '<':
      return (a, b) => a < b;
    case '>':
      return (a, b) => a > b;
    case '<=':
      return (a, b) => a <= b;
    case '>=':
      return (a, b) => a >= b;
    default:
      return undefined;
  }
}

function orAbsent(key: Key, test: Test): Test {
  return (packet) => (valuesOf(key, packet) === undefined ? 'no' : test(packet));
}
