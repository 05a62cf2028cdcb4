// The machines of a picture by number: one for each name or address, and one for all remote machines together.

import { type Address, compareAddresses, formatAddress } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import { REMOTE } from '../../names/reserved-names.js';
import { describeEndpoint } from '../endpoints.js';
import type { Evidence } from '../evidence.js';
import { labelOf } from '../labels.js';

/** How a picture is made. */
export interface PictureOptions {
  /** Shows remote machines by address, if the inventory was read with `remote` or `keep`. */
  readonly remote?: boolean;
  /** Shows addresses and ports instead of names. */
  readonly numeric?: boolean;
}

/** One machine, or several addresses under one name. */
export interface Machine {
  /** Name or address; `_` stands for all remote machines. */
  readonly label: string;
  /** By number; empty for `_`. */
  readonly addresses: readonly Address[];
  /** Whether the label is a name. */
  readonly isNamed: boolean;
  /** Whether it is local or named: everything else is the Internet. */
  readonly isOurs: boolean;
}

/** The number of the machine that stands for all remote machines. */
export const INTERNET = 0;

export class Machines {
  readonly all: readonly Machine[];
  readonly #numbers = new Map<string, number>();
  readonly #ofAddress = new Map<string, number>();
  /** The number of the client of each row. */
  readonly #ofClient: (row: number) => number;

  constructor(evidence: Evidence, names: Names, { remote = false, numeric = false }: PictureOptions) {
    const byLabel = new Map<string, { addresses: Address[]; isNamed: boolean; isOurs: boolean }>();
    const labels = new Map<string, string>();
    for (const [text, { address }] of evidence.machines) {
      const showsAddress = remote || evidence.scans.hasFoundUp(address);
      const label = labelOf(address, names, showsAddress, numeric);
      labels.set(text, label);
      if (label === REMOTE) continue;
      const { name, isRemote } = describeEndpoint(address, names);
      const known = byLabel.get(label);
      if (known === undefined) {
        byLabel.set(label, { addresses: [address], isNamed: name === label, isOurs: !isRemote });
      } else known.addresses.push(address);
    }
    const machines = [...byLabel].map(([label, machine]) => ({
      label,
      ...machine,
      addresses: machine.addresses.sort(compareAddresses),
    }));
    machines.sort((a, b) => compareAddresses(a.addresses[0] as Address, b.addresses[0] as Address));
    this.all = [{ label: REMOTE, addresses: [], isNamed: false, isOurs: false }, ...machines];
    for (const [number, { label }] of this.all.entries()) this.#numbers.set(label, number);
    for (const [text, label] of labels) this.#ofAddress.set(text, this.#numbers.get(label) as number);
    const { addresses, clients } = evidence.table;
    const numbers = Uint32Array.from(addresses, (address) => this.numberOf(address));
    this.#ofClient = (row) => numbers[clients[row] as number] as number;
  }

  /** @param row the number of a row of the evidence */
  numberOfClient(row: number): number {
    return this.#ofClient(row);
  }

  byLabel(label: string): Machine | undefined {
    return this.all[this.#numbers.get(label) ?? -1];
  }

  /** @param address undefined stands for every remote machine */
  numberOf(address: Address | undefined): number {
    return address === undefined ? INTERNET : (this.#ofAddress.get(formatAddress(address)) ?? INTERNET);
  }
}
