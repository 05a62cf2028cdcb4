// `synsum push --store FILE --to URL`: brings what a store has into a fleet.

import { isFleetName } from '../../store/selection.js';
import { countNoun } from '../../text/count-noun.js';
import { visible } from '../../text/escape.js';
import { type AnyCommand, Option } from '../commander.js';
import type { Context } from '../context.js';
import { EXIT_DONE, EXIT_INCOMPLETE } from '../exit-codes.js';
import { type Done, optionsOf } from '../options/command.js';
import { addMessageOptions } from '../options/output.js';
import { abortOnSignals } from '../signals.js';
import { withStoreErrors } from '../store/upkeep.js';
import { UsageError } from '../usage-error.js';

const EXAMPLES = `
Examples:
  synsum push --store history.db --to clickhouse://recorder@db1:8123,db2:8123/synsum`;

interface Options {
  readonly store: string;
  readonly to: string;
  readonly passwordFile?: string | undefined;
  readonly all?: true | undefined;
  readonly quiet?: true | undefined;
}

export function addPushCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = program
    .command('push')
    .description('bring what a store has into a fleet of ClickHouse servers, each source once')
    .optionsGroup('Pushing:')
    .requiredOption('--store <file>', 'a store that synsum record made')
    .requiredOption('--to <url>', 'the fleet, such as clickhouse://user@h1:8123,h2:8123/synsum')
    .option('--password-file <file>', 'the file with the password of the fleet')
    .addOption(new Option('--all', 'ask about what was pushed before, too, as after a server was lost'));
  const full = addMessageOptions(command).addHelpText('after', EXAMPLES);
  full.action(async () => done(await pushStore(optionsOf(full), context)));
}

async function pushStore(
  { store: path, to, passwordFile, all, quiet }: Options,
  { stderr }: Context,
): Promise<number> {
  if (!isFleetName(to)) {
    throw new UsageError(
      'expected an address such as clickhouse://user@h1:8123,h2:8123/synsum',
      `--to ${visible(to)}`,
    );
  }
  const signal = abortOnSignals();
  const { missing, ...pushed } = await withStoreErrors(path, async () => {
    const { pushFile } = await import('../../store/push.js');
    return pushFile(path, to, { isAll: all === true, signal, passwordFile });
  });
  for (const fault of [...missing, ...pushed.faults])
    stderr.write(`synsum: ${visible(path)}: ${visible(fault)}\n`);
  if (quiet !== true) {
    const known =
      pushed.known === 0 ? '' : `; ${pushed.known} ${pushed.known === 1 ? 'was' : 'were'} there before`;
    stderr.write(
      `synsum: ${visible(path)}: pushed ${countNoun(pushed.batches, 'source')} with ${countNoun(pushed.synAcks, 'SYN-ACK')}${known}\n`,
    );
  }
  return pushed.faults.length === 0 ? EXIT_DONE : EXIT_INCOMPLETE;
}
