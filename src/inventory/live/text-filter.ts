// The filter of the live view: words that must all occur in the names, addresses or ports of a row. `!word` leaves out.

import type { LiveLabels } from './labels.js';
import type { LiveTables } from './tables.js';

interface Word {
  readonly text: string;
  readonly isExcluding: boolean;
}

/** Answers that are remembered; one that is not known yet is undefined. */
const NO = 1;
const YES = 2;

export class TextFilter {
  readonly #words: readonly Word[];
  readonly #labels: LiveLabels;
  readonly #tables: LiveTables;
  /** By word, then by machine or service: whether it occurs there. */
  readonly #inMachines: number[][];
  readonly #inServices: number[][];

  constructor(text: string, labels: LiveLabels, tables: LiveTables) {
    this.#labels = labels;
    this.#tables = tables;
    this.#words = text
      .toLowerCase()
      .split(' ')
      .filter((word) => word !== '' && word !== '!')
      .map((word) => ({ text: word.replace(/^!/, ''), isExcluding: word.startsWith('!') }));
    this.#inMachines = this.#words.map(() => []);
    this.#inServices = this.#words.map(() => []);
  }

  /** Whether it leaves out anything at all. */
  get isFiltering(): boolean {
    return this.#words.length > 0;
  }

  passesMachine(machine: number): boolean {
    return this.#words.every((word, at) => this.#isInMachine(word, at, machine) !== word.isExcluding);
  }

  passesService(service: number): boolean {
    const server = this.#tables.servers[service] as number;
    return this.#words.every(
      (word, at) =>
        (this.#isInMachine(word, at, server) || this.#isInService(word, at, service)) !== word.isExcluding,
    );
  }

  passesRow(row: number): boolean {
    const service = this.#tables.rowServices[row] as number;
    const client = this.#tables.rowClients[row] as number;
    const server = this.#tables.servers[service] as number;
    return this.#words.every(
      (word, at) =>
        (this.#isInMachine(word, at, server) ||
          this.#isInMachine(word, at, client) ||
          this.#isInService(word, at, service)) !== word.isExcluding,
    );
  }

  #isInMachine({ text }: Word, at: number, machine: number): boolean {
    const found = this.#inMachines[at] as number[];
    if (found[machine] === undefined) {
      const { label, addressText } = this.#labels.machine(machine);
      found[machine] = label.toLowerCase().includes(text) || addressText.includes(text) ? YES : NO;
    }
    return found[machine] === YES;
  }

  #isInService({ text }: Word, at: number, service: number): boolean {
    const found = this.#inServices[at] as number[];
    if (found[service] === undefined) {
      const name = this.#labels.serviceName(service).toLowerCase();
      found[service] = name.includes(text) || this.#labels.portOf(service) === text ? YES : NO;
    }
    return found[service] === YES;
  }
}
