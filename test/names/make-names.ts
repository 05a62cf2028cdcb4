import { type Address, parseAddress } from '../../src/ip/address.js';
import { parseHosts } from '../../src/names/hosts-file.js';
import { Names } from '../../src/names/names.js';

const REGISTERED = new Map([
  [22, 'ssh'],
  [80, 'http'],
  [8889, 'ddi-tcp-2'],
]);

/** Returns the names of a hosts file, over a registry of three ports. */
export async function makeNames(text: string): Promise<Names> {
  return new Names(await parseHosts(text, 'hosts.yaml'), (port) => REGISTERED.get(port));
}

export function address(text: string): Address {
  return parseAddress(text) as Address;
}
