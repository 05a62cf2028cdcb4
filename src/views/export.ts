// The rows of a store for other programs, as CSV or NDJSON; docs/store.md describes the fields. Names are not applied: a program
// that reads all rows knows its own.

import {
  COUNTER_NAMES,
  countersOf,
  type ExportedRow,
  hoursIn,
  textOf,
} from '../inventory/history/exported.js';
import { stringifyJson } from '../text/escape.js';
import { formatTime } from '../text/time.js';
import { quoteCell } from './grid/csv.js';
import { HISTORY_HEAD } from './json/history-records.js';

export const EXPORT_FORMATS = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = ['start', 'hours', 'sensor', 'server', 'port', 'client', 'count', 'first_seen', 'last_seen'];

/** Renders the rows. The last line of NDJSON is not a row, so that a reader notices if the export was cut short. */
export function exportView(format: ExportFormat): {
  readonly begin: () => string;
  readonly row: (row: ExportedRow) => string;
  readonly end: () => string;
} {
  return format === 'csv'
    ? {
        begin: () => `${[...COLUMNS, ...COUNTER_NAMES].join()}\n`,
        row: csvRow,
        end: () => '',
      }
    : {
        begin: () => '',
        row: ndjsonRow,
        end: () => `${stringifyJson({ type: 'totals', ...HISTORY_HEAD })}\n`,
      };
}

const NO_COUNTERS = COUNTER_NAMES.map(() => '').join();

/** Only names and addresses may need quotes. */
function csvRow(row: ExportedRow): string {
  const { start, sensor, server, port, client, count, first, last } = row;
  const hour = `${formatTime(start)},${hoursIn(row)},${quoteCell(sensor)}`;
  const key = `${quoteCell(textOf(server))},${port},${quoteCell(textOf(client))}`;
  const counters = countersOf(row)?.join() ?? NO_COUNTERS;
  return `${hour},${key},${count},${formatTime(first)},${formatTime(last)},${counters}\n`;
}

function ndjsonRow(row: ExportedRow): string {
  const { start, sensor, server, port, client, count, first, last } = row;
  const counters = countersOf(row);
  return `${stringifyJson({
    type: 'use',
    start: formatTime(start),
    hours: hoursIn(row),
    sensor,
    server: textOf(server),
    port,
    client: textOf(client),
    count,
    first_seen: formatTime(first),
    last_seen: formatTime(last),
    ...(counters === undefined
      ? {}
      : { evidence: Object.fromEntries(COUNTER_NAMES.map((name, at) => [name, counters[at]])) }),
  })}\n`;
}
