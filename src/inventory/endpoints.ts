// One end of a connection, with its name.

import { type Address, formatAddress } from '../ip/address.js';
import type { Names } from '../names/names.js';
import { REMOTE } from '../names/reserved-names.js';

export { OTHER, REMOTE } from '../names/reserved-names.js';

export interface Endpoint {
  /** What the summary shows. */
  readonly label: string;
  readonly name: string | undefined;
  /** Neither named nor local. */
  readonly isRemote: boolean;
  /** Undefined if the tally did not keep it. */
  readonly address: Address | undefined;
  /** Empty if the tally did not keep it. */
  readonly addressText: string;
}

export interface EndpointOptions {
  /** Addresses in place of names. */
  readonly numeric?: boolean;
  /** Addresses in place of `_`. */
  readonly remote?: boolean;
}

/** An end whose address the tally did not keep. */
export const UNKEPT_ENDPOINT: Endpoint = {
  label: REMOTE,
  name: undefined,
  isRemote: true,
  address: undefined,
  addressText: '',
};

export function describeEndpoint(address: Address, names: Names, options: EndpointOptions = {}): Endpoint {
  const { numeric = false, remote = false } = options;
  const addressText = formatAddress(address);
  const name = names.nameOf(address);
  const isRemote = name === undefined && !names.isLocal(address);
  const shown = numeric ? addressText : (name ?? addressText);
  return { label: isRemote && !remote ? REMOTE : shown, name, isRemote, address, addressText };
}
