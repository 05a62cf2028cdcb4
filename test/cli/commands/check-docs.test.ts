// What docs/check.md and docs/examples tell an administrator to do, done. What a test machine cannot have is put in
// its place: folders of the system are in a temporary one, users are not made, and systemd is only asked whether it
// understands its units.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ETHERNET_FILTER } from '../../../src/cli/commands/filter.js';
import { pcap } from '../../helpers/packets.js';
import { type Result, ROOT, shell } from '../../helpers/program.js';
import { captureOfHour, type Hour } from './check-folder.js';

const EXAMPLES = path.join(ROOT, 'docs/examples');
const DOC = fs.readFileSync(path.join(ROOT, 'docs/check.md'), 'utf8');
const UNITS = ['synsum-capture.service', 'synsum-check.service', 'synsum-check.timer'];
const CRON = fs.readFileSync(path.join(EXAMPLES, 'synsum.cron'), 'utf8');

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-docs-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

const BIN = path.join(FOLDER, 'bin');
const UNIT_FOLDER = path.join(FOLDER, 'units');
/** What is where on a machine, and where it is here. */
const PLACES: readonly (readonly [string, string])[] = [
  ['/usr/local/bin/synsum', path.join(BIN, 'synsum')],
  ['/var/captures', path.join(FOLDER, 'captures')],
  ['/var/lib/synsum', path.join(FOLDER, 'lib')],
  ['/etc/systemd/system', UNIT_FOLDER],
];

/** Stands in for programs that change the machine, or need one of its users. */
const PROGRAMS: Readonly<Record<string, string>> = {
  synsum: `XDG_CONFIG_HOME=/nonexistent exec '${process.execPath}' '${ROOT}dist/bin/synsum.cjs' "$@"`,
  useradd: 'exit 0',
  systemctl: 'exit 0',
  // install -d -o synsum -g synsum -m 0750 FOLDER…
  install: 'shift 7; exec mkdir -p "$@"',
  crontab:
    '[ "$1" = -u ] && shift 2; command -v /usr/bin/crontab >/dev/null || exit 0; exec /usr/bin/crontab -n "$@"',
  // sudo -n -u synsum COMMAND…
  sudo: 'while [ "$1" != synsum ]; do shift; done; shift; exec "$@"',
};

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const without = (program: string, isThere: boolean): string => (isThere ? '' : ` (skipped: no ${program})`);
const hasCrontab = fs.existsSync('/usr/bin/crontab');
const hasSystemd = has('systemd-analyze');
const hasTcpdump = has('tcpdump');
const hasVisudo = has('visudo');

function blocksOf(language: string): string[] {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm');
  return [...DOC.matchAll(fence)].map(([, indent = '', text = '']) =>
    text.replaceAll(`\n${indent}`, '\n').trim(),
  );
}

function here(text: string): string {
  return PLACES.reduce((result, [there, place]) => result.replaceAll(there, place), text);
}

async function run(command: string): Promise<Result> {
  // A shell of its own, as cron and systemd start one: without the functions of the tests.
  const script = `PATH='${BIN}':"$PATH" exec sh -c "$COMMAND"`;
  return shell(script, { env: { COMMAND: here(command) } });
}

/** The command that a unit starts, as a shell takes it. */
function commandOf(unit: string): string {
  const [, command = ''] = /^ExecStart=(.*)$/m.exec(fs.readFileSync(path.join(EXAMPLES, unit), 'utf8')) ?? [];
  return command.replaceAll('%%', '%');
}

function addCapture(hour: number, services: Hour, age: number): string {
  const file = path.join(here('/var/captures'), `2026-01-01T0${hour}0000Z.pcap`);
  fs.writeFileSync(file, captureOfHour(hour, services));
  const time = Date.now() / 1000 - age;
  fs.utimesSync(file, time, time);
  return file;
}

const USUAL: Hour = { '10.0.0.1:22': 60 };
const WITH_NEW: Hour = { ...USUAL, '10.0.0.2:8889': 12 };
const TOLD =
  '10.0.0.2 has had the following services added:\n' +
  '+ 8889/tcp  ddi-tcp-2  12 connections; first seen 2026-01-01T01:00:00Z\n\n' +
  'The following machines are new:\n' +
  '+ 10.0.0.2  in the captures; first seen 2026-01-01T01:00:00Z\n';

const cronLines = CRON.split('\n').filter((line) => /^\d/.test(line));
const [cronCheck = '', cronClean = ''] = cronLines.map((line) => line.split(' ').slice(5).join(' '));

beforeAll(() => {
  fs.mkdirSync(BIN);
  fs.mkdirSync(UNIT_FOLDER);
  for (const [name, script] of Object.entries(PROGRAMS)) {
    fs.writeFileSync(path.join(BIN, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
});

describe('docs/check.md', () => {
  const commands = blocksOf('sh').flatMap((block) => block.split('\n'));

  test('when its commands are counted then there are those that an administrator needs', () => {
    expect(commands.map((command) => command.split(' ')[0])).toEqual([
      'useradd',
      'install',
      'cp',
      'systemctl',
      'find',
      'crontab',
      'cp',
      'systemctl',
      'sudo',
    ]);
  });

  // In their order and in one folder.
  for (const command of commands) {
    test(`when the administrator types ${command} then it works`, async () => {
      // What tcpdump and cron have done until then.
      const isSave = command.includes('synsum save');
      const isUpdate = command.includes('--update');
      if (isSave) {
        addCapture(0, USUAL, 7200);
        addCapture(1, WITH_NEW, 60);
      }
      if (isUpdate) {
        addCapture(1, WITH_NEW, 3700);
        expect(await run(cronCheck)).toEqual({ status: 1, stdout: TOLD, stderr: '' });
      }
      const { status, stdout } = await run(command);
      expect({ status, stdout }).toEqual({
        status: isUpdate ? 1 : 0,
        stdout: isUpdate ? TOLD : '',
      });
      if (isUpdate) expect(await run(cronCheck)).toEqual({ status: 0, stdout: '', stderr: '' });
    });
  }

  test('when it shows the line for cron then that is in the example', () => {
    const [line = 'missing'] = blocksOf('cron');
    expect(CRON.split('\n')).toContain(line);
  });

  test('when its hosts.yaml is used then it has no mistakes', async () => {
    const [yaml = ''] = blocksOf('yaml');
    const hosts = path.join(FOLDER, 'hosts.yaml');
    fs.writeFileSync(hosts, `hosts: { pluto: 10.0.0.3 }\n${yaml}\n`);
    addCapture(2, { '10.0.0.3:8889': 5, ...WITH_NEW }, 3700);
    const { status, stdout } = await run(`${cronCheck} --hosts '${hosts}' -v`);
    expect(status).toBe(1);
    expect(stdout).not.toContain('8889');
    expect(stdout).toContain('1 change is expected or ignored, and not listed.');
  });

  test('when NRPE runs its command then it is a plugin', async () => {
    const [nrpe = ''] = blocksOf('nrpe');
    const { status, stdout } = await run(nrpe.replace(/^command\[check_synsum\]=/, ''));
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: expect.stringMatching(/^SYNSUM WARNING - .*10\.0\.0\.3/),
    });
  });

  test.skipIf(!hasVisudo)(
    `when sudo reads its line then it understands it, and it allows what NRPE runs${without('visudo', hasVisudo)}`,
    () => {
      const [line = '', nrpe = ''] = [...blocksOf('sudoers'), ...blocksOf('nrpe')];
      expect(line.split('NOPASSWD: ')[1]).toBe(nrpe.split('-u synsum ')[1]);
      const { status, stderr } = spawnSync('visudo', ['-c', '-f', '-'], {
        input: `${line}\n`,
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );

  test('when it names a file then there is one', () => {
    const links = [...DOC.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect(fs.existsSync(path.join(ROOT, 'docs', link))).toBe(true);
  });
});

describe('synsum.cron', () => {
  test.skipIf(!hasCrontab)(`when cron reads it then it understands it${without('cron', hasCrontab)}`, () => {
    const { status, stderr } = spawnSync('crontab', ['-n', path.join(EXAMPLES, 'synsum.cron')], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('successfully checked'),
    });
    // Cron takes the first one for the end of the command.
    for (const line of cronLines) expect(line).not.toContain('%');
  });

  test('when another run is busy then the command gives up silently', async () => {
    const lock = here('/var/lib/synsum/lock');
    const busy = spawn('flock', [lock, 'sh', '-c', 'echo locked; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(busy.stdout, 'data');
    expect(await run(cronCheck)).toEqual({ status: 1, stdout: '', stderr: '' });
    const exit = once(busy, 'exit');
    busy.stdin.end();
    await exit;
  });

  test('when captures are old then the command for the night removes them, and nothing else', async () => {
    const old = addCapture(8, USUAL, 32 * 86_400);
    const young = addCapture(9, USUAL, 29 * 86_400);
    expect(await run(cronClean)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(fs.existsSync(old)).toBe(false);
    expect(fs.existsSync(young)).toBe(true);
  });
});

describe('the units for systemd', () => {
  test.skipIf(!hasSystemd)(
    `when systemd reads them then it understands them${without('systemd', hasSystemd)}`,
    () => {
      const copies = UNITS.map((unit) => {
        const copy = path.join(UNIT_FOLDER, unit);
        // It looks whether the program is there; of a folder on this machine it would say that it is not safe.
        const text = fs.readFileSync(path.join(EXAMPLES, unit), 'utf8');
        fs.writeFileSync(copy, text.replaceAll('/usr/local/bin/synsum', path.join(BIN, 'synsum')));
        return copy;
      });
      const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', ...copies], {
        encoding: 'utf8',
      });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    },
  );

  test('when the check is run then it does what cron does', async () => {
    addCapture(3, { ...USUAL, '10.0.0.4:80': 1 }, 3700);
    const { status, stdout } = await run(commandOf('synsum-check.service'));
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: expect.stringContaining('+ 80/tcp  http  1 connection;'),
    });
    expect(cronCheck).toContain(`synsum check${commandOf('synsum-check.service').split('synsum check')[1]}`);
  });

  test('when captures are an hour long then the checks wait for an hour', () => {
    const [, seconds] = / -G (\d+) /.exec(commandOf('synsum-capture.service')) ?? [];
    const nagios = fs.readFileSync(path.join(EXAMPLES, 'nagios-commands.cfg'), 'utf8');
    for (const text of [cronCheck, commandOf('synsum-check.service'), nagios, ...blocksOf('nrpe')]) {
      expect(text).toContain(`--settle ${seconds} `.trimEnd());
    }
  });

  test('when the filter changes then that of the capture has to', () => {
    expect(commandOf('synsum-capture.service')).toContain(` '${ETHERNET_FILTER.text}'`);
  });

  test.skipIf(!hasTcpdump)(
    `when the capture is run on a capture then what it writes can be checked${without('tcpdump', hasTcpdump)}`,
    async () => {
      const source = path.join(FOLDER, 'source.pcap');
      fs.writeFileSync(source, captureOfHour(5, { ...USUAL, '10.0.0.5:443': 7 }));
      const before = new Set(fs.readdirSync(here('/var/captures')));
      // Debian's tcpdump gives up being root before it writes.
      const command = commandOf('synsum-capture.service').replace('-i eth0', `-r '${source}' -Z "$(id -un)"`);
      expect((await run(`TZ=UTC ${command}`)).status).toBe(0);
      const [file = '', ...others] = fs
        .readdirSync(here('/var/captures'))
        .filter((name) => !before.has(name));
      expect(others).toEqual([]);
      expect(file).toMatch(/^\d{4}-\d\d-\d\dT\d{6}Z\.pcap$/);
      const { stdout } = await run(cronCheck.replace('--settle 3600', '--settle 0'));
      expect(stdout).toContain('+ 443/tcp  https  7 connections; first seen 2026-01-01T05:00:00Z');
    },
  );

  const canCapture =
    hasTcpdump && spawnSync('tcpdump', ['-i', 'lo', '-d']).status === 0 && process.getuid?.() === 0;
  test.skipIf(!canCapture)(
    `when the capture is run on a network then each file is complete once the next one is begun${without('tcpdump that may capture', canCapture)}`,
    async () => {
      const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      const place = path.join(FOLDER, 'live');
      fs.mkdirSync(place);
      const command = commandOf('synsum-capture.service')
        .replace('/var/captures', place)
        .replace('-i eth0', '-i lo -Z root')
        .replace('-G 3600', '-G 1');
      const capture = spawn('sh', ['-c', `exec ${command}`], { stdio: ['ignore', 'ignore', 'pipe'] });
      await once(capture.stderr, 'data');
      /** What was in each file that was not the last one when somebody looked. */
      const complete = new Map<string, Buffer>();
      const filesThere = (): string[] => fs.readdirSync(place).sort();
      const read = (name: string): Buffer => fs.readFileSync(path.join(place, name));
      const hasConnections = (): boolean => filesThere().some((name) => read(name).length > pcap().length);
      while (capture.exitCode === null && (complete.size < 3 || !hasConnections())) {
        const socket = connect(port, '127.0.0.1');
        socket.resume();
        await once(socket, 'close');
        await new Promise((resolve) => setTimeout(resolve, 200));
        for (const name of filesThere().slice(0, -1)) if (!complete.has(name)) complete.set(name, read(name));
      }
      // The one that is being written is whole too.
      const { status, stdout, stderr } = await shell(`synsum -q -n --by service '${place}'/*.pcap`);
      const exit = once(capture, 'exit');
      capture.kill('SIGTERM');
      await exit;
      server.close();
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(` ${port}\\b`));
      for (const [name, content] of complete) expect(read(name).equals(content)).toBe(true);
    },
  );
});
