// `synsum rules --check RULESET [source…]`: says what a firewall would refuse of what is in use, and what it lets through
// that nobody uses.

import fs from 'node:fs';
import { STDIN_NAME } from '../../capture/input.js';
import { describeSystemError } from '../../files/system-error.js';
import { describePlace } from '../../firewall/describe.js';
import { RulesetError } from '../../firewall/json.js';
import type { Ruleset } from '../../firewall/model.js';
import type { Direction } from '../../firewall/packet.js';
import { MAX_RULESET_LENGTH, readRuleset } from '../../firewall/read-ruleset.js';
import { collectEvidence } from '../../inventory/evidence.js';
import { checkRules, type Finding, type RulesCheck } from '../../inventory/rules/check.js';
import type { Only } from '../../inventory/verdicts/verdict.js';
import { countNoun, formatCount } from '../../text/count-noun.js';
import { visible } from '../../text/escape.js';
import { type ListFormat, renderRulesCheck } from '../../views/index.js';
import type { Context } from '../context.js';
import { reportListing, reportOrigins } from '../diagnostics.js';
import { reportUnmatched } from '../empty-result.js';
import { EXIT_CHANGES, EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import type { FilterOptions } from '../options/filters.js';
import type { SourceOptions } from '../options/listing.js';
import type { FormatOptions, OutputOptions } from '../options/output.js';
import { openResult, refuseExisting, writeChunks } from '../output-file.js';
import { parseFilter, rangesOfFilter } from '../pattern-options.js';
import { readNamed, resolveSources } from '../reading.js';
import { screenOf } from '../screen.js';
import { namedSources } from '../sources.js';
import { UsageError } from '../usage-error.js';

/** The options of the check, in addition to those that all commands have. */
export type RulesCheckOptions = SourceOptions &
  FilterOptions &
  FormatOptions<ListFormat> &
  OutputOptions & {
    /** The rule set: a file, or `-`. */
    readonly check: string;
    readonly accept?: Only | undefined;
    readonly minHandshakes?: number | undefined;
    readonly forward?: true | undefined;
    readonly input?: true | undefined;
    readonly force?: true | undefined;
    readonly iif?: string | undefined;
    readonly oif?: string | undefined;
  };

/** Reasons for which connections are undecided are listed up to this number. */
const MAX_REASONS = 5;

/** Reads the rule set and the sources, and writes the findings. Returns the exit status. */
export async function checkRuleset(
  named: readonly string[],
  options: RulesCheckOptions,
  context: Context,
): Promise<number> {
  const { check: file, format, accept = 'yes', quiet = false, verbose = false } = options;
  const direction: Direction = options.input === true ? 'input' : 'forward';
  if (options.input === true && options.forward === true) {
    throw new UsageError('a check is of one kind of traffic; expected --forward or --input', '--check');
  }
  if (direction === 'input' && options.oif !== undefined) {
    throw new UsageError('connections to the firewall leave by no interface; expected only --iif', '--oif');
  }
  const ruleset = readRulesetFile(file, named, options.filesFrom);
  const sources = await namedSources(named, options, context);
  const settings = await resolveSources(options, context);
  const filter = parseFilter(options, { isTcp: true });
  const read = [...sources, settings.hostsFile, ...(file === STDIN_NAME ? [] : [file])];
  if (options.output !== undefined) refuseExisting(options.output, '-o', options);
  const output = openResult(options.output, read, context);
  // A rule may be about a single remote address.
  const reading = { ...settings, options: { ...settings.options, remote: true as const } };
  const request = { clients: true, evidence: true, keep: rangesOfFilter(filter) };
  const { inventory, hasProblems, isEmpty } = await readNamed(sources, reading, context, request);
  if (isEmpty) return hasProblems ? EXIT_USAGE : EXIT_DONE;
  reportUnmatched(inventory, settings, { ...filter, machines: [] }, options, context);
  const checked = checkRules(ruleset, collectEvidence(inventory), settings.names, {
    ...filter,
    accept,
    direction,
    iif: options.iif,
    oif: options.oif,
    ...(options.minHandshakes === undefined ? {} : { minHandshakes: options.minHandshakes }),
  });
  const screen = screenOf(output, options.color, context, options.tz);
  const chosen = format ?? (output.isTerminal ? 'table' : 'csv');
  await writeChunks(renderRulesCheck(chosen, { ...checked, inventory }, screen), output);
  output.close();
  if (!quiet) {
    if (verbose) reportOrigins(settings, context.stderr);
    const shown = { items: 'findings', count: checked.findings.length };
    reportListing(inventory, settings.names, shown, context.stderr, verbose);
  }
  const problems = describeDoubts(checked, file, direction);
  const lines = quiet ? problems : [...describeCheck(checked, ruleset, file), ...problems];
  for (const line of lines) context.stderr.write(`synsum: ${line}\n`);
  const isSure = !hasProblems && countOf(checked, 'undecided') === 0 && inventory.tally.folded.rows === 0;
  if (countOf(checked, 'refused') > 0) return EXIT_CHANGES;
  return isSure ? EXIT_DONE : EXIT_INCOMPLETE;
}

function countOf({ findings }: RulesCheck, kind: Finding['kind']): number {
  return findings.filter((finding) => finding.kind === kind).length;
}

function describeCheck(checked: RulesCheck, ruleset: Ruleset, file: string): string[] {
  const { uses, passed } = checked;
  const lines = [
    `${visible(file)}: ${countNoun(ruleset.rules, 'rule')}; ${countNoun(uses, 'use')} checked: ${formatCount(passed)} let through, ` +
      `${formatCount(countOf(checked, 'refused'))} refused, ${formatCount(countOf(checked, 'undecided'))} undecided`,
  ];
  const [open, unused] = [countOf(checked, 'open'), countOf(checked, 'unused rule')];
  if (open > 0)
    lines.push(`let through though nothing shows that they are used: ${countNoun(open, 'connection')}`);
  if (unused > 0) lines.push(`accepting nothing that is in use: ${countNoun(unused, 'rule')}`);
  if (checked.transit > 0) {
    lines.push(`not checked, because neither end is local or named: ${countNoun(checked.transit, 'use')}`);
  }
  return lines;
}

/** Reasons for not trusting the answer; --quiet does not hide them. */
function describeDoubts(checked: RulesCheck, file: string, direction: Direction): string[] {
  const { findings, unjudged, hasChains } = checked;
  const lines: string[] = [];
  if (!hasChains) {
    lines.push(`${visible(file)}: no chain looks at connections of --${direction}, so all of them pass`);
  }
  const reasons = new Map<string, number>();
  for (const { kind, place } of findings) {
    if (kind !== 'undecided' || place === undefined) continue;
    const reason = describePlace(place);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const sorted = [...reasons].sort((a, b) => b[1] - a[1]);
  for (const [reason, count] of sorted.slice(0, MAX_REASONS)) {
    lines.push(`undecided: ${countNoun(count, 'use')}, because of ${visible(reason)}`);
  }
  if (sorted.length > MAX_REASONS) lines.push(`more reasons: ${formatCount(sorted.length - MAX_REASONS)}`);
  if (unjudged > 0) {
    lines.push(
      `of unknown use, because the inventory was saved without evidence: ${countNoun(unjudged, 'connection')} (--accept maybe checks them)`,
    );
  }
  return lines;
}

/** @throws UsageError if it cannot be read, or is not a rule set */
function readRulesetFile(file: string, sources: readonly string[], filesFrom: string | undefined): Ruleset {
  if (
    file === STDIN_NAME &&
    (sources.length === 0 || sources.includes(STDIN_NAME) || filesFrom === STDIN_NAME)
  ) {
    throw new UsageError('standard input is the rule set, so the sources must be files', '--check -');
  }
  try {
    return readRuleset(readText(file));
  } catch (error) {
    // The message quotes the file.
    if (error instanceof RulesetError) throw new UsageError(visible(`${file}: ${error.message}`), '--check');
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UsageError(describeSystemError(error), `--check ${visible(file)}`);
  }
}

/** @throws RulesetError if it is too large */
function readText(file: string): string {
  const descriptor = file === STDIN_NAME ? 0 : fs.openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let length = 0; ; ) {
      const chunk = Buffer.allocUnsafe(64 * 1024);
      const size = fs.readSync(descriptor, chunk, 0, chunk.length, null);
      if (size === 0) return Buffer.concat(chunks).toString('utf8');
      length += size;
      if (length > MAX_RULESET_LENGTH) {
        throw new RulesetError(`found more than ${MAX_RULESET_LENGTH} bytes, expected a smaller rule set`);
      }
      chunks.push(chunk.subarray(0, size));
    }
  } finally {
    if (descriptor !== 0) fs.closeSync(descriptor);
  }
}
