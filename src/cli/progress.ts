// A line on a terminal that shows how far the reading has come. A timer writes it whenever the reading pauses, so the
// reading itself knows nothing about it.

import { fileLength } from '../files/file-length.js';
import type { Output } from '../files/output.js';
import { Progress } from '../sources/progress.js';
import { countNoun } from '../text/count-noun.js';

/** A run that is done by then needs no line. */
const DELAY_MS = 1000;
const INTERVAL_MS = 250;

/** Return to the start of the line and erase it: ECMA-48 8.3.41. */
const ERASE_LINE = '\r\u001b[K';

/** Something that shows how far the reading has come, until `end` is called. */
export interface ShownProgress {
  readonly progress: Progress;
  readonly end: () => void | Promise<void>;
}

/** Shows the progress of reading these inputs until the returned `end` is called. */
export function showProgress(names: readonly string[], stderr: Output, isQuiet: boolean): ShownProgress {
  const progress = new Progress();
  if (!stderr.isTerminal || isQuiet) return { progress, end: () => undefined };
  const total = totalLength(names);
  const begun = performance.now();
  const line = showLine(stderr, isQuiet);
  const timer = setInterval(() => {
    const milliseconds = performance.now() - begun;
    if (milliseconds < DELAY_MS) return;
    // Bytes of compressed captures are counted after decompression, so there is no total to compare them with.
    const share = progress.isInflated ? undefined : total;
    line.show(describeProgress(progress, share, milliseconds / 1000));
  }, INTERVAL_MS);
  timer.unref();
  return {
    progress,
    end() {
      clearInterval(timer);
      line.end();
    },
  };
}

/** A line on a terminal that each `show` replaces and `end` erases; nothing at all elsewhere. */
export function showLine(
  stderr: Output,
  isQuiet: boolean,
): { show: (text: string) => void; end: () => void } {
  let isShown = false;
  return {
    show(text) {
      if (!stderr.isTerminal || isQuiet) return;
      isShown = true;
      stderr.write(ERASE_LINE + text);
    },
    end() {
      if (isShown) stderr.write(ERASE_LINE);
    },
  };
}

/** As in `43% of 1.8 GB, 8,700,000 packets, 8,700,000 SYN-ACKs, 900 MB/s, 1 s left`. */
export function describeProgress(
  { bytesRead, packets, synAcks }: Pick<Progress, 'bytesRead' | 'packets' | 'synAcks'>,
  total: number | undefined,
  seconds: number,
): string {
  const rate = bytesRead / seconds;
  const isShare = total !== undefined && bytesRead <= total;
  const parts = [
    isShare ? `${Math.floor((bytesRead / total) * 100)}% of ${bytes(total)}` : bytes(bytesRead),
    countNoun(packets, 'packet'),
    countNoun(synAcks, 'SYN-ACK'),
    `${bytes(rate)}/s`,
  ];
  if (isShare && rate > 0) parts.push(`${duration((total - bytesRead) / rate)} left`);
  return `synsum: ${parts.join(', ')}`;
}

/** Bytes of all inputs; undefined if the length of one is not known. */
function totalLength(names: readonly string[]): number | undefined {
  let total = 0;
  for (const name of names) {
    const length = fileLength(name);
    if (length === undefined) return undefined;
    total += length;
  }
  return total > 0 ? total : undefined;
}

function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
