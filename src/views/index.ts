// The one door to all views: a format's name and a summary go in, text comes out in chunks. It knows
// neither where the text goes nor how the summary was counted.

import type { Summary } from '../inventory/summary.js';
import { joinChunks } from './chunks.js';

export type Format = 'table' | 'classic' | 'lines' | 'csv' | 'json' | 'ndjson' | 'markdown';

/** Turns a summary into pieces of text, lazily. Every line it yields ends with `\n`. */
type View = (summary: Summary) => Iterable<string>;

// Each view is loaded when it is asked for: cli-table3 alone costs as much start-up as all the others.
const VIEWS: Readonly<Record<Format, () => Promise<View>>> = {
  table: async () => (await import('./table.js')).renderTable,
  classic: async () => (await import('./classic.js')).renderClassic,
  lines: async () => (await import('./lines.js')).renderLines,
  csv: async () => (await import('./csv.js')).renderCsv,
  json: async () => (await import('./json.js')).renderJson,
  ndjson: async () => (await import('./ndjson.js')).renderNdjson,
  markdown: async () => (await import('./markdown.js')).renderMarkdown,
};

/** The names of all formats, in the order in which help and docs list them. */
export const FORMATS: readonly Format[] = ['table', 'classic', 'lines', 'csv', 'json', 'ndjson', 'markdown'];

/** Whether the format shows the addresses and ports behind the names, which a summary has only if asked. */
export function needsDetails(format: Format): boolean {
  return format === 'json' || format === 'ndjson';
}

/**
 * Renders a summary as text in chunks of about 16 KiB. The chunks are made while they are read, once:
 * whoever writes them can wait for a slow reader between two of them.
 */
export async function render(format: Format, summary: Summary): Promise<Iterable<string>> {
  const view = await VIEWS[format]();
  return joinChunks(view(summary));
}
