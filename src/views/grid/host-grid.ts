// A list of hosts as a grid: the columns for people, and those of CSV.

import type { HostRow, NamedPort } from '../../inventory/lists/host-list.js';
import { formatSecond, formatTime } from '../../text/time.js';
import type { Listing } from '../listing.js';
import { describeEmptyListing, describeHiddenRows, describeMissingFrom } from '../notes.js';
import { describePort, formatPort } from '../wording.js';
import type { Grid } from './grid.js';

/** The most services that are named to people; the others are counted. */
const MAX_SERVICES = 6;

export function hostGrid(listing: Listing<HostRow>): Grid<HostRow> {
  return {
    columns: [
      { key: 'host', heading: 'Host', cell: ({ host }) => host },
      { key: 'address', heading: 'Address', cell: ({ address }) => address },
      { key: 'role', heading: 'Role', cell: ({ role }) => role },
      { heading: 'Offers', cell: ({ offered }) => describeServices(offered) },
      { heading: 'Uses', cell: ({ used }) => describeServices(used) },
      { key: 'offered', cell: ({ offered }) => offered.map(formatPort).join(' ') },
      { key: 'used', cell: ({ used }) => used.map(formatPort).join(' ') },
      { key: 'first_seen', cell: ({ firstSeen }) => formatTime(firstSeen) },
      { key: 'last_seen', cell: ({ lastSeen }) => formatTime(lastSeen) },
      { heading: 'First seen', cell: ({ firstSeen }) => formatSecond(firstSeen) },
      { heading: 'Last seen', cell: ({ lastSeen }) => formatSecond(lastSeen) },
      { key: 'known', cell: ({ known }) => known },
    ],
    rows: listing.rows,
    notes: describeMissingFrom(listing),
    empty: describeEmptyListing('machine', listing),
    describeHidden: (shown) => describeHiddenRows(listing, shown),
  };
}

/** Names each service once, even if its name stands for several ports. */
function describeServices(ports: readonly NamedPort[]): string {
  const names = [...new Set(ports.map(describePort))];
  const more = names.length - MAX_SERVICES;
  if (more <= 0) return names.join(', ');
  return `${names.slice(0, MAX_SERVICES).join(', ')}, and ${more} more`;
}
