// Completed handshakes, and those with data, in other people's captures: as many as tshark finds (tcp.completeness).
// SYNSUM_ALL_CAPTURES=1, for example in a nightly run, adds the captures outside the checkout.

import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readSources } from '../../src/sources/read-sources.js';
import { rowsOf } from '../../src/tally/rows.js';
import { Tally } from '../../src/tally/tally.js';
import { EVERYTHING } from '../helpers/scope.js';
import { hasShared, readShared, sharedPath } from '../helpers/shared.js';

const run = promisify(execFile);

const FOLDER = fileURLToPath(new URL('../captures/', import.meta.url));
/** Made for this project; evidence-cases.test.ts has the cases. */
const OWN = /^(cases|faults|synsum)__/;
const CAPTURE = /\.(pcap|pcapng|cap|dmp)(\.gz|\.1)?$/;
const FOREIGN = readdirSync(FOLDER).filter((name) => CAPTURE.test(name) && !OWN.test(name));

const wantsAll = hasShared && process.env['SYNSUM_ALL_CAPTURES'] === '1';
const SHARED = readShared('captures/manifest.tsv').map(({ file = '' }) => file);

interface Numbers {
  readonly completed: number;
  readonly data: number;
}

/** Captures in which we find others, and the reasons. */
const DIFFERING: Readonly<Record<string, Numbers>> = {
  // Two servers answer for one address in turn, each with its own sequence number. When the client chooses one of them, its
  // SYN-ACK has been sent before, so it is a repeat, and what follows is not counted for it.
  'suricata-verify__tcp-fastopen-10-syn-data-ignore_input.pcap': { completed: 0, data: 0 },
  // Five handshakes that nobody acknowledged end with a reset of the server. It has ACK set, which is enough for tshark.
  'nDPI__gnutella.pcap': { completed: 56, data: 56 },
};

async function numbersOf(path: string): Promise<Numbers & { readonly synAcks: number }> {
  const tally = new Tally({ scope: EVERYTHING, evidence: true });
  await readSources([path], tally, { threads: 1 });
  const numbers = { synAcks: 0, completed: 0, data: 0 };
  for (const { count, evidence } of rowsOf(tally)) {
    numbers.synAcks += count;
    numbers.completed += evidence?.completed ?? 0;
    numbers.data += evidence?.data ?? 0;
  }
  return numbers;
}

/** The bits of tcp.completeness for SYN-ACK and ACK, and for data. */
const [ESTABLISHED, DATA] = [2 + 4, 8];

/** With two passes, as each packet has what is known up to it in the first one. */
const OPTIONS = ['-2', '-T', 'fields', '-e', 'tcp.stream', '-e', 'tcp.completeness', '-Y', 'tcp'];

async function seenByTshark(path: string): Promise<Numbers> {
  // It fails at the end of a damaged capture.
  const { stdout } = await run('tshark', [...OPTIONS, '-r', path], { maxBuffer: 2 ** 26 }).catch(
    (error: { stdout: string }) => error,
  );
  const streams = new Map<string, number>();
  for (const line of stdout.split('\n')) {
    const [numbers = '', completeness = ''] = line.split('\t');
    // There are several in a tunnel.
    for (const [at, stream] of numbers.split(',').entries()) {
      streams.set(stream, Number(completeness.split(',')[at] ?? 0));
    }
  }
  const having = (bits: number): number =>
    [...streams.values()].filter((completeness) => (completeness & bits) === bits).length;
  return { completed: having(ESTABLISHED), data: having(ESTABLISHED | DATA) };
}

async function compare(name: string, path: string): Promise<void> {
  const { synAcks, ...numbers } = await numbersOf(path);
  // Without SYN-ACKs there is nothing to compare.
  if (synAcks === 0) return;
  const seen = await seenByTshark(path);
  const expected = DIFFERING[name];
  expect(numbers).toEqual(expected ?? seen);
  if (expected !== undefined) expect(seen).not.toEqual(expected);
}

describe("other people's captures as tshark sees them", () => {
  test.each(FOREIGN)('%s', async (name) => {
    await compare(name, FOLDER + name);
  });

  test('several of them have completed handshakes and data', async () => {
    const all = await Promise.all(FOREIGN.map((name) => numbersOf(FOLDER + name)));
    expect(all.filter(({ completed }) => completed > 0).length).toBeGreaterThan(10);
    expect(all.filter(({ data }) => data > 0).length).toBeGreaterThan(10);
    const known = new Set([...FOREIGN, ...SHARED]);
    if (hasShared) expect(Object.keys(DIFFERING).filter((name) => !known.has(name))).toEqual([]);
  });
});

if (wantsAll) {
  describe('the captures outside the checkout as tshark sees them', () => {
    test.each(SHARED)('%s', async (name) => {
      await compare(name, sharedPath(`captures/${name}`));
    });
  });
}
