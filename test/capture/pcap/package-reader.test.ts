import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureError } from '../../../src/capture/errors.js';
import { MAX_CAPTURED_LENGTH } from '../../../src/capture/pcap/limits.js';
import { readWithPcapParser } from '../../../src/capture/pcap/package-reader.js';
import { type ByteCounter, consumeInput } from '../../../src/capture/window.js';
import { Tally } from '../../../src/tally/tally.js';
import { CaptureWalker } from '../../../src/walk/capture-walker.js';
import type { Gap } from '../../../src/walk/gaps.js';
import { PacketCounter } from '../../../src/walk/packet-counter.js';
import { memoryInput, NEVER } from '../../helpers/memory-input.js';
import {
  concat,
  ethernet,
  FLAG,
  ipv4,
  PCAP_MAGIC,
  pcap,
  type RecordParts,
  tcp,
} from '../../helpers/packets.js';
import { EVERYTHING } from '../../helpers/scope.js';
import { timedRowsOf } from '../../tally/rows-of.js';

interface Read {
  readonly version?: string;
  readonly linkType?: number;
  readonly packets: { readonly bytes: string; readonly time: number }[];
  readonly error?: unknown;
  readonly byteCounter: ByteCounter;
}

async function read(bytes: Uint8Array, signal: AbortSignal = NEVER): Promise<Read> {
  const found: Read = { packets: [], byteCounter: { bytesRead: 0 } };
  const sink = {
    header(version: string, linkType: number): void {
      Object.assign(found, { version, linkType });
    },
    packet(data: Uint8Array, time: number): void {
      found.packets.push({ bytes: Buffer.from(data).toString('hex'), time });
    },
  };
  try {
    await readWithPcapParser(memoryInput(bytes), sink, signal, found.byteCounter);
    return found;
  } catch (error) {
    return { ...found, error };
  }
}

describe('readWithPcapParser', () => {
  test.each([true, false])(
    'when a capture is whole, then every packet is found (little-endian: %s)',
    async (littleEndian) => {
      const records = [
        { seconds: 1, fraction: 2, data: Uint8Array.of(1, 2, 3) },
        { seconds: 0xffff_ffff, fraction: 999_999, data: new Uint8Array(0) },
        { seconds: 3, fraction: 0, data: Uint8Array.of(9), originalLength: 1500 },
      ];
      const bytes = pcap({ littleEndian, linkType: 0x2400_0071, records });
      expect(await read(bytes)).toEqual({
        version: '2.4',
        linkType: 113,
        packets: [
          { bytes: '010203', time: 1_000_002 },
          { bytes: '', time: 0xffff_ffff * 1e6 + 999_999 },
          { bytes: '09', time: 3_000_000 },
        ],
        byteCounter: { bytesRead: bytes.length },
      });
    },
  );

  test.each([
    ['nanoseconds', { magic: PCAP_MAGIC.nanoseconds }, 'unknown magic number: 4d3cb2a1'],
    ['the modified format', { magic: PCAP_MAGIC.modified }, 'unknown magic number: 34cdb2a1'],
    ['version 543.0', { version: [543, 0] }, 'unsupported version 543.0'],
    ['AIX', { version: [2, 2], linkType: 6 }, 'found a pcap of AIX'],
  ] as const)(
    'when the capture is of %s, then the error says that the reader cannot read it',
    async (_what, parts, why) => {
      const { error, packets } = await read(pcap({ ...parts, records: [{}] }));
      expect(packets).toEqual([]);
      expect(error).toMatchObject({ code: 'WRONG_READER' });
      expect(error).toHaveProperty('message', expect.stringContaining(why));
      expect(error).toHaveProperty('message', expect.stringContaining('leave out --reader'));
    },
  );

  test('when the capture is of Ixia, whose header is longer, then the error says so too', async () => {
    const ixia = readFileSync(new URL('../../captures/faults__ixia_ns_le.pcap', import.meta.url));
    const { error } = await read(ixia);
    expect(error).toMatchObject({ code: 'WRONG_READER' });
    expect(error).toHaveProperty('message', expect.stringContaining('unknown magic number: ac01001c'));
  });

  test.each([
    [[1, 4], 'found pcap version 1.4, expected 2.0 to 2.4'],
    [[2, 5], 'found pcap version 2.5, expected 2.0 to 2.4'],
    [[3, 1], 'found pcap version 3.1, expected 2.0 to 2.4'],
  ] as const)('when the version is %j, then it is refused', async (version, message) => {
    expect((await read(pcap({ version, records: [{}] }))).error).toMatchObject({ offset: 4, message });
  });

  test.each([
    ['empty', new Uint8Array(0), 'EMPTY', 'found nothing (0 bytes), expected a pcap or pcapng capture'],
    ['short text', Buffer.from('hello'), 'NOT_A_CAPTURE', 'found text, expected a pcap or pcapng capture'],
    [
      'text',
      Buffer.from('hello\n'.repeat(9)),
      'NOT_A_CAPTURE',
      'found text, expected a pcap or pcapng capture',
    ],
    [
      'half a header',
      pcap().subarray(0, 20),
      'TRUNCATED',
      'cut short in the pcap file header: expected 24 bytes, found 20',
    ],
  ])('when the input is %s, then the error says what was found', async (_what, bytes, code, message) => {
    expect((await read(Uint8Array.from(bytes))).error).toMatchObject({ code, message });
  });

  test('when lengths are swapped in an old version, then packets have their captured length', async () => {
    for (const minor of [0, 1, 2, 3]) {
      const data = Uint8Array.of(1, 2, 3, 4);
      const records = [{ capturedLength: 1500, originalLength: 4, data }, { data: Uint8Array.of(5) }];
      const { packets, error } = await read(pcap({ version: [2, minor], records }));
      expect(error).toBeUndefined();
      expect(packets.map((packet) => packet.bytes)).toEqual(['01020304', '05']);
    }
  });

  test('when a captured length exceeds the limit, then the error has its offset', async () => {
    for (const capturedLength of [MAX_CAPTURED_LENGTH + 1, 0xffff_ffff]) {
      const bytes = pcap({ records: [{}, { capturedLength }, {}] });
      const { packets, error, byteCounter } = await read(bytes);
      expect(packets).toHaveLength(1);
      expect(error).toMatchObject({ code: 'INVALID_LENGTH', offset: 24 + 70 });
      expect(byteCounter.bytesRead).toBe(bytes.length);
    }
  });

  test('when the signal is aborted, then a torn end is not an error', async () => {
    const bytes = pcap({ records: [{}, {}] }).subarray(0, 120);
    expect(await read(bytes, AbortSignal.abort())).toMatchObject({
      byteCounter: { bytesRead: 120 },
    });
    expect(await read(bytes, AbortSignal.abort())).not.toHaveProperty('error');
  });

  test('when the sink throws, then its error is thrown', async () => {
    const failing = {
      header() {},
      packet() {
        throw new Error('of the sink');
      },
    };
    const reading = readWithPcapParser(memoryInput(pcap({ records: [{}, {}] })), failing, NEVER, {
      bytesRead: 0,
    });
    await expect(reading).rejects.toThrow('of the sink');
  });
});

interface Outcome {
  readonly rows: string[];
  readonly packetsByClass: number[];
  /** Where it stopped or was cut, and why; undefined if it was read to its end. */
  readonly fault: { readonly message: string; readonly offset: number | undefined } | undefined;
  /** Whether the package cannot read such a capture. */
  readonly isWrongReader: boolean;
}

function outcomeOf(tally: Tally, fault: Outcome['fault'], isWrongReader = false): Outcome {
  return { rows: timedRowsOf(tally), packetsByClass: [...tally.readPacketsByClass()], fault, isWrongReader };
}

function asCaptureError(thrown: unknown): CaptureError {
  if (thrown instanceof CaptureError) return thrown;
  throw thrown;
}

/** Up to the first fault. synsum's own reader may continue after it; the package never does. */
async function readFast(bytes: Uint8Array): Promise<Outcome & { readonly gaps: readonly Gap[] }> {
  const tally = new Tally({ scope: EVERYTHING });
  const walker = new CaptureWalker(tally);
  try {
    await consumeInput(memoryInput(bytes), walker, NEVER, { bytesRead: 0 });
  } catch (thrown) {
    const { message, offset } = asCaptureError(thrown);
    return { ...outcomeOf(tally, { message, offset }), gaps: walker.gaps };
  }
  const [gap] = walker.gaps;
  const fault = gap === undefined ? undefined : { message: gap.message, offset: gap.offset };
  return { ...outcomeOf(tally, fault), gaps: walker.gaps };
}

async function readWithPackage(bytes: Uint8Array, sizes?: readonly number[]): Promise<Outcome> {
  const tally = new Tally({ scope: EVERYTHING });
  let counter: PacketCounter | undefined;
  const sink = {
    header(_version: string, linkType: number): void {
      counter = new PacketCounter(tally, linkType);
    },
    packet(data: Uint8Array, time: number): void {
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      if (counter?.countUntimed(view, 0, data.length) === false) counter.countTimed(time);
    },
  };
  try {
    await readWithPcapParser(memoryInput(bytes, sizes), sink, NEVER, { bytesRead: 0 });
    return outcomeOf(tally, undefined);
  } catch (thrown) {
    const { message, offset, code } = asCaptureError(thrown);
    return outcomeOf(tally, { message, offset }, code === 'WRONG_READER');
  }
}

const anyRecord: fc.Arbitrary<RecordParts> = fc
  .record({
    seconds: fc.nat(5),
    fraction: fc.nat(999_999),
    flags: fc.constantFrom(FLAG.syn, FLAG.syn | FLAG.ack),
    sourcePort: fc.integer({ min: 1, max: 3 }),
    padding: fc.nat(100),
  })
  .map(({ seconds, fraction, flags, sourcePort, padding }) => {
    const frame = ethernet({ payload: ipv4({ payload: tcp({ flags, sourcePort }) }) });
    return { seconds, fraction, data: concat(frame, new Uint8Array(padding)) };
  });

const anyPcap = fc
  .record({
    littleEndian: fc.boolean(),
    version: fc.constantFrom([2, 4] as const, [2, 2] as const, [2, 3] as const),
    linkType: fc.constantFrom(1, 1, 1, 101, 189),
    records: fc.array(anyRecord, { maxLength: 6 }),
  })
  .map((parts) => pcap(parts));

const anySizes = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 5 });

describe('both readers', () => {
  test('when a capture of microseconds is whole or cut, then they agree, in faults too', async () => {
    await fc.assert(
      fc.asyncProperty(anyPcap, anySizes, fc.option(fc.nat()), async (whole, sizes, cut) => {
        const capture = whole.slice(0, cut === null ? whole.length : cut % (whole.length + 1));
        const { gaps, ...fast } = await readFast(capture);
        expect(await readWithPackage(capture, sizes)).toEqual(fast);
        expect(gaps.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  test('when a capture of microseconds is damaged, then they agree on everything before the first fault', async () => {
    const anyDamage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(anyPcap, anySizes, anyDamage, async (whole, sizes, damage) => {
        const capture = whole.slice();
        for (const [place, value] of damage) capture[place % capture.length] = value;
        const other = await readWithPackage(capture, sizes);
        // Damage may have made a variant of it that the package cannot read.
        if (other.isWrongReader) return;
        const { gaps, ...fast } = await readFast(capture);
        const [gap] = gaps;
        if (gap === undefined) {
          expect(other).toEqual(fast);
          return;
        }
        const sound = capture.slice(0, gap.offset);
        const { gaps: soundGaps, ...soundFast } = await readFast(sound);
        expect([soundFast.fault, soundGaps]).toEqual([undefined, []]);
        expect(await readWithPackage(sound, sizes)).toEqual(soundFast);
        // The package may accept a record that synsum's reader suspects, but not the other way round.
        if (other.fault?.offset !== undefined) expect(other.fault.offset).toBeGreaterThanOrEqual(gap.offset);
      }),
      { numRuns: 1000 },
    );
  });
});
