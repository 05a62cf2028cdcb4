// The section on flow: three columns of clients, services and servers, with bands as wide as their connections.

import type { Band, Flow, FlowService } from '../../inventory/picture/flow.js';
import type { Group } from '../../inventory/picture/networks.js';
import type { Picture } from '../../inventory/picture/picture.js';
import { cutTo } from '../width.js';
import type { Section } from './contents.js';
import { titleOf } from './drawing/panel-words.js';
import { type Html, html } from './html.js';
import { count, formatCount } from './wording.js';

const WIDTH = 1120;
/** The left edges of the columns. */
const COLUMNS = [268, 554, 840] as const;
const BAR = 12;
/** All connections together are this high. */
const HEIGHT = 260;
/** No label may touch the next. */
const MIN_SLOT = 20;
const GAP = 8;
const TOP = 28;
const LABEL_COLUMNS = 34;

interface Node {
  readonly name: string;
  readonly connections: number;
  readonly isInternet: boolean;
}

interface PlacedNode extends Node {
  readonly top: number;
  readonly height: number;
}

export function flowSection(picture: Picture): Section | undefined {
  const { flow } = picture;
  // With a single band, there is nothing to compare.
  if (flow.bands[0].length < 2) return undefined;
  const total = flow.services.reduce((sum, { connections }) => sum + connections, 0);
  const columns = [
    flow.clients.map((group) => nodeOf(group, picture)),
    flow.services.map(nodeOfService),
    flow.servers.map((group) => nodeOf(group, picture)),
  ] as const;
  const heights = columns.map((column) => heightOf(column, total));
  const height = Math.ceil(TOP + Math.max(...heights) + 4);
  const placed = columns.map((column, at) =>
    place(column, total, TOP + (height - TOP - (heights[at] as number)) / 2),
  );
  const [clients = [], services = [], servers = []] = placed;
  const bands = [drawBands(flow, 0, clients, services, total), drawBands(flow, 1, services, servers, total)];
  const heads = ['Clients', 'Services', 'Servers'].map((title, at) => {
    const [x, anchor] = labelAt(at);
    return html`<text class="dim" x="${x}" y="14" text-anchor="${anchor}">${title}</text>`;
  });
  return {
    id: 'flow',
    title: 'Flow',
    body: html`<p class="sub">The wider a band, the more connections. Each is in one band on either side.</p>
      <figure class="scroll" tabindex="0" role="region" aria-label="Flow, drawn">
      <svg class="flow" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img"
      font-family="sans-serif" font-size="13" fill="currentColor">
      <title>${count(total, 'connection')} from clients to services to servers; All connections has the rows.</title>
      ${heads}<g class="bands" fill="#88a" fill-opacity=".3">${bands}</g>${placed.map(drawNodes)}</svg></figure>`,
  };
}

function nodeOf(group: Group, picture: Picture): Node {
  const { name, size } = titleOf(group, picture);
  const { kind, connections } = group;
  return { name: size === '' ? name : `${name}, ${size}`, connections, isInternet: kind === 'internet' };
}

function nodeOfService({ label, services, connections }: FlowService): Node {
  const name = label === '' ? `others (${count(services, 'service')})` : label;
  return { name, connections, isInternet: false };
}

function slotOf({ connections }: Node, total: number): number {
  return Math.max(MIN_SLOT, (connections / total) * HEIGHT + GAP);
}

function heightOf(nodes: readonly Node[], total: number): number {
  return nodes.reduce((sum, node) => sum + slotOf(node, total), 0);
}

function place(nodes: readonly Node[], total: number, start: number): PlacedNode[] {
  let y = start;
  return nodes.map((node) => {
    const slot = slotOf(node, total);
    const height = Math.max(1, (node.connections / total) * HEIGHT);
    const placed = { ...node, top: y + (slot - height) / 2, height };
    y += slot;
    return placed;
  });
}

function drawBands(
  { bands }: Flow,
  side: 0 | 1,
  from: readonly PlacedNode[],
  to: readonly PlacedNode[],
  total: number,
): Html[] {
  const offset = side === 0 ? 0 : bands[0].length;
  const [left, right] = [COLUMNS[side] + BAR, COLUMNS[side + 1] as number];
  const middle = (left + right) / 2;
  // Bands are sorted by where they begin, and so also come to their ends in order.
  const used = { from: from.map(() => 0), to: to.map(() => 0) };
  return bands[side].map(({ from: first, to: last, connections }: Band, at) => {
    const [one, other] = [from[first] as PlacedNode, to[last] as PlacedNode];
    const width = (connections / total) * HEIGHT;
    const [y0, y1] = [one.top + (used.from[first] as number), other.top + (used.to[last] as number)];
    used.from[first] = (used.from[first] as number) + width;
    used.to[last] = (used.to[last] as number) + width;
    const thick = Math.max(width, 0.5);
    const there = `M${left} ${round(y0)}C${middle} ${round(y0)} ${middle} ${round(y1)} ${right} ${round(y1)}`;
    const back = `v${round(thick)}C${middle} ${round(y1 + thick)} ${middle} ${round(y0 + thick)} ${left} ${round(y0 + thick)}z`;
    const name = one.isInternet || other.isInternet ? html` class="n"` : undefined;
    const title = `${one.name} → ${other.name}: ${count(connections, 'connection')}`;
    return html`<path${name} d="${there}${back}" data-f="${offset + at}"><title>${title}</title></path>`;
  });
}

function drawNodes(nodes: readonly PlacedNode[], column: number): Html[] {
  const [x, anchor] = labelAt(column);
  return nodes.map(({ name, connections, isInternet, top, height }) => {
    const bar = html`<rect${isInternet && html` class="n"`} x="${COLUMNS[column]}" y="${round(top)}" width="${BAR}"
      height="${round(height)}" fill="#88a"/>`;
    const number = html` <tspan class="dim">${formatCount(connections)}</tspan>`;
    return html`${bar}<text x="${x}" y="${round(top + height / 2 + 4.5)}" text-anchor="${anchor}">
      ${cutTo(name, LABEL_COLUMNS)}${number}</text>`;
  });
}

/** Labels of clients are to the left of their bars, all others to the right. */
function labelAt(column: number): readonly [x: number, anchor: 'end' | 'start'] {
  const left = COLUMNS[column] as number;
  return column === 0 ? [left - 8, 'end'] : [left + BAR + 8, 'start'];
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
