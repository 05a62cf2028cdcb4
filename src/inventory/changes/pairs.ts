// Pairs what two inventories have: the user's own machines, and the services of each.

import { type Address, formatAddress } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import type { Evidence, Machine, Service } from '../evidence.js';
import { compareMachines, compareMachinesByAddress, comparePorts, labelOf } from '../labels.js';
import { isOwnMachine } from '../own-machines.js';
import type { MachineAt } from './changes.js';

/** The same thing on both sides; undefined on a side that does not have it. */
export interface Pair<Item> {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

export interface MachinePair extends Pair<Machine> {
  readonly at: MachineAt;
  readonly address: Address;
}

/** Pairs the user's own machines, by name and address. */
export function pairMachines(
  before: Evidence,
  after: Evidence,
  names: Names,
  { numeric = false, byAddress = false }: { readonly numeric?: boolean; readonly byAddress?: boolean } = {},
): MachinePair[] {
  const pairs: (MachinePair & { readonly label: string })[] = [];
  for (const { address } of new Map([...before.machines, ...after.machines]).values()) {
    const isScanned = before.scans.hasFoundUp(address) || after.scans.hasFoundUp(address);
    if (!isOwnMachine(address, isScanned, names)) continue;
    const text = formatAddress(address);
    const label = labelOf(address, names, isScanned, numeric);
    pairs.push({
      at: { machine: label, address: text },
      address,
      label,
      before: before.machines.get(text),
      after: after.machines.get(text),
    });
  }
  return pairs.sort(byAddress ? compareMachinesByAddress : compareMachines);
}

/** Pairs the services of a machine, by protocol and port. */
export function pairServices({ before, after }: MachinePair): Pair<Service>[] {
  const keyOf = ({ protocol, port }: Service): string => `${protocol} ${port}`;
  const mapOf = (machine: Machine | undefined): Map<string, Service> =>
    new Map(machine?.offered.map((service) => [keyOf(service), service]));
  const [old, now] = [mapOf(before), mapOf(after)];
  return [...new Map([...old, ...now])]
    .sort(([, a], [, b]) => comparePorts(a, b))
    .map(([key]) => ({ before: old.get(key), after: now.get(key) }));
}
