// The part of a store that is asked for, as a source names it: `store:h.db?since=7d&sensor=fra1&across=max`.

import { formatTime } from '../text/time.js';
import { parseTimeForm, TIME_FORMS } from '../text/time-forms.js';
import { StoreError } from './errors.js';

/** How sensors on the same path are joined: their sums, or for each row of an hour the one that saw most. */
export type Across = 'sum' | 'max';
export const ACROSS: readonly Across[] = ['sum', 'max'];

export interface Selection {
  /** From this time on and before the other; microseconds since the epoch. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Only this sensor. */
  readonly sensor?: string | undefined;
  readonly across: Across;
}

/** A store that a source names, and what is asked of it. */
export interface StoreSource {
  /** The path of a file, or the address of a fleet. */
  readonly path: string;
  readonly selection: Selection;
}

/** A source that begins so is a store in a file. */
const PREFIX = 'store:';
/** A source that begins so is a fleet. */
const FLEET = /^clickhouses?:\/\//;

const KEYS = ['since', 'until', 'sensor', 'across'] as const;

export function isStoreName(name: string): boolean {
  return name.startsWith(PREFIX) || isFleetName(name);
}

/** Whether this is the address of a fleet, and not the path of a file. */
export function isFleetName(name: string): boolean {
  return FLEET.test(name);
}

/** Addresses that may have a password, also mistyped ones: they are shown in messages, so they are refused before that. */
const WITH_USER = /^(?:-[\w-]*=)?(?:clickhouses?|https?|tcp):\/\/(.*)@/is;
const WITH_PASSWORD = /^(?:-[\w-]*=)?clickhouses?:.*[?&](?:password|pass|pw)=/is;

/** Says what is wrong with an address that has a password, which belongs nowhere; undefined for all others. */
export function findPassword(name: string): string | undefined {
  // The last @ ends it, even if the password contains others.
  const [, user] = WITH_USER.exec(name) ?? [];
  return user?.includes(':') === true || WITH_PASSWORD.test(name) ? PASSWORD : undefined;
}

const PASSWORD =
  'an address of ClickHouse must not contain a password, as others could see it: ' +
  'put it into SYNSUM_CLICKHOUSE_PASSWORD, or into a file that SYNSUM_CLICKHOUSE_PASSWORD_FILE names';

/**
 * Reads the name of a store. Times are as for --since.
 * @param now milliseconds since the epoch
 * @throws StoreError for a name that means nothing
 */
export function parseStoreName(name: string, now: number): StoreSource {
  const fault = findPassword(name);
  if (fault !== undefined) throw new StoreError(fault);
  const text = isFleetName(name) ? name : name.slice(PREFIX.length);
  const mark = text.indexOf('?');
  const path = mark < 0 ? text : text.slice(0, mark);
  if (path === '') throw new StoreError('found no file, expected one as in store:history.db');
  const selection: { -readonly [Key in keyof Selection]: Selection[Key] } = { across: 'sum' };
  for (const [key, value] of new URLSearchParams(
    mark < 0 ? '' : text.slice(mark + 1).replaceAll('+', '%2B'),
  )) {
    switch (key) {
      case 'since':
      case 'until':
        selection[key] = readTime(key, value, now);
        break;
      case 'sensor':
        selection.sensor = value;
        break;
      case 'across':
        selection.across = readAcross(key, value);
        break;
      default:
        throw new StoreError(`found ${JSON.stringify(key)}, expected ${KEYS.join(', ')}`);
    }
  }
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = selection;
  if (since >= until)
    throw new StoreError('found an "until" that is not later than "since", expected a later one');
  return { path, selection };
}

/** The name of a store that joins sensors in this way, unless it says how. Other names stay as they are. */
export function withAcross(name: string, across: Across): string {
  if (!isStoreName(name)) return name;
  const mark = name.indexOf('?');
  // A later choice in the name replaces this one.
  return mark < 0
    ? `${name}?across=${across}`
    : `${name.slice(0, mark)}?across=${across}&${name.slice(mark + 1)}`;
}

/** The name of a store with its times as those of a zone, unless they name one. Other names stay as they are. */
export function withZone(name: string, zone: string | undefined, now: number): string {
  if (zone === undefined || !isStoreName(name)) return name;
  return name.replace(/([?&](?:since|until)=)([^&]*)/g, (whole, key: string, value: string) => {
    const text =
      new URLSearchParams(`${key.slice(1)}${value.replaceAll('+', '%2B')}`).values().next().value ?? '';
    const time = parseTimeForm(text, now, zone);
    return time === undefined || time === parseTimeForm(text, now) ? whole : `${key}${formatTime(time)}`;
  });
}

function readTime(key: string, text: string, now: number): number {
  const time = parseTimeForm(text, now);
  if (time === undefined) throw refused(key, text, `a time such as ${TIME_FORMS}`);
  return time;
}

function readAcross(key: string, text: string): Across {
  const across = ACROSS.find((known) => known === text);
  if (across === undefined) throw refused(key, text, ACROSS.join(' or '));
  return across;
}

function refused(key: string, value: string, expected: string): StoreError {
  return new StoreError(`${key}: found ${JSON.stringify(value)}, expected ${expected}`);
}
