// Reads the captures in a tar archive into a tally, one after another. The archive is one input with one report.

import type { ByteSource } from '../capture/byte-source.js';
import { CaptureError } from '../capture/errors.js';
import type { Input } from '../capture/input.js';
import { tarMembers } from '../capture/other/tar.js';
import type { Undecoded } from '../inventory/inventory.js';
import { sumUndecoded } from '../inventory/undecoded.js';
import { EVERY_ADDRESS } from '../tally/scope.js';
import { countNoun } from '../text/count-noun.js';
import { quote } from '../text/escape.js';
import { makeProblem, type Problem, type ProblemKind } from '../text/problem.js';
import type { InputResult } from './input-result.js';
import type { LeftOut } from './new-members.js';
import { problemOfError } from './problems/capture-problems.js';

/** The most problems and the most notes that are listed. An archive may have any number of members. */
const MAX_LISTED = 100;
/** The most formats that are named. */
const MAX_FORMATS = 3;

/** The problems of a member that is not a capture: archives contain other files, too. */
const OTHER_FILES: ReadonlySet<ProblemKind> = new Set(['unknown-format', 'empty']);

/** Reads one member into the tally. */
type ReadMember = (name: string, input: Input) => Promise<InputResult | LeftOut>;

/** Reads all members of an archive that can be read. The report has no captures. */
export async function readTar(
  name: string,
  source: ByteSource,
  compression: string | undefined,
  signal: AbortSignal,
  readMember: ReadMember,
): Promise<InputResult> {
  const formats = new Set<string>();
  const linkTypes = new Set<string>();
  const problems: Problem[] = [];
  const notes: Problem[] = [];
  let problemCount = 0;
  let noteCount = 0;
  let known = 0;
  let undecoded: readonly Undecoded[] = [];
  const sums = { packetsRead: 0, bytesRead: 0, bytesSkipped: 0, gaps: 0 };
  const add = (problem: Problem): void => {
    problemCount += 1;
    if (problems.length < MAX_LISTED) problems.push(problem);
  };
  const note = (problem: Problem): void => {
    noteCount += 1;
    if (notes.length < MAX_LISTED) notes.push(problem);
  };
  try {
    for await (const member of tarMembers(source)) {
      const read = await readMember(member.name, member.input);
      if ('leftOut' in read) {
        const { kind, message } = read.leftOut;
        known += 1;
        if (kind === 'left-out') note({ kind, message: `left out ${quote(member.name)}: ${message}` });
        else add(withName(member.name, read.leftOut));
        continue;
      }
      const { report, bytesRead, bytesSkipped, gaps } = read;
      sums.bytesRead += bytesRead;
      for (const remark of report.notes ?? []) note(withName(member.name, remark));
      if (report.format === undefined && report.problems.every(({ kind }) => OTHER_FILES.has(kind))) {
        for (const { message } of report.problems)
          note({ kind: 'left-out', message: `left out ${quote(member.name)}: ${message}` });
        continue;
      }
      for (const problem of report.problems) add(withName(member.name, problem));
      if (report.format === undefined) continue;
      if (report.undecoded !== undefined) undecoded = sumUndecoded([{ undecoded }, report]);
      formats.add(report.format);
      for (const linkType of report.linkTypes) linkTypes.add(linkType);
      sums.packetsRead += report.packetsRead;
      sums.bytesSkipped += bytesSkipped;
      sums.gaps += gaps;
    }
  } catch (error) {
    // An interruption may come in the middle of a member.
    if (!(signal.aborted && error instanceof CaptureError)) add(problemOfError(error));
  }
  if (formats.size + known === 0 && !signal.aborted)
    add(makeProblem('unknown-format', 'found a tar archive without a capture'));
  const more = problemCount - problems.length;
  if (more > 0) problems.push(makeProblem('more', `and ${countNoun(more, 'more problem')}`));
  const moreNotes = noteCount - notes.length;
  if (moreNotes > 0) notes.push(makeProblem('more', `and ${countNoun(moreNotes, 'more note')}`));
  const { packetsRead, ...rest } = sums;
  const format = describe(formats.size === 0 && known > 0 ? ['known captures'] : [...formats], compression);
  return {
    report: {
      name,
      ...(format === undefined ? {} : { format }),
      linkTypes: [...linkTypes],
      packetsRead,
      ...(undecoded.length === 0 ? {} : { undecoded }),
      captures: [],
      problems,
      ...(notes.length === 0 ? {} : { notes }),
    },
    scans: [],
    kept: EVERY_ADDRESS,
    ...rest,
  };
}

function withName(member: string, { kind, message, ...position }: Problem): Problem {
  return { kind, message: `in ${quote(member)}: ${message}`, ...position };
}

function describe(formats: readonly string[], compression: string | undefined): string | undefined {
  if (formats.length === 0) return undefined;
  const named = formats.slice(0, MAX_FORMATS).join(' and ');
  const others = formats.length > MAX_FORMATS ? ' and others' : '';
  return `tar of ${named}${others}${compression === undefined ? '' : `, ${compression}`}`;
}
