// The hot path: what is done for every packet. AssemblyScript, which is TypeScript with the types of WebAssembly;
// compiled by scripts/build-hot.ts, and used by src/tally/engine.ts alone.

export { fold } from './fold';
export { walkPcap } from './pcap';
export { walkPcapng } from './pcapng';
export { addClient, uniteSketches } from './sketch';
export {
  add4,
  add6,
  blockOf,
  blocksLength,
  clear,
  copyBlocks,
  merge,
  mergeBlocks,
  rowCount,
  rowsAt,
  settle,
} from './tally';

/** Room on the heap: for the ranges of a scope, and for rows on their way from another tally. */
export function allocate(length: usize): usize {
  return heap.alloc(length);
}

export function free(at: usize): void {
  heap.free(at);
}
