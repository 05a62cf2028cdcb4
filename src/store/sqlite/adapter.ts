// One SQLite file as a store. SQLite answers at once, so nothing here waits.

import type { WritableStore } from '../store.js';
import { compact, isLarger, pruneBefore, pruneToSize } from './compact.js';
import { exportRows } from './export.js';
import { newServices, recordedCaptures, seenServices, sensorStates, timeline } from './history.js';
import { recordedPieces, recordedPiecesOf } from './pieces.js';
import { answer } from './read.js';
import { recordBatch, recordedFiles, recordPiece } from './record.js';
import { findSlots } from './slots.js';
import type { Store } from './store.js';
import { verify } from './verify.js';

/** The store in an open file. A method that changes it throws a StoreError if the file was opened for reading. */
export function sqliteStore(store: Store): WritableStore {
  return {
    missing: [],
    answer: async (selection, tally) => store.snapshot(() => answer(store, selection, tally)),
    newServices: async (selection) => newServices(store, selection),
    seenServices: async (selection) => seenServices(store, selection),
    timeline: async (selection, unit, isChosen) =>
      store.snapshot(() => timeline(store, selection, unit, isChosen)),
    remarks: async (selection) => findSlots(store, selection).notes,
    sensorStates: async () => sensorStates(store),
    recordedCaptures: async (selection) => recordedCaptures(store, selection),
    exportRows: (selection) => exportRows(store, selection),
    verify: async () => store.snapshot(() => verify(store)),
    recordedFiles: async (sensor) => recordedFiles(store, sensor),
    notes: store.upgradedFrom === undefined ? [] : [describeUpgrade(store.upgradedFrom)],
    record: async (batch) => recordBatch(store, batch),
    recordPiece: async (batch, place) => recordPiece(store, batch, place),
    recordedPieces: async (stream, sensor) => recordedPieces(store, stream, sensor),
    recordedPiecesOf: async (digest, sensor) => recordedPiecesOf(store, digest, sensor),
    isPiecewise: async () => true,
    compact: async (retention, now) => compact(store, retention, now),
    pruneBefore: async (time) => pruneBefore(store, time),
    pruneToSize: async (size) => {
      const rows = pruneToSize(store, size);
      return { rows, left: isLarger(store, size) ? [STILL_LARGER] : [] };
    },
    close: async () => store.close(),
  };
}

const STILL_LARGER = 'still larger: the services, captures and sources that it remembers are never removed';

function describeUpgrade(copy: string): string {
  return `upgraded to this version; the store as it was is ${copy}`;
}
