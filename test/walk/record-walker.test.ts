// Captures of formats with nothing but records: snoop and ERF. Wireshark reads and writes them too.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editcap } from '../helpers/editcap.js';
import { concat, ethernet, ipv4, pcap, tcp, u16, u32 } from '../helpers/packets.js';
import { portsOf, type Walked, walkWhole } from './walking.js';

const CAPTURES = new URL('../captures/', import.meta.url);
const ETHERNET_CAPTURES = [
  'zeek__snap-tcp.pcap',
  'tcpdump__accecn_handshake.pcap',
  'arkime__mongo.pcap',
  'zeek__ipv6-http-atomic-frag.pcap',
];

/** The frames of a classic pcap with little-endian microseconds, and their times. */
function framesOf(bytes: Uint8Array): { seconds: number; microseconds: number; frame: Uint8Array }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const frames = [];
  for (let at = 24; at < bytes.length; ) {
    const length = view.getUint32(at + 8, true);
    const frame = bytes.subarray(at + 16, at + 16 + length);
    frames.push({ seconds: view.getUint32(at, true), microseconds: view.getUint32(at + 4, true), frame });
    at += 16 + length;
  }
  return frames;
}

const ERF_ETHERNET = 2;

interface ErfParts {
  readonly seconds?: number;
  readonly microseconds?: number;
  readonly type?: number;
  readonly extensions?: readonly number[];
  readonly frame?: Uint8Array;
}

/** An ERF record with an Ethernet frame, padded to 8 bytes as Endace's cards do. */
function erf(parts: ErfParts = {}): Uint8Array {
  const { seconds = 1_700_000_000, microseconds = 0, extensions = [] } = parts;
  const { type = ERF_ETHERNET, frame = ethernet() } = parts;
  const length = Math.ceil((16 + extensions.length + 2 + frame.length) / 8) * 8;
  // Half a microsecond more, so that rounding does not matter.
  const fraction = Math.floor(((microseconds + 0.5) * 2 ** 32) / 1e6);
  const record = new Uint8Array(length);
  record.set([...u32(fraction).reverse(), ...u32(seconds).reverse(), type, 4, ...u16(length)]);
  record.set([0, 0, ...u16(frame.length), ...extensions, 0, 0], 12);
  record.set(frame, 16 + extensions.length + 2);
  return record;
}

interface SnoopParts {
  readonly version?: number;
  readonly dataLinkType?: number;
  readonly trailer?: number;
  readonly packets?: readonly Uint8Array[];
}

function snoop(parts: SnoopParts = {}): Uint8Array {
  const { version = 2, dataLinkType = 4, trailer = 0, packets = [ethernet()] } = parts;
  const records = packets.map((packet, at) => {
    const padding = ((4 - (packet.length % 4)) % 4) + trailer;
    const lengths = [packet.length, packet.length, 24 + packet.length + padding, 0];
    return concat(lengths.flatMap(u32), u32(1_700_000_000 + at), u32(0), packet, new Uint8Array(padding));
  });
  return concat(Buffer.from('snoop\0\0\0'), u32(version), u32(dataLinkType), ...records);
}

/** The SYN-ACKs that tshark finds in a capture. */
function tsharkCount(bytes: Uint8Array): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'synsum-tshark-'));
  try {
    const file = path.join(folder, 'capture');
    writeFileSync(file, bytes);
    const filter = 'tcp.flags.syn==1 && tcp.flags.ack==1';
    const out = execFileSync('tshark', ['-r', file, '-Y', filter, '-T', 'fields', '-e', 'frame.number'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return out.split('\n').length - 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function findings({ timedRows, packetsByClass, gaps, error }: Walked): object {
  return { timedRows, packetsByClass, gaps, error };
}

/** Frames of different services, so that a lost one is missed. */
const FRAMES = [22, 25, 53, 80, 443, 8080].map((sourcePort) =>
  ethernet({ payload: ipv4({ payload: tcp({ sourcePort }) }) }),
);

const FORMATS = [
  {
    name: 'snoop',
    head: 16,
    convert: (bytes: Uint8Array): Uint8Array => editcap(bytes, 'snoop'),
    small: snoop({ packets: FRAMES }),
    format: 'snoop 2',
  },
  {
    name: 'ERF',
    head: 0,
    convert: (bytes: Uint8Array): Uint8Array => concat(...framesOf(bytes).map(erf)),
    small: concat(...FRAMES.map((frame, at) => erf({ frame, seconds: 1_700_000_000 + at }))),
    format: 'erf',
  },
];

describe.each(FORMATS)('$name', ({ head, convert, small, format }) => {
  test.each(ETHERNET_CAPTURES)(
    'when %s has this format, then the same is found, however it arrives',
    async (name) => {
      const bytes = readFileSync(new URL(name, CAPTURES));
      const converted = convert(bytes);
      const expected = await walkWhole(bytes);
      expect(tsharkCount(converted)).toBe(expected.packetsByClass[0]);
      for (const sizes of [undefined, [1], [7, 100]]) {
        const walked = await walkWhole(converted, sizes);
        expect(walked.format).toBe(format);
        expect(findings(walked)).toEqual(findings(expected));
      }
      const joined = await walkWhole(concat(converted, bytes));
      expect(joined.gaps).toEqual([]);
      expect(joined.packets).toBe(2 * expected.packets);
    },
  );

  test('when it is cut at any byte, then each whole record is found, and the rest is reported', async () => {
    const length = (small.length - head) / FRAMES.length;
    for (let cut = head + 1; cut < small.length; cut++) {
      const { packetsByClass, gaps, error, bytesSkipped } = await walkWhole(small.subarray(0, cut));
      const whole = Math.floor((cut - head) / length);
      const isTorn = (cut - head) % length > 0;
      // One record and a piece of another are not enough to recognise ERF.
      const isRecognised = head > 0 || whole > 1 || (whole === 1 && (!isTorn || cut >= length + 16));
      if (!isRecognised) expect(error?.code).toBe('NOT_A_CAPTURE');
      else {
        expect([cut, packetsByClass[0]]).toEqual([cut, whole]);
        expect(bytesSkipped).toBe((cut - head) % length);
        expect(gaps.map(({ kind }) => kind)).toEqual(isTorn ? ['cut-short'] : []);
      }
    }
  });

  test('when bytes are damaged, then the walk ends, and the pieces in which it arrives do not matter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: small.length - 1 }), fc.nat({ max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        async (changes) => {
          const damaged = small.slice();
          for (const [at, value] of changes) damaged[at] = value;
          const whole = findings(await walkWhole(damaged));
          expect(findings(await walkWhole(damaged, [1]))).toEqual(whole);
          expect(findings(await walkWhole(damaged, [13, 64]))).toEqual(whole);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('when a length is damaged, then that record is a gap, and the next ones are found', async () => {
    const length = (small.length - head) / FRAMES.length;
    const fourth = head + 3 * length;
    const lengthAt = fourth + (head === 0 ? 10 : 8);
    const damaged = small.slice();
    damaged.fill(0xff, lengthAt, lengthAt + 2);
    const walked = await walkWhole(damaged);
    expect(portsOf(walked)).toEqual({ 22: 1, 25: 1, 53: 1, 443: 1, 8080: 1 });
    expect(walked.gaps.map(({ offset, length: skipped }) => [offset, skipped])).toEqual([[fourth, length]]);
  });
});

describe('snoop', () => {
  test.each([
    [0, ethernet()],
    [4, ethernet()],
    [9, concat([2, 0, 0, 0], ipv4())],
    [18, concat([2, 0, 0, 5, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0], ipv4())],
    [0x8000_0001, ipv4()],
  ])('when the data-link type is %i, then packets are decoded', async (dataLinkType, packet) => {
    const { packetsByClass, gaps, error } = await walkWhole(snoop({ dataLinkType, packets: [packet] }));
    expect([packetsByClass[0], gaps, error]).toEqual([1, [], undefined]);
  });

  test.each([
    [12, 5, ethernet()],
    [10, 4, concat(ethernet(), [1, 2, 3, 4])],
    [
      18,
      3,
      concat(
        [0, 0, 0, 8],
        new Uint8Array(8),
        [0x08, 0x02],
        new Uint8Array(22),
        [0xaa, 0xaa, 3, 0, 0, 0, 8, 0],
        ipv4(),
      ),
    ],
  ])(
    'when Shomiti wrote type %i and version %i, then packets are decoded',
    async (dataLinkType, version, packet) => {
      const capture = snoop({ dataLinkType, version, trailer: 16, packets: [packet, packet] });
      expect(tsharkCount(capture)).toBe(2);
      const { packetsByClass, gaps, format } = await walkWhole(capture);
      expect([packetsByClass[0], gaps, format]).toEqual([2, [], `snoop ${version}`]);
    },
  );

  test('when the data-link type or the version is unknown, then an error says so', async () => {
    const { error } = await walkWhole(snoop({ dataLinkType: 7 }));
    expect(error?.message).toBe("found packets of snoop's data-link type 7, which synsum cannot decode");
    const { error: other } = await walkWhole(snoop({ version: 6 }));
    expect(other?.message).toBe('found snoop version 6, expected 2 to 5');
  });

  test('when a capture has no records, then nothing is wrong', async () => {
    const { packets, gaps, error, format } = await walkWhole(snoop({ packets: [] }));
    expect([packets, gaps, error, format]).toEqual([0, [], undefined, 'snoop 2']);
  });
});

describe('ERF', () => {
  test('when records have extension headers, padding or metadata, then they are walked', async () => {
    const capture = concat(
      erf({ type: 27 | 0x80, extensions: [27, 0, 0, 0, 0, 0, 0, 1] }),
      erf({ type: ERF_ETHERNET | 0x80, extensions: [3, 0, 0, 0, 0, 0, 0, 1] }),
      erf({ type: 48, seconds: 0 }),
      erf({}),
    );
    const { packetsByClass, gaps } = await walkWhole(capture);
    expect([packetsByClass[0], gaps]).toEqual([2, []]);
    expect(tsharkCount(capture)).toBe(2);
  });

  test('when bytes are random, or text, or zeros, then they are not taken for ERF', async () => {
    const chaos = fc.uint8Array({ minLength: 32, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(chaos, async (bytes) => (await walkWhole(bytes)).error?.code === 'NOT_A_CAPTURE'),
    );
    for (const bytes of [new Uint8Array(4000), Buffer.from('0123456789abcdef\n'.repeat(300))])
      expect((await walkWhole(bytes)).error?.code).toBe('NOT_A_CAPTURE');
  });
});

test('when a pcap is damaged, then nothing in it is taken for ERF', async () => {
  const damaged = concat(pcap({ records: [{}] }), erf(), erf(), erf(), erf());
  expect((await walkWhole(damaged)).packetsByClass[0]).toBeLessThan(2);
});
