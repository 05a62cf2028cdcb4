// The section on time: when the busiest and the remarkable services were used, as bars for slices of time where these were
// counted, and from the first to the last connection elsewhere.

import type { Picture } from '../../inventory/picture/picture.js';
import type { Activity } from '../../inventory/picture/spans.js';
import { cutTo } from '../width.js';
import type { Section } from './contents.js';
import { type Html, html } from './html.js';
import { LIST, scrolling, tableHtml } from './tables.js';
import { choose, count, formatCount, nameOf, type Times } from './wording.js';

const WIDTH = 1120;
const LEFT = 270;
const RIGHT = 1000;
const LINE = 24;
const BASE = 18;
const BAR = 15;
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

export function timeSection(picture: Picture, times: Times): Section | undefined {
  const { activity, span, machines, slices } = picture;
  const { firstSeen, lastSeen } = span;
  if (activity.length < 2 || !(lastSeen > firstSeen)) return undefined;
  const hasBars = activity.some(({ counts }) => counts !== undefined);
  const [start, end] =
    hasBars && slices !== undefined
      ? [slices.start, slices.start + slices.count * slices.width]
      : [firstSeen, lastSeen];
  const xOf = (time: number): number => round(LEFT + ((time - start) / (end - start)) * (RIGHT - LEFT));
  const height = TOP + activity.length * LINE + 4;
  const ticks = ticksOf(start, end, times);
  const lines = activity.map((service, at) => {
    const y = TOP + at * LINE;
    const [from, to] = [xOf(service.firstSeen), xOf(service.lastSeen)];
    const { change, counts } = service;
    const label = labelOf(service, machines);
    const note =
      change === undefined
        ? ''
        : change === 'began'
          ? `began ${times.format(service.firstSeen)}`
          : `ended ${times.format(service.lastSeen)}`;
    const edge = counts === undefined ? 0 : (slices?.width ?? 0);
    const [noteX, anchor] =
      change === 'began'
        ? [xOf(beginOf(service.firstSeen, edge)) - 8, 'end']
        : [xOf(beginOf(service.lastSeen, edge) + edge) + 8, 'start'];
    const baseline = y + BASE - 2;
    const remark = html`<text class="note" x="${noteX}" y="${baseline}" text-anchor="${anchor}">${note}</text>`;
    const shape =
      counts === undefined
        ? html`<rect x="${from}" y="${y + 7}" width="${Math.max(2, round(to - from))}" height="10" rx="2"/>`
        : html`<path transform="translate(${LEFT} ${y + BASE})scale(${round((RIGHT - LEFT) / counts.length)} 1)" d="${barsOf(counts)}"/>`;
    return html`<g class="${change ?? 'use'}"><title>${titleOf(service, label, picture, times)}</title>
      <text x="${LEFT - 14}" y="${baseline}">${cutTo(label, LABEL_COLUMNS)}</text>
      ${shape}${note !== '' && remark}
      <text class="dim" x="${WIDTH - 2}" y="${baseline}">${formatCount(service.connections)}</text></g>`;
  });
  const lows = activity.map(
    ({ counts }, at) => counts && `M${LEFT} ${TOP + at * LINE + BASE + 0.5}H${RIGHT}`,
  );
  const grid = ticks.map(
    ({ time, label }) =>
      html`<path d="M${xOf(time)} ${TOP - 4}V${height}" stroke="#88a" stroke-opacity=".25"/>
        <text class="dim" x="${xOf(time)}" y="14">${label}</text>`,
  );
  return {
    id: 'time',
    title: 'Time',
    body: html`<p class="sub">${introductionOf(picture, times)}</p>
      <figure class="scroll" tabindex="0" role="region" aria-label="Timeline">
      <svg class="time" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img"
      font-family="sans-serif" font-size="13" fill="currentColor">
      <title>The use of ${count(activity.length, 'service')} over time; the table after it has the same as text.</title>
      <g class="grid" text-anchor="middle">${grid}<path d="${lows.join('')}" stroke="#88a" stroke-opacity=".25"/></g>
      <g text-anchor="end"><text class="dim" x="${WIDTH - 2}" y="14">connections</text>${lines}</g></svg></figure>
      ${tableOf(picture, times)}`,
  };
}

/** Where the slice of a time begins, if there are slices. */
function beginOf(time: number, width: number): number {
  return width === 0 ? time : Math.floor(time / width) * width;
}

function labelOf({ server, service }: Activity, machines: Picture['machines']): string {
  return `${nameOf(machines[server] ?? { label: '' })} ${service}`;
}

function introductionOf({ activity, slices }: Picture, times: Times): Html {
  const day = times.day !== undefined && ` on ${times.day}`;
  const remarkable = activity.some(({ change }) => change !== undefined);
  const which = html`${day} (${times.zone}): the busiest${remarkable && ', and those that began late or ended early'}.`;
  const without = activity.filter(({ counts }) => counts === undefined).length;
  if (slices === undefined || without === activity.length) {
    return html`From the first to the last connection of each service${which} Use in between is not known, as these
      sources do not have the time of each packet.`;
  }
  return html`When each service was used${which} A bar is ${describeLength(slices.width)} wide, and its height shows the
    number of SYN-ACKs, relative to the highest bar in the line.${
      without > 0 &&
      html` ${count(without, 'service')} ${choose(without, 'has', 'have')} a band from the first to the last connection
        instead, as some sources do not have the time of each packet.`
    }`;
}

/** The outline of bars that touch, one unit wide each. */
function barsOf(counts: readonly number[]): string {
  const most = Math.max(...counts);
  let path = 'M0 0';
  let level = 0;
  let run = 0;
  for (const count of [...counts, 0]) {
    const height = Math.ceil((count / most) * BAR);
    if (height !== level) {
      if (run > 0) path += `h${run}`;
      path += `v${level - height}`;
      level = height;
      run = 0;
    }
    run += 1;
  }
  return `${path}z`;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** @param length microseconds */
function describeLength(length: number): string {
  const seconds = length / 1e6;
  const [name, unit] = UNITS.find(([, unit]) => seconds % unit === 0) ?? ['second', 1];
  return count(seconds / unit, name);
}

/** The busiest slice of a service; nothing if slices were not counted. */
function busiestOf({ counts }: Activity, { slices }: Picture, times: Times): string {
  if (counts === undefined || slices === undefined) return '';
  const most = Math.max(...counts);
  const at = counts.indexOf(most);
  return `${times.format(slices.start + at * slices.width)} (${count(most, 'SYN-ACK')})`;
}

function titleOf(service: Activity, label: string, picture: Picture, times: Times): string {
  const [first, last] = [times.format(service.firstSeen), times.format(service.lastSeen)];
  const busiest = busiestOf(service, picture, times);
  const most = busiest === '' ? '' : `; busiest at ${busiest}`;
  return `${label}: ${first} to ${last}, ${count(service.connections, 'connection')}${most}`;
}

/** The same as text, for those who cannot see the picture. */
function tableOf(picture: Picture, times: Times): Html {
  const { activity, machines, slices } = picture;
  const used = (counts: readonly number[]): string =>
    `${counts.filter((count) => count > 0).length} of ${counts.length}`;
  const hasBars = slices !== undefined;
  const table = tableHtml({
    attributes: LIST,
    columns: [
      { title: 'Service' },
      { title: 'Connections', isNumber: true },
      { title: 'First' },
      { title: 'Last' },
      hasBars ? { title: 'Bars with use', isNumber: true } : undefined,
      hasBars ? { title: 'Busiest bar' } : undefined,
    ],
    rows: activity.map((service) => ({
      cells: [
        labelOf(service, machines),
        formatCount(service.connections),
        times.format(service.firstSeen),
        times.format(service.lastSeen),
        service.counts && used(service.counts),
        busiestOf(service, picture, times),
      ],
    })),
  });
  return html`<details><summary>As a table</summary>${scrolling('Times of services', table)}</details>`;
}

function round(length: number): number {
  return Math.round(length * 100) / 100;
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
