// The protocols that have ports, as nmap and the names in hosts.yaml have them.

export type Protocol = 'tcp' | 'udp' | 'sctp';
export const PROTOCOLS: readonly Protocol[] = ['tcp', 'udp', 'sctp'];
