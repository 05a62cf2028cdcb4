// `synsum map [source…]`: draws who uses which service of whom, for documents.

import { collectEvidence } from '../../inventory/evidence.js';
import { filterEvidence } from '../../inventory/filter.js';
import { DIRECTIONS, type Direction } from '../../inventory/picture/panels.js';
import { makePicture } from '../../inventory/picture/picture.js';
import { MAP_FORMATS, renderMap } from '../../views/index.js';
import { type AnyCommand, Option, type OptionsOf } from '../commander.js';
import type { Context } from '../context.js';
import { reportListing, reportOrigins } from '../diagnostics.js';
import { reportUnmatched } from '../empty-result.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { addNumericOption, addRemoteOption } from '../options/arrangement.js';
import { type Done, GROUP, optionsOf, refuse } from '../options/command.js';
import { addDuplicatesOption, addFilterOptions, addTimeOptions } from '../options/filters.js';
import { addFormatOption, addMessageOptions, addOutputOption } from '../options/output.js';
import { addAcrossOption, addFilesOption, addReadingOptions, SOURCES } from '../options/reading.js';
import { openResult, writeChunks } from '../output-file.js';
import { parseFilter, rangesOfFilter } from '../pattern-options.js';
import { readNamed, resolveSources } from '../reading.js';
import { namedSources } from '../sources.js';

type Options = OptionsOf<typeof addCommand>;

export function addMapCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.action(async (sources) => done(await map(sources, optionsOf(command), context)));
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('map')
    .description('draw who uses which service of whom: SVG, Graphviz or Mermaid')
    .argument('[source...]', SOURCES);
  const chosen = addDuplicatesOption(addTimeOptions(addFilterOptions(command)));
  const arranged = addRemoteOption(addNumericOption(chosen))
    .optionsGroup(GROUP.arrange)
    .addOption(
      new Option(
        '--direction <direction>',
        'from the Internet (in), among ourselves, to the Internet (out), between remote machines',
      )
        .choices([...DIRECTIONS, 'all'] as const)
        .default('all' as const),
    );
  const written = addOutputOption(addFormatOption(arranged, MAP_FORMATS, 'svg'));
  const full = addAcrossOption(addFilesOption(addReadingOptions(addMessageOptions(written))));
  refuse(
    full,
    ['--sort', '-S', '--top', '--reverse', '--only', '--evidence'],
    'a map sums up what does not fit',
  );
  refuse(full, ['--tz'], 'a map has no times');
  return full;
}

async function map(words: readonly string[], options: Options, context: Context): Promise<number> {
  const sources = await namedSources(words, options, context);
  const filter = parseFilter(options, { isTcp: false });
  const settings = await resolveSources(options, context);
  const output = openResult(options.output, [...sources, settings.hostsFile], context);
  const {
    numeric = false,
    remote = false,
    quiet = false,
    verbose = false,
    format = 'svg',
    direction,
  } = options;
  const request = { clients: true, evidence: true, keep: rangesOfFilter(filter) };
  const { inventory, hasProblems, isEmpty } = await readNamed(sources, settings, context, request);
  if (isEmpty) return hasProblems ? EXIT_USAGE : EXIT_DONE;
  const { names } = settings;
  reportUnmatched(inventory, settings, { ...filter, machines: [] }, options, context);
  const evidence = filterEvidence(collectEvidence(inventory), names, filter);
  const picture = makePicture(evidence, inventory, names, { numeric, remote });
  const directions: readonly Direction[] = direction === 'all' ? DIRECTIONS : [direction];
  await writeChunks(renderMap(format, picture, directions), output);
  output.close();
  if (!quiet) {
    if (verbose) reportOrigins(settings, context.stderr);
    const shown = { items: 'rows', count: picture.rows.length };
    reportListing(inventory, names, shown, context.stderr, verbose);
  }
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}
