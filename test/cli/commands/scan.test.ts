// `synsum scan` as users run it: the real nmap looks at servers that are started here.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createPlainServer } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { describeProgress } from '../../../src/cli/commands/scan.js';
import { type Result, ROOT, resultOf, shell, start, synsum } from '../../helpers/program.js';
import {
  BANNER,
  freePorts,
  hasLoopback6,
  hasNmap,
  LOOPBACK6_NOTE,
  listen,
  NMAP_NOTE,
  runProgram,
  serve,
  stopAll,
} from '../lab.js';
import { makeFolder } from '../office.js';

const { folder, write } = makeFolder();
afterEach(stopAll);

/** The columns that do not depend on when it was run. */
function rowsOf(csv: string): string[] {
  return csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/,\d{4}-\S+?Z/g, ''));
}

function scan(target: string, ports: readonly number[], ...args: string[]): Promise<Result> {
  return synsum(['scan', ...args, target, '--', '-p', ports.join(',')]);
}

describe.skipIf(!hasNmap)(`synsum scan${NMAP_NOTE}`, () => {
  test('when servers are up then they are listed with what they are, and other ports are not', async () => {
    const web = createServer((_, response) => response.setHeader('Server', 'nginx/1.22.1').end());
    const [port1 = 0, port2 = 0, port3 = 0, port4 = 0] = await freePorts(4);
    await serve(BANNER.ssh, port1);
    await serve(BANNER.smtp, port2);
    await listen(web, port4);
    const { status, stdout, stderr } = await scan('127.0.0.1', [port1, port2, port3, port4]);
    expect(rowsOf(stdout)).toEqual([
      `127.0.0.1,127.0.0.1,${port1},tcp,ssh,OpenSSH,9.2p1 Debian 2,protocol 2.0,open,0,0,0,0,active`,
      `127.0.0.1,127.0.0.1,${port2},tcp,smtp,Postfix smtpd,,,open,0,0,0,0,active`,
      `127.0.0.1,127.0.0.1,${port4},tcp,http,nginx,1.22.1,,open,0,0,0,0,active`,
    ]);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'synsum: scans: 1, services: 3\n',
    });
  });

  test.skipIf(!hasLoopback6)(
    `when IPv6 is asked for after -- then it is scanned${LOOPBACK6_NOTE}`,
    async () => {
      const port = await serve(BANNER.ftp, 0, '::1');
      const { status, stdout } = await synsum(['scan', '::1', '--', '-6', '-p', String(port)]);
      expect(rowsOf(stdout)).toEqual([`::1,::1,${port},tcp,ftp,vsftpd,3.0.3,,open,0,0,0,0,active`]);
      expect(status).toBe(0);
    },
  );

  test('when a file is asked for then it has the inventory, with what was checked', async () => {
    const [port = 0, closed = 0] = await freePorts(2);
    await serve(BANNER.ssh, port);
    const file = path.join(folder, 'base.json');
    const hosts = write('lab.yaml', 'hosts: { lab: 127.0.0.1 }\n');
    const { stdout } = await scan(
      '127.0.0.1',
      [port, closed],
      '--save',
      file,
      '-f',
      'json',
      '--hosts',
      hosts,
    );
    const { services, scans } = JSON.parse(stdout);
    expect(services).toMatchObject([{ server: 'lab', address: '127.0.0.1', port, known: 'active' }]);
    expect(scans).toMatchObject([{ complete: true, machines_up: 1 }]);
    const [saved] = JSON.parse(readFileSync(file, 'utf8')).scans;
    expect(saved).toMatchObject({ targets: ['127.0.0.1'], digest: scans[0].digest });
    expect(saved.ports).toEqual({ tcp: closed === port + 1 ? `${port}-${closed}` : `${port},${closed}` });
    const again = await synsum(['services', '--hosts', hosts, '-f', 'json', file]);
    expect(JSON.parse(again.stdout).services).toEqual(services);
  });

  test('when nmap itself writes what it finds then it is the same', async () => {
    const [port1 = 0, port2 = 0] = await freePorts(2);
    await serve(BANNER.ssh, port1);
    await serve(BANNER.ftp, port2);
    const file = path.join(folder, 'nmap.xml');
    await runProgram('nmap', ['-sV', '-oX', file, '-p', `${port1},${port2}`, '127.0.0.1']);
    const [own, other] = [await scan('127.0.0.1', [port1, port2]), await synsum(['services', file])];
    expect(rowsOf(other.stdout)).toHaveLength(2);
    expect(rowsOf(own.stdout)).toEqual(rowsOf(other.stdout));
  });

  test('when targets come from a file then none is needed before --', async () => {
    const port = await serve(BANNER.ssh);
    const { status, stdout } = await synsum([
      'scan',
      '--',
      '-iL',
      write('targets', '127.0.0.1\n'),
      '-p',
      String(port),
    ]);
    expect({ status, rows: rowsOf(stdout) }).toEqual({
      status: 0,
      rows: [expect.stringContaining('OpenSSH')],
    });
  });
});

describe.skipIf(!hasNmap)(`a scan that goes wrong${NMAP_NOTE}`, () => {
  const BEFORE = 'what was there before\n';

  test.each([
    ['an option is none', ['127.0.0.1', '--', '--bogus'], /nmap: unrecognized option '--bogus'\n/],
    ['ports are none', ['127.0.0.1', '--', '-p', 'none-'], /no matches for the service mask/],
    ['no target has an address', ['host.invalid'], /Failed to resolve "host\.invalid"/],
    ['an IPv6 target has no -6', ['::1'], /you have to use the -6 option/],
  ])('when %s then nmap says why, and the status is 2', async (_what, args, message) => {
    const file = write('before.json', BEFORE);
    const { status, stdout, stderr } = await synsum(['scan', '--force', '--save', file, ...args]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(readFileSync(file, 'utf8')).toBe(BEFORE);
  });

  test('when one of the targets has no address then the others are scanned, and the status is 3', async () => {
    const port = await serve(BANNER.ssh);
    const { status, stdout, stderr } = await synsum([
      'scan',
      'host.invalid',
      '127.0.0.1',
      '--',
      '-p',
      String(port),
    ]);
    expect(rowsOf(stdout)).toHaveLength(1);
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: 'synsum: nmap: Failed to resolve "host.invalid".\n' + 'synsum: scans: 1, services: 1\n',
    });
  });

  /** Waits until nmap has come to a server that keeps silent, on the second of two machines. */
  async function slowTargets(): Promise<{ args: string[]; isThere: Promise<unknown> }> {
    const port = await serve(BANNER.ssh);
    let arrive: (arrived: unknown) => void;
    const isThere = new Promise((resolve) => {
      arrive = resolve;
    });
    await listen(
      createPlainServer((socket) => {
        socket.on('error', () => {});
        arrive(socket.resume());
      }),
      port,
      '127.0.0.2',
    );
    // A machine at a time, so that one is done when the other is looked at.
    const args = ['127.0.0.1-2', '--', '--max-hostgroup', '1', '-p', String(port)];
    return { args, isThere };
  }

  test('when SIGINT ends it then what it had found is kept, and the status is 3', async () => {
    const { args, isThere } = await slowTargets();
    const file = path.join(folder, 'partial.json');
    const child = start(['scan', '--save', file, ...args]);
    const result = resultOf(child);
    await isThere;
    child.kill('SIGINT');
    const { status, stdout, stderr } = await result;
    expect(rowsOf(stdout)).toEqual([expect.stringMatching(/^127\.0\.0\.1,.*,OpenSSH,/)]);
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: expect.stringMatching(
        /^synsum: nmap: at line \d+, column \d+: ends in the middle of <nmaprun>; hosts complete: 1\nsynsum: nmap: nmap was stopped\n/,
      ),
    });
    const [scanned] = JSON.parse(readFileSync(file, 'utf8')).scans;
    expect(scanned).toMatchObject({ complete: false, targets: ['127.0.0.1'] });
  });

  test('when Ctrl-C on a terminal ends it then likewise', async () => {
    const { args, isThere } = await slowTargets();
    const command = `exec '${process.execPath}' '${ROOT}dist/bin/synsum.cjs' scan -f csv ${args.join(' ')}`;
    const typed = shell(
      `(while [ ! -e there ]; do sleep 0.1; done; printf '\\003') | script -qec "${command}" /dev/null`,
      { cwd: folder },
    );
    await isThere;
    write('there', '');
    const { status, stdout } = await typed;
    expect(stdout).toMatch(/^127\.0\.0\.1,.*,OpenSSH,/m);
    expect(status).toBe(3);
  });

  test('when it takes long then its progress is shown on a terminal, and erased', async () => {
    const { args } = await slowTargets();
    const command = `'${process.execPath}' '${ROOT}dist/bin/synsum.cjs' scan ${args.join(' ')} --version-intensity 0`;
    const { stdout } = await shell(`script -qec "${command}" /dev/null < /dev/null`);
    expect(stdout).toMatch(/\r\u001b\[Ksynsum: nmap: Service scan, \d+%(, \d+ s left)?, machines done: 1/);
    const erased = stdout.slice(stdout.lastIndexOf('\r\u001b[K') + 4);
    expect(erased).toMatch(/^(?:\u001b\[1m)?Server/);
    expect(erased).toContain('services: 2');
  });

  test('when it takes long in a pipe then no progress is shown', async () => {
    const { args } = await slowTargets();
    const { status, stderr } = await synsum(['scan', ...args, '--version-intensity', '0']);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'synsum: scans: 1, services: 2\n',
    });
  });
});

describe('a scan that cannot be', () => {
  test('when there is no nmap then the message names its package', async () => {
    const file = path.join(folder, 'none.json');
    const result = await synsum(['scan', '127.0.0.1', '--save', file], { env: { PATH: '/nonexistent' } });
    expect(result).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'synsum: nmap is not installed: install the package nmap of Debian, Ubuntu, Fedora, Arch Linux or Homebrew, or get it from https://nmap.org\n',
    });
    expect(existsSync(file)).toBe(false);
  });

  test('when nmap complains in colours then they do not reach the terminal', async () => {
    const bin = path.join(folder, 'bin');
    spawnSync('mkdir', [bin]);
    write('bin/nmap', '#!/bin/sh\nprintf "\\033[31mred\\n" >&2; exit 1\n');
    spawnSync('chmod', ['+x', `${bin}/nmap`]);
    const { status, stderr } = await synsum(['scan', 'x'], {
      env: { PATH: `${bin}:${process.env['PATH']}` },
    });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('nmap: \\u{1b}[31mred\n'),
    });
  });

  test.each([
    [['scan'], "synsum: missing required argument 'target'\n"],
    [['scan', '--', '-p', '80'], 'synsum: no target given, expected one before --\n'],
    [
      ['scan', 'x', '--', '-oX', 'y'],
      'synsum: -oX: not allowed here: --save keeps what nmap finds (-oN and -oG may be used)\n',
    ],
    [
      ['scan', 'x', '--', '--oA=y'],
      'synsum: --oA=y: not allowed here: --save keeps what nmap finds (-oN and -oG may be used)\n',
    ],
    [['scan', 'x', '--save', '/nonexistent/x'], 'synsum: --save /nonexistent/x: no such file or directory\n'],
  ])('when it says %j then that is wrong usage', async (args, message) => {
    expect(await synsum(args)).toEqual({ status: 2, stdout: '', stderr: message });
  });

  test.each([
    [
      { task: 'SYN Stealth Scan', percent: 43.9, remaining: 75, hostsCompleted: 5 },
      'SYN Stealth Scan, 43%, 1 min 15 s left, machines done: 5',
    ],
    [
      { task: '\u001bx', percent: 0, remaining: undefined, hostsCompleted: 0 },
      '\\u{1b}x, 0%, machines done: 0',
    ],
  ])('when nmap says %j then that is shown', (progress, line) => {
    expect(describeProgress(progress)).toBe(`synsum: nmap: ${line}`);
  });
});
