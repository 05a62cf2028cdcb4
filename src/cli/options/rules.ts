// The options that choose the rules of a firewall, and how they are written.

import { ONLY, type Only } from '../../inventory/verdicts/verdict.js';
import { COMMENTS, type Comments, MODES, type Mode } from '../../views/rules/index.js';
import { type CommandOf, Option, type OptionValues } from '../commander.js';
import { GROUP, parseCount } from './command.js';

export type RuleOptions = {
  readonly check?: string | undefined;
  readonly iif?: string | undefined;
  readonly oif?: string | undefined;
  readonly accept: Only;
  readonly minHandshakes: number;
  readonly widen: number;
  readonly remote?: true | undefined;
  readonly mode: Mode;
  readonly forward?: true | undefined;
  readonly input?: true | undefined;
  readonly comments: Comments;
};

/** A block with more than a thousand times the addresses that were seen has little to do with them. */
const MAX_WIDENING = 1000;

export function addRuleOptions<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & RuleOptions> {
  command
    .optionsGroup(GROUP.filter)
    .addOption(
      new Option('--accept <level>', 'allow what is used, also what may be, or all that answered')
        .choices(ONLY)
        .default('yes'),
    )
    .addOption(
      new Option('--min-handshakes <n>', 'allow only uses with at least N handshakes')
        .argParser((text) => parseCount(text))
        .default(1),
    )
    .optionsGroup(GROUP.rules)
    .addOption(
      new Option('--mode <mode>', 'refuse other new TCP connections, or only count and log them')
        .choices(MODES)
        .default('refuse'),
    )
    .option('--forward', 'judge traffic that this machine routes (the default)')
    .option('--input', 'judge traffic to this machine; with --forward both')
    .addOption(
      new Option('--widen <n>', 'allow blocks of clients of up to N times the addresses that were seen')
        .argParser((text) => parseCount(text, MAX_WIDENING))
        .default(1),
    )
    .option('--remote', 'list remote addresses instead of allowing every address that is not local')
    .addOption(
      new Option('--comments <kind>', 'comments with names, with the evidence of use too, or none')
        .choices(COMMENTS)
        .default('names'),
    )
    .optionsGroup(GROUP.rulesCheck)
    .option(
      '--check <ruleset>',
      'check these rules instead: the JSON of nft -j list ruleset, or - for standard input',
    )
    .option('--iif <name>', 'the interface by which all connections arrive')
    .option('--oif <name>', 'the interface by which all connections leave');
  return command as unknown as CommandOf<A, O & RuleOptions>;
}
