// An office: clients, servers, an attacker and a machine on the Internet around one router, which sees all their traffic.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Network } from './namespaces.js';

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The machines, with their addresses. All but `internet` are local. */
export const MACHINES = {
  ann: ['10.1.0.1', 'fd01::1'],
  bob: ['10.1.0.2', 'fd01::2'],
  cleo: ['10.1.0.3', 'fd01::3'],
  mallory: ['10.1.0.66', 'fd01::66'],
  files: ['10.2.0.1', 'fd02::1'],
  web: ['10.2.0.2', 'fd02::2'],
  data: ['10.2.0.3', 'fd02::3'],
  internet: ['198.51.100.9', '2001:db8::9'],
} as const;
export type Machine = keyof typeof MACHINES;

export const LOCAL: readonly string[] = ['10.0.0.0/8', 'fd00::/8'];
const GATEWAY = ['169.254.1.1', 'fe80::1'] as const;
const FTP_FILE = 'hello.txt';
export const FTP_TEXT = 'a file of the FTP server\n';

export interface Try {
  readonly from: Machine;
  readonly to: Machine;
  /** The number of the address: 0 for IPv4, 1 for IPv6. */
  readonly address: 0 | 1;
  readonly port: number;
  readonly protocol?: 'udp';
}

export class OfficeNetwork {
  readonly network: Network = new Network();
  readonly router: string;
  readonly folder: string = mkdtempSync(path.join(tmpdir(), 'synsum-office-'));
  readonly #names = new Map<Machine, string>();
  #captures = 0;

  constructor() {
    const { network } = this;
    try {
      this.router = network.add('router');
      network.sysctl(
        this.router,
        'net.ipv4.ip_forward=1',
        'net.ipv6.conf.all.forwarding=1',
        'net.ipv4.conf.all.rp_filter=0',
        'net.ipv4.conf.default.rp_filter=0',
        // Refusals are answered at once, however many there are.
        'net.ipv4.icmp_ratelimit=0',
        'net.ipv6.icmp.ratelimit=0',
      );
      for (const machine of Object.keys(MACHINES) as Machine[]) this.#connect(machine);
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  #connect(machine: Machine): void {
    const { network, router } = this;
    const name = network.add(machine);
    this.#names.set(machine, name);
    network.sysctl(name, 'net.ipv6.conf.default.accept_dad=0', 'net.ipv4.tcp_syncookies=0');
    network.connect(router, machine, name, 'eth0');
    const [v4, v6] = MACHINES[machine];
    network.ip(name, `address add ${v4}/32 dev eth0`);
    network.ip(name, `address add ${v6}/128 dev eth0 nodad`);
    network.ip(router, `address add ${GATEWAY[0]}/32 dev ${machine}`);
    network.ip(router, `address add ${GATEWAY[1]}/64 dev ${machine} nodad`);
    network.ip(name, `route add ${GATEWAY[0]} dev eth0`);
    network.ip(name, `route add default via ${GATEWAY[0]}`);
    network.ip(name, `-6 route add default via ${GATEWAY[1]} dev eth0`);
    network.ip(router, `route add ${v4}/32 dev ${machine}`);
    network.ip(router, `-6 route add ${v6}/128 dev ${machine}`);
    // Forged sources are somewhere on the Internet.
    if (machine === 'internet') network.ip(router, `route add default via ${v4} dev ${machine} onlink`);
  }

  nameOf(machine: Machine): string {
    return this.#names.get(machine) as string;
  }

  /** Starts servers on a machine, and waits until all of them listen. */
  async serve(machine: Machine, tcp: readonly number[], udp: readonly number[] = []): Promise<void> {
    const args = [script('server.mjs'), tcp.join(','), udp.join(',')];
    const child = this.network.spawn(this.nameOf(machine), process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await lineOf(child.stdout as NodeJS.ReadableStream, /^ready$/);
  }

  /** Starts a real FTP server on a machine, and waits until it listens. */
  async serveFtp(machine: Machine): Promise<void> {
    const root = mkdtempSync(path.join(this.folder, 'ftp-'));
    writeFileSync(path.join(root, FTP_FILE), FTP_TEXT, { mode: 0o644 });
    const file = path.join(this.folder, 'vsftpd.conf');
    const settings = {
      listen: 'NO',
      listen_ipv6: 'YES',
      background: 'NO',
      anonymous_enable: 'YES',
      local_enable: 'NO',
      no_anon_password: 'YES',
      anon_root: root,
      secure_chroot_dir: root,
      port_enable: 'YES',
      pasv_enable: 'YES',
      pasv_min_port: '40000',
      pasv_max_port: '65000',
      connect_from_port_20: 'YES',
      seccomp_sandbox: 'NO',
      isolate: 'NO',
      isolate_network: 'NO',
      xferlog_enable: 'NO',
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
    writeFileSync(file, lines.join(''));
    this.network.run(this.nameOf(machine), 'chmod', ['755', this.folder, root]);
    this.network.spawn(this.nameOf(machine), 'vsftpd', [file], { stdio: ['ignore', 'inherit', 'inherit'] });
    while (!this.network.run(this.nameOf(machine), 'ss', ['-ltn']).includes(':21 ')) await sleep(20);
  }

  /** Fetches a file by FTP. @returns its text; undefined if that fails */
  fetchFtp(from: Machine, to: Machine, address: 0 | 1, mode: 'active' | 'passive'): string | undefined {
    const host = MACHINES[to][address];
    const url = `ftp://${host.includes(':') ? `[${host}]` : host}/${FTP_FILE}`;
    const how = mode === 'active' ? ['--ftp-port', '-'] : ['--ftp-pasv'];
    const args = ['--silent', '--globoff', '--noproxy', '*', '--max-time', '60', ...how, url];
    try {
      return this.network.run(this.nameOf(from), 'curl', args);
    } catch {
      return undefined;
    }
  }

  ping(from: Machine, to: Machine, address: 0 | 1): boolean {
    try {
      this.network.run(this.nameOf(from), 'ping', ['-c', '1', '-W', '60', MACHINES[to][address]]);
      return true;
    } catch {
      return false;
    }
  }

  /** Tries connections at the same time. @returns for each `open`, or why not */
  try(tries: readonly Try[]): string[] {
    const results: string[] = [];
    for (const from of new Set(tries.map((one) => one.from))) {
      const own = tries.flatMap((one, at) => (one.from === from ? [{ ...one, at }] : []));
      const input = own.map(({ to, address, port, protocol }) => ({
        host: MACHINES[to][address],
        port,
        protocol,
      }));
      const output = this.network.run(
        this.nameOf(from),
        process.execPath,
        [script('client.mjs')],
        JSON.stringify(input),
      );
      const found = JSON.parse(output) as string[];
      own.forEach(({ at }, number) => {
        results[at] = found[number] as string;
      });
    }
    return results;
  }

  /** Sends TCP packets with forged addresses: lines of source, port, destination, port and flags. */
  forge(from: Machine, lines: readonly string[]): void {
    this.network.run(
      this.nameOf(from),
      'python3',
      [script('forge.py')],
      lines.map((line) => `${line}\n`).join(''),
    );
  }

  /** Captures all traffic of the router while something happens, and returns the file. */
  async captureWhile(happens: () => void | Promise<void>): Promise<string> {
    this.#captures += 1;
    const file = path.join(this.folder, `capture-${this.#captures}.pcap`);
    const args = ['-i', 'any', '-n', '-U', '-B', '65536', '-Z', 'root', '-w', file];
    const tcpdump = this.network.spawn(this.router, 'tcpdump', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    await lineOf(tcpdump.stderr as NodeJS.ReadableStream, /listening on/);
    await happens();
    // A packet that comes after all others, with a text to know it by.
    const end = `the end of capture ${this.#captures}`;
    const send = `require('dgram').createSocket('udp4').send(${JSON.stringify(end)},9,'${MACHINES.files[0]}',()=>process.exit())`;
    this.network.run(this.nameOf('ann'), process.execPath, ['-e', send]);
    while (!readFileSync(file).includes(end)) await sleep(20);
    const isOver = new Promise((resolve) => tcpdump.on('close', resolve));
    tcpdump.kill('SIGINT');
    await isOver;
    return file;
  }

  async close(): Promise<void> {
    await this.network.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function lineOf(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<void> {
  for await (const line of createInterface(stream)) {
    if (pattern.test(line)) {
      stream.resume();
      return;
    }
  }
  throw new Error(`a program ended before it said ${pattern}`);
}
