// Finds patterns across the services of a client, which say more about each than its own handshakes: scans, tarpits, FTP,
// and ends that connect to each other.

import type { Address } from '../../ip/address.js';
import { DATA, MUTUAL, PLAIN, PORT_20 } from '../../tally/layout.js';
import type { RowCounters } from '../../tally/row-counters.js';
import type { Evidence, Service } from '../evidence.js';
import type { UseTable } from '../use-table.js';

/** A client of a scan touches at least this many services, and most of them with few handshakes, in this time. */
const MIN_SCANNED = 4;
const SCANNED_SHARE = 0.8;
const SCAN_TIME = 15 * 60 * 1e6;
const FEW_HANDSHAKES = 2;
/** Services with more remote clients are not searched for scans: this bounds memory. */
const MAX_REMOTE_CLIENTS = 8;
/** A server that answered one client on this number of ports, without any data, answers on all of them. */
const TARPIT_PORTS = 25;
/** FTP and simultaneous opens use ports that any program may take. */
const FIRST_UNPRIVILEGED_PORT = 1024;
/** FTP's control port, RFC 959. */
const FTP_PORT = 21;
/** Marks of scanned uses: of any, and of those whose client sends SYNs as no operating system does, wherever that shows. */
const SCANNED = 1;
const PLAINLY_SCANNED = 2;

/** Knows nothing without evidence. Uses are given by the numbers of their rows. */
export class Clients {
  readonly #hasName: (service: Service) => boolean;
  readonly #table: UseTable;
  readonly #counters: RowCounters | undefined;
  /** The service of each row, by the number that the table gives it. */
  readonly #services: readonly (Service | undefined)[];
  /** The rows of each client whose evidence is known, by the number of the machine. */
  readonly #touches = new Map<number, number[]>();
  /** The same by server, for clients that others connected to: any number of these may ask for the same client. */
  readonly #opposite = new Map<number, ReadonlyMap<number, readonly number[]>>();
  readonly #scanned: Uint8Array;
  /** The scanners, undefined for a remote machine, and how many services they touched. */
  readonly scans: { readonly client: Address | undefined; readonly services: number }[] = [];
  /** The hashes of remote clients, which are all that is known of them, of services that have few. */
  readonly #remoteHashes = new Map<number, readonly number[]>();
  readonly #mutual: Uint8Array;
  /** Machines that answer on all ports, and the rows by which they were found. */
  readonly #tarpits: Uint8Array;
  readonly #trapped: Uint8Array;
  /** Clients and servers of FTP. */
  readonly #ftp = new Set<number>();
  /** Machines that send SYN-ACKs with options. */
  readonly #withOptions: Uint8Array;

  /** `hasName` says whether a port is known for a service. */
  constructor(evidence: Evidence, hasName: (service: Service) => boolean) {
    const { table, services } = evidence;
    this.#hasName = hasName;
    this.#table = table;
    this.#counters = table.counters;
    this.#services = servicesByNumber(services, table);
    this.#scanned = new Uint8Array(table.size);
    this.#mutual = new Uint8Array(table.size);
    this.#trapped = new Uint8Array(table.size);
    this.#tarpits = new Uint8Array(table.addresses.length);
    this.#withOptions = new Uint8Array(table.addresses.length);
    if (this.#counters === undefined) return;
    const remote = this.#noteTouches(services, this.#counters);
    this.#findLocalScans();
    this.#findRemoteScans(remote);
  }

  /** Returns the rows of each remote client. */
  #noteTouches(services: readonly Service[], counters: RowCounters): Map<number, number[]> {
    const { clients } = this.#table;
    const remote = new Map<number, number[]>();
    for (const service of services) {
      for (const { row } of service.uses) {
        if (!counters.isKnown(row)) continue;
        const server = this.#table.serverOf(row);
        if (counters.get(row, PLAIN) < this.#handshakesOf(row)) this.#withOptions[server] = 1;
        const client = clients[row] as number;
        if (client === 0) {
          for (const hash of this.#remoteClientsOf(row, service)) pushTo(remote, hash, row);
          continue;
        }
        pushTo(this.#touches, client, row);
        if (service.port === FTP_PORT) this.#ftp.add(this.#pairOf(row));
      }
    }
    return remote;
  }

  #findLocalScans(): void {
    for (const [client, touches] of this.#touches) {
      this.#findPairs(touches);
      if (touches.length < MIN_SCANNED) continue;
      const others = touches.filter((row) => !this.isFtpData(row));
      if (others.length < MIN_SCANNED || !this.#areScanned(others, MIN_SCANNED)) continue;
      const scanned = others.filter((row) => this.#isSmall(row));
      const mark = scanned.some((row) => this.#showsPlain(row)) ? PLAINLY_SCANNED : SCANNED;
      for (const row of scanned) this.#scanned[row] = mark;
      this.scans.push({ client: this.#table.addresses[client], services: scanned.length });
    }
  }

  /** @param remote the rows of each remote client */
  #findRemoteScans(remote: ReadonlyMap<number, readonly number[]>): void {
    const scanners = new Set<number>();
    const plainScanners = new Set<number>();
    for (const [hash, touches] of remote) {
      if (touches.length < MIN_SCANNED) continue;
      const others = touches.filter((row) => !this.isFtpData(row));
      // Where it shares a use with others, its part is not known, so the rest decides.
      const alone = others.filter((row) => this.#serviceOf(row).remoteClients?.size === 1);
      if (others.length < MIN_SCANNED || !this.#areScanned(alone, MIN_SCANNED - 1)) continue;
      scanners.add(hash);
      if (alone.some((row) => this.#showsPlain(row))) plainScanners.add(hash);
      this.scans.push({ client: undefined, services: others.length });
    }
    for (const [row, hashes] of this.#remoteHashes) {
      if (!this.#isSmall(row, hashes.length) || !hashes.every((hash) => scanners.has(hash))) continue;
      const isPlain = hashes.every((hash) => plainScanners.has(hash));
      this.#scanned[row] = isPlain ? PLAINLY_SCANNED : SCANNED;
    }
  }

  /** The hashes of the clients of a row by remote machines, if these are few. */
  #remoteClientsOf(row: number, { remoteClients }: Service): readonly number[] {
    const hashes = [...(remoteClients?.hashes ?? [])];
    if (hashes.length === 0 || hashes.length > MAX_REMOTE_CLIENTS) return [];
    this.#remoteHashes.set(row, hashes);
    return hashes;
  }

  /** Whether the server also sends SYN-ACKs with options, so that those without any answer a SYN without any. */
  hasOptions(row: number): boolean {
    return this.#withOptions[this.#table.serverOf(row)] === 1;
  }

  /** Whether the client touched many services as this one. */
  isScan(row: number): boolean {
    return this.#scanned[row] !== 0;
  }

  /**
   * Whether such a client sends SYNs without options, as no operating system does. Only servers that otherwise answer with
   * options show it, but it is then true of the client's SYNs to the others.
   */
  isPlainScan(row: number): boolean {
    return this.#scanned[row] === PLAINLY_SCANNED && this.#isAllPlain(row);
  }

  #showsPlain(row: number): boolean {
    return this.hasOptions(row) && this.#isAllPlain(row);
  }

  /** Whether both ends connected to each other. */
  isMutual(row: number): boolean {
    return this.#mutual[row] === 1;
  }

  isTarpit(row: number): boolean {
    if (this.#trapped[row] === 1) return true;
    return this.#tarpits[this.#table.serverOf(row)] === 1 && this.#isSmall(row);
  }

  /** Whether all handshakes are those of FTP data, from port 20 or between ends that also use FTP's control port. */
  isFtpData(row: number): boolean {
    const handshakes = this.#handshakesOf(row);
    if (handshakes === 0) return false;
    if (this.#get(row, PORT_20) === handshakes) return true;
    if (this.#table.portOf(row) < FIRST_UNPRIVILEGED_PORT || handshakes > FEW_HANDSHAKES) return false;
    return this.#usesFtp(row) && !this.#hasName(this.#serviceOf(row));
  }

  /** Whether the client also uses FTP's control port of the same server. */
  #usesFtp(row: number): boolean {
    return this.#ftp.size > 0 && this.#table.clients[row] !== 0 && this.#ftp.has(this.#pairOf(row));
  }

  #pairOf(row: number): number {
    return (this.#table.clients[row] as number) * this.#table.addresses.length + this.#table.serverOf(row);
  }

  #serviceOf(row: number): Service {
    return this.#services[this.#table.services[row] as number] as Service;
  }

  #get(row: number, counter: number): number {
    return (this.#counters as RowCounters).get(row, counter);
  }

  #handshakesOf(row: number): number {
    return (this.#counters as RowCounters).handshakesOf(row, this.#table.counts[row] as number);
  }

  /** Whether a row has few handshakes per client, none of which carried data. */
  #isSmall(row: number, clients = 1): boolean {
    return this.#get(row, DATA) === 0 && this.#handshakesOf(row) <= FEW_HANDSHAKES * clients;
  }

  /** Whether no SYN of a row had options, as far as the SYN-ACKs show it. */
  #isAllPlain(row: number): boolean {
    const plain = this.#get(row, PLAIN);
    return plain > 0 && plain === this.#handshakesOf(row);
  }

  /** Whether most services were touched little, and several of them shortly after one another. */
  #areScanned(touches: readonly number[], least: number): boolean {
    const small = touches.filter((row) => this.#isSmall(row));
    if (small.length < least || small.length < touches.length * SCANNED_SHARE) return false;
    const times = Float64Array.from(small, (row) => this.#table.firsts[row] as number).sort();
    return times.some((time, at) => at >= least - 1 && time - (times[at - least + 1] as number) <= SCAN_TIME);
  }

  /** Finds what the client does with each server. */
  #findPairs(touches: readonly number[]): void {
    const isMutual = (row: number): boolean => this.#get(row, MUTUAL) > 0;
    if (touches.length < TARPIT_PORTS && !touches.some(isMutual)) return;
    for (const [server, pair] of this.#byServer(touches)) {
      if (server !== 0 && pair.length >= TARPIT_PORTS && pair.every((row) => this.#get(row, DATA) === 0)) {
        this.#tarpits[server] = 1;
        for (const row of pair) this.#trapped[row] = 1;
      }
      this.#findMutual(server, pair.filter(isMutual));
    }
  }

  /**
   * The first SYN-ACK of a simultaneous open looks like any other, so the rows of the other direction that have no more
   * handshakes than there were such opens are theirs, those with the highest ports first.
   */
  #findMutual(server: number, mutual: readonly number[]): void {
    const [first] = mutual;
    if (first === undefined) return;
    let opens = 0;
    for (const row of mutual) {
      opens += this.#get(row, MUTUAL);
      if (this.#handshakesOf(row) === 0) this.#mutual[row] = 1;
    }
    const portOf = (row: number): number => this.#table.portOf(row);
    const opposite = this.#touchesOf(server, this.#table.clients[first] as number)
      .filter((row) => portOf(row) >= FIRST_UNPRIVILEGED_PORT)
      .sort((a, b) => portOf(b) - portOf(a));
    for (const row of opposite) {
      const handshakes = this.#handshakesOf(row);
      if (handshakes > opens) continue;
      opens -= handshakes;
      this.#mutual[row] = 1;
    }
  }

  #touchesOf(client: number, server: number): readonly number[] {
    let servers = this.#opposite.get(client);
    if (servers === undefined) {
      servers = this.#byServer(this.#touches.get(client) ?? []);
      this.#opposite.set(client, servers);
    }
    return servers.get(server) ?? [];
  }

  #byServer(touches: readonly number[]): ReadonlyMap<number, readonly number[]> {
    const servers = new Map<number, number[]>();
    for (const row of touches) pushTo(servers, this.#table.serverOf(row), row);
    return servers;
  }
}

function servicesByNumber(services: readonly Service[], table: UseTable): (Service | undefined)[] {
  const byNumber: (Service | undefined)[] = table.knownServices.map(() => undefined);
  for (const service of services) {
    const [use] = service.uses;
    if (use !== undefined) byNumber[table.services[use.row] as number] = service;
  }
  return byNumber;
}

function pushTo(map: Map<number, number[]>, key: number, value: number): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
