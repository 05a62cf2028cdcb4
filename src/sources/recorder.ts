// Records a capture while it is read, to recognise it later, with the time that it covers.

import { CaptureError } from '../capture/errors.js';
import type { Input } from '../capture/input.js';
import { readPieces } from '../capture/pieces.js';
import { SYN_ACK } from '../decode/packet-class.js';
import type { CaptureRecord, InputReport } from '../inventory/inventory.js';
import type { Tally } from '../tally/tally.js';

export interface Recorder {
  /** Read the capture from this input. */
  readonly input: Input;
  /** Returns the record after the capture was read into an empty tally; none if the input was not a capture. */
  captures(report: InputReport, tally: Tally): Promise<CaptureRecord[]>;
}

export async function record(input: Input, { digests }: { readonly digests: boolean }): Promise<Recorder> {
  const digested = digests ? (await import('../capture/digest.js')).digestInput(input) : undefined;
  return {
    input: digested?.input ?? input,
    async captures(report, tally) {
      if (report.format === undefined) return [];
      // The digest covers the whole file, even if damage ended the reading.
      if (digested !== undefined) await readPieces(digested.input, () => undefined).catch(ignoreUnreadable);
      return [recordOf({ ...report, format: report.format }, tally, digested?.digest())];
    },
  };
}

/** Returns the record of a capture that was read into an empty tally. */
export function recordOf(
  { name, format, packetsRead, problems }: InputReport & { readonly format: string },
  tally: Tally,
  digest?: string,
): CaptureRecord {
  const { since, until } = tally.options;
  return {
    ...(digest === undefined ? {} : { digest }),
    name,
    format,
    packetsRead,
    synAcks: tally.readPacketsByClass()[SYN_ACK] ?? 0,
    ...timesOf(tally),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    problems,
  };
}

/** The times of the first and the last SYN-ACK in a tally; Infinity and -Infinity if there is none. */
export function timesOf(tally: Tally): { firstSeen: number; lastSeen: number } {
  let { first: firstSeen, last: lastSeen } = tally.folded;
  for (const rows of [tally.readRows(4), tally.readRows(6)]) {
    for (let row = 0; row < rows.size; row++) {
      // Rows that are left of an earlier piece may have none.
      if (rows.countOf(row) === 0) continue;
      firstSeen = Math.min(firstSeen, rows.firstOf(row));
      lastSeen = Math.max(lastSeen, rows.lastOf(row));
    }
  }
  return { firstSeen, lastSeen };
}

/** The problems of the capture contain it already. */
export function ignoreUnreadable(error: unknown): void {
  if (!(error instanceof CaptureError)) throw error;
}
