// Counts the packets that the package pcap-parser finds. Loaded only with `--reader pcap-parser`.

import { byteSource } from '../capture/byte-source.js';
import { viewOf } from '../capture/data-view.js';
import { CaptureError } from '../capture/errors.js';
import { formatAt } from '../capture/formats.js';
import { withBytesBack } from '../capture/head.js';
import type { Input } from '../capture/input.js';
import {
  hasPcapHeader,
  PCAP_HEADER_LENGTH,
  parsePcapHeader,
  RECORD_HEADER_LENGTH,
} from '../capture/pcap/header.js';
import { readWithPcapParser, wrongReader } from '../capture/pcap/package-reader.js';
import { settleHeader } from '../capture/pcap/variants.js';
import type { ByteCounter } from '../capture/window.js';
import { followEnd } from '../tally/evidence.js';
import type { Tally } from '../tally/tally.js';
import type { Problem } from '../text/problem.js';
import type { Gap } from '../walk/gaps.js';
import { gapOfText, LeadingText } from '../walk/leading-text.js';
import { PacketCounter } from '../walk/packet-counter.js';
import { SEGMENT_LENGTH } from '../walk/segment.js';
import type { InputOptions } from './input-result.js';
import { problemOfError } from './problems/capture-problems.js';
import type { Reading } from './reading.js';

/** Most captures need no more to show how they begin. */
const FIRST_LOOK = 4 << 10;
/** Text before a header is at most about as long. */
const LAST_LOOK = 64 << 10;

export async function readWithPackage(
  input: Input,
  tally: Tally,
  { signal }: InputOptions,
  byteCounter: ByteCounter,
  problems: Problem[],
): Promise<Reading> {
  let format: string | undefined;
  const counters: PacketCounter[] = [];
  let segmentEnd = SEGMENT_LENGTH;
  let followed = Number.POSITIVE_INFINITY;
  const gaps: Gap[] = [];
  let offset = 0;
  const sink = {
    header(version: string, linkType: number): void {
      format = `pcap ${version}`;
      counters.push(new PacketCounter(tally, linkType));
    },
    packet(data: Uint8Array, time: number): void {
      // At the same offsets as the other reader.
      if (offset >= segmentEnd) {
        tally.foldIfFull();
        tally.evidence?.beginSegment();
        followed = followEnd(offset, SEGMENT_LENGTH);
        segmentEnd += SEGMENT_LENGTH;
      }
      if (offset >= followed) {
        tally.evidence?.finishSegment();
        followed = Number.POSITIVE_INFINITY;
      }
      offset += RECORD_HEADER_LENGTH + data.length;
      const view = viewOf(data);
      const [counter] = counters;
      if (counter?.countUntimed(view, 0, data.length) === false) counter.countTimed(time);
    },
  };
  try {
    const { input: capture, skipped } = await skipText(input, tally, signal);
    byteCounter.bytesRead += skipped;
    if (skipped > 0) gaps.push(gapOfText(skipped));
    offset = skipped + PCAP_HEADER_LENGTH;
    await readWithPcapParser(capture, sink, signal, byteCounter);
  } catch (error) {
    if (format !== undefined && error instanceof CaptureError && error.offset !== undefined) {
      gaps.push({
        offset: error.offset,
        length: byteCounter.bytesRead - error.offset,
        kind: error.code === 'TRUNCATED' ? 'cut-short' : 'damaged',
        message: error.message,
      });
    } else {
      problems.push(problemOfError(error, input));
    }
  }
  const bytesSkipped = gaps.reduce((sum, { length }) => sum + length, 0);
  return { format, origin: input, counters, gaps, gapCount: gaps.length, bytesSkipped };
}

/**
 * Skips the text before a capture, as the other reader does. The package does not know such text, nor the variants of pcap
 * that only their records show.
 * @throws CaptureError WRONG_READER for such a variant
 */
async function skipText(
  input: Input,
  tally: Tally,
  signal: AbortSignal,
): Promise<{ readonly input: Input; readonly skipped: number }> {
  const source = byteSource(input);
  let skipped: number | undefined;
  for (let length = FIRST_LOOK; skipped === undefined; length *= 2) {
    const bytes = await source.peek(length);
    skipped = findRecords(bytes, tally, bytes.length < length || length >= LAST_LOOK);
  }
  await source.skip(skipped);
  return { input: withBytesBack(input, await source.take(), signal, source.failure), skipped };
}

/** Returns the offset of the header of a capture, 0 if there is none; undefined if it takes more bytes to decide. */
function findRecords(bytes: Uint8Array, tally: Tally, isLast: boolean): number | undefined {
  const view = viewOf(bytes);
  const end = bytes.length;
  const isHead = formatAt(view, 0, end) !== undefined;
  const found = isHead ? 0 : new LeadingText().find(view, end, isLast);
  if (found === undefined) return undefined;
  const at = Math.max(found, 0);
  if (formatAt(view, at, end) !== 'pcap' || !hasPcapHeader(view, at, end)) return at;
  const header = parsePcapHeader(view, at, end);
  if (header.otherRecordHeaderLengths.length === 0) return at;
  const counter = new PacketCounter(tally, header.linkType);
  const first = at + header.length;
  const settled = settleHeader(view, first, end, header, isLast, counter.isIp.bind(counter));
  if (settled === undefined) return isLast ? at : undefined;
  const { recordHeaderLength } = settled;
  if (recordHeaderLength === RECORD_HEADER_LENGTH) return at;
  throw wrongReader(`found record headers of ${recordHeaderLength} bytes`);
}
