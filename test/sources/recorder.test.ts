// The records of captures, by which they are recognised later.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { CaptureRecord } from '../../src/inventory/inventory.js';
import { type ReadOptions, readSources } from '../../src/sources/read-sources.js';
import type { TallyOptions } from '../../src/tally/options.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally } from '../../src/tally/tally.js';
import { ethernet, FLAG, ipv4, ipv6, pcap, tcp } from '../helpers/packets.js';

const folder = mkdtempSync(path.join(tmpdir(), 'synsum-records-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function write(bytes: Uint8Array): string {
  files += 1;
  const file = path.join(folder, `${files}.pcap`);
  writeFileSync(file, bytes);
  return file;
}

const SYN_ACK = ethernet();
const ACK = ethernet({ payload: ipv4({ payload: tcp({ flags: FLAG.ack }) }) });
const SYN_ACK_6 = ethernet({ type: 0x86dd, payload: ipv6() });

/** A packet each second; only those in the middle are SYN-ACKs. */
function capture(...packets: Uint8Array[]): Uint8Array {
  return pcap({ records: packets.map((data, at) => ({ seconds: 1_700_000_000 + at, fraction: at, data })) });
}

const CAPTURE = capture(ACK, SYN_ACK, SYN_ACK_6, ACK);
const at = (second: number): number => (1_700_000_000 + second) * 1e6 + second;
const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function recordsOf(
  names: readonly string[],
  options: ReadOptions = { digests: true },
  tallyOptions: Partial<TallyOptions> = {},
): Promise<readonly CaptureRecord[]> {
  const tally = new Tally({ scope: Scope.everything(), ...tallyOptions });
  return (await readSources(names, tally, options)).captures;
}

describe('the record of a capture', () => {
  test('when only a part of a capture is counted, then its record says which', async () => {
    const name = write(CAPTURE);
    const whole = {
      digest: sha256(CAPTURE),
      name,
      format: 'pcap 2.4',
      packetsRead: 4,
      synAcks: 2,
      problems: [],
    };
    expect(await recordsOf([name], { digests: true }, { since: at(2) })).toEqual([
      { ...whole, firstSeen: at(2), lastSeen: at(2), since: at(2) },
    ]);
    expect(await recordsOf([name], { digests: true }, { since: at(1), until: at(2) })).toEqual([
      { ...whole, firstSeen: at(1), lastSeen: at(1), since: at(1), until: at(2) },
    ]);
  });

  test('when a capture is read, then its record has its digest, its counts, and the time of its SYN-ACKs', async () => {
    const name = write(CAPTURE);
    expect(await recordsOf([name])).toEqual([
      {
        digest: sha256(CAPTURE),
        name,
        format: 'pcap 2.4',
        packetsRead: 4,
        synAcks: 2,
        firstSeen: at(1),
        lastSeen: at(2),
        problems: [],
      },
    ]);
  });

  test('when digests are not wanted, then it has none, and without records there is no record', async () => {
    const [record] = await recordsOf([write(CAPTURE)], { records: true });
    expect(record).toMatchObject({ packetsRead: 4, firstSeen: at(1) });
    expect(record).not.toHaveProperty('digest');
    expect(await recordsOf([write(CAPTURE)], {})).toEqual([]);
  });

  test('when it is compressed, then the digest is that of the decompressed data', async () => {
    expect(await recordsOf([write(gzipSync(CAPTURE))])).toMatchObject([
      { digest: sha256(CAPTURE), format: 'pcap 2.4, gzip' },
    ]);
  });

  test('when several are read, by any number of threads, then each has its own record', async () => {
    const other = capture(SYN_ACK);
    // Large enough that threads are used.
    const large = Buffer.concat([
      CAPTURE,
      Buffer.concat(Array<Buffer>(150_000).fill(Buffer.from(CAPTURE.subarray(24)))),
    ]);
    const names = [write(CAPTURE), write(large), write(other)];
    const records = await recordsOf(names, { digests: true, threads: 1 });
    expect(records.map(({ name, digest, synAcks }) => [name, digest, synAcks])).toEqual([
      [names[0], sha256(CAPTURE), 2],
      [names[1], sha256(large), 300_002],
      [names[2], sha256(other), 1],
    ]);
    expect(await recordsOf(names, { digests: true, threads: 2 })).toEqual(records);
  });

  test('when it is damaged or cut, then the digest is that of all its bytes, and the record has the problems', async () => {
    const damaged = Buffer.concat([
      CAPTURE,
      Buffer.alloc(50, 0xee),
      CAPTURE.subarray(24),
      Buffer.from([1, 2, 3]),
    ]);
    const [record] = await recordsOf([write(damaged)]);
    expect(record).toMatchObject({ digest: sha256(damaged), packetsRead: 8 });
    expect(record?.problems.length).toBeGreaterThan(0);
    // The other reader stops at the damage.
    const [other] = await recordsOf([write(damaged)], { digests: true, reader: 'pcap-parser' });
    expect(other).toMatchObject({ digest: sha256(damaged), packetsRead: 4 });
  });

  test('when the input is not a capture, then there is no record', async () => {
    expect(await recordsOf([write(Buffer.from('once upon a time'))])).toEqual([]);
  });

  test('when it has no SYN-ACKs, then it has no time', async () => {
    expect(await recordsOf([write(capture(ACK))])).toMatchObject([
      { synAcks: 0, firstSeen: Number.POSITIVE_INFINITY, lastSeen: Number.NEGATIVE_INFINITY },
    ]);
  });

  test('when rows were folded, then their times count too', async () => {
    const client = (last: number): Uint8Array =>
      ethernet({ payload: ipv4({ source: `10.0.0.${last}`, destination: `10.0.1.${last}` }) });
    const packets = [client(1), client(2), client(2), client(3), client(3), client(4)];
    expect(await recordsOf([write(capture(...packets))], { digests: true }, { maxRows: 2 })).toMatchObject([
      { synAcks: 6, firstSeen: at(0), lastSeen: at(5) },
    ]);
  });
});
