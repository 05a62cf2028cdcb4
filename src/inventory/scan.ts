// What an active scan found out: which machines are up, in which state their ports are, and what it looked at
// at all.

import type { Address, AddressRange } from '../ip/address.js';
import type { PortRange, Protocol } from '../ip/port.js';

/** As nmap names them: https://nmap.org/book/man-port-scanning-basics.html */
export type PortState = 'open' | 'closed' | 'filtered' | 'unfiltered' | 'open|filtered' | 'closed|filtered';
export const PORT_STATES: readonly PortState[] = [
  'open',
  'closed',
  'filtered',
  'unfiltered',
  'open|filtered',
  'closed|filtered',
];

/** A port of a scanned machine. */
export interface ScannedPort {
  readonly protocol: Protocol;
  readonly port: number;
  readonly state: PortState;
  /** The scanner's name for the service, such as `ssh`. */
  readonly service?: string;
  /** Whether that name comes from what the service answered, and not from a list of ports. */
  readonly isProbed?: boolean;
  /** Such as `OpenSSH`, `9.2p1` and `protocol 2.0`. */
  readonly product?: string;
  readonly version?: string;
  readonly extra?: string;
}

/** A machine that is up. */
export interface ScannedHost {
  readonly address: Address;
  /** When it was looked at, microseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** By protocol and port, each once. Ports that were scanned and are not listed are not known to be open. */
  readonly ports: readonly ScannedPort[];
  /**
   * The states that ports which are not listed have, in the order of PORT_STATES; absent if the scanner did
   * not say.
   */
  readonly unlisted?: readonly PortState[];
}

/** The results of one run of a scanner. */
export interface Scan {
  /** `sha256:` and the hexadecimal SHA-256 of what it was read from. */
  readonly digest: string;
  /** Program and version, such as `nmap 7.93`. */
  readonly scanner: string;
  /** Microseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** False if it was interrupted: then it says nothing of machines that it does not list. */
  readonly isComplete: boolean;
  /**
   * The addresses that are known to have been looked at: of these, machines that are not listed are down.
   * Disjoint, ascending.
   */
  readonly targets: readonly AddressRange[];
  /** The ports that were looked at on each machine that is up; ascending. */
  readonly ports: Readonly<Record<Protocol, readonly PortRange[]>>;
  /** By address, each once. */
  readonly hosts: readonly ScannedHost[];
}
