// The second, independent reader: the package pcap-parser finds the packets. It is slow, and it loses data silently; the
// checks here report what it would lose.

import { Readable } from 'node:stream';
import pcapParser from 'pcap-parser';
import { viewOf } from '../data-view.js';
import { CaptureError } from '../errors.js';
import { formatAt, notACaptureError } from '../formats.js';
import type { Input } from '../input.js';
import type { ByteCounter } from '../window.js';
import {
  checkVersion,
  invalidLengthError,
  linkTypeOfField,
  MAX_PCAP_HEADER_LENGTH,
  PCAP_HEADER_LENGTH,
  type PcapVersion,
  parsePcapHeader,
  RECORD_HEADER_LENGTH,
  truncatedRecordError,
} from './header.js';
import { MAX_CAPTURED_LENGTH } from './limits.js';

const CHUNK_LENGTH = 64 << 10;

/** Receives the packets that the package finds, in the order of the capture. */
export interface PacketSink {
  header(version: string, linkType: number): void;
  /** Time in microseconds since the epoch. */
  packet(data: Uint8Array, time: number): void;
}

/**
 * Reads a classic pcap with microseconds to its end, or to the first damage. `byteCounter`, which has counted what comes
 * before the capture, is right even when it throws.
 * @throws CaptureError WRONG_READER if the package cannot read the variant, and for damage: then its offset is that of
 * the first byte that was not used
 */
export async function readWithPcapParser(
  input: Input,
  sink: PacketSink,
  signal: AbortSignal,
  byteCounter: ByteCounter,
): Promise<void> {
  const head = new Uint8Array(MAX_PCAP_HEADER_LENGTH);
  const start = byteCounter.bytesRead;
  const stream = Readable.from(chunksOf(input, head, byteCounter), { objectMode: false });
  let record = 0;
  // Bytes up to the end of the last whole record.
  let used = start;
  let version: PcapVersion | undefined;
  let failed = false;
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => {
      failed = true;
      stream.destroy();
      reject(error);
    };
    // If a listener throws, the package still passes on the rest of the data that it has.
    const guarded =
      <T>(listener: (value: T) => void) =>
      (value: T): void => {
        if (failed) return;
        try {
          listener(value);
        } catch (error) {
          fail(error as Error);
        }
      };
    let time = 0;
    pcapParser
      .parse(stream)
      .on(
        'globalHeader',
        guarded(({ majorVersion, minorVersion, linkLayerType }) => {
          // The package does not know that AIX counts nanoseconds and has link types of its own.
          if (parsePcapHeader(viewOf(head), 0, head.length).fractionsPerMicrosecond !== 1)
            throw wrongReader('found a pcap of AIX');
          version = checkVersion(majorVersion, minorVersion);
          used += PCAP_HEADER_LENGTH;
          sink.header(version.text, linkTypeOfField(linkLayerType));
        }),
      )
      .on(
        'packetHeader',
        guarded((header) => {
          const { timestampSeconds, timestampMicroseconds, originalLength } = header;
          // The package reads the length of the packet from this same object.
          if (version?.lengthsMayBeSwapped) {
            header.capturedLength = Math.min(header.capturedLength, originalLength);
          }
          const { capturedLength } = header;
          // The package would wait for all these bytes, and keep them in memory.
          if (capturedLength > MAX_CAPTURED_LENGTH) throw invalidLengthError(capturedLength, used);
          record = RECORD_HEADER_LENGTH + capturedLength;
          time = timestampSeconds * 1e6 + timestampMicroseconds;
        }),
      )
      .on(
        'packetData',
        guarded((data) => {
          sink.packet(data, time);
          used += record;
          record = 0;
        }),
      )
      .on('error', (error) =>
        fail(
          error instanceof CaptureError
            ? error
            : (headError(head, byteCounter.bytesRead - start) ?? wrongReader(error.message)),
        ),
      )
      .on('end', resolve);
  });
  if (signal.aborted) return;
  // The package waits for a whole file header, and ends silently if there is none.
  if (version === undefined)
    throw headError(head, byteCounter.bytesRead - start) ?? wrongReader('no file header');
  const found = byteCounter.bytesRead - used;
  if (found > 0) {
    throw truncatedRecordError(found, Math.max(record, RECORD_HEADER_LENGTH), used);
  }
}

/** Describes what is wrong with the beginning of the input as synsum's own reader does; undefined if nothing is. */
function headError(head: Uint8Array, bytesRead: number): Error | undefined {
  const end = Math.min(head.length, bytesRead);
  const view = viewOf(head);
  const format = formatAt(view, 0, end);
  if (format === undefined) return notACaptureError(head.subarray(0, end));
  if (format !== 'pcap') return undefined;
  try {
    parsePcapHeader(view, 0, end);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

export function wrongReader(found: string): CaptureError {
  return new CaptureError(
    'WRONG_READER',
    `the reader pcap-parser reads only classic pcap with microseconds (${found}); leave out --reader`,
  );
}

/** Returns the bytes of the input in pieces, and copies the first ones to `head`. */
async function* chunksOf(
  input: Input,
  head: Uint8Array,
  byteCounter: ByteCounter,
): AsyncGenerator<Uint8Array> {
  let found = 0;
  for (;;) {
    // The package keeps parts of the chunks, so each has its own memory.
    const chunk = new Uint8Array(CHUNK_LENGTH);
    const count = await input.read(chunk, 0);
    if (count === 0) return;
    if (found < head.length) head.set(chunk.subarray(0, head.length - found), found);
    found += count;
    byteCounter.bytesRead += count;
    yield chunk.subarray(0, count);
  }
}
