// Points in time as text and back: ISO 8601, exact to the microsecond, always in UTC.

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
/** The first and last time that a number holds exactly, in the years 1684 and 2255. */
const MIN_TIME = Number.MIN_SAFE_INTEGER;
const MAX_TIME = Number.MAX_SAFE_INTEGER;

/** Returns the nearest time that a number holds exactly. */
export function clampTime(microseconds: number): number {
  return Math.min(Math.max(microseconds, MIN_TIME), MAX_TIME);
}

/**
 * Formats microseconds since the epoch as `2007-06-21T14:45:28.123456Z`. A forged packet may claim any time:
 * one that a number cannot hold exactly is written as the first or last time that it can.
 */
export function formatTime(microseconds: number): string {
  const time = clampTime(microseconds);
  // The remainder is taken first because it is exact; dividing first would round at the far end of the range.
  const rest = ((time % MINUTE) + MINUTE) % MINUTE;
  // V8 caches the texts of numbers, so these have few digits: of larger ones the cache would keep many.
  const seconds = String(Math.floor(rest / SECOND)).padStart(2, '0');
  const milliseconds = String(Math.floor((rest % SECOND) / 1000)).padStart(3, '0');
  return `${formatMinute(time - rest)}${seconds}.${milliseconds}${String(rest % 1000).padStart(3, '0')}Z`;
}

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

/** The beginnings of times in minutes that were written lately, because times that are close to each other share them. */
const minutes = new Map<number, string>();
/** The minutes of two days and a half. */
const MAX_MINUTES = 3600;

/** Writes the beginning of a minute, as in `2007-06-21T14:45:`. */
function formatMinute(time: number): string {
  let text = minutes.get(time);
  if (text === undefined) {
    if (minutes.size >= MAX_MINUTES) minutes.clear();
    text = new Date(time / 1000).toISOString().slice(0, -'00.000Z'.length);
    minutes.set(time, text);
  }
  return text;
}

/**
 * Formats microseconds since the epoch without the fraction of a second, for people: `2007-06-21T14:45:28Z`.
 */
export function formatSecond(microseconds: number): string {
  return formatTime(microseconds).replace(/\.\d+Z$/, 'Z');
}

/** The same with a space, as RFC 3339 5.6 allows where people read it: `2007-06-21 14:45:28Z`. */
export function formatSpaced(microseconds: number): string {
  return formatSecond(microseconds).replace('T', ' ');
}

/** The same without seconds: `2007-06-21 14:45Z`. */
export function formatShort(microseconds: number): string {
  return formatSpaced(microseconds).replace(/:\d\dZ$/, 'Z');
}

/** Reads a time as `formatTime` writes it, as microseconds since the epoch; undefined for any other text. */
export function parseTime(text: string): number | undefined {
  if (!TIME.test(text)) return undefined;
  const milliseconds = Date.parse(`${text.slice(0, -'456Z'.length)}Z`);
  // Date reads 30 February as 2 March.
  if (new Date(milliseconds).getUTCDate() !== Number(text.slice(8, 10))) return undefined;
  const time = milliseconds * 1000 + Number(text.slice(-'456Z'.length, -'Z'.length));
  return Number.isSafeInteger(time) ? time : undefined;
}
