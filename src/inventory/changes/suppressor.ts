// Tells which changes are known, by hosts.yaml or by the command line, and not worth telling.

import type { Address } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import type { ExpectedPattern } from '../../names/patterns.js';
import type { Service } from '../evidence.js';
import { serviceNameOf } from '../labels.js';
import { matchesExpected } from '../pattern-matching.js';

export class Suppressor {
  readonly #names: Names;
  readonly #patterns: readonly ExpectedPattern[];

  /** @param ignored what is left out beside what is expected by the names */
  constructor(names: Names, ignored: readonly ExpectedPattern[]) {
    this.#names = names;
    this.#patterns = [...names.expected, ...ignored];
  }

  /** Without a service it is a change of the machine itself. */
  suppresses(address: Address, service?: Service): boolean {
    if (this.#patterns.length === 0) return false;
    const machine = { address, name: this.#names.nameOf(address) };
    const port = service && {
      port: service.port,
      protocol: service.protocol,
      name: serviceNameOf(service, this.#names),
    };
    return this.#patterns.some((pattern) => matchesExpected(pattern, machine, port));
  }
}
