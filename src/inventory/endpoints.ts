// One end of a connection: its address, its name and its label.

import { type Address, formatAddress } from '../ip/address.js';
import type { Names } from '../names/names.js';
import { REMOTE } from '../names/reserved-names.js';

export { OTHER, REMOTE } from '../names/reserved-names.js';

/** One end of a connection, as views show it. */
export interface Endpoint {
  /** The text that a summary shows: name, address or `_`. */
  readonly label: string;
  /** Undefined if it has no name. */
  readonly name: string | undefined;
  /** Whether it is neither local nor named. */
  readonly isRemote: boolean;
  /** Undefined if the tally did not keep the address. */
  readonly address: Address | undefined;
  /** Empty if the tally did not keep the address. */
  readonly addressText: string;
}

/** Chooses what the label of an end shows. */
export interface EndpointOptions {
  /** Show the address instead of the name. */
  readonly numeric?: boolean;
  /** Show the address of a remote machine instead of `_`. */
  readonly remote?: boolean;
}

/** Any end whose address the tally did not keep. */
export const UNKEPT_ENDPOINT: Endpoint = {
  label: REMOTE,
  name: undefined,
  isRemote: true,
  address: undefined,
  addressText: '',
};

/** Describes the end with this address. */
export function describeEndpoint(address: Address, names: Names, options: EndpointOptions = {}): Endpoint {
  const { numeric = false, remote = false } = options;
  const addressText = formatAddress(address);
  const name = names.nameOf(address);
  const isRemote = name === undefined && !names.isLocal(address);
  const shown = numeric ? addressText : (name ?? addressText);
  return { label: isRemote && !remote ? REMOTE : shown, name, isRemote, address, addressText };
}
