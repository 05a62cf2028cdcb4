// `synsum hosts [source…]`: lists the machines.

import { collectEvidence } from '../../inventory/evidence.js';
import { type HostRow, listHosts } from '../../inventory/lists/host-list.js';
import { parseMachinePattern, rangesOf } from '../../names/patterns.js';
import { renderHosts } from '../../views/index.js';
import type { AnyCommand } from '../commander.js';
import type { Context } from '../context.js';
import { type ListView, listFormatOption, listSources } from '../listing.js';
import { addOutputOptions, addSourceOptions, collect, type Done, optionsOf, SOURCES } from '../options.js';
import { parsePatterns } from '../pattern-options.js';

export function addHostsCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addOutputOptions(
    addSourceOptions(
      program
        .command('hosts')
        .description('list the machines: names, addresses, services offered and used, times seen')
        .argument('[source...]', SOURCES)
        .option('--host <pattern>', 'only these machines: name, address, CIDR or range; repeatable', collect)
        .addOption(listFormatOption()),
    ),
  );
  command.action(async (sources) => {
    const options = optionsOf(command);
    const hosts = parsePatterns('--host', options.host, parseMachinePattern);
    const query = { hosts, remote: options.remote === true };
    const view: ListView<HostRow> = {
      items: 'machines',
      list: (inventory, names, byAddress) =>
        listHosts(collectEvidence(inventory), names, { ...query, byAddress }),
      render: renderHosts,
    };
    done(await listSources(sources, options, { keep: rangesOf(hosts) }, view, context));
  });
}
