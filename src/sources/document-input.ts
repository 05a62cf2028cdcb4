// Reads documents: a saved inventory goes into the tally, the output of nmap becomes a scan. Loaded only when it is needed.

import { digestInput } from '../capture/digest.js';
import type { Input } from '../capture/input.js';
import { readPieces } from '../capture/pieces.js';
import type { ByteCounter } from '../capture/window.js';
import { applyDocument } from '../inventory/document/document.js';
import { DocumentError, MAX_DOCUMENT_LENGTH, readDocument } from '../inventory/document/reader.js';
import { SAVED_INVENTORY } from '../inventory/inventory.js';
import { EVERY_ADDRESS } from '../tally/scope.js';
import type { Tally } from '../tally/tally.js';
import { makeProblem, type Problem } from '../text/problem.js';
import type { DocumentKind } from './document-kind.js';
import { type InputOptions, type InputResult, nothingRead } from './input-result.js';
import { NmapReader } from './nmap/xml.js';
import { problemOfError } from './problems/capture-problems.js';
import { noteUndecoded } from './problems/note-undecoded.js';

/** Reads a document to its end. A saved inventory is used completely or not at all. @throws CaptureError NOT_A_CAPTURE */
export async function readDocumentInput(
  kind: DocumentKind,
  name: string,
  input: Input,
  tally: Tally,
  options: Pick<InputOptions, 'wholeInventories'>,
  byteCounter: ByteCounter,
): Promise<InputResult> {
  return kind === 'nmap'
    ? readScan(name, input, byteCounter)
    : readInventory(name, input, tally, options, byteCounter);
}

async function readScan(name: string, input: Input, byteCounter: ByteCounter): Promise<InputResult> {
  const { input: digested, digest } = digestInput(input);
  const reader = new NmapReader();
  const failures = await drainInto(digested, byteCounter, (piece) => reader.write(piece));
  const { scan, problems, format } = reader.finish();
  const isUsed = scan !== undefined;
  return {
    report: {
      name,
      ...(isUsed ? { format } : {}),
      linkTypes: [],
      packetsRead: 0,
      captures: [],
      problems: [...problems, ...failures],
    },
    scans: isUsed ? [{ ...scan, digest: digest() }] : [],
    kept: EVERY_ADDRESS,
    bytesRead: 0,
    bytesSkipped: 0,
    gaps: 0,
  };
}

async function readInventory(
  name: string,
  input: Input,
  tally: Tally,
  { wholeInventories }: Pick<InputOptions, 'wholeInventories'>,
  byteCounter: ByteCounter,
): Promise<InputResult> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const problems = await drainInto(input, byteCounter, (piece) => {
    length += piece.length;
    if (length > MAX_DOCUMENT_LENGTH) throw new DocumentError(TOO_LONG);
    pieces.push(piece.slice());
  });
  if (problems.length === 0) {
    try {
      const { since, until } = tally.options;
      if (!wholeInventories && (since !== undefined || until !== undefined))
        throw new DocumentError(NO_TIMES);
      const document = readDocument(Buffer.concat(pieces));
      const { captures, scans, undecoded, totals } = applyDocument(document, tally);
      const packetsRead = captures.reduce((sum, capture) => sum + capture.packetsRead, 0);
      return {
        report: {
          name,
          format: SAVED_INVENTORY,
          linkTypes: [],
          packetsRead,
          ...(undecoded === undefined ? {} : { undecoded }),
          captures,
          problems,
          ...(await noteUndecoded(document)),
        },
        scans,
        kept: document.kept,
        ...totals,
      };
    } catch (error) {
      problems.push(problemOfDocument(error));
    }
  }
  return nothingRead(name, problems);
}

const TOO_LONG = `found a saved inventory of more than ${Math.ceil(MAX_DOCUMENT_LENGTH / 2 ** 20)} MiB, expected a smaller one`;
const NO_TIMES = 'found a saved inventory, expected captures: --since and --until select single SYN-ACKs';

/** Passes on all bytes that can be read; returns the problem that ended the reading early, if any. */
async function drainInto(
  input: Input,
  byteCounter: ByteCounter,
  take: (piece: Uint8Array) => void,
): Promise<Problem[]> {
  try {
    await readPieces(input, (piece) => {
      byteCounter.bytesRead += piece.length;
      take(piece);
    });
    return [];
  } catch (error) {
    return [problemOfDocument(error)];
  }
}

/** @throws the error itself if it is not about the input */
function problemOfDocument(error: unknown): Problem {
  if (!(error instanceof DocumentError)) return problemOfError(error);
  const { message, line, column } = error;
  return {
    ...makeProblem('invalid-document', message),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}
