// Captures as a source: reads each of them to its end, or as far as it goes, into one tally.

import { openCapture } from '../capture/decompress.js';
import { CaptureError } from '../capture/errors.js';
import { type Fed, feed } from '../capture/feed.js';
import type { Input } from '../capture/input.js';
import { describeLinkType } from '../decode/link-types.js';
import type { InputReport, Inventory } from '../inventory/inventory.js';
import { CaptureParser, type Gap } from '../tally/capture-parser.js';
import { PacketCounter } from '../tally/count-packet.js';
import type { Tally } from '../tally/tally.js';
import { totalsOf } from '../tally/totals.js';

/** `fast` is synsum's own; `pcap-parser` is the package of that name, to check results with. */
export type Reader = 'fast' | 'pcap-parser';

export interface ReadOptions {
  readonly reader?: Reader;
  /** Aborted, it ends the reading; what was read until then counts. */
  readonly signal?: AbortSignal;
}

/** What a reader found in a capture. */
interface Reading {
  /** Format and version; undefined if it is no capture. */
  readonly head: string | undefined;
  /** What it was compressed in, if in anything. Then all places are in the decompressed data. */
  readonly compression: string | undefined;
  readonly counters: Iterable<PacketCounter>;
  /** The first gaps, the number of all, and the sum of their bytes. */
  readonly gaps: readonly Gap[];
  readonly gapCount: number;
  readonly bytesSkipped: number;
}

/** Reads an input to its end. Throws nothing: what ended it early is added to the problems. */
type Read = (
  input: Input,
  tally: Tally,
  signal: AbortSignal,
  fed: Fed,
  problems: string[],
) => Promise<Reading>;

/**
 * Reads captures, given as paths or `-`, into the tally. A capture that cannot be read, or not to its end,
 * says so in its report; the others are read all the same.
 */
export async function readCaptures(
  names: readonly string[],
  tally: Tally,
  { reader = 'fast', signal = new AbortController().signal }: ReadOptions = {},
): Promise<Inventory> {
  const read = reader === 'fast' ? readFast : readWithPackage;
  const inputs: InputReport[] = [];
  let bytesRead = 0;
  let bytesSkipped = 0;
  let gaps = 0;
  for (const name of names) {
    const fed: Fed = { bytesRead: 0 };
    const packetsBefore = packetsIn(tally);
    const problems: string[] = [];
    const reading = await readCapture(name, tally, read, signal, fed, problems);
    const packetsRead = packetsIn(tally) - packetsBefore;
    inputs.push(makeReport(name, reading, packetsRead, problems));
    bytesRead += fed.bytesRead;
    // Of what is no capture nothing was used.
    bytesSkipped += reading?.head === undefined ? fed.bytesRead : reading.bytesSkipped;
    gaps += reading?.gapCount ?? 0;
    if (signal.aborted) break;
  }
  const totals = totalsOf(tally.verdicts, { outsideTime: tally.outsideTime, bytesRead, bytesSkipped, gaps });
  return { tally, inputs, totals };
}

async function readCapture(
  name: string,
  tally: Tally,
  read: Read,
  signal: AbortSignal,
  fed: Fed,
  problems: string[],
): Promise<Reading | undefined> {
  let input: Input | undefined;
  try {
    input = await openCapture(name, signal);
    return await read(input, tally, signal, fed, problems);
  } catch (error) {
    problems.push(describeError(error));
    return undefined;
  } finally {
    input?.close();
  }
}

function makeReport(
  name: string,
  reading: Reading | undefined,
  packetsRead: number,
  problems: readonly string[],
): InputReport {
  if (reading?.head === undefined) return { name, linkTypes: [], packetsRead, problems };
  const counters = [...reading.counters];
  const { compression, gaps, gapCount } = reading;
  const ofGaps = gaps.map(({ offset, length, problem }) => {
    const isTorn = length === 0 || problem.startsWith('cut short');
    return `${describePlace(offset, compression)}: ${problem}${isTorn ? '' : `; ${length} bytes skipped`}`;
  });
  if (gapCount > gaps.length) ofGaps.push(`and ${gapCount - gaps.length} more gaps`);
  const ofLinkTypes = counters
    .filter(({ undecoded }) => undecoded > 0)
    .map(
      ({ linkType, undecoded }) =>
        `found link type ${describeLinkType(linkType)}, which cannot be decoded; packets not looked at: ${undecoded}`,
    );
  return {
    name,
    format: compression === undefined ? reading.head : `${reading.head}, ${compression}`,
    linkTypes: counters.map(({ linkType }) => describeLinkType(linkType)),
    packetsRead,
    problems: [...ofGaps, ...ofLinkTypes, ...problems],
  };
}

async function readFast(
  input: Input,
  tally: Tally,
  signal: AbortSignal,
  fed: Fed,
  problems: string[],
): Promise<Reading> {
  const parser = new CaptureParser(tally);
  try {
    await feed(input, parser, signal, fed);
  } catch (error) {
    problems.push(describeError(error, input.compression));
  }
  const { head, gaps, gapCount, bytesSkipped } = parser;
  const { compression } = input;
  return { head, compression, counters: parser.counters.values(), gaps, gapCount, bytesSkipped };
}

async function readWithPackage(
  input: Input,
  tally: Tally,
  signal: AbortSignal,
  fed: Fed,
  problems: string[],
): Promise<Reading> {
  const { readWithPcapParser } = await import('../capture/pcap-parser-reader.js');
  let head: string | undefined;
  const counters: PacketCounter[] = [];
  const gaps: Gap[] = [];
  const sink = {
    header(version: string, linkType: number): void {
      head = `pcap ${version}`;
      counters.push(new PacketCounter(tally, linkType));
    },
    packet(data: Uint8Array, time: number): void {
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      if (counters[0]?.isSynAck(view, 0, data.length)) counters[0].add(time);
    },
  };
  try {
    await readWithPcapParser(input, sink, signal, fed);
  } catch (error) {
    if (head !== undefined && error instanceof CaptureError && error.offset !== undefined) {
      gaps.push({ offset: error.offset, length: fed.bytesRead - error.offset, problem: error.message });
    } else {
      problems.push(describeError(error, input.compression));
    }
  }
  const bytesSkipped = gaps.reduce((sum, { length }) => sum + length, 0);
  const { compression } = input;
  return { head, compression, counters, gaps, gapCount: gaps.length, bytesSkipped };
}

/** @throws what is no fault of the capture */
function describeError(error: unknown, compression?: string): string {
  if (!(error instanceof CaptureError)) throw error;
  return error.offset === undefined
    ? error.message
    : `${describePlace(error.offset, compression)}: ${error.message}`;
}

function describePlace(offset: number, compression: string | undefined): string {
  return `at byte ${offset}${compression === undefined ? '' : ' (in the decompressed data)'}`;
}

function packetsIn(tally: Tally): number {
  return tally.verdicts.reduce((sum, count) => sum + count, 0);
}
