// The evidence of a capture is the same when the hot path counts it, and when only the decoders can: in VLANs, in a tunnel,
// in pcapng, and compressed.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { parsePcapHeader, RECORD_HEADER_LENGTH } from '../../src/capture/pcap/header.js';
import { readSources } from '../../src/sources/read-sources.js';
import { Tally } from '../../src/tally/tally.js';
import { concat, ETHER_TYPE, ethernet, ipv4, LINK_TYPE, pcap, udp, vlan } from '../helpers/packets.js';
import { describedInterface, packet, section } from '../helpers/pcapng.js';
import { EVERYTHING } from '../helpers/scope.js';
import { parseTsv } from '../helpers/shared.js';
import { evidenceOf } from '../tally/evidence-packets.js';

const CAPTURES = fileURLToPath(new URL('../captures/', import.meta.url));
const FOLDER = mkdtempSync(path.join(tmpdir(), 'synsum-evidence-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const NAMES = parseTsv(readFileSync(`${CAPTURES}manifest.tsv`, 'utf8'))
  .filter(({ file = '', expect: kind }) => kind === 'rows' && /^(?!faults).*\.pcap$/.test(file))
  .map(({ file = '' }) => file)
  .filter((file) => headerOf(file)?.linkType === LINK_TYPE.ethernet);

interface Frame {
  readonly seconds: number;
  readonly fraction: number;
  readonly data: Uint8Array;
  readonly originalLength: number;
}

function headerOf(file: string): ReturnType<typeof parsePcapHeader> | undefined {
  const bytes = readFileSync(CAPTURES + file);
  try {
    return parsePcapHeader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
  } catch {
    return undefined;
  }
}

function framesOf(file: string): Frame[] | undefined {
  const bytes = readFileSync(CAPTURES + file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = headerOf(file);
  if (header?.recordHeaderLength !== RECORD_HEADER_LENGTH || header.fractionsPerMicrosecond !== 1)
    return undefined;
  const { littleEndian } = header;
  const frames: Frame[] = [];
  for (let at = 24; at + RECORD_HEADER_LENGTH <= bytes.length; ) {
    const [seconds, fraction, length, originalLength] = [0, 4, 8, 12].map((place) =>
      view.getUint32(at + place, littleEndian),
    ) as [number, number, number, number];
    const data = bytes.subarray(at + RECORD_HEADER_LENGTH, at + RECORD_HEADER_LENGTH + length);
    frames.push({ seconds, fraction, data, originalLength });
    at += RECORD_HEADER_LENGTH + length;
  }
  return frames;
}

/** Puts a VLAN tag into an Ethernet frame. */
function tagged({ data }: Frame): Uint8Array {
  const type = (data[12] ?? 0) * 256 + (data[13] ?? 0);
  return concat(data.subarray(0, 12), [0x81, 0x00], vlan({ type, payload: data.subarray(14) }));
}

function tunnelled({ data, originalLength }: Frame): Uint8Array {
  const vxlan = concat([0x08, 0, 0, 0, 0, 0, 7, 0], data);
  // The lengths of the headers outside are those of the frame before the capture cut it.
  const more = originalLength - data.length;
  const datagram = udp({ destinationPort: 4789, payload: vxlan, length: 8 + vxlan.length + more });
  const payload = ipv4({ protocol: 17, payload: datagram, totalLength: 20 + datagram.length + more });
  return ethernet({ type: ETHER_TYPE.ipv4, payload });
}

function pcapOf(frames: readonly Frame[], wrap: (frame: Frame) => Uint8Array): Uint8Array {
  const records = frames.map((frame) => ({
    seconds: frame.seconds,
    fraction: frame.fraction,
    data: wrap(frame),
  }));
  return pcap({ records });
}

async function evidenceIn(bytes: Uint8Array, name: string): Promise<unknown> {
  const file = path.join(FOLDER, name);
  writeFileSync(file, bytes);
  const tally = new Tally({ scope: EVERYTHING, evidence: true });
  await readSources([file], tally, { threads: 1 });
  return evidenceOf(tally);
}

describe.each(NAMES)('%s', (name) => {
  test('has the same evidence in every form', async () => {
    const frames = framesOf(name);
    if (frames === undefined) return;
    const known = await evidenceIn(readFileSync(CAPTURES + name), 'plain.pcap');
    expect(await evidenceIn(gzipSync(readFileSync(CAPTURES + name)), 'plain.pcap.gz')).toEqual(known);
    const blocks = frames.map(({ seconds, fraction, data }) =>
      packet({ time: BigInt(seconds) * 1_000_000n + BigInt(fraction), data }),
    );
    expect(await evidenceIn(concat(section(), describedInterface(), ...blocks), 'plain.pcapng')).toEqual(
      known,
    );
    expect(await evidenceIn(pcapOf(frames, tagged), 'tagged.pcap')).toEqual(known);
    if (frames.every(({ originalLength }) => originalLength < 1450)) {
      expect(await evidenceIn(pcapOf(frames, tunnelled), 'tunnelled.pcap')).toEqual(known);
    }
  });
});
