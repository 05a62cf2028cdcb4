// The section with all rows. Up to a thousand stand in the page, where find and print see them; of more, the script shows
// those in view.

import type { Picture } from '../../inventory/picture/picture.js';
import type { Row } from '../../inventory/picture/rows.js';
import type { Section } from './contents.js';
import { html } from './html.js';
import { othersRow } from './tables.js';
import { count, formatCount, machineHtml, type Times } from './wording.js';

const MAX_IN_PAGE = 1000;
/** If there are more, this number of them can be read without the script. */
const SHOWN_WITHOUT_SCRIPT = 100;

/** The rows in the order in which the page has them: as they are shown, or as they are packed best. */
export function rowsInOrder({ rows }: Picture): readonly Row[] {
  return rows.length <= MAX_IN_PAGE ? byConnections(rows) : rows;
}

export function rowsSection(picture: Picture, rows: readonly Row[], times: Times): Section | undefined {
  if (rows.length === 0) return undefined;
  const { machines } = picture;
  const isVirtual = rows.length > MAX_IN_PAGE;
  const shown = isVirtual ? byConnections(rows).slice(0, SHOWN_WITHOUT_SCRIPT) : rows;
  const connections = (all: readonly Row[]): number => all.reduce((sum, row) => sum + row.connections, 0);
  const hidden = rows.length - shown.length;
  return {
    id: 'rows',
    title: 'All connections',
    body: html`<p class="sub">${count(rows.length, 'row')} of client, server and service, the busiest first.</p>
      <div class="scroll rows" tabindex="0" role="region" aria-label="Table of all connections"><table class="list" id="rows-table"><thead><tr>
      <th scope="col" class="n" data-k="count" aria-sort="descending">Connections</th><th scope="col" data-k="client">Client</th><th scope="col" data-k="server">Server</th><th scope="col" data-k="service">Service</th><th scope="col" class="n" data-k="port">Port</th><th scope="col" data-k="verdict">Evidence</th><th scope="col" data-k="first">First seen</th><th scope="col" data-k="last">Last seen</th></tr></thead>
      <tbody>${shown.map(
        (row) =>
          html`<tr><td class="n">${formatCount(row.connections)}</td><td>${machineHtml(machines[row.client] as Picture['machines'][number])}</td><td>${machineHtml(machines[row.server] as Picture['machines'][number])}</td><td>${row.service}</td><td class="n">${row.port}</td><td>${row.verdict}</td><td>${times.format(row.firstSeen)}</td><td>${times.format(row.lastSeen)}</td></tr>`,
      )}${othersRow(hidden, 'row', connections(rows) - connections(shown), 8)}</tbody></table></div>`,
  };
}

/** The order of rows that are equal is that of the picture. */
function byConnections(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => b.connections - a.connections);
}
