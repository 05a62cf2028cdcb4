// Walks a capture in memory, and returns everything that was found, so that two ways can be compared.

import { CaptureError } from '../../src/capture/errors.js';
import { consumeInput } from '../../src/capture/window.js';
import type { TallyOptions } from '../../src/tally/options.js';
import { type Folded, Tally } from '../../src/tally/tally.js';
import { CaptureWalker } from '../../src/walk/capture-walker.js';
import type { Gap } from '../../src/walk/gaps.js';
import type { Ahead } from '../../src/walk/segment.js';
import { memoryInput, NEVER } from '../helpers/memory-input.js';
import { EVERYTHING } from '../helpers/scope.js';
import { rowsOf, timedRowsOf } from '../tally/rows-of.js';

export interface Walked {
  readonly rows: string[];
  readonly timedRows: string[];
  readonly packetsByClass: number[];
  readonly packets: number;
  readonly folded: Folded;
  readonly format: string | undefined;
  readonly linkTypes: number[];
  readonly undecoded: readonly unknown[];
  readonly gaps: readonly Gap[];
  readonly gapCount: number;
  readonly bytesSkipped: number;
  readonly error: { readonly code: string; readonly message: string; readonly offset?: number } | undefined;
}

/** @param sizes of the pieces in which it comes; see memoryInput @param ahead counts segments of it */
export async function walkWhole(
  bytes: Uint8Array,
  sizes?: readonly number[],
  options: Partial<TallyOptions> = {},
  ahead?: Ahead,
): Promise<Walked> {
  const tally = new Tally({ scope: EVERYTHING, ...options });
  const walker = new CaptureWalker(tally, ahead);
  let error: Walked['error'];
  try {
    await consumeInput(memoryInput(bytes, sizes), walker, NEVER, { bytesRead: 0 });
  } catch (thrown) {
    if (!(thrown instanceof CaptureError)) throw thrown;
    const { code, message, offset } = thrown;
    error = { code, message, ...(offset === undefined ? {} : { offset }) };
  }
  const { format, gaps, gapCount, bytesSkipped } = walker;
  const packetsByClass = [...tally.readPacketsByClass()];
  return {
    rows: rowsOf(tally),
    timedRows: timedRowsOf(tally),
    packetsByClass,
    packets: packetsByClass.reduce((sum, count) => sum + count, 0),
    folded: tally.folded,
    format,
    linkTypes: [...walker.counters.keys()],
    undecoded: [...walker.counters.values()].map(({ undecoded, reasons }) => [undecoded, ...reasons]),
    gaps,
    gapCount,
    bytesSkipped,
    error,
  };
}

/** The number of SYN-ACKs by server port, by which tests distinguish packets. */
export function portsOf({ rows }: Walked): Record<string, number> {
  return Object.fromEntries(
    rows.map((row) => {
      const [, , port = '', count] = row.split(' ');
      return [port, Number(count)];
    }),
  );
}
