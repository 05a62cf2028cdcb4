// The values that a rule compares: numbers, IPv6 addresses as bigints, and the names of interfaces. A value that is not
// known completely is a set of spans, so that a rule that holds for all of them is still decided.

/** One value. IPv4 addresses are numbers, because these compare faster. */
export type Atom = number | bigint | string;

/** All values from `first` to `last`, both included; never strings. */
export interface Span {
  readonly first: number | bigint;
  readonly last: number | bigint;
}

/** One of these values, nobody knows which: ascending and disjoint. */
export interface Domain {
  readonly spans: readonly Span[];
}

/** Any interface but the loopback, whose name is not known. */
export const UNNAMED: unique symbol = Symbol('an interface without a known name');
/** Nothing is known of it. */
export const UNKNOWN: unique symbol = Symbol('unknown');
/** The packet has no such field: a rule that reads it does not match. */
export const ABSENT: unique symbol = Symbol('absent');

/** The result of reading a field of a packet. */
export type Reading = Atom | Domain | typeof UNNAMED | typeof UNKNOWN | typeof ABSENT;

/** Whether something matches: `maybe` if that is not known. */
export type Answer = 'yes' | 'no' | 'maybe';

export function isAtom(reading: Reading): reading is Atom {
  return typeof reading !== 'object' && typeof reading !== 'symbol';
}

export function not(answer: Answer): Answer {
  return answer === 'maybe' ? answer : answer === 'yes' ? 'no' : 'yes';
}

export function domain(first: Span['first'], last: Span['last']): Domain {
  return { spans: [{ first, last }] };
}

/** Returns the same values as disjoint spans in ascending order. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => compareAtoms(a.first, b.first))) {
    const before = merged.at(-1);
    if (before === undefined || span.first > next(before.last)) merged.push(span);
    else if (span.last > before.last) merged[merged.length - 1] = { first: before.first, last: span.last };
  }
  return merged;
}

/** Whether the values are among the spans, which are ascending and disjoint: all, none, or some of them. */
export function compareDomain({ spans: values }: Domain, spans: readonly Span[]): Answer {
  let isSome = false;
  let isAll = true;
  for (let [i, at] = [0, 0]; i < values.length; i++) {
    const value = values[i] as Span;
    while (at < spans.length && (spans[at] as Span).last < value.first) at++;
    const span = spans[at];
    if (span === undefined || span.first > value.last) {
      isAll = false;
      continue;
    }
    isSome = true;
    if (span.first > value.first || span.last < value.last) isAll = false;
  }
  return isSome ? (isAll ? 'yes' : 'maybe') : 'no';
}

export function compareAtoms(a: Atom, b: Atom): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function next(atom: Span['first']): Span['first'] {
  return typeof atom === 'bigint' ? atom + 1n : atom + 1;
}
