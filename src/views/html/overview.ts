// The first screen: two sentences for someone who reads nothing else, figures, and what deserves a look.

import type { Picture } from '../../inventory/picture/picture.js';
import { isMapped } from '../../inventory/picture/picture.js';
import type { Row } from '../../inventory/picture/rows.js';
import type { ReportContents, Section } from './contents.js';
import { listFindings } from './findings.js';
import { type Html, html, joinHtml } from './html.js';
import { choose, count, formatCount, machineAt, type Times } from './wording.js';

const MAX_SERVERS = 4;
const MAX_SERVICES = 3;

export function overviewSection(contents: ReportContents, times: Times): Section {
  const { picture } = contents;
  const findings = listFindings(contents, times);
  return {
    id: 'overview',
    title: 'Overview',
    body: html`<div class="first"><div>
      <p class="lead">${describeIn(picture)}</p>
      <p class="lead">${describeOut(picture)}</p>
      ${figures(picture)}
      </div>
      <aside aria-labelledby="h-look"><h3 id="h-look">Worth a look</h3>
      ${
        findings.length === 0
          ? html`<p>Nothing stands out: no administrative service is used from the Internet, no password travels in clear
            text, and nobody scanned.</p>`
          : html`<ul class="look">${findings.map(({ tone, body }) => html`<li class="${tone}">${body}</li>`)}</ul>`
      }</aside></div>`,
  };
}

function describeIn(picture: Picture): Html {
  if (picture.machines.every((machine) => !machine.isOurs)) {
    return html`No machine is known to be ours, so this page cannot say which of our services are used.`;
  }
  const { panels } = picture;
  const servers = new Map<number, Map<string, number>>();
  for (const row of picture.rows) {
    if (!isMapped(row) || isOurs(row.client, picture) || !isOurs(row.server, picture)) continue;
    add(servers, row);
  }
  const { in: panel } = panels;
  if (servers.size === 0) return html`<b class="net">The Internet</b> uses none of our services.`;
  const list = [...servers].sort(([, a], [, b]) => total(b) - total(a));
  const named = list.slice(0, MAX_SERVERS).map(([server, services]) => {
    const names = [...services].sort(([, a], [, b]) => b - a).map(([name]) => name);
    const shown = names.slice(0, MAX_SERVICES);
    const more = names.length - shown.length;
    const rest = more > 0 && ` and ${more} more`;
    return html`${machineAt(picture, server)} (${shown.join(', ')}${rest})`;
  });
  const more = list.length - named.length;
  const parts = more > 0 ? [...named, html`${count(more, 'other machine')}`] : named;
  const uses = `${count(panel.sums.services, 'service')} on ${count(panel.sums.servers, 'machine')} of ours`;
  return html`<b class="net">The Internet</b> uses ${uses}: ${joinHtml(parts, ', ', ' and ')}.`;
}

function describeOut(picture: Picture): Html {
  if (picture.machines.every((machine) => !machine.isOurs)) return html``;
  const { out, among } = picture.panels;
  const services = new Map<string, number>();
  for (const row of picture.rows) {
    if (!isMapped(row) || !isOurs(row.client, picture) || isOurs(row.server, picture)) continue;
    services.set(row.service, (services.get(row.service) ?? 0) + row.connections);
  }
  const names = [...services].sort(([, a], [, b]) => b - a).map(([name]) => name);
  const shown = names.slice(0, MAX_SERVICES);
  const used =
    names.length > shown.length
      ? `mostly ${shown.join(', ')}`
      : shown.join(', ').replace(/, ([^,]*)$/, ' and $1');
  const users = `${count(out.sums.clients, 'machine')} of ours ${choose(out.sums.clients, 'uses', 'use')}`;
  const outside =
    out.sums.clients === 0
      ? html`None of our machines uses <b class="net">the Internet</b>.`
      : html`${users} <b class="net">the Internet</b>: ${used}.`;
  if (among.sums.connections === 0) return outside;
  const { clients, services: offered, servers } = among.sums;
  const who = `${count(clients, 'client')} ${choose(clients, 'uses', 'use')}`;
  return html`${outside} Among ourselves, ${who} ${count(offered, 'service')} on ${count(servers, 'machine')}.`;
}

function figures({ panels, sums, services, machines, rows }: Picture): Html {
  const ours = (number: number): boolean => machines[number]?.isOurs === true;
  const mapped = rows.filter(isMapped);
  const servers = new Set(mapped.map(({ server }) => server).filter(ours)).size;
  const clients = new Set(mapped.map(({ client }) => client).filter(ours)).size;
  const all: readonly (readonly [number, string])[] = [
    [services.length, services.length === 1 ? 'service of ours' : 'services of ours'],
    [panels.in.sums.services, 'used from the Internet'],
    [servers, servers === 1 ? 'machine serves' : 'machines serve'],
    [clients, clients === 1 ? 'machine is a client' : 'machines are clients'],
    [sums.connections, 'connections'],
  ];
  const items = all.map(
    ([number, label]) => html`<div><dt>${label}</dt><dd>${formatCount(number)}</dd></div>`,
  );
  return html`<dl class="figures">${items}</dl>`;
}

function add(servers: Map<number, Map<string, number>>, { server, service, connections }: Row): void {
  const services = servers.get(server) ?? new Map<string, number>();
  services.set(service, (services.get(service) ?? 0) + connections);
  servers.set(server, services);
}

function total(services: ReadonlyMap<string, number>): number {
  return [...services.values()].reduce((sum, connections) => sum + connections, 0);
}

function isOurs(number: number, { machines }: Picture): boolean {
  return machines[number]?.isOurs === true;
}
