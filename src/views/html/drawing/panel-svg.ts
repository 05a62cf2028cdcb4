// A panel of the map as SVG, for a page or a file. Colours are attributes, so that it can be read without a style sheet.
// https://www.w3.org/TR/SVG2/

import type { Panel } from '../../../inventory/picture/panels.js';
import type { Picture } from '../../../inventory/picture/picture.js';
import { visible } from '../../../text/escape.js';
import { cutTo } from '../../width.js';
import { type Html, html } from '../html.js';
import { count, formatCount } from '../wording.js';
import {
  CARD_LEFT,
  CARD_WIDTH,
  CLIENT_HEIGHT,
  CLIENT_WIDTH,
  type Layout,
  LINE_HEIGHT,
  layOut,
  type PlacedCard,
  WIDTH,
} from './panel-layout.js';
import { serviceTitle, titleOf } from './panel-words.js';

/** Columns of text that fit, at about 7 pixels each. */
const CLIENT_COLUMNS = 36;
const CARD_COLUMNS = 42;
const SERVICE_COLUMNS = 36;

export interface DrawOptions {
  /** The number of the first link of the panel, among those of all panels. */
  readonly offset: number;
  /** Whether machines are links, which the script of a page follows. */
  readonly isLinked: boolean;
}

export function drawPanel(panel: Panel, picture: Picture, { offset, isLinked }: DrawOptions): Html {
  const layout = layOut(panel);
  const height = Math.ceil(layout.height);
  const role = isLinked ? 'group' : 'img';
  return html`<svg class="${panel.direction}" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"
    role="${role}" font-family="sans-serif" font-size="13" fill="currentColor">
    <title>${describe(panel)}</title>
    ${drawPanelContents(panel, picture, layout, { offset, isLinked })}
    </svg>`;
}

function describe({ clients, cards, sums }: Panel): string {
  const groups = `${count(clients.length, 'group')} of clients, ${count(cards.length, 'card')} of servers`;
  return `${groups}, ${count(sums.connections, 'connection')}`;
}

function drawPanelContents(panel: Panel, picture: Picture, layout: Layout, options: DrawOptions): Html {
  const { offset } = options;
  const links = layout.links.map(({ at, from, to, width }) => {
    const { client, card, service, isUncertain } = panel.links[at] as Panel['links'][number];
    const bend = (CARD_LEFT - CLIENT_WIDTH) / 2;
    const [near, far] = [CLIENT_WIDTH + bend, CARD_LEFT - bend];
    const path = `M${CLIENT_WIDTH} ${from}C${near} ${from} ${far} ${to} ${CARD_LEFT} ${to}`;
    const dashes = isUncertain && html` stroke-dasharray="4 3"`;
    const ends = html`data-l="${offset + at}" data-c="${client}" data-s="${card}.${service}"`;
    return html`<path d="${path}" stroke-width="${width}"${dashes} ${ends}/>`;
  });
  return html`<g class="links" fill="none" stroke="#88a" stroke-opacity=".45">${links}</g>
    ${panel.clients.map((_, at) => drawClient(panel, picture, layout, at, options))}
    ${panel.cards.map((_, at) => drawCard(panel, picture, layout.cards[at] as PlacedCard, at, options))}`;
}

function drawClient(
  panel: Panel,
  picture: Picture,
  { clients }: Layout,
  at: number,
  { isLinked }: DrawOptions,
): Html {
  const group = panel.clients[at] as Panel['clients'][number];
  const middle = clients[at] as number;
  const { name, size } = titleOf(group, picture);
  const number = formatCount(group.connections);
  const room = CLIENT_COLUMNS - number.length - (size === '' ? 0 : size.length + 1);
  const top = middle - CLIENT_HEIGHT / 2;
  const machines = size !== '' && html`<tspan class="dim" dx="6">${size}</tspan>`;
  const body = html`<rect x="1" y="${top}" width="${CLIENT_WIDTH - 1}" height="${CLIENT_HEIGHT}" rx="4" fill="none"
    stroke="#88a"/><text x="11" y="${middle + 4.5}">${cutTo(name, room)}${machines}</text>
    <text class="dim" x="${CLIENT_WIDTH - 10}" y="${middle + 4.5}" text-anchor="end">${number}</text>`;
  return node(
    body,
    `c ${group.kind}`,
    html` data-c="${at}"`,
    group.kind === 'machine' ? name : undefined,
    isLinked,
  );
}

function drawCard(
  panel: Panel,
  picture: Picture,
  { top, height, lines, heading }: PlacedCard,
  at: number,
  { isLinked }: DrawOptions,
): Html {
  const card = panel.cards[at] as Panel['cards'][number];
  const { name, size } = titleOf(card, picture);
  const machines = size !== '' && html`<tspan class="dim" dx="6" font-weight="400">${size}</tspan>`;
  const title = html`<text class="t" x="${CARD_LEFT + 14}" y="${top + 18}" font-weight="600">
    ${cutTo(name, CARD_COLUMNS)}${machines}</text>`;
  const services = card.services.map((service, line) => {
    const y = lines[line] as number;
    // All of its line reacts to the pointer, not only the letters.
    const area =
      isLinked &&
      html`<rect x="${CARD_LEFT}" y="${y - LINE_HEIGHT / 2}" width="${CARD_WIDTH}" height="${LINE_HEIGHT}"
        fill="none"/>`;
    const body = html`${area}<circle cx="${CARD_LEFT}" cy="${y}" r="3.5"/>
      <text x="${CARD_LEFT + 14}" y="${y + 4.5}">${cutTo(serviceTitle(service, card), SERVICE_COLUMNS)}</text>
      <text class="dim" x="${CARD_LEFT + CARD_WIDTH - 12}" y="${y + 4.5}" text-anchor="end">
      ${formatCount(service.connections)}</text>`;
    return html`<g class="s" data-s="${at}.${line}"${isLinked && html` tabindex="0"`}>${body}</g>`;
  });
  return html`${heading && html`<text class="dim" x="${CARD_LEFT}" y="${heading.y}">${heading.text}</text>`}
    <rect class="card ${card.kind}" x="${CARD_LEFT}" y="${top}" width="${CARD_WIDTH - 1}" height="${height}" rx="4"
    fill="none" stroke="#88a"/>
    ${node(title, 'h', html` data-k="${at}"`, card.kind === 'machine' ? name : undefined, isLinked)}
    ${services}`;
}

/** A group that can be reached by keyboard; one that is a machine leads to its details. */
function node(body: Html, name: string, data: Html, machine: string | undefined, isLinked: boolean): Html {
  if (!isLinked) return html`<g class="${name}"${data}>${body}</g>`;
  if (machine === undefined) {
    return name === 'h' ? body : html`<g class="${name}"${data} tabindex="0">${body}</g>`;
  }
  const href = `#machine=${encodeURIComponent(visible(machine))}`;
  return html`<a class="${name}"${data} href="${href}" data-m="${machine}">${body}</a>`;
}
