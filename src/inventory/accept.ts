// What a baseline loses when changes are accepted: else what is gone would be told as gone again and again.

import { formatAddress } from '../names/address.js';
import type { TallyRow } from '../tally/rows.js';
import type { Changes } from './changes.js';
import { toAddress } from './endpoints.js';

/** Tells which rows are of services and machines that are gone. */
export function isGoneIn({ gone, goneMachines }: Changes): (row: TallyRow) => boolean {
  const services = new Set(
    gone.filter(({ protocol }) => protocol === 'tcp').map(({ address, port }) => `${address} ${port}`),
  );
  const machines = new Set(goneMachines.map(({ address }) => address));
  if (services.size === 0 && machines.size === 0) return () => false;
  return ({ family, client, server, port }) => {
    const textOf = (words: Uint32Array | undefined): string | undefined =>
      words && formatAddress(toAddress(family, words));
    const [from, to] = [textOf(client), textOf(server)];
    const isOfMachine = (from !== undefined && machines.has(from)) || (to !== undefined && machines.has(to));
    return isOfMachine || (to !== undefined && services.has(`${to} ${port}`));
  };
}
