// The hot path: everything that is done for every packet. AssemblyScript, which is TypeScript with the types of
// WebAssembly; scripts/build-hot.ts compiles it, and only src/tally/engine.ts uses it.

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

/** Allocates memory on the heap, for the ranges of a scope and for rows from another tally. */
export function allocate(length: usize): usize {
  return heap.alloc(length);
}

export function free(at: usize): void {
  heap.free(at);
}
