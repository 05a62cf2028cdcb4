// Rows, services and machines as numbers: a row points to its client and its service, a service to its server.

import { Counts } from './counts.js';
import type { LiveRows } from './held.js';
import { grown } from './series.js';

/** An address as the sampler keeps it: a number for IPv4, the four words with commas for IPv6. */
export type AddressKey = number | string;

/** The machine that stands for all those whose addresses the tally did not keep. */
export const REMOTE_MACHINE = 0;

/** The number of ports. */
export const PORTS = 65_536;

export class LiveTables {
  readonly rows: Counts = new Counts();
  readonly services: Counts = new Counts();
  readonly machines: Counts = new Counts();
  /** By row: the client, which is a machine, and the service. */
  rowClients: Uint32Array = new Uint32Array(0);
  rowServices: Uint32Array = new Uint32Array(0);
  /** By service. Clients are those whose address was kept. */
  readonly servers: number[] = [];
  readonly ports: number[] = [];
  readonly clients: number[] = [];
  readonly hasRemoteClients: boolean[] = [];
  /** The client that it was first seen with, and whether `takeUnreported` has returned it. */
  readonly firstClients: number[] = [];
  readonly isReported: boolean[] = [];
  /** By machine: its address, the SYN-ACKs that it sent, and the services that it offers. */
  readonly addresses: (AddressKey | undefined)[] = [];
  readonly served: number[] = [];
  readonly offers: number[] = [];
  readonly machineByAddress: Map<AddressKey, number> = new Map();
  readonly serviceByKey: Map<number, number> = new Map();
  /** By row of the tally, for each IP version: its number here. */
  readonly known: Readonly<Record<4 | 6, number[]>> = { 4: [], 6: [] };

  constructor() {
    this.addMachine(undefined, Number.NEGATIVE_INFINITY);
  }

  addMachine(address: AddressKey | undefined, since: number): number {
    const machine = this.machines.add(since);
    this.addresses[machine] = address;
    this.served[machine] = 0;
    this.offers[machine] = 0;
    return machine;
  }

  machineOf(words: Uint32Array | undefined, since: number): number {
    if (words === undefined) return REMOTE_MACHINE;
    const key: AddressKey = words.length === 1 ? (words[0] as number) : words.join(',');
    let machine = this.machineByAddress.get(key);
    if (machine === undefined) {
      machine = this.addMachine(key, since);
      this.machineByAddress.set(key, machine);
    }
    return machine;
  }

  serviceOf(server: number, port: number, since: number): number {
    const key = server * PORTS + port;
    let service = this.serviceByKey.get(key);
    if (service === undefined) {
      service = this.services.add(since);
      this.serviceByKey.set(key, service);
      this.servers[service] = server;
      this.ports[service] = port;
      this.clients[service] = 0;
      this.hasRemoteClients[service] = false;
      this.offers[server]! += 1;
    }
    return service;
  }

  addRow(rows: LiveRows, row: number, since: number): number {
    const client = this.machineOf(rows.clientOf(row), since);
    const server = this.machineOf(rows.serverOf(row), since);
    const service = this.serviceOf(server, rows.portOf(row), since);
    this.firstClients[service] ??= client;
    if (client === REMOTE_MACHINE) this.hasRemoteClients[service] = true;
    else this.clients[service]! += 1;
    const item = this.rows.add(since);
    if (item >= this.rowClients.length) {
      this.rowClients = grown(this.rowClients, this.rows.counts.length);
      this.rowServices = grown(this.rowServices, this.rows.counts.length);
    }
    this.rowClients[item] = client;
    this.rowServices[item] = service;
    this.known[rows.family].push(item);
    return item;
  }
}
