// Writes points in time as ISO 8601 in UTC, exact to the microsecond. It knows no time zone but UTC.

/**
 * Formats microseconds since the epoch, a whole number up to 2^53, as `2007-06-21T14:45:28.123456Z`.
 *
 * The remainder is taken first because it is exact; dividing first would round at the far end of the range.
 */
export function formatTime(microseconds: number): string {
  // Of at most three digits: V8 keeps the text of numbers that were written, and of a million it would keep many.
  const rest = ((microseconds % 1000) + 1000) % 1000;
  const toTheMillisecond = new Date((microseconds - rest) / 1000).toISOString().slice(0, -'Z'.length);
  return `${toTheMillisecond}${String(rest).padStart(3, '0')}Z`;
}

/** The same without the fraction of the second, for people: `2007-06-21T14:45:28Z`. */
export function formatSecond(microseconds: number): string {
  return formatTime(microseconds).replace(/\.\d+Z$/, 'Z');
}
