// Names addresses and ports, and decides which addresses are local. Knows nothing of files. Counting knows
// nothing of names: it only learns which addresses to keep.

import { type Address, type AddressRange, blockOf } from '../ip/address.js';
import type { Protocol } from '../ip/port.js';
import { buildRangeTable, lookUp, type RangeTable } from '../ip/range-table.js';
import type { HostEntry, Hosts, PortName } from './hosts.js';
import { findNameFault } from './name-rule.js';
import type { ExpectedPattern } from './patterns.js';
import { findRegisteredName } from './registry.js';

// The local addresses if hosts.yaml does not list any: those that cannot belong to anyone else on the
// Internet. RFC 1918, 3927 (link-local), 1122 3.2.1.3 (loopback); RFC 4291 2.5.3 and 2.5.6, 4193
// (unique-local). They are written as numbers because every run needs them, and parsing them would cost each
// run milliseconds.
export const DEFAULT_SCOPE: readonly AddressRange[] = [
  blockOf(4, 0x0a00_0000n, 8), // 10.0.0.0/8
  blockOf(4, 0xac10_0000n, 12), // 172.16.0.0/12
  blockOf(4, 0xc0a8_0000n, 16), // 192.168.0.0/16
  blockOf(4, 0xa9fe_0000n, 16), // 169.254.0.0/16
  blockOf(4, 0x7f00_0000n, 8), // 127.0.0.0/8
  blockOf(6, 1n, 128), // ::1
  blockOf(6, 0xfe80n << 112n, 10), // fe80::/10
  blockOf(6, 0xfc00n << 112n, 7), // fc00::/7
];

/** nmap's name for a port whose service it does not know. */
const NMAP_UNKNOWN = 'unknown';
/** nmap's name for a service that accepts every connection and closes it at once. */
const NMAP_WRAPPED = 'tcpwrapped';

/** A service as a scan found it. */
export interface FoundService {
  readonly protocol: Protocol;
  /** The scanner's name for it. */
  readonly name?: string | undefined;
  /** Whether this name comes from the service's own answers, and not from a list of ports. */
  readonly isProbed?: boolean | undefined;
}

const TCP_PORT: FoundService = { protocol: 'tcp' };

/** The names of addresses and ports, and the local addresses: `loadNames` makes one from a hosts file. */
export class Names {
  /** Changes that are not reported. */
  readonly expected: readonly ExpectedPattern[];
  readonly #local: readonly AddressRange[];
  readonly #hosts: readonly HostEntry[];
  readonly #localTable: RangeTable<true>;
  readonly #hostTable: RangeTable<HostEntry>;
  readonly #givenTable: RangeTable<HostEntry>;
  readonly #services: RangeTable<string>;
  readonly #portNames: readonly PortName[];
  readonly #ownServices = new Map<HostEntry, RangeTable<string>>();
  readonly #findRegistered: (port: number) => string | undefined;

  /**
   * @param hosts the contents of a hosts file, from `parseHosts`
   * @param findRegistered names the TCP ports that `hosts` does not; by default from the list that ships
   */
  constructor(hosts: Hosts, findRegistered: (port: number) => string | undefined = findRegisteredName) {
    this.expected = hosts.expected;
    this.#local = hosts.local ?? DEFAULT_SCOPE;
    const { given = [] } = hosts;
    this.#hosts = [...hosts.hosts, ...given];
    this.#localTable = buildAddressTable(this.#local.map((range) => ({ range, tag: true })));
    this.#hostTable = buildHostTable(hosts.hosts);
    this.#givenTable = buildHostTable(given);
    this.#services = buildPortTable(hosts.services);
    this.#portNames = hosts.services;
    this.#findRegistered = findRegistered;
  }

  /**
   * Returns the machine's name: that of the narrowest named range around the address, and of equally narrow
   * ones the first in the file. Only an address that hosts.yaml does not name is looked up in the files of
   * `names_from`. Undefined if it has none.
   */
  nameOf(address: Address): string | undefined {
    return this.#hostOf(address)?.name;
  }

  /** Whether machines have this name. */
  isName(text: string): boolean {
    return this.#hosts.some(({ name }) => name === text);
  }

  /** Whether the address is local. An address with a name need not be. */
  isLocal(address: Address): boolean {
    return lookUp(this.#localTable, toKey(address.family, address.value)) === true;
  }

  /**
   * Returns every range that is local or has a name, as written, so they may overlap. The tally keeps these
   * addresses; every other address is remote.
   * @internal
   */
  rangesToKeep(): AddressRange[] {
    return [...this.#local, ...this.#hosts.flatMap((host) => host.ranges)];
  }

  /**
   * Returns the names of machines and services that the hosts file gives, each once, in its order.
   * @internal
   */
  listNames(): { readonly machines: readonly string[]; readonly services: readonly string[] } {
    const ports = [...this.#portNames, ...this.#hosts.flatMap(({ services }) => services)];
    return {
      machines: [...new Set(this.#hosts.map(({ name }) => name))],
      services: [...new Set(ports.map(({ name }) => name))],
    };
  }

  /**
   * Returns the name of the service on a port of `server`, a TCP port by default. The first of these that has
   * a name decides: the services of the server's own entry in hosts.yaml, the `services` of hosts.yaml, which
   * hold for every protocol, the service's own answer to a scan, the registry, which lists TCP ports only,
   * the scanner's guess. If none has one, the name is `up:PORT`.
   * @param server undefined stands for every remote server
   */
  serviceNameOf(server: Address | undefined, port: number, found: FoundService = TCP_PORT): string {
    const key = BigInt(port);
    const host = server && this.#hostOf(server);
    const scanned = readScannedName(found.name);
    const isProbed = found.isProbed === true && scanned !== NMAP_WRAPPED;
    return (
      (host && lookUp(this.#ownServicesOf(host), key)) ??
      lookUp(this.#services, key) ??
      (isProbed ? scanned : undefined) ??
      (found.protocol === 'tcp' ? this.#findRegistered(port) : undefined) ??
      scanned ??
      `up:${port}`
    );
  }

  #hostOf(address: Address): HostEntry | undefined {
    const key = toKey(address.family, address.value);
    return lookUp(this.#hostTable, key) ?? lookUp(this.#givenTable, key);
  }

  #ownServicesOf(host: HostEntry): RangeTable<string> {
    const known = this.#ownServices.get(host);
    if (known !== undefined) return known;
    const table = buildPortTable(host.services);
    this.#ownServices.set(host, table);
    return table;
  }
}

// A scan's file may come from anywhere, so its names must keep the rule that holds for all others. Scanners have no
// names with spaces.
function readScannedName(name: string | undefined): string | undefined {
  if (name === undefined || name === NMAP_UNKNOWN || name.includes(' ')) return undefined;
  return findNameFault(name) === undefined ? name : undefined;
}

function buildHostTable(hosts: readonly HostEntry[]): RangeTable<HostEntry> {
  return buildAddressTable(hosts.flatMap((host) => host.ranges.map((range) => ({ range, tag: host }))));
}

function buildAddressTable<T>(entries: readonly { range: AddressRange; tag: T }[]): RangeTable<T> {
  return buildRangeTable(
    entries.map(({ range: { family, first, last }, tag }) => ({
      first: toKey(family, first),
      last: toKey(family, last),
      tag,
    })),
  );
}

function buildPortTable(names: readonly PortName[]): RangeTable<string> {
  return buildRangeTable(
    names.map(({ first, last, name }) => ({ first: BigInt(first), last: BigInt(last), tag: name })),
  );
}

// Puts both families on one number line: all of IPv4, then all of IPv6.
function toKey(family: 4 | 6, value: bigint): bigint {
  return family === 4 ? value : value + (1n << 32n);
}
