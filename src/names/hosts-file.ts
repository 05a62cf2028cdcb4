// hosts.yaml as data: which addresses are ours, what machines and services are called. Knows nothing of
// where the file is. The YAML part is loaded only for text that has anything in it.

import type { AddressRange } from '../ip/address.js';
import { createMistakesError } from './mistakes.js';
import type { ExpectedPattern } from './patterns.js';

export { HostsFileError } from './mistakes.js';

/** What a hosts file says, checked. */
export interface Hosts {
  /** Addresses that are ours; undefined if the file does not say, and then private ones are. */
  readonly local: readonly AddressRange[] | undefined;
  /** In the order of the file. */
  readonly hosts: readonly HostEntry[];
  /** In the order of the file. */
  readonly services: readonly PortName[];
  /** Changes that need not be told, in the order of the file. */
  readonly expected: readonly ExpectedPattern[];
}

/** A name and the machines that bear it. */
export interface HostEntry {
  readonly name: string;
  readonly ranges: readonly AddressRange[];
  /** Names of ports on these machines only. */
  readonly services: readonly PortName[];
}

/** A name for the ports `first` to `last`, both included, 1 to 65535. */
export interface PortName {
  readonly first: number;
  readonly last: number;
  readonly name: string;
}

/**
 * Reads the text of a hosts file; a byte order mark and CRLF are welcome. `file` is its name in messages.
 * Rejects with a HostsFileError that tells all mistakes.
 */
export async function parseHosts(text: string, file: string): Promise<Hosts> {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (hasOnlyComments(source)) return { local: undefined, hosts: [], services: [], expected: [] };
  const { readHosts } = await import('./hosts-reader.js');
  const { hosts, findings } = readHosts(source);
  if (findings.length > 0) throw createMistakesError(file, source, findings);
  return hosts;
}

// The starter that ships is like that: every run without a hosts file would otherwise wait for `yaml`.
function hasOnlyComments(text: string): boolean {
  return text.split('\n').every((line) => /^[ \t\r]*(#|$)/.test(line));
}
