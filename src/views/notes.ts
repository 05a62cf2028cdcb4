// The sentences about missing rows in views for people. It only knows the names of the options.

import type { Summary, Totals } from '../inventory/summary/summary.js';
import { countNoun } from '../text/count-noun.js';
import type { Listing } from './listing.js';

/** Says that there is nothing to show, and which options may be the reason. */
export function describeEmpty(summary: Summary): string {
  const reasons: string[] = [];
  if (summary.filteredOut > 0) {
    reasons.push(`--client, --server and --service left out ${countNoun(summary.filteredOut, 'SYN-ACK')}`);
  }
  if (summary.totals.outsideTime > 0) {
    reasons.push(`--since and --until left out ${countNoun(summary.totals.outsideTime, 'SYN-ACK')}`);
  }
  if (summary.unchosen > 0) reasons.push(`--only left out ${countNoun(summary.unchosen, 'SYN-ACK')}`);
  if (summary.uncounted > 0) {
    reasons.push(`--count ${summary.counted} left out ${countNoun(summary.uncounted, 'SYN-ACK')}`);
  }
  if (summary.cut.rows > 0) reasons.push(describeCut(summary));
  return reasons.length === 0 ? 'No SYN-ACKs.' : `No SYN-ACKs to show: ${reasons.join('; ')}.`;
}

/** Sentences about SYN-ACKs and rows that are not shown, for views for people. */
export function describeMissing(summary: Summary): string[] {
  const { cut, foldedRows, totals } = summary;
  const sentences = describeGaps(totals, summary.inputs);
  if (cut.rows > 0) sentences.push(`${describeCut(summary)}.`);
  if (foldedRows > 0) {
    sentences.push(`(other) sums up ${countNoun(foldedRows, 'row')} that did not fit into memory.`);
  }
  return sentences;
}

/** Says that there is nothing to list, with the reason if it is known. */
export function describeEmptyListing(noun: string, { filteredOut, unchosen = 0 }: Listing<unknown>): string {
  const reasons: string[] = [];
  if (filteredOut > unchosen) reasons.push(`patterns left out ${countNoun(filteredOut - unchosen, 'row')}`);
  if (unchosen > 0) reasons.push(`--only left out ${countNoun(unchosen, 'row')}`);
  return reasons.length === 0 ? `No ${noun}s.` : `No ${noun}s to show: ${reasons.join('; ')}.`;
}

/** Sentences about the parts that a list lacks, for views for people. */
export function describeMissingFrom({ inventory, foldedRows }: Listing<unknown>): string[] {
  const sentences = describeGaps(inventory.totals, inventory.inputs);
  const interrupted = inventory.scans.filter(({ isComplete }) => !isComplete).length;
  if (interrupted > 0) {
    sentences.push(`${countNoun(interrupted, 'scan')} ended early: machines may be missing.`);
  }
  if (foldedRows > 0) {
    sentences.push(
      `Not counted here: ${countNoun(foldedRows, 'row')} of client, server and port that did not fit into memory.`,
    );
  }
  return sentences;
}

/** Says how many rows of a list are not shown. */
export function describeHiddenRows({ rows }: Listing<unknown>, shown: number): string {
  const hidden = rows.length - shown;
  return `${countNoun(hidden, 'more row')} ${hidden === 1 ? 'is' : 'are'} not shown: -f csv shows every row.`;
}

function describeGaps({ gaps, bytesSkipped }: Totals, inputs: Summary['inputs']): string[] {
  const skipped = `${countNoun(bytesSkipped, 'byte')} skipped`;
  if (gaps > 0) return [`Not read completely: ${countNoun(gaps, 'gap')}, ${skipped}.`];
  // A compressed capture that was cut short has no gaps, and neither does an input that is not a capture.
  const cut = inputs.filter(({ format, problems }) => format !== undefined && problems.length > 0);
  const unread = inputs.filter(({ format }) => format === undefined);
  return [
    ...(cut.length > 0 ? [`Not read completely: ${countNoun(cut.length, 'input')}.`] : []),
    ...(unread.length > 0 ? [`Not read: ${countNoun(unread.length, 'input')}.`] : []),
  ];
}

/** The unit of the counts of a summary, in the singular. */
export const COUNTED_NOUNS: Readonly<Record<Summary['counted'], string>> = {
  'syn-acks': 'SYN-ACK',
  handshakes: 'handshake',
  used: 'handshake',
};

function describeCut({ cut }: Summary): string {
  return `--top left out ${countNoun(cut.rows, 'row')} with ${countNoun(cut.synAcks, 'SYN-ACK')}`;
}
