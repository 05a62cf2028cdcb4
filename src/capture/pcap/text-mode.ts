// Recognises a pcap that was converted as if it were text: its header shows nothing, so its first records decide.

import { BINARY_MODE, withoutCarriageReturns } from '../converted.js';
import type { Input } from '../input.js';
import { isPcapHeader, type PcapHeader, parsePcapHeader } from './header.js';
import { capturedLengthAt, isNear, isUsual, secondsAt } from './records.js';

/** In this many bytes of anything binary there are about 16 line feeds. */
const BEGINNING_LENGTH = 4096;

export interface BegunInput {
  /** The same input. */
  readonly input: Input;
  /** Its first bytes, as far as they were read. */
  beginning(): Uint8Array;
}

/** Keeps a copy of the first bytes that are read from an input, unless they can be read again. */
export function keepBeginning(input: Input): BegunInput {
  const beginning = input.beginning?.bind(input, BEGINNING_LENGTH);
  if (beginning !== undefined) return { input, beginning };
  const kept = new Uint8Array(BEGINNING_LENGTH);
  let length = 0;
  const keep = (target: Uint8Array, at: number, count: number): number => {
    if (length < BEGINNING_LENGTH) {
      const piece = target.subarray(at, at + Math.min(count, BEGINNING_LENGTH - length));
      kept.set(piece, length);
      length += piece.length;
    }
    return count;
  };
  return {
    input: {
      ...input,
      read(target, at) {
        const reading = input.read(target, at);
        return typeof reading === 'number'
          ? keep(target, at, reading)
          : reading.then((count) => keep(target, at, count));
      },
      close() {
        input.close();
      },
    },
    beginning: () => kept.subarray(0, length),
  };
}

/**
 * Explains damage in a pcap that began with these bytes: undefined unless every LF in them follows a CR, their records
 * are impossible, and are right when these CRs are taken out.
 */
export function describeTextMode(beginning: Uint8Array): string | undefined {
  const restored = withoutCarriageReturns(beginning);
  if (restored === undefined || hasSoundRecords(beginning) || !hasSoundRecords(restored)) return undefined;
  return `found CR LF for every LF, expected a capture that was not converted; ${BINARY_MODE}`;
}

/** Whether the bytes are a pcap with at least two records, usual and near one another in time, to their end. */
function hasSoundRecords(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length;
  if (!isPcapHeader(view, 0, end)) return false;
  let header: PcapHeader;
  try {
    header = parsePcapHeader(view, 0, end);
  } catch {
    return false;
  }
  return [header.recordHeaderLength, ...header.otherRecordHeaderLengths].some((recordHeaderLength) => {
    let records = 0;
    let at = header.length;
    let last = at;
    for (; at + recordHeaderLength <= end; records++) {
      const seconds = secondsAt(view, at, header);
      if (!isUsual(view, at, header) || !isNear(seconds, secondsAt(view, last, header))) return false;
      last = at;
      at += recordHeaderLength + capturedLengthAt(view, at, header);
    }
    return records >= 2;
  });
}
