// An inventory of all that the user named. What may have scans in it is read first: the machines that they found are
// kept in captures too.

import type { Inventory } from '../inventory/inventory.js';
import { mergeInventories } from '../inventory/merge.js';
import type { Scan } from '../inventory/scan.js';
import { Scope, type ScopeRange } from '../tally/scope.js';
import { Tally, type TallyOptions } from '../tally/tally.js';
import { type InputKind, inputKind } from './input-kind.js';
import { type ReadOptions, readSources } from './read-sources.js';

export interface InventoryOptions extends ReadOptions, Omit<TallyOptions, 'scope'> {
  /** The addresses to count one by one, beside those that scans found. */
  readonly kept: readonly ScopeRange[];
}

/** Inputs of a side that are read together. */
interface Step {
  readonly side: number;
  readonly names: readonly string[];
}

/** Reads inputs of any kind, given as paths or `-`. */
export async function readInventory(
  names: readonly string[],
  options: InventoryOptions,
): Promise<Inventory> {
  const [inventory] = await readInventories([names], options);
  return inventory as Inventory;
}

/** Reads several inventories to compare: the machines that the scans of any of them found are kept in all. */
export async function readInventories(
  sides: readonly (readonly string[])[],
  { kept, ...options }: InventoryOptions,
): Promise<Inventory[]> {
  const { signal = new AbortController().signal } = options;
  const kinds = await kindsOf(sides, signal);
  // A saved inventory may have a capture in it that is named beside it; so may a stream, which may be one.
  const mayRepeat = kinds.some((ofSide) => ofSide.includes('inventory') || ofSide.includes('stream'));
  const { records = mayRepeat } = options;
  const read = (names: readonly string[], ranges: readonly ScopeRange[]): Promise<Inventory> =>
    readSources(names, new Tally({ ...options, scope: new Scope(ranges) }), { ...options, signal, records });

  const inventories: (Inventory | undefined)[] = sides.map(() => undefined);
  const scans: Scan[] = [];
  for (const { side, names } of stepsOf(sides, kinds)) {
    const before = inventories[side];
    if (signal.aborted && before !== undefined) continue;
    const next = await read(names, [...kept, ...addressesOf(scans)]);
    scans.push(...next.scans);
    inventories[side] = before === undefined ? next : mergeInventories(before, next);
  }
  return Promise.all(
    sides.map(async (names, side) => inOrder(inventories[side] ?? (await read([], kept)), names)),
  );
}

/** The machines that scans found, as ranges. */
export function addressesOf(scans: readonly Scan[]): ScopeRange[] {
  return scans.flatMap(({ hosts }) =>
    hosts.map(({ address: { family, value } }) => ({ family, first: value, last: value })),
  );
}

/** Of a single input there is nothing to tell beforehand. */
async function kindsOf(
  sides: readonly (readonly string[])[],
  signal: AbortSignal,
): Promise<readonly (readonly InputKind[])[]> {
  if (sides.flat().length < 2) return sides.map((names) => names.map(() => 'capture'));
  const kinds: InputKind[][] = [];
  for (const names of sides) {
    const ofSide: InputKind[] = [];
    kinds.push(ofSide);
    for (const name of names) ofSide.push(await inputKind(name, signal));
  }
  return kinds;
}

/** First the documents, then streams, one after another, as each may be a scan, then captures. */
function stepsOf(sides: readonly (readonly string[])[], kinds: readonly (readonly InputKind[])[]): Step[] {
  const pick = (...wanted: readonly InputKind[]): Step[] =>
    sides
      .map((names, side) => ({
        side,
        names: names.filter((_, at) => wanted.includes(kinds[side]?.[at] as InputKind)),
      }))
      .filter(({ names }) => names.length > 0);
  const streams = pick('stream').flatMap(({ side, names }) => names.map((name) => ({ side, names: [name] })));
  return [...pick('inventory', 'nmap'), ...streams, ...pick('capture')];
}

/** With the reports in the order in which the inputs were named. */
function inOrder(inventory: Inventory, names: readonly string[]): Inventory {
  const places = new Map(names.map((name, at) => [name, at]));
  const placeOf = (name: string): number => places.get(name) ?? names.length;
  return { ...inventory, inputs: inventory.inputs.toSorted((a, b) => placeOf(a.name) - placeOf(b.name)) };
}
