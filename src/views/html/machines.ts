// The section on machines: our own, those with the most connections first.

import { networkOf } from '../../inventory/picture/networks.js';
import { isMapped, type Picture } from '../../inventory/picture/picture.js';
import { formatAddress } from '../../ip/address.js';
import type { Section } from './contents.js';
import { type Html, html } from './html.js';
import { type Column, LIST, othersRow, scrolling, tableHtml } from './tables.js';
import { count, formatCount, type Times } from './wording.js';

const MAX_MACHINES = 100;
/** Names of services in one cell. */
const MAX_SERVICES = 6;
const MAX_ADDRESSES = 2;

const COLUMNS: readonly Column[] = [
  { title: 'Machine' },
  { title: 'Network' },
  { title: 'Offers' },
  { title: 'Uses' },
  { title: 'Connections', isNumber: true },
  { title: 'First seen' },
  { title: 'Last seen' },
];

interface Use {
  connections: number;
  firstSeen: number;
  lastSeen: number;
  readonly offered: Map<string, number>;
  readonly used: Map<string, number>;
}

export function machinesSection({ machines, rows }: Picture, times: Times): Section | undefined {
  const uses = new Map<number, Use>();
  for (const row of rows) {
    if (!isMapped(row)) continue;
    for (const end of ['server', 'client'] as const) {
      const number = row[end];
      if (machines[number]?.isOurs !== true) continue;
      const use = uses.get(number) ?? {
        connections: 0,
        firstSeen: row.firstSeen,
        lastSeen: row.lastSeen,
        offered: new Map(),
        used: new Map(),
      };
      uses.set(number, use);
      use.connections += row.connections;
      use.firstSeen = Math.min(use.firstSeen, row.firstSeen);
      use.lastSeen = Math.max(use.lastSeen, row.lastSeen);
      const services = end === 'server' ? use.offered : use.used;
      services.set(row.service, (services.get(row.service) ?? 0) + row.connections);
    }
  }
  if (uses.size === 0) return undefined;
  // Servers first: they are what a firewall protects.
  const sorted = [...uses].sort(
    ([a, useA], [b, useB]) =>
      Number(useB.offered.size > 0) - Number(useA.offered.size > 0) ||
      useB.connections - useA.connections ||
      a - b,
  );
  const shown = sorted.slice(0, MAX_MACHINES);
  const others = sorted.slice(MAX_MACHINES);
  const lines = shown.map(([number, { offered, used, connections, firstSeen, lastSeen }]) => {
    const machine = machines[number] as Picture['machines'][number];
    const addresses = machine.addresses.map(formatAddress);
    const more = addresses.length - MAX_ADDRESSES;
    const list = `${addresses.slice(0, MAX_ADDRESSES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    const label = html`<b class="m">${machine.label}</b>${machine.isNamed && html` <small>${list}</small>`}`;
    const span = [times.format(firstSeen), times.format(lastSeen)];
    return {
      cells: [label, networkOf(machine), namesOf(offered), namesOf(used), formatCount(connections), ...span],
    };
  });
  const rest = others.reduce((sum, [, { connections }]) => sum + connections, 0);
  const table = tableHtml({
    attributes: LIST,
    columns: COLUMNS,
    rows: lines,
    others: othersRow(others.length, 'machine', rest, COLUMNS.length),
  });
  return {
    id: 'machines',
    title: 'Machines',
    body: html`<p class="sub">${count(uses.size, 'machine')} of ours, servers first. A connection between two of them
      counts for both.</p>${scrolling('Table of machines', table)}`,
  };
}

/** The most used first. */
function namesOf(services: ReadonlyMap<string, number>): Html {
  const names = [...services].sort(([, a], [, b]) => b - a).map(([name]) => name);
  const more = names.length - MAX_SERVICES;
  return html`${names.slice(0, MAX_SERVICES).join(', ')}${more > 0 && ` and ${more} more`}`;
}
