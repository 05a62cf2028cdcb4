// What machines are called where several may have the same name, as `hosts.yaml` allows.

import type { MachineAt } from '../../inventory/changes/changes.js';
import { describeMachine } from '../wording.js';

/** Calls a machine by its name, and adds its address if others of these machines have the same name. */
export function distinguish(machines: Iterable<MachineAt>): (machine: MachineAt) => string {
  // Names come from hosts.yaml: there are never very many of them.
  const addresses = new Map<string, string>();
  const shared = new Set<string>();
  for (const { machine, address } of machines) {
    if (machine === address) continue;
    const known = addresses.get(machine);
    if (known === undefined) addresses.set(machine, address);
    else if (known !== address) shared.add(machine);
  }
  return (at) => (shared.has(at.machine) ? describeMachine(at) : at.machine);
}
