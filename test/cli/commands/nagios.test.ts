// `-f nagios` under a real Nagios: what it takes for the state, the text and the performance data of a check. The
// commands are those of docs/examples.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../helpers/program.js';
import { CheckFolder, captureOfHour } from './check-folder.js';

const hasNagios = spawnSync('nagios4', ['--help']).error === undefined;
const NAGIOS_NOTE = hasNagios ? '' : ' (skipped: no nagios4)';

const COMMANDS = fs.readFileSync(path.join(ROOT, 'docs/examples/nagios-commands.cfg'), 'utf8');
const DOC = fs.readFileSync(path.join(ROOT, 'docs/check.md'), 'utf8');
const PROGRAM = path.join(ROOT, 'dist/bin/synsum.cjs');

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-nagios-'));
let nagios: ChildProcess | undefined;
afterAll(async () => {
  if (nagios?.exitCode === null) {
    const exit = once(nagios, 'exit');
    nagios.kill('SIGTERM');
    await exit;
  }
  // Its workers may write for a while longer: on a busy machine, for many seconds.
  fs.rmSync(FOLDER, { recursive: true, maxRetries: 50 });
});

/** What Nagios has made of the last check of a service. */
interface ServiceStatus {
  readonly current_state: string;
  readonly plugin_output: string;
  readonly performance_data: string;
}

const SCAN = (service: string): string => `<?xml version="1.0"?>
<nmaprun scanner="nmap" args="nmap -sV -oX - 10.0.0.1" start="1767225600" version="7.93" xmloutputversion="1.05">
<scaninfo type="connect" protocol="tcp" numservices="1" services="22"/>
<host starttime="1767225600" endtime="1767225601"><status state="up" reason="syn-ack"/>
<address addr="10.0.0.1" addrtype="ipv4"/>
<ports>${service}</ports></host>
<runstats><finished time="1767225602" exit="success"/><hosts up="1" down="0" total="1"/></runstats>
</nmaprun>
`;
const SSH = '<port protocol="tcp" portid="22"><state state="open" reason="syn-ack"/></port>';
/** A message quotes it, and Nagios, a shell or a browser would obey it. */
const HOSTILE = '{"schema": "a|b=1 $HOSTNAME$ `id` <b> \'"}';

/** The check command of each service. */
const services: Record<string, string> = {};

async function makeServices(): Promise<void> {
  const folder = new CheckFolder(path.join(FOLDER, 'watched'));
  const { baseline, captures } = folder;
  folder.add('0.pcap', captureOfHour(0, { '10.0.0.1:22': 60 }));
  await folder.save();
  const usual = path.join(FOLDER, 'usual');
  fs.mkdirSync(usual);
  folder.add('1.pcap', captureOfHour(1, { '10.0.0.1:22': 60, '10.0.0.1:8889': 12, '10.0.0.2:80': 1 }), 7200);
  const [before, after] = ['before.xml', 'after.xml'].map((name) => path.join(FOLDER, name)) as [
    string,
    string,
  ];
  fs.writeFileSync(before, SCAN(''));
  fs.writeFileSync(after, SCAN(SSH));
  const missing = path.join(FOLDER, 'missing.json');
  const hostile = path.join(FOLDER, 'a|b & <c>.json');
  fs.writeFileSync(hostile, HOSTILE);
  // Each with a baseline of its own: they are checked at the same time.
  const own = (name: string): string => {
    const copy = path.join(FOLDER, `${name}.json`);
    fs.copyFileSync(baseline, copy);
    return copy;
  };
  own('doc');
  Object.assign(services, {
    ok: `check_synsum!${own('ok')}!${usual}!0!10`,
    warning: `check_synsum!${own('warning')}!${captures}!0!10`,
    critical: `check_synsum!${own('critical')}!${captures}!0!2`,
    tolerant: `check_synsum!${own('tolerant')}!${captures}!10!20`,
    unknown: `check_synsum!${missing}!${captures}!0!10`,
    'diff-ok': `check_synsum_diff!${before}!${before}!0!10`,
    'diff-warning': `check_synsum_diff!${before}!${after}!0!10`,
    'diff-critical': `check_synsum_diff!${before}!${after}!0!0`,
    'diff-unknown': `check_synsum_diff!${before}!${missing}!0!10`,
    hostile: `check_synsum!${hostile}!${captures}!0!10`,
    'range-unknown': `check_synsum_diff!${before}!${after}!one!10`,
  });
}

/** Writes a configuration with these services, checked every second. */
function configure(): string {
  const wrapper = path.join(FOLDER, 'synsum');
  fs.writeFileSync(
    wrapper,
    `#!/bin/sh\nXDG_CONFIG_HOME=/nonexistent exec '${process.execPath}' '${PROGRAM}' "$@"\n`,
    { mode: 0o755 },
  );
  const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
  const objects = [
    // The service that the document shows, on one of the baselines.
    (/^```nagios\n(.*?)^```/ms.exec(DOC)?.[1] ?? '')
      .replace('/var/lib/synsum/base.json', path.join(FOLDER, 'doc.json'))
      .replace('/var/captures', path.join(FOLDER, 'watched/captures')),
    COMMANDS.replaceAll('/usr/local/bin/synsum', wrapper),
    define(
      'timeperiod',
      { timeperiod_name: 'always', alias: 'always' },
      days.map((day) => `${day} 00:00-24:00`),
    ),
    define('command', { command_name: 'is-up', command_line: '/bin/true' }),
    define('contact', {
      contact_name: 'nobody',
      host_notification_period: 'always',
      service_notification_period: 'always',
      host_notification_commands: 'is-up',
      service_notification_commands: 'is-up',
    }),
    define('host', {
      host_name: 'localhost',
      address: '127.0.0.1',
      check_command: 'is-up',
      max_check_attempts: '1',
      check_period: 'always',
      contacts: 'nobody',
    }),
    define('service', {
      name: 'generic-service',
      register: '0',
      max_check_attempts: '1',
      check_interval: '1',
      retry_interval: '1',
      check_period: 'always',
      notification_period: 'always',
      notification_interval: '0',
      contacts: 'nobody',
    }),
    ...Object.entries(services).map(([name, command]) =>
      define('service', {
        use: 'generic-service',
        host_name: 'localhost',
        service_description: name,
        check_command: command,
      }),
    ),
  ];
  const { username, gid } = userInfo();
  const settings = {
    log_file: 'nagios.log',
    cfg_file: 'objects.cfg',
    object_cache_file: 'objects.cache',
    precached_object_file: 'objects.precache',
    status_file: 'status.dat',
    lock_file: 'nagios.lock',
    temp_file: 'nagios.tmp',
    temp_path: '.',
    check_result_path: 'results',
    state_retention_file: 'retention.dat',
    command_file: 'nagios.cmd',
    query_socket: 'nagios.qh',
  };
  const options = {
    nagios_user: username,
    nagios_group: `${gid}`,
    status_update_interval: '1',
    interval_length: '1',
    service_inter_check_delay_method: 'n',
    use_syslog: '0',
    enable_notifications: '0',
    check_for_updates: '0',
    illegal_macro_output_chars: '`~$&|\'"<>',
  };
  const lines = [
    ...Object.entries(settings).map(([key, file]) => `${key}=${path.join(FOLDER, file)}`),
    ...Object.entries(options).map(([key, value]) => `${key}=${value}`),
  ];
  fs.mkdirSync(path.join(FOLDER, 'results'));
  fs.writeFileSync(path.join(FOLDER, 'objects.cfg'), objects.join('\n'));
  const file = path.join(FOLDER, 'nagios.cfg');
  fs.writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

function define(
  type: string,
  fields: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): string {
  const lines = [...Object.entries(fields).map(([key, value]) => `${key} ${value}`), ...more];
  return `define ${type} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

/** The services that were checked, by name. */
function readStatus(): Map<string, ServiceStatus> {
  const file = path.join(FOLDER, 'status.dat');
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  const found = new Map<string, ServiceStatus>();
  for (const [, block = ''] of text.matchAll(/^servicestatus \{\n([\s\S]*?)^\t\}/gm)) {
    const pairs = [...block.matchAll(/^\t([a-z_]+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]);
    const fields = Object.fromEntries(pairs) as Record<string, string>;
    if (fields['has_been_checked'] === '1') {
      found.set(fields['service_description'] ?? '', fields as unknown as ServiceStatus);
    }
  }
  return found;
}

describe.skipIf(!hasNagios)(`under Nagios${NAGIOS_NOTE}`, () => {
  let config = '';
  let status = new Map<string, ServiceStatus>();

  beforeAll(async () => {
    await makeServices();
    config = configure();
    const over = new AbortController();
    // Nagios renames its status into place whenever it writes it.
    const changes = fs.promises.watch(FOLDER, { signal: over.signal });
    nagios = spawn('nagios4', [config], { stdio: 'ignore' }).on('exit', () => over.abort());
    try {
      for await (const _ of changes) {
        status = readStatus();
        if (status.size > Object.keys(services).length) break;
      }
    } catch (error) {
      if (!over.signal.aborted) throw error;
    }
  });

  test('when the commands of docs/examples are read then Nagios finds no fault with them', () => {
    const { stdout } = spawnSync('nagios4', ['-v', config], { encoding: 'utf8' });
    expect(stdout).toMatch(/^Total Warnings: 0$/m);
    expect(stdout).toMatch(/^Total Errors: +0$/m);
  });

  test.each([
    ['ok', '0', /^SYNSUM OK - no changes$/, 'changes=0;0;10;0 added=0;;;0 gone=0;;;0'],
    [
      'warning',
      '1',
      /^SYNSUM WARNING - 2 services added, 1 new machine: 10\.0\.0\.1 8889\/tcp ddi-tcp-2 added, /,
      'changes=3;0;10;0 added=2;;;0 gone=0;;;0',
    ],
    ['Network changes', '1', /^SYNSUM WARNING - 2 services added/, 'changes=3;0;10;0 added=2;;;0'],
    ['critical', '2', /^SYNSUM CRITICAL - /, 'changes=3;0;2;0 added=2;;;0'],
    ['tolerant', '0', /^SYNSUM OK - 2 services added/, 'changes=3;10;20;0 added=2;;;0'],
    ['unknown', '3', /^SYNSUM UNKNOWN - --baseline: no such file. synsum save -o .*missing\.json/, ''],
    ['diff-ok', '0', /^SYNSUM OK - no changes$/, 'changes=0;0;10;0'],
    ['diff-warning', '1', /^SYNSUM WARNING - 1 service added: 10\.0\.0\.1 22\/tcp /, 'changes=1;0;10;0'],
    ['diff-critical', '2', /^SYNSUM CRITICAL - 1 service added: 10\.0\.0\.1 22\/tcp /, 'changes=1;0;0;0'],
    ['diff-unknown', '3', /^SYNSUM UNKNOWN - .*missing\.json: no such file/, ''],
    ['range-unknown', '3', /^SYNSUM UNKNOWN - --warning: found one/, ''],
  ])('when the service is %s then its state is %s, and text and performance data are whole', (...row) => {
    const [name, state, text, metrics] = row;
    const found = status.get(name);
    expect(found).toMatchObject({ current_state: state, plugin_output: expect.stringMatching(text) });
    expect(found?.performance_data.slice(0, metrics.length)).toBe(metrics);
    if (metrics === '') expect(found?.performance_data).toBe('');
    else expect(found?.performance_data.split(' ').map((metric) => metric.split('=')[0])).toEqual(METRICS);
  });

  test('when the text has in it what is hostile then Nagios keeps it as text', () => {
    const {
      current_state: state,
      plugin_output: text = '',
      performance_data: data,
    } = status.get('hostile') ?? {};
    expect({ state, data }).toEqual({ state: '3', data: '' });
    expect(text).toContain('a\\u{7c}b \\u{26} \\u{3c}c\\u{3e}.json');
    expect(text).toContain('a\\u{7c}b=1 \\u{24}HOSTNAME\\u{24} \\u{60}id\\u{60}');
    expect(text).not.toMatch(/[|`$&<>"']/);
  });

  test('when the service was checked then the log has its alert', () => {
    const log = fs.readFileSync(path.join(FOLDER, 'nagios.log'), 'utf8');
    expect(log).toMatch(/SERVICE ALERT: localhost;warning;WARNING;HARD;1;SYNSUM WARNING - /);
    expect(log).toMatch(/SERVICE ALERT: localhost;critical;CRITICAL;HARD;1;SYNSUM CRITICAL - /);
    expect(log).toMatch(/SERVICE ALERT: localhost;unknown;UNKNOWN;HARD;1;SYNSUM UNKNOWN - /);
  });
});

const METRICS = ['changes', 'added', 'gone', 'changed', 'new_machines', 'gone_machines', 'clients'];
