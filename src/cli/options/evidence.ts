// The options about use: which levels count, and whether the evidence is shown.

import { ONLY, type Only } from '../../inventory/verdicts/verdict.js';
import { type CommandOf, Option, type OptionValues } from '../commander.js';
import { GROUP } from './command.js';

export type EvidenceOptions = {
  readonly only?: Only | undefined;
  readonly evidence?: true | undefined;
};

/** `shown` says where the evidence is shown. */
export function addEvidenceOptions<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
  shown: string,
): CommandOf<A, O & EvidenceOptions> {
  command
    .optionsGroup(GROUP.filter)
    .addOption(
      new Option(
        '--only <level>',
        'yes: used, or likely to be; maybe: also where it is uncertain; all: also what only answered',
      ).choices(ONLY),
    )
    .optionsGroup(GROUP.arrange)
    .option('--evidence', shown);
  return command as unknown as CommandOf<A, O & EvidenceOptions>;
}
