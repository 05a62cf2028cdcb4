// The one door to all views: a format's name and what is to be shown go in, text comes out in chunks. It knows
// neither where the text goes nor how anything was counted.

import type { Changes, OpenUnused } from '../inventory/changes/changes.js';
import type { HostRow } from '../inventory/lists/host-list.js';
import type { ServiceRow } from '../inventory/lists/service-list.js';
import type { Summary } from '../inventory/summary/summary.js';
import { joinChunks } from '../text/chunks.js';
import type { ChangesOptions } from './changes/changes-text.js';
import type { OpenUnusedOptions } from './changes/open-unused.js';
import type { Grid } from './grid/grid.js';
import type { Records } from './json/json.js';
import type { Listing } from './listing.js';

export type { Listing };

/** Of a summary. */
export type Format = 'table' | 'classic' | 'lines' | 'csv' | 'json' | 'ndjson' | 'markdown';
/** Of a list of services or hosts. */
export type ListFormat = 'table' | 'csv' | 'json' | 'ndjson' | 'markdown';
/** Of what changed, or of what a scan and captures say of each other. */
export type ReportFormat = 'text' | 'json' | 'markdown';
/** Of changes. The line of a plugin comes with its status: see `judge` in nagios.ts. */
export type DiffFormat = ReportFormat | 'nagios';

/** The names of all formats, in the order in which help and docs list them. */
export const FORMATS: readonly Format[] = ['table', 'classic', 'lines', 'csv', 'json', 'ndjson', 'markdown'];
export const LIST_FORMATS: readonly ListFormat[] = ['table', 'csv', 'json', 'ndjson', 'markdown'];
export const DIFF_FORMATS: readonly DiffFormat[] = ['text', 'json', 'markdown', 'nagios'];

/** What the formats of lists are made from. */
interface List<Row> {
  readonly grid: () => Grid<Row>;
  readonly records: () => Records;
  /** Of the objects that are rows, in NDJSON. */
  readonly type: string;
}

/** Whether the format shows the addresses and ports behind the names, which a summary has only if asked. */
export function needsDetails(format: Format): boolean {
  return format === 'json' || format === 'ndjson';
}

/**
 * Renders a summary as text in chunks of about 16 KiB. The chunks are made while they are read, once:
 * whoever writes them can wait for a slow reader between two of them. So it is with all that is rendered here.
 */
export async function render(format: Format, summary: Summary): Promise<Iterable<string>> {
  switch (format) {
    case 'classic':
      return joinChunks((await import('./classic.js')).renderClassic(summary));
    case 'lines':
      return joinChunks((await import('./lines.js')).renderLines(summary));
    default: {
      const { summaryGrid } = await import('./grid/summary-grid.js');
      const { describeSummary } = await import('./json/summary-records.js');
      return renderList(format, {
        grid: () => summaryGrid(summary),
        records: () => describeSummary(summary),
        type: 'row',
      });
    }
  }
}

export async function renderServices(
  format: ListFormat,
  listing: Listing<ServiceRow>,
): Promise<Iterable<string>> {
  const { serviceGrid } = await import('./grid/service-grid.js');
  const { describeServices } = await import('./json/list-records.js');
  return renderList(format, {
    grid: () => serviceGrid(listing),
    records: () => describeServices(listing),
    type: 'service',
  });
}

export async function renderHosts(format: ListFormat, listing: Listing<HostRow>): Promise<Iterable<string>> {
  const { hostGrid } = await import('./grid/host-grid.js');
  const { describeHosts } = await import('./json/list-records.js');
  return renderList(format, {
    grid: () => hostGrid(listing),
    records: () => describeHosts(listing),
    type: 'host',
  });
}

/** Nothing at all, as text or Markdown, where there is nothing to tell. */
export async function renderChanges(
  format: ReportFormat,
  changes: Changes,
  options: ChangesOptions,
): Promise<Iterable<string>> {
  switch (format) {
    case 'text':
      return joinChunks((await import('./changes/changes-text.js')).renderChangesText(changes, options));
    case 'markdown':
      return joinChunks(
        (await import('./changes/changes-markdown.js')).renderChangesMarkdown(changes, options),
      );
    case 'json': {
      const { describeChanges } = await import('./json/change-records.js');
      return renderRecords(describeChanges(changes, options.goneProbability));
    }
  }
}

/** Nothing at all, as text or Markdown, where a scan and captures agree. */
export async function renderOpenUnused(
  format: ReportFormat,
  report: OpenUnused,
  options: OpenUnusedOptions = { isVerbose: false },
): Promise<Iterable<string>> {
  switch (format) {
    case 'text':
      return joinChunks((await import('./changes/open-unused.js')).renderOpenUnusedText(report, options));
    case 'markdown':
      return joinChunks((await import('./changes/open-unused.js')).renderOpenUnusedMarkdown(report, options));
    case 'json':
      return renderRecords((await import('./json/change-records.js')).describeOpenUnused(report));
  }
}

// Each view is loaded when it is asked for: cli-table3 alone costs as much start-up as all the others.
async function renderList<Row>(
  format: ListFormat,
  { grid, records, type }: List<Row>,
): Promise<Iterable<string>> {
  switch (format) {
    case 'table':
      return joinChunks((await import('./grid/table.js')).renderTable(grid()));
    case 'csv':
      return joinChunks((await import('./grid/csv.js')).renderCsv(grid()));
    case 'markdown':
      return joinChunks((await import('./grid/markdown.js')).renderMarkdown(grid()));
    case 'json':
      return renderRecords(records());
    case 'ndjson':
      return joinChunks((await import('./json/ndjson.js')).renderNdjson(records(), type));
  }
}

async function renderRecords(records: Records): Promise<Iterable<string>> {
  return joinChunks((await import('./json/json.js')).renderJson(records));
}
