// Collects what a report says of machines: those that are up with their ports, those that were looked at, and those
// that nothing is known of. In memory that goes with the open and listed ports, and has a ceiling.

import { PORT_STATES, type PortState, type ScannedHost, type ScannedPort } from '../../inventory/scan.js';
import { type Address, type AddressRange, compareAddresses } from '../../ip/address.js';
import { mergeRanges } from '../../ip/merge-ranges.js';
import { PROTOCOLS } from '../../ip/port.js';
import type { HostElement } from './host.js';
import { Fault } from './syntax.js';

/** A /16 with 15 ports each takes some 200 MB, as many machines with one port each 700 MB. */
const MAX_PORTS = 1_000_000;
/** Machines that are up, and rows of machines that are down. */
const MAX_HOSTS = 1_000_000;

interface Machine {
  readonly address: Address;
  start: number | undefined;
  end: number | undefined;
  /** In the order of the document. */
  ports: ScannedPort[];
  unlisted: ReadonlySet<PortState>;
}

export class HostCollection {
  /** How many hosts of the document are in it, and how many of them were up. */
  size: number = 0;
  up: number = 0;
  /** The earliest and the latest time of any machine; Infinity and -Infinity without one. */
  first: number = Number.POSITIVE_INFINITY;
  last: number = Number.NEGATIVE_INFINITY;
  readonly #machines = new Map<number | bigint, Machine>();
  readonly #listed = new RangeRow();
  readonly #unknown = new RangeRow();
  #ports = 0;

  /** Takes all of a host, or nothing. @throws Fault */
  add(host: HostElement): void {
    const { state, addresses, ports, unlisted, start = host.end, end = host.start } = host;
    const isUp = state === 'up' && !host.isTimedOut;
    this.#makeRoom(addresses.length, isUp ? ports.length : 0);
    const seen = isUp || state === 'down' ? this.#listed : this.#unknown;
    for (const address of addresses) {
      seen.add(address);
      if (isUp) this.#addMachine({ address, start, end, ports, unlisted });
    }
    this.size += 1;
    if (state === 'up') this.up += 1;
  }

  /** Up or down. */
  listed(): AddressRange[] {
    return this.#listed.merged();
  }

  /** Given up, skipped or never tried. */
  unknown(): AddressRange[] {
    return this.#unknown.merged();
  }

  /** By address. Machines without times get these. */
  machines(from: number, to: number): ScannedHost[] {
    return [...this.#machines.values()]
      .sort((a, b) => compareAddresses(a.address, b.address))
      .map(({ address, start = from, end = to, ports, unlisted }) => ({
        address,
        from: Math.min(start, end),
        to: Math.max(start, end),
        ports: sortPorts(ports),
        ...(unlisted.size === 0 ? {} : { unlisted: PORT_STATES.filter((state) => unlisted.has(state)) }),
      }));
  }

  /** Each of the addresses gets all of the ports. */
  #makeRoom(addresses: number, ports: number): void {
    this.#ports += addresses * ports;
    if (this.#ports > MAX_PORTS) throw new Fault(`found more than ${MAX_PORTS} ports, expected fewer`);
    const size = Math.max(this.#machines.size, this.#listed.size, this.#unknown.size);
    if (size + addresses > MAX_HOSTS) {
      throw new Fault(`found more than ${MAX_HOSTS} machines apart from each other, expected fewer`);
    }
  }

  #addMachine({ address, start, end, ports, unlisted }: Machine): void {
    this.first = Math.min(this.first, start ?? this.first);
    this.last = Math.max(this.last, end ?? this.last);
    // As a number it takes less; the two kinds are never equal.
    const key = address.family === 4 ? Number(address.value) : address.value;
    const known = this.#machines.get(key);
    if (known === undefined) {
      this.#machines.set(key, { address, start, end, ports: [...ports], unlisted });
      return;
    }
    known.start = known.start === undefined ? start : Math.min(known.start, start ?? known.start);
    known.end = known.end === undefined ? end : Math.max(known.end, end ?? known.end);
    for (const port of ports) known.ports.push(port);
    if (unlisted.size > 0) known.unlisted = new Set([...known.unlisted, ...unlisted]);
  }
}

/** Addresses one after the other, joined as long as they follow on each other. */
class RangeRow {
  readonly #ranges: { family: 4 | 6; first: bigint; last: bigint }[] = [];

  get size(): number {
    return this.#ranges.length;
  }

  add({ family, value }: Address): void {
    const last = this.#ranges.at(-1);
    if (last !== undefined && last.family === family && (value === last.last || value === last.last + 1n)) {
      last.last = value;
      return;
    }
    this.#ranges.push({ family, first: value, last: value });
  }

  merged(): AddressRange[] {
    return mergeRanges(this.#ranges);
  }
}

/** By protocol and port, each once: of several the last. */
function sortPorts(ports: readonly ScannedPort[]): ScannedPort[] {
  const rank = ({ protocol, port }: ScannedPort): number => PROTOCOLS.indexOf(protocol) * 65_536 + port;
  const sorted = ports.toSorted((a, b) => rank(a) - rank(b));
  return sorted.filter((port, at) => {
    const next = sorted[at + 1];
    return next === undefined || rank(next) !== rank(port);
  });
}
