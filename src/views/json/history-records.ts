// The answers of a store, as the JSON and NDJSON views write it, field by field as docs/store.md describes it. This is the
// schema: renaming a field here breaks its readers.

import { type History, hoursOf } from '../../inventory/history/history.js';
import { formatTime } from '../../text/time.js';
import type { Records } from './json.js';

/** Raised when a field is removed, is renamed, or changes its type or meaning. */
const VERSION = 1;

export const HISTORY_HEAD: Records['head'] = { schema: 'synsum.history', version: VERSION };

export function describeHistory(history: History): Records {
  return { head: HISTORY_HEAD, lists: [listOf(history)] };
}

function listOf(history: History): Records['lists'][number] {
  switch (history.kind) {
    case 'services':
      return {
        name: 'services',
        type: 'service',
        items: history.rows.map((row) => ({
          server: row.server,
          address: row.address,
          port: row.port,
          service: row.service,
          first_seen: formatTime(row.firstSeen),
          last_seen: formatTime(row.lastSeen),
          first_used: timeOrNothing(row.firstUsed),
          last_used: timeOrNothing(row.lastUsed),
          sensors: row.sensors,
        })),
      };
    case 'activity':
      return {
        name: `${history.unit}s`,
        type: history.unit,
        items: history.rows.map((row) => ({
          start: formatTime(row.start),
          count: row.synAcks,
          handshakes: row.handshakes,
          services: row.services,
          hours: hoursOf(row, history.unit),
        })),
      };
    case 'sensors':
      return {
        name: 'sensors',
        type: 'sensor',
        items: history.rows.map(({ sensor, captures, synAcks, firstSeen, lastSeen, recorded }) => ({
          sensor,
          captures,
          count: synAcks,
          first_seen: timeOrNothing(firstSeen),
          last_seen: timeOrNothing(lastSeen),
          recorded: formatTime(recorded),
        })),
      };
    case 'captures':
      return {
        name: 'captures',
        type: 'capture',
        items: history.rows.map((row) => ({
          sensor: row.sensor,
          name: row.name,
          format: row.format,
          digest: row.digest,
          packets: row.packets,
          count: row.synAcks,
          first_seen: timeOrNothing(row.firstSeen),
          last_seen: timeOrNothing(row.lastSeen),
          recorded: formatTime(row.recorded),
          problems: row.problems,
        })),
      };
  }
}

function timeOrNothing(time: number | undefined): string | undefined {
  return time === undefined ? undefined : formatTime(time);
}
