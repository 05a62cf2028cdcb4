// The ranges that monitoring plugins take as thresholds: `10`, `10:`, `~:10`, `10:20`, `@10:20`.
// https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT

/** Both ends are in the range. */
export interface PluginRange {
  /** As it was written, for the performance data. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Alert if a value is inside, and not if it is outside. */
  readonly isInside: boolean;
}

/** The text is not a range. The message says what was found and what is allowed. */
export class PluginRangeError extends Error {
  override readonly name = 'PluginRangeError';
}

// Enough digits for every count, and few enough for a line of output.
const RANGE = /^(@)?(?:(~|-?\d{1,15}(?:\.\d{1,6})?)?:)?(-?\d{1,15}(?:\.\d{1,6})?)?$/;

/** @throws PluginRangeError */
export function parsePluginRange(text: string): PluginRange {
  const parts = RANGE.exec(text);
  const [, at, from, to] = parts ?? [];
  const start = from === '~' ? Number.NEGATIVE_INFINITY : Number(from ?? 0);
  const end = to === undefined ? Number.POSITIVE_INFINITY : Number(to);
  if (parts === null || (from === undefined && to === undefined) || start > end) {
    throw new PluginRangeError(
      `found ${JSON.stringify(text)}, expected a range such as 10, 10:, ~:10, 10:20 or @10:20, with the lower end first`,
    );
  }
  return { text, start, end, isInside: at !== undefined };
}

export function isAlert({ start, end, isInside }: PluginRange, value: number): boolean {
  return (value >= start && value <= end) === isInside;
}
