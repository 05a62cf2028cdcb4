// The connections of a document, in its order. They are kept in flat memory, because a flood of forged addresses creates
// very many.

import { ADDRESS_WORDS } from '../../ip/address-words.js';
import type { Hours } from '../../tally/hours.js';
import { packEvidence, type RowEvidence, unpackEvidence } from '../../tally/row-evidence.js';
import type { TallyRow } from '../../tally/rows.js';

/**
 * The key of a row as words: IP version, server, port, client. Remote machines come after all addresses, so the words
 * with the version and the port have a bit that says whether the following machine is remote.
 */
const KEY = { familyAndServer: 0, server: 1, portAndClient: 5, client: 6, length: 10 } as const;
const MAX_ADDRESS_WORDS = 4;
/** Numbers of a row. Its sketch, hours and counters begin at the end of those of the previous row. */
const NUMBER = { count: 0, first: 1, last: 2, sketchEnd: 3, hoursEnd: 4, countersEnd: 5, length: 6 } as const;
type End = typeof NUMBER.sketchEnd | typeof NUMBER.hoursEnd | typeof NUMBER.countersEnd;

const FIRST_CAPACITY = 1024;

export class DocumentRows implements Iterable<TallyRow> {
  length = 0;
  /** The SYN-ACKs of all rows. */
  count = 0;
  #keys: Uint32Array = new Uint32Array(FIRST_CAPACITY * KEY.length);
  #numbers: Float64Array = new Float64Array(FIRST_CAPACITY * NUMBER.length);
  #sketches: Uint8Array = new Uint8Array(0);
  #hours: Hours = new Uint32Array(0);
  /** Evidence: see packCounters. */
  #counters: Float64Array = new Float64Array(0);

  add(row: TallyRow): void {
    const { family, server, port, client, count, first, last } = row;
    const { remoteClients = NO_BYTES, hours = NO_HOURS } = row;
    const sketchStart = this.#endOf(this.length - 1, NUMBER.sketchEnd);
    const sketchEnd = sketchStart + remoteClients.length;
    const hoursStart = this.#endOf(this.length - 1, NUMBER.hoursEnd);
    const hoursEnd = hoursStart + hours.length;
    const counters = packCounters(row.evidence);
    const countersStart = this.#endOf(this.length - 1, NUMBER.countersEnd);
    const countersEnd = countersStart + counters.length;
    const key = this.length * KEY.length;
    const number = this.length * NUMBER.length;
    this.#keys = withRoom(this.#keys, key + KEY.length);
    this.#numbers = withRoom(this.#numbers, number + NUMBER.length);
    this.#sketches = withRoom(this.#sketches, sketchEnd);
    this.#hours = withRoom(this.#hours, hoursEnd);
    this.#counters = withRoom(this.#counters, countersEnd);
    this.#keys[key + KEY.familyAndServer] = family * 2 + Number(server === undefined);
    this.#keys[key + KEY.portAndClient] = port * 2 + Number(client === undefined);
    const padding = MAX_ADDRESS_WORDS - ADDRESS_WORDS[family];
    if (server !== undefined) this.#keys.set(server, key + KEY.server + padding);
    if (client !== undefined) this.#keys.set(client, key + KEY.client + padding);
    this.#numbers.set([count, first, last, sketchEnd, hoursEnd, countersEnd], number);
    this.#sketches.set(remoteClients, sketchStart);
    this.#hours.set(hours, hoursStart);
    this.#counters.set(counters, countersStart);
    this.length += 1;
    this.count += count;
  }

  /** Finds a row with the client, server and port of an earlier one; returns its number in the order of addition. */
  findRepeated(): number | undefined {
    const order = this.#sort();
    return order.find((row, at) => at > 0 && this.#compare(order[at - 1] as number, row) === 0);
  }

  *[Symbol.iterator](): Generator<TallyRow, void, undefined> {
    for (const row of this.#sort()) yield this.#rowAt(row);
  }

  /** Equal rows keep the order in which they were added. */
  #sort(): Uint32Array {
    const order = new Uint32Array(this.length);
    for (let row = 0; row < order.length; row++) order[row] = row;
    return order.sort((a, b) => this.#compare(a, b));
  }

  #compare(a: number, b: number): number {
    for (let word = 0; word < KEY.length; word++) {
      const difference =
        (this.#keys[a * KEY.length + word] as number) - (this.#keys[b * KEY.length + word] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  #rowAt(row: number): TallyRow {
    const key = row * KEY.length;
    const number = row * NUMBER.length;
    const familyAndServer = this.#keys[key + KEY.familyAndServer] as number;
    const portAndClient = this.#keys[key + KEY.portAndClient] as number;
    const family = familyAndServer >>> 1 === 4 ? 4 : 6;
    const [sketchStart, sketchEnd] = [row - 1, row].map((at) => this.#endOf(at, NUMBER.sketchEnd));
    const [hoursStart, hoursEnd] = [row - 1, row].map((at) => this.#endOf(at, NUMBER.hoursEnd));
    const remoteClients = this.#sketches.slice(sketchStart, sketchEnd);
    const hours = this.#hours.slice(hoursStart, hoursEnd);
    const [countersStart, countersEnd] = [row - 1, row].map((at) => this.#endOf(at, NUMBER.countersEnd));
    const evidence = unpackCounters(this.#counters.subarray(countersStart, countersEnd));
    return {
      family,
      server: familyAndServer % 2 === 1 ? undefined : this.#addressAt(key + KEY.server, family),
      port: portAndClient >>> 1,
      client: portAndClient % 2 === 1 ? undefined : this.#addressAt(key + KEY.client, family),
      count: this.#numbers[number + NUMBER.count] as number,
      first: this.#numbers[number + NUMBER.first] as number,
      last: this.#numbers[number + NUMBER.last] as number,
      ...(remoteClients.length > 0 ? { remoteClients } : {}),
      ...(hours.length > 0 ? { hours } : {}),
      ...(evidence === undefined ? {} : { evidence }),
    };
  }

  #addressAt(at: number, family: 4 | 6): Uint32Array {
    return this.#keys.slice(at + MAX_ADDRESS_WORDS - ADDRESS_WORDS[family], at + MAX_ADDRESS_WORDS);
  }

  /** Returns the end of the sketch, hours or counters of this row, where those of the next one begin. */
  #endOf(row: number, number: End): number {
    return row < 0 ? 0 : (this.#numbers[row * NUMBER.length + number] as number);
  }
}

/** Room for the number of a counter, below its value. */
const PER_COUNTER = 16;
const UNKNOWN: readonly number[] = [-1];

/** The counters that are not 0, with their numbers: nearly all are. */
function packCounters(evidence: RowEvidence | undefined): readonly number[] {
  if (evidence === undefined) return UNKNOWN;
  const counters: number[] = [];
  for (const [number, value] of packEvidence(evidence).entries()) {
    if (value !== 0) counters.push(value * PER_COUNTER + number);
  }
  return counters;
}

function unpackCounters(packed: Float64Array): RowEvidence | undefined {
  if (packed[0] === UNKNOWN[0]) return undefined;
  const counters = new Float64Array(PER_COUNTER);
  for (const counter of packed) {
    const number = counter % PER_COUNTER;
    counters[number] = (counter - number) / PER_COUNTER;
  }
  return unpackEvidence(counters);
}

const NO_BYTES = new Uint8Array(0);
const NO_HOURS: Hours = new Uint32Array(0);

/** Returns the array if it is long enough, or else a longer one with the same beginning. */
function withRoom<A extends Uint8Array | Uint32Array | Float64Array>(array: A, length: number): A {
  if (length <= array.length) return array;
  const longer = new (array.constructor as new (length: number) => A)(Math.max(length, array.length * 2));
  longer.set(array);
  return longer;
}
