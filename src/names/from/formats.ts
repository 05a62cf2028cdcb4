// The formats of files that name addresses, recognised by their first line that says something.

import { parseAddress } from '../../ip/address.js';
import { parseDnsmasqLeases } from './dnsmasq.js';
import { type NameSink, splitWords } from './given-name.js';
import { parseHostsList } from './hosts-list.js';
import { parseIscLeases } from './isc.js';
import { parseKeaLeases } from './kea.js';
import type { NamesFormat } from './names-source.js';

export const PARSERS: Readonly<Record<NamesFormat, (text: string, sink: NameSink) => void>> = {
  hosts: parseHostsList,
  dnsmasq: parseDnsmasqLeases,
  isc: parseIscLeases,
  kea: parseKeaLeases,
};

/** For messages. */
export const FORMAT_LABELS: Readonly<Record<NamesFormat, string>> = {
  hosts: 'hosts file',
  dnsmasq: 'dnsmasq leases',
  isc: 'ISC leases',
  kea: 'Kea leases',
};

const ISC_BEGINNINGS =
  /^(?:lease|ia-na|ia-ta|ia-pd|host|group|failover|server-duid|default-duid|authoring-byte-order|class|subclass)\b/;

/** The first line that is not empty and not a comment. */
const FIRST_LINE = /^[^\S\n]*([^\s#].*)/m;
/** No format needs more of that line. */
const MAX_LINE = 64 * 1024;

/** Returns the format of a text; 'nothing' if it has only comments, undefined if it has none of the formats. */
export function recogniseFormat(text: string): NamesFormat | 'nothing' | undefined {
  const first = FIRST_LINE.exec(text)?.[1]?.slice(0, MAX_LINE).trim() ?? '';
  if (first === '') return 'nothing';
  if (/^address,.*\bhostname\b/.test(first)) return 'kea';
  if (ISC_BEGINNINGS.test(first)) return 'isc';
  const [start = '', , third = ''] = splitWords(first, 3).map((word) => word.text);
  if (start === 'duid' || (/^\d+$/.test(start) && parseAddress(third) !== undefined)) return 'dnsmasq';
  return parseAddress(start.replace(/%.*/, '')) === undefined ? undefined : 'hosts';
}
