// The second, independent reader: the package pcap-parser finds the packets. It is slow, and alone it loses
// data in silence; the checks here say what it would lose.

import { Readable } from 'node:stream';
import pcapParser from 'pcap-parser';
import { CaptureError } from '../errors.js';
import { formatAt, notACaptureError } from '../formats.js';
import type { Input } from '../input.js';
import type { ByteCounter } from '../window.js';
import {
  checkVersion,
  invalidLengthError,
  linkTypeOfField,
  PCAP_HEADER_LENGTH,
  type PcapVersion,
  parsePcapHeader,
  RECORD_HEADER_LENGTH,
  truncatedRecordError,
} from './header.js';
import { MAX_CAPTURED_LENGTH } from './limits.js';

const CHUNK_LENGTH = 64 << 10;

/** What it finds goes here, in the order of the capture. */
export interface PacketSink {
  header(version: string, linkType: number): void;
  /** Time in microseconds since the epoch. */
  packet(data: Uint8Array, time: number): void;
}

/**
 * Reads a classic pcap with microseconds to its end, or to the first damage. `byteCounter` is right even when it throws.
 * @throws CaptureError WRONG_READER where the package cannot read a variant, and what a capture can have: its
 *   offset is then that of the first byte that was not used
 */
export async function readWithPcapParser(
  input: Input,
  sink: PacketSink,
  signal: AbortSignal,
  byteCounter: ByteCounter,
): Promise<void> {
  const head = new Uint8Array(PCAP_HEADER_LENGTH);
  const stream = Readable.from(chunksOf(input, head, byteCounter), { objectMode: false });
  let record = 0;
  // Bytes up to the end of the last whole record.
  let used = 0;
  let version: PcapVersion | undefined;
  let failed = false;
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => {
      failed = true;
      stream.destroy();
      reject(error);
    };
    // The package goes on with what it has in hand, whatever its listeners throw.
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
          version = checkVersion(majorVersion, minorVersion);
          used = PCAP_HEADER_LENGTH;
          sink.header(version.text, linkTypeOfField(linkLayerType));
        }),
      )
      .on(
        'packetHeader',
        guarded((header) => {
          const { timestampSeconds, timestampMicroseconds, originalLength } = header;
          // The package takes the length of what follows from this very object.
          if (version?.lengthsMayBeSwapped) {
            header.capturedLength = Math.min(header.capturedLength, originalLength);
          }
          const { capturedLength } = header;
          // The package would wait for so many bytes, and keep all it reads meanwhile.
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
            : (headError(head, byteCounter) ?? wrongReader(error.message)),
        ),
      )
      .on('end', resolve);
  });
  if (signal.aborted) return;
  // The package waits for a whole file header, and ends without a word where none comes.
  if (version === undefined) throw headError(head, byteCounter) ?? wrongReader('no file header');
  const found = byteCounter.bytesRead - used;
  if (found > 0) {
    throw truncatedRecordError(found, Math.max(record, RECORD_HEADER_LENGTH), used);
  }
}

/** What is wrong with the beginning of the input, in the words of synsum's own reader; undefined if nothing is. */
function headError(head: Uint8Array, { bytesRead }: ByteCounter): Error | undefined {
  const end = Math.min(head.length, bytesRead);
  const view = new DataView(head.buffer);
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

function wrongReader(found: string): CaptureError {
  return new CaptureError(
    'WRONG_READER',
    `the reader pcap-parser takes classic pcap with microseconds only (${found}); leave out --reader`,
  );
}

/** What the input holds, piece by piece; its first bytes also go into `head`. */
async function* chunksOf(
  input: Input,
  head: Uint8Array,
  byteCounter: ByteCounter,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    // The package keeps parts of what it is given, so each chunk has its own memory.
    const chunk = new Uint8Array(CHUNK_LENGTH);
    const count = await input.read(chunk, 0);
    if (count === 0) return;
    if (byteCounter.bytesRead < head.length)
      head.set(chunk.subarray(0, head.length - byteCounter.bytesRead), byteCounter.bytesRead);
    byteCounter.bytesRead += count;
    yield chunk.subarray(0, count);
  }
}
