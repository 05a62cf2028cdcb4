// What users write to choose machines and services: names with wildcards, addresses, networks, ports.

import { type AddressRange, parseRange } from '../names/address.js';
import { type Endpoint, REMOTE } from './endpoints.js';

export type MachinePattern =
  | { readonly kind: 'remote' }
  | { readonly kind: 'range'; readonly range: AddressRange }
  | { readonly kind: 'name'; readonly expression: RegExp };

export type ServicePattern =
  | { readonly kind: 'ports'; readonly first: number; readonly last: number }
  | { readonly kind: 'name'; readonly expression: RegExp };

/** A pattern that means nothing. The message says what was found and what is allowed. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

const MAX_PORT = 65_535;

/** Only digits and the signs of IPv4 addresses; with wildcards if it begins like one. */
const LIKE_IPV4 = /^(?:[\d.]+(?:[-/][\d.]*)?|\d+\.[\d.*?]*)$/;
const LIKE_IPV6 = /^[\da-f:]*:[\da-f:]*:[\da-f:.]*(?:\/\d*)?$/i;

/** Reads `_`, an address, CIDR or range, or a name in which `*` and `?` stand for others. @throws PatternError */
export function parseMachinePattern(text: string): MachinePattern {
  if (text === REMOTE) return { kind: 'remote' };
  const range = parseRange(text);
  if (range !== undefined) return { kind: 'range', range };
  // A mistyped address, or one with wildcards: as a name it would match nothing, in silence.
  if (text === '' || LIKE_IPV4.test(text) || LIKE_IPV6.test(text)) {
    throw new PatternError(
      `found ${JSON.stringify(text)}, expected a name, an address, a CIDR, a range or _`,
    );
  }
  return { kind: 'name', expression: globExpression(text) };
}

/** Reads a port, a port range, `22/tcp`, or a service name with `*` and `?`. @throws PatternError */
export function parseServicePattern(text: string): ServicePattern {
  const ports = /^(\d+)(?:-(\d+))?(?:\/tcp)?$/.exec(text);
  if (ports === null) {
    if (text === '') throw new PatternError('found nothing, expected a service name, a port or a port range');
    return { kind: 'name', expression: globExpression(text) };
  }
  const first = Number(ports[1]);
  const last = ports[2] === undefined ? first : Number(ports[2]);
  if (last > MAX_PORT || first > last) {
    throw new PatternError(
      `found ${JSON.stringify(text)}, expected ports from 0 to ${MAX_PORT}, the lower first`,
    );
  }
  return { kind: 'ports', first, last };
}

export function matchesMachine(pattern: MachinePattern, endpoint: Endpoint): boolean {
  switch (pattern.kind) {
    case 'remote':
      return endpoint.isRemote;
    case 'range': {
      const { address } = endpoint;
      const { family, first, last } = pattern.range;
      return (
        address !== undefined && address.family === family && address.value >= first && address.value <= last
      );
    }
    case 'name':
      return endpoint.name !== undefined && pattern.expression.test(endpoint.name);
  }
}

export function matchesService(pattern: ServicePattern, service: string, port: number): boolean {
  return pattern.kind === 'ports'
    ? port >= pattern.first && port <= pattern.last
    : pattern.expression.test(service);
}

/** The networks that patterns name: the tally must keep their addresses for the patterns to see them. */
export function rangesOf(patterns: readonly MachinePattern[]): AddressRange[] {
  return patterns.flatMap((pattern) => (pattern.kind === 'range' ? [pattern.range] : []));
}

function globExpression(text: string): RegExp {
  // Runs of stars are one star: many in a row would make the match take exponential time.
  const source = text
    .replace(/\*+/g, '*')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su');
}
