// The machines of a tally, by number. A flood of forged addresses makes very many, so each is described only
// once, and only a few numbers and the bytes of its label are kept.

import { type Address, formatAddress } from '../../ip/address.js';
import { ADDRESS_WORDS, toAddress } from '../../ip/address-words.js';
import type { Names } from '../../names/names.js';
import { OTHER } from '../../names/reserved-names.js';
import { describeEndpoint, type Endpoint, UNKEPT_ENDPOINT } from '../endpoints.js';
import { orderKeys } from '../flat/order-keys.js';
import { PackedStrings } from '../flat/packed-strings.js';
import { passesMachine } from '../pattern-matching.js';
import type { Query } from './query.js';
import { gather, type Ranking } from './ranking.js';

/** Stands for all machines whose addresses the tally did not keep. */
const REMOTE_MACHINE = 0;
/** Stands in the row `(other)`, which holds the rows folded at the memory ceiling. */
export const OTHER_MACHINE = 1;
/** The machines from this number on have an address. */
const FIRST_MACHINE = 2;

/** Flags of a machine. */
const WANTED_CLIENT = 1;
const WANTED_SERVER = 2;
/** The label is the address. */
const SHOWS_ADDRESS = 4;

/** The most characters of an address, by IP version. */
const TEXT_LENGTH = { 4: 15, 6: 39 } as const;

/** Returns the machine that has this number among those of its IP version, from 1 on; 0 stands for every remote machine. */
export function machineOf(base: number, number: number): number {
  return number === 0 ? REMOTE_MACHINE : base + number;
}

interface Family {
  readonly addresses: Uint32Array;
  readonly first: number;
  /** The number of addresses. */
  size: number;
}

export class Machines {
  readonly #names: Names;
  readonly #query: Query;
  /** By IP version: the words of the addresses, and the number of the machine that has the first of them. */
  readonly #families: Readonly<Record<4 | 6, Family>>;
  /**
   * Each array has one element for each machine. Labels and names are numbers in `#texts`; name 0 means none.
   */
  readonly #labelOf: Uint32Array;
  readonly #nameOf: Uint32Array;
  readonly #flagsOf: Uint8Array;
  readonly #texts: PackedStrings;
  /** The numbers of the texts that machines may share, which are all but addresses. */
  readonly #shared = new Map<string, number>();
  #ranking: Ranking | undefined;

  /** @param rows4 rows of IPv4 in the tally; `rows6` those of IPv6 */
  constructor(rows4: number, rows6: number, names: Names, query: Query) {
    this.#names = names;
    this.#query = query;
    // There is room for as many machines as there can be: memory that is never touched costs nothing.
    const most4 = rows4 * 2;
    const most6 = rows6 * 2;
    const most = FIRST_MACHINE + most4 + most6;
    this.#families = {
      4: { addresses: new Uint32Array(ADDRESS_WORDS[4] * most4), first: FIRST_MACHINE, size: 0 },
      6: { addresses: new Uint32Array(ADDRESS_WORDS[6] * most6), first: FIRST_MACHINE + most4, size: 0 },
    };
    this.#labelOf = new Uint32Array(most);
    this.#nameOf = new Uint32Array(most);
    this.#flagsOf = new Uint8Array(most);
    this.#texts = new PackedStrings(most * 2, most4 * TEXT_LENGTH[4] + most6 * TEXT_LENGTH[6]);
    this.#note(REMOTE_MACHINE, UNKEPT_ENDPOINT);
    this.#note(OTHER_MACHINE, { ...UNKEPT_ENDPOINT, label: OTHER });
  }

  /** Adds machines with these addresses, whose words follow one another; none may be there already. */
  addAll(family: 4 | 6, words: Uint32Array): void {
    const own = this.#families[family];
    const width = ADDRESS_WORDS[family];
    own.addresses.set(words, own.size * width);
    for (let at = 0; at < words.length; at += width) {
      const address = toAddress(family, words.subarray(at, at + width));
      this.#note(own.first + own.size, describeEndpoint(address, this.#names, this.#query));
      own.size += 1;
    }
  }

  /** The base of `machineOf` for the machines of this IP version. */
  baseOf(family: 4 | 6): number {
    return this.#families[family].first - 1;
  }

  isWantedClient(machine: number): boolean {
    return this.#has(machine, WANTED_CLIENT);
  }

  isWantedServer(machine: number): boolean {
    return this.#has(machine, WANTED_SERVER);
  }

  labelOf(machine: number): string {
    return this.#texts.at(this.#labelOf[machine] as number);
  }

  /** Returns the order of machines by their labels. All machines must have been added by then. */
  ranking(): Ranking {
    if (this.#ranking !== undefined) return this.#ranking;
    const isByAddress = this.#query.byAddress === true;
    const ofLabels = isByAddress ? this.#ranksByAddress() : this.#texts.ranks();
    const { 4: four, 6: six } = this.#families;
    const end = six.size > 0 ? six.first + six.size : four.first + four.size;
    const ranks = gather(this.#labelOf.subarray(0, end), ofLabels);
    this.#ranking = { ranks, size: ofLabels.length * (isByAddress ? 2 : 1) };
    return this.#ranking;
  }

  /** Returns a number that machines with the same name share; 0 if the machine has no name. */
  nameKeyOf(machine: number): number {
    return this.#nameOf[machine] as number;
  }

  addressOf(machine: number): Address | undefined {
    if (machine < FIRST_MACHINE) return undefined;
    const family = machine < this.#families[6].first ? 4 : 6;
    const { addresses, first } = this.#families[family];
    const width = ADDRESS_WORDS[family];
    return toAddress(family, addresses.subarray((machine - first) * width, (machine - first + 1) * width));
  }

  /** Returns the address as text; undefined if the machine is shown as `_` or `(other)`. */
  addressTextOf(machine: number): string | undefined {
    if (this.#has(machine, SHOWS_ADDRESS)) return this.labelOf(machine);
    const isRemote = this.#labelOf[machine] === this.#labelOf[REMOTE_MACHINE];
    const address = isRemote ? undefined : this.addressOf(machine);
    return address && formatAddress(address);
  }

  /** Ranks labels that are addresses by number, IPv4 before IPv6, then all others as text. */
  #ranksByAddress(): Uint32Array {
    const ranks = this.#texts.ranks();
    const most = ranks.length;
    // No text has a rank as high as the number of texts.
    for (let label = 0; label < most; label++) ranks[label] = (ranks[label] as number) + most;
    let rank = 0;
    for (const family of [4, 6] as const) {
      const { addresses, first, size } = this.#families[family];
      for (const number of orderKeys(addresses, ADDRESS_WORDS[family], size)) {
        const machine = first + number;
        if (this.#has(machine, SHOWS_ADDRESS)) ranks[this.#labelOf[machine] as number] = rank++;
      }
    }
    return ranks;
  }

  #has(machine: number, flag: number): boolean {
    return ((this.#flagsOf[machine] as number) & flag) !== 0;
  }

  #note(machine: number, end: Endpoint): void {
    const { label, name, addressText } = end;
    const { clients = [], servers = [] } = this.#query;
    const showsAddress = label === addressText;
    this.#labelOf[machine] = showsAddress ? this.#texts.add(label) : this.#share(label);
    if (name !== undefined) this.#nameOf[machine] = this.#share(name);
    this.#flagsOf[machine] =
      (passesMachine(clients, end) ? WANTED_CLIENT : 0) |
      (passesMachine(servers, end) ? WANTED_SERVER : 0) |
      (showsAddress ? SHOWS_ADDRESS : 0);
  }

  #share(text: string): number {
    let number = this.#shared.get(text);
    if (number === undefined) {
      number = this.#texts.add(text);
      this.#shared.set(text, number);
    }
    return number;
  }
}
