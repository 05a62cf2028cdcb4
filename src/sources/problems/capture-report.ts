// The report on one capture: its format and link layers, and everything that was wrong with it.

import { describeTextMode } from '../../capture/pcap/text-mode.js';
import { describeLinkType } from '../../decode/link/link-types.js';
import type { InputReport } from '../../inventory/inventory.js';
import { countNoun } from '../../text/count-noun.js';
import { makeProblem, type Problem } from '../../text/problem.js';
import { addReasons } from '../../walk/packet-counter.js';
import type { Reading } from '../reading.js';
import { type Origin, problemOfGap } from './capture-problems.js';

/** The numbers of a capture, and the errors that ended its reading. */
interface Counted {
  readonly packetsRead: number;
  readonly synAcks: number;
  readonly problems: readonly Problem[];
}

/** @param beginning returns the first bytes of the capture, which may explain its damage */
export async function reportOf(
  name: string,
  reading: Reading,
  { packetsRead, synAcks, problems }: Counted,
  beginning: () => Uint8Array,
): Promise<InputReport> {
  const conversion = reading.gapCount > 0 ? describeTextMode(beginning()) : undefined;
  const causes = conversion === undefined ? [] : [makeProblem('converted', conversion)];
  const made = makeReport(name, reading, packetsRead, causes, problems);
  return withUndecoded(made, reading, synAcks);
}

function makeReport(
  name: string,
  reading: Reading,
  packetsRead: number,
  causes: readonly Problem[],
  problems: readonly Problem[],
): InputReport {
  if (reading.format === undefined) return { name, linkTypes: [], packetsRead, captures: [], problems };
  const counters = [...reading.counters];
  const { origin, gaps, gapCount } = reading;
  const ofGaps = gaps.map((gap) => problemOfGap(gap, origin));
  const more = gapCount - gaps.length;
  if (more > 0) ofGaps.push(makeProblem('more', `and ${countNoun(more, 'more gap')}`));
  const ofLinkTypes = counters
    .filter(({ undecoded }) => undecoded > 0)
    .map(({ linkType, undecoded }) =>
      makeProblem(
        'unknown-link-type',
        `found ${countNoun(undecoded, 'packet')} of link type ${describeLinkType(linkType)}, which synsum cannot decode`,
      ),
    );
  return {
    name,
    format: describeFormat(reading.format, origin),
    linkTypes: counters.map(({ linkType }) => describeLinkType(linkType)),
    packetsRead,
    captures: [],
    problems: [...causes, ...ofGaps, ...ofLinkTypes, ...problems],
  };
}

/** The format of a capture in its file: what a program made of it does not matter. */
function describeFormat(format: string, { compression, conversion }: Origin): string {
  const own = conversion?.format ?? format;
  return compression === undefined ? own : `${own}, ${compression}`;
}

/** Adds the packets that were not decoded to a report. Most captures have some: ARP at least. */
async function withUndecoded(report: InputReport, reading: Reading, synAcks: number): Promise<InputReport> {
  const reasons = new Map<number, number>();
  for (const counter of reading.counters) addReasons(reasons, counter.reasons);
  if (reasons.size === 0) return report;
  const { reportUndecoded } = await import('./undecoded.js');
  const { undecoded, problems, notes } = reportUndecoded(reasons, report.packetsRead, synAcks);
  return {
    ...report,
    undecoded,
    problems: [...report.problems, ...problems],
    ...(notes.length === 0 ? {} : { notes }),
  };
}
