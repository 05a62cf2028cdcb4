// Ports and the protocols that have them: RFC 9293 3.1, RFC 768, RFC 9260 3.1.

/**
 * A transport protocol that has ports, named as nmap and hosts.yaml name it. Captures show only TCP services.
 */
export type Protocol = 'tcp' | 'udp' | 'sctp';
export const PROTOCOLS: readonly Protocol[] = ['tcp', 'udp', 'sctp'];

/** A port is a number of 16 bits. */
export const MAX_PORT = 65_535;

/** All ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Reads `80` or `6881-6889`; undefined if it is neither, descends, or goes beyond `MAX_PORT`. */
export function parsePortRange(text: string): PortRange | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last && last <= MAX_PORT ? { first, last } : undefined;
}

/** Returns the same ports as ranges that neither overlap nor touch, ascending. */
export function mergePorts(ports: readonly number[]): PortRange[] {
  const merged: PortRange[] = [];
  for (const port of [...new Set(ports)].sort((a, b) => a - b)) {
    const before = merged.at(-1);
    if (before !== undefined && before.last === port - 1)
      merged[merged.length - 1] = { ...before, last: port };
    else merged.push({ first: port, last: port });
  }
  return merged;
}

/** The number of ports in ranges that do not overlap. */
export function countPorts(ports: readonly PortRange[]): number {
  return ports.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}
