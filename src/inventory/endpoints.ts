// One end of a connection, with its name: made once for each address, however many rows it is in.

import { type Address, formatAddress } from '../names/address.js';
import type { Names } from '../names/names.js';

/** How any remote machine is written. */
export const REMOTE = '_';

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

const UNKNOWN: Endpoint = {
  label: REMOTE,
  name: undefined,
  isRemote: true,
  address: undefined,
  addressText: '',
};

export class EndpointResolver {
  readonly #names: Names;
  readonly #family: 4 | 6;
  readonly #numeric: boolean;
  readonly #remote: boolean;
  readonly #known = new Map<number | string, Endpoint>();

  constructor(names: Names, family: 4 | 6, options: { numeric?: boolean; remote?: boolean }) {
    this.#names = names;
    this.#family = family;
    this.#numeric = options.numeric ?? false;
    this.#remote = options.remote ?? false;
  }

  /** The endpoint with this address, as the words of a tally's row; undefined is a remote one. */
  resolve(words: Uint32Array | undefined): Endpoint {
    if (words === undefined) return UNKNOWN;
    const key = this.#family === 4 ? (words[0] as number) : words.join();
    let endpoint = this.#known.get(key);
    if (endpoint === undefined) {
      endpoint = this.#make(words);
      this.#known.set(key, endpoint);
    }
    return endpoint;
  }

  #make(words: Uint32Array): Endpoint {
    const value = words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
    const address: Address = { family: this.#family, value };
    const addressText = formatAddress(address);
    const name = this.#names.nameOf(address);
    const isRemote = name === undefined && !this.#names.isLocal(address);
    const shown = this.#numeric ? addressText : (name ?? addressText);
    return { label: isRemote && !this.#remote ? REMOTE : shown, name, isRemote, address, addressText };
  }
}
