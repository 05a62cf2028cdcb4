// Writes points in time as ISO 8601 in UTC, exact to the microsecond. It knows no time zone but UTC.

/**
 * Formats microseconds since the epoch, a whole number up to 2^53, as `2007-06-21T14:45:28.123456Z`.
 *
 * The remainder is taken first because it is exact; dividing first would round at the far end of the range.
 */
export function formatTime(microseconds: number): string {
  const fraction = ((microseconds % 1e6) + 1e6) % 1e6;
  const seconds = (microseconds - fraction) / 1e6;
  const toTheSecond = new Date(seconds * 1000).toISOString().slice(0, -'.000Z'.length);
  return `${toTheSecond}.${String(fraction).padStart(6, '0')}Z`;
}
