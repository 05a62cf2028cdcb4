// One end of a connection, with its name.

import { type Address, formatAddress } from '../ip/address.js';
import type { Names } from '../names/names.js';

/** How any remote machine is written. */
export const REMOTE = '_';
/** In every column of the row that stands for the rows given up at the memory ceiling. */
export const OTHER = '(other)';

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

/** Words of an address in a tally, by IP version. */
export const ADDRESS_WORDS = { 4: 1, 6: 4 } as const;

/** An end whose address the tally did not keep. */
export const UNKEPT_ENDPOINT: Endpoint = {
  label: REMOTE,
  name: undefined,
  isRemote: true,
  address: undefined,
  addressText: '',
};

/** The address that a tally has in these words. */
export function toAddress(family: 4 | 6, words: Uint32Array): Address {
  return { family, value: words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n) };
}

/** An address in the words that a tally has for it. */
export function toWords({ family, value }: Address): Uint32Array {
  const count = ADDRESS_WORDS[family];
  return Uint32Array.from({ length: count }, (_, at) =>
    Number((value >> BigInt(32 * (count - 1 - at))) & 0xffff_ffffn),
  );
}

export function describeEndpoint(address: Address, names: Names, options: EndpointOptions = {}): Endpoint {
  const { numeric = false, remote = false } = options;
  const addressText = formatAddress(address);
  const name = names.nameOf(address);
  const isRemote = name === undefined && !names.isLocal(address);
  const shown = numeric ? addressText : (name ?? addressText);
  return { label: isRemote && !remote ? REMOTE : shown, name, isRemote, address, addressText };
}
