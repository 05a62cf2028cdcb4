// Reads one input into a tally, to its end or as far as possible: a capture, a saved inventory or a scan.

import { fstatSync } from 'node:fs';
import { byteSource } from '../capture/byte-source.js';
import { decompress } from '../capture/compressed/decompress.js';
import { viewOf } from '../capture/data-view.js';
import { CaptureError } from '../capture/errors.js';
import { formatAt } from '../capture/formats.js';
import { type OpenedInput, withBytesBack } from '../capture/head.js';
import { type Input, type OpenFile, openInput, STDIN_NAME } from '../capture/input.js';
import { type ForeignFormat, foreignFormatOf } from '../capture/other/foreign-formats.js';
import { type BegunInput, keepBeginning } from '../capture/pcap/text-mode.js';
import { type ByteCounter, consumeInput } from '../capture/window.js';
import { SYN_ACK } from '../decode/packet-class.js';
import type { CaptureRecord, InputReport } from '../inventory/inventory.js';
import { isStoreName } from '../store/selection.js';
import type { Tally } from '../tally/tally.js';
import type { Problem } from '../text/problem.js';
import { CaptureWalker } from '../walk/capture-walker.js';
import { findDocument } from './document-kind.js';
import { type InputOptions, type InputResult, NotOnlyCaptures, nothingRead } from './input-result.js';
import { isLargeCaptureFile } from './large-capture.js';
import type { PieceTaker } from './pieces.js';
import { problemOfError } from './problems/capture-problems.js';
import { reportOf } from './problems/capture-report.js';
import type { Read, Reading } from './reading.js';
import { record, recordOf } from './recorder.js';
import { countWhole, readWhole } from './small-capture.js';
import type { SegmentThreads } from './threads/segment-threads.js';

/** Reads an input, given as a path or `-`, into an empty tally. The report has its problems. */
export async function readInput(name: string, tally: Tally, options: InputOptions): Promise<InputResult> {
  const { signal, progress } = options;
  const byteCounter: ByteCounter = { bytesRead: 0 };
  progress?.watchInput(byteCounter);
  let input: Input | undefined;
  try {
    if (isStoreName(name)) return await (await import('./store-input.js')).readStoreInput(name, tally);
    input = await openInput(name, signal);
    const length = mayReadWhole(options) ? readWhole(input, tally) : undefined;
    if (length !== undefined) return await readSmall(name, length, input, tally, options, byteCounter);
    const decompressed = await decompress(input, signal);
    input = decompressed;
    const { kind, input: opened } = await findDocument(decompressed, signal);
    input = opened;
    if (progress !== undefined && opened.compression !== undefined) progress.isInflated = true;
    if (kind !== undefined) {
      if (options.onlyCaptures === true) throw new NotOnlyCaptures();
      const { readDocumentInput } = await import('./document-input.js');
      return await readDocumentInput(kind, name, opened, tally, options, byteCounter);
    }
    if (isKnownHead(opened.head)) return await readCapture(name, opened, tally, options, byteCounter);
    const foreign = foreignFormatOf(opened.head);
    if (foreign === undefined) return await readUnknown(name, opened, tally, options, byteCounter);
    input = await convertIfFast(opened, foreign, options);
    return await readCapture(name, input, tally, options, byteCounter);
  } catch (error) {
    return unreadable(name, await explainFolder(name, error, signal), byteCounter);
  } finally {
    input?.close();
    tally.foldIfFull();
  }
}

/** The error for a directory in which there is nothing to name; for all else, the same error. */
async function explainFolder(name: string, error: unknown, signal: AbortSignal): Promise<unknown> {
  if (!(error instanceof CaptureError) || error.code !== 'UNREADABLE') return error;
  const { isFolder, readFolder } = await import('./expand.js');
  if (!isFolder(name)) return error;
  const folder = await readFolder(name, signal).catch(() => undefined);
  return folder?.captures.length === 0
    ? new CaptureError('UNREADABLE', 'found a directory without captures, expected a capture file')
    : error;
}

/** Whether an input with this head is a capture that synsum reads itself. */
function isKnownHead(head: Uint8Array): boolean {
  return formatAt(viewOf(head), 0, head.length) !== undefined;
}

/** The package reads what it reads, and reports the rest. */
async function convertIfFast(
  opened: OpenedInput,
  format: ForeignFormat,
  { reader, signal }: InputOptions,
): Promise<OpenedInput> {
  if (reader !== 'fast') return opened;
  const { convert } = await import('../capture/other/convert.js');
  return convert(opened, format, signal);
}

/** Reads an input whose first bytes show no format: a tar archive, or something that the readers report. */
async function readUnknown(
  name: string,
  opened: OpenedInput,
  tally: Tally,
  options: InputOptions,
  byteCounter: ByteCounter,
): Promise<InputResult> {
  const { signal } = options;
  const { isTarHeader, TAR_BLOCK_LENGTH } = await import('../capture/other/tar.js');
  const start = byteSource(opened);
  const isTar = isTarHeader(await start.peek(TAR_BLOCK_LENGTH));
  const input = withBytesBack(opened, await start.take(), signal, start.failure);
  if (!isTar) return await readCapture(name, input, tally, options, byteCounter);
  const { readTar } = await import('./tar-input.js');
  const members =
    options.isRecorded === undefined
      ? undefined
      : new (await import('./new-members.js')).NewMembers(name, tally, options.isRecorded, options.pieces);
  const recorder = options.records && members === undefined ? await record(input, options) : undefined;
  const source = byteSource(recorder?.input ?? input);
  const result = await readTar(name, source, opened.compression, signal, async (member, bytes) => {
    const ofMember: ByteCounter = { bytesRead: 0 };
    const read = (to: Tally, pieces?: PieceTaker): Promise<InputResult> =>
      readMember(member, bytes, to, { ...options, pieces }, ofMember);
    const answer = await (members === undefined ? read(tally) : members.take(member, read));
    byteCounter.bytesRead += ofMember.bytesRead;
    return answer;
  });
  const captures = members?.captures ?? (await recorder?.captures(result.report, tally)) ?? [];
  return { ...result, report: { ...result.report, captures }, kept: tally.options.scope.ranges };
}

/** Reads a member of an archive, which may be compressed, but not an archive or a document. */
async function readMember(
  name: string,
  bytes: Input,
  tally: Tally,
  options: InputOptions,
  byteCounter: ByteCounter,
): Promise<InputResult> {
  let input: OpenedInput | undefined;
  try {
    input = await decompress(bytes, options.signal);
    const foreign = isKnownHead(input.head) ? undefined : foreignFormatOf(input.head);
    if (foreign !== undefined) input = await convertIfFast(input, foreign, options);
    // Otherwise, the archive as a whole is recorded.
    const ofMember = { ...options, records: options.isRecorded !== undefined, threads: 1 };
    return await readCapture(name, input, tally, ofMember, byteCounter);
  } catch (error) {
    return unreadable(name, error, byteCounter);
  } finally {
    input?.close();
    tally.foldIfFull();
  }
}

/** @throws errors that are not a fault of the input */
function unreadable(name: string, error: unknown, { bytesRead }: ByteCounter): InputResult {
  return { ...nothingRead(name, [problemOfError(error)]), bytesRead, bytesSkipped: bytesRead };
}

/** Whether nothing else needs the bytes of a capture, and reading it was not interrupted before it began. */
function mayReadWhole({ reader, records, digests, pieces, signal }: InputOptions): boolean {
  return reader === 'fast' && !(records && digests) && pieces === undefined && !signal.aborted;
}

/** @param length the length of the capture, which `readWhole` has read */
async function readSmall(
  name: string,
  length: number,
  input: Input,
  tally: Tally,
  { records }: InputOptions,
  byteCounter: ByteCounter,
): Promise<InputResult> {
  byteCounter.bytesRead = length;
  // Nothing is left for the next reader of standard input.
  if (name === STDIN_NAME) input.skip?.(length);
  const problems: Problem[] = [];
  const reading = countWhole(length, tally, problems);
  const report = await finishReport(name, reading, [0, 0], problems, keepBeginning(input), tally);
  const { format } = report;
  const captures = records && format !== undefined ? [recordOf({ ...report, format }, tally)] : [];
  return resultOf(report, captures, reading, tally, byteCounter);
}

async function readCapture(
  name: string,
  input: Input,
  tally: Tally,
  options: InputOptions,
  byteCounter: ByteCounter,
): Promise<InputResult> {
  if (options.pieces !== undefined && options.reader === 'fast') {
    const { readInPieces } = await import('./read-in-pieces.js');
    return readInPieces(name, input, tally, { ...options, pieces: options.pieces }, byteCounter);
  }
  const read: Read =
    options.reader === 'fast' ? readFast : (await import('./read-with-package.js')).readWithPackage;
  const recorder = options.records ? await record(input, options) : undefined;
  const problems: Problem[] = [];
  const before = [packetsIn(tally), synAcksIn(tally)] as const;
  const begun = keepBeginning(recorder?.input ?? input);
  const reading = await read(begun.input, tally, options, byteCounter, problems);
  const report = await finishReport(name, reading, before, problems, begun, tally);
  const captures = (await recorder?.captures(report, tally)) ?? [];
  return resultOf(report, captures, reading, tally, byteCounter);
}

/** Reports on a capture that has been read. @param before the packets and the SYN-ACKs that the tally had before */
async function finishReport(
  name: string,
  reading: Reading,
  [packetsBefore, synAcksBefore]: readonly [number, number],
  problems: readonly Problem[],
  { beginning }: BegunInput,
  tally: Tally,
): Promise<InputReport> {
  tally.evidence?.finishCapture();
  const packetsRead = packetsIn(tally) - packetsBefore;
  const synAcks = synAcksIn(tally) - synAcksBefore;
  return reportOf(name, reading, { packetsRead, synAcks, problems }, beginning);
}

function resultOf(
  report: InputReport,
  captures: readonly CaptureRecord[],
  reading: Reading,
  tally: Tally,
  { bytesRead }: ByteCounter,
): InputResult {
  return {
    report: { ...report, captures },
    scans: [],
    kept: tally.options.scope.ranges,
    bytesRead,
    // If it is not a capture, no byte was used.
    bytesSkipped: reading.format === undefined ? bytesRead : reading.bytesSkipped,
    gaps: reading.gapCount,
  };
}

async function readFast(
  input: Input,
  tally: Tally,
  { signal, threads, progress }: InputOptions,
  byteCounter: ByteCounter,
  problems: Problem[],
): Promise<Reading> {
  const { file } = input;
  const ahead = file === undefined ? undefined : await countAhead(file, tally, threads);
  const walker = new CaptureWalker(tally, ahead);
  progress?.watchHeld(walker);
  try {
    await consumeInput(input, walker, signal, byteCounter);
  } catch (error) {
    problems.push(problemOfError(error, input));
  } finally {
    ahead?.close();
  }
  const { format, gaps, gapCount, bytesSkipped } = walker;
  return { format, origin: input, counters: [...walker.counters.values()], gaps, gapCount, bytesSkipped };
}

async function countAhead(
  file: OpenFile,
  tally: Tally,
  threads: number,
): Promise<SegmentThreads | undefined> {
  if (threads < 2 || !isLargeCaptureFile(file)) return undefined;
  const { SegmentThreads } = await import('./threads/segment-threads.js');
  return new SegmentThreads(file, fstatSync(file.fd).size - file.begin, threads, tally.options);
}

function synAcksIn(tally: Tally): number {
  return tally.readPacketsByClass()[SYN_ACK] ?? 0;
}

function packetsIn(tally: Tally): number {
  return tally.readPacketsByClass().reduce((sum, count) => sum + count, 0);
}
