// Times as people read them, in a time zone of their choice.

import { formatSecond, formatShort, formatSpaced } from './time.js';

/** Formats times, in microseconds since the epoch, for people. */
export interface Clock {
  /** With its zone, as in `2007-06-21T16:45:28+02:00`. */
  second(microseconds: number): string;
  /** For a column, as in `2007-06-21 16:45:28+02:00`. */
  spaced(microseconds: number): string;
  /** For a narrow column, as in `2007-06-21 16:45+02:00`. */
  short(microseconds: number): string;
}

export const UTC_CLOCK: Clock = { second: formatSecond, spaced: formatSpaced, short: formatShort };

const MICROSECONDS = 1e6;
/** The last time that Intl formats; forged packets may claim later ones. ECMA-262 21.4.1.1. */
const MAX_SECONDS = 8.64e12;

/** The name of a zone in full: `local` is that of this machine, and any spelling of `utc` is `UTC`. */
export function zoneName(zone: string): string {
  if (/^(?:utc|z)$/i.test(zone)) return 'UTC';
  return /^local$/i.test(zone) ? localZone() : zone;
}

/** The name of this machine's zone. With an empty $TZ, Node names one that it does not know, and means UTC, as POSIX does. */
export function localZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return timeZone === 'Etc/Unknown' ? 'UTC' : timeZone;
}

/** The clock of a zone such as `Europe/Berlin`, of this machine (`local`), or of `utc`. @throws RangeError for no zone */
export function clockOf(zone: string): Clock {
  if (zoneName(zone) === 'UTC') return UTC_CLOCK;
  const offsetAt = offsetsOf(zone);
  const inZone =
    (format: (microseconds: number) => string) =>
    (microseconds: number): string => {
      const offset = offsetAt(microseconds);
      return format(microseconds + offset * MICROSECONDS).replace(/Z$/, formatOffset(offset));
    };
  return { second: inZone(formatSecond), spaced: inZone(formatSpaced), short: inZone(formatShort) };
}

/** Returns how many seconds a zone is ahead of UTC at a time in microseconds. @throws RangeError for no zone */
export function offsetsOf(zone: string): (microseconds: number) => number {
  const timeZone = /^local$/i.test(zone) ? undefined : zone;
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  return (microseconds) => {
    const seconds = Math.min(Math.max(microseconds / MICROSECONDS, -MAX_SECONDS), MAX_SECONDS);
    const parts = format.formatToParts(seconds * 1000);
    const text = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0', rest = '0'] =
      /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
    const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
    return sign === '-' ? -offset : offset;
  };
}

/** As ISO 8601 has it, to the minute. */
function formatOffset(seconds: number): string {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
