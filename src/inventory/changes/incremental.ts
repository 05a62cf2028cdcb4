// Compares captures that arrive piece by piece with a baseline, each piece as it arrives. A service that is
// silent in one piece may have been seen in an earlier one, and then it is not missing from all pieces
// together: so a service that was reported as gone is remembered until it is seen again.

import type { Names } from '../../names/names.js';
import type { Evidence, Machine } from '../evidence.js';
import { type Changes, NO_CHANGES } from './changes.js';
import { type CompareOptions, compare } from './compare.js';

/** The captures since the baseline was written. */
export interface Pieces {
  /** The latest piece; undefined if there is none. */
  readonly fresh: Evidence | undefined;
  /** All pieces, with the latest; undefined if there are none. */
  readonly all: Evidence | undefined;
  /** `IncrementalChanges.gone` of the previous comparison. */
  readonly gone: readonly string[];
}

/** The changes since the baseline was written. */
export interface IncrementalChanges {
  /** The changes in the latest piece, and everything that is gone by now. */
  readonly news: Changes;
  /** All changes since the baseline was written. */
  readonly all: Changes;
  /** For the next comparison: gone machines as `ADDRESS`, gone services as `ADDRESS PROTOCOL PORT`. */
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
