// Messages on standard error: problems with the inputs, and what became of their packets.

import { STDIN_NAME } from '../capture/input.js';
import { fileLength } from '../files/file-length.js';
import type { Output } from '../files/output.js';
import type { InputReport, Inventory, Undecoded } from '../inventory/inventory.js';
import { isEmptyInventory, SAVED_STORE } from '../inventory/inventory.js';
import { hasOwnMachines } from '../inventory/own-machines.js';
import type { Summary } from '../inventory/summary/summary.js';
import { sumUndecoded } from '../inventory/undecoded.js';
import type { Names } from '../names/names.js';
import { REMOTE } from '../names/reserved-names.js';
import { clockOf } from '../text/clock.js';
import { countNoun, formatCount } from '../text/count-noun.js';
import { visible } from '../text/escape.js';
import { formatTime } from '../text/time.js';

/**
 * Reports the problems of each input; true if there were any. An empty file among other inputs is only noted: rotation
 * leaves such files. By default, it is among others if one of the inputs could be read.
 */
export function reportProblems(
  inputs: readonly InputReport[],
  stderr: Output,
  isAmongOthers: boolean = inputs.some(({ format }) => format !== undefined),
): boolean {
  let hasProblems = false;
  for (const input of inputs) {
    const isNote = isAmongOthers && isEmptyFile(input);
    const lines = isNote ? [`synsum: ${nameOfInput(input.name)}: ${LEFT_OUT}`] : describeProblems([input]);
    for (const line of [...lines, ...describeNotes(input)]) stderr.write(`${line}\n`);
    hasProblems ||= !isNote && lines.length > 0;
  }
  return hasProblems;
}

const LEFT_OUT = 'left out: an empty file';

/** A pipe that was empty is not meant: its writer failed. */
function isEmptyFile({ name, problems: [problem] }: InputReport): boolean {
  return problem?.kind === 'empty' && name !== STDIN_NAME && fileLength(name) !== undefined;
}

/** Remarks on an input that was read completely, one per line. */
function describeNotes({ name, notes = [] }: InputReport): string[] {
  return notes.map(({ message }) => `synsum: ${nameOfInput(name)}: ${visible(message)}`);
}

/** The problems of each input, one per line. */
export function describeProblems(inputs: readonly InputReport[]): string[] {
  return inputs.flatMap(({ name, problems }) =>
    problems.map(({ message }) => `synsum: ${nameOfInput(name)}: ${visible(message)}`),
  );
}

/** Reports where names come from. */
export function reportOrigins(
  { hostsFile, namesNotes }: { readonly hostsFile: string; readonly namesNotes: readonly string[] },
  stderr: Output,
): void {
  for (const origin of [`names from ${hostsFile}`, ...namesNotes]) stderr.write(`synsum: ${origin}\n`);
}

/** Reports the totals of a summary in one line, or with every class of packets. */
export function reportTotals(
  summary: Summary,
  stderr: Output,
  { isVerbose, tz }: { isVerbose: boolean; tz?: string | undefined },
): void {
  const { totals, rows, synAcks, cut, counted, foldedRows } = summary;
  const lines = describeTotals(summary, tz);
  if (isVerbose) lines.push(...describeReading(summary));
  lines.push(...describeGaps(summary));
  if (totals.outsideTime > 0)
    lines.push(`SYN-ACKs outside the time asked for: ${formatCount(totals.outsideTime)}`);
  if (summary.filteredOut > 0 && rows.length > 0)
    lines.push(`SYN-ACKs left out by patterns: ${formatCount(summary.filteredOut)}`);
  if (isVerbose && cut.rows > 0)
    lines.push(`left out by --top: ${countNoun(cut.rows, 'row')} with ${countNoun(cut.synAcks, 'SYN-ACK')}`);
  if (summary.unchosen > 0) lines.push(`SYN-ACKs left out by --only: ${formatCount(summary.unchosen)}`);
  if (counted !== 'syn-acks' && summary.uncounted > 0)
    lines.push(`${UNCOUNTED[counted]}: ${formatCount(summary.uncounted)}`);
  if (foldedRows > 0)
    lines.push(`too many rows for memory: ${formatCount(foldedRows)} of them are combined as (other)`);
  // Rows that are not shown may be local.
  if (rows.length > 0 && isAllRemote(rows) && synAcks + totals.outsideTime === totals.synAcks) {
    lines.push(NOTHING_LOCAL);
  }
  stderr.write(lines.map((line) => `synsum: ${line}\n`).join(''));
}

/** The SYN-ACKs of which nothing counts, by what a summary counts. */
const UNCOUNTED: Readonly<Record<Exclude<Summary['counted'], 'syn-acks'>, string>> = {
  handshakes: 'SYN-ACKs that only repeat those from before the time asked for',
  used: 'SYN-ACKs that are not known to be of use',
};

/** Reports in one line how much was read, with every class of packets if that is asked for. */
export function reportReading(
  inventory: Pick<Inventory, 'inputs' | 'totals'>,
  stderr: Output,
  isVerbose: boolean,
): void {
  const lines = [describeRead(inventory)];
  if (isVerbose) lines.push(...describeReading(inventory));
  stderr.write(lines.map((line) => `synsum: ${line}\n`).join(''));
}

/** The packets that were read, as far as they are known. */
function describeRead({ inputs, totals }: Pick<Inventory, 'inputs' | 'totals'>): string {
  const synAcks = `SYN-ACKs: ${formatCount(totals.synAcks)}`;
  return isPartOfStore(inputs) ? synAcks : `packets: ${formatCount(totals.packetsRead)}, ${synAcks}`;
}

/** Whether an input is a part of the time of a store, which knows nothing of it but SYN-ACKs. */
function isPartOfStore(inputs: readonly InputReport[]): boolean {
  return inputs.some(({ format, undecoded }) => format === SAVED_STORE && undecoded === undefined);
}

/** Every input, and every class of packets. */
function describeReading({ inputs, totals }: Pick<Inventory, 'inputs' | 'totals'>): string[] {
  const lines: string[] = [];
  for (const { name, format, linkTypes, packetsRead } of inputs) {
    if (format !== undefined)
      lines.push(
        `  ${nameOfInput(name)}: ${[format, ...linkTypes].join(', ')}, packets: ${formatCount(packetsRead)}`,
      );
  }
  if (isPartOfStore(inputs)) {
    return [...lines, '  packets other than SYN-ACKs are not known for a part of the time of a store'];
  }
  for (const [label, count] of [
    ['SYN-ACK', totals.synAcks],
    ['other TCP', totals.otherTcp],
    ['IP, not TCP', totals.notTcp],
    ['later fragments', totals.laterFragments],
    ['not IP', totals.notIp],
    ['captured too short', totals.truncated],
    ['malformed', totals.malformed],
    ['unknown link layer', totals.unknownLinkType],
  ] as const) {
    lines.push(`${formatCount(count).padStart(12)}  ${label}`);
  }
  lines.push(...describeUndecoded(inputs));
  lines.push(`${formatCount(totals.bytesRead).padStart(12)}  bytes read`);
  return lines;
}

const REASONS: Readonly<Record<Undecoded['reason'], string>> = {
  'tcp-too-short': 'captured too short: ',
  'too-short': 'captured too short: ',
  encrypted: 'encrypted: ',
  unknown: 'cannot be decoded: ',
  'no-tcp': '',
};

/** The most kinds of packets that are listed; a hostile capture may have any number. */
const MAX_UNDECODED = 100;

/** The packets that were not decoded, each kind in a line. */
function describeUndecoded(inputs: readonly InputReport[]): string[] {
  const all = sumUndecoded(inputs);
  const lines = all
    .slice(0, MAX_UNDECODED)
    .map(({ reason, name, packets }) => `${formatCount(packets).padStart(12)}  ${REASONS[reason]}${name}`);
  const more = all.length - lines.length;
  if (more > 0) lines.push(`and ${countNoun(more, 'other protocol')}`);
  return lines.length === 0 ? [] : ['not decoded to the end:', ...lines];
}

export const NOTHING_LOCAL =
  'no machine is local: list your networks in hosts.yaml (`synsum init CAPTURE` guesses them)';

/**
 * Reports in one line what a list was made from; `items` says what is listed. If patterns left out some, a line of its
 * own says what is listed.
 */
export function reportListing(
  inventory: Inventory,
  names: Names,
  {
    items,
    count,
    filteredOut = 0,
    unchosen = 0,
    cutRows = 0,
  }: {
    readonly items: string;
    readonly count: number;
    readonly filteredOut?: number;
    readonly unchosen?: number;
    readonly cutRows?: number;
  },
  stderr: Output,
  isVerbose: boolean,
): void {
  const { totals, scans, tally } = inventory;
  const parts: string[] = [];
  // Scans alone have no packets to report.
  if (totals.packetsRead > 0 || scans.length === 0) {
    parts.push(describeRead(inventory));
  }
  if (scans.length > 0) parts.push(`scans: ${formatCount(scans.length)}`);
  const left: string[] = [];
  if (filteredOut > 0) left.push(`left out by patterns: ${formatCount(filteredOut)}`);
  if (unchosen > 0) left.push(`left out by --only: ${formatCount(unchosen)}`);
  if (cutRows > 0) left.push(`left out by --top: ${formatCount(cutRows)}`);
  if (left.length === 0) parts.push(`${items}: ${formatCount(count)}`);
  stderr.write(`synsum: ${parts.join(', ')}\n`);
  if (isVerbose) for (const line of describeReading(inventory)) stderr.write(`synsum: ${line}\n`);
  if (left.length > 0)
    stderr.write(`synsum: shown: ${[`${items}: ${formatCount(count)}`, ...left].join(', ')}\n`);
  if (totals.outsideTime > 0) {
    stderr.write(`synsum: SYN-ACKs outside the time asked for: ${formatCount(totals.outsideTime)}\n`);
  }
  if (tally.folded.rows > 0) {
    stderr.write(
      `synsum: too many rows for memory: ${formatCount(tally.folded.rows)} of them were dropped\n`,
    );
  }
  if (!isEmptyInventory(inventory) && !hasOwnMachines(inventory, names))
    stderr.write(`synsum: ${NOTHING_LOCAL}\n`);
}

/** In one line if everything is shown. Otherwise what was read and what is shown have a line each. */
function describeTotals(
  { inputs, totals, rows, counted, count, synAcks, filteredOut, firstSeen, lastSeen }: Summary,
  tz: string | undefined,
): string[] {
  const format = tz === undefined ? formatTime : clockOf(tz).second;
  const read = describeRead({ inputs, totals });
  const times = rows.length === 0 ? '' : `, from ${format(firstSeen)} to ${format(lastSeen)}`;
  // The reason follows.
  if (rows.length === 0 && filteredOut > 0) return [read];
  const shown = `rows: ${formatCount(rows.length)}${times}`;
  if (counted !== 'syn-acks') return [read, `shown: handshakes: ${formatCount(count)}, ${shown}`];
  return synAcks === totals.synAcks
    ? [`${read}, ${shown}`]
    : [read, `shown: SYN-ACKs: ${formatCount(synAcks)}, ${shown}`];
}

/** The bytes of an input that is not a capture are in no gap: then the numbers have a line each. */
function describeGaps({ totals: { gaps, bytesSkipped }, inputs }: Summary): string[] {
  const lines: string[] = [];
  if (gaps > 0) lines.push(`gaps: ${formatCount(gaps)}`);
  if (bytesSkipped > 0) lines.push(`bytes that could not be used: ${formatCount(bytesSkipped)}`);
  const isAllCaptures = inputs.every(({ format }) => format !== undefined);
  return gaps > 0 && isAllCaptures ? [lines.join(', ')] : lines;
}

function isAllRemote(rows: Summary['rows']): boolean {
  for (const { client, server } of rows) if (client !== REMOTE || server !== REMOTE) return false;
  return true;
}

export function nameOfInput(name: string): string {
  return name === '-' ? 'standard input' : visible(name);
}
