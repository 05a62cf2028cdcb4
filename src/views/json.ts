// One JSON document (RFC 8259), a row a line, written as it goes: rows come last, so that what is known of
// the whole stands first. It must stay valid whatever the names are: all text goes through stringifyJson.

import type { Summary } from '../inventory/summary.js';
import { stringifyJson } from './escape.js';
import { describeInputs, describeRow, describeRowsCut, describeTotals, SCHEMA } from './records.js';

export function* renderJson(summary: Summary): Generator<string, void, undefined> {
  yield '{\n';
  yield `  "schema": ${stringifyJson(SCHEMA.schema)},\n`;
  yield `  "version": ${stringifyJson(SCHEMA.version)},\n`;
  yield `  "by": ${stringifyJson(summary.by)},\n`;
  yield `  "totals": ${stringifyJson(describeTotals(summary))},\n`;
  yield `  "rows_cut": ${stringifyJson(describeRowsCut(summary))},\n`;
  yield `  "rows_folded": ${stringifyJson(summary.foldedRows)},\n`;
  yield '  "inputs": [';
  yield* renderItems(describeInputs(summary));
  yield '],\n  "rows": [';
  yield* renderItems(describeRows(summary));
  yield ']\n}\n';
}

function* describeRows(summary: Summary): Generator<object, void, undefined> {
  for (const row of summary.rows) yield describeRow(row, summary.by);
}

function* renderItems(items: Iterable<object>): Generator<string, void, undefined> {
  let separator = '\n    ';
  let end = '';
  for (const item of items) {
    yield separator + stringifyJson(item);
    separator = ',\n    ';
    end = '\n  ';
  }
  yield end;
}
