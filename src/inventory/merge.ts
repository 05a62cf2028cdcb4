// Two inventories as one. Counts add up; a scan is in it once, however often it comes.

import type { CaptureRecord, InputReport, Inventory } from './inventory.js';
import type { Scan } from './scan.js';

/** A capture that two inputs have, so that its SYN-ACKs are counted twice. */
export interface Repeated {
  readonly capture: CaptureRecord;
  /** As the inputs are named on the command line, in their order. */
  readonly inputs: readonly [string, string];
}

/** Adds the second to the first, whose tally it takes: neither is to be used any more. */
export function mergeInventories(a: Inventory, b: Inventory): Inventory {
  a.tally.merge(b.tally.takePart());
  a.tally.foldIfFull();
  const totals = { ...a.totals };
  for (const key of Object.keys(totals) as (keyof typeof totals)[]) {
    Object.assign(totals, { [key]: a.totals[key] + b.totals[key] });
  }
  return {
    tally: a.tally,
    inputs: [...a.inputs, ...b.inputs],
    captures: [...a.captures, ...b.captures],
    totals,
    scans: distinctScans([...a.scans, ...b.scans]),
  };
}

/** Each scan once: to know a thing twice is to know it once. */
export function distinctScans(scans: readonly Scan[]): Scan[] {
  return [...new Map(scans.map((scan) => [scan.digest, scan])).values()];
}

/** The captures that more than one input has. What one saved inventory has twice was asked for when it was saved. */
export function findRepeated(inputs: readonly InputReport[]): Repeated[] {
  const owners = new Map<string, number>();
  return inputs.flatMap((input, at) =>
    input.captures.flatMap((capture) => {
      if (capture.digest === undefined) return [];
      const owner = owners.get(capture.digest) ?? at;
      owners.set(capture.digest, owner);
      return owner === at ? [] : [{ capture, inputs: [inputs[owner]?.name ?? '', input.name] as const }];
    }),
  );
}
