// `synsum rules [source…]`: writes rules for a firewall that let through what is used, and nothing else.

import fs from 'node:fs';
import path from 'node:path';
import { type AtomicFile, openAtomic } from '../../files/atomic-file.js';
import { OutputError } from '../../files/output.js';
import { reasonOf } from '../../files/system-error.js';
import { collectEvidence, type Evidence } from '../../inventory/evidence.js';
import type { Inventory } from '../../inventory/inventory.js';
import { makeRules } from '../../inventory/rules/make-rules.js';
import type { RuleModel } from '../../inventory/rules/model.js';
import { LIST_FORMATS, type ListFormat } from '../../views/index.js';
import {
  CAPIRCA_FILES,
  type Chain,
  RULE_FORMATS,
  type RuleFormat,
  renderRuleFiles,
  renderRules,
} from '../../views/rules/index.js';
import type { AnyCommand, OptionsOf } from '../commander.js';
import type { Context } from '../context.js';
import { reportListing, reportOrigins } from '../diagnostics.js';
import { reportUnmatched } from '../empty-result.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { LIST_DEFAULT } from '../listing.js';
import { addTimeZoneOption } from '../options/arrangement.js';
import { type Done, optionsOf, refuse } from '../options/command.js';
import { addDuplicatesOption, addFilterOptions, addTimeOptions } from '../options/filters.js';
import {
  addForceOption,
  addFormatOption,
  addMessageOptions,
  addOutputOption,
  type FormatOptions,
} from '../options/output.js';
import { addAcrossOption, addFilesOption, addReadingOptions, SOURCES } from '../options/reading.js';
import { addRuleOptions } from '../options/rules.js';
import { refuseExisting, refuseToOverwrite, writeChunks } from '../output-file.js';
import { parseFilter, rangesOfFilter } from '../pattern-options.js';
import { readNamed, resolveSources, type SourceSettings } from '../reading.js';
import { describeRules } from '../rules/notes.js';
import { namedSources } from '../sources.js';
import { UsageError } from '../usage-error.js';

type AllOptions = OptionsOf<typeof addCommand>;
type Options = Omit<AllOptions, 'format'> & FormatOptions<RuleFormat>;

/** Those of rules, then those of the findings of --check. */
const FORMATS: readonly (RuleFormat | ListFormat)[] = [...new Set([...RULE_FORMATS, ...LIST_FORMATS])];
const FORMAT_DEFAULT = `${RULE_FORMATS[0]}; with --check ${LIST_DEFAULT}`;
/** Options that mean nothing without --check, and with it. */
const CHECK_ONLY = ['iif', 'oif'] as const;
const WRITE_ONLY = ['mode', 'widen', 'comments', 'remote'] as const;
/** Formats whose rules are about one version of IP. */
const FAMILIES: Readonly<Partial<Record<RuleFormat, 4 | 6>>> = { iptables: 4, ip6tables: 6 };

const SORTED = 'rules are sorted by number, so that they can be compared';

const HELP = `
Examples:
  synsum rules --mode log -o trial.nft week.pcap
  synsum rules --accept maybe --comments evidence -f iptables monday.pcap tuesday.pcap
  synsum rules -f capirca -o policy week.pcap
  nft -c -f trial.nft && nft -f trial.nft
  nft -j list ruleset | synsum rules --check - week.pcap

Exit status: 0 done, 2 wrong usage, nothing could be read or nothing is to be allowed,
3 some input could not be read completely. With --check: 0 everything in use passes,
1 something in use is refused, 3 nothing is certainly refused, but something is undecided.`;

export function addRulesCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.addHelpText('after', HELP);
  command.action(async (sources) => {
    const options = optionsOf(command);
    const { check, format } = options;
    if (check === undefined) {
      refuseOptions(options, CHECK_ONLY, 'it belongs to --check');
      done(await writeRules(sources, { ...options, format: oneOf(RULE_FORMATS, format) }, context));
      return;
    }
    const given = WRITE_ONLY.filter((name) => command.getOptionValueSource(name) === 'cli');
    refuseOptions(options, given, 'rules are written without --check only');
    const { checkRuleset } = await import('./rules-check.js');
    done(await checkRuleset(sources, { ...options, check, format: oneOf(LIST_FORMATS, format) }, context));
  });
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('rules')
    .description('write rules for a firewall that allow what is used, and refuse other new TCP connections')
    .argument('[source...]', SOURCES);
  const chosen = addRuleOptions(addDuplicatesOption(addTimeOptions(addFilterOptions(command))));
  const written = addFormatOption(addTimeZoneOption(chosen), FORMATS, FORMAT_DEFAULT);
  const saved = addForceOption(
    addOutputOption(written, 'write to a file, unless it exists; with -f capirca to a folder'),
  );
  const full = addAcrossOption(addFilesOption(addReadingOptions(addMessageOptions(saved))));
  refuse(full, ['--sort', '--top', '--reverse'], SORTED);
  refuse(
    full,
    ['--only', '--evidence'],
    '--accept chooses what is allowed, and --comments evidence shows why',
  );
  refuse(full, ['-n, --numeric'], 'rules have addresses; --comments none leaves out the names');
  return full;
}

/** Returns the format if it is one of these. @throws UsageError */
function oneOf<Format extends string>(
  known: readonly Format[],
  format: string | undefined,
): Format | undefined {
  const found = known.find((one) => one === format);
  if (found === undefined && format !== undefined) {
    throw new UsageError(`found ${format}, expected one of ${known.join(', ')}`, '--format');
  }
  return found;
}

/** @throws UsageError for the first of the options that is given */
function refuseOptions(options: AllOptions, names: readonly (keyof AllOptions)[], reason: string): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given !== undefined) throw new UsageError(reason, `--${given}`);
}

async function writeRules(named: readonly string[], options: Options, context: Context): Promise<number> {
  const sources = await namedSources(named, options, context);
  const filter = parseFilter(options, { isTcp: true });
  const settings = await resolveSources(options, context);
  const files = openFiles(options, sources);
  try {
    const read = await readNamed(sources, settings, context, {
      clients: true,
      evidence: true,
      captures: true,
      keep: rangesOfFilter(filter),
    });
    const { inventory, hasProblems, isEmpty } = read;
    if (isEmpty) return EXIT_USAGE;
    reportUnmatched(inventory, settings, { ...filter, machines: [] }, options, context);
    const evidence = collectEvidence(inventory);
    const remote = options.remote === true;
    const family = familyOf(options);
    const chosen = { ...filter, ...options, remote, ...(family === undefined ? {} : { family }) };
    const model = makeRules(evidence, settings.names, chosen);
    report(model, evidence, inventory, settings, options, context);
    if (model.rules.length === 0) {
      const over = family === undefined ? '' : ` over IPv${family}`;
      const would = `the rules would refuse every new TCP connection${over}`;
      throw new UsageError(`synsum: nothing is to be allowed: ${would}, so none are written`);
    }
    await write(model, files, options, context);
    return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
  } finally {
    for (const { file } of files) file.abandon();
  }
}

function report(
  model: RuleModel,
  evidence: Evidence,
  inventory: Inventory,
  settings: SourceSettings,
  options: Options,
  { stderr }: Context,
): void {
  const { quiet = false, verbose = false, mode, tz } = options;
  if (quiet) return;
  const family = familyOf(options);
  if (verbose) reportOrigins(settings, stderr);
  const listed = { items: 'rules', count: model.rules.length };
  reportListing(inventory, settings.names, listed, stderr, verbose);
  for (const line of describeRules(model, evidence, { mode, chains: chainsOf(options), family, tz })) {
    stderr.write(`synsum: ${line}\n`);
  }
}

/** The only version of IP that the rules are about; undefined if they are about both. */
function familyOf({ format = 'nftables' }: Options): 4 | 6 | undefined {
  return FAMILIES[format];
}

function chainsOf({ forward, input }: Options): Chain[] {
  if (input !== true) return ['forward'];
  return forward === true ? ['forward', 'input'] : ['input'];
}

interface OpenFile {
  readonly path: string;
  readonly file: AtomicFile;
}

/** Opens the files to write, before the work begins; none for standard output. @throws UsageError */
function openFiles(options: Options, sources: readonly string[]): OpenFile[] {
  const { format, output } = options;
  if (format === 'capirca' && (output === undefined || output === '-')) {
    throw new UsageError('found no folder, expected -o FOLDER: this format has several files', '-f capirca');
  }
  if (output === undefined) return [];
  const paths = format === 'capirca' ? CAPIRCA_FILES.map((name) => path.join(output, name)) : [output];
  for (const name of paths) {
    refuseToOverwrite(name, sources);
    refuseExisting(name, '-o', options);
  }
  const files: OpenFile[] = [];
  try {
    for (const name of paths) {
      if (format === 'capirca') fs.mkdirSync(path.dirname(name), { recursive: true });
      files.push({ path: name, file: openAtomic(name) });
    }
    return files;
  } catch (error) {
    for (const { file } of files) file.abandon();
    throw new UsageError(reasonOf(error), `-o ${output}`);
  }
}

async function write(
  model: RuleModel,
  files: readonly OpenFile[],
  options: Options,
  { stdout }: Context,
): Promise<void> {
  const { format = 'nftables', mode, comments } = options;
  const written = { mode, chains: chainsOf(options), comments };
  const texts =
    format === 'capirca'
      ? (await renderRuleFiles(model, written)).map(({ text }) => text)
      : [await renderRules(format, model, written)];
  for (const [at, chunks] of texts.entries()) {
    const target = files[at];
    if (target === undefined) await writeChunks(Promise.resolve(chunks), stdout);
    else writeFile(target, chunks);
  }
}

function writeFile({ path: name, file }: OpenFile, chunks: Iterable<string>): void {
  try {
    for (const chunk of chunks) if (!file.write(chunk)) break;
    file.commit();
  } catch (error) {
    throw new OutputError(error, `-o ${name}`);
  }
}
