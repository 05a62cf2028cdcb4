// Captures as a source: reads each of them to its end, or as far as it goes, into one tally.

import { CaptureError } from '../capture/errors.js';
import { type Fed, feed } from '../capture/feed.js';
import { type Input, openInput } from '../capture/input.js';
import { describeLinkType, linkDecoder } from '../decode/link-types.js';
import type { InputReport, Inventory } from '../inventory/inventory.js';
import { type CaptureHead, CaptureParser } from '../tally/capture-parser.js';
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

/** How far one capture has been read. */
interface Progress extends Fed {
  head?: CaptureHead;
}

type Read = (input: Input, tally: Tally, signal: AbortSignal, progress: Progress) => Promise<void>;

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
  for (const name of names) {
    const progress: Progress = { bytesRead: 0, bytesParsed: 0 };
    inputs.push(await readCapture(name, tally, read, signal, progress));
    bytesRead += progress.bytesRead;
    // What a signal cut off in mid-packet was not lost: more of it was never wanted.
    if (signal.aborted) break;
    bytesSkipped += progress.bytesRead - progress.bytesParsed;
  }
  const totals = totalsOf(tally.verdicts, { outsideTime: tally.outsideTime, bytesRead, bytesSkipped });
  return { tally, inputs, totals };
}

async function readCapture(
  name: string,
  tally: Tally,
  read: Read,
  signal: AbortSignal,
  progress: Progress,
): Promise<InputReport> {
  const packetsBefore = packetsIn(tally);
  let problem: string | undefined;
  try {
    const input = await openInput(name, signal);
    try {
      await read(input, tally, signal, progress);
    } finally {
      input.close();
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    problem = error.offset === undefined ? error.message : `at byte ${error.offset}: ${error.message}`;
    // A reader that got past the head stopped in a place that it knows: all before it was used.
    if (progress.head !== undefined) progress.bytesParsed = error.offset ?? progress.bytesParsed;
  }
  const packetsRead = packetsIn(tally) - packetsBefore;
  const { head } = progress;
  // Without a head and without a problem it was interrupted before anything came.
  if (head === undefined) return { name, packetsRead, ...(problem === undefined ? {} : { problem }) };
  const linkType = describeLinkType(head.linkType);
  if (linkDecoder(head.linkType) === undefined) {
    problem ??= `found link type ${linkType}, which cannot be decoded; packets not looked at: ${packetsRead}`;
  }
  const format = `${head.format} ${head.version}`;
  return { name, format, linkType, packetsRead, ...(problem === undefined ? {} : { problem }) };
}

async function readFast(input: Input, tally: Tally, signal: AbortSignal, progress: Progress): Promise<void> {
  const parser = new CaptureParser(tally, (head) => {
    progress.head = head;
  });
  await feed(input, parser, signal, progress);
}

async function readWithPackage(
  input: Input,
  tally: Tally,
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  const { readWithPcapParser } = await import('../capture/pcap-parser-reader.js');
  let counter: PacketCounter | undefined;
  const sink = {
    header(version: string, linkType: number): void {
      progress.head = { format: 'pcap', version, linkType };
      counter = new PacketCounter(tally, linkType);
    },
    packet(data: Uint8Array, time: number): void {
      counter?.count(new DataView(data.buffer, data.byteOffset, data.byteLength), 0, data.length, time);
    },
  };
  await readWithPcapParser(input, sink, signal, progress);
}

function packetsIn(tally: Tally): number {
  return tally.verdicts.reduce((sum, count) => sum + count, 0);
}
