// Decides which rows leave a baseline when changes are accepted: otherwise gone services would be reported
// again and again.

import { formatAddress } from '../../ip/address.js';
import { toAddress } from '../../ip/address-words.js';
import type { Names } from '../../names/names.js';
import type { TallyRow } from '../../tally/rows.js';
import { labelOf } from '../labels.js';
import type { Changes } from './changes.js';

/**
 * Returns a function that decides whether a row belongs to a service, machine or client that is gone.
 * @param names the names under which the changes were found; without them, gone clients of services stay
 * @param numeric whether the changes have addresses instead of names
 */
export function isGoneIn(
  { gone, goneMachines, clients }: Changes,
  names?: Names,
  numeric = false,
): (row: TallyRow) => boolean {
  const machines = new Set(goneMachines.map(({ address }) => address));
  const services = new Set(
    gone.filter(({ protocol }) => protocol === 'tcp').map(({ address, port }) => `${address} ${port}`),
  );
  const clientsOf = new Map(
    clients.map((change) => [`${change.address} ${change.port}`, new Set(change.gone)]),
  );
  return ({ family, client, server, port }) => {
    const from = client && toAddress(family, client);
    if (from !== undefined && machines.has(formatAddress(from))) return true;
    if (server === undefined) return false;
    const address = formatAddress(toAddress(family, server));
    const service = `${address} ${port}`;
    if (machines.has(address) || services.has(service)) return true;
    return names !== undefined && clientsOf.get(service)?.has(labelOf(from, names, false, numeric)) === true;
  };
}
