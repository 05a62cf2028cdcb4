// The time that captures cover, from the first to the last SYN-ACK of each: a capture of SYN-ACKs shows nothing else. Time
// that several captures cover counts once.

import { hourOf } from '../tally/hours.js';
import { HOUR } from '../tally/layout.js';

/** When something was first and last seen, in microseconds since the epoch; Infinity and -Infinity if it never was. */
export interface Span {
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** A span that contains nothing. */
export const NEVER: Span = { firstSeen: Number.POSITIVE_INFINITY, lastSeen: Number.NEGATIVE_INFINITY };

/** Returns the shortest span that contains both. */
export function unite(a: Span, b: Span): Span {
  return {
    firstSeen: Math.min(a.firstSeen, b.firstSeen),
    lastSeen: Math.max(a.lastSeen, b.lastSeen),
  };
}

/** A part of an hour that captures cover. */
export interface CoveredHour {
  /** Hours since the epoch. */
  readonly hour: number;
  /** Microseconds. */
  readonly length: number;
}

export class Coverage {
  /** Ascending; they neither overlap nor touch, and none is a single moment. */
  readonly spans: readonly Span[];
  /** Microseconds. */
  readonly length: number;
  #hours: readonly CoveredHour[] | undefined;

  private constructor(spans: readonly Span[]) {
    this.spans = spans;
    this.length = spans.reduce((sum, { firstSeen, lastSeen }) => sum + (lastSeen - firstSeen), 0);
  }

  /** @param spans in any order */
  static of(spans: Iterable<Span>): Coverage {
    const united: Span[] = [];
    for (const span of [...spans].sort((a, b) => a.firstSeen - b.firstSeen)) {
      if (span.firstSeen >= span.lastSeen) continue;
      const before = united.at(-1);
      if (before === undefined || before.lastSeen < span.firstSeen) united.push(span);
      else if (before.lastSeen < span.lastSeen)
        united[united.length - 1] = { ...before, lastSeen: span.lastSeen };
    }
    return new Coverage(united);
  }

  /** Its end; -Infinity if it covers nothing. */
  get end(): number {
    return this.spans.at(-1)?.lastSeen ?? Number.NEGATIVE_INFINITY;
  }

  /** From the beginning of the first capture to the end of the last one, in microseconds. */
  get extent(): number {
    const [first] = this.spans;
    return first === undefined ? 0 : this.end - first.firstSeen;
  }

  before(time: number): Coverage {
    if (this.end <= time) return this;
    const spans = this.spans.filter(({ firstSeen }) => firstSeen < time);
    return Coverage.of(spans.map((span) => ({ ...span, lastSeen: Math.min(span.lastSeen, time) })));
  }

  after(time: number): Coverage {
    if (time < (this.spans[0]?.firstSeen ?? time)) return this;
    const spans = this.spans.filter(({ lastSeen }) => lastSeen > time);
    return Coverage.of(spans.map((span) => ({ ...span, firstSeen: Math.max(span.firstSeen, time) })));
  }

  with(other: Coverage): Coverage {
    return Coverage.of([...this.spans, ...other.spans]);
  }

  /** The hours that it covers, wholly or in part, ascending. */
  get hours(): readonly CoveredHour[] {
    this.#hours ??= hoursOf(this.spans);
    return this.#hours;
  }
}

/** A wrong clock must not result in millions of hours, and nobody needs the hours of centuries. */
const MAX_HOURS = 100_000;

function hoursOf(spans: readonly Span[]): CoveredHour[] {
  const lengths = new Map<number, number>();
  for (const { firstSeen, lastSeen } of spans) {
    for (let start = firstSeen; start < lastSeen && lengths.size < MAX_HOURS; ) {
      const hour = hourOf(start);
      const end = Math.min(lastSeen, Math.max((hour + 1) * HOUR, start + 1));
      lengths.set(hour, (lengths.get(hour) ?? 0) + (end - start));
      start = end;
    }
  }
  return [...lengths].map(([hour, length]) => ({ hour, length }));
}
