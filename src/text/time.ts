// Points in time as text and back: ISO 8601 in UTC, exact to the microsecond. It knows no time zone but UTC.

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
/** The first and the last time that can be told exactly, in the years 1684 and 2255. */
const MIN_TIME = Number.MIN_SAFE_INTEGER;
const MAX_TIME = Number.MAX_SAFE_INTEGER;

/**
 * Formats microseconds since the epoch as `2007-06-21T14:45:28.123456Z`. A forged packet may claim any time: those that
 * cannot be told exactly are written as the first or the last that can.
 */
export function formatTime(microseconds: number): string {
  const time = Math.min(Math.max(microseconds, MIN_TIME), MAX_TIME);
  // The remainder is taken first because it is exact; dividing first would round at the far end of the range. It is of
  // at most three digits: V8 keeps the text of numbers that were written, and of a million it would keep many.
  const rest = ((time % 1000) + 1000) % 1000;
  const toTheMillisecond = new Date((time - rest) / 1000).toISOString().slice(0, -'Z'.length);
  return `${toTheMillisecond}${String(rest).padStart(3, '0')}Z`;
}

/** The same without the fraction of the second, for people: `2007-06-21T14:45:28Z`. */
export function formatSecond(microseconds: number): string {
  return formatTime(microseconds).replace(/\.\d+Z$/, 'Z');
}

/** Reads what formatTime writes; undefined if it is something else. */
export function parseTime(text: string): number | undefined {
  if (!TIME.test(text)) return undefined;
  const milliseconds = Date.parse(`${text.slice(0, -'456Z'.length)}Z`);
  // Date takes the 30th of February for the 2nd of March.
  if (new Date(milliseconds).getUTCDate() !== Number(text.slice(8, 10))) return undefined;
  const time = milliseconds * 1000 + Number(text.slice(-'456Z'.length, -'Z'.length));
  return Number.isSafeInteger(time) ? time : undefined;
}
