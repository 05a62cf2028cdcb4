// What is different between two inventories, in the order in which it is told: by machine, then by protocol and port.

import type { Protocol } from '../../ip/port.js';
import type { KnownBy } from '../evidence.js';
import type { PortState } from '../scan.js';

export interface MachineAt {
  /** Name or address. */
  readonly machine: string;
  readonly address: string;
}

export interface ServiceAt extends MachineAt {
  readonly port: number;
  readonly protocol: Protocol;
  /** `up:PORT` if it has no name. */
  readonly service: string;
  /** Product, version and more, in one line, as the last scan had it; empty if none did. */
  readonly product: string;
}

/** Microseconds since the epoch. */
interface Seen {
  readonly firstSeen: number;
  readonly lastSeen: number;
}

export interface AddedService extends ServiceAt, Seen {
  readonly connections: number;
  readonly known: KnownBy;
}

/** Why something is held to be gone. */
export type Absence =
  /** So many connections were to be expected, and there were none. */
  | { readonly kind: 'silent'; readonly expected: number }
  /** A scan looked, and found the port in this state, or, without one, not open. */
  | { readonly kind: 'not-open'; readonly state?: PortState }
  /** A scan looked, and the machine was not up. */
  | { readonly kind: 'down' };

interface GoneService extends ServiceAt, Seen {
  readonly absence: Absence;
}

/** A service that is not gone for sure. */
export interface UnseenService extends ServiceAt, Seen {
  /** Connections that were to be expected in this time; undefined where the baseline gives no rate. */
  readonly expected: number | undefined;
}

interface ChangedService extends ServiceAt {
  /** Name, product, version and more, in one line, in the baseline and now. */
  readonly before: string;
  readonly after: string;
}

interface NewMachine extends MachineAt, Seen {
  readonly known: KnownBy;
}

interface GoneMachine extends MachineAt, Seen {
  readonly absence: Absence;
}

export interface ClientsChange extends ServiceAt {
  /** Names or addresses; `_` stands for all remote ones. */
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

export interface Changes {
  readonly added: readonly AddedService[];
  readonly gone: readonly GoneService[];
  readonly changed: readonly ChangedService[];
  readonly newMachines: readonly NewMachine[];
  readonly goneMachines: readonly GoneMachine[];
  /** Empty unless it was asked for. */
  readonly clients: readonly ClientsChange[];
  /** In the baseline, not seen now, and not to be called gone. No changes. */
  readonly unseen: readonly UnseenService[];
  /** Changes that are expected, or ignored, and left out of the lists. */
  readonly suppressed: number;
}

/** What a scan and captures say of each other. */
export interface OpenUnused {
  /** Open to the scan, and never used in the captures. */
  readonly unused: readonly ServiceAt[];
  /** Used in the captures, and looked at by the scan, which did not find it open. */
  readonly hidden: readonly (ServiceAt & {
    readonly connections: number;
    /** As the scan found the port; undefined where it only says that it is not open. */
    readonly state: PortState | undefined;
    /** The scan found the whole machine down. */
    readonly isDown: boolean;
  })[];
  /** How long the captures are, in microseconds. */
  readonly observed: number;
  readonly suppressed: number;
}

export const NO_CHANGES: Changes = {
  added: [],
  gone: [],
  changed: [],
  newMachines: [],
  goneMachines: [],
  clients: [],
  unseen: [],
  suppressed: 0,
};
