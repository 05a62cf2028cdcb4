// The captures of the benchmarks are the same on every machine, and contain what their facts say.

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCapture, prepareCaptures } from '../../bench/captures.js';
import { type Facts, GENERATOR_VERSION, generate, type KindName } from '../../bench/generate.js';
import { makeRandom } from '../../bench/random.js';
import { type Connection, officeTraffic, spoofedTraffic, type Traffic } from '../../bench/traffic.js';
import { readBothWays } from '../sources/answers.js';

const PACKETS = 20_000;
const KINDS: readonly KindName[] = ['synacks', 'mixed', 'spoofed'];

/** The digests of version 1. Files on disk are kept by version, so if a digest changes, change the version too. */
const SHA256: Readonly<Record<KindName, string>> = {
  synacks: 'a8f4d4c5a6e9a30c33c5649d6519336f6e590bfff1dc4db7b4f9a7bacd211411',
  mixed: 'ad89361f0094c1ce640378209b1538f17ad0fbd83ee93b77f607b2ca25b3887a',
  spoofed: 'e92fb2f10b36d3df3a96cc09587fb8b3519025a492fd2194f084ca7fccc03e21',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synsum-bench-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function generateWhole(kind: KindName, packets: number): { bytes: Buffer; facts: Facts } {
  const pieces: Buffer[] = [];
  const facts = generate(kind, packets, (piece) => pieces.push(Buffer.from(piece)));
  return { bytes: Buffer.concat(pieces), facts };
}

/** The packets of a capture; time is in microseconds since the epoch. */
function* packetsOf(bytes: Buffer): Generator<{ time: number; frame: Buffer }> {
  for (let at = 24; at < bytes.length; ) {
    const end = at + 16 + bytes.readUInt32LE(at + 8);
    const time = bytes.readUInt32LE(at) * 1e6 + bytes.readUInt32LE(at + 4);
    yield { time, frame: bytes.subarray(at + 16, end) };
    at = end;
  }
}

/** The sum of 16-bit words, which is all ones if the checksum is right (RFC 1071). */
function foldedSum(...parts: readonly Buffer[]): number {
  let sum = 0;
  for (const part of parts) {
    part.forEach((byte, at) => {
      sum += at % 2 === 0 ? byte * 256 : byte;
    });
  }
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return sum;
}

function* connectionsOf(traffic: Traffic, packets: number): Generator<Connection> {
  const connection: Connection = { client: 0, server: 0, clientPort: 0, serverPort: 0 };
  for (let packet = 0; packet < packets; packet++) {
    traffic(packet, connection);
    yield connection;
  }
}

describe('benchmark captures', () => {
  test.each(KINDS)('when %s is generated then its bytes are those of this version', (kind) => {
    expect(GENERATOR_VERSION).toBe(1);
    const { bytes } = generateWhole(kind, PACKETS);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(SHA256[kind]);
  });

  test.each(KINDS)('when %s is read then its contents match its facts', async (kind) => {
    const { bytes, facts } = generateWhole(kind, PACKETS);
    const file = path.join(folder, `${kind}.pcap`);
    writeFileSync(file, bytes);
    for (const { report, totals } of await readBothWays(file)) {
      expect(report.problems).toEqual([]);
      expect(totals).toMatchObject({
        packetsRead: facts.packets,
        synAcks: facts.synAcks,
        bytesRead: facts.bytes,
        malformed: 0,
        truncated: 0,
      });
    }
    expect(facts.packets).toBe(PACKETS);
    expect(facts.synAcks / PACKETS).toBeCloseTo(kind === 'mixed' ? 0.01 : 1, 2);
  });

  test('when packets are inspected then their checksums are right and their times ascend', () => {
    for (const kind of KINDS) {
      let before = 0;
      for (const { time, frame } of packetsOf(generateWhole(kind, 20_000).bytes)) {
        expect(time).toBeGreaterThan(before);
        before = time;
        const isIpv4 = frame.readUInt16BE(12) === 0x0800;
        const [header, transport] = isIpv4
          ? [frame.subarray(14, 34), frame.subarray(34)]
          : [frame.subarray(14, 54), frame.subarray(54)];
        if (isIpv4) expect(foldedSum(header)).toBe(0xffff);
        const addresses = header.subarray(isIpv4 ? 12 : 8);
        const protocol = header[isIpv4 ? 9 : 6]!;
        const length = Buffer.of(transport.length >>> 8, transport.length & 0xff);
        expect(foldedSum(addresses, Buffer.of(0, protocol), length, transport)).toBe(0xffff);
      }
    }
  });

  test('when the office has 500,000 packets then each belongs to a different connection', () => {
    const seen = new Set<number>();
    for (const { client, clientPort } of connectionsOf(officeTraffic(makeRandom(1)), 500_000)) {
      seen.add(client * 65_536 + clientPort);
    }
    expect(seen.size).toBe(500_000);
  });

  test('when addresses are forged then none occurs twice, and half of each end are local', () => {
    const seen = { client: new Set<number>(), server: new Set<number>() };
    for (const connection of connectionsOf(spoofedTraffic(makeRandom(1)), 200_000)) {
      for (const end of ['client', 'server'] as const) seen[end].add(connection[end]);
    }
    for (const addresses of Object.values(seen)) {
      expect(addresses.size).toBe(200_000);
      const inside = [...addresses].filter((address) => address >>> 24 === 10).length;
      expect(inside / addresses.size).toBeCloseTo(0.5, 2);
    }
  });

  test('when a capture is incomplete then it is written again, and a complete one is kept', () => {
    const spec = { kind: 'synacks', packets: 1_000 } as const;
    const said: string[] = [];
    const prepare = (): void => prepareCaptures([spec, spec], folder, (text) => said.push(text));
    prepare();
    prepare();
    expect(said).toHaveLength(1);
    const capture = findCapture(spec, folder);
    truncateSync(capture!.file, capture!.bytes - 1);
    expect(findCapture(spec, folder)).toBeUndefined();
    prepare();
    expect(said).toHaveLength(2);
    expect(findCapture(spec, folder)).toEqual(capture);
  });

  test('when the disk is too small then that is reported before anything is written', () => {
    const before = readdirSync(folder);
    expect(() => prepareCaptures([{ kind: 'mixed', packets: 1e15 }], folder, () => {})).toThrow(
      /the captures take \d+\.\d GB, found \d+\.\d GB free; choose another folder with --dir/,
    );
    expect(readdirSync(folder)).toEqual(before);
  });
});
