// Live streams and closed pipes: real processes, real signals.

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ETHERNET_FILTER } from '../../src/cli/commands/filter.js';
import { ROOT, resultOf, shell, start } from '../helpers/program.js';

const OFFICE = readFileSync(path.join(ROOT, 'samples/office.pcap'));
const HEADER = 24;
const RECORD = 16 + 68;
const HOSTS = ['--hosts', 'samples/hosts.yaml'];

/** Ample time for the program to start and to take what the kernel holds for it. */
const SETTLE_MILLISECONDS = 3000;

/** Writes some bytes and leaves the pipe open; the program has taken them when the promise settles. */
async function feed(child: ReturnType<typeof start>, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => child.stdin.write(bytes, () => resolve()));
  // The kernel has them; how soon the program has cannot be seen from outside.
  await sleep(SETTLE_MILLISECONDS);
}

describe('a stream', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`when ${signal} ends it while it is silent, then the summary so far is printed and all is well`, async () => {
      const child = start(['-', '--by', 'port', ...HOSTS]);
      const result = resultOf(child);
      child.stdin.on('error', () => {});
      // Ten packets and a half.
      await feed(child, OFFICE.subarray(0, HEADER + 10 * RECORD + 40));
      child.kill(signal);
      const { status, stdout, stderr } = await result;
      const total = stdout.split('\n').reduce((sum, line) => sum + Number(line.trim().split(/ +/)[0]), 0);
      expect({ status, total }).toEqual({ status: 0, total: 10 });
      expect(stderr).toMatch(/^synsum: packets: 10, SYN-ACKs: 10, .*\n$/);
    });
  }

  test('when pcap-parser reads it and a signal ends it, then likewise', async () => {
    const child = start(['-', '--by', 'port', '--reader', 'pcap-parser', ...HOSTS]);
    const result = resultOf(child);
    child.stdin.on('error', () => {});
    await feed(child, OFFICE.subarray(0, HEADER + 10 * RECORD + 40));
    child.kill('SIGINT');
    const { status, stderr } = await result;
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('SYN-ACKs: 10, ') });
  });

  test('when it comes in single bytes, then it is the same capture', async () => {
    const child = start(['-', '--by', 'port', '-q', ...HOSTS]);
    const result = resultOf(child);
    for (const byte of OFFICE.subarray(0, HEADER + 3 * RECORD)) {
      await new Promise<void>((resolve) => child.stdin.write(Uint8Array.of(byte), () => resolve()));
    }
    child.stdin.end();
    const { status, stdout } = await result;
    expect(status).toBe(0);
    expect(stdout.match(/^ *\d+ +\d+$/gm)?.reduce((sum, line) => sum + Number.parseInt(line, 10), 0)).toBe(3);
  });

  test('when a signal comes before anything else, then there is nothing to print and all is well', async () => {
    const child = start(['-', ...HOSTS]);
    const result = resultOf(child);
    child.stdin.on('error', () => {});
    await sleep(SETTLE_MILLISECONDS);
    child.kill('SIGINT');
    expect(await result).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe('the wire', () => {
  // Capturing takes rights that not every machine gives.
  const probe = spawnSync('tcpdump', ['-i', 'lo', '-d', 'tcp']);
  const canCapture = probe.error === undefined && probe.status === 0 && process.getuid?.() === 0;
  const note = canCapture ? '' : ' (skipped: tcpdump cannot capture here)';

  test.skipIf(!canCapture)(
    `when tcpdump listens with our filter and clients connect, then each connection is counted${note}`,
    async () => {
      const servers = await Promise.all(['127.0.0.1', '::1'].map(listen));
      const ports = servers.map((server) => (server.address() as AddressInfo).port);
      const tcpdump = spawn('tcpdump', ['-i', 'lo', '-np', '-U', '-w', '-', ETHERNET_FILTER.text]);
      const child = start(['-', '-q', '--by', 'client,server,port', '-n']);
      child.stdin.on('error', () => {});
      tcpdump.stdout.pipe(child.stdin);
      const result = resultOf(child);
      await new Promise<void>((resolve) => {
        tcpdump.stderr.on('data', (text: Buffer) => text.includes('listening on') && resolve());
      });
      for (const port of [ports[0], ports[0], ports[0]]) await connectTo('127.0.0.1', port as number);
      await connectTo('::1', ports[1] as number);
      await sleep(SETTLE_MILLISECONDS);
      tcpdump.kill('SIGINT');
      const lines = (await result).stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.trim().replace(/ +/g, ' '));
      for (const server of servers) server.close();
      expect(lines).toContain(`3 127.0.0.1 127.0.0.1 ${ports[0]}`);
      expect(lines).toContain(`1 ::1 ::1 ${ports[1]}`);
    },
  );
});

async function listen(host: string): Promise<Server> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return server;
}

async function connectTo(host: string, port: number): Promise<void> {
  const socket = connect(port, host);
  socket.resume();
  await new Promise((resolve) => socket.on('close', resolve));
}

describe('a pipe whose reader goes away', () => {
  test('when head has seen enough, then that is success', async () => {
    const script = `synsum -q -f lines samples/office.pcap ${HOSTS.join(' ')} | head -1; echo "$PIPESTATUS"`;
    expect(await shell(script)).toEqual({
      status: 0,
      stdout: '_               minnie                http\n0\n',
      stderr: '',
    });
  });

  test('when standard error is closed too, then it is still success', async () => {
    const { stdout } = await shell('synsum samples/office.pcap 2>&1 >/dev/null | true; echo "$PIPESTATUS"');
    expect(stdout).toBe('0\n');
  });
});
