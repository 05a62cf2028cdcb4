// Whether an inventory tells of any machine that is ours: if not, the names are probably those of another network.

import type { Names } from '../names/names.js';
import { describeEndpoint, toAddress } from './endpoints.js';
import type { Inventory } from './inventory.js';

/** True if a machine in it is local or named, or a scan found one. */
export function hasOurs({ tally, scans }: Inventory, names: Names): boolean {
  if (scans.some(({ hosts }) => hosts.length > 0)) return true;
  for (const rows of [tally.rows4, tally.rows6]) {
    for (let row = 0; row < rows.size; row++) {
      for (const end of [rows.serverOf(row), rows.clientOf(row)]) {
        if (end !== undefined && !describeEndpoint(toAddress(rows.family, end), names).isRemote) return true;
      }
    }
  }
  return false;
}

/** True if nothing was seen at all, and nothing was looked at. */
export function isBlank({ tally, scans }: Inventory): boolean {
  return scans.length === 0 && tally.rows4.size + tally.rows6.size + tally.folded.rows === 0;
}
