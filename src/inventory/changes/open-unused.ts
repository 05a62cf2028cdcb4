// Where scans and captures disagree: services that are open but not used, and services that are used though
// no scan found them open. TCP only: captures do not show the use of other protocols.

import type { Names } from '../../names/names.js';
import type { ExpectedPattern } from '../../names/patterns.js';
import { type Evidence, isAbsent, isOpen } from '../evidence.js';
import {
  addressTextOf,
  compareMachines,
  comparePorts,
  labelOf,
  productFieldsOf,
  serviceLabelOf,
} from '../labels.js';
import type { HiddenService, OpenUnused, ServiceAt } from './changes.js';
import { Suppressor } from './suppressor.js';

/**
 * Compares what scans found open with what captures saw in use, for TCP services that a scan looked at.
 * @param ignored services to leave out, in addition to those that `names` expects
 * @param numeric whether to report addresses and ports instead of names
 */
export function findOpenUnused(
  { services, observed }: Evidence,
  names: Names,
  ignored: readonly ExpectedPattern[] = [],
  numeric = false,
): OpenUnused {
  const suppressor = new Suppressor(names, ignored);
  const unused: ServiceAt[] = [];
  const hidden: HiddenService[] = [];
  let suppressed = 0;
  // A machine that a scan looked for is shown by its address even if it is remote.
  const labelled = services
    .map((service) => ({
      service,
      address: service.address,
      label: labelOf(service.address, names, true, numeric),
    }))
    .sort((a, b) => compareMachines(a, b) || comparePorts(a.service, b.service));
  for (const { service, address, label } of labelled) {
    const { protocol, port, connections, finding } = service;
    if (address === undefined || finding === undefined || protocol !== 'tcp') continue;
    const isUnused = connections === 0 && isOpen(finding.port);
    const isHidden = connections > 0 && isAbsent(finding.port);
    if (!isUnused && !isHidden) continue;
    if (suppressor.suppresses(address, service)) {
      suppressed += 1;
      continue;
    }
    const at: ServiceAt = {
      machine: label,
      address: addressTextOf(address),
      port,
      protocol,
      service: serviceLabelOf(service, names, numeric),
      ...productFieldsOf(finding.port),
    };
    if (isUnused) unused.push(at);
    else hidden.push({ ...at, connections, state: finding.port?.state, isDown: finding.isDown });
  }
  return { unused, hidden, observed, suppressed };
}
