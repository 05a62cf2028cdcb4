// Runs the real nmap against a server that is started here, and reads its report while it is written.

import { spawn, spawnSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NmapReader, type ScanReading } from '../../../src/sources/nmap/xml.js';
import { addressesOf, textsOf } from '../../scans/reading.js';

const hasNmap = spawnSync('nmap', ['--version']).status === 0;

async function scan(...args: string[]): Promise<ScanReading> {
  const reader = new NmapReader();
  const child = spawn('nmap', ['-n', '--noninteractive', '-oX', '-', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.on('data', (bytes: Uint8Array) => reader.write(bytes));
  await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  return reader.finish();
}

describe.runIf(hasNmap)(`the nmap of this machine${hasNmap ? '' : ' (skipped: no nmap here)'}`, () => {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n');
  });
  let port = 0;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterAll(() => {
    server.close();
  });

  test('when it scans for versions then the server is found, with its version', async () => {
    const before = Date.now() * 1000;
    const { scan: found, problems, format } = await scan('-sV', '-p', `${port}`, '127.0.0.1');
    expect(problems).toEqual([]);
    expect(format).toMatch(/^nmap XML 1\.\d\d$/);
    expect(found).toMatchObject({
      scanner: expect.stringMatching(/^nmap \d/),
      isComplete: true,
      ports: { tcp: [{ first: port, last: port }], udp: [], sctp: [] },
      hosts: [
        {
          ports: [
            {
              protocol: 'tcp',
              port,
              state: 'open',
              service: 'ssh',
              isProbed: true,
              product: 'OpenSSH',
              version: expect.stringMatching(/^9\.2p1/),
              extra: 'protocol 2.0',
            },
          ],
        },
      ],
    });
    expect(addressesOf(found?.hosts)).toEqual(['127.0.0.1']);
    expect(textsOf(found?.targets)).toEqual(['127.0.0.1']);
    expect(found?.from).toBeGreaterThan(before - 2e6);
    expect(found?.to).toBeLessThanOrEqual(Date.now() * 1000);
  });

  test('when it only looks for machines then no port was scanned', async () => {
    const { scan: found, problems } = await scan('-sn', '127.0.0.0/30', '--exclude', '127.0.0.2');
    expect(problems).toEqual([]);
    expect(addressesOf(found?.hosts)).toEqual(['127.0.0.0', '127.0.0.1', '127.0.0.3']);
    expect(textsOf(found?.targets)).toEqual(['127.0.0.0-127.0.0.1', '127.0.0.3']);
    expect(found?.ports).toEqual({ tcp: [], udp: [], sctp: [] });
  });

  test('when it only lists targets then nothing was scanned', async () => {
    expect(await scan('-sL', '127.0.0.0/30')).toMatchObject({
      problems: [],
      scan: { hosts: [], targets: [] },
    });
  });
});
