// Decides which machines are the user's own: those that are local or named, and those that a scan found. If
// an inventory has none, the names probably belong to another network.

import type { Address } from '../ip/address.js';
import { toAddress } from '../ip/address-words.js';
import type { Names } from '../names/names.js';
import { describeEndpoint } from './endpoints.js';
import type { Inventory } from './inventory.js';

/** Whether a machine is local or named, or a scan found it. */
export function isOwnMachine(address: Address, isScanned: boolean, names: Names): boolean {
  return isScanned || !describeEndpoint(address, names).isRemote;
}

/** Whether any machine of the inventory is the user's own. */
export function hasOwnMachines(inventory: Inventory, names: Names): boolean {
  const { tally, scans } = inventory;
  if (scans.some(({ hosts }) => hosts.length > 0)) return true;
  for (const rows of [tally.readRows(4), tally.readRows(6)]) {
    for (let row = 0; row < rows.size; row++) {
      for (const end of [rows.serverOf(row), rows.clientOf(row)]) {
        if (end !== undefined && !describeEndpoint(toAddress(rows.family, end), names).isRemote) return true;
      }
    }
  }
  return false;
}
