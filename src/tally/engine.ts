// The WebAssembly of src/hot, and the memory that it counts in: one for each tally. The memory is shared not for the sake
// of threads, but because views of shared memory stay valid when it grows.

import { readFileSync } from 'node:fs';
import { packageFile } from '../files/package-root.js';
import { INITIAL_PAGES, MAX_PAGES } from './layout.js';
import { MemoryError } from './memory-error.js';

/** 64 MiB, enough for about 100,000 rows. */
const MIN_PAGES = 1024;

/** Makes V8 reserve just the maximum. Node has it from 20.15 and 22.2 on; Node 24 does the same when it has to. */
const NO_RESERVE = '--disable-wasm-trap-handler';

const CODE_FILE = packageFile('dist/tally/hot.wasm');

/** The parts that are used of an interface that only the types of browsers have. */
declare const WebAssembly: {
  Module: new (code: Uint8Array) => object;
  Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => SharedMemory;
  Instance: new (module: object, imports: { env: { memory: SharedMemory } }) => { readonly exports: object };
};

interface SharedMemory {
  /** Another buffer after the memory has grown. Views of the earlier one stay valid. */
  readonly buffer: SharedArrayBuffer;
}

/** The exports of src/hot/index.ts. Places are byte offsets in the memory. */
export interface Engine {
  readonly memory: SharedMemory;
  walkPcap(
    start: number,
    end: number,
    stop: number,
    isSwapped: boolean,
    recordHeaderLength: number,
    fractionsPerMicrosecond: number,
    etherTypeAt: number,
    networkAt: number,
  ): number;
  walkPcapng(start: number, end: number, stop: number, isSwapped: boolean): number;
  findHead(start: number, stop: number): number;
  findRecord(
    start: number,
    stop: number,
    end: number,
    isSwapped: boolean,
    recordHeaderLength: number,
    fractionsPerMicrosecond: number,
    lengthsMayBeSwapped: boolean,
    hasNear: boolean,
    near: number,
  ): number;
  findOtherRecord(start: number, stop: number, end: number, isErf: boolean): number;
  findBlock(
    start: number,
    stop: number,
    end: number,
    isSwapped: boolean,
    isForeign: boolean,
    interfaces: number,
    takesInterfaces: boolean,
    refuses: boolean,
  ): number;
  add4(client: number, server: number, port: number, time: number): void;
  add6(client: number, server: number, port: number, time: number): void;
  settle(): void;
  /** Makes room for evidence. */
  openEvidence(): void;
  /** Like `add4`, with evidence: from the TCP header, of which the bytes before `end` were captured. */
  addNoted4(client: number, server: number, tcp: number, end: number, time: number): void;
  addNoted6(client: number, server: number, tcp: number, end: number, time: number): void;
  /** Notes another TCP packet. */
  noteTcp4(source: number, destination: number, tcp: number, hasPayload: boolean, time: number): void;
  noteTcp6(source: number, destination: number, tcp: number, hasPayload: boolean, time: number): void;
  beginSegment(): void;
  finishEarlier(): void;
  /** 1 if packets can still change the outcome of a handshake of an earlier segment, 0 otherwise. */
  hasEarlier(): number;
  beginFollowing(): void;
  endFollowing(): void;
  finishCapture(): void;
  endPiece(): void;
  beginPiece(): void;
  beginCold(): void;
  coldLength(): number;
  forgetRepeats(): void;
  replay(length: number, repeats: number, evidence4: number, evidence6: number): void;
  /** Writes the counters of some rows. */
  copyEvidence(family: 4 | 6, row: number, count: number, to: number): void;
  /** Adds counters for rows that were merged from `from`. */
  mergeEvidence(family: 4 | 6, from: number, evidence: number, count: number): void;
  rowsAt(family: 4 | 6): number;
  rowCount(family: 4 | 6): number;
  /** The place of the row's block of this kind, SKETCHES, HOURS or ACTIVITY; 0 if it has none. */
  blockOf(kind: number, family: 4 | 6, row: number): number;
  blocksLength(kind: number, family: 4 | 6): number;
  copyBlocks(kind: number, family: 4 | 6, to: number): void;
  /** Writes rows as columns, and numbers their machines and services. */
  numberRows(family: 4 | 6, from: number, count: number, to: number): void;
  numberedCount(family: 4 | 6, isServices: boolean): number;
  numberedAt(family: 4 | 6, isServices: boolean): number;
  freeNumbers(): void;
  merge(family: 4 | 6, from: number, count: number): void;
  /** Adds the blocks of rows that were merged from `from`. */
  mergeBlocks(kind: number, family: 4 | 6, from: number, blocks: number, length: number): void;
  /** Adds a client to a sketch on the heap, 0 for an empty one; returns where the sketch is now. The address has this length. */
  addClient(sketch: number, address: number, length: number): number;
  /** Adds a sketch that is elsewhere to one on the heap, 0 for an empty one; returns where the sketch is now. */
  uniteSketches(sketch: number, other: number): number;
  /** Prepares for the activity of other rows, which has the slices `first` to `last` of this width. */
  holdSlices(step: number, first: number, last: number): void;
  clearSlices(): void;
  fold(keep: number): void;
  clear(): void;
  allocate(length: number): number;
  free(at: number): void;
}

let code: object | undefined;

/** Returns the compiled code, which threads can share. */
export function sharedCode(): object {
  code ??= new WebAssembly.Module(readFileSync(CODE_FILE));
  return code;
}

/** Uses the code that another thread has compiled. */
export function shareCode(shared: object): void {
  code = shared;
}

export function makeEngine(): Engine {
  const memory = makeMemory();
  const { exports } = new WebAssembly.Instance(sharedCode(), { env: { memory } });
  return exports as Engine;
}

/**
 * V8 reserves about 10 GB of addresses for each memory, though it can only ever have 2 GiB, because it then need not check
 * each access. They cost nothing, but a limit may forbid it. Some releases then reserve just the maximum, and check.
 * @throws MemoryError if there is no space for the smallest maximum either
 */
function makeMemory(): SharedMemory {
  for (let maximum = MAX_PAGES; maximum >= MIN_PAGES; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared: true });
    } catch {
      // Half of it may be allowed.
    }
  }
  const needed = 'no address space: expected about 12 GB to be allowed (`ulimit -v`)';
  // Node decides when it starts; V8's flags come too late.
  const isOptional = process.allowedNodeEnvironmentFlags.has(NO_RESERVE);
  throw new MemoryError(isOptional ? `${needed}; 2 GB suffice with NODE_OPTIONS=${NO_RESERVE}` : needed);
}
