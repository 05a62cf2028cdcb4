// One SQLite file as a store. SQLite answers at once, so only the code that changes a store, which readers do not need, is
// waited for.

import type { WritableStore } from '../store.js';
import { exportRows } from './export.js';
import { newServices, recordedCaptures, seenServices, sensorStates, timeline } from './history.js';
import { answer } from './read.js';
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
    recordedFiles: async (sensor) => (await recording()).recordedFiles(store, sensor),
    notes: store.upgradedFrom === undefined ? [] : [describeUpgrade(store.upgradedFrom)],
    record: async (batch) => (await recording()).recordBatch(store, batch),
    recordPiece: async (batch, place) => (await recording()).recordPiece(store, batch, place),
    recordedPieces: async (stream, sensor) => (await pieces()).recordedPieces(store, stream, sensor),
    recordedPiecesOf: async (digest, sensor) => (await pieces()).recordedPiecesOf(store, digest, sensor),
    hasCapture: async (digest) => (await recording()).hasCapture(store, digest),
    isPiecewise: async () => true,
    compact: async (retention, now) => (await upkeep()).compact(store, retention, now),
    pruneBefore: async (time) => (await upkeep()).pruneBefore(store, time),
    pruneToSize: async (size) => {
      const { isLarger, pruneToSize } = await upkeep();
      const rows = pruneToSize(store, size);
      return { rows, left: isLarger(store, size) ? [STILL_LARGER] : [] };
    },
    close: async () => store.close(),
  };
}

const recording = () => import('./record.js');
const pieces = () => import('./pieces.js');
const upkeep = () => import('./compact.js');

const STILL_LARGER =
  'still larger: the services, addresses, captures and sources that it remembers are never removed';

function describeUpgrade(copy: string): string {
  return `upgraded to this version; the store as it was is ${copy}`;
}
