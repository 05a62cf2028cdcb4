// The section with all rows. Up to a thousand stand in the page, where find and print see them; of more, the script shows
// those in view.

import type { Picture } from '../../inventory/picture/picture.js';
import type { Row } from '../../inventory/picture/rows.js';
import type { Section } from './contents.js';
import { type Html, html } from './html.js';
import { type Cell, type Column, othersRow, tableHtml } from './tables.js';
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
  const isVirtual = rows.length > MAX_IN_PAGE;
  const shown = isVirtual ? byConnections(rows).slice(0, SHOWN_WITHOUT_SCRIPT) : rows;
  const connections = (all: readonly Row[]): number => all.reduce((sum, row) => sum + row.connections, 0);
  const hidden = rows.length - shown.length;
  return {
    id: 'rows',
    title: 'All connections',
    body: html`<p class="sub">${count(rows.length, 'row')} of client, server and service, the busiest first.</p>
      <div class="scroll rows" tabindex="0" role="region" aria-label="Table of all connections">${tableHtml({
        attributes: html` class="list" id="rows-table"`,
        columns: COLUMNS,
        rows: shown.map((row) => ({ cells: cellsOf(row, picture, times) })),
        others: othersRow(hidden, 'row', connections(rows) - connections(shown), COLUMNS.length),
      })}</div>`,
  };
}

const COLUMNS: readonly Column[] = [
  { title: 'Connections', isNumber: true, key: 'count' },
  { title: 'Client', key: 'client' },
  { title: 'Server', key: 'server' },
  { title: 'Service', key: 'service' },
  { title: 'Port', isNumber: true, key: 'port' },
  { title: 'Evidence', key: 'verdict' },
  { title: 'First seen', key: 'first' },
  { title: 'Last seen', key: 'last' },
];

function cellsOf(row: Row, { machines }: Picture, times: Times): Cell[] {
  const machine = (number: number): Html => machineHtml(machines[number] as Picture['machines'][number]);
  return [
    formatCount(row.connections),
    machine(row.client),
    machine(row.server),
    row.service,
    row.port,
    row.verdict,
    times.format(row.firstSeen),
    times.format(row.lastSeen),
  ];
}

/** The order of rows that are equal is that of the picture. */
function byConnections(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => b.connections - a.connections);
}
