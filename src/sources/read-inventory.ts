// Reads everything that the user named into an inventory. Scans come first, so that captures keep the machines in them.

import { fileLength } from '../files/file-length.js';
import type { InputReport, Inventory } from '../inventory/inventory.js';
import { mergeInventories } from '../inventory/merge.js';
import type { Scan } from '../inventory/scan.js';
import type { AddressRange } from '../ip/address.js';
import type { Names } from '../names/names.js';
import { isStoreName } from '../store/selection.js';
import type { CountOptions } from '../tally/options.js';
import { EVERY_ADDRESS, Scope } from '../tally/scope.js';
import { Tally } from '../tally/tally.js';
import { CAPTURE_NAME } from './expand.js';
import { type InputKind, inputKind } from './input-kind.js';
import { NotOnlyCaptures } from './input-result.js';
import { type ReadOptions, readSources } from './read-sources.js';

/** How sources are read, and what is counted. Only `names` is required. */
export interface InventoryOptions extends ReadOptions, CountOptions {
  /** Local and named addresses are counted separately; all others are counted as one remote machine. */
  readonly names: Names;
  /** Counts every remote address separately. */
  readonly remote?: boolean;
  /** More addresses to count one by one, such as those of `rangesOf`. Those that scans found always are. */
  readonly keep?: readonly AddressRange[];
}

interface NamedInput {
  readonly name: string;
  readonly side: number;
  readonly kind: InputKind;
}

/** Inputs of one side that are read together. */
interface Step {
  readonly side: number;
  readonly names: readonly string[];
}

/**
 * Reads captures, saved inventories and scans into one inventory.
 * @param inputs paths of files, pipes or devices; `-` is standard input
 * @returns an inventory in which each input has a report. An input that cannot be read, or only in part, does not
 * throw: its report has the problems, and the other inputs are read anyway.
 * @throws RangeError if `maxRows` is above its limit
 */
export async function readInventory(
  inputs: readonly string[],
  options: InventoryOptions,
): Promise<Inventory> {
  const [inventory] = await readInventories([inputs], options);
  return inventory as Inventory;
}

/**
 * Reads several inventories that are to be compared. It differs from reading each with `readInventory` in three ways:
 * machines that a scan of one side found are counted one by one in the captures of all sides; a saved inventory on
 * the first side, which is the baseline, is read completely although `since` or `until` choose SYN-ACKs; and `hours` are
 * counted on the first side only. So for a new baseline, read with `readInventory`.
 * @param sides the inputs of each inventory, as for `readInventory`
 * @returns the inventories, in the order of `sides`
 * @throws RangeError if `maxRows` is above its limit
 */
export async function readInventories(
  sides: readonly (readonly string[])[],
  options: InventoryOptions,
): Promise<Inventory[]> {
  const lengths = lengthsByName(sides);
  if (lengths !== undefined) {
    try {
      const inputs = allInputs(sides).map((input) => ({ ...input, kind: 'capture' as const }));
      return await readInputs(sides, inputs, options, lengths);
    } catch (error) {
      if (!(error instanceof NotOnlyCaptures)) throw error;
      options.progress?.restart();
    }
  }
  return readInputs(sides, await identifyInputs(sides, options.signal), options);
}

async function readInputs(
  sides: readonly (readonly string[])[],
  inputs: readonly NamedInput[],
  { names, remote = false, keep = [], signal = new AbortController().signal, ...options }: InventoryOptions,
  captureLengths?: ReadonlyMap<string, number>,
): Promise<Inventory[]> {
  const kept = remote ? EVERY_ADDRESS : [...names.rangesToKeep(), ...keep];
  // A saved inventory may contain a capture that is also named, and a stream may be the same as a file.
  const mayRepeat = inputs.some(({ kind }) => kind === 'inventory' || kind === 'store' || kind === 'stream');
  const { digests = mayRepeat } = options;
  const mayHaveCopies = !digests && sides.some((names) => names.length > 1);
  const records = digests || mayHaveCopies || options.records === true;
  const scans: Scan[] = [];
  const count = (named: readonly string[], side: number): Promise<Inventory> => {
    const scope = new Scope(kept, addressesOf(scans));
    const wholeInventories = options.wholeInventories === true || (side === 0 && sides.length > 1);
    // The first side says what is usual. Nobody asks in which hours of the others something was used.
    const hours = options.hours === true && side === 0;
    return readSources(named, new Tally({ ...options, hours, scope }), {
      ...options,
      wholeInventories,
      signal,
      digests,
      records,
      captureLengths,
    });
  };
  const parts = new Map<Step, Inventory>();
  const read = async (steps: readonly Step[]): Promise<void> => {
    for (const step of steps) {
      if (signal.aborted && parts.size > 0) return;
      const part = await count(step.names, step.side);
      // If a second reading was interrupted, the first one is worth more.
      if (!(signal.aborted && parts.has(step))) parts.set(step, part);
      scans.push(...part.scans);
    }
  };

  await read(stepsOf(inputs, ['inventory', 'store', 'nmap']));
  const captures = stepsOf(inputs, ['capture']);
  await read(captures);
  const known = scans.length;
  // A stream may go on until the user ends it, and with it all reading. So it comes last, even if it may be a scan.
  const streams = inputs.filter(({ kind }) => kind === 'stream');
  await read(streams.map(({ side, name }) => ({ side, names: [name] })));
  if (scans.length > known) await read(captures);
  return Promise.all(
    sides.map(async (named, side) => {
      const ofSide = [...parts].filter(([step]) => step.side === side).map(([, part]) => part);
      const [first = await count([], side), ...others] = ofSide;
      const whole = inOrder(others.reduce(mergeInventories, first), named);
      if (!mayHaveCopies) return whole;
      const { digestLookalikes, withoutRecords } = await import('./lookalikes.js');
      const digested = await digestLookalikes(whole, signal);
      return digested === whole && options.records !== true ? withoutRecords(whole) : digested;
    }),
  );
}

/** Returns the machines that scans found, as ranges. */
export function addressesOf(scans: readonly Scan[]): AddressRange[] {
  return scans.flatMap(({ hosts }) =>
    hosts.map(({ address: { family, value } }) => ({ family, first: value, last: value })),
  );
}

/**
 * Returns the length of each input if all are files with names of captures: then they are read without finding their kinds
 * first, and again if one turns out to be something else. Undefined otherwise.
 */
function lengthsByName(sides: readonly (readonly string[])[]): ReadonlyMap<string, number> | undefined {
  const names = sides.flat();
  if (names.length < 2 || !names.every((name) => CAPTURE_NAME.test(name) && !isStoreName(name)))
    return undefined;
  const lengths = new Map<string, number>();
  for (const name of names) {
    const length = fileLength(name);
    if (length === undefined) return undefined;
    lengths.set(name, length);
  }
  return lengths;
}

function allInputs(sides: readonly (readonly string[])[]): Omit<NamedInput, 'kind'>[] {
  return sides.flatMap((names, side) => names.map((name) => ({ name, side })));
}

/** Finds the kind of each input. For a single one that is not needed. */
async function identifyInputs(
  sides: readonly (readonly string[])[],
  signal: AbortSignal = new AbortController().signal,
): Promise<NamedInput[]> {
  const named = allInputs(sides);
  const inputs: NamedInput[] = [];
  for (const { name, side } of named) {
    inputs.push({ name, side, kind: named.length === 1 ? 'capture' : await inputKind(name, signal) });
  }
  return inputs;
}

/** The inputs of these kinds, by side. */
function stepsOf(inputs: readonly NamedInput[], kinds: readonly InputKind[]): Step[] {
  const wanted = inputs.filter(({ kind }) => kinds.includes(kind));
  return [...new Set(wanted.map(({ side }) => side))].map((side) => ({
    side,
    names: wanted.filter((input) => input.side === side).map(({ name }) => name),
  }));
}

/** Puts the reports in the order in which the inputs were named. */
function inOrder(inventory: Inventory, names: readonly string[]): Inventory {
  const places = new Map(names.map((name, at) => [name, at]));
  const placeOf = ({ name }: InputReport): number => places.get(name) ?? names.length;
  return { ...inventory, inputs: inventory.inputs.toSorted((a, b) => placeOf(a) - placeOf(b)) };
}
