// The section on time: when the busiest and the remarkable services were first and last used.

import type { Picture } from '../../inventory/picture/picture.js';
import type { Activity } from '../../inventory/picture/spans.js';
import { cutTo } from '../width.js';
import type { Section } from './contents.js';
import { html } from './html.js';
import { count, formatCount, nameOf, type Times } from './wording.js';

const WIDTH = 1120;
const LEFT = 270;
const RIGHT = 1000;
const LINE = 22;
const TOP = 26;
const LABEL_COLUMNS = 36;
/** Steps between ticks, in seconds. */
const STEPS = [
  1,
  5,
  15,
  60,
  300,
  900,
  3600,
  3 * 3600,
  6 * 3600,
  86_400,
  7 * 86_400,
  30 * 86_400,
  365 * 86_400,
];
const MAX_TICKS = 9;

export function timeSection({ activity, span, machines }: Picture, times: Times): Section | undefined {
  const { firstSeen, lastSeen } = span;
  if (activity.length < 2 || !(lastSeen > firstSeen)) return undefined;
  const xOf = (time: number): number =>
    Math.round((LEFT + ((time - firstSeen) / (lastSeen - firstSeen)) * (RIGHT - LEFT)) * 10) / 10;
  const height = TOP + activity.length * LINE + 4;
  const ticks = ticksOf(firstSeen, lastSeen, times);
  const lines = activity.map((service, at) => {
    const y = TOP + at * LINE;
    const [from, to] = [xOf(service.firstSeen), xOf(service.lastSeen)];
    const { change } = service;
    const label = `${nameOf(machines[service.server] ?? { label: '' })} ${service.service}`;
    const note =
      change === undefined
        ? ''
        : change === 'began'
          ? `began ${times.format(service.firstSeen)}`
          : `ended ${times.format(service.lastSeen)}`;
    const length = Math.max(2, Math.round((to - from) * 10) / 10);
    const [noteX, anchor] = change === 'began' ? [from - 8, 'end'] : [to + 8, 'start'];
    const remark = html`<text class="note" x="${noteX}" y="${y + 15}" text-anchor="${anchor}">${note}</text>`;
    return html`<g class="${change ?? 'span'}"><title>${titleOf(service, label, times)}</title>
      <text x="${LEFT - 14}" y="${y + 15}" text-anchor="end">${cutTo(label, LABEL_COLUMNS)}</text>
      <rect x="${from}" y="${y + 6}" width="${length}" height="10" rx="2" fill="#88a"/>${note !== '' && remark}
      <text class="dim" x="${WIDTH - 2}" y="${y + 15}" text-anchor="end">${formatCount(service.connections)}</text></g>`;
  });
  const grid = ticks.map(
    ({ time, label }) =>
      html`<path d="M${xOf(time)} ${TOP - 4}V${height}" stroke="#88a" stroke-opacity=".25"/>
        <text class="dim" x="${xOf(time)}" y="14" text-anchor="middle">${label}</text>`,
  );
  const day = times.day !== undefined && `, on ${times.day}`;
  const remarkable = activity.filter(({ change }) => change !== undefined).length;
  return {
    id: 'time',
    title: 'Time',
    body: html`<p class="sub">From the first to the last connection of each service${day} (${times.zone}): the
      busiest${remarkable > 0 && ', and those that began late or ended early'}. Use in between is not recorded.</p>
      <figure class="scroll" tabindex="0" role="region" aria-label="Timeline">
      <svg class="time" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img"
      font-family="sans-serif" font-size="13" fill="currentColor">
      <title>First and last connection of ${count(activity.length, 'service')}; the section Services has the times
      of all.</title>
      <g class="grid">${grid}</g>${lines}</svg></figure>`,
  };
}

function titleOf(service: Activity, label: string, times: Times): string {
  const [first, last] = [times.format(service.firstSeen), times.format(service.lastSeen)];
  return `${label}: ${first} to ${last}, ${count(service.connections, 'connection')}`;
}

/** Round times on the clock. */
function ticksOf(first: number, last: number, times: Times): { time: number; label: string }[] {
  const seconds = (last - first) / 1e6;
  const step = STEPS.find((length) => seconds / length <= MAX_TICKS) ?? Math.ceil(seconds / MAX_TICKS);
  const ticks: { time: number; label: string }[] = [];
  const offset = times.wall(first) - Math.floor(first / 1e6);
  const start = Math.ceil(times.wall(first) / step) * step - offset;
  for (let second = start; second * 1e6 <= last && ticks.length <= MAX_TICKS; second += step) {
    const text = times.format(second * 1e6);
    const label = step >= 86_400 ? text.slice(0, 'YYYY-MM-DD'.length) : text.slice(-(step < 60 ? 8 : 5));
    ticks.push({ time: second * 1e6, label: times.unit === 1 && step >= 60 ? text.slice(-8, -3) : label });
  }
  return ticks;
}
