// The result is the same, bit for bit, for any number of threads. The captures are large, as small ones are never split,
// and repetitive, as only the rows matter.

import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { parsePcapHeader } from '../../../src/capture/pcap/header.js';
import { Progress } from '../../../src/sources/progress.js';
import { readSources } from '../../../src/sources/read-sources.js';
import { readerOf, SegmentThreads } from '../../../src/sources/threads/segment-threads.js';
import type { TallyOptions } from '../../../src/tally/options.js';
import type { RowEvidence } from '../../../src/tally/row-evidence.js';
import type { Rows } from '../../../src/tally/rows.js';
import { Scope } from '../../../src/tally/scope.js';
import { Tally } from '../../../src/tally/tally.js';
import { countSegment, SEGMENT_LENGTH } from '../../../src/walk/segment.js';
import {
  ethernet,
  FLAG,
  ipv4,
  LINK_TYPE,
  PCAP_MAGIC,
  type PcapParts,
  pcap,
  tcp,
  udp,
} from '../../helpers/packets.js';
import { type PacketParts, pcapng } from '../../helpers/pcapng.js';

const HEADER_LENGTH = 24;
const FOLDER = mkdtempSync(path.join(tmpdir(), 'synsum-threads-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

let files = 0;
function write(bytes: Uint8Array): string {
  files += 1;
  const file = path.join(FOLDER, `${files}.pcap`);
  writeFileSync(file, bytes);
  return file;
}

/** Captures of this length are read with threads. */
const LARGE = 8 * SEGMENT_LENGTH + 5_000_000;

/** Packets of many lengths, a fifth of them SYN-ACKs of a few hundred rows; some that the hot path leaves alone. */
function traffic(parts: PcapParts = {}, options: { seed?: number } = {}): Uint8Array {
  const seed = options.seed ?? 1;
  const records = Array.from({ length: 2000 }, (_, number) => {
    const place = (number * 7919 + seed * 104_729) % 1_000_003;
    const flags = place % 5 === 0 ? FLAG.syn | FLAG.ack : FLAG.ack;
    const payload = new Uint8Array(place % 1400).fill(place);
    const segment = tcp({ flags, sourcePort: place % 7 === 0 ? 22 : 443, payload });
    const source = `10.0.${place % 3}.${place % 250}`;
    const destination = `192.0.2.${place % 11}`;
    const data =
      place % 13 === 0
        ? ethernet({ payload: ipv4({ protocol: 17, payload: udp({ destinationPort: 4789, payload }) }) })
        : ethernet({ payload: ipv4({ source, destination, payload: segment }) });
    return { seconds: 1_700_000_000 + Math.floor(number / 100), fraction: number, data };
  });
  return pcap({ ...parts, records });
}

/** Repeats the records of a capture until it has at least this length. */
function repeated(capture: Uint8Array, length: number): Buffer {
  const body = Buffer.from(capture.subarray(HEADER_LENGTH));
  const copies = Math.ceil(length / body.length);
  return Buffer.concat([capture.subarray(0, HEADER_LENGTH), ...Array.from({ length: copies }, () => body)]);
}

/** Everything that a run can show, with the rows in their order. */
async function read(
  names: readonly string[],
  threads: number,
  options: Partial<TallyOptions> = {},
): Promise<object> {
  const tally = new Tally({ scope: Scope.everything(), ...options });
  const { inputs, totals } = await readSources(names, tally, { threads });
  return {
    inputs,
    totals,
    folded: tally.folded,
    rows: [...rowsIn(tally.readRows(4)), ...rowsIn(tally.readRows(6))],
  };
}

function* rowsIn(rows: Rows): Generator<unknown[]> {
  for (let row = 0; row < rows.size; row++) {
    const ends = [rows.clientOf(row)?.join(), rows.serverOf(row)?.join()];
    const clients = rows.remoteClientsOf(row)?.join();
    const evidence = rows.evidenceOf(row);
    const numbers = [rows.portOf(row), rows.countOf(row), rows.firstOf(row), rows.lastOf(row)];
    yield [...ends, ...numbers, ...(evidence === undefined ? [clients] : [evidence])];
  }
}

async function expectSame(
  names: readonly string[],
  options: Partial<TallyOptions> = {},
  numbersOfThreads: readonly number[] = [2, 3],
): Promise<object> {
  const alone = await read(names, 1, options);
  for (const threads of numbersOfThreads) expect(await read(names, threads, options)).toEqual(alone);
  return alone;
}

function evidenceIn(found: object): RowEvidence[] {
  return (found as { rows: RowEvidence[][] }).rows.map((row) => row.at(-1) as RowEvidence);
}

function repeatsIn(evidence: readonly RowEvidence[]): number {
  return evidence.reduce((sum, { copies, resent, mutual }) => sum + copies + resent + mutual, 0);
}

/** The records of a capture from this offset on, as a capture. */
function withHeader(capture: Uint8Array, offset: number): Buffer {
  return Buffer.concat([capture.subarray(0, HEADER_LENGTH), capture.subarray(offset)]);
}

const LARGE_CAPTURE = repeated(traffic(), LARGE);

/** The length of the records of withHandshakes. */
const RECORD = 16 + 54;

/** Handshakes, and what follows them: at once, later, or never. SYN-ACKs are sent again, some after 100,000 packets. */
function withHandshakes(length: number): Uint8Array {
  let state = 1;
  const random = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const link = ethernet();
  const records: Uint8Array[] = [pcap({ records: [] })];
  const started: { number: number; isn: number }[] = [];
  let size = 0;
  for (let number = 0; size < length; number++) {
    const isNew = started.length === 0 || random(4) === 0;
    if (isNew) started.push({ number, isn: random(2 ** 31) });
    const back = random(3) === 0 ? random(20_000) : random(20);
    const { number: at, isn } = started[Math.max(started.length - 1 - back, 0)] as (typeof started)[number];
    const kind = isNew ? 0 : random(5);
    const toServer = kind === 2 || kind === 3;
    const record = Buffer.alloc(16 + link.length);
    record.set(link, 16);
    record.writeUInt32LE(1_700_000_000 + Math.floor(number / 500), 0);
    record.writeUInt32LE((number % 500) * 2000, 4);
    record.writeUInt32LE(link.length, 8);
    record.writeUInt32LE(link.length + 900, 12);
    const ip = 16 + 14;
    record.writeUInt16BE(40 + (kind === 4 ? 900 : 0), ip + 2);
    record.writeUInt32BE(0x0a00_0000 + (at % 300), ip + (toServer ? 12 : 16));
    record.writeUInt32BE(0x0a01_0000 + (at % 7), ip + (toServer ? 16 : 12));
    const [source, destination] = toServer ? [1024 + (at % 60_000), 443] : [443, 1024 + (at % 60_000)];
    record.writeUInt16BE(source, ip + 20);
    record.writeUInt16BE(destination, ip + 22);
    record.writeUInt32BE(toServer ? 101 : isn + (kind === 4 ? 1 : 0), ip + 24);
    record.writeUInt32BE(toServer ? isn + 1 : 101, ip + 28);
    record[ip + 32] = 0x50 + (at % 3) * 0x10;
    record[ip + 33] = kind <= 1 ? FLAG.syn | FLAG.ack : kind === 3 ? FLAG.rst : FLAG.ack;
    records.push(record);
    size += record.length;
  }
  return Buffer.concat(records);
}

describe('a large capture, whatever the number of threads', () => {
  test.each([
    ['as most are', {}],
    ['big-endian, of nanoseconds', { littleEndian: false, magic: PCAP_MAGIC.nanoseconds }],
    ['with longer record headers', { magic: PCAP_MAGIC.modified }],
    ['of a link layer that the hot path does not know', { linkType: 240 }],
    ['of a link layer that nobody knows', { linkType: 147 }],
  ])('when it is %s, then the result is the same', async (_what, parts) => {
    const found = await expectSame([write(repeated(traffic(parts), LARGE))]);
    expect(found).toMatchObject({ totals: { gaps: 0 } });
  });

  test.each([true, false])(
    'when it is a pcapng, little-endian: %s, then the result is the same',
    async (littleEndian) => {
      const view = Buffer.from(traffic());
      const packets: PacketParts[] = [];
      for (let at = HEADER_LENGTH; at < view.length; ) {
        const data = view.subarray(at + 16, at + 16 + view.readUInt32LE(at + 8));
        const time = BigInt(view.readUInt32LE(at)) * 1_000_000n + BigInt(view.readUInt32LE(at + 4));
        packets.push({ time, data });
        at += 16 + data.length;
      }
      const head = pcapng({ littleEndian });
      const body = pcapng({ littleEndian, packets }).subarray(head.length);
      const copies = Array.from({ length: Math.ceil(LARGE / body.length) }, () => body);
      const found = await expectSame([write(Buffer.concat([head, ...copies]))]);
      expect(found).toMatchObject({ totals: { gaps: 0 }, inputs: [{ packetsRead: 2000 * copies.length }] });
    },
  );

  test('when remote clients are counted, then they are the same', async () => {
    const scope = new Scope([{ family: 4, first: 0x0a000000n, last: 0x0affffffn }]);
    const found = await expectSame([write(LARGE_CAPTURE)], { scope, clients: true });
    const { rows } = found as { rows: unknown[][] };
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.every((row) => typeof row.at(-1) === 'string')).toBe(true);
  });

  test('when evidence is counted, then it is the same', async () => {
    const capture = withHandshakes(LARGE);
    const file = write(capture);
    const evidence = evidenceIn(await expectSame([file], { evidence: true }, [2, 3, 4]));
    for (const name of ['copies', 'resent', 'late', 'judged', 'completed', 'data', 'reset'] as const) {
      expect(evidence.some((row) => row[name] > 0)).toBe(true);
    }
    await expectSame([file], { evidence: true, since: 1_700_000_200_000_000 });
    await expectSame([file], { evidence: true, maxRows: 100 }, [2, 4]);
    // SYN-ACKs are repeated across the borders of segments: counted separately, there are fewer repeats in the parts.
    const border = HEADER_LENGTH + Math.ceil((4 * SEGMENT_LENGTH - HEADER_LENGTH) / RECORD) * RECORD;
    const parts = [capture.subarray(0, border), withHeader(capture, border)].map(write);
    const inParts = await Promise.all(parts.map((part) => read([part], 1, { evidence: true })));
    expect(inParts.reduce((sum, part) => sum + repeatsIn(evidenceIn(part)), 0)).toBeLessThan(
      repeatsIn(evidence) - 1000,
    );
  });

  test('when rows are divided by time, then they are the same', async () => {
    const found = await expectSame([write(LARGE_CAPTURE)], { slice: 2_000_000 });
    const { rows } = found as { rows: unknown[][] };
    expect(new Set(rows.map((row) => Math.floor((row[4] as number) / 2_000_000))).size).toBe(10);
    expect(rows.every(([, , , , first, last]) => (last as number) - (first as number) < 2_000_000)).toBe(
      true,
    );
  });

  test('when it is damaged, then the same packets are lost', async () => {
    const bytes = Buffer.from(LARGE_CAPTURE);
    bytes.fill(0, 2 * SEGMENT_LENGTH - 100_000, 2 * SEGMENT_LENGTH + 300_000);
    bytes.fill(0xff, 4 * SEGMENT_LENGTH - 1000, 4 * SEGMENT_LENGTH + 1000);
    bytes.fill(0x55, 5.5 * SEGMENT_LENGTH, 5.5 * SEGMENT_LENGTH + 2000);
    const found = await expectSame([write(bytes)]);
    expect(found).toMatchObject({ totals: { gaps: 3 } });
  });

  test('when it ends in the middle of a record, then the same problem is reported', async () => {
    for (const length of [LARGE_CAPTURE.length - 7, 9 * SEGMENT_LENGTH, 9 * SEGMENT_LENGTH + 3]) {
      await expectSame([write(LARGE_CAPTURE.subarray(0, length))]);
    }
  });

  test('when another capture was appended to it, then both are counted', async () => {
    const other = repeated(
      traffic({ littleEndian: false, linkType: LINK_TYPE.ethernet }),
      3 * SEGMENT_LENGTH,
    );
    const found = await expectSame([
      write(Buffer.concat([LARGE_CAPTURE, other, LARGE_CAPTURE.subarray(0, SEGMENT_LENGTH)])),
    ]);
    expect(found).toMatchObject({ totals: { gaps: 1 } });
  });

  test('when packets contain captures, so that segments are guessed to begin in them, then no packet of those is counted', async () => {
    // Inner records are at every border of a segment. A thread that begins there finds them, and not the outer ones.
    const inner = traffic({}, { seed: 5 }).subarray(HEADER_LENGTH, HEADER_LENGTH + 200_000);
    const data = ethernet({
      payload: ipv4({ payload: tcp({ flags: FLAG.ack, payload: inner }), totalLength: 40 }),
    });
    const outer = pcap({ records: [{ data }, { data: ethernet() }] });
    const found = await expectSame([write(repeated(outer, LARGE))]);
    expect(found).toMatchObject({ totals: { gaps: 0 }, rows: { length: 1 } });
  });

  test('when there are too many rows, then the same ones are folded', async () => {
    const found = await expectSame([write(LARGE_CAPTURE)], { maxRows: 100 });
    expect(found).toMatchObject({ rows: { length: 50 } });
  });
});

test('when a capture is so large that segments are counted together, then the result is the same, with folds too', async () => {
  const name = write(repeated(traffic(), 19 * SEGMENT_LENGTH));
  await expectSame([name], {}, [2]);
  await expectSame([name], { maxRows: 100 }, [2]);
  rmSync(name);
  const other = write(withHandshakes(19 * SEGMENT_LENGTH));
  await expectSame([other], { evidence: true }, [2]);
  rmSync(other);
});

test('when a capture is large, then other threads count a part of it, with the same result', async () => {
  const fd = openSync(write(LARGE_CAPTURE), 'r');
  const view = new DataView(LARGE_CAPTURE.buffer, LARGE_CAPTURE.byteOffset);
  // As its records have settled it.
  const header = { ...parsePcapHeader(view, 0, HEADER_LENGTH), otherRecordHeaderLengths: [] };
  const options = { scope: Scope.everything() };
  const tally = new Tally(options);
  let taken = 0;
  // Once, the other thread gets ahead, however busy the machine is.
  while (taken === 0) {
    const threads = new SegmentThreads({ fd, begin: 0 }, LARGE_CAPTURE.length, 2, options);
    threads.begin(header);
    for (let number = 1; number < 7; number++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const alone = countSegment(readerOf({ fd, begin: 0 }), header, number, tally);
      const counted = threads.take(alone?.start ?? 0, header);
      if (counted === undefined) continue;
      taken += 1;
      expect(counted).toEqual(alone);
    }
    threads.close();
  }
  closeSync(fd);
});

describe('several captures, whatever the number of threads', () => {
  const parts = [1, 2, 3, 4, 5, 6].map((seed) => repeated(traffic({}, { seed }), 700_000 * seed * seed));

  test('when they are read side by side, then the result is the same, with the reports in their order', async () => {
    const names = parts.map(write);
    names.splice(2, 0, path.join(FOLDER, 'missing.pcap'));
    names.push(
      write(gzipSync(parts[5] as Uint8Array)),
      write(LARGE_CAPTURE),
      write((parts[0] as Buffer).subarray(0, 1000)),
    );
    const found = (await expectSame(names)) as { inputs: { name: string }[] };
    expect(found.inputs.map(({ name }) => name)).toEqual(names);
    await expectSame(names, { maxRows: 40 });
  });

  test('when a capture is named twice, then it is counted twice', async () => {
    const name = write(repeated(traffic(), 40 << 20));
    const once = (await read([name], 1)) as { totals: { packetsRead: number } };
    const twice = (await read([name, name], 2)) as typeof once;
    expect(twice.totals.packetsRead).toBe(2 * once.totals.packetsRead);
  });

  test('when the reading is aborted, then it ends, and the result has everything that was read', async () => {
    const controller = new AbortController();
    const names = [write(LARGE_CAPTURE), write(LARGE_CAPTURE), write(gzipSync(LARGE_CAPTURE, { level: 1 }))];
    const tally = new Tally({ scope: Scope.everything() });
    setTimeout(() => controller.abort(), 30);
    const { inputs, totals } = await readSources(names, tally, { threads: 2, signal: controller.signal });
    expect(inputs.every(({ problems }) => problems.length === 0)).toBe(true);
    expect(totals.packetsRead).toBe(inputs.reduce((sum, { packetsRead }) => sum + packetsRead, 0));
  });
});

test('when progress is watched, then at the end it shows what was read', async () => {
  for (const threads of [1, 2]) {
    const names = [write(LARGE_CAPTURE), write(repeated(traffic(), 40 << 20)), write(traffic())];
    const progress = new Progress();
    const tally = new Tally({ scope: Scope.everything() });
    const { totals } = await readSources(names, tally, { threads, progress });
    const { bytesRead, packets, synAcks } = progress;
    expect({ bytesRead, packets, synAcks }).toEqual({
      bytesRead: totals.bytesRead,
      packets: totals.packetsRead,
      synAcks: totals.synAcks,
    });
  }
});
