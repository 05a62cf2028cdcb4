// Numbers, times and machines as the pages write them.

import { REMOTE } from '../../inventory/endpoints.js';
import type { Machine } from '../../inventory/picture/machines.js';
import type { Picture } from '../../inventory/picture/picture.js';
import { type Clock, UTC_CLOCK } from '../../text/clock.js';
import { type Html, html } from './html.js';

export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 machine`, `2,345 machines`. */
export function count(number: number, noun: string): string {
  return `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** The name of a machine on a page. */
export function nameOf({ label }: Pick<Machine, 'label'>): string {
  return label === REMOTE ? 'Internet' : label;
}

/** A machine in a table or sentence, which the script of the page makes a link. */
export function machineHtml(machine: Pick<Machine, 'label'>): Html {
  return html`<b class="m">${nameOf(machine)}</b>`;
}

/** The machine with this number. */
export function machineAt({ machines }: Pick<Picture, 'machines'>, number: number): Html {
  return machineHtml(machines[number] ?? { label: '' });
}

/** `is` for one, `are` for any other number, or other words of which one is right. */
export function choose(number: number, one = 'is', many = 'are'): string {
  return number === 1 ? one : many;
}

/** Writes the times of one picture: without the date if they are of the day that all of the picture share. */
export interface Times {
  /** The zone, such as `UTC` or `+02:00`. */
  readonly zone: string;
  /** The day that all times share, if they do. */
  readonly day: string | undefined;
  /** Nothing for times that are not known. */
  format(microseconds: number): string;
  /** Wall-clock time in seconds since the epoch. */
  wall(microseconds: number): number;
  /** How exact times are written, in seconds. */
  readonly unit: 1 | 60;
}

const HOUR = 3_600_000_000;
const EXACT_SPAN = 6 * HOUR;

export function timesOf(clock: Clock = UTC_CLOCK, span: { firstSeen: number; lastSeen: number }): Times {
  const offsets = new Map<number, number>();
  const wall = (microseconds: number): number => {
    const hour = Math.floor(microseconds / HOUR);
    let offset = offsets.get(hour);
    if (offset === undefined) {
      offset = offsetOf(clock.second(microseconds));
      offsets.set(hour, offset);
    }
    return Math.floor(microseconds / 1e6) + offset;
  };
  const { firstSeen, lastSeen } = span;
  const isKnown = Number.isFinite(firstSeen);
  const unit = isKnown && lastSeen - firstSeen <= EXACT_SPAN ? 1 : 60;
  const dayOf = (time: number): string => clock.second(time).slice(0, 'YYYY-MM-DD'.length);
  const day = isKnown && dayOf(firstSeen) === dayOf(lastSeen) ? dayOf(firstSeen) : undefined;
  const [, zone = 'UTC'] = isKnown ? (/([+-]\d\d:\d\d)$/.exec(clock.second(firstSeen)) ?? []) : [];
  return {
    zone,
    day,
    unit,
    wall,
    format(microseconds) {
      if (!Number.isFinite(microseconds)) return '';
      const text = clock
        .second(microseconds)
        .slice(0, unit === 1 ? 'YYYY-MM-DDThh:mm:ss'.length : 'YYYY-MM-DDThh:mm'.length);
      return text.startsWith(`${day}T`) ? text.slice('YYYY-MM-DDT'.length) : text.replace('T', ' ');
    },
  };
}

function offsetOf(text: string): number {
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
  const offset = Number(hours) * 3600 + Number(minutes) * 60;
  return sign === '-' ? -offset : offset;
}
