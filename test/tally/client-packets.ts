// SYN-ACKs between numbered machines, local and remote, and the clients that their rows should have.

import fc from 'fast-check';
import type { TallyOptions } from '../../src/tally/options.js';
import type { Rows } from '../../src/tally/rows.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally } from '../../src/tally/tally.js';
import { SketchModel } from './sketch-model.js';

type Family = 4 | 6;

export interface Packet {
  readonly family: Family;
  readonly isRemote: boolean;
  readonly client: number;
  readonly server: number;
  readonly port: number;
}

/** 10.0.0.0/8 and 2001:db8::/32 are local. */
export const SCOPE = new Scope([
  { family: 4, first: 0x0a00_0000n, last: 0x0aff_ffffn },
  { family: 6, first: 0x2001_0db8n << 96n, last: (0x2001_0db9n << 96n) - 1n },
]);

export function makeTally(options: Partial<TallyOptions> = {}): Tally {
  return new Tally({ scope: SCOPE, clients: true, ...options });
}

function wordsOf(family: Family, isRemote: boolean, machine: number): Uint32Array {
  if (family === 4) return Uint32Array.of((isRemote ? 0xc000_0000 : 0x0a00_0000) + machine);
  // The machine is in each of the words, as each must count.
  return Uint32Array.of(isRemote ? 0x2001_0db9 : 0x2001_0db8, machine & 3, machine >>> 2, machine * 3);
}

export function addAll(tally: Tally, packets: Iterable<Packet>): Tally {
  const view = new DataView(new ArrayBuffer(32));
  for (const { family, isRemote, client, server, port } of packets) {
    const [from, to] = [wordsOf(family, isRemote, client), wordsOf(family, false, server)];
    for (const [at, word] of from.entries()) view.setUint32(at * 4, word);
    for (const [at, word] of to.entries()) view.setUint32(16 + at * 4, word);
    if (family === 4) tally.add4(view.getUint32(0), view.getUint32(16), port, client);
    else tally.add6(view, 0, 16, port, client);
  }
  return tally;
}

type Clients = ReadonlyMap<string, string | undefined>;

function keyOf(family: Family, client: Uint32Array | undefined, server: Uint32Array, port: number): string {
  return [family, client ?? '_', server, port].join(' ');
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The clients of all rows, as bytes in hexadecimal. */
export function clientsOf(tally: Tally): Clients {
  const rowClients = (rows: Rows, row: number): [string, string | undefined] => {
    const bytes = rows.remoteClientsOf(row);
    const server = rows.serverOf(row) as Uint32Array;
    return [keyOf(rows.family, rows.clientOf(row), server, rows.portOf(row)), bytes && hexOf(bytes)];
  };
  return new Map(
    [tally.readRows(4), tally.readRows(6)].flatMap((rows) =>
      Array.from({ length: rows.size }, (_, row) => rowClients(rows, row)),
    ),
  );
}

/** The expected result of clientsOf. */
export function expectedClients(packets: Iterable<Packet>): Clients {
  const sketches = new Map<string, SketchModel | undefined>();
  for (const { family, isRemote, client, server, port } of packets) {
    const words = wordsOf(family, isRemote, client);
    const key = keyOf(family, isRemote ? undefined : words, wordsOf(family, false, server), port);
    if (!isRemote) {
      sketches.set(key, undefined);
      continue;
    }
    const sketch = sketches.get(key) ?? new SketchModel();
    sketches.set(key, sketch);
    sketch.add(words);
  }
  return new Map([...sketches].map(([key, sketch]) => [key, sketch && hexOf(sketch.toBytes())]));
}

/** Packets of many clients, or single ones, so that there are rows with few clients, with many, and in between. */
export const anyRun: fc.Arbitrary<Packet[]> = fc
  .record({
    family: fc.constantFrom<Family>(4, 6),
    isRemote: fc.oneof(
      { weight: 4, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    first: fc.nat(100),
    count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20 }), fc.constantFrom(61, 62, 63, 200)),
    step: fc.constantFrom(0, 1, 3),
    server: fc.nat(2),
    port: fc.nat(1),
  })
  .map(({ first, count, step, ...packet }): Packet[] =>
    Array.from({ length: count }, (_, at) => ({ ...packet, client: first + at * step })),
  );
export const anyPackets: fc.Arbitrary<Packet[]> = fc
  .array(anyRun, { maxLength: 12 })
  .map((runs) => runs.flat());

export function* numberedPackets(from: number, to: number, packet: Partial<Packet> = {}): Generator<Packet> {
  for (let client = from; client < to; client++) {
    yield { family: 4, isRemote: true, server: 1, port: 443, ...packet, client };
  }
}
