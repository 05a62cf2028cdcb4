// Decides which of the names that several files give to an address is used, and under which label.

import { type AddressRange, formatAddress } from '../../ip/address.js';
import { quote, visible } from '../../text/escape.js';
import type { HostEntry } from '../hosts.js';
import type { UsableName } from './collector.js';

/** The names in one file. */
export interface FileNames {
  readonly file: string;
  /** Whether machines chose these names, as they do in leases. */
  readonly isChosenByMachines: boolean;
  /** By address, as text. */
  readonly names: ReadonlyMap<string, UsableName>;
}

/** Lines of one kind. */
const MAX_LINES = 3;

/**
 * Makes one list of names from several files. If files name an address differently, the first file wins. No machine can
 * take the name of another: a name in a lease is shown with its address if it is in `written`, if a hosts file gives it
 * to another address, or if another machine has it too.
 */
export function combineNames(
  files: readonly FileNames[],
  written: Iterable<string>,
  notes: string[],
): HostEntry[] {
  const isUnclear = makeUnclearTest(files, written);
  const taken = new Map<string, { readonly name: string; readonly file: string }>();
  const ranges = new Map<string, AddressRange[]>();
  const shared = new Set<string>();
  const disputes: string[] = [];
  let disputed = 0;
  for (const { file, isChosenByMachines, names } of files) {
    for (const [key, { name, address }] of names) {
      const earlier = taken.get(key);
      if (earlier !== undefined) {
        if (earlier.name !== name && ++disputed <= MAX_LINES) {
          disputes.push(
            `${formatAddress(address)} is ${quote(earlier.name)} in ${visible(earlier.file)} and ${quote(name)} in ${visible(file)}; the first is used`,
          );
        }
        continue;
      }
      taken.set(key, { name, file });
      const needsAddress = isChosenByMachines && isUnclear(name, key);
      if (needsAddress) shared.add(name);
      const label = needsAddress ? `${name} (${formatAddress(address)})` : name;
      const range = { family: address.family, first: address.value, last: address.value };
      const list = ranges.get(label);
      if (list === undefined) ranges.set(label, [range]);
      else list.push(range);
    }
  }
  const more = disputed - disputes.length;
  if (more > 0)
    disputes.push(`${more} more ${more === 1 ? 'address has' : 'addresses have'} different names`);
  notes.push(...disputes);
  for (const name of [...shared].slice(0, MAX_LINES)) {
    notes.push(
      `more than one machine has the name ${quote(name)}: leases with it are shown with their addresses`,
    );
  }
  return Array.from(ranges, ([name, list]) => ({ name, ranges: list, services: [] }));
}

function makeUnclearTest(
  files: readonly FileNames[],
  written: Iterable<string>,
): (name: string, key: string) => boolean {
  const inHostsFiles = new Set<string>(written);
  const keysInHostsFiles = new Map<string, Set<string>>();
  const owners = new Map<string, Set<string>>();
  for (const { isChosenByMachines, names } of files) {
    for (const [key, { name, owner = key, address }] of names) {
      if (isChosenByMachines) add(owners, `${address.family} ${name}`, owner);
      else {
        inHostsFiles.add(name);
        add(keysInHostsFiles, name, key);
      }
    }
  }
  const isShared = (id: string): boolean => (owners.get(id)?.size ?? 0) > 1;
  return (name, key) => {
    if (inHostsFiles.has(name)) return keysInHostsFiles.get(name)?.has(key) !== true;
    return isShared(`4 ${name}`) || isShared(`6 ${name}`);
  };
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
