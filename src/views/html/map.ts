// The map: a matrix of zones, and a panel for each direction, drawn and as a table.

import type { Matrix } from '../../inventory/picture/matrix.js';
import type { Group } from '../../inventory/picture/networks.js';
import { DIRECTIONS, type Direction, type Panel } from '../../inventory/picture/panels.js';
import type { Picture } from '../../inventory/picture/picture.js';
import { PANEL_TITLES } from '../map/directions.js';
import type { Section } from './contents.js';
import { drawPanel } from './drawing/panel-svg.js';
import { cardTitle, groupTitle, serviceTitle } from './drawing/panel-words.js';
import { type Html, html } from './html.js';
import { scrolling, tableHtml } from './tables.js';
import { count, formatCount } from './wording.js';

const PURPOSES: Readonly<Record<Direction, string>> = {
  in: 'A firewall at the border must let these in.',
  among: 'Firewalls between our networks must let these pass.',
  out: 'A firewall at the border must let these out.',
  remote: 'None of the ends is ours: a network may be missing in hosts.yaml.',
};

export function mapSection(
  picture: Picture,
  { isStatic }: { readonly isStatic: boolean },
): Section | undefined {
  const { panels, matrix } = picture;
  if (matrix.cells.length === 0) return undefined;
  let offset = 0;
  const drawn: Html[] = [];
  for (const direction of DIRECTIONS) {
    const panel = panels[direction];
    if (panel.links.length > 0) drawn.push(panelHtml(panel, picture, offset, isStatic));
    offset += panel.links.length;
  }
  return {
    id: 'map',
    title: 'Map',
    body: html`${matrixHtml(matrix, picture)}${drawn}`,
  };
}

function matrixHtml(matrix: Matrix, picture: Picture): Html {
  const { clients, servers, cells } = matrix;
  const byPlace = new Map(cells.map((cell, at) => [cell.from * servers.length + cell.to, { cell, at }]));
  const most = cells.reduce((max, { connections }) => Math.max(max, connections), 1);
  const rows = clients.map((from, row) => {
    const places = servers.map((to, column) => {
      const found = byPlace.get(row * servers.length + column);
      if (found === undefined) return html`<td></td>`;
      const { services, connections } = found.cell;
      const ends = `${plainTitle(from)} → ${plainTitle(to)}`;
      const title = `${ends}: ${count(services, 'service')}, ${count(connections, 'connection')}`;
      const shade = shadeOf(connections, most);
      return html`<td class="s${shade}" data-z="${found.at}" title="${title}">${formatCount(services)}</td>`;
    });
    return html`<tr><th scope="row">${groupTitle(from, picture)}</th>${places}</tr>`;
  });
  const heads = servers.map((to) => html`<th scope="col"><span>${groupTitle(to, picture)}</span></th>`);
  const table = html`<table class="matrix">
    <thead><tr><td><span class="axis">from &darr; to &rarr;</span></td>${heads}</tr></thead>
    <tbody>${rows}</tbody></table>`;
  return html`<p class="sub">Rows connect to columns. The number says how many services they use there; the
    stronger the colour, the more connections.</p>${scrolling('Which zone uses which', table)}`;
}

/** Five shades, each for about six times the connections of the one before; the darkest for the most. */
function shadeOf(connections: number, most: number): number {
  return Math.max(1, Math.ceil(5 - Math.log10(most / connections) * 1.25));
}

function plainTitle({ kind, label, machines }: Group): string {
  if (kind === 'internet') return 'Internet';
  return kind === 'machine' ? label : `${label} (${count(machines.length, 'machine')})`;
}

function panelHtml(panel: Panel, picture: Picture, offset: number, isStatic: boolean): Html {
  const { direction, sums } = panel;
  const [title, purpose] = [PANEL_TITLES[direction], PURPOSES[direction]];
  const facts = [
    count(sums.clients, 'client'),
    count(sums.servers, 'server'),
    count(sums.services, 'service'),
    count(sums.connections, 'connection'),
  ];
  const drawing = drawPanel(panel, picture, { offset, isLinked: !isStatic });
  return html`<div class="panel" id="map-${direction}">
    <h3>${title}</h3>
    <p class="sub">${purpose} <span>${facts.join(', ')}.</span></p>
    <figure class="scroll" tabindex="0" role="region" aria-label="${title}, drawn">${drawing}</figure>
    <details><summary>${title} as a table (${count(panel.links.length, 'line')})</summary>
    ${panelTable(panel, picture)}</details></div>`;
}

function panelTable(panel: Panel, picture: Picture): Html {
  const lines = panel.links.map(({ client, card, service, connections, isUncertain }) => {
    const shown = panel.cards[card] as Panel['cards'][number];
    const line = shown.services[service] as Panel['cards'][number]['services'][number];
    const group = panel.clients[client] as Group;
    return {
      cells: [
        groupTitle(group, picture),
        cardTitle(shown, picture),
        `${serviceTitle(line, shown)}${isUncertain ? ' (uncertain)' : ''}`,
        formatCount(connections),
      ],
    };
  });
  return tableHtml({
    columns: [
      { title: 'Client' },
      { title: 'Server' },
      { title: 'Service' },
      { title: 'Connections', isNumber: true },
    ],
    rows: lines,
  });
}
