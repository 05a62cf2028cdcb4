// The hot path: everything that is done for every packet. AssemblyScript, which is TypeScript with the types of
// WebAssembly; scripts/build-hot.ts compiles it, and only src/tally/engine.ts uses it.

export { clearSlices, holdSlices } from './activity/slices';
export { noteTcp4, noteTcp6, openEvidence } from './evidence';
export { fold } from './fold';
export { freeNumbers, numberedAt, numberedCount, numberRows } from './numbers';
export { walkPcap } from './pcap';
export { walkPcapng } from './pcapng';
export { beginCold, coldLength, forgetRepeats } from './repeats';
export { findHead } from './search/heads';
export { findOtherRecord } from './search/others';
export { findBlock, findRecord } from './search/search';
export {
  beginFollowing,
  beginPiece,
  beginSegment,
  endFollowing,
  endPiece,
  finishCapture,
  finishEarlier,
  hasEarlier,
  replay,
} from './segments';
export { addClient, uniteSketches } from './sketch';
export {
  add4,
  add6,
  addNoted4,
  addNoted6,
  blockOf,
  blocksLength,
  clear,
  copyBlocks,
  copyEvidence,
  merge,
  mergeBlocks,
  mergeEvidence,
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
