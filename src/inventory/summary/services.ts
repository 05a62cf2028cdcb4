// The services of a tally, by number: a port of all machines with the same name. A flood of forged packets
// makes many, so each is described only once, however many rows it is in.

import { MAX_PORT } from '../../ip/port.js';
import type { Names } from '../../names/names.js';
import { OTHER } from '../../names/reserved-names.js';
import { DistinctKeys } from '../flat/distinct-keys.js';
import { PackedStrings } from '../flat/packed-strings.js';
import { passesService } from '../pattern-matching.js';
import type { Machines } from './machines.js';
import type { Query } from './query.js';
import type { Ranking } from './ranking.js';

/** Stands in the row `(other)`, which holds the rows folded at the memory ceiling. */
export const OTHER_SERVICE = 0;
/** The port of `OTHER_SERVICE`, which sorts after all real ports. */
export const NO_PORT: number = MAX_PORT + 1;

/** The classic lines align services right in this width, which decides their order. */
const WIDTH = 10;

export class Services {
  readonly #machines: Machines;
  readonly #names: Names;
  readonly #query: Query;
  /** A key is the name of a server and a port. */
  readonly #keys: DistinctKeys;
  readonly #key = new Uint32Array(2);
  /** One element for each service. Labels are padded to `WIDTH`; no label begins with a space of its own. */
  readonly #labels: PackedStrings;
  readonly #ports: Uint32Array;
  readonly #wanted: Uint8Array;

  /** @param rows rows in the tally */
  constructor(rows: number, machines: Machines, names: Names, query: Query) {
    this.#machines = machines;
    this.#names = names;
    this.#query = query;
    // There is room for as many services as there can be: memory that is never touched costs nothing.
    const most = rows + 1;
    this.#keys = new DistinctKeys(this.#key.length, most);
    this.#labels = new PackedStrings(most, most * WIDTH);
    this.#ports = new Uint32Array(most);
    this.#wanted = new Uint8Array(most);
    this.#note(this.#addKey(0, NO_PORT), OTHER, NO_PORT, true);
  }

  /** Adds the service on a port of a server, unless it is there already, and returns its number. */
  add(server: number, port: number): number {
    const known = this.#keys.size;
    const service = this.#addKey(this.#machines.nameKeyOf(server), port);
    if (service === known) this.#describe(service, server, port);
    return service;
  }

  isWanted(service: number): boolean {
    return this.#wanted[service] === 1;
  }

  labelOf(service: number): string {
    return this.#labels.at(service).trimStart();
  }

  portOf(service: number): number {
    return this.#ports[service] as number;
  }

  /** Returns the order of services by their labels. All services must have been added by then. */
  ranking(): Ranking {
    const ranks = this.#labels.ranks();
    return { ranks, size: ranks.length };
  }

  /** Returns the order of services by their ports. */
  rankingByPort(): Ranking {
    return { ranks: this.#ports, size: NO_PORT + 1 };
  }

  #addKey(nameKey: number, port: number): number {
    this.#key[0] = nameKey;
    this.#key[1] = port;
    return this.#keys.add(this.#key);
  }

  #describe(service: number, server: number, port: number): void {
    const { numeric = false, services = [] } = this.#query;
    // Patterns match names even if numbers are shown; otherwise the list of names need not be read.
    const needsName = !numeric || services.some(({ kind }) => kind === 'name');
    const name = needsName ? this.#names.serviceNameOf(this.#machines.addressOf(server), port) : '';
    const isWanted = passesService(services, name, port);
    this.#note(service, numeric ? `${port}/tcp` : name, port, isWanted);
  }

  #note(service: number, label: string, port: number, isWanted: boolean): void {
    this.#labels.add(label.padStart(WIDTH));
    this.#ports[service] = port;
    this.#wanted[service] = Number(isWanted);
  }
}
