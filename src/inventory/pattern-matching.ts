// Matches machines and services with the patterns of names/patterns.ts.

import type { Protocol } from '../ip/port.js';
import type {
  ExpectedPattern,
  MachinePattern,
  ServicePattern,
  SpecificMachinePattern,
} from '../names/patterns.js';
import { matchesGlob } from '../text/glob.js';
import type { Endpoint } from './endpoints.js';

/** The parts of a machine that patterns match. */
export type MachineIdentity = Pick<Endpoint, 'name' | 'address'>;

/** The parts of a service that patterns match. */
export interface ServiceIdentity {
  readonly port: number;
  readonly protocol: Protocol;
  /** `up:PORT` if it has no name. */
  readonly name: string;
}

/**
 * Whether something passes a list of patterns: one that chooses must match it, if there are any, and none that excludes.
 */
function passes<Pattern extends MachinePattern | ServicePattern>(
  patterns: readonly Pattern[],
  matches: (pattern: Pattern) => boolean,
): boolean {
  let isChosen = true;
  let hasMatched = false;
  for (const pattern of patterns) {
    if (pattern.isExcluding === true) {
      if (matches(pattern)) return false;
    } else if (!hasMatched) {
      hasMatched = matches(pattern);
      isChosen = hasMatched;
    }
  }
  return isChosen;
}

/** Whether a machine passes the patterns. */
export function passesMachine(patterns: readonly MachinePattern[], endpoint: Endpoint): boolean {
  return passes(patterns, (pattern) => matchesMachine(pattern, endpoint));
}

/** Whether a service with this name, port and protocol passes the patterns. */
export function passesService(
  patterns: readonly ServicePattern[],
  service: string,
  port: number,
  protocol: Protocol = 'tcp',
): boolean {
  return passes(patterns, (pattern) => matchesService(pattern, service, port, protocol));
}

/** Whether the pattern matches one end of a connection. */
export function matchesMachine(pattern: MachinePattern, endpoint: Endpoint): boolean {
  return pattern.kind === 'remote' ? endpoint.isRemote : matchesSpecificMachine(pattern, endpoint);
}

/** Whether the pattern matches a service with this name, port and protocol. */
export function matchesService(
  pattern: ServicePattern,
  service: string,
  port: number,
  protocol: Protocol = 'tcp',
): boolean {
  if (pattern.protocol !== undefined && pattern.protocol !== protocol) return false;
  return pattern.kind === 'ports'
    ? port >= pattern.first && port <= pattern.last
    : service === pattern.listedName || matchesGlob(pattern.glob, service);
}

/** Whether the pattern matches a change of the machine, or of the service if there is one. */
export function matchesExpected(
  { machine: machinePattern, service: servicePattern }: ExpectedPattern,
  machine: MachineIdentity,
  service?: ServiceIdentity,
): boolean {
  if (machinePattern !== undefined && !matchesSpecificMachine(machinePattern, machine)) return false;
  if (servicePattern === undefined) return true;
  return (
    service !== undefined && matchesService(servicePattern, service.name, service.port, service.protocol)
  );
}

function matchesSpecificMachine(
  pattern: SpecificMachinePattern,
  { name, address }: MachineIdentity,
): boolean {
  if (pattern.kind === 'name') return name !== undefined && matchesGlob(pattern.glob, name);
  const { family, first, last } = pattern.range;
  return (
    address !== undefined && address.family === family && address.value >= first && address.value <= last
  );
}
