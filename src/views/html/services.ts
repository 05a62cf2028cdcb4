// The section on services: those of our own machines, the most used first.

import type { ServiceRow } from '../../inventory/lists/service-list.js';
import type { Picture } from '../../inventory/picture/picture.js';
import { describeClients, describeProduct } from '../wording.js';
import type { Section } from './contents.js';
import { html } from './html.js';
import { type Cell, type Column, LIST, othersRow, scrolling, tableHtml } from './tables.js';
import { count, formatCount, type Times } from './wording.js';

const MAX_SERVICES = 100;

export function servicesSection({ services }: Picture, times: Times): Section | undefined {
  if (services.length === 0) return undefined;
  const shown = services.slice(0, MAX_SERVICES);
  const others = services.slice(MAX_SERVICES);
  const hasProducts = services.some((service) => describeProduct(service) !== '');
  const hasVerdicts = services.some(({ judgement }) => judgement !== undefined);
  const sharing = sharedNames(services);
  const rest = others.reduce((sum, service) => sum + connectionsOf(service), 0);
  const columns = [
    { title: 'Server' },
    { title: 'Service' },
    hasProducts ? { title: 'Product' } : undefined,
    hasVerdicts ? { title: 'Evidence' } : undefined,
    { title: 'Connections', isNumber: true },
    { title: 'Clients', isNumber: true },
    { title: 'First seen' },
    { title: 'Last seen' },
  ] satisfies (Column | undefined)[];
  const table = tableHtml({
    attributes: LIST,
    columns,
    rows: shown.map((service) => ({
      attributes: html` data-p="${service.port}"`,
      cells: cellsOf(service, sharing.has(service.server), times),
    })),
    others: othersRow(
      others.length,
      'service',
      rest,
      columns.filter((column) => column !== undefined).length,
    ),
  });
  return {
    id: 'services',
    title: 'Services',
    body: html`<p class="sub">${count(services.length, 'service')} of our machines. A name is that of the port;
      something else may use it.</p>${scrolling('Table of services', table)}`,
  };
}

function cellsOf(service: ServiceRow, isNameShared: boolean, times: Times): Cell[] {
  const { server, address, port, protocol, judgement, firstSeen, lastSeen } = service;
  return [
    html`<b class="m">${server}</b>${isNameShared && html` <small>${address}</small>`}`,
    html`${service.service} <small>${port}${protocol !== 'tcp' && `/${protocol}`}</small>`,
    describeProduct(service),
    judgement?.verdict,
    formatCount(connectionsOf(service)),
    describeClients(service),
    times.format(firstSeen),
    times.format(lastSeen),
  ];
}

function connectionsOf({ handshakes, connections }: ServiceRow): number {
  return handshakes ?? connections;
}

/** The names that several addresses share, which must be shown to tell them apart. */
function sharedNames(services: readonly ServiceRow[]): ReadonlySet<string> {
  const addresses = new Map<string, string>();
  const shared = new Set<string>();
  for (const { server, address } of services) {
    if ((addresses.get(server) ?? address) !== address) shared.add(server);
    addresses.set(server, address);
  }
  return shared;
}
