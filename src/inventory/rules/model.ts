// The connections that a firewall is to let through: the result of `makeRules`, from which every format is written.
// Everything else is to be refused: new TCP connections only, because SYN-ACKs say nothing of other protocols.

import type { Address, AddressRange } from '../../ip/address.js';
import type { PortRange } from '../../ip/port.js';
import type { Verdict } from '../verdicts/verdict.js';

/**
 * `local`: both ends are local. `remote`: the client is remote, the server local. `outbound`: the client is local, the
 * server remote. An address with a name counts as local here.
 */
export type Direction = 'local' | 'remote' | 'outbound';
export const DIRECTIONS: readonly Direction[] = ['local', 'remote', 'outbound'];

/** A connection tracking helper, which lets the data connections of a protocol through. */
type Helper = 'ftp';

/** One end of an allowed use. */
export interface FlowEnd {
  /** Undefined stands for every address that is not local. */
  readonly address: Address | undefined;
  /** From hosts.yaml; it may contain anything. */
  readonly name: string | undefined;
}

/** A use that is allowed: one client, or all remote ones, of one service. */
export interface Flow {
  readonly direction: Direction;
  readonly family: 4 | 6;
  readonly client: FlowEnd;
  readonly server: FlowEnd;
  readonly port: number;
  /** The name of the service; it may contain anything. */
  readonly service: string;
  readonly helper: Helper | undefined;
  /** Handshakes, or SYN-ACKs if no evidence was counted. */
  readonly handshakes: number;
  /** Undefined if no evidence was counted. */
  readonly verdict: Verdict | undefined;
}

/** Connections from any of the clients to any of the servers, at any of the ports. */
export interface Rule {
  readonly direction: Direction;
  readonly family: 4 | 6;
  /** CIDR blocks, ascending; undefined stands for every address that is not local. */
  readonly clients: readonly AddressRange[] | undefined;
  readonly servers: readonly AddressRange[] | undefined;
  /** Ascending; they neither overlap nor touch. */
  readonly ports: readonly PortRange[];
  readonly helper: Helper | undefined;
  /** The uses that it was made from, by server, port and client. */
  readonly flows: readonly Flow[];
}

/** Numbers of uses (client, server and port) that are not allowed, by reason. */
export interface LeftOut {
  /** Nobody used the service: probed, unanswered, reset. */
  readonly unused: number;
  /** It is not certain that the service is used. */
  readonly uncertain: number;
  /** No evidence was counted, as in older saved inventories. */
  readonly unjudged: number;
  /** Fewer handshakes than asked for. */
  readonly few: number;
  /** Not the use of a service: FTP data, backscatter, simultaneous opens. */
  readonly notServices: number;
  /** Neither end is local. */
  readonly transit: number;
  /** Allowed otherwise, but over the version of IP that the rules are not about. */
  readonly otherFamily: number;
}

/** A service as people know it. */
export interface NamedService {
  /** Name or address; `_` stands for remote servers. */
  readonly server: string;
  readonly port: number;
  readonly service: string;
}

/** A service that answers, but to which no connection is allowed. */
export interface RefusedService extends NamedService {
  /** SYN-ACKs. */
  readonly synAcks: number;
  /** Whether a scan found it open. */
  readonly isScanned: boolean;
}

export interface RuleModel {
  /** The addresses that are local or have a name, as `mergeRanges` returns them. */
  readonly local: readonly AddressRange[];
  /** By direction, family, server, port and client. */
  readonly rules: readonly Rule[];
  /** Listed addresses that the rules let through, for each one that was seen: 1 if they are exact. */
  readonly widening: number;
  readonly leftOut: LeftOut;
  /** Allowed uses that may be none, and those of which no evidence was counted. */
  readonly allowedUncertain: number;
  /** The services with uses that may be none, allowed or not, the busiest first. */
  readonly doubtful: readonly NamedService[];
  /** Allowed uses by remote machines, or of them, that are not listed although asked for: no source has the addresses. */
  readonly unlisted: number;
  /** The services of local machines that are open but refused for everybody, the busiest first. */
  readonly refused: readonly RefusedService[];
}
