// The elements of a set or a map: single values, spans, and tuples of them, with what each stands for. Look-ups of known
// values take a hash and a binary search, however many elements there are.

import { isNumeric, type Part } from './constants.js';
import {
  type Answer,
  type Atom,
  compareAtoms,
  compareDomain,
  isAtom,
  mergeSpans,
  type Reading,
  type Span,
  UNNAMED,
} from './values.js';

/** The loopback interface, which `UNNAMED` is not. */
const LOOPBACK = 'lo';

export interface Element<T> {
  /** One part for each field that is compared. */
  readonly parts: readonly Part[];
  readonly data: T;
}

/** The elements that values may belong to, and whether they may belong to none. */
export interface Found<T> {
  readonly data: readonly T[];
  readonly mayMiss: boolean;
}

const NOTHING: Found<never> = { data: [], mayMiss: true };

/** The elements with the same single values, in the order of a field that has spans. */
interface Bucket<T> {
  readonly elements: Element<T>[];
  /** The highest end of a span up to each element. */
  readonly ends: Span['last'][];
}

/** Elements that have single values in the same fields. */
interface Group<T> {
  readonly exact: readonly number[];
  /** The field to search by; -1 if all have single values. */
  readonly searched: number;
  readonly buckets: Map<Atom, Bucket<T>>;
}

export class Elements<T> {
  readonly #all: readonly Element<T>[];
  readonly #others: T | undefined;
  readonly #groups: readonly Group<T>[];
  /** Those with the start of a name. */
  readonly #named: readonly Element<T>[];

  /** @param others the data of all other values, if these are elements too */
  constructor(elements: readonly Element<T>[], others?: T) {
    this.#all = elements;
    this.#others = others;
    this.#named = elements.filter(({ parts }) => parts.some(isStart));
    this.#groups = groupElements(elements.filter(({ parts }) => !parts.some(isStart)));
  }

  /** @param values one for each field, none of them absent */
  find(values: readonly Reading[]): Found<T> {
    const found = values.every(isAtom) ? this.#findAtoms(values) : this.#findOthers(values);
    if (!found.mayMiss || this.#others === undefined) return found;
    return { data: [...found.data, this.#others], mayMiss: false };
  }

  #findAtoms(values: readonly Atom[]): Found<T> {
    const data: T[] = [];
    for (const { exact, searched, buckets } of this.#groups) {
      const bucket = buckets.get(keyOf(exact.map((field) => values[field] as Atom)));
      if (bucket === undefined) continue;
      const { elements, ends } = bucket;
      if (searched < 0) {
        for (const element of elements) data.push(element.data);
        continue;
      }
      const value = values[searched];
      if (!isNumeric(value)) continue;
      for (
        let at = lastStart(elements, searched, value);
        at >= 0 && (ends[at] as Span['last']) >= value;
        at--
      ) {
        const element = elements[at] as Element<T>;
        if (matchParts(element.parts, values) === 'yes') data.push(element.data);
      }
    }
    for (const element of this.#named) {
      if (matchParts(element.parts, values) === 'yes') data.push(element.data);
    }
    return data.length === 0 ? NOTHING : { data, mayMiss: false };
  }

  #findOthers(values: readonly Reading[]): Found<T> {
    const open = values.findIndex((value) => !isAtom(value));
    const isOnlyOne = values.every((value, field) => field === open || isAtom(value));
    const data: T[] = [];
    const spans: Span[] = [];
    let mayMiss = true;
    for (const element of this.#all) {
      const answer = matchParts(element.parts, values);
      if (answer === 'no') continue;
      data.push(element.data);
      if (answer === 'yes') mayMiss = false;
      const part = element.parts[open] as Part;
      // The other fields match, because they are known.
      const span = isOnlyOne ? spanOf(part) : undefined;
      if (span !== undefined) spans.push(span);
    }
    const value = values[open];
    if (mayMiss && isOnlyOne && typeof value === 'object') {
      mayMiss = compareDomain(value, mergeSpans(spans)) !== 'yes';
    }
    return data.length === 0 ? NOTHING : { data, mayMiss };
  }
}

/** Whether the value is among those that the part covers. */
export function matchPart(part: Part, value: Reading): Answer {
  if (value === UNNAMED) return 'atom' in part && part.atom === LOOPBACK ? 'no' : 'maybe';
  if (typeof value === 'symbol') return 'maybe';
  if (typeof value === 'object') {
    const span = spanOf(part);
    return span === undefined ? 'no' : compareDomain(value, [span]);
  }
  if (isStart(part)) return typeof value === 'string' && value.startsWith(part.start) ? 'yes' : 'no';
  if ('atom' in part) return part.atom === value ? 'yes' : 'no';
  return typeof value !== 'string' && value >= part.first && value <= part.last ? 'yes' : 'no';
}

function matchParts(parts: readonly Part[], values: readonly Reading[]): Answer {
  let all: Answer = 'yes';
  for (const [field, part] of parts.entries()) {
    const answer = matchPart(part, values[field] as Reading);
    if (answer === 'no') return 'no';
    if (answer === 'maybe') all = 'maybe';
  }
  return all;
}

function groupElements<T>(elements: readonly Element<T>[]): Group<T>[] {
  const groups = new Map<string, Group<T>>();
  for (const element of elements) {
    const { parts } = element;
    const shape = parts.map((part) => ('atom' in part ? '=' : '-')).join('');
    let group = groups.get(shape);
    if (group === undefined) {
      const exact = parts.flatMap((part, field) => ('atom' in part ? [field] : []));
      group = { exact, searched: shape.indexOf('-'), buckets: new Map() };
      groups.set(shape, group);
    }
    const key = keyOf(group.exact.map((field) => atomOf(parts[field] as Part)));
    const bucket = group.buckets.get(key);
    if (bucket === undefined) group.buckets.set(key, { elements: [element], ends: [] });
    else bucket.elements.push(element);
  }
  for (const { searched, buckets } of groups.values()) {
    if (searched < 0) continue;
    for (const bucket of buckets.values()) sortBucket(bucket, searched);
  }
  return [...groups.values()];
}

function sortBucket<T>({ elements, ends }: Bucket<T>, searched: number): void {
  const span = ({ parts }: Element<T>): Span => parts[searched] as Span;
  elements.sort((a, b) => compareAtoms(span(a).first, span(b).first));
  for (const element of elements) {
    const before = ends.at(-1);
    const { last } = span(element);
    ends.push(before === undefined || last > before ? last : before);
  }
}

/** The last of the elements whose span begins at the value or before it; -1 if there is none. */
function lastStart<T>(elements: readonly Element<T>[], searched: number, value: Span['first']): number {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { first } = (elements[middle] as Element<T>).parts[searched] as Span;
    if (first <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The value of a single field needs no text; names of interfaces cannot contain a space. */
function keyOf(atoms: readonly Atom[]): Atom {
  const [only = 0] = atoms;
  return atoms.length <= 1 ? only : atoms.join(' ');
}

function atomOf(part: Part): Atom {
  return 'atom' in part ? part.atom : 0;
}

function isStart(part: Part): part is { readonly start: string } {
  return 'start' in part;
}

/** The span that a part covers; undefined for names, which have no order. */
function spanOf(part: Part): Span | undefined {
  if ('first' in part) return part;
  return 'atom' in part && isNumeric(part.atom) ? { first: part.atom, last: part.atom } : undefined;
}
