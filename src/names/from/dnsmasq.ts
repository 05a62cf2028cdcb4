// Reads the leases of dnsmasq (src/lease.c): `EXPIRY HARDWARE ADDRESS NAME CLIENT`, and after a line `duid …`,
// `EXPIRY IAID ADDRESS NAME DUID` for IPv6. A `*` is an unknown name.

import { parseAddress } from '../../ip/address.js';
import { quote } from '../../text/escape.js';
import { forEachLine, machineOfDuid, type NameSink, splitWords } from './given-name.js';

export function parseDnsmasqLeases(text: string, sink: NameSink): void {
  forEachLine(text, (line, offset) => {
    const [expiry, hardware, address, name, client] = splitWords(line, 5);
    if (expiry === undefined || expiry.text === 'duid') return;
    const parsed = parseAddress(address?.text ?? '');
    if (parsed === undefined || name === undefined || !/^\d+$/.test(expiry.text)) {
      const expected = 'a lease: EXPIRY HARDWARE ADDRESS NAME CLIENT';
      sink.addMistake({ offset: offset + expiry.at, found: quote(line.trim()), expected });
      return;
    }
    sink.addName({
      address: parsed,
      name: name.text === '*' ? undefined : name.text,
      owner: parsed.family === 4 ? hardware?.text : client && machineOfDuid(client.text),
      offset: offset + name.at,
    });
  });
}
