// `synsum services [source…]`: lists what is offered.

import { collectEvidence } from '../../inventory/evidence.js';
import { listServices, type ServiceQuery, type ServiceRow } from '../../inventory/lists/service-list.js';
import { parseMachinePattern, parseServicePattern, rangesOf } from '../../names/patterns.js';
import { renderServices } from '../../views/index.js';
import type { AnyCommand } from '../commander.js';
import type { Context } from '../context.js';
import { type ListView, listFormatOption, listSources } from '../listing.js';
import { addOutputOptions, addSourceOptions, collect, type Done, optionsOf, SOURCES } from '../options.js';
import { parsePatterns } from '../pattern-options.js';

export function addServicesCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addOutputOptions(
    addSourceOptions(
      program
        .command('services')
        .description('list the services: server, port, product, connections, clients, how each is known')
        .argument('[source...]', SOURCES)
        .option(
          '--server <pattern>',
          'only these servers: name, address, CIDR, range or _; repeatable',
          collect,
        )
        .option(
          '--service <pattern>',
          'only these services: name, port, range or 53/udp; repeatable',
          collect,
        )
        .addOption(listFormatOption()),
    ),
  );
  command.action(async (sources) => {
    const options = optionsOf(command);
    const servers = parsePatterns('--server', options.server, parseMachinePattern);
    const services = parsePatterns('--service', options.service, parseServicePattern);
    const request = { clients: true, keep: rangesOf(servers) };
    const view = viewOfServices({ servers, services, remote: options.remote === true });
    done(await listSources(sources, options, request, view, context));
  });
}

/** The services that a query chooses. */
export function viewOfServices(query: ServiceQuery): ListView<ServiceRow> {
  return {
    items: 'services',
    list: (inventory, names, byAddress) =>
      listServices(collectEvidence(inventory), names, { ...query, byAddress }),
    render: renderServices,
  };
}
