// A stream that is recorded in pieces is the same as the capture that it would be in a file, wherever it is cut, killed and
// read again.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Input } from '../../src/capture/input.js';
import { writeDocument } from '../../src/inventory/document/writer.js';
import type { Inventory } from '../../src/inventory/inventory.js';
import { loadNames } from '../../src/names/find-hosts-file.js';
import type { Names } from '../../src/names/names.js';
import type { LastPiece, PieceTaker } from '../../src/sources/pieces.js';
import { readInPieces } from '../../src/sources/read-in-pieces.js';
import { readInventory } from '../../src/sources/read-inventory.js';
import { recordedPieces } from '../../src/store/sqlite/pieces.js';
import { recordBatch, recordPiece } from '../../src/store/sqlite/record.js';
import { openForRecording, type Store } from '../../src/store/sqlite/store.js';
import { verify } from '../../src/store/sqlite/verify.js';
import { HOUR } from '../../src/tally/layout.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally } from '../../src/tally/tally.js';
import { totalsOf } from '../../src/tally/totals.js';
import { ROOT } from '../helpers/program.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-pieces-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

/** Whole captures of handshakes and of SYN-ACKs alone, in both formats. */
const CAPTURES: readonly string[] = [
  ...['monday'].map((name) => `${ROOT}samples/${name}.pcap`),
  ...fs
    .readdirSync(`${ROOT}test/captures`)
    .filter((name) => /\.(?:pcap|pcapng|cap)$/.test(name) && !name.startsWith('faults__'))
    .map((name) => `${ROOT}test/captures/${name}`)
    .filter((file) => fs.statSync(file).size > 2000),
];

let names: Names;
beforeAll(async () => {
  names = (await loadNames({ hosts: `${ROOT}samples/hosts.yaml`, env: {}, cwd: ROOT })).names;
});

let number = 0;
function newStore(): Promise<Store> {
  number += 1;
  return openForRecording(path.join(FOLDER, `${number}.db`));
}

/** Thrown where kill -9 would have ended the recorder. */
class Killed extends Error {}

interface Run {
  /** The lengths of the reads in thousandths, repeated until the end, and after how many of them a piece is due. */
  readonly lengths: readonly number[];
  readonly every: number;
  /** After so many pieces it is killed. */
  readonly pieces?: number;
}

/** Records a stream as `synsum record` does. */
async function recordStream(store: Store, content: Uint8Array, { lengths, every, pieces }: Run) {
  let due: (() => void) | undefined;
  let last: LastPiece | undefined;
  let taken = 0;
  const taker: PieceTaker = {
    known: (stream) => recordedPieces(store, stream, 'here'),
    whenDue(call) {
      due = call;
      return () => undefined;
    },
    async take(inventory, piece, replaces) {
      const outcome = recordPiece(store, { sensor: 'here', source: '-', inventory, replaces }, piece);
      if (outcome === undefined) return false;
      taken += 1;
      if (taken === pieces) throw new Killed();
      return true;
    },
    last(piece) {
      last = piece;
    },
  };
  let at = 0;
  let reads = 0;
  const input: Input = {
    async read(target, from) {
      const share = lengths[reads % lengths.length] as number;
      const length = Math.ceil((content.length * share) / 1000);
      reads += 1;
      const count = Math.min(length, content.length - at, target.length - from);
      target.set(content.subarray(at, at + count), from);
      at += count;
      if (reads % every === 0) due?.();
      return count;
    },
    close: () => undefined,
  };
  const scope = new Scope(names.rangesToKeep(), []);
  const tally = new Tally({ scope, clients: true, evidence: true, slice: HOUR });
  const signal = new AbortController().signal;
  const options = {
    reader: 'fast' as const,
    records: true,
    digests: true,
    wholeInventories: false,
    signal,
    threads: 1,
    pieces: taker,
  };
  const { report, ...result } = await readInPieces('-', input, tally, options, { bytesRead: 0 });
  const { captures } = report;
  const inventory: Inventory = {
    tally,
    inputs: [report],
    captures,
    totals: totalsOf(tally.readPacketsByClass(), {
      outsideTime: 0,
      bytesRead: result.bytesRead,
      bytesSkipped: result.bytesSkipped,
      gaps: result.gaps,
    }),
    kept: result.kept,
    scans: [],
  };
  const piece = last === undefined || last.sequence === 0 ? undefined : { ...last, isLast: true };
  const { stream, replaces } = last ?? {};
  return { outcome: recordBatch(store, { sensor: 'here', source: '-', inventory, piece, stream, replaces }) };
}

/** Everything in an inventory but its captures. */
function contentOf(inventory: Inventory): string {
  const text = [...writeDocument(inventory)].join('');
  return text.replace(/"captures": \[[\s\S]*?\n {2}\]/, '');
}

async function ask(source: string): Promise<string> {
  return contentOf(
    await readInventory([source], { names, digests: true, clients: true, evidence: true, hours: true }),
  );
}

const run = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 4 }),
  every: fc.integer({ min: 5, max: 200 }),
});

describe('a stream', () => {
  test('when it is recorded in pieces, killed, and read again then the store answers as its capture does', async () => {
    const contents = new Map(CAPTURES.map((file) => [file, fs.readFileSync(file)]));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...CAPTURES),
        fc.array(fc.record({ run, pieces: fc.integer({ min: 1, max: 5 }) }), { maxLength: 3 }),
        run,
        async (file, killed, last) => {
          const content = contents.get(file) as Uint8Array;
          const store = await newStore();
          for (const { run, pieces } of killed) {
            await recordStream(store, content, { ...run, pieces }).catch((error: unknown) => {
              if (!(error instanceof Killed)) throw error;
            });
          }
          await recordStream(store, content, last);
          expect(await ask(`store:${store.path}`), file).toBe(await ask(file));
          expect(verify(store).faults).toEqual([]);
          expect((await recordStream(store, content, last)).outcome).toBe('known');
          expect(await ask(`store:${store.path}`), file).toBe(await ask(file));
          store.close();
        },
      ),
      { numRuns: 30 },
    );
  });
});
