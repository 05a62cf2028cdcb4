// The panels of the map: groups of clients on one side, cards of servers with a line for each service on the other. Every
// connection of a direction is in exactly one link of its panel, so their sums are equal.

import { compareBytes } from '../../text/compare-bytes.js';
import type { Machine } from './machines.js';
import { weigh } from './matrix.js';
import { type Group, groupMachines, indexGroups } from './networks.js';
import { RowNumbers } from './row-numbers.js';
import type { Row } from './rows.js';

/** From the Internet to us, among ourselves, from us to the Internet, and between remote machines. */
export type Direction = 'in' | 'among' | 'out' | 'remote';
export const DIRECTIONS: readonly Direction[] = ['in', 'among', 'out', 'remote'];

/** One line of a card. */
export interface CardService {
  /** The name of the service; empty if it stands for several. */
  readonly label: string;
  /** How many services, and servers, it stands for. */
  readonly services: number;
  readonly servers: number;
  readonly connections: number;
}

/** `many`: a service that one client group uses at many servers. `few`: unnamed servers that are hardly used. */
type CardKind = Group['kind'] | 'many' | 'few';

/** One server, or several, with the services that they offer. */
export interface Card {
  readonly kind: CardKind;
  /** As in `Group`; empty for `many` and `few`. */
  readonly label: string;
  readonly network: string;
  readonly machines: readonly number[];
  /** The most used first; the last may stand for the rest. */
  readonly services: readonly CardService[];
}

interface Link {
  /** Numbers of the client group, the card, and the service on the card. */
  readonly client: number;
  readonly card: number;
  readonly service: number;
  readonly connections: number;
  /** Whether each of its rows only may be use. */
  readonly isUncertain: boolean;
}

export interface Panel {
  readonly direction: Direction;
  readonly clients: readonly Group[];
  readonly cards: readonly Card[];
  /** By client, card and service. */
  readonly links: readonly Link[];
  /** The number of the link that a row is in. */
  readonly linkOf: RowNumbers;
  readonly sums: {
    readonly clients: number;
    readonly servers: number;
    readonly services: number;
    readonly connections: number;
  };
}

const MAX_CLIENTS = 18;
const MAX_CARDS = 20;
/** A client group that uses a service at this number of servers has one link for all of them. */
const MANY_SERVERS = 6;
/** Unnamed servers with a smaller share of the connections are on one card. */
const FEW_SHARE = 0.002;
const MAX_SERVICES = { few: 6, many: 12, internet: 12, network: 6, machine: 6 } as const;

export function directionOf({ client, server }: Row, machines: readonly Machine[]): Direction {
  const isFromUs = machines[client]?.isOurs === true;
  if (machines[server]?.isOurs === true) return isFromUs ? 'among' : 'in';
  return isFromUs ? 'out' : 'remote';
}

export function makePanel(direction: Direction, rows: readonly Row[], machines: readonly Machine[]): Panel {
  const clients = groupMachines(weigh(rows, 'client'), machines, MAX_CLIENTS);
  const groupOf = indexGroups(clients);
  const clientOf = (row: Row): number => groupOf.get(row.client) as number;
  const cards = placeRows(rows, machines, clientOf);
  const links = new Map<string, { client: number; card: number; service: number; rows: Row[] }>();
  for (const [card, { parts }] of cards.entries()) {
    for (const [service, part] of parts.entries()) {
      for (const row of part.rows) {
        const client = clientOf(row);
        const key = `${client} ${card} ${service}`;
        const link = links.get(key);
        if (link === undefined) links.set(key, { client, card, service, rows: [row] });
        else link.rows.push(row);
      }
    }
  }
  const sorted = [...links.values()].sort(
    (a, b) => a.client - b.client || a.card - b.card || a.service - b.service,
  );
  const linkOf = new RowNumbers(rows);
  for (const [at, link] of sorted.entries()) for (const row of link.rows) linkOf.set(row, at);
  return {
    direction,
    clients,
    cards: cards.map(({ parts, ...card }) => ({ ...card, services: parts.map(({ service }) => service) })),
    links: sorted.map(({ client, card, service, rows: all }) => ({
      client,
      card,
      service,
      connections: sumOf(all),
      isUncertain: all.every(({ level }) => level === 'maybe'),
    })),
    linkOf,
    sums: {
      clients: new Set(rows.map(({ client }) => client)).size,
      servers: new Set(rows.map(({ server }) => server)).size,
      services: countServices(rows),
      connections: sumOf(rows),
    },
  };
}

interface Part {
  readonly service: CardService;
  readonly rows: readonly Row[];
}

type DraftCard = Omit<Card, 'services'> & { readonly parts: readonly Part[] };

/** Puts each row on a card. */
function placeRows(
  rows: readonly Row[],
  machines: readonly Machine[],
  clientOf: (row: Row) => number,
): DraftCard[] {
  const fanned = findFans(rows, clientOf);
  const many = rows.filter((row) => fanned(row));
  const others = rows.filter((row) => !fanned(row));
  const weights = weigh(others, 'server');
  const least = sumOf(rows) * FEW_SHARE;
  const isFew = ({ server }: Row): boolean =>
    machines[server]?.isOurs === true &&
    machines[server]?.isNamed === false &&
    (weights.get(server) ?? 0) < least;
  const few = others.filter(isFew);
  const shown = others.filter((row) => !isFew(row));
  const groups = groupMachines(weigh(shown, 'server'), machines, MAX_CARDS);
  const groupOf = indexGroups(groups);
  const parts: Row[][] = groups.map(() => []);
  for (const row of shown) parts[groupOf.get(row.server) as number]?.push(row);
  const cards = groups.map(
    ({ kind, label, network, machines: members }, at): DraftCard => ({
      kind,
      label,
      network,
      machines: members,
      parts: divide(parts[at] ?? [], MAX_SERVICES[kind]),
    }),
  );
  for (const [kind, left] of [
    ['many', many],
    ['few', few],
  ] as const) {
    if (left.length === 0) continue;
    const members = [...new Set(left.map(({ server }) => server))].sort((a, b) => a - b);
    cards.push({ kind, label: '', network: '', machines: members, parts: divide(left, MAX_SERVICES[kind]) });
  }
  return cards;
}

/** Finds the rows of client groups that use one service at many servers. */
function findFans(rows: readonly Row[], clientOf: (row: Row) => number): (row: Row) => boolean {
  const servers = new Map<string, Set<number>>();
  const keyOf = (row: Row): string => `${clientOf(row)} ${row.port} ${row.service}`;
  for (const row of rows) {
    const key = keyOf(row);
    const known = servers.get(key);
    if (known === undefined) servers.set(key, new Set([row.server]));
    else known.add(row.server);
  }
  return (row) => (servers.get(keyOf(row))?.size ?? 0) >= MANY_SERVERS;
}

/** Divides the rows of a card by service, the most used first; beyond the limit, the last one has the rest. */
function divide(rows: readonly Row[], limit: number): Part[] {
  const services = new Map<string, Row[]>();
  for (const row of rows) {
    const known = services.get(row.service);
    if (known === undefined) services.set(row.service, [row]);
    else known.push(row);
  }
  const sorted = [...services].sort(([a, inA], [b, inB]) => sumOf(inB) - sumOf(inA) || compareBytes(a, b));
  const shown = sorted.length <= limit ? sorted : sorted.slice(0, limit - 1);
  const rest = sorted.slice(shown.length);
  const parts = shown.map(([label, all]) => ({ service: describe(label, 1, all), rows: all }));
  if (rest.length > 0) {
    const all = rest.flatMap(([, inRest]) => inRest);
    parts.push({ service: describe('', rest.length, all), rows: all });
  }
  return parts;
}

function describe(label: string, services: number, rows: readonly Row[]): CardService {
  const servers = new Set(rows.map(({ server }) => server)).size;
  return { label, services, servers, connections: sumOf(rows) };
}

function countServices(rows: readonly Row[]): number {
  return new Set(rows.map(({ server, port }) => server * 65536 + port)).size;
}

function sumOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { connections }) => sum + connections, 0);
}
