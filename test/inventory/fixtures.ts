// Inventories from short lines of text, and names from YAML, for tests.

import { createHash } from 'node:crypto';
import type { CaptureRecord, Inventory } from '../../src/inventory/inventory.js';
import { compareMachines, comparePorts } from '../../src/inventory/labels.js';
import type { PortState, Scan, ScannedPort } from '../../src/inventory/scan.js';
import type { Summary } from '../../src/inventory/summary/summary.js';
import { type Address, type AddressRange, parseAddress, parseRange } from '../../src/ip/address.js';
import type { PortRange, Protocol } from '../../src/ip/port.js';
import { parseHosts } from '../../src/names/hosts-file.js';
import { Names } from '../../src/names/names.js';
import type { TallyOptions } from '../../src/tally/options.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally } from '../../src/tally/tally.js';
import { totalsOf } from '../../src/tally/totals.js';
import { address } from '../helpers/packets.js';

const REGISTRY: ReadonlyMap<number, string> = new Map([
  [22, 'ssh'],
  [25, 'smtp'],
  [80, 'http'],
  [443, 'https'],
  [8080, 'http-alt'],
]);

export function findRegistered(port: number): string | undefined {
  return REGISTRY.get(port);
}

export async function namesFrom(yaml: string): Promise<Names> {
  return new Names(await parseHosts(yaml, 'hosts.yaml'), findRegistered);
}

/** Private addresses are local, and nothing has a name. */
export const NO_NAMES: Names = await namesFrom('');

/** SYN-ACKs with the time of the first; each of the others is a microsecond later than the one before. */
export type Connection = readonly [
  client: string,
  server: string,
  port: number,
  count?: number,
  time?: number,
];

type InventoryParts = Partial<TallyOptions & Pick<Inventory, 'captures' | 'scans' | 'inputs'>>;

export function inventoryOf(
  connections: readonly Connection[],
  { captures = [], scans = [], inputs = [], ...options }: InventoryParts = {},
): Inventory {
  const tally = new Tally({ scope: Scope.everything(), ...options });
  for (const [client, server, port, count = 1, time = 0] of connections) {
    const bytes = Uint8Array.from([...address(client), ...address(server)]);
    const view = new DataView(bytes.buffer);
    for (let packet = 0; packet < count; packet++) {
      if (bytes.length === 8) tally.add4(view.getUint32(0), view.getUint32(4), port, time + packet);
      else tally.add6(view, 0, 16, port, time + packet);
    }
    tally.foldIfFull();
  }
  const { outsideTime } = tally;
  return {
    tally,
    kept: tally.options.scope.ranges,
    inputs,
    captures,
    totals: totalsOf(tally.readPacketsByClass(), { outsideTime, bytesRead: 0, bytesSkipped: 0, gaps: 0 }),
    scans,
  };
}

export function addressOf(text: string): Address {
  return parseAddress(text) as Address;
}

/**
 * Returns the record of a capture with SYN-ACKs from one time to another, in microseconds since the epoch.
 */
export function captureOf(
  firstSeen: number,
  lastSeen: number,
  parts: Partial<CaptureRecord> = {},
): CaptureRecord {
  return {
    name: 'a.pcap',
    format: 'pcap 2.4',
    packetsRead: 0,
    synAcks: 0,
    firstSeen,
    lastSeen,
    problems: [],
    ...parts,
  };
}

export function digestOf(content: unknown): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`;
}

export interface ScanParts {
  /** The time of the scan, and of its look at each machine; by default 1000 to 2000. */
  readonly from?: number;
  readonly to?: number;
  /** By default the addresses of the machines that are up. */
  readonly targets?: readonly string[];
  /** The ports it looked at, such as `1-1000,3306`; by default all TCP ports and no others. */
  readonly tcp?: string;
  readonly udp?: string;
  /** The states of the ports that are not listed, on each machine. */
  readonly unlisted?: readonly PortState[];
  readonly digest?: string;
}

/**
 * Returns a scan that found these machines up. Each of their ports is a line of `PORT/PROTOCOL`, state (open
 * by default), service, product and version: `22/tcp`, `53/udp open|filtered` or `22/tcp open ssh OpenSSH
 * 9.2`.
 */
export function scanOf(hosts: Readonly<Record<string, readonly string[]>>, parts: ScanParts = {}): Scan {
  const { from = 1000, to = 2000, targets = Object.keys(hosts), tcp = '0-65535', udp = '' } = parts;
  const digest = createHash('sha256')
    .update(JSON.stringify([hosts, parts]))
    .digest('hex');
  return {
    digest: parts.digest ?? `sha256:${digest}`,
    scanner: 'nmap 7.93',
    from,
    to,
    isComplete: true,
    targets: targets.map((text) => parseRange(text) as AddressRange).sort(compareRanges),
    ports: { tcp: rangesOf(tcp), udp: rangesOf(udp), sctp: [] },
    hosts: Object.entries(hosts)
      .map(([host, lines]) => ({
        address: addressOf(host),
        from,
        to,
        ports: lines.map(portOf).sort(comparePorts),
        ...(parts.unlisted === undefined ? {} : { unlisted: parts.unlisted }),
      }))
      .sort((a, b) => compareMachines({ ...a, label: '' }, { ...b, label: '' })),
  };
}

function portOf(line: string): ScannedPort {
  const [where = '', state = 'open', service, product, version] = line.split(' ');
  const [port, protocol] = where.split('/');
  return {
    protocol: protocol as Protocol,
    port: Number(port),
    state: state as PortState,
    ...(service === undefined ? {} : { service }),
    ...(product === undefined ? {} : { product, isProbed: true }),
    ...(version === undefined ? {} : { version }),
  };
}

function rangesOf(text: string): PortRange[] {
  if (text === '') return [];
  return text.split(',').map((part) => {
    const [first, last = first] = part.split('-').map(Number) as [number, number?];
    return { first, last };
  });
}

function compareRanges(a: AddressRange, b: AddressRange): number {
  return a.family - b.family || Number(a.first - b.first);
}

/** Returns a line for each row: its count, then its columns. */
export function linesOf({ by, rows }: Summary): string[] {
  return Array.from(rows, (row) => [row.count, ...by.map((column) => row[column] ?? '-')].join(' '));
}
