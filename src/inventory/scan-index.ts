// Looks up single machines and ports in the scans of an inventory: the last scan that looked there decides.

import { type Address, type AddressRange, formatAddress } from '../ip/address.js';
import { type PortRange, PROTOCOLS, type Protocol } from '../ip/port.js';
import type { PortState, Scan, ScannedHost, ScannedPort } from './scan.js';

/** States in which a port may be open. */
const OPEN_STATES: readonly PortState[] = ['open', 'open|filtered', 'unfiltered'];

/** The result of one scan for one machine: it is up, or it did not answer. */
export interface MachineFinding {
  /**
   * When the scan looked, microseconds since the epoch. If the machine did not answer, this is the time of
   * the whole scan.
   */
  readonly from: number;
  readonly to: number;
  readonly isUp: boolean;
}

/** The result of one scan for one port. */
export interface PortFinding {
  /** When the scan looked, microseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /**
   * Undefined if the scan neither lists the port nor gives the state of unlisted ports: then the port is not
   * open.
   */
  readonly port: ScannedPort | undefined;
  /** Whether the machine did not answer at all. */
  readonly isDown: boolean;
}

interface IndexedScan {
  readonly scan: Scan;
  /** The machines that are up, by address. */
  readonly hosts: ReadonlyMap<string, ScannedHost>;
}

interface IndexedFinding extends MachineFinding {
  readonly scan: Scan;
  /** Undefined if the machine did not answer. */
  readonly ports: readonly ScannedPort[] | undefined;
  readonly unlisted: readonly PortState[];
}

/** The scans of an inventory, indexed by address. */
export class ScanIndex {
  readonly #scans: readonly IndexedScan[];
  /** By address, once it has been looked up; an empty list if no scan looked for it. */
  readonly #byAddress = new Map<string, readonly IndexedFinding[]>();

  constructor(scans: readonly Scan[]) {
    this.#scans = scans.map((scan) => ({
      scan,
      hosts: new Map(scan.hosts.map((host) => [formatAddress(host.address), host])),
    }));
  }

  /** Returns the finding of the last scan that looked at the port; undefined if none did. */
  portFindingOf(address: Address, protocol: Protocol, port: number): PortFinding | undefined {
    for (const finding of this.portFindingsOf(address, protocol, port)) return finding;
    return undefined;
  }

  /**
   * Yields the findings of all scans that looked at the port, the last one first. A scan that found the
   * machine down counts, whichever ports it looked at: the machine has no open port.
   */
  *portFindingsOf(
    address: Address,
    protocol: Protocol,
    port: number,
  ): Generator<PortFinding, void, undefined> {
    let isUp = false;
    for (const { scan, from, to, ports, unlisted } of this.machineFindingsOf(address)) {
      if (ports === undefined) {
        // If the machine was up again later, this says nothing new.
        if (!isUp) yield { from, to, port: undefined, isDown: true };
        continue;
      }
      isUp = true;
      const found = findPort(ports, protocol, port);
      if (found !== undefined) yield { from, to, port: found, isDown: false };
      else if (isListed(scan.ports[protocol], port)) {
        const state = unlistedState(protocol, unlisted);
        yield { from, to, port: state && { protocol, port, state }, isDown: false };
      }
    }
  }

  /** Returns the finding of the last scan that looked for the machine; undefined if none did. */
  machineFindingOf(address: Address): MachineFinding | undefined {
    return this.machineFindingsOf(address)[0];
  }

  /** Whether any scan found the machine up. */
  hasFoundUp(address: Address): boolean {
    return this.machineFindingsOf(address).some(({ isUp }) => isUp);
  }

  /** Returns the findings of all scans that looked for the machine, the last one first. */
  machineFindingsOf(address: Address): readonly IndexedFinding[] {
    if (this.#scans.length === 0) return [];
    const text = formatAddress(address);
    let findings = this.#byAddress.get(text);
    if (findings === undefined) {
      findings = this.#scans
        .flatMap(({ scan, hosts }): IndexedFinding[] => {
          const host = hosts.get(text);
          if (host === undefined && !isTarget(scan, address)) return [];
          const { from, to } = host ?? scan;
          const unlisted = host?.unlisted ?? [];
          return [{ from, to, scan, ports: host?.ports, unlisted, isUp: host !== undefined }];
        })
        .sort(compareFindings);
      this.#byAddress.set(text, findings);
    }
    return findings;
  }
}

/** The last one first; for two at the same time, the digest decides, so that the order is always the same. */
function compareFindings(a: IndexedFinding, b: IndexedFinding): number {
  return b.to - a.to || b.from - a.from || (a.scan.digest < b.scan.digest ? -1 : 1);
}

function findPort(ports: readonly ScannedPort[], protocol: Protocol, port: number): ScannedPort | undefined {
  const rank = PROTOCOLS.indexOf(protocol);
  const found = firstNotBelow(ports, (other) => {
    const otherRank = PROTOCOLS.indexOf(other.protocol);
    return otherRank < rank || (otherRank === rank && other.port < port);
  });
  return found?.protocol === protocol && found.port === port ? found : undefined;
}

/** Relies on targets that are disjoint and ascending, IPv4 before IPv6. */
function isTarget({ targets }: Scan, { family, value }: Address): boolean {
  const range = firstNotBelow<AddressRange>(
    targets,
    (other) => other.family < family || (other.family === family && other.last < value),
  );
  return range !== undefined && range.family === family && range.first <= value;
}

/**
 * Returns the state of a port that is not listed, as far as the states of unlisted ports show it, which are
 * those of all protocols together. A TCP port is never `open|filtered`: the TCP scans that report this state
 * count as not having looked.
 */
function unlistedState(protocol: Protocol, states: readonly PortState[]): PortState | undefined {
  const possible = protocol === 'tcp' ? states.filter((state) => state !== 'open|filtered') : states;
  const [first, ...others] = possible;
  if (others.length === 0) return first;
  return OPEN_STATES.find((state) => possible.includes(state)) ?? 'closed|filtered';
}

function isListed(ranges: readonly PortRange[], port: number): boolean {
  const range = firstNotBelow(ranges, ({ last }) => last < port);
  return range !== undefined && range.first <= port;
}

/**
 * Finds the first item that is not below, by binary search: there may be very many items. They are ascending.
 */
function firstNotBelow<Item>(items: readonly Item[], isBelow: (item: Item) => boolean): Item | undefined {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBelow(items[middle] as Item)) low = middle + 1;
    else high = middle;
  }
  return items[low];
}
