// Services, their uses and machines, as an inventory knows them.

import type { Address } from '../ip/address.js';
import type { Protocol } from '../ip/port.js';
import type { ClientSketch } from '../tally/client-sketch.js';
import type { Hours } from '../tally/hours.js';
import type { RowEvidence } from '../tally/row-evidence.js';
import type { Span } from './coverage.js';
import type { PortFinding } from './scan-index.js';

/**
 * The use of a service by one client, or by all remote clients together. Its fields are read from flat memory when they are
 * asked for, so a copy made by `{ ...use }` does not have them.
 */
export interface Use extends Span {
  /** Undefined stands for all remote clients whose addresses were not kept. */
  readonly client: Address | undefined;
  /** SYN-ACKs, at least 1. */
  readonly count: number;
  /**
   * The hours in which they came, if these were counted.
   * @internal
   */
  readonly hours?: Hours | undefined;
  /**
   * The number of its row in the tally, in the order of `rowsOf`; the first one if there are several.
   * @internal
   */
  readonly row: number;
  /** Its handshakes and their outcomes; undefined if they are not known for all SYN-ACKs, or were not counted. */
  readonly evidence?: RowEvidence | undefined;
}

/** A port of one server, or of all remote servers together. */
export interface Service {
  /** Undefined stands for all remote servers whose addresses were not kept. */
  readonly address: Address | undefined;
  readonly protocol: Protocol;
  readonly port: number;
  /** Its use, client by client. */
  readonly uses: readonly Use[];
  /** SYN-ACKs. */
  readonly connections: number;
  /** The sum of the evidence of its uses; undefined if that of one is not known. */
  readonly evidence?: RowEvidence | undefined;
  /** When these were seen. */
  readonly passive: Span;
  /**
   * The remote clients, if they were counted; it contains those clients in `uses` that are remote, too.
   * @internal
   */
  readonly remoteClients: ClientSketch | undefined;
  /** When scans found it open. */
  readonly active: Span;
  /** The finding of the last scan that looked at it; undefined if none did. */
  readonly finding: PortFinding | undefined;
}

/** One address, with the services that it offered and used. */
export interface Machine {
  readonly address: Address;
  readonly offered: readonly Service[];
  /** The services that it used, each with its use by this machine. */
  readonly used: readonly { readonly service: Service; readonly use: Use }[];
  /** When captures saw it. */
  readonly passive: Span;
  /** When it answered scans. */
  readonly active: Span;
}
