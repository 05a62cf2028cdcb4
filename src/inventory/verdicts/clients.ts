// What a client does with several services, which says more about each than its own handshakes: scans, tarpits, FTP, and
// ends that connect to each other.

import { type Address, formatAddress } from '../../ip/address.js';
import { handshakesOf } from '../../tally/row-evidence.js';
import type { Evidence, Service, Use } from '../evidence.js';

/** A client of a scan touches at least this many services, and most of them with few handshakes, in this time. */
const MIN_SCANNED = 4;
const SCANNED_SHARE = 0.8;
const SCAN_TIME = 15 * 60 * 1e6;
export const FEW_HANDSHAKES = 2;
/** A server that answered one client on so many ports, without any data, answers on all of them. */
const TARPIT_PORTS = 25;
const FIRST_UNPRIVILEGED_PORT = 1024;
/** FTP's control port, RFC 959. */
const FTP_PORT = 21;

interface Touch {
  readonly use: Use;
  readonly service: Service;
}

/** Whether a use has few handshakes, none of which carried data. */
export function isSmall({ count, evidence }: Use): boolean {
  return evidence !== undefined && evidence.data === 0 && handshakesOf(count, evidence) <= FEW_HANDSHAKES;
}

export class Clients {
  /** The services that each client uses. */
  readonly #touches = new Map<string, Touch[]>();
  readonly #scanned = new Set<Use>();
  readonly #mutual = new Set<Use>();
  /** Servers that answer on all ports. */
  readonly #tarpits = new Set<string>();
  /** The uses by which they were found. */
  readonly #trapped = new Set<Use>();
  /** Clients and servers of FTP. */
  readonly #ftp = new Set<string>();
  /** Servers that send SYN-ACKs with options. */
  readonly #withOptions = new Set<string>();

  constructor({ services }: Evidence) {
    for (const service of services) {
      for (const use of service.uses) {
        const { client, count, evidence } = use;
        if (evidence === undefined) continue;
        if (evidence.plain < handshakesOf(count, evidence)) this.#withOptions.add(serverOf(service));
        if (client === undefined) continue;
        pushTo(this.#touches, formatAddress(client), { use, service });
        if (service.port === FTP_PORT) this.#ftp.add(pairOf(client, service));
      }
    }
    for (const touches of this.#touches.values()) {
      if (isScanner(touches)) for (const { use } of touches) if (isSmall(use)) this.#scanned.add(use);
      this.#findPairs(touches);
    }
  }

  /** Whether the server also sends SYN-ACKs with options, so that those without any answer a SYN without any. */
  hasOptions(service: Service): boolean {
    return this.#withOptions.has(serverOf(service));
  }

  /** Whether the client touched many services as this one. */
  isScan(use: Use): boolean {
    return this.#scanned.has(use);
  }

  /** Whether both ends connected to each other. */
  isMutual(use: Use): boolean {
    return this.#mutual.has(use);
  }

  isTarpit(use: Use, service: Service): boolean {
    return this.#trapped.has(use) || (isSmall(use) && this.#tarpits.has(serverOf(service)));
  }

  /** Whether the client also uses FTP's control port of the same server. */
  usesFtp({ client }: Use, service: Service): boolean {
    return client !== undefined && this.#ftp.has(pairOf(client, service));
  }

  /** Finds what the client does with each server. */
  #findPairs(touches: readonly Touch[]): void {
    const servers = new Map<string, Touch[]>();
    for (const touch of touches) pushTo(servers, serverOf(touch.service), touch);
    for (const [server, pair] of servers) {
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
      opens += use.evidence!.mutual;
      if (handshakesOf(use.count, use.evidence!) === 0) this.#mutual.add(use);
      client = formatAddress(use.client!);
    }
    const opposite = (this.#touches.get(server) ?? [])
      .filter(({ service }) => serverOf(service) === client && service.port >= FIRST_UNPRIVILEGED_PORT)
      .sort((a, b) => b.service.port - a.service.port);
    for (const { use } of opposite) {
      const handshakes = handshakesOf(use.count, use.evidence!);
      if (handshakes > opens) continue;
      opens -= handshakes;
      this.#mutual.add(use);
    }
  }
}

function pairOf(client: Address, service: Service): string {
  return `${formatAddress(client)} ${serverOf(service)}`;
}

function serverOf({ address }: Service): string {
  return address === undefined ? '' : formatAddress(address);
}

function pushTo<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** Whether most services were touched little, and several of them shortly after one another. */
function isScanner(touches: readonly Touch[]): boolean {
  const small = touches.filter(({ use }) => isSmall(use));
  if (small.length < MIN_SCANNED || small.length < touches.length * SCANNED_SHARE) return false;
  const times = small.map(({ use }) => use.firstSeen).sort((a, b) => a - b);
  return times.some((time, at) => at >= MIN_SCANNED - 1 && time - times[at - MIN_SCANNED + 1]! <= SCAN_TIME);
}
