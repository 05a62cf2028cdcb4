// `synsum hosts [source…]`: lists the machines.

import { collectEvidence } from '../../inventory/evidence.js';
import { HOST_COLUMNS, type HostRow, listHosts } from '../../inventory/lists/host-list.js';
import { parseMachinePattern, rangesOf } from '../../names/patterns.js';
import { LIST_FORMATS, renderHosts } from '../../views/index.js';
import type { AnyCommand } from '../commander.js';
import type { Context } from '../context.js';
import { LIST_DEFAULT, type ListView, listSources, orderOf } from '../listing.js';
import { type Done, optionsOf } from '../options/command.js';
import { addEvidenceOptions } from '../options/evidence.js';
import { addMachineOption } from '../options/filters.js';
import { addListingOptions } from '../options/listing.js';
import { SOURCES } from '../options/reading.js';
import { parseFilter, parsePatterns, rangesOfFilter } from '../pattern-options.js';

export function addHostsCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addEvidenceOptions(
    addListingOptions(
      addMachineOption(
        program
          .command('hosts')
          .description('list the machines: names, addresses, services offered and used, times seen')
          .argument('[source...]', SOURCES),
      ),
      { columns: HOST_COLUMNS, formats: LIST_FORMATS, otherwise: LIST_DEFAULT },
    ),
    'with -f csv, add columns of the handshakes of what each machine offers',
  );
  command.action(async (sources) => {
    const options = optionsOf(command);
    const hosts = parsePatterns('--machine', options.machine, parseMachinePattern);
    const filter = parseFilter(options, { isTcp: false });
    const { only = 'all', evidence: hasEvidenceColumns = false } = options;
    const query = { ...filter, ...orderOf(options), hosts, only, remote: options.remote === true };
    const view: ListView<HostRow> = {
      items: 'machines',
      searched: { ...filter, machines: hosts },
      list: (inventory, names, byAddress) =>
        listHosts(collectEvidence(inventory), names, { ...query, byAddress }),
      render: (format, listing, screen) => renderHosts(format, { ...listing, hasEvidenceColumns }, screen),
    };
    const keep = [...rangesOf(hosts), ...rangesOfFilter(filter)];
    done(await listSources(sources, options, { clients: true, evidence: true, keep }, view, context));
  });
}
