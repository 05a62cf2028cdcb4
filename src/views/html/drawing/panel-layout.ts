// Where everything of a panel is drawn: client groups on the left, cards of servers on the right, and lines from each
// client group to a service on a card. Lengths are CSS pixels.

import type { Panel } from '../../../inventory/picture/panels.js';

export const WIDTH = 1120;
export const CLIENT_WIDTH = 296;
export const CARD_WIDTH = 330;
export const CARD_LEFT: number = WIDTH - CARD_WIDTH;
export const CLIENT_HEIGHT = 28;
const TITLE_HEIGHT = 26;
export const LINE_HEIGHT = 20;
const CLIENT_GAP = 8;
const CARD_GAP = 10;
const CARD_PADDING = 5;
const HEADING_HEIGHT = 22;

export interface PlacedCard {
  readonly top: number;
  readonly height: number;
  /** The baselines of its services are in the middle of their lines. */
  readonly lines: readonly number[];
  /** The network that begins with this card, and where its heading is. */
  readonly heading: { readonly text: string; readonly y: number } | undefined;
}

interface PlacedLink {
  /** Number of the link. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

export interface Layout {
  readonly height: number;
  /** The middle of each client group. */
  readonly clients: readonly number[];
  readonly cards: readonly PlacedCard[];
  readonly links: readonly PlacedLink[];
}

/** Places a panel. Client groups are near the services that they use, so that few lines cross. */
export function layOut(panel: Panel): Layout {
  const cards = placeCards(panel);
  const bottom = cards.reduce((max, { top, height }) => Math.max(max, top + height), 0);
  const most = panel.links.reduce((max, { connections }) => Math.max(max, connections), 1);
  const clients = placeClients(panel, cards, bottom);
  const height = Math.max(bottom, ...clients.map((middle) => middle + CLIENT_HEIGHT / 2)) + 2;
  return { height, clients, cards, links: placeLinks(panel, clients, cards, most) };
}

function placeCards({ cards }: Panel): PlacedCard[] {
  const placed: PlacedCard[] = [];
  let y = 2;
  let network = '';
  for (const card of cards) {
    const isUnder = card.kind === 'machine' && card.network !== '';
    const hasHeading = isUnder && card.network !== network;
    network = isUnder ? card.network : '';
    const heading = hasHeading ? { text: card.network, y: y + HEADING_HEIGHT - 8 } : undefined;
    if (hasHeading) y += HEADING_HEIGHT;
    const lines = card.services.map((_, at) => y + TITLE_HEIGHT + LINE_HEIGHT * at + LINE_HEIGHT / 2);
    const height = TITLE_HEIGHT + LINE_HEIGHT * card.services.length + CARD_PADDING;
    placed.push({ top: y, height, lines, heading });
    y += height + CARD_GAP;
  }
  return placed;
}

function placeClients(panel: Panel, cards: readonly PlacedCard[], bottom: number): number[] {
  const sums = panel.clients.map(() => ({ weight: 0, y: 0 }));
  for (const { client, card, service, connections } of panel.links) {
    const sum = sums[client] as { weight: number; y: number };
    // The busiest line must not decide alone.
    const weight = Math.log2(connections + 1);
    sum.weight += weight;
    sum.y += weight * (cards[card]?.lines[service] ?? 0);
  }
  const wanted = sums.map(({ weight, y }) => (weight === 0 ? 0 : y / weight));
  const order = wanted
    .map((_, at) => at)
    .sort((a, b) => (wanted[a] as number) - (wanted[b] as number) || a - b);
  const step = CLIENT_HEIGHT + CLIENT_GAP;
  // From the top, each as near to its place as those above allow; then moved up as far as the bottom demands.
  const middles: number[] = [];
  for (const [at, client] of order.entries()) {
    const least = at === 0 ? CLIENT_HEIGHT / 2 + 2 : (middles[at - 1] as number) + step;
    middles.push(Math.max(least, wanted[client] as number));
  }
  let limit = Math.max(bottom - CLIENT_HEIGHT / 2, CLIENT_HEIGHT / 2 + 2 + step * (order.length - 1));
  for (let at = order.length - 1; at >= 0; at--) {
    middles[at] = Math.min(middles[at] as number, limit);
    limit = (middles[at] as number) - step;
  }
  const placed: number[] = [];
  for (const [at, client] of order.entries()) placed[client] = Math.round(middles[at] as number);
  return placed;
}

/** The lines of a client group leave it side by side, in the order of where they go. */
function placeLinks(
  panel: Panel,
  clients: readonly number[],
  cards: readonly PlacedCard[],
  most: number,
): PlacedLink[] {
  const totals = panel.clients.map(() => 0);
  for (const { client } of panel.links) totals[client] = (totals[client] ?? 0) + 1;
  const used = panel.clients.map(() => 0);
  // Links are sorted by client, card and service, and so by where they go.
  return panel.links.map(({ client, card, service, connections }, at) => {
    const total = totals[client] as number;
    const position = total === 1 ? 0 : (used[client] as number) / (total - 1) - 0.5;
    used[client] = (used[client] as number) + 1;
    return {
      at,
      from: round((clients[client] as number) + position * (CLIENT_HEIGHT - 10)),
      to: cards[card]?.lines[service] ?? 0,
      width: round(1 + 4 * (Math.log(connections + 1) / Math.log(most + 1)) ** 2),
    };
  });
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
