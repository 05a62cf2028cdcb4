// A small network on the loopback interface: real servers, real clients, and the real nmap and tcpdump to look at them.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ETHERNET_FILTER } from '../../src/cli/commands/filter.js';
import { findRegisteredName } from '../../src/names/registry.js';

function isHere(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0;
}

const isRoot = process.getuid?.() === 0;
export const hasNmap: boolean = isHere('nmap', '--version');
export const NMAP_NOTE: string = hasNmap ? '' : ' (skipped: nmap is not installed)';
export const hasNdiff: boolean = hasNmap && isHere('ndiff', '--help');
export const NDIFF_NOTE: string = hasNdiff ? '' : ' (skipped: nmap or ndiff is not installed)';
/** Capturing takes rights that not every machine gives. */
export const canCapture: boolean = isRoot && isHere('tcpdump', '-i', 'lo', '-d', 'tcp');
export const CAPTURE_NOTE: string = canCapture ? '' : ' (skipped: tcpdump cannot capture here)';
export const hasLoopback6: boolean = isHere(
  process.execPath,
  '-e',
  "require('net').createServer().listen(0,'::1',process.exit)",
);
export const LOOPBACK6_NOTE: string = hasLoopback6 ? '' : ' (skipped: no ::1 here)';

/** What servers say first; nmap knows them by it. */
export const BANNER = {
  oldSsh: 'SSH-2.0-OpenSSH_8.4p1 Debian-5\r\n',
  ssh: 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n',
  smtp: '220 mail.example.org ESMTP Postfix\r\n',
  ftp: '220 (vsFTPd 3.0.3)\r\n',
  /** Whoever looks for a version has to wait. */
  none: '',
} as const;

/** Servers that were started and not stopped, by address and port. */
const running = new Map<string, Server>();

/** Starts a server; without a port it gets a free one. */
export async function serve(banner: string, port = 0, host = '127.0.0.1'): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(banner);
    socket.resume();
  });
  return listen(server, port, host);
}

export async function listen(server: Server, port = 0, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(port, host, resolve));
  const { port: given } = server.address() as AddressInfo;
  running.set(`${host} ${given}`, server);
  return given;
}

export function stop(port: number, host = '127.0.0.1'): void {
  running.get(`${host} ${port}`)?.close();
  running.delete(`${host} ${port}`);
}

export function stopAll(): void {
  for (const server of running.values()) server.close();
  running.clear();
}

/** Ports that are free now and have no name, ascending. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = await serve(BANNER.none);
    stop(port);
    if (findRegisteredName(port) === undefined) ports.add(port);
  }
  return [...ports].sort((a, b) => a - b);
}

/** Runs a program to its end, while the servers answer it. */
export async function runProgram(
  program: string,
  args: readonly string[],
): Promise<{ status: number | null; stdout: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const status = await new Promise<number | null>((resolve, reject) =>
    child.on('close', resolve).on('error', reject),
  );
  return { status, stdout };
}

/** Makes a connection and ends it. */
export async function visit(port: number, host = '127.0.0.1'): Promise<void> {
  const socket = connect(port, host);
  socket.on('connect', () => socket.end());
  socket.resume();
  await new Promise<void>((resolve, reject) => socket.on('close', () => resolve()).on('error', reject));
}

/**
 * Captures the SYN-ACKs of the servers that are running on the loopback interface, while something happens. Other tests use
 * this interface too.
 */
export async function captureWhile(file: string, happens: () => Promise<void>): Promise<void> {
  const ports = [...running.keys()].map((key) => `port ${key.split(' ')[1]}`).join(' or ');
  // The ports come first, as each vlan in the filter shifts everything after it.
  const filter = `(${ports}) and (${ETHERNET_FILTER.text})`;
  const tcpdump = spawn('tcpdump', ['-i', 'lo', '-np', '-U', '-w', file, filter], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = createInterface(tcpdump.stderr)[Symbol.asyncIterator]();
  await lineOf(lines, /listening on/);
  await happens();
  // It reads packets up to a second late. On the loopback interface the kernel counts each twice, on its way out and in.
  for (let isComplete = false; !isComplete; ) {
    tcpdump.kill('SIGUSR1');
    const [captured, received] = await lineOf(lines, /(\d+) packets? captured, (\d+) packets? received/);
    isComplete = captured * 2 === received;
    if (!isComplete) await sleep(50);
  }
  await end(tcpdump);
}

/** Waits for a line of this form; returns the numbers in it. */
async function lineOf(lines: AsyncIterator<string>, pattern: RegExp): Promise<[number, number]> {
  for (;;) {
    const { done, value } = await lines.next();
    if (done === true) throw new Error(`tcpdump ended before it said ${pattern}`);
    const found = pattern.exec(value);
    if (found !== null) return [Number(found[1]), Number(found[2])];
  }
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGINT');
  await new Promise((resolve) => child.on('close', resolve));
}
