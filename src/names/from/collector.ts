// Collects the names in one file of another program, or in its parts, and the first of its mistakes.

import { type Address, type AddressRange, blockOf } from '../../ip/address.js';
import { quote } from '../../text/escape.js';
import { describeBriefly, type OffsetMistake } from '../mistakes.js';
import { findNameFault } from '../name-rule.js';
import type { GivenName, NameSink } from './given-name.js';

/** A name that can be used. */
export interface UsableName {
  readonly address: Address;
  readonly name: string;
  readonly owner: string | undefined;
}

/** Mistakes of one file that are shown; the others are counted. */
const MAX_SHOWN = 3;

/** `localhost`, broadcasts and multicast groups have names in /etc/hosts, and 0.0.0.0 those of unwanted web sites. */
const NOT_MACHINES: readonly AddressRange[] = [
  blockOf(4, 0n, 8), // 0.0.0.0/8
  blockOf(4, 0x7f00_0000n, 8), // 127.0.0.0/8
  blockOf(4, 0xe000_0000n, 3), // multicast, reserved and 255.255.255.255
  blockOf(6, 0n, 127), // :: and ::1
  blockOf(6, 0xfe00n << 112n, 128), // fe00::, Debian's ip6-localnet
  blockOf(6, 0xff00n << 112n, 8), // multicast
];

/** Some mistakes of a text, and how many there are. */
class Mistakes {
  readonly #first: OffsetMistake[] = [];
  #count = 0;

  add(mistake: OffsetMistake): void {
    this.#count++;
    if (this.#first.length < MAX_SHOWN) this.#first.push(mistake);
  }

  describe(file: string, text: string): string[] {
    return describeBriefly(file, text, this.#first, this.#count);
  }
}

/** The names in one file or its parts, by address. */
export class NameCollector {
  /** Whether there were more addresses than the limit. */
  isFull = false;
  readonly #limit: number;
  readonly #found = new Map<string, Omit<UsableName, 'name'> & { readonly name: string | undefined }>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Reads a part. Returns its mistakes, and separately the names in it that cannot be used, each as lines that are safe
   * to print.
   */
  read(
    file: string,
    text: string,
    parse: (text: string, sink: NameSink) => void,
  ): { readonly mistakes: string[]; readonly badNames: string[] } {
    const mistakes = new Mistakes();
    const badNames = new Mistakes();
    parse(text, {
      addName: (entry) => this.#add(entry, badNames),
      addMistake: (mistake) => mistakes.add(mistake),
    });
    return { mistakes: mistakes.describe(file, text), badNames: badNames.describe(file, text) };
  }

  /** The names by address, as text that is different for different addresses. */
  names(): Map<string, UsableName> {
    const usable = new Map<string, UsableName>();
    for (const [key, { name, ...rest }] of this.#found)
      if (name !== undefined) usable.set(key, { ...rest, name });
    return usable;
  }

  // A later lease of an address replaces an earlier one. When a lease ends, dhcpd drops the name from it, but captures
  // are from before that: the name stays until another machine gets the address.
  #add({ address, name: written, owner, offset }: GivenName, badNames: Mistakes): void {
    if (NOT_MACHINES.some((range) => contains(range, address))) return;
    const name = written?.replace(/\.$/, '');
    const fault = name === undefined ? undefined : findNameFault(name);
    if (fault !== undefined) badNames.add({ offset, found: quote(name ?? ''), expected: fault });
    const key = `${address.family} ${address.value}`;
    const before = this.#found.get(key);
    if (before === undefined && this.#found.size >= this.#limit) {
      this.isFull = true;
      return;
    }
    const kept = before?.owner === owner ? before?.name : undefined;
    this.#found.set(key, { address, owner, name: fault === undefined ? (name ?? kept) : kept });
  }
}

function contains({ family, first, last }: AddressRange, address: Address): boolean {
  return address.family === family && address.value >= first && address.value <= last;
}
