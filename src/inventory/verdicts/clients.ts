// Finds patterns across the services of a client, which say more about each than its own handshakes: scans, tarpits, FTP,
// and ends that connect to each other.

import { type Address, formatAddress } from '../../ip/address.js';
import { handshakesOf, type RowEvidence } from '../../tally/row-evidence.js';
import type { Evidence, Service, Use } from '../evidence.js';

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

interface Touch {
  readonly use: Use;
  readonly service: Service;
}

/** Whether a use has few handshakes per client, none of which carried data. */
function isSmall({ count, evidence }: Use, clients = 1): boolean {
  if (evidence === undefined || evidence.data > 0) return false;
  return handshakesOf(count, evidence) <= FEW_HANDSHAKES * clients;
}

export class Clients {
  readonly #hasName: (service: Service) => boolean;
  /** The services that each client uses. */
  readonly #touches = new Map<string, Touch[]>();
  /** The same by server, for clients that others connected to: any number of these may ask for the same client. */
  readonly #opposite = new Map<string, ReadonlyMap<string, readonly Touch[]>>();
  readonly #scanned = new Set<Use>();
  /** The scanned uses whose client sends SYNs as no operating system does, wherever that shows. */
  readonly #plainlyScanned = new Set<Use>();
  /** The scanners, undefined for a remote machine, and how many services they touched. */
  readonly scans: { readonly client: Address | undefined; readonly services: number }[] = [];
  /** The hashes of remote clients, which are all that is known of them, of services that have few. */
  readonly #remoteHashes = new Map<Use, readonly number[]>();
  readonly #mutual = new Set<Use>();
  /** Servers that answer on all ports. */
  readonly #tarpits = new Set<string>();
  /** The uses by which they were found. */
  readonly #trapped = new Set<Use>();
  /** Clients and servers of FTP. */
  readonly #ftp = new Set<string>();
  /** Servers that send SYN-ACKs with options. */
  readonly #withOptions = new Set<string>();

  /** `hasName` says whether a port is known for a service. */
  constructor({ services }: Evidence, hasName: (service: Service) => boolean) {
    this.#hasName = hasName;
    const remote = new Map<number, Touch[]>();
    for (const service of services) {
      for (const use of service.uses) {
        const { client, count, evidence } = use;
        if (evidence === undefined) continue;
        if (evidence.plain < handshakesOf(count, evidence)) this.#withOptions.add(serverOf(service));
        if (client === undefined) {
          for (const hash of this.#remoteClientsOf(use, service)) pushTo(remote, hash, { use, service });
          continue;
        }
        pushTo(this.#touches, formatAddress(client), { use, service });
        if (service.port === FTP_PORT) this.#ftp.add(pairOf(client, service));
      }
    }
    for (const touches of this.#touches.values()) {
      this.#findPairs(touches);
      const others = touches.filter(({ use, service }) => !this.isFtpData(use, service));
      if (!isScanner(others)) continue;
      const scanned = others.filter(({ use }) => isSmall(use));
      const isPlain = scanned.some((touch) => this.#showsPlain(touch));
      for (const { use } of scanned) {
        this.#scanned.add(use);
        if (isPlain) this.#plainlyScanned.add(use);
      }
      this.scans.push({ client: touches[0]?.use.client, services: scanned.length });
    }
    const scanners = new Set<number>();
    const plainScanners = new Set<number>();
    for (const [hash, touches] of remote) {
      const others = touches.filter(({ use, service }) => !this.isFtpData(use, service));
      if (!isRemoteScanner(others)) continue;
      scanners.add(hash);
      const alone = others.filter(({ service }) => service.remoteClients?.size === 1);
      if (alone.some((touch) => this.#showsPlain(touch))) plainScanners.add(hash);
      this.scans.push({ client: undefined, services: others.length });
    }
    for (const [use, hashes] of this.#remoteHashes) {
      if (!isSmall(use, hashes.length) || !hashes.every((hash) => scanners.has(hash))) continue;
      this.#scanned.add(use);
      if (hashes.every((hash) => plainScanners.has(hash))) this.#plainlyScanned.add(use);
    }
  }

  /** The hashes of the clients of a use by remote machines, if these are few. */
  #remoteClientsOf(use: Use, { remoteClients }: Service): readonly number[] {
    const hashes = [...(remoteClients?.hashes ?? [])];
    if (hashes.length === 0 || hashes.length > MAX_REMOTE_CLIENTS) return [];
    this.#remoteHashes.set(use, hashes);
    return hashes;
  }

  /** Whether the server also sends SYN-ACKs with options, so that those without any answer a SYN without any. */
  hasOptions(service: Service): boolean {
    return this.#withOptions.has(serverOf(service));
  }

  /** Whether the client touched many services as this one. */
  isScan(use: Use): boolean {
    return this.#scanned.has(use);
  }

  /**
   * Whether such a client sends SYNs without options, as no operating system does. Only servers that otherwise answer with
   * options show it, but it is then true of the client's SYNs to the others.
   */
  isPlainScan(use: Use): boolean {
    return this.#plainlyScanned.has(use) && isAllPlain(use);
  }

  #showsPlain({ use, service }: Touch): boolean {
    return this.hasOptions(service) && isAllPlain(use);
  }

  /** Whether both ends connected to each other. */
  isMutual(use: Use): boolean {
    return this.#mutual.has(use);
  }

  isTarpit(use: Use, service: Service): boolean {
    return this.#trapped.has(use) || (isSmall(use) && this.#tarpits.has(serverOf(service)));
  }

  /** Whether all handshakes are those of FTP data, from port 20 or between ends that also use FTP's control port. */
  isFtpData(use: Use, service: Service): boolean {
    const { count, evidence } = use;
    if (evidence === undefined) return false;
    const handshakes = handshakesOf(count, evidence);
    if (handshakes === 0) return false;
    if (evidence.port20 === handshakes) return true;
    const isLikeData = service.port >= FIRST_UNPRIVILEGED_PORT && handshakes <= FEW_HANDSHAKES;
    return isLikeData && this.#usesFtp(use, service) && !this.#hasName(service);
  }

  /** Whether the client also uses FTP's control port of the same server. */
  #usesFtp({ client }: Use, service: Service): boolean {
    return client !== undefined && this.#ftp.has(pairOf(client, service));
  }

  /** Finds what the client does with each server. */
  #findPairs(touches: readonly Touch[]): void {
    for (const [server, pair] of groupByServer(touches)) {
      const empty = pair.filter(({ use: { evidence } }) => evidence?.data === 0);
      if (server !== '' && empty.length >= TARPIT_PORTS && empty.length === pair.length) {
        this.#tarpits.add(server);
        for (const { use } of empty) this.#trapped.add(use);
      }
      const mutual = pair.filter(({ use: { evidence } }) => evidence !== undefined && evidence.mutual > 0);
      this.#findMutual(server, mutual);
    }
  }

  /**
   * The first SYN-ACK of a simultaneous open looks like any other, so the rows of the other direction that have no more
   * handshakes than there were such opens are theirs, those with the highest ports first.
   */
  #findMutual(server: string, mutual: readonly Touch[]): void {
    if (mutual.length === 0) return;
    let opens = 0;
    let client = '';
    for (const { use } of mutual) {
      opens += (use.evidence as RowEvidence).mutual;
      if (handshakesOf(use.count, use.evidence as RowEvidence) === 0) this.#mutual.add(use);
      client = formatAddress(use.client as Address);
    }
    const opposite = this.#touchesOf(server, client)
      .filter(({ service }) => service.port >= FIRST_UNPRIVILEGED_PORT)
      .sort((a, b) => b.service.port - a.service.port);
    for (const { use } of opposite) {
      const handshakes = handshakesOf(use.count, use.evidence as RowEvidence);
      if (handshakes > opens) continue;
      opens -= handshakes;
      this.#mutual.add(use);
    }
  }

  #touchesOf(client: string, server: string): readonly Touch[] {
    let servers = this.#opposite.get(client);
    if (servers === undefined) {
      servers = groupByServer(this.#touches.get(client) ?? []);
      this.#opposite.set(client, servers);
    }
    return servers.get(server) ?? [];
  }
}

/** Whether no SYN of a use had options, as far as the SYN-ACKs show it. */
function isAllPlain({ count, evidence }: Use): boolean {
  return evidence !== undefined && evidence.plain > 0 && evidence.plain === handshakesOf(count, evidence);
}

function groupByServer(touches: readonly Touch[]): ReadonlyMap<string, readonly Touch[]> {
  const servers = new Map<string, Touch[]>();
  for (const touch of touches) pushTo(servers, serverOf(touch.service), touch);
  return servers;
}

function pairOf(client: Address, service: Service): string {
  return `${formatAddress(client)} ${serverOf(service)}`;
}

function serverOf({ address }: Service): string {
  return address === undefined ? '' : formatAddress(address);
}

function pushTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** Whether most services were touched little, and several of them shortly after one another. */
function isScanner(touches: readonly Touch[]): boolean {
  return touches.length >= MIN_SCANNED && areScanned(touches, MIN_SCANNED);
}

/** The same for a remote machine. Where it shares a use with others, its part is not known, so the rest decides. */
function isRemoteScanner(touches: readonly Touch[]): boolean {
  const alone = touches.filter(({ service }) => service.remoteClients?.size === 1);
  return touches.length >= MIN_SCANNED && areScanned(alone, MIN_SCANNED - 1);
}

function areScanned(touches: readonly Touch[], least: number): boolean {
  const small = touches.filter(({ use }) => isSmall(use));
  if (small.length < least || small.length < touches.length * SCANNED_SHARE) return false;
  const times = small.map(({ use }) => use.firstSeen).sort((a, b) => a - b);
  return times.some((time, at) => at >= least - 1 && time - (times[at - least + 1] as number) <= SCAN_TIME);
}
