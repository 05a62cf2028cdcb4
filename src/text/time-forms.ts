// Times as users write them: a date, a date and time, seconds since the epoch, or how long ago, perhaps with a minus.

import { offsetsOf } from './clock.js';

const DATE_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const EPOCH_SECONDS = /^@?(\d{1,10})(?:\.(\d{1,9}))?$/;
const AGO = /^-?(\d{1,9}) ?([smhdw])(?: ago)?$/;

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

export const TIME_FORMS =
  '2026-05-31, 2026-05-31T14:00, 2026-05-31T14:00:00Z, seconds since 1970, or 24h for 24 hours ago';

/**
 * Reads a time, in microseconds since the epoch; undefined if it is not one. Without a zone it is this machine's
 * local time, as tcpdump prints it, or that of `tz`; a date alone is its midnight. `now` is in milliseconds.
 */
export function parseTimeForm(text: string, now: number, tz?: string): number | undefined {
  const ago = AGO.exec(text);
  if (ago !== null) {
    return now * 1000 - Number(ago[1]) * (SECONDS_PER_UNIT[ago[2] ?? ''] ?? Number.NaN) * 1e6;
  }
  const epoch = EPOCH_SECONDS.exec(text);
  if (epoch !== null) return Number(epoch[1]) * 1e6 + microseconds(epoch[2]);
  const parts = DATE_TIME.exec(text);
  if (parts === null) return undefined;
  const [, date = '', time = '00:00', seconds = '00', fraction, zone = ''] = parts;
  // Date reads the 30th of February as the 2nd of March.
  if (!isDate(date)) return undefined;
  const isZoned = zone === '' && tz !== undefined;
  const milliseconds = Date.parse(`${date}T${time}:${seconds}${isZoned ? 'Z' : zone}`);
  if (Number.isNaN(milliseconds)) return undefined;
  const whole = isZoned ? inZone(milliseconds * 1000, tz) : milliseconds * 1000;
  return whole + microseconds(fraction);
}

/** The time at which the clocks of a zone show what those of UTC show at this time, in microseconds. */
function inZone(shown: number, tz: string): number {
  if (/^(?:utc|z)$/i.test(tz)) return shown;
  const offsetAt = offsetsOf(tz);
  // The offset depends on the time, which depends on the offset: the second one is right, except where clocks change.
  const guess = shown - offsetAt(shown) * 1e6;
  return shown - offsetAt(guess) * 1e6;
}

function isDate(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}

/** The decimals of a number of seconds, as whole microseconds. */
function microseconds(digits = ''): number {
  return Number(digits.padEnd(6, '0').slice(0, 6));
}
