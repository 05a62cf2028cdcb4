// Reads the leases of dnsmasq (src/lease.c): `EXPIRY HARDWARE ADDRESS NAME CLIENT`, and after a line `duid …`,
// `EXPIRY IAID ADDRESS NAME DUID` for IPv6. A `*` is an unknown name.

import { parseAddress } from '../../ip/address.js';
import { quote } from '../../text/escape.js';
import type { OffsetMistake } from '../mistakes.js';
import { forEachLine, type GivenName, machineOfDuid, type ParsedNames, splitWords } from './given-name.js';

export function parseDnsmasqLeases(text: string): ParsedNames {
  const names: GivenName[] = [];
  const mistakes: OffsetMistake[] = [];
  forEachLine(text, (line, offset) => {
    const [expiry, hardware, address, name, client] = splitWords(line);
    if (expiry === undefined || expiry.text === 'duid') return;
    const parsed = parseAddress(address?.text ?? '');
    if (parsed === undefined || name === undefined || !/^\d+$/.test(expiry.text)) {
      const expected = 'a lease: EXPIRY HARDWARE ADDRESS NAME CLIENT';
      mistakes.push({ offset: offset + expiry.at, found: quote(line.trim()), expected });
      return;
    }
    names.push({
      address: parsed,
      name: name.text === '*' ? undefined : name.text,
      owner: parsed.family === 4 ? hardware?.text : client && machineOfDuid(client.text),
      offset: offset + name.at,
    });
  });
  return { names, mistakes };
}
