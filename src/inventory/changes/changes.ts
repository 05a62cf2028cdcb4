// The differences between two inventories, in the order in which they are reported: by machine, protocol and
// port.

import type { Protocol } from '../../ip/port.js';
import type { Span } from '../coverage.js';
import type { KnownBy } from '../evidence.js';
import type { PortState } from '../scan.js';
import type { Judgement } from '../verdicts/verdict.js';

/** The default of `goneProbability`. */
export const DEFAULT_GONE_PROBABILITY = 0.05;

/** A machine of a change. */
export interface MachineAt {
  /** Name, or address if it has no name. */
  readonly machine: string;
  readonly address: string;
}

/** A service of a change, on its machine. */
export interface ServiceAt extends MachineAt {
  /** 0 to 65535. */
  readonly port: number;
  readonly protocol: Protocol;
  /** `up:PORT` if it has no name. */
  readonly service: string;
  /** Product, version and more, as the last scan reported them; empty if unknown. */
  readonly product: string;
  readonly version: string;
  readonly extra: string;
}

/** A service that the baseline does not have, or has only as a port that answered without being used. */
export interface AddedService extends ServiceAt, Span {
  /** SYN-ACKs; 0 if only a scan found it. */
  readonly connections: number;
  /** Whether it is used; undefined if that is not known. */
  readonly judgement?: Judgement | undefined;
  /** The baseline has it, but nobody used it then. */
  readonly answeredBefore?: boolean;
  readonly known: KnownBy;
}

/** The captures have no connections, or none after a certain time, though some were expected. */
export interface Silence {
  readonly kind: 'silent';
  /** Connections expected in this time. */
  readonly expected: number;
  /** Time of captures without connections, in microseconds. */
  readonly observed: number;
  /** Connections in the captures before that, since the baseline; 0 if it was not seen at all. */
  readonly seen: number;
}

/** Why a service or a machine counts as gone. */
export type Absence =
  | Silence
  /** A scan found the port in this state; without a state, the scan says only that it is not open. */
  | { readonly kind: 'not-open'; readonly state?: PortState }
  /** A scan looked for the machine and found it down. */
  | { readonly kind: 'down' };

/** A service of the baseline that is gone. */
export interface GoneService extends ServiceAt, Span {
  readonly absence: Absence;
}

/** A service of the baseline that was not seen, but need not be gone. */
export interface UnseenService extends ServiceAt, Span {
  /** Connections expected in this time; undefined if the baseline has no rate. */
  readonly expected: number | undefined;
  /** Time of captures without connections, in microseconds; 0 if there were no captures. */
  readonly observed: number;
}

/** A service that the baseline does not have, and that nobody used: it only answered, for example to a scan. */
export interface AnsweredService extends ServiceAt, Span {
  /** SYN-ACKs, at least 1. */
  readonly connections: number;
  readonly judgement: Judgement;
}

/** A service whose product, version or name changed between scans. */
export interface ChangedService extends ServiceAt {
  /** Name, product, version and more, in one line: in the baseline and now. */
  readonly before: string;
  readonly after: string;
}

/** A machine that the baseline does not have. */
export interface NewMachine extends MachineAt, Span {
  readonly known: KnownBy;
}

/** A machine of the baseline that is gone. */
export interface GoneMachine extends MachineAt, Span {
  readonly absence: Absence;
}

/** A service whose clients changed. */
export interface ClientsChange extends ServiceAt {
  /** Names or addresses; `_` stands for all remote clients. */
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

/**
 * A machine that the baseline may have counted as remote, before it was named or became local. Whether it is new, or its
 * services are, cannot be known.
 */
export interface RemoteMachine extends MachineAt {
  /** Services that would be new otherwise. */
  readonly services: readonly ServiceAt[];
}

/** The changes that `compare` found, in lists that are sorted by machine, protocol and port. */
export interface Changes {
  readonly added: readonly AddedService[];
  readonly gone: readonly GoneService[];
  readonly changed: readonly ChangedService[];
  readonly newMachines: readonly NewMachine[];
  readonly goneMachines: readonly GoneMachine[];
  /** Empty unless clients were compared. */
  readonly clients: readonly ClientsChange[];
  /** Services of the baseline that were not seen but need not be gone. They are not changes. */
  readonly unseen: readonly UnseenService[];
  /** Services that are not in the baseline, and that nobody used. They are not changes, nor are machines that only answered. */
  readonly answered: readonly AnsweredService[];
  /** Machines that may have been counted as remote in the baseline. They are not changes. */
  readonly remoteBefore: readonly RemoteMachine[];
  /** Number of changes that are expected or ignored, and so in none of the lists. */
  readonly suppressed: number;
}

/** A service that was used although a scan did not find it open. */
export interface HiddenService extends ServiceAt {
  /** SYN-ACKs. */
  readonly connections: number;
  /** The state in which the scan found the port; undefined if the scan says only that it is not open. */
  readonly state: PortState | undefined;
  /** The scan found the whole machine down. */
  readonly isDown: boolean;
}

/** Where scans and captures disagree: the result of `findOpenUnused`, sorted by machine and port. */
export interface OpenUnused {
  /** Services that a scan found open and nobody used in the captures. */
  readonly unused: readonly ServiceAt[];
  /**
   * Services that were used in the captures, though a scan that looked at their port did not find it open.
   */
  readonly hidden: readonly HiddenService[];
  /** Time that the captures cover, in microseconds. */
  readonly observed: number;
  /** Number of services that are expected or ignored, and so in neither list. */
  readonly suppressed: number;
}

/** The result of a comparison that found nothing. */
export const NO_CHANGES: Changes = {
  added: [],
  gone: [],
  changed: [],
  newMachines: [],
  goneMachines: [],
  clients: [],
  unseen: [],
  answered: [],
  remoteBefore: [],
  suppressed: 0,
};
