// The machines of an inventory with the services that they offer and use. A machine may use very many, so their list is made
// when it is read.

import { type Address, formatAddress } from '../ip/address.js';
import { NEVER, type Span } from './coverage.js';
import type { Machine, Service, Use } from './service.js';
import type { UseTable } from './use-table.js';

export class LinkedMachine implements Machine {
  readonly address: Address;
  readonly offered: Service[] = [];
  readonly passive: { firstSeen: number; lastSeen: number } = { ...NEVER };
  active: Span = NEVER;
  readonly #uses: Use[] = [];
  /** The services of `#uses`, in the same order. */
  readonly #services: Service[] = [];
  #used: Machine['used'] | undefined;

  constructor(address: Address) {
    this.address = address;
  }

  get used(): Machine['used'] {
    this.#used ??= this.#uses.map((use, at) => ({ service: this.#services[at] as Service, use }));
    return this.#used;
  }

  offer(service: Service): void {
    this.offered.push(service);
    this.#see(service.passive.firstSeen, service.passive.lastSeen);
  }

  use(service: Service, use: Use): void {
    this.#services.push(service);
    this.#uses.push(use);
    this.#see(use.firstSeen, use.lastSeen);
  }

  #see(first: number, last: number): void {
    this.passive.firstSeen = Math.min(this.passive.firstSeen, first);
    this.passive.lastSeen = Math.max(this.passive.lastSeen, last);
  }
}

/** Adds services to the machines that offer them, and to the machines that used them. */
export function linkMachines(
  services: readonly Service[],
  { clients, addresses }: UseTable,
  machines: Map<string, LinkedMachine>,
): void {
  const byNumber: LinkedMachine[] = [];
  for (const service of services) {
    if (service.address !== undefined) machineAt(service.address, machines).offer(service);
    for (const use of service.uses) {
      const client = clients[use.row] as number;
      const address = addresses[client];
      if (address === undefined) continue;
      byNumber[client] ??= machineAt(address, machines);
      byNumber[client].use(service, use);
    }
  }
}

/** Returns the machine with this address, which it adds if it is not there. */
export function machineAt(address: Address, machines: Map<string, LinkedMachine>): LinkedMachine {
  const text = formatAddress(address);
  let machine = machines.get(text);
  if (machine === undefined) {
    machine = new LinkedMachine(address);
    machines.set(text, machine);
  }
  return machine;
}
