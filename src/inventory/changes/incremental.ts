// What changed, where captures come piece by piece and each is compared with the baseline as it comes. Who
// was silent in one piece may have been seen in an earlier one: that it was held to be gone is remembered
// until it is seen again, for all pieces together would not tell it any more.

import type { Names } from '../../names/names.js';
import type { Evidence, Machine } from '../evidence.js';
import { type Changes, NO_CHANGES } from './changes.js';
import { type CompareOptions, compare } from './compare.js';

export interface Pieces {
  /** The piece that came last; undefined if there is none. */
  readonly fresh: Evidence | undefined;
  /** All since the baseline was written, that one with them; undefined if there are none. */
  readonly all: Evidence | undefined;
  /** What was gone when the piece before was compared, as `IncrementalChanges` gave it. */
  readonly gone: readonly string[];
}

export interface IncrementalChanges {
  /** What the last piece shows, and what is gone by now. */
  readonly news: Changes;
  /** Everything that the baseline does not know yet. */
  readonly all: Changes;
  /** To be remembered: machines by their address, services as `ADDRESS PROTOCOL PORT`. */
  readonly gone: readonly string[];
}

export function compareIncrementally(
  before: Evidence,
  { fresh, all, gone }: Pieces,
  names: Names,
  options: CompareOptions,
): IncrementalChanges {
  if (all === undefined) return { news: NO_CHANGES, all: NO_CHANGES, gone: [] };
  const shown = fresh === undefined ? NO_CHANGES : compare(before, fresh, names, options);
  const silent = gone.filter((key) => fresh === undefined || !isSeen(key, fresh));
  const outstanding = compare(before, without(all, [...silent, ...keysOf(shown)]), names, options);
  const { gone: services, goneMachines, unseen } = outstanding;
  return {
    news: fresh === undefined ? NO_CHANGES : { ...shown, gone: services, goneMachines, unseen },
    all: outstanding,
    gone: keysOf(outstanding),
  };
}

function keysOf({ gone, goneMachines }: Changes): string[] {
  return [
    ...goneMachines.map(({ address }) => address),
    ...gone.map(({ address, protocol, port }) => keyOf(address, { protocol, port })),
  ];
}

function keyOf(address: string, { protocol, port }: { protocol: string; port: number }): string {
  return `${address} ${protocol} ${port}`;
}

function isSeen(key: string, { machines }: Evidence): boolean {
  const [address = '', ...service] = key.split(' ');
  const machine = machines.get(address);
  if (machine === undefined || service.length === 0) return machine !== undefined;
  return machine.offered.some((offered) => keyOf(address, offered) === key);
}

function without(evidence: Evidence, gone: readonly string[]): Evidence {
  const keys = new Set(gone);
  const machines = new Map<string, Machine>();
  for (const [address, machine] of evidence.machines) {
    if (keys.has(address)) continue;
    const offered = machine.offered.filter((service) => !keys.has(keyOf(address, service)));
    machines.set(address, { ...machine, offered });
  }
  return { ...evidence, machines };
}
