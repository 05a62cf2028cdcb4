// The section on services: those of our own machines, the most used first.

import type { ServiceRow } from '../../inventory/lists/service-list.js';
import type { Picture } from '../../inventory/picture/picture.js';
import { describeClients, describeProduct } from '../wording.js';
import type { Section } from './contents.js';
import { html } from './html.js';
import { othersRow } from './tables.js';
import { count, formatCount, type Times } from './wording.js';

const MAX_SERVICES = 100;

export function servicesSection({ services }: Picture, times: Times): Section | undefined {
  if (services.length === 0) return undefined;
  const shown = services.slice(0, MAX_SERVICES);
  const others = services.slice(MAX_SERVICES);
  const hasProducts = services.some((service) => describeProduct(service) !== '');
  const hasVerdicts = services.some(({ judgement }) => judgement !== undefined);
  const sharing = sharedNames(services);
  const columns = 6 + Number(hasProducts) + Number(hasVerdicts);
  return {
    id: 'services',
    title: 'Services',
    body: html`<p class="sub">${count(services.length, 'service')} of our machines. A name is that of the port; something else may use it.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Table of services"><table class="list"><thead><tr>
      <th scope="col">Server</th><th scope="col">Service</th>${hasProducts && html`<th scope="col">Product</th>`}${hasVerdicts && html`<th scope="col">Evidence</th>`}
      <th scope="col" class="n">Connections</th><th scope="col" class="n">Clients</th><th scope="col">First seen</th><th scope="col">Last seen</th></tr></thead>
      <tbody>${shown.map(
        (
          service,
        ) => html`<tr data-p="${service.port}"><td><b class="m">${service.server}</b>${sharing.has(service.server) && html` <small>${service.address}</small>`}</td>
          <td>${service.service} <small>${service.port}${service.protocol !== 'tcp' && `/${service.protocol}`}</small></td>
          ${hasProducts && html`<td>${describeProduct(service)}</td>`}${hasVerdicts && html`<td>${service.judgement?.verdict}</td>`}
          <td class="n">${formatCount(connectionsOf(service))}</td><td class="n">${describeClients(service)}</td>
          <td>${times.format(service.firstSeen)}</td><td>${times.format(service.lastSeen)}</td></tr>`,
      )}${othersRow(
        others.length,
        'service',
        others.reduce((sum, service) => sum + connectionsOf(service), 0),
        columns,
      )}</tbody></table></div>`,
  };
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
