// Collects the machines of a report: those that are up, with their ports; all that were scanned; and those about which
// nothing is known. Memory grows with the number of listed ports, and has a ceiling.

import { PORT_STATES, type PortState, type ScannedHost, type ScannedPort } from '../../inventory/scan.js';
import { type Address, type AddressRange, compareAddresses } from '../../ip/address.js';
import { mergeRanges } from '../../ip/merge-ranges.js';
import { PROTOCOLS } from '../../ip/port.js';
import type { HostElement } from './host.js';
import { Fault } from './syntax.js';

/** A /16 whose machines have 15 ports each takes about 200 MB; this number of machines with one port each, 700 MB. */
const MAX_PORTS = 1_000_000;
/** Machines that are up, and ranges of machines that are down. */
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
  /** The number of hosts in the document, and of those that are up. */
  size: number = 0;
  up: number = 0;
  /** The earliest and the latest time of any machine; Infinity and -Infinity if there is none. */
  first: number = Number.POSITIVE_INFINITY;
  last: number = Number.NEGATIVE_INFINITY;
  readonly #machines = new Map<number | bigint, Machine>();
  readonly #listed = new AddressSet();
  readonly #unknown = new AddressSet();
  #ports = 0;

  /** Adds a host completely, or not at all. @throws Fault if there are too many */
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

  /** The machines that are up or down. */
  listed(): AddressRange[] {
    return this.#listed.merged();
  }

  /** The machines that nmap gave up, skipped or never tried. */
  unknown(): AddressRange[] {
    return this.#unknown.merged();
  }

  /** The machines that are up, by address. Those without times get these. */
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

  /** Each of the addresses has all of the ports. */
  #makeRoom(addresses: number, ports: number): void {
    this.#ports += addresses * ports;
    if (this.#ports > MAX_PORTS) throw new Fault(`found more than ${MAX_PORTS} ports, expected fewer`);
    const size = Math.max(this.#machines.size, this.#listed.size, this.#unknown.size);
    if (size + addresses > MAX_HOSTS) {
      throw new Fault(`found more than ${MAX_HOSTS} separate machines or ranges of machines, expected fewer`);
    }
  }

  #addMachine({ address, start, end, ports, unlisted }: Machine): void {
    this.first = Math.min(this.first, start ?? this.first);
    this.last = Math.max(this.last, end ?? this.last);
    // A number takes less memory, and never equals a bigint as a key.
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

/** A set of addresses. Consecutive ones that are added in their order form one range. */
class AddressSet {
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

/** Sorts ports by protocol and number; of several entries for a port, the last remains. */
function sortPorts(ports: readonly ScannedPort[]): ScannedPort[] {
  const rank = ({ protocol, port }: ScannedPort): number => PROTOCOLS.indexOf(protocol) * 65_536 + port;
  const sorted = ports.toSorted((a, b) => rank(a) - rank(b));
  return sorted.filter((port, at) => {
    const next = sorted[at + 1];
    return next === undefined || rank(next) !== rank(port);
  });
}
