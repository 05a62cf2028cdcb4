// `synsum services [source…]`: lists what is offered.

import { collectEvidence } from '../../inventory/evidence.js';
import type { Filter } from '../../inventory/filter.js';
import {
  listServices,
  SERVICE_COLUMNS,
  type ServiceQuery,
  type ServiceRow,
} from '../../inventory/lists/service-list.js';
import { ONLY } from '../../inventory/verdicts/verdict.js';
import { LIST_FORMATS, renderServices } from '../../views/index.js';
import { type AnyCommand, Option } from '../commander.js';
import type { Context } from '../context.js';
import { LIST_DEFAULT, type ListView, listSources, orderOf } from '../listing.js';
import { type Done, GROUP, optionsOf } from '../options/command.js';
import { addListingOptions } from '../options/listing.js';
import { SOURCES } from '../options/reading.js';
import { parseFilter, rangesOfFilter } from '../pattern-options.js';

export function addServicesCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addListingOptions(
    program
      .command('services')
      .description('list the services: server, port, product, connections, clients, how each is known')
      .argument('[source...]', SOURCES),
    { columns: SERVICE_COLUMNS, formats: LIST_FORMATS, otherwise: LIST_DEFAULT },
  )
    .optionsGroup(GROUP.filter)
    .addOption(
      new Option(
        '--only <level>',
        'only services that are used, or may be; all also shows FTP data and the like',
      ).choices(ONLY),
    );
  command.action(async (sources) => {
    const options = optionsOf(command);
    const filter = parseFilter(options, { isTcp: false });
    const request = { clients: true, evidence: true, keep: rangesOfFilter(filter) };
    const { only, remote } = options;
    const view = viewOfServices({
      ...filter,
      ...orderOf(options),
      remote: remote === true,
      ...(only === undefined ? {} : { only }),
    });
    done(await listSources(sources, options, request, view, context));
  });
}

/** The services that a query chooses. */
export function viewOfServices(query: ServiceQuery & Required<Filter>): ListView<ServiceRow> {
  const { clients, servers, services } = query;
  return {
    items: 'services',
    searched: { clients, servers, services, machines: [] },
    list: (inventory, names, byAddress) =>
      listServices(collectEvidence(inventory), names, { ...query, byAddress }),
    render: renderServices,
  };
}
