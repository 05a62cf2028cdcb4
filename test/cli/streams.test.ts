// Live streams and closed pipes: real processes, real signals.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ETHERNET_FILTER } from '../../src/cli/commands/filter.js';
import { feed } from '../helpers/filler.js';
import { HAS_PROC, ROOT, resultOf, shell, start, untilHandlingSignals } from '../helpers/program.js';

const OFFICE = readFileSync(path.join(ROOT, 'samples/office.pcap'));
const HEADER = 24;
const RECORD = 16 + 68;
const HOSTS = ['--hosts', 'samples/hosts.yaml'];

/** Ten packets. */
const FEW = OFFICE.subarray(0, HEADER + 10 * RECORD);

describe('a stream', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`when ${signal} ends it while it is silent, then the summary so far is printed and all is well`, async () => {
      const child = start(['-', '--by', 'port', ...HOSTS]);
      const result = resultOf(child);
      await feed(child, FEW);
      // It ends in the middle of a record.
      child.stdin.write(OFFICE.subarray(HEADER, HEADER + 40));
      child.kill(signal);
      const { status, stdout, stderr } = await result;
      const total = stdout.split('\n').reduce((sum, line) => sum + Number(line.trim().split(/ +/)[0]), 0);
      expect({ status, total }).toEqual({ status: 0, total: 10 });
      expect(stderr).toMatch(/^synsum: packets: [\d,]+, SYN-ACKs: 10, .*\n$/);
    });
  }

  test('when pcap-parser reads it and a signal ends it, then likewise', async () => {
    const child = start(['-', '--by', 'port', '--reader', 'pcap-parser', ...HOSTS]);
    const result = resultOf(child);
    await feed(child, FEW);
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

  test.skipIf(!HAS_PROC)(
    'when a signal comes before anything else, then there is nothing to print and all is well',
    async () => {
      const child = start(['-', ...HOSTS]);
      const result = resultOf(child);
      child.stdin.on('error', () => {});
      await untilHandlingSignals(child);
      child.kill('SIGINT');
      expect(await result).toEqual({ status: 0, stdout: '', stderr: '' });
    },
  );
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
      let captured = Buffer.alloc(0);
      tcpdump.stdout.on('data', (piece: Buffer) => {
        captured = Buffer.concat([captured, piece]);
      });
      const result = resultOf(child);
      await new Promise<void>((resolve) => {
        tcpdump.stderr.on('data', (text: Buffer) => text.includes('listening on') && resolve());
      });
      for (const port of [ports[0], ports[0], ports[0]]) await connectTo('127.0.0.1', port as number);
      await connectTo('::1', ports[1] as number);
      // tcpdump hands on packets when it likes. The last ones are those of ::1.
      const port = ports[1] as number;
      const fromLast = Buffer.from([0, 0, 0, 1, port >>> 8, port & 0xff]);
      while (!captured.includes(fromLast)) await once(tcpdump.stdout, 'data');
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
