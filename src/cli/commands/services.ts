// `synsum services [source…]`: lists what is offered.

import { collectEvidence } from '../../inventory/evidence.js';
import type { Filter } from '../../inventory/filter.js';
import {
  listServices,
  SERVICE_COLUMNS,
  type ServiceQuery,
  type ServiceRow,
} from '../../inventory/lists/service-list.js';
import { LIST_FORMATS, renderServices } from '../../views/index.js';
import type { AnyCommand } from '../commander.js';
import type { Context } from '../context.js';
import { LIST_DEFAULT, type ListView, listSources, orderOf } from '../listing.js';
import { type Done, optionsOf } from '../options/command.js';
import { addEvidenceOptions } from '../options/evidence.js';
import { addListingOptions } from '../options/listing.js';
import { SOURCES } from '../options/reading.js';
import { parseFilter, rangesOfFilter } from '../pattern-options.js';

export function addServicesCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addEvidenceOptions(
    addListingOptions(
      program
        .command('services')
        .description('list the services: server, port, product, connections, clients, how each is known')
        .argument('[source...]', SOURCES),
      { columns: SERVICE_COLUMNS, formats: LIST_FORMATS, otherwise: LIST_DEFAULT },
    ),
    'with -f csv, add columns of handshakes and what became of them',
  );
  command.action(async (sources) => {
    const options = optionsOf(command);
    const filter = parseFilter(options, { isTcp: false });
    const request = { clients: true, evidence: true, keep: rangesOfFilter(filter) };
    const { only, remote, evidence = false } = options;
    const view = viewOfServices(
      {
        ...filter,
        ...orderOf(options),
        remote: remote === true,
        ...(only === undefined ? {} : { only }),
      },
      evidence,
    );
    done(await listSources(sources, options, request, view, context));
  });
}

/** The services that a query chooses. */
export function viewOfServices(
  query: ServiceQuery & Required<Filter>,
  hasEvidenceColumns = false,
): ListView<ServiceRow> {
  const { clients, servers, services } = query;
  return {
    items: 'services',
    searched: { clients, servers, services, machines: [] },
    list: (inventory, names, byAddress) =>
      listServices(collectEvidence(inventory), names, { ...query, byAddress }),
    render: (format, listing, screen) => renderServices(format, { ...listing, hasEvidenceColumns }, screen),
  };
}
