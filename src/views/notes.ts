// The sentences that views for people put where rows are missing. It knows the options by name only.

import type { Summary } from '../inventory/summary.js';

/** Says that there is nothing to show, and which options could be why. */
export function describeEmpty(summary: Summary): string {
  const reasons: string[] = [];
  if (summary.filteredOut > 0) {
    reasons.push(`--client, --server and --service left out ${countNoun(summary.filteredOut, 'SYN-ACK')}`);
  }
  if (summary.totals.outsideTime > 0) {
    reasons.push(`--since and --until left out ${countNoun(summary.totals.outsideTime, 'SYN-ACK')}`);
  }
  if (summary.cut.rows > 0) reasons.push(describeCut(summary.cut));
  return reasons.length === 0 ? 'No SYN-ACKs.' : `No SYN-ACKs to show: ${reasons.join('; ')}.`;
}

/** Sentences on what the rows do not show, for all who show rows to people. */
export function describeMissing({ cut, foldedRows, totals }: Summary): string[] {
  const sentences: string[] = [];
  if (totals.gaps > 0 || totals.bytesSkipped > 0) {
    sentences.push(
      `Not read whole: ${countNoun(totals.gaps, 'gap')}, ${countNoun(totals.bytesSkipped, 'byte')} skipped.`,
    );
  }
  if (cut.rows > 0) sentences.push(`${describeCut(cut)}.`);
  if (foldedRows > 0) {
    sentences.push(`(other) sums up ${countNoun(foldedRows, 'row')} that did not fit into memory.`);
  }
  return sentences;
}

function describeCut(cut: Summary['cut']): string {
  return `--top left out ${countNoun(cut.rows, 'row')} with ${countNoun(cut.synAcks, 'SYN-ACK')}`;
}

export function countNoun(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
