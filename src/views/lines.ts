// One classic line for each SYN-ACK, without the count, as synack-summary itself printed it, so that `| uniq -c` counts
// them again. It must not hold more lines than a chunk, because a row may count billions.

import type { Summary } from '../inventory/summary/summary.js';
import { CHUNK_LENGTH } from '../text/chunks.js';
import { columnsOf } from './classic.js';

export function* renderLines(summary: Summary): Generator<string, void, undefined> {
  const columns = columnsOf(summary.by);
  for (const row of summary.rows) {
    const line = `${columns(row)}\n`;
    const perBlock = Math.ceil(CHUNK_LENGTH / line.length);
    const block = line.repeat(Math.min(row.count, perBlock));
    let left = row.count;
    for (; left >= perBlock; left -= perBlock) yield block;
    yield line.repeat(left);
  }
}
