// The answers of a store as grids: the columns for people, and those of CSV.

import {
  type Activity,
  type History,
  hoursOf,
  type RecordedCapture,
  type RememberedRow,
  type SensorState,
  type TimelineUnit,
} from '../../inventory/history/history.js';
import { type Clock, UTC_CLOCK } from '../../text/clock.js';
import { countNoun, formatCount } from '../../text/count-noun.js';
import { formatTime } from '../../text/time.js';
import type { Grid, GridColumn } from './grid.js';
import { nameColumn, numberColumn, TEXT_COLUMN, timeColumn } from './screen-columns.js';

/** Any of the four grids: its columns know their rows. */
// biome-ignore lint/suspicious/noExplicitAny: the rows of the four kinds have nothing in common
export type HistoryGrid = Grid<any>;

export function historyGrid(history: History, clock: Clock = UTC_CLOCK): HistoryGrid {
  switch (history.kind) {
    case 'services':
      return gridOf(history.rows, serviceColumns(clock), 'service');
    case 'activity':
      return gridOf(history.rows, activityColumns(history.rows, history.unit), history.unit);
    case 'sensors':
      return gridOf(history.rows, sensorColumns(clock), 'sensor');
    case 'captures':
      return gridOf(history.rows, captureColumns(clock), 'capture');
  }
}

function gridOf<Row>(rows: readonly Row[], columns: readonly GridColumn<Row>[], noun: string): Grid<Row> {
  return {
    columns,
    rows,
    notes: [],
    empty: `No ${noun}s.`,
    describeHidden: (shown) =>
      `${countNoun(rows.length - shown, 'more row')} not shown: -f csv shows every row.`,
  };
}

function serviceColumns(clock: Clock): GridColumn<RememberedRow>[] {
  return [
    timeOf('first_seen', 'First seen', clock, ({ firstSeen }) => firstSeen),
    {
      key: 'server',
      heading: 'Server',
      cell: ({ server }) => server,
      onScreen: nameColumn(({ server }) => server),
    },
    {
      key: 'address',
      heading: 'Address',
      cell: ({ address }) => address,
      // A machine without a name is called by its address.
      onScreen: { cell: ({ server, address }) => (server === address ? '' : address), leaveOut: 2 },
    },
    { key: 'port', heading: 'Port', isRightAligned: true, cell: ({ port }) => String(port) },
    { key: 'service', heading: 'Service', cell: ({ service }) => service, onScreen: TEXT_COLUMN },
    timeOf('last_seen', 'Last seen', clock, ({ lastSeen }) => lastSeen),
    timeOf('first_used', 'First used', clock, ({ firstUsed }) => firstUsed, 3),
    timeOf('last_used', 'Last used', clock, ({ lastUsed }) => lastUsed, 4),
    {
      key: 'sensors',
      heading: 'Sensors',
      cell: ({ sensors }) => sensors.join(' '),
      onScreen: { ...TEXT_COLUMN, leaveOut: 1 },
    },
  ];
}

/** Cells of the longest bar. */
const BAR_WIDTH = 40;
/** Eighths of a cell, from one to seven. */
const EIGHTHS = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Hours of a day; characters of a date, and of the month in it. */
const DAY = 24;
const DATE = 10;
const MONTH = 7;

function activityColumns(rows: readonly Activity[], unit: TimelineUnit): GridColumn<Activity>[] {
  // A month has as long a bar as its weeks would have on average.
  const rateOf = (row: Activity): number => row.synAcks / hoursOf(row, unit);
  const most = rows.reduce((max, row) => Math.max(max, rateOf(row)), 0);
  const text = (row: Activity): string => {
    const time = formatTime(row.start);
    if (row.length !== undefined) return time.slice(0, hoursOf(row, unit) > DAY ? MONTH : DATE);
    return unit === 'hour' ? `${time.slice(0, 16).replace('T', ' ')}Z` : time.slice(0, DATE);
  };
  return [
    { key: 'start', cell: ({ start }) => formatTime(start) },
    { heading: unit === 'hour' ? 'Hour' : unit === 'day' ? 'Day' : 'Week of', cell: text },
    {
      key: 'count',
      heading: 'SYN-ACKs',
      isRightAligned: true,
      cell: ({ synAcks }) => String(synAcks),
      onScreen: numberColumn(({ synAcks }) => synAcks),
    },
    {
      key: 'handshakes',
      heading: 'Handshakes',
      isRightAligned: true,
      cell: ({ handshakes }) => (handshakes === undefined ? '' : String(handshakes)),
      onScreen: {
        cell: ({ handshakes }) => (handshakes === undefined ? '' : formatCount(handshakes)),
        leaveOut: 1,
      },
    },
    {
      key: 'services',
      heading: 'Services',
      isRightAligned: true,
      cell: ({ services }) => String(services),
      onScreen: { leaveOut: 2 },
    },
    { key: 'hours', cell: (row) => String(hoursOf(row, unit)) },
    {
      heading: 'Activity',
      cell: (row) => bar(rateOf(row) / most, BAR_WIDTH),
      onScreen: { leastWidth: 4, cellOfWidth: (row, width) => bar(rateOf(row) / most, width) },
    },
  ];
}

/** A bar, in eighths of a cell: anything at all shows. */
function bar(share: number, width: number): string {
  const eighths = Math.max(1, Math.round(share * width * 8));
  return '█'.repeat(eighths >> 3) + (EIGHTHS[(eighths & 7) - 1] ?? '');
}

function sensorColumns(clock: Clock): GridColumn<SensorState>[] {
  return [
    { key: 'sensor', heading: 'Sensor', cell: ({ sensor }) => sensor, onScreen: TEXT_COLUMN },
    countOf('captures', 'Captures', ({ captures }) => captures),
    countOf('count', 'SYN-ACKs', ({ synAcks }) => synAcks),
    timeOf('first_seen', 'First seen', clock, ({ firstSeen }) => firstSeen, 1),
    timeOf('last_seen', 'Last seen', clock, ({ lastSeen }) => lastSeen),
    timeOf('recorded', 'Recorded', clock, ({ recorded }) => recorded),
  ];
}

function captureColumns(clock: Clock): GridColumn<RecordedCapture>[] {
  return [
    timeOf('first_seen', 'First seen', clock, ({ firstSeen }) => firstSeen),
    timeOf('last_seen', 'Last seen', clock, ({ lastSeen }) => lastSeen, 3),
    {
      key: 'sensor',
      heading: 'Sensor',
      cell: ({ sensor }) => sensor,
      onScreen: { ...TEXT_COLUMN, leaveOut: 4 },
    },
    { key: 'name', heading: 'Capture', cell: ({ name }) => name, onScreen: TEXT_COLUMN },
    { key: 'format', heading: 'Format', cell: ({ format }) => format, onScreen: { leaveOut: 2 } },
    countOf('packets', 'Packets', ({ packets }) => packets, 5),
    countOf('count', 'SYN-ACKs', ({ synAcks }) => synAcks),
    countOf('problems', 'Problems', ({ problems }) => problems),
    timeOf('recorded', 'Recorded', clock, ({ recorded }) => recorded, 1),
    { key: 'digest', cell: ({ digest = '' }) => digest },
  ];
}

function countOf<Row>(
  key: string,
  heading: string,
  numberOf: (row: Row) => number,
  leaveOut?: number,
): GridColumn<Row> {
  return {
    key,
    heading,
    isRightAligned: true,
    cell: (row) => String(numberOf(row)),
    onScreen: {
      ...numberColumn(numberOf),
      ...(leaveOut === undefined ? {} : { leaveOut }),
      // No problems are nothing to report.
      ...(key === 'problems' ? { isNothing: (row) => numberOf(row) === 0 } : {}),
    },
  };
}

/** A time, which may be unknown. People read it to the second, programs to the microsecond. */
function timeOf<Row>(
  key: string,
  heading: string,
  clock: Clock,
  timeOfRow: (row: Row) => number | undefined,
  leaveOut?: number,
): GridColumn<Row> {
  const text = (row: Row, format: (time: number) => string): string => {
    const time = timeOfRow(row);
    return time === undefined ? '' : format(time);
  };
  const screen = timeColumn<Row>(clock, (row) => timeOfRow(row) ?? 0, leaveOut);
  return {
    key,
    heading,
    cell: (row) => text(row, formatTime),
    onScreen: {
      ...screen,
      cell: (row) => text(row, (time) => clock.spaced(time)),
      shortCell: (row) => text(row, (time) => clock.short(time)),
    },
  };
}
