// Reads the text of an nftables rule set as far as synsum writes it, and decides about new connections. Knows nothing of
// the code that wrote it.

import { type Address, parseAddress, parseRange } from '../../../src/ip/address.js';

interface Packet {
  readonly saddr: Address;
  readonly daddr: Address;
  readonly dport: number;
}

/** Decides about a new connection from a client to a server. */
export type Decide = (client: string, server: string, port: number) => 'accept' | 'reject';

export function readNft(text: string): Decide {
  const sets = new Map<string, string[][]>();
  for (const [, name = '', body = ''] of text.matchAll(/^\tset (\w+) \{\n(.*?)^\t\}$/gms)) {
    const [, elements = ''] = /elements = \{\n(.*?)\n\t\t\}/s.exec(body) ?? [];
    const lines = elements.split(',\n').filter((line) => line !== '');
    sets.set(
      name,
      lines.map((line) =>
        line
          .replace(/ comment ".*"$/, '')
          .trim()
          .split(' . '),
      ),
    );
  }
  const chains = new Map<string, string[]>();
  for (const [, name = '', body = ''] of text.matchAll(/^\tchain (\w+) \{\n(.*?)^\t\}$/gms)) {
    chains.set(
      name,
      body
        .trimEnd()
        .split('\n')
        .map((line) => line.trim().replace(/ comment ".*"$/, '')),
    );
  }
  const isFieldIn = (packet: Packet, field: string, value: string): boolean => {
    if (field === 'tcp dport') return isPortIn(packet.dport, value);
    const [version, end] = field.split(' ') as ['ip' | 'ip6', 'saddr' | 'daddr'];
    const address = packet[end];
    return address.family === (version === 'ip' ? 4 : 6) && isAddressIn(address, value);
  };
  const matches = (packet: Packet, rule: string): boolean => {
    for (const [, fields = '', value = ''] of rule.matchAll(FIELDS)) {
      const names = fields.split(' . ');
      const wanted = value.startsWith('@') ? (sets.get(value.slice(1)) ?? []) : alternativesIn(value);
      if (!wanted.some((values) => names.every((name, at) => isFieldIn(packet, name, values[at] ?? ''))))
        return false;
    }
    return true;
  };
  const run = (packet: Packet, chain: string): 'accept' | 'reject' => {
    for (const rule of chains.get(chain) ?? []) {
      if (!matches(packet, rule)) continue;
      const [, target] = /\bgoto (\w+)$/.exec(rule) ?? [];
      if (target !== undefined) return run(packet, target);
      if (/\baccept$/.test(rule)) return 'accept';
      if (rule === 'reject with tcp reset') return 'reject';
      if (rule !== 'counter') throw new Error(`not understood: ${rule}`);
    }
    throw new Error(`the end of ${chain}`);
  };
  return (client, server, port) =>
    run(
      { saddr: parseAddress(client) as Address, daddr: parseAddress(server) as Address, dport: port },
      'connections',
    );
}

const FIELDS = /((?:(?:ip6? [sd]addr|tcp dport)(?: \. )?)+) (@\w+|\{[^}]*\}|[0-9a-f.:/-]+)/g;

function alternativesIn(value: string): string[][] {
  return value
    .replaceAll(/[{}]/g, '')
    .split(',')
    .map((text) => [text.trim()]);
}

function isAddressIn({ family, value }: Address, text: string): boolean {
  const range = parseRange(text);
  return range?.family === family && range.first <= value && value <= range.last;
}

function isPortIn(port: number, text: string): boolean {
  const [first, last = first] = text.split('-').map(Number) as [number, number?];
  return first <= port && port <= last;
}
