// Newline-delimited JSON: an object for each row, then one with the totals, so that a reader can tell a
// whole answer from one that was cut short. A line has no newline but its last character.

import type { Summary } from '../inventory/summary.js';
import { stringifyJson } from './escape.js';
import { describeInputs, describeRow, describeRowsCut, describeTotals, SCHEMA } from './records.js';

export function* renderNdjson(summary: Summary): Generator<string, void, undefined> {
  for (const row of summary.rows) {
    yield `${stringifyJson({ type: 'row', ...describeRow(row, summary.by) })}\n`;
  }
  const last = {
    type: 'totals',
    ...SCHEMA,
    by: summary.by,
    totals: describeTotals(summary),
    rows_cut: describeRowsCut(summary),
    rows_folded: summary.foldedRows,
    inputs: describeInputs(summary),
  };
  yield `${stringifyJson(last)}\n`;
}
