// The servers of a fleet as a store.

import type { WritableStore } from '../store.js';
import { exportFleet } from './export.js';
import { type Fleet, openFleet } from './fleet.js';
import { newInFleet, recordedIn, seenInFleet, sensorsOf, timelineOf } from './history.js';
import { answerFrom } from './read.js';
import {
  hasCaptureIn,
  hasPiecesIn,
  recordedFilesIn,
  recordedPiecesIn,
  recordInFleet,
  recordPieceInFleet,
} from './record.js';
import { pruneFleetToSize } from './upkeep/size.js';
import { verifyFleet } from './upkeep/verify.js';
import { compactFleet, pruneFleet } from './upkeep/weeks.js';

/** Opens a fleet to ask it. @throws StoreError */
export async function openFleetToAsk(url: string): Promise<WritableStore> {
  return opened(url, undefined, (fleet) => fleet.checkTables());
}

/** Opens a fleet to record, and makes its tables. @throws StoreError */
export async function openFleetToRecord(url: string, passwordFile?: string): Promise<WritableStore> {
  return opened(url, passwordFile, (fleet) => fleet.makeTables());
}

async function opened(
  url: string,
  passwordFile: string | undefined,
  prepare: (fleet: Fleet) => Promise<void>,
): Promise<WritableStore> {
  const fleet = await openFleet(url, passwordFile);
  try {
    await prepare(fleet);
    return fleetStore(fleet);
  } catch (error) {
    await fleet.close();
    throw error;
  }
}

function fleetStore(fleet: Fleet): WritableStore {
  return {
    get missing() {
      return fleet.missing;
    },
    answer: (selection, tally) => answerFrom(fleet, selection, tally),
    newServices: (selection) => newInFleet(fleet, selection),
    seenServices: (selection) => seenInFleet(fleet, selection),
    timeline: (selection, unit, isChosen) => timelineOf(fleet, selection, unit, isChosen),
    sensorStates: () => sensorsOf(fleet),
    recordedCaptures: (selection) => recordedIn(fleet, selection),
    recordedFiles: (sensor) => recordedFilesIn(fleet, sensor),
    record: (batch) => recordInFleet(fleet, batch),
    recordPiece: (batch, place) => recordPieceInFleet(fleet, batch, place),
    recordedPieces: (stream) => recordedPiecesIn(fleet, stream),
    // Files that have grown are recognised by their names.
    recordedPiecesOf: async () => [],
    hasCapture: (digest) => hasCaptureIn(fleet, digest),
    isPiecewise: () => hasPiecesIn(fleet),
    notes: [],
    exportRows: (selection) => exportFleet(fleet, selection),
    verify: () => verifyFleet(fleet),
    compact: (retention, now) => compactFleet(fleet, retention, now),
    pruneBefore: (time) => pruneFleet(fleet, time),
    pruneToSize: (size) => pruneFleetToSize(fleet, size),
    close: () => fleet.close(),
  };
}
