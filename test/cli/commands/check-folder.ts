// A folder of captures as tcpdump leaves them, an hour each, and `synsum check` run on it. It knows nothing of how the
// program keeps what it remembers.

import fs from 'node:fs';
import path from 'node:path';
import { concat, ethernet, ipv4, pcap, type RecordParts, tcp } from '../../helpers/packets.js';
import { type Result, type RunOptions, synsum } from '../../helpers/program.js';

const HOUR = 3600;
/** 2026-01-01T00:00:00Z. */
const MIDNIGHT = 1_767_225_600;
const CLIENT = '10.0.0.100';

/** How many connections each service, such as `10.0.0.1:22`, has in an hour. */
export type Hour = Readonly<Record<string, number>>;

/** A capture of that hour. The connections of a service begin with the hour and come evenly. */
export function captureOfHour(hour: number, services: Hour): Uint8Array {
  const start = MIDNIGHT + hour * HOUR;
  const records = Object.entries(services).flatMap(([service, count]): RecordParts[] => {
    const [source = '', port] = service.split(':');
    return Array.from({ length: count }, (_, at) => {
      // Each connection has a port of its own; otherwise its SYN-ACK would count as sent again.
      const payload = tcp({ sourcePort: Number(port), destinationPort: 40_000 + (at % 20_000) });
      const data = ethernet({ payload: ipv4({ source, destination: CLIENT, payload }) });
      return { seconds: start + Math.floor((at * HOUR) / count), data };
    });
  });
  records.sort((a, b) => (a.seconds ?? 0) - (b.seconds ?? 0));
  return pcap({ records });
}

/** The packets of one capture behind those of another, as when tcpdump goes on. */
export function appended(capture: Uint8Array, other: Uint8Array): Uint8Array {
  return concat(capture, other.subarray(pcap().length));
}

export class CheckFolder {
  readonly captures: string;
  readonly baseline: string;
  readonly state: string;
  readonly pending: string;

  constructor(readonly place: string) {
    this.captures = path.join(place, 'captures');
    this.baseline = path.join(place, 'base.json');
    this.state = `${this.baseline}.state`;
    this.pending = `${this.baseline}.pending`;
    fs.mkdirSync(this.captures, { recursive: true });
  }

  /** Writes a file that was last written to some seconds ago: an hour, so that it does not grow any more. */
  add(name: string, content: Uint8Array | string, age: number = HOUR): string {
    const file = path.join(this.captures, name);
    fs.writeFileSync(file, content);
    const time = Date.now() / 1000 - age;
    fs.utimesSync(file, time, time);
    return file;
  }

  /** Makes the baseline of all captures that there are. */
  async save(): Promise<void> {
    const files = fs.readdirSync(this.captures).map((name) => path.join(this.captures, name));
    const { status, stderr } = await synsum(['save', '--force', '-q', '-o', this.baseline, ...files]);
    if (status !== 0) throw new Error(stderr);
  }

  check(...options: string[]): Promise<Result> {
    return this.checkWith({}, ...options);
  }

  checkWith(run: RunOptions, ...options: string[]): Promise<Result> {
    return synsum(['check', '--baseline', this.baseline, '--dir', this.captures, ...options], run);
  }

  /** The hosts' services of an inventory, with their counts: `{ '10.0.0.1:22': 60 }`. */
  async services(inventory: string = this.baseline): Promise<Record<string, number>> {
    const { stdout } = await synsum(['services', inventory, '-f', 'json', '-q']);
    const { services } = JSON.parse(stdout) as {
      services: { address: string; port: number; connections: number }[];
    };
    return Object.fromEntries(
      services.map(({ address, port, connections }) => [`${address}:${port}`, connections]),
    );
  }
}

/** What a run gives that has nothing to tell. */
export const SILENT: Result = { status: 0, stdout: '', stderr: '' };
