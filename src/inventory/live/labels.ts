// The labels of what a sampler has counted, each made when it is first needed: most rows are never shown.

import type { Address } from '../../ip/address.js';
import { formatAddress } from '../../ip/address.js';
import { toAddress } from '../../ip/address-words.js';
import type { Names } from '../../names/names.js';
import { describeEndpoint, type Endpoint, UNKEPT_ENDPOINT } from '../endpoints.js';
import { matchesExpected } from '../pattern-matching.js';
import type { AddressKey, LiveTables } from './tables.js';

/** How machines and services are labelled. */
export interface LabelOptions {
  readonly remote?: boolean;
  readonly numeric?: boolean;
}

/** The services of a baseline, each as `serviceKey` writes it. */
export type KnownServices = ReadonlySet<string>;

export function serviceKey(address: Address, port: number): string {
  return `${formatAddress(address)} ${port}`;
}

export class LiveLabels {
  readonly #names: Names;
  readonly #options: LabelOptions;
  readonly #known: KnownServices | undefined;
  #tables: LiveTables | undefined;
  #endpoints: (Endpoint | undefined)[] = [];
  #services: (string | undefined)[] = [];
  #unknown: (boolean | undefined)[] = [];

  /** @param known the services that are not new; without them, services are new for a while after they appear */
  constructor(names: Names, options: LabelOptions = {}, known?: KnownServices) {
    this.#names = names;
    this.#options = options;
    this.#known = known;
  }

  /** Whether there is a baseline to be new against. */
  get hasBaseline(): boolean {
    return this.#known !== undefined;
  }

  /** Labels what these tables number. After a fold there are others. */
  use(tables: LiveTables): void {
    if (this.#tables === tables) return;
    this.#tables = tables;
    this.#endpoints = [];
    this.#services = [];
    this.#unknown = [];
  }

  machine(machine: number): Endpoint {
    this.#endpoints[machine] ??= this.#describe(this.#tables?.addresses[machine]);
    return this.#endpoints[machine];
  }

  machineName(machine: number): string {
    return this.machine(machine).label;
  }

  serviceName(service: number): string {
    this.#services[service] ??= this.#nameService(service);
    return this.#services[service];
  }

  /** The port as text, to find a service by. */
  portOf(service: number): string {
    return String(this.#tables?.ports[service]);
  }

  /** Whether the baseline lacks a service of ours that hosts.yaml does not expect. */
  isMissingInBaseline(service: number): boolean {
    this.#unknown[service] ??= this.#isUnknown(service);
    return this.#unknown[service];
  }

  #describe(key: AddressKey | undefined): Endpoint {
    if (key === undefined) return UNKEPT_ENDPOINT;
    return describeEndpoint(addressOf(key), this.#names, this.#options);
  }

  #nameService(service: number): string {
    const { servers = [], ports = [] } = this.#tables ?? {};
    const port = ports[service] as number;
    if (this.#options.numeric === true) return `${port}/tcp`;
    return this.#names.serviceNameOf(this.machine(servers[service] as number).address, port);
  }

  #isUnknown(service: number): boolean {
    const { servers = [], ports = [] } = this.#tables ?? {};
    const { address, name, isRemote } = this.machine(servers[service] as number);
    const port = ports[service] as number;
    if (this.#known === undefined || address === undefined || isRemote) return false;
    if (this.#known.has(serviceKey(address, port))) return false;
    const identity = { port, protocol: 'tcp', name: this.#names.serviceNameOf(address, port) } as const;
    return !this.#names.expected.some((pattern) => matchesExpected(pattern, { name, address }, identity));
  }
}

function addressOf(key: AddressKey): Address {
  if (typeof key === 'number') return { family: 4, value: BigInt(key) };
  return toAddress(6, Uint32Array.from(key.split(','), Number));
}
