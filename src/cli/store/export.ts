// `synsum history export`: all rows of a store, written while they are read.

import { isChosen } from '../../inventory/history/history.js';
import { openToAsk } from '../../store/open.js';
import type { Selection } from '../../store/selection.js';
import { EXPORT_FORMATS, type ExportFormat, exportView } from '../../views/export.js';
import type { Context } from '../context.js';
import { EXIT_DONE, EXIT_INCOMPLETE } from '../exit-codes.js';
import { loadHosts } from '../hosts-option.js';
import type { FilterOptions } from '../options/filters.js';
import { openResult } from '../output-file.js';
import { parseFilter } from '../pattern-options.js';
import { UsageError } from '../usage-error.js';
import { reportMissing, reportRemarks, withStore } from './upkeep.js';

type ExportOptions = FilterOptions & {
  readonly format?: string | undefined;
  readonly output?: string | undefined;
  readonly names?: string | undefined;
  readonly top?: number | undefined;
  readonly reverse?: true | undefined;
};

/** Exports a selection; returns the exit status. @throws UsageError */
export async function exportStore(
  path: string,
  selection: Selection,
  options: ExportOptions,
  context: Context,
): Promise<number> {
  const { format = 'csv', top = Number.POSITIVE_INFINITY } = options;
  if (!isExportFormat(format)) {
    throw new UsageError(
      `found ${format}, expected ${EXPORT_FORMATS.join(' or ')} for an export`,
      '--format',
    );
  }
  if (options.reverse === true) {
    throw new UsageError('an export has the order of time', '--reverse');
  }
  const { names, file } = await loadHosts(options.names, context);
  const filter = parseFilter(options, { isTcp: true });
  const hasFilter = filter.servers.length + filter.services.length > 0;
  const output = openResult(options.output, [path, file], context);
  const view = exportView(format);
  const missing = await withStore(path, openToAsk, async (store) => {
    let left = top;
    let isRead = output.write(view.begin());
    for await (const rows of store.exportRows(selection)) {
      const chosen = hasFilter
        ? rows.filter(({ server, port }) => isChosen({ address: server?.address, port }, names, filter))
        : rows;
      const shown = chosen.slice(0, left);
      left -= shown.length;
      isRead &&= output.write(shown.map(view.row).join(''));
      if (!isRead || left === 0) break;
    }
    if (isRead) output.write(view.end());
    await reportRemarks(path, store, selection, context);
    return store.missing;
  });
  reportMissing(path, missing, context);
  output.close();
  return missing.length === 0 ? EXIT_DONE : EXIT_INCOMPLETE;
}

function isExportFormat(format: string): format is ExportFormat {
  return EXPORT_FORMATS.some((known) => known === format);
}
