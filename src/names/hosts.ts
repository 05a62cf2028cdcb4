// The contents of a hosts file, as data. Knows nothing of YAML, nor of where the file is.

import type { AddressRange } from '../ip/address.js';
import type { NamesSource } from './from/names-source.js';
import type { ExpectedPattern } from './patterns.js';

/** The contents of a hosts file, checked. */
export interface Hosts {
  /** The addresses that are local; undefined if the file does not say, and then private addresses are. */
  readonly local: readonly AddressRange[] | undefined;
  /** In the order of the file. */
  readonly hosts: readonly HostEntry[];
  /** In the order of the file. */
  readonly services: readonly PortName[];
  /** Changes that are not reported, in the order of the file. */
  readonly expected: readonly ExpectedPattern[];
  /** Files of other programs that name machines too, in the order of the file; `loadNames` reads them. */
  readonly namesFrom?: readonly NamesSource[];
  /** The machines that these files name. A name in `hosts` wins, even that of a wider range. */
  readonly given?: readonly HostEntry[];
}

/** A name and the machines that have it. */
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
