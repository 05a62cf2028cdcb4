// Rows as columns, with numbers instead of machines and services: a view then describes each machine once, and
// needs no call for each row.

import { ADDRESS_WORDS } from '../ip/address-words.js';
import type { Engine } from './engine.js';

/** Successive rows: one element of each column for a row. The columns are valid until the next rows are read. */
export interface RowColumns {
  readonly size: number;
  readonly counts: Float64Array;
  /** Microseconds since the epoch. */
  readonly firsts: Float64Array;
  readonly lasts: Float64Array;
  /** Machines by number, in the order in which they first appear, from 1 on; 0 stands for every remote machine. */
  readonly clients: Uint32Array;
  readonly servers: Uint32Array;
  /** Services by number: each is a port of one machine, or of all remote ones. Also from 1 on. */
  readonly services: Uint32Array;
  /** The addresses of the machines that appear here for the first time, as words, most significant first. */
  readonly newMachines: Uint32Array;
  /** The services that appear here for the first time: the number of the machine and the port of each. */
  readonly newServices: Uint32Array;
}

/** The most rows that are read together. */
export const MAX_ROWS_TOGETHER = 8192;
const BYTES_PER_ROW = 3 * 8 + 3 * 4;
/** Bytes of a key of the engine: an address by IP version, or the number of a machine and a port, 4 bytes each. */
const KEY_LENGTH = { 4: 8, 6: 16 } as const;
const SERVICE_KEY_LENGTH = 8;

/** Yields the rows of an IP version in their order. No SYN-ACK may be added before the last was read. */
export function* readColumns(
  engine: Engine,
  family: 4 | 6,
  rows: number,
): Generator<RowColumns, void, undefined> {
  const room = engine.allocate(Math.min(rows, MAX_ROWS_TOGETHER) * BYTES_PER_ROW + 8);
  // 8-byte floats must begin at a multiple of their length.
  const to = Math.ceil(room / 8) * 8;
  let machines = 0;
  let services = 0;
  try {
    for (let from = 0; from < rows; from += MAX_ROWS_TOGETHER) {
      const size = Math.min(rows - from, MAX_ROWS_TOGETHER);
      engine.numberRows(family, from, size, to);
      const { buffer } = engine.memory;
      const floats = (column: number): Float64Array => new Float64Array(buffer, to + column * size * 8, size);
      const numbers = (column: number): Uint32Array =>
        new Uint32Array(buffer, to + size * 24 + column * size * 4, size);
      const newMachines = readMachines(engine, family, machines);
      const newServices = readServices(engine, family, services);
      machines += newMachines.length / ADDRESS_WORDS[family];
      services += newServices.length / 2;
      yield {
        size,
        counts: floats(0),
        firsts: floats(1),
        lasts: floats(2),
        clients: numbers(0),
        servers: numbers(1),
        services: numbers(2),
        newMachines,
        newServices,
      };
    }
  } finally {
    engine.free(room);
    engine.freeNumbers();
  }
}

function readMachines(engine: Engine, family: 4 | 6, from: number): Uint32Array {
  const width = ADDRESS_WORDS[family];
  const count = engine.numberedCount(family, false) - from;
  const length = KEY_LENGTH[family];
  const view = new DataView(engine.memory.buffer, engine.numberedAt(family, false) + from * length);
  const words = new Uint32Array(count * width);
  for (let at = 0; at < words.length; at++) {
    words[at] = view.getUint32(Math.floor(at / width) * length + (at % width) * 4);
  }
  return words;
}

function readServices(engine: Engine, family: 4 | 6, from: number): Uint32Array {
  const count = engine.numberedCount(family, true) - from;
  const at = engine.numberedAt(family, true) + from * SERVICE_KEY_LENGTH;
  return new Uint32Array(engine.memory.buffer, at, count * 2).slice();
}
