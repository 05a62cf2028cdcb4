// Reads the lease files of Kea: CSV whose first line names the columns, for IPv4 and for IPv6. Kea writes a comma in a
// value as `&#x2c` (src/lib/util/csv_file.cc), so no value has quotes.

import { parseAddress } from '../../ip/address.js';
import { quote } from '../../text/escape.js';
import { forEachLine, type NameSink } from './given-name.js';

/** Kea 3.0 has 18. */
const MAX_COLUMNS = 64;
const DECLINED = '1';
/** `lease_type` of a delegated prefix, whose address is that of a network. */
const PREFIX_DELEGATION = '2';

export function parseKeaLeases(text: string, sink: NameSink): void {
  let columns: ReadonlyMap<string, number> | undefined;
  forEachLine(text, (line, offset) => {
    if (line.trim() === '') return;
    const cells = line.split(',', MAX_COLUMNS);
    // The files that Kea merges may have a header each.
    if (columns === undefined || line.startsWith('address,')) {
      columns = new Map(cells.map((name, index) => [name.trim(), index]));
      return;
    }
    const at = (name: string): string => cells[columns?.get(name) ?? -1] ?? '';
    const address = parseAddress(at('address'));
    // A line that is being written is shorter.
    if (address === undefined || cells.length <= (columns.get('hostname') ?? 0)) {
      sink.addMistake({ offset, found: quote(line), expected: 'a lease with the columns of the first line' });
      return;
    }
    if (at('lease_type') === PREFIX_DELEGATION) return;
    const before = cells.slice(0, columns.get('hostname') ?? 0).join(',').length + 1;
    const name = restoreCommas(at('hostname'));
    sink.addName({
      address,
      name: name === '' ? undefined : name,
      owner: at('state') === DECLINED ? DECLINED : at('hwaddr') || at('duid') || at('client_id') || undefined,
      offset: offset + before,
    });
  });
}

function restoreCommas(text: string): string {
  return text.replace(/&#x([0-9a-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
