// The scans of an inventory, asked for single machines and ports: the last scan that looked there has the
// say.

import { type Address, type AddressRange, formatAddress } from '../ip/address.js';
import { type PortRange, PROTOCOLS, type Protocol } from '../ip/port.js';
import type { PortState, Scan, ScannedHost, ScannedPort } from './scan.js';

/** States in which a port may be open. */
const OPEN_STATES: readonly PortState[] = ['open', 'open|filtered', 'unfiltered'];

/** What a scan that looked for a machine found: that it is up, or that it did not answer. */
export interface MachineFinding {
  /**
   * Microseconds since the epoch. Of a machine that did not answer only the time of the whole scan is known.
   */
  readonly from: number;
  readonly to: number;
  readonly isUp: boolean;
}

/** What the last scan that looked at a port found there. */
export interface PortFinding {
  /** Microseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /**
   * Undefined where the scan does not list the port, nor say in which state such ports are: it is not open.
   */
  readonly port: ScannedPort | undefined;
  /** The machine did not answer at all. */
  readonly isDown: boolean;
}

interface IndexedScan {
  readonly scan: Scan;
  /** The machines that are up, by address. */
  readonly hosts: ReadonlyMap<string, ScannedHost>;
}

interface IndexedFinding extends MachineFinding {
  readonly scan: Scan;
  /** Of a machine that is up. */
  readonly ports: readonly ScannedPort[] | undefined;
  readonly unlisted: readonly PortState[];
}

export class ScanIndex {
  readonly #scans: readonly IndexedScan[];
  /** By address; of one that no scan looked for, an empty list. */
  readonly #byAddress = new Map<string, readonly IndexedFinding[]>();

  constructor(scans: readonly Scan[]) {
    this.#scans = scans.map((scan) => ({
      scan,
      hosts: new Map(scan.hosts.map((host) => [formatAddress(host.address), host])),
    }));
  }

  /** What the last scan found that looked there; undefined if none did. */
  portFindingOf(address: Address, protocol: Protocol, port: number): PortFinding | undefined {
    for (const finding of this.portFindingsOf(address, protocol, port)) return finding;
    return undefined;
  }

  /** The last one first. A machine that is down has no port that is open, whichever were looked at. */
  *portFindingsOf(
    address: Address,
    protocol: Protocol,
    port: number,
  ): Generator<PortFinding, void, undefined> {
    let isUp = false;
    for (const { scan, from, to, ports, unlisted } of this.machineFindingsOf(address)) {
      if (ports === undefined) {
        // Of a machine that was up again later this is no news.
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

  /** What the last scan found that looked for the machine; undefined if none did. */
  machineFindingOf(address: Address): MachineFinding | undefined {
    return this.machineFindingsOf(address)[0];
  }

  /** Whether any scan found the machine up. */
  hasFoundUp(address: Address): boolean {
    return this.machineFindingsOf(address).some(({ isUp }) => isUp);
  }

  /** What each scan found that looked for the machine, the last one first. */
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

/** Of two at the same time any may come first, as long as it is always the same one. */
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

/** Targets are disjoint and ascending, those of IPv4 first. */
function isTarget({ targets }: Scan, { family, value }: Address): boolean {
  const range = firstNotBelow<AddressRange>(
    targets,
    (other) => other.family < family || (other.family === family && other.last < value),
  );
  return range !== undefined && range.family === family && range.first <= value;
}

/**
 * The state of a port that is not listed, as far as these tell, which are of all protocols together; the
 * scans of TCP that cannot tell an open port count as not looking.
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

/** The first of ascending items that is not below what is looked for; there may be very many. */
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
