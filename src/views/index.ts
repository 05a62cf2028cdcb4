// The entrance to the views: takes the name of a format and the data to show, returns text in chunks. It knows neither
// where the text goes nor how anything was counted.

import { type Changes, DEFAULT_GONE_PROBABILITY, type OpenUnused } from '../inventory/changes/changes.js';
import type { History } from '../inventory/history/history.js';
import type { HostRow } from '../inventory/lists/host-list.js';
import type { ServiceRow } from '../inventory/lists/service-list.js';
import type { Direction } from '../inventory/picture/panels.js';
import type { Picture } from '../inventory/picture/picture.js';
import type { Summary } from '../inventory/summary/summary.js';
import { joinChunks } from '../text/chunks.js';
import type { OpenUnusedOptions } from './changes/open-unused.js';
import type { ChangesOptions } from './changes/text.js';
import type { Grid } from './grid/grid.js';
import type { ReportContents } from './html/contents.js';
import type { Records } from './json/json.js';
import type { ShownCheck } from './json/rules-check-records.js';
import type { Listing } from './listing.js';
import { PLAIN_SCREEN, type Screen } from './screen.js';

export type { Listing, ReportContents, Screen };

/** A format of summaries; docs/output.md describes each. */
export type Format = 'table' | 'classic' | 'lines' | 'csv' | 'json' | 'ndjson' | 'markdown';
/** A format of lists of services or hosts. */
export type ListFormat = 'table' | 'csv' | 'json' | 'ndjson' | 'markdown';
/** A format of changes, and of open and unused services. */
export type ReportFormat = 'text' | 'csv' | 'json' | 'ndjson' | 'markdown';
/** A format of changes. For `nagios`, the line comes with an exit status: see `judge` in nagios.ts. */
export type DiffFormat = ReportFormat | 'nagios';

/** The formats of summaries, in the order in which help and docs list them. */
export const FORMATS: readonly Format[] = ['table', 'classic', 'lines', 'csv', 'json', 'ndjson', 'markdown'];
/** The formats of lists of services and hosts. */
export const LIST_FORMATS: readonly ListFormat[] = ['table', 'csv', 'json', 'ndjson', 'markdown'];
/** The formats of changes, and of open and unused services. */
export const REPORT_FORMATS: readonly ReportFormat[] = ['text', 'csv', 'json', 'ndjson', 'markdown'];
/** The formats of maps. */
export type MapFormat = 'svg' | 'dot' | 'mermaid';
export const MAP_FORMATS: readonly MapFormat[] = ['svg', 'dot', 'mermaid'];
export const DIFF_FORMATS: readonly DiffFormat[] = [...REPORT_FORMATS, 'nagios'];

/** The data from which the formats of lists are made. */
interface List<Row> {
  readonly grid: () => Grid<Row>;
  readonly records: () => Records;
  readonly screen: Screen;
}

/** Whether the format shows the addresses and ports of each name: then the summary must be made with `details`. */
export function needsDetails(format: Format): boolean {
  return format === 'json' || format === 'ndjson';
}

/** Whether people read the format: then rows are sorted with `byAddress`. */
export function isForPeople(format: Format): boolean {
  return format === 'table' || format === 'markdown';
}

/**
 * Renders a summary. JSON and NDJSON need one that was made with `details`, see `needsDetails`.
 * @param screen what text for people is made to fit; by default nothing is cut, and there are no colours
 * @returns the text in chunks of about 16 KiB, which are made while they are read, and can be read once. All functions
 * here return their text in this way.
 */
export async function render(
  format: Format,
  summary: Summary,
  screen: Screen = PLAIN_SCREEN,
): Promise<Iterable<string>> {
  switch (format) {
    case 'classic':
      return joinChunks((await import('./classic.js')).renderClassic(summary));
    case 'lines':
      return joinChunks((await import('./lines.js')).renderLines(summary));
    default: {
      const { summaryGrid } = await import('./grid/summary-grid.js');
      const { describeSummary } = await import('./json/summary-records.js');
      return renderList(format, {
        grid: () => summaryGrid(summary, screen.clock),
        records: () => describeSummary(summary),
        screen,
      });
    }
  }
}

/** Renders a list of services. @returns the text in chunks, as `render` does */
export async function renderServices(
  format: ListFormat,
  listing: Listing<ServiceRow>,
  screen: Screen = PLAIN_SCREEN,
): Promise<Iterable<string>> {
  const { serviceGrid } = await import('./grid/service-grid.js');
  const { describeServices } = await import('./json/list-records.js');
  return renderList(format, {
    grid: () => serviceGrid(listing, screen.clock),
    records: () => describeServices(listing),
    screen,
  });
}

/** Renders a list of machines. @returns the text in chunks, as `render` does */
export async function renderHosts(
  format: ListFormat,
  listing: Listing<HostRow>,
  screen: Screen = PLAIN_SCREEN,
): Promise<Iterable<string>> {
  const { hostGrid } = await import('./grid/host-grid.js');
  const { describeHosts } = await import('./json/list-records.js');
  return renderList(format, {
    grid: () => hostGrid(listing, screen.clock),
    records: () => describeHosts(listing),
    screen,
  });
}

/** Renders what a store remembers. @returns the text in chunks, as `render` does */
export async function renderHistory(
  format: ListFormat,
  history: History,
  screen: Screen = PLAIN_SCREEN,
): Promise<Iterable<string>> {
  const { historyGrid } = await import('./grid/history-grid.js');
  const { describeHistory } = await import('./json/history-records.js');
  return renderList(format, {
    grid: () => historyGrid(history, screen.clock),
    records: () => describeHistory(history),
    screen,
  });
}

/** Renders the findings of a check of firewall rules. @returns the text in chunks, as `render` does */
export async function renderRulesCheck(
  format: ListFormat,
  check: ShownCheck,
  screen: Screen = PLAIN_SCREEN,
): Promise<Iterable<string>> {
  const { rulesCheckGrid } = await import('./grid/rules-check-grid.js');
  const { describeRulesCheck } = await import('./json/rules-check-records.js');
  return renderList(format, {
    grid: () => rulesCheckGrid(check),
    records: () => describeRulesCheck(check),
    screen,
  });
}

/** Renders changes. As text or Markdown, nothing at all if there are none. @returns the text in chunks, as `render` does */
export async function renderChanges(
  format: ReportFormat,
  changes: Changes,
  asked: ChangesOptions = {},
  screen: Screen = PLAIN_SCREEN,
): Promise<Iterable<string>> {
  const options = { isVerbose: false, goneProbability: DEFAULT_GONE_PROBABILITY, ...asked };
  switch (format) {
    case 'text':
      return joinChunks((await import('./changes/text.js')).renderChangesText(changes, options, screen));
    case 'markdown':
      return joinChunks(
        (await import('./changes/markdown.js')).renderChangesMarkdown(changes, options, screen.clock),
      );
    case 'csv': {
      const { changeGrid } = await import('./changes/change-grid.js');
      return joinChunks((await import('./grid/csv.js')).renderCsv(changeGrid(changes, options)));
    }
    case 'json':
    case 'ndjson': {
      const { describeChanges } = await import('./json/change-records.js');
      return renderRecords(format, describeChanges(changes, options.goneProbability));
    }
  }
}

/**
 * Renders where scans and captures disagree. As text or Markdown, nothing at all if they agree.
 * @returns the text in chunks, as `render` does
 */
export async function renderOpenUnused(
  format: ReportFormat,
  report: OpenUnused,
  options: OpenUnusedOptions = {},
  screen: Screen = PLAIN_SCREEN,
): Promise<Iterable<string>> {
  switch (format) {
    case 'text':
      return joinChunks(
        (await import('./changes/open-unused.js')).renderOpenUnusedText(report, options, screen),
      );
    case 'markdown':
      return joinChunks((await import('./changes/open-unused.js')).renderOpenUnusedMarkdown(report, options));
    case 'csv': {
      const { openUnusedGrid } = await import('./changes/change-grid.js');
      return joinChunks((await import('./grid/csv.js')).renderCsv(openUnusedGrid(report)));
    }
    case 'json':
    case 'ndjson':
      return renderRecords(format, (await import('./json/change-records.js')).describeOpenUnused(report));
  }
}

/** Renders a report as a page of HTML. @returns the text in chunks, as `render` does */
export async function renderReport(contents: ReportContents): Promise<Iterable<string>> {
  return joinChunks((await import('./html/report.js')).renderReport(contents));
}

/** Renders a map. @param directions the panels; by default all that have connections @returns the text in chunks */
export async function renderMap(
  format: MapFormat,
  picture: Picture,
  directions?: readonly Direction[],
): Promise<Iterable<string>> {
  switch (format) {
    case 'svg':
      return joinChunks((await import('./map/svg.js')).renderSvg(picture, directions));
    case 'dot':
      return joinChunks((await import('./map/dot.js')).renderDot(picture, directions));
    case 'mermaid':
      return joinChunks((await import('./map/mermaid.js')).renderMermaid(picture, directions));
  }
}

// Each view is loaded only when it is needed: cli-table3 alone delays the start as much as all others together.
async function renderList<Row>(
  format: ListFormat,
  { grid, records, screen }: List<Row>,
): Promise<Iterable<string>> {
  switch (format) {
    case 'table':
      return joinChunks((await import('./grid/table.js')).renderTable(grid(), screen));
    case 'csv':
      return joinChunks((await import('./grid/csv.js')).renderCsv(grid()));
    case 'markdown':
      return joinChunks((await import('./grid/markdown.js')).renderMarkdown(grid()));
    case 'json':
    case 'ndjson':
      return renderRecords(format, records());
  }
}

async function renderRecords(format: 'json' | 'ndjson', records: Records): Promise<Iterable<string>> {
  return format === 'json'
    ? joinChunks((await import('./json/json.js')).renderJson(records))
    : joinChunks((await import('./json/ndjson.js')).renderNdjson(records));
}
