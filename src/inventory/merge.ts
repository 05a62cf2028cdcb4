// Merges two inventories. Counts add up; a scan that both have is kept once.

import type { AddressRange } from '../ip/address.js';
import { intersectRanges } from '../ip/merge-ranges.js';
import { addingFrom, exactSum } from '../tally/count-error.js';
import type { Totals } from '../tally/totals.js';
import type { CaptureRecord, InputReport, Inventory } from './inventory.js';
import type { Scan } from './scan.js';
import { overlap, type TimeWindow } from './time-window.js';

/** The sums that can be too large although those of the tallies are not, for messages. */
const WORDS: Readonly<Partial<Record<keyof Totals, string>>> = {
  bytesRead: 'bytes',
  bytesSkipped: 'skipped bytes',
  gaps: 'gaps',
};

/** A capture that two inputs contain, so that its SYN-ACKs are counted twice. */
export interface Repeated {
  readonly capture: CaptureRecord;
  /** The names of both inputs, in the order in which they were given. */
  readonly inputs: readonly [string, string];
}

/**
 * Merges two inventories that were read with the same options. It consumes both: use only the result
 * afterwards. It does not notice captures that both contain, see `findRepeated`.
 */
export function mergeInventories(a: Inventory, b: Inventory): Inventory {
  const name = b.inputs.map((input) => input.name).join(', ');
  addingFrom(name, () => a.tally.merge(b.tally.takePart()));
  a.tally.foldIfFull();
  const totals = { ...a.totals };
  for (const key of Object.keys(totals) as (keyof typeof totals)[]) {
    const sum = addingFrom(name, () => exactSum(a.totals[key], b.totals[key], WORDS[key] ?? 'packets'));
    Object.assign(totals, { [key]: sum });
  }
  return {
    tally: a.tally,
    inputs: [...a.inputs, ...b.inputs],
    captures: [...a.captures, ...b.captures],
    totals,
    kept: keptInBoth(a.kept, b.kept),
    scans: distinctScans([...a.scans, ...b.scans]),
  };
}

/** Returns the addresses that both keep; undefined if that is not known of one. */
export function keptInBoth(
  a: readonly AddressRange[] | undefined,
  b: readonly AddressRange[] | undefined,
): readonly AddressRange[] | undefined {
  if (a === undefined || b === undefined) return undefined;
  // Captures that are read together keep the same addresses.
  return a === b ? a : intersectRanges(a, b);
}

/** Returns each scan once. */
export function distinctScans(scans: readonly Scan[]): Scan[] {
  return [...new Map(scans.map((scan) => [scan.digest, scan])).values()];
}

/**
 * Finds captures that more than one input contains, if the inputs were read with `digests`. Parts of a capture that do
 * not overlap in time are not the same. A saved inventory that contains a capture twice was saved so on purpose, and is
 * not reported.
 */
export function findRepeated(inputs: readonly InputReport[]): Repeated[] {
  const known = new Map<string, (TimeWindow & { readonly at: number })[]>();
  return inputs.flatMap((input, at) =>
    input.captures.flatMap((capture) => {
      const { digest, since, until } = capture;
      if (digest === undefined) return [];
      const parts = known.get(digest) ?? [];
      known.set(digest, parts);
      const owner = parts.find((part) => overlap(part, capture))?.at ?? at;
      parts.push({
        at,
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      });
      return owner === at ? [] : [{ capture, inputs: [inputs[owner]?.name ?? '', input.name] as const }];
    }),
  );
}
