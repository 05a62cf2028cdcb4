// A list of services as a grid: the columns for people, and those of CSV.

import type { MachineAt } from '../../inventory/changes/changes.js';
import type { ServiceRow } from '../../inventory/lists/service-list.js';
import { type Clock, UTC_CLOCK } from '../../text/clock.js';
import { formatTime } from '../../text/time.js';
import { distinguish } from '../changes/machine-names.js';
import type { Listing } from '../listing.js';
import { describeEmptyListing, describeHiddenRows, describeMissingFrom } from '../notes.js';
import { describeClients, describeProduct, formatPort } from '../wording.js';
import { evidenceColumns, judgementColumn } from './evidence-columns.js';
import type { Grid, GridColumn } from './grid.js';
import { nameColumn, numberColumn, TEXT_COLUMN, timeColumn } from './screen-columns.js';

export function serviceGrid(listing: Listing<ServiceRow>, clock: Clock = UTC_CLOCK): Grid<ServiceRow> {
  let nameOf: ReturnType<typeof distinguish> | undefined;
  return {
    columns: [
      { key: 'server', cell: ({ server }) => server },
      {
        heading: 'Server',
        cell: (row) => {
          nameOf ??= distinguish(machinesOf(listing.rows));
          return nameOf(machineOf(row));
        },
        onScreen: nameColumn(({ server }) => server),
      },
      { key: 'address', cell: ({ address }) => address },
      { key: 'port', cell: ({ port }) => String(port) },
      { key: 'protocol', cell: ({ protocol }) => protocol },
      { heading: 'Port', isRightAligned: true, cell: formatPort },
      {
        key: 'service',
        heading: 'Service',
        cell: ({ service }) => service,
        onScreen: TEXT_COLUMN,
      },
      {
        heading: 'Product',
        cell: describeProduct,
        onScreen: { ...TEXT_COLUMN, leaveOut: 4 },
      },
      { key: 'product', cell: ({ product }) => product },
      { key: 'version', cell: ({ version }) => version },
      { key: 'extra', cell: ({ extra }) => extra },
      { key: 'state', cell: ({ state }) => state ?? '' },
      { key: 'connections', cell: ({ connections }) => String(connections) },
      connectionsColumn(listing.rows),
      ...evidenceColumn(listing.rows),
      { heading: 'Clients', cell: describeClients, onScreen: { leaveOut: 5 } },
      { key: 'local_clients', cell: ({ localClients }) => String(localClients) },
      { key: 'remote_clients', cell: ({ remoteClients }) => String(remoteClients) },
      { key: 'remote_clients_error', cell: ({ remoteClientsError }) => String(remoteClientsError) },
      { key: 'first_seen', cell: ({ firstSeen }) => formatTime(firstSeen) },
      { key: 'last_seen', cell: ({ lastSeen }) => formatTime(lastSeen) },
      {
        heading: 'First seen',
        cell: ({ firstSeen }) => clock.second(firstSeen),
        onScreen: timeColumn(clock, ({ firstSeen }) => firstSeen, 2),
      },
      {
        heading: 'Last seen',
        cell: ({ lastSeen }) => clock.second(lastSeen),
        onScreen: timeColumn(clock, ({ lastSeen }) => lastSeen, 3),
      },
      {
        key: 'known',
        heading: 'Known',
        cell: ({ known }) => known,
        // Without scans, everything is known from captures.
        onScreen: { leaveOut: 1, isNothing: ({ known }) => known === 'passive' },
      },
      ...(listing.hasEvidenceColumns === true ? evidenceColumns<ServiceRow>() : []),
    ],
    rows: listing.rows,
    notes: describeMissingFrom(listing),
    empty: describeEmptyListing('service', listing),
    describeHidden: (shown) => describeHiddenRows(listing, shown),
  };
}

/** Handshakes if those of all services are known, otherwise SYN-ACKs. */
function connectionsColumn(rows: Iterable<ServiceRow>): GridColumn<ServiceRow> {
  const isKnown = Array.from(rows).every(({ handshakes }) => handshakes !== undefined);
  const count = ({ connections, handshakes }: ServiceRow): number =>
    isKnown && handshakes !== undefined ? handshakes : connections;
  return {
    heading: isKnown ? 'Handshakes' : 'SYN-ACKs',
    isRightAligned: true,
    cell: (row) => String(count(row)),
    onScreen: numberColumn(count),
  };
}

/** Nothing without evidence. */
function evidenceColumn(rows: Iterable<ServiceRow>): GridColumn<ServiceRow>[] {
  const isJudged = Array.from(rows).some(({ judgement }) => judgement !== undefined);
  return isJudged ? [judgementColumn()] : [];
}

function* machinesOf(rows: Iterable<ServiceRow>): Generator<MachineAt, void, undefined> {
  for (const row of rows) yield machineOf(row);
}

function machineOf({ server, address }: ServiceRow): MachineAt {
  return { machine: server, address };
}
