// Prepares the memory of the hot path for counting: the scope, the times, the ports of tunnels, and random numbers.

import { TUNNELS } from '../decode/ip/udp.js';
import { prepareActivity } from './activity.js';
import type { Engine } from './engine.js';
import {
  HAS_CLIENTS,
  HAS_HOURS,
  HAS_TIMES,
  MULTIPLIER_COUNT,
  MULTIPLIERS,
  PREFIXES_4,
  PREFIXES_6,
  RANGE_COUNT_4,
  RANGE_COUNT_6,
  RANGES_4,
  RANGES_6,
  SINCE,
  SLICE,
  TUNNEL_PORTS,
  UNTIL,
} from './layout.js';
import type { TallyOptions } from './options.js';
import type { Scope } from './scope.js';

/** Prepares the memory of a new engine. */
export function prepare(
  engine: Engine,
  { scope, since, until, clients = false, hours = false, slice = 0, activity = false }: TallyOptions,
): void {
  const { buffer } = engine.memory;
  const view = new DataView(buffer);
  view.setUint32(HAS_TIMES, since === undefined && until === undefined ? 0 : 1, true);
  view.setFloat64(SINCE, since ?? Number.NEGATIVE_INFINITY, true);
  view.setFloat64(UNTIL, until ?? Number.POSITIVE_INFINITY, true);
  view.setUint32(HAS_CLIENTS, clients ? 1 : 0, true);
  view.setUint32(HAS_HOURS, hours ? 1 : 0, true);
  view.setFloat64(SLICE, slice, true);
  if (activity) prepareActivity(engine);
  const multipliers = new Uint32Array(buffer, MULTIPLIERS, MULTIPLIER_COUNT * 2);
  for (let at = 0; at < multipliers.length; at++) multipliers[at] = Math.random() * 2 ** 32;
  for (const port of TUNNELS.keys()) {
    const at = TUNNEL_PORTS + (port >>> 3);
    view.setUint8(at, view.getUint8(at) | (1 << (port & 7)));
  }
  takeScope(engine, view, scope);
}

function takeScope(engine: Engine, view: DataView, { prefixes4, prefixes6, ranges4, ranges6 }: Scope): void {
  const bytes = new Uint8Array(engine.memory.buffer);
  bytes.set(prefixes4, PREFIXES_4);
  bytes.set(prefixes6, PREFIXES_6);
  view.setUint32(RANGES_4, copyToHeap(engine, ranges4), true);
  view.setUint32(RANGE_COUNT_4, ranges4.length / 2, true);
  view.setUint32(RANGES_6, copyToHeap(engine, ranges6), true);
  view.setUint32(RANGE_COUNT_6, ranges6.length / 4, true);
}

/** Copies numbers to the heap of an engine, and returns their place there. */
export function copyToHeap(
  engine: Engine,
  numbers: Uint8Array | Uint32Array | Float64Array | BigUint64Array,
): number {
  const place = engine.allocate(numbers.byteLength);
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  new Uint8Array(engine.memory.buffer).set(bytes, place);
  return place;
}
