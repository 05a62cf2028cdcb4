// Judges when silence in captures means that something is gone. Captures show use, but never its end, so two conditions
// must hold: the silence would be unlikely if use continued as in the baseline, and it is longer than any silence that
// the baseline shows or may hide.

import { hourOf } from '../../tally/hours.js';
import { HOUR } from '../../tally/layout.js';
import type { Coverage } from '../coverage.js';
import { connectionsIn, type Evidence, type Use } from '../evidence.js';
import type { Absence } from './changes.js';
import { isShorterThanWeek, UsualUse } from './usual-use.js';

export interface Sides {
  readonly before: Evidence;
  readonly after: Evidence;
  /** Silence with at most this probability means that something is gone. */
  readonly goneProbability: number;
  /**
   * Given if the captures of `after` follow those of `before` in time: the times at which the captures of earlier states
   * of the baseline ended, ascending. Then the silence since something was last seen counts; otherwise all of `after`.
   */
  readonly timeline?: readonly number[] | undefined;
}

export interface Judgement {
  /** Undefined unless it is gone. */
  readonly absence: Absence | undefined;
  /** Connections expected; undefined if the captures show no rate, or if a scan decided. */
  readonly expected: number | undefined;
  /** Time of captures for which they were expected, in microseconds; 0 if a scan decided. */
  readonly observed: number;
}

/** The use of something in `after`. */
export interface SeenAfter {
  readonly connections: number;
  readonly lastSeen: number;
}

const NEVER_SEEN: SeenAfter = { connections: 0, lastSeen: Number.NEGATIVE_INFINITY };

const UNDECIDED: Judgement = { absence: undefined, expected: undefined, observed: 0 };

const DAY = 24 * HOUR;
/** Use that pauses for this long may follow people's days, and people have weekends. */
const LONG_PAUSE = 6 * HOUR;
/** Longer than the time from the end of work on Friday to its beginning on Monday. */
const WEEKEND = 3 * DAY;

/** The captures by which a silence is judged: those of the baseline, and all later ones. */
interface Cut {
  readonly usual: Coverage;
  readonly later: Coverage;
}

export class SilenceJudge {
  readonly #sides: Sides;
  readonly #cuts = new Map<number, Cut>();

  constructor(sides: Sides) {
    this.#sides = sides;
  }

  /**
   * Judges the silence of something that the baseline has.
   * @param uses its uses in the baseline
   * @param seen its use after the baseline
   */
  judge(uses: readonly Use[], seen: SeenAfter = NEVER_SEEN): Judgement {
    const { after, goneProbability, timeline } = this.#sides;
    const synAcks = uses.reduce((sum, { count }) => sum + count, 0);
    const lastSeen = uses.reduce((last, use) => Math.max(last, use.lastSeen), seen.lastSeen);
    const { usual, later } = this.#cutFor(uses);
    const silent =
      timeline === undefined ? later : later.after(seen.connections > 0 ? endOfHour(lastSeen) : lastSeen);
    const observed = silent.length;
    if (synAcks === 0 || usual.length === 0 || observed === 0) {
      return { absence: undefined, expected: undefined, observed };
    }
    const use = UsualUse.of(uses, usual);
    const expectedSynAcks = use?.coversDay ? use.expectedIn(silent) : (synAcks * observed) / usual.length;
    const expected = expectedSynAcks * (connectionsIn(uses) / synAcks);
    const isGone =
      after.foldedRows === 0 &&
      Math.exp(-expected) <= goneProbability &&
      (timeline === undefined || hasWholeHour(silent.after(endOfHour(lastSeen)), usual)) &&
      isUnusual(observed, use, usual, goneProbability);
    return {
      absence: isGone ? { kind: 'silent', expected, observed, seen: seen.connections } : undefined,
      expected,
      observed,
    };
  }

  /** Judges something that was seen after the baseline too, by its silence since then; undecided without a timeline. */
  judgeSeen(uses: readonly Use[], seen: SeenAfter): Judgement {
    return this.#sides.timeline === undefined ? UNDECIDED : this.judge(uses, seen);
  }

  /**
   * Divides the captures into usual and later ones. If a new baseline was written in the middle of a silence, that does not
   * make the silence usual: only the captures before the first baseline after the last use count as usual.
   */
  #cutFor(uses: readonly Use[]): Cut {
    const { before, after, timeline = [] } = this.#sides;
    const lastSeen = Math.max(...uses.map((use) => use.lastSeen));
    const end = timeline.find((time) => time >= lastSeen) ?? Number.POSITIVE_INFINITY;
    let cut = this.#cuts.get(end);
    if (cut === undefined) {
      const { coverage } = before;
      cut = { usual: coverage.before(end), later: coverage.after(end).with(after.coverage) };
      this.#cuts.set(end, cut);
    }
    return cut;
  }
}

/** An hour counts as covered if captures cover at least this part of the time that they usually cover per hour. */
const MIN_PART = 0.75;

/**
 * Whether there is a whole hour of silence. A shorter one proves nothing: only the hours of use are known, and a service
 * that is used several times in each hour pauses in between.
 */
function hasWholeHour(silent: Coverage, usual: Coverage): boolean {
  const usualLength = usual.length / usual.hours.length;
  return silent.hours.some(({ length }) => length >= MIN_PART * usualLength);
}

/** The end of the hour of the last use, because silence can be compared with hours only from then on. */
function endOfHour(time: number): number {
  return (hourOf(time) + 1) * HOUR;
}

function isUnusual(
  silence: number,
  use: UsualUse | undefined,
  baseline: Coverage,
  goneProbability: number,
): boolean {
  // If the hours of its use are not known, it may be used once a day.
  if (use === undefined) return baseline.length < DAY || silence >= DAY;
  const pause = use.longestPause;
  if (pause === undefined) return true;
  if (pause.length >= LONG_PAUSE && isShorterThanWeek(baseline) && silence < WEEKEND) return false;
  const window = Math.min(pause.limit, use.length);
  const count = (time: number): number => Math.floor(time / window);
  return probabilityOfNone(count(use.length), count(silence)) <= goneProbability;
}

/**
 * The probability that none of `silent` windows has any use after each of `seen` windows had some, if nothing else is
 * known: Laplace's rule of succession.
 */
function probabilityOfNone(seen: number, silent: number): number {
  let probability = 1;
  // More windows make no practical difference.
  for (let window = 1; window <= Math.min(silent, 1000); window++)
    probability *= window / (seen + 1 + window);
  return probability;
}
