// The part of a capture that was counted, by time. Parts of the same capture can be added up if they do not overlap.

/** From `since` on and before `until`, in microseconds since the epoch; without either, there is no limit. */
export interface TimeWindow {
  readonly since?: number;
  readonly until?: number;
}

export function overlap(a: TimeWindow, b: TimeWindow): boolean {
  return startOf(a) < endOf(b) && startOf(b) < endOf(a);
}

/** Returns the time outside all of these windows, ascending. */
export function remainingOf(windows: readonly TimeWindow[]): TimeWindow[] {
  const remaining: TimeWindow[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const window of windows.toSorted((a, b) => startOf(a) - startOf(b))) {
    if (startOf(window) > end) remaining.push(windowOf(end, startOf(window)));
    end = Math.max(end, endOf(window));
  }
  if (end < Number.POSITIVE_INFINITY) remaining.push(windowOf(end, Number.POSITIVE_INFINITY));
  return remaining;
}

function windowOf(since: number, until: number): TimeWindow {
  return {
    ...(Number.isFinite(since) ? { since } : {}),
    ...(Number.isFinite(until) ? { until } : {}),
  };
}

function startOf({ since = Number.NEGATIVE_INFINITY }: TimeWindow): number {
  return since;
}

function endOf({ until = Number.POSITIVE_INFINITY }: TimeWindow): number {
  return until;
}
