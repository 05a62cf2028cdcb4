// The result of an active scan: which machines are up, in which state their ports are, and where it looked.

import type { Address, AddressRange } from '../ip/address.js';
import type { PortRange, Protocol } from '../ip/port.js';

/** The state of a port, as nmap names it: https://nmap.org/book/man-port-scanning-basics.html */
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
  /** Whether this name comes from the service's own answers, and not from a list of ports. */
  readonly isProbed?: boolean;
  /** Such as `OpenSSH`, `9.2p1` and `protocol 2.0`. */
  readonly product?: string;
  readonly version?: string;
  readonly extra?: string;
}

/** A machine that a scan found up. */
export interface ScannedHost {
  readonly address: Address;
  /** The time in which it was scanned, microseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** By protocol and port, each once. A port that was scanned but is not listed is not known to be open. */
  readonly ports: readonly ScannedPort[];
  /**
   * The states of the ports that are not listed, in the order of `PORT_STATES`; absent if the scanner did not
   * say.
   */
  readonly unlisted?: readonly PortState[];
}

/** The results of one run of a scanner. */
export interface Scan {
  /** `sha256:` and the hexadecimal SHA-256 of the file that it was read from. */
  readonly digest: string;
  /** Program and version, such as `nmap 7.93`. */
  readonly scanner: string;
  /** Its beginning and end, microseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** False if it was interrupted: then it says nothing about machines that it does not list. */
  readonly isComplete: boolean;
  /**
   * The addresses that it certainly looked for, disjoint and ascending: a machine among them that is not
   * listed is down.
   */
  readonly targets: readonly AddressRange[];
  /** The ports that it looked at on each machine that is up, by protocol, ascending. */
  readonly ports: Readonly<Record<Protocol, readonly PortRange[]>>;
  /** The machines that are up, by address, each once. */
  readonly hosts: readonly ScannedHost[];
}

/** States in which a port is certainly not open. */
const ABSENT_STATES: readonly PortState[] = ['closed', 'filtered', 'closed|filtered'];

/** Whether a port is certainly open. */
export function isOpen(port: ScannedPort | undefined): boolean {
  return port?.state === 'open';
}

/**
 * Whether a scan that looked at a port found it certainly not open; a port that is not listed is not open.
 */
export function isAbsent(port: ScannedPort | undefined): boolean {
  return port === undefined || ABSENT_STATES.includes(port.state);
}
