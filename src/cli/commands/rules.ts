// `synsum rules [source…]`: writes rules for a firewall that let through what is used, and nothing else.

import fs from 'node:fs';
import path from 'node:path';
import { openAtomic } from '../../files/atomic-file.js';
import { OutputError } from '../../files/output.js';
import { collectEvidence } from '../../inventory/evidence.js';
import { makeRules } from '../../inventory/rules/make-rules.js';
import {
  CAPIRCA_FILES,
  type Chain,
  RULE_FORMATS,
  type RuleFile,
  type RuleFormat,
  renderRuleFiles,
  renderRules,
} from '../../views/rules/index.js';
import type { AnyCommand, OptionsOf } from '../commander.js';
import type { Context } from '../context.js';
import { reportListing, reportOrigins } from '../diagnostics.js';
import { reportUnmatched } from '../empty-result.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { addTimeZoneOption } from '../options/arrangement.js';
import { type Done, optionsOf, refuse } from '../options/command.js';
import { addDuplicatesOption, addFilterOptions, addTimeOptions } from '../options/filters.js';
import { addForceOption, addFormatOption, addMessageOptions, addOutputOption } from '../options/output.js';
import { addFilesOption, addReadingOptions, SOURCES } from '../options/reading.js';
import { addRuleOptions } from '../options/rules.js';
import { refuseExisting, refuseToOverwrite, writeChunks } from '../output-file.js';
import { parseFilter, rangesOfFilter } from '../pattern-options.js';
import { readNamed, resolveSources } from '../reading.js';
import { describeRules } from '../rules/notes.js';
import { namedSources } from '../sources.js';
import { UsageError } from '../usage-error.js';

type Options = OptionsOf<typeof addCommand>;

const SORTED = 'rules are sorted by number, so that they can be compared';

const HELP = `
Examples:
  synsum rules --mode log -o trial.nft week.pcap
  synsum rules --accept maybe --comments evidence -f iptables monday.pcap tuesday.pcap
  synsum rules -f capirca -o policy week.pcap
  nft -c -f trial.nft && nft -f trial.nft

Exit status: 0 done, 2 wrong usage, nothing could be read or nothing is to be allowed,
3 some input could not be read completely.`;

export function addRulesCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.addHelpText('after', HELP);
  command.action(async (sources) => done(await writeRules(sources, optionsOf(command), context)));
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('rules')
    .description('write rules for a firewall that allow what is used, and refuse other new TCP connections')
    .argument('[source...]', SOURCES);
  const chosen = addRuleOptions(addDuplicatesOption(addTimeOptions(addFilterOptions(command))));
  const written = addFormatOption(addTimeZoneOption(chosen), RULE_FORMATS, RULE_FORMATS[0] as RuleFormat);
  const saved = addForceOption(
    addOutputOption(written, 'write to a file, unless it exists; with -f capirca to a folder'),
  );
  const full = addFilesOption(addReadingOptions(addMessageOptions(saved)));
  refuse(full, ['--sort', '--top', '--reverse'], SORTED);
  refuse(full, ['-n, --numeric'], 'rules have addresses; --comments none leaves out the names');
  return full;
}

async function writeRules(named: readonly string[], options: Options, context: Context): Promise<number> {
  const sources = await namedSources(named, options, context);
  const { output, quiet = false, verbose = false, format = 'nftables', mode, comments, tz } = options;
  for (const target of targetsOf(options)) {
    refuseToOverwrite(target, sources);
    refuseExisting(target, '-o', options);
  }
  const filter = parseFilter(options, { isTcp: true });
  const settings = await resolveSources(options, context);
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
  const model = makeRules(evidence, settings.names, {
    ...filter,
    ...options,
    remote: options.remote === true,
  });
  const chains = chainsOf(options);
  if (!quiet) {
    if (verbose) reportOrigins(settings, context.stderr);
    const listed = { items: 'rules', count: model.rules.length };
    reportListing(inventory, settings.names, listed, context.stderr, verbose);
    for (const line of describeRules(model, evidence, { mode, chains, tz })) {
      context.stderr.write(`synsum: ${line}\n`);
    }
  }
  if (model.rules.length === 0) {
    const would = 'the rules would refuse every new TCP connection';
    throw new UsageError(`synsum: nothing is to be allowed: ${would}, so none are written`);
  }
  const written = { mode, chains, comments };
  if (format === 'capirca') {
    writeFolder(output ?? '', await renderRuleFiles(model, written));
  } else {
    await write(output, await renderRules(format, model, written), context);
  }
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}

/** The files that would be written; undefined for standard output. @throws UsageError for a folder that is not named */
function targetsOf({ format, output }: Options): string[] {
  if (format !== 'capirca') return output === undefined ? [] : [output];
  if (output === undefined || output === '-') {
    throw new UsageError('found no folder, expected -o FOLDER: this format has several files', '-f capirca');
  }
  return CAPIRCA_FILES.map((file) => path.join(output, file));
}

function chainsOf({ forward, input }: Options): Chain[] {
  if (input !== true) return ['forward'];
  return forward === true ? ['forward', 'input'] : ['input'];
}

/** Writes to standard output, or to a file that has either its old or its new contents. */
async function write(name: string | undefined, chunks: Iterable<string>, { stdout }: Context): Promise<void> {
  if (name === undefined) await writeChunks(Promise.resolve(chunks), stdout);
  else writeFile(name, chunks);
}

function writeFolder(folder: string, files: readonly RuleFile[]): void {
  for (const file of files) {
    const name = path.join(folder, file.path);
    try {
      fs.mkdirSync(path.dirname(name), { recursive: true });
    } catch (error) {
      throw new OutputError(error, `-o ${folder}`);
    }
    writeFile(name, file.text);
  }
}

function writeFile(name: string, chunks: Iterable<string>): void {
  try {
    const file = openAtomic(name);
    try {
      for (const chunk of chunks) if (!file.write(chunk)) break;
      file.commit();
    } finally {
      file.abandon();
    }
  } catch (error) {
    throw new OutputError(error, `-o ${name}`);
  }
}
