// A list of hosts as a grid: the columns for people, and those of CSV.

import type { HostRow, NamedPort } from '../../inventory/lists/host-list.js';
import { isUse, levelOf } from '../../inventory/verdicts/verdict.js';
import { type Clock, UTC_CLOCK } from '../../text/clock.js';
import { formatTime } from '../../text/time.js';
import type { Listing } from '../listing.js';
import { describeEmptyListing, describeHiddenRows, describeMissingFrom } from '../notes.js';
import { describePort, formatPort } from '../wording.js';
import { evidenceColumns } from './evidence-columns.js';
import type { Grid } from './grid.js';
import { nameColumn, timeColumn } from './screen-columns.js';

/** The most services that are named to people; the others are counted. */
const MAX_SERVICES = 6;

/** Enough for two or three of them. */
const LEAST_SERVICES = 16;

export function hostGrid(listing: Listing<HostRow>, clock: Clock = UTC_CLOCK): Grid<HostRow> {
  return {
    columns: [
      { key: 'host', heading: 'Host', cell: ({ host }) => host, onScreen: nameColumn(({ host }) => host) },
      {
        key: 'address',
        heading: 'Address',
        cell: ({ address }) => address,
        // A machine without a name is called by its address.
        onScreen: { cell: ({ host, address }) => (host === address ? '' : address), leaveOut: 3 },
      },
      { key: 'role', heading: 'Role', cell: ({ role }) => role, onScreen: { leaveOut: 1 } },
      {
        heading: 'Offers',
        cell: ({ offered }) => describeServices(offered),
        onScreen: { leastWidth: LEAST_SERVICES },
      },
      {
        heading: 'Uses',
        cell: ({ used }) => describeServices(used),
        onScreen: { leastWidth: LEAST_SERVICES },
      },
      { key: 'offered', cell: ({ offered }) => offered.map(formatPort).join(' ') },
      { key: 'used', cell: ({ used }) => used.map(formatPort).join(' ') },
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
        onScreen: timeColumn(clock, ({ lastSeen }) => lastSeen, 4),
      },
      { key: 'known', cell: ({ known }) => known },
      ...(listing.hasEvidenceColumns === true ? evidenceColumns<HostRow>() : []),
    ],
    rows: listing.rows,
    notes: describeMissingFrom(listing),
    empty: describeEmptyListing('machine', listing),
    describeHidden: (shown) => describeHiddenRows(listing, shown),
  };
}

/**
 * Names each service once, even if its name stands for several ports, with the verdict of those that are not known to be
 * used. Those that are used come first.
 */
function describeServices(ports: readonly NamedPort[]): string {
  const byUse = ports.toSorted((a, b) => Number(isDoubtful(a)) - Number(isDoubtful(b)));
  const names = [...new Set(byUse.map(describeUse))];
  const more = names.length - MAX_SERVICES;
  if (more <= 0) return names.join(', ');
  return `${names.slice(0, MAX_SERVICES).join(', ')}, and ${more} more`;
}

/** `ssh`, or `https (probed)`; what is not the use of a service goes by its verdict alone, whatever its ports. */
function describeUse(port: NamedPort): string {
  const { judgement } = port;
  if (judgement === undefined || !isDoubtful(port)) return describePort(port);
  const { verdict } = judgement;
  return isUse(verdict) ? `${describePort(port)} (${verdict})` : verdict;
}

function isDoubtful({ judgement }: NamedPort): boolean {
  return judgement !== undefined && levelOf(judgement.verdict) !== 'yes';
}
