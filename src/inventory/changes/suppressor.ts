// Decides which changes are left out of the report, because hosts.yaml expects them or the user ignores them.

import type { Address } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import type { ExpectedPattern } from '../../names/patterns.js';
import type { Service } from '../evidence.js';
import { serviceNameOf } from '../labels.js';
import { matchesExpected } from '../pattern-matching.js';

export class Suppressor {
  readonly #names: Names;
  readonly #patterns: readonly ExpectedPattern[];

  /** @param ignored changes to leave out, in addition to those that `names` expects */
  constructor(names: Names, ignored: readonly ExpectedPattern[]) {
    this.#names = names;
    this.#patterns = [...names.expected, ...ignored];
  }

  /** Whether a change of the service, or without a service, of the machine itself, is left out. */
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
