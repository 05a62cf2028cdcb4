// The names of machines where several may have the same one, as `hosts.yaml` allows.

import type { MachineAt } from '../../inventory/changes/changes.js';
import { describeMachine } from '../wording.js';

/** Returns a function that names a machine, and adds its address if another of these machines has the same name. */
export function distinguish(machines: Iterable<MachineAt>): (machine: MachineAt) => string {
  // Names come from hosts.yaml, so there are never very many.
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
