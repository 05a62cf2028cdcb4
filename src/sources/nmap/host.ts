// Reads one <host> in a report of nmap or masscan, element by element: its addresses, whether it is up, and the states of
// its ports. It ignores scripts, names, operating systems and routes. Elements have the names of nmap.dtd.

import { PORT_STATES, type PortState, type ScannedPort } from '../../inventory/scan.js';
import { type Address, parseAddress } from '../../ip/address.js';
import { MAX_PORT, PROTOCOLS, type Protocol } from '../../ip/port.js';
import type { ProblemKind } from '../../text/problem.js';
import type { StringPool } from './string-pool.js';
import { type Attributes, shorten } from './syntax.js';

/** nmap and masscan write one, in addition to that of the network card. */
const MAX_ADDRESSES = 16;
/** Characters of a value that a problem quotes. */
const MAX_QUOTE_LENGTH = 40;

/**
 * Protocols without ports: `nmap -sO` finds out which of them a machine accepts, and masscan writes one for a ping that
 * was answered. They are ignored without a message, because they are not services; the machine itself is kept.
 */
const WITHOUT_PORTS: ReadonlySet<string> = new Set(['ip', 'icmp', 'arp', 'igmp']);

type Service = { -readonly [Key in keyof ScannedPort]?: ScannedPort[Key] };

/** Takes a problem with the current element, and adds its position. */
export type ReportProblem = (kind: ProblemKind, message: string) => void;

/** The states of nmap.dtd; `unknown` also stands for a missing or unrecognised state. */
export type HostState = 'up' | 'down' | 'unknown' | 'skipped';
const HOST_STATES: readonly HostState[] = ['up', 'down', 'unknown', 'skipped'];

export class HostElement {
  /** Microseconds since the epoch. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** nmap gave up before it had tried all ports, and then writes none of them. */
  readonly isTimedOut: boolean;
  readonly addresses: Address[] = [];
  /** By protocol and port; of several entries for a port, the last. */
  readonly #ports = new Map<string, ScannedPort>();
  readonly #report: ReportProblem;
  readonly #strings: StringPool;
  #state: HostState | undefined;
  #hasPort = false;
  #hasAddress = false;
  /** States of ports that are not listed one by one. */
  readonly #unlisted = new Set<PortState>();
  #protocol: Protocol | undefined;
  #port = 0;
  /** Old releases of masscan write a port with a banner, and no state. */
  #hasBanner = false;
  #portState: PortState | undefined;
  #service: Service = {};

  constructor(attributes: Attributes, strings: StringPool, report: ReportProblem) {
    this.#strings = strings;
    this.#report = report;
    this.start = readSeconds(attributes['starttime'], report);
    this.end = readSeconds(attributes['endtime'], report);
    this.isTimedOut = attributes['timedout'] === 'true';
  }

  /** masscan writes no state; a host with a port has answered. */
  get state(): HostState {
    return this.#state ?? (this.#hasPort ? 'up' : 'unknown');
  }

  get ports(): ScannedPort[] {
    return [...this.#ports.values()];
  }

  get unlisted(): ReadonlySet<PortState> {
    return this.#unlisted;
  }

  status({ state = '' }: Attributes): void {
    this.#state = HOST_STATES.find((known) => known === state) ?? 'unknown';
    if (this.#state !== state) this.#refuse('the state', state, HOST_STATES.join(', '));
  }

  /** Ignores `addrtype`, except for mac: masscan writes ipv4 for every address. */
  address({ addr = '', addrtype }: Attributes): void {
    if (addrtype === 'mac') return;
    this.#hasAddress = true;
    const address = parseAddress(addr);
    if (address === undefined) this.#refuse('the address', addr, 'an IP address');
    else if (this.addresses.length < MAX_ADDRESSES) this.addresses.push(address);
    else
      this.#report(
        'invalid-value',
        `found more than ${MAX_ADDRESSES} addresses of a machine, expected fewer`,
      );
  }

  openPort({ protocol = '', portid = '' }: Attributes): void {
    this.#hasPort = true;
    this.#portState = undefined;
    this.#hasBanner = false;
    this.#service = {};
    this.#port = Number(portid);
    this.#protocol = PROTOCOLS.find((known) => known === protocol);
    if (this.#protocol === undefined) {
      if (!WITHOUT_PORTS.has(protocol)) this.#refuse('the protocol', protocol, PROTOCOLS.join(', '));
    } else if (!/^\d{1,5}$/.test(portid) || this.#port > MAX_PORT) {
      this.#refuse('the port', portid, `a number from 0 to ${MAX_PORT}`);
      this.#protocol = undefined;
    }
  }

  portState({ state = '' }: Attributes): void {
    // nmap 3 writes `UNfiltered`.
    this.#portState = PORT_STATES.find((known) => known === state.toLowerCase());
    if (this.#portState !== undefined || this.#protocol === undefined) return;
    this.#refuse('the state', state, PORT_STATES.join(', '));
    this.#protocol = undefined;
  }

  extraPorts({ state = '' }: Attributes): void {
    const known = PORT_STATES.find((one) => one === state.toLowerCase());
    // nmap 3 writes `unknown`, which is not a state.
    if (known !== undefined) this.#unlisted.add(known);
  }

  /** Writes TLS as nmap shows it: `ssl/http`. masscan writes a banner where nmap says that it probed. */
  service({ name, tunnel, method, banner, product, version, extrainfo }: Attributes): void {
    this.#service = {};
    this.#note('service', name && tunnel === 'ssl' ? `ssl/${name}` : name);
    this.#hasBanner = banner !== undefined;
    if (name && (method === 'probed' || this.#hasBanner)) this.#service.isProbed = true;
    this.#note('product', product);
    this.#note('version', version);
    this.#note('extra', extrainfo);
  }

  closePort(): void {
    const [protocol, port] = [this.#protocol, this.#port];
    // Only an open port has a banner.
    const state = this.#portState ?? (this.#hasBanner ? 'open' : undefined);
    if (protocol === undefined) return;
    if (state === undefined)
      this.#report('invalid-value', `found ${port}/${protocol} without a state, expected one`);
    else this.#ports.set(`${protocol} ${port}`, { protocol, port, state, ...this.#service });
  }

  close(): void {
    if (!this.#hasAddress) this.#report('invalid-value', 'found a host without an IP address, expected one');
  }

  #note(key: 'service' | 'product' | 'version' | 'extra', text: string | undefined): void {
    const kept = this.#strings.keep(text);
    if (kept !== undefined) this.#service[key] = kept;
  }

  #refuse(what: string, found: string, expected: string): void {
    this.#report(
      'invalid-value',
      `found ${what} "${shorten(found, MAX_QUOTE_LENGTH)}", expected ${expected}`,
    );
  }
}

/** Converts a time of the document, in seconds since the epoch, to microseconds. */
export function readSeconds(text: string | undefined, report: ReportProblem): number | undefined {
  if (text === undefined) return undefined;
  const time = Number(text) * 1e6;
  if (/^\d+$/.test(text) && Number.isSafeInteger(time)) return time;
  report('invalid-value', `found the time "${shorten(text, MAX_QUOTE_LENGTH)}", expected seconds since 1970`);
  return undefined;
}
