// Reads scans in tests, and shows them as lines of text.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Scan, ScannedHost } from '../../src/inventory/scan.js';
import { type AddressRange, formatAddress } from '../../src/ip/address.js';
import { NmapReader, type ScanReading } from '../../src/sources/nmap/xml.js';
import { messagesOf } from '../helpers/problems.js';

export const SCANS: string = fileURLToPath(new URL('./', import.meta.url));

/** A reading with the messages of its problems. */
export interface ReadScan extends Omit<ScanReading, 'problems'> {
  readonly problems: readonly string[];
}

/** Reads a scan in this folder; the name has no extension. */
export function scanFile(name: string): Buffer {
  return readFileSync(`${SCANS}${name}.xml`);
}

/** Reads a document at once, or in pieces whose lengths repeat these; every piece is overwritten afterwards. */
export function readScan(document: string | Uint8Array, pieces: readonly number[] = []): ReadScan {
  const bytes = Buffer.from(document);
  const reader = new NmapReader();
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = pieces.length === 0 ? bytes.length : (pieces[turn % pieces.length] as number);
    const piece = Buffer.from(bytes.subarray(at, at + length));
    reader.write(piece);
    piece.fill(0x21);
    at += length;
  }
  return finishReading(reader);
}

export function finishReading(reader: NmapReader): ReadScan {
  const { problems, ...reading } = reader.finish();
  return { ...reading, problems: messagesOf(problems) };
}

/** Reads a document without problems. */
export function readSound(document: string | Uint8Array): Omit<Scan, 'digest'> {
  const { scan, problems } = readScan(document);
  if (scan === undefined || problems.length > 0) throw new Error(`not sound: ${problems.join('; ')}`);
  return scan;
}

/** Makes a report with these elements, as nmap writes it. */
export function report(elements: string, attributes = 'args="nmap"'): string {
  return `<?xml version="1.0"?>
<nmaprun scanner="nmap" version="7.93" xmloutputversion="1.05" start="1000" ${attributes}>
${elements}
<runstats><finished time="2000" exit="success"/></runstats>
</nmaprun>
`;
}

export function host(address: string, ports = '', status = '<status state="up"/>'): string {
  return `<host>${status}<address addr="${address}" addrtype="ipv4"/><ports>${ports}</ports></host>`;
}

export function port(portid: number | string, state = 'open', service = '', protocol = 'tcp'): string {
  return `<port protocol="${protocol}" portid="${portid}"><state state="${state}"/>${service}</port>`;
}

/** `10.0.0.1 tcp 22 open ssh`, as in the known answers. */
export function rowsOf(hosts: readonly ScannedHost[] = []): string[] {
  return hosts.flatMap(({ address, ports }) =>
    ports.map(({ protocol, port, state, service }) =>
      [formatAddress(address), protocol, port, state, service ?? ''].join(' ').trimEnd(),
    ),
  );
}

export function addressesOf(hosts: readonly ScannedHost[] = []): string[] {
  return hosts.map(({ address }) => formatAddress(address));
}

/** `10.0.0.1` or `10.0.0.1-10.0.0.9`. */
export function textsOf(ranges: readonly AddressRange[] = []): string[] {
  return ranges.map(({ family, first, last }) => {
    const [from, to] = [first, last].map((value) => formatAddress({ family, value }));
    return from === to ? `${from}` : `${from}-${to}`;
  });
}
