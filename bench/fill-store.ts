// Fills a store with the hours of one sensor, as captures of an hour each would, and prints what it took as JSON. Run by
// bench/store.ts in a process of its own, so that nothing else counts.

import fs from 'node:fs';
import type { Inventory } from '../src/inventory/inventory.js';
import { recordBatch } from '../src/store/sqlite/record.js';
import { openForRecording } from '../src/store/sqlite/store.js';
import { ClientSketch } from '../src/tally/client-sketch.js';
import { HOUR } from '../src/tally/layout.js';
import { NO_EVIDENCE } from '../src/tally/row-evidence.js';
import type { TallyRow } from '../src/tally/rows.js';
import { EVERY_ADDRESS, Scope } from '../src/tally/scope.js';
import { Tally } from '../src/tally/tally.js';
import { totalsOf } from '../src/tally/totals.js';
import { makeRandom, type Random } from './random.js';

/** Rows of each hour, of this number of different ones. */
export const ROWS_PER_HOUR = 13_889;
const POPULATION = 20_000;
/** 2026-09-01, in microseconds. */
const BEGIN = 1_788_220_800_000_000;

export interface Filled {
  readonly rows: number;
  /** Seconds of CPU, to record alone. */
  readonly cpu: number;
  /** Bytes, at most, more than before the first row. */
  readonly memory: number;
  readonly bytes: number;
}

type Key = Pick<TallyRow, 'family' | 'client' | 'server' | 'port'>;

/** 10 % of IPv6, and 3 % of remote clients. */
function makeKey(number: number, random: Random): Key {
  const family = number % 10 === 0 ? 6 : 4;
  const isRemote = number % 33 === 0;
  const address = (host: number): Uint32Array =>
    family === 4 ? Uint32Array.of(0x0a00_0000 + host) : Uint32Array.of(0x2001_0db8, 0, 0, host);
  return {
    family,
    server: address(isRemote ? number : random() % 400),
    client: isRemote ? undefined : address(0x1_0000 + (random() % 5000)),
    port: [22, 25, 53, 80, 443, 445, 3306, 8080][random() % 8] as number,
  };
}

function* hourOf(start: number, keys: readonly Key[], random: Random): Generator<TallyRow> {
  const skipped = random() % POPULATION;
  for (let at = 0; at < ROWS_PER_HOUR; at++) {
    const key = keys[(skipped + at) % POPULATION] as Key;
    const count = 1 + (random() % 100 === 0 ? random() % 5000 : random() % 20);
    const first = start + (random() % 3000) * 1e6 + (random() % 1_000_000);
    const last = count === 1 ? first : first + (random() % 500) * 1e6;
    const data = random() % (count + 1);
    const evidence = { ...NO_EVIDENCE, plain: random() % 2, judged: count, completed: count, data };
    yield {
      ...key,
      count,
      first,
      last,
      evidence,
      ...(key.client === undefined ? { remoteClients: sketch(random) } : {}),
    };
  }
}

function sketch(random: Random): Uint8Array {
  const clients = new ClientSketch();
  for (let number = random() % 40; number >= 0; number--) clients.add([Uint32Array.of(random())]);
  return clients.toBytes();
}

const [file = '', hours = '72'] = process.argv.slice(2);
const random = makeRandom(2026);
const keys = Array.from({ length: POPULATION }, (_, number) => makeKey(number, random));
const store = await openForRecording(file);
const memoryOf = (): number => process.resourceUsage().maxRSS * 1024;
const start = memoryOf();
let [cpu, rows] = [0, 0];
for (let hour = 0; hour < Number(hours); hour++) {
  const begin = BEGIN + hour * HOUR;
  const tally = new Tally({
    scope: new Scope(EVERY_ADDRESS, []),
    clients: true,
    evidence: true,
    slice: HOUR,
  });
  for (const row of hourOf(begin, keys, random)) tally.addRow(row);
  const synAcks = [...tally.readPacketsByClass()];
  const capture = {
    digest: `sha256:${String(hour).padStart(64, '0')}`,
    name: `hour-${hour}.pcap`,
    format: 'pcap 2.4',
    packetsRead: 0,
    synAcks: 0,
    firstSeen: begin,
    lastSeen: begin + HOUR - 1,
    problems: [],
  };
  let counted = 0;
  for (const family of [4, 6] as const) {
    const found = tally.readRows(family);
    for (let row = 0; row < found.size; row++) counted += found.countOf(row);
  }
  synAcks[0] = counted;
  const inventory: Inventory = {
    tally,
    inputs: [],
    captures: [{ ...capture, packetsRead: counted, synAcks: counted }],
    totals: totalsOf(Float64Array.from(synAcks), { outsideTime: 0, bytesRead: 0, bytesSkipped: 0, gaps: 0 }),
    kept: EVERY_ADDRESS,
    scans: [],
  };
  rows += tally.countRows();
  const before = process.cpuUsage();
  recordBatch(store, { sensor: 'fra1', source: capture.name, inventory });
  const { user, system } = process.cpuUsage(before);
  cpu += (user + system) / 1e6;
}
store.close();
const memory = memoryOf() - start;
const filled: Filled = { rows, cpu, memory, bytes: fs.statSync(file).size };
process.stdout.write(`${JSON.stringify(filled)}\n`);
