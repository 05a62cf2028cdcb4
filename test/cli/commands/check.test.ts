// The life of a baseline: captures come hour by hour, `synsum check` reports what changed, and --update accepts it.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type Result, shell, synsum } from '../../helpers/program.js';
import { CheckFolder, captureOfHour, type Hour, SILENT } from './check-folder.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-check-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

/** What happens in an hour in which nothing happens. */
const USUAL: Hour = { '10.0.0.1:22': 60, '10.0.0.1:80': 120, '10.0.0.2:25': 1 };
const WITHOUT_SSH: Hour = { '10.0.0.1:80': 120, '10.0.0.2:25': 1 };
const WITH_NEW: Hour = { ...USUAL, '10.0.0.2:8889': 12 };

const NEW_TOLD =
  '10.0.0.2 has had the following services added:\n' +
  '+ 8889/tcp  ddi-tcp-2  12 connections; first seen 2026-01-01T04:00:00Z\n';

let folder: CheckFolder;
let hours = 0;

/** Adds the capture of the next hour. */
function next(services: Hour): string {
  hours += 1;
  return folder.add(`${String(hours).padStart(3, '0')}.pcap`, captureOfHour(hours, services));
}

beforeEach(async () => {
  folder = new CheckFolder(fs.mkdtempSync(path.join(FOLDER, 'test-')));
  hours = 0;
  for (let hour = 0; hour < 3; hour++) next(USUAL);
  await folder.save();
});

describe('an hour', () => {
  test('when the baseline has all captures then nothing is reported, and nothing is pending', async () => {
    expect(await folder.check()).toEqual(SILENT);
    expect(fs.existsSync(folder.pending)).toBe(false);
  });

  test('when it is as usual then nothing is reported', async () => {
    next(USUAL);
    expect(await folder.check()).toEqual(SILENT);
    expect(await folder.services(folder.pending)).toEqual(USUAL);
  });

  test('when it has a new service then that is reported, once', async () => {
    next(WITH_NEW);
    expect(await folder.check()).toEqual({ status: 1, stdout: NEW_TOLD, stderr: '' });
    expect(await folder.check()).toEqual(SILENT);
    next(USUAL);
    expect(await folder.check()).toEqual(SILENT);
  });

  test('when a new service is in it again and was not accepted then it is reported again', async () => {
    next(WITH_NEW);
    await folder.check();
    next(WITH_NEW);
    const { status, stdout } = await folder.check();
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: NEW_TOLD.replace('12 connections', '24 connections'),
    });
  });

  test('when it lacks a service that was used often then that is reported as gone', async () => {
    next(WITHOUT_SSH);
    expect(await folder.check()).toEqual({
      status: 1,
      stdout: expect.stringMatching(
        /^10\.0\.0\.1 has had the following services removed:\n- 22\/tcp {2}ssh {2}expected about 60 connections in this time, saw none; last seen 2026-01-01T03:59:00Z\n$/,
      ),
      stderr: '',
    });
  });

  test('when a service stops that was seen since the baseline then its silence counts from then on', async () => {
    for (let hour = 3; hour < 48; hour++) next(USUAL);
    await folder.save();
    for (let hour = 0; hour < 24; hour++) next(USUAL);
    expect(await folder.check()).toEqual(SILENT);
    next(WITHOUT_SSH);
    expect(await folder.check()).toEqual({
      status: 1,
      stdout:
        '10.0.0.1 has had the following services removed:\n' +
        '- 22/tcp  ssh  saw 1,440 connections, then none in 60 minutes of captures (expected about 60); ' +
        'last seen 2026-01-04T00:59:00Z\n',
      stderr: '',
    });
  });

  test('when a service is used so seldom that an hour says nothing then it is reported as gone after some', async () => {
    const told: number[] = [];
    for (let hour = 4; hour < 9; hour++) {
      next({ '10.0.0.1:22': 60, '10.0.0.1:80': 120, '10.0.0.2:80': 60 });
      const { stdout } = await folder.check('--ignore', '10.0.0.2:80', '-f', 'json');
      const { gone } = JSON.parse(stdout) as { gone: { port: number }[] };
      expect(gone.map(({ port }) => port)).toEqual(hour < 6 ? [] : [25]);
      told.push(gone.length);
    }
    expect(told).toEqual([0, 0, 1, 1, 1]);
  });
});

describe('filters', () => {
  test('when a pattern matches nothing in the baseline and the captures, then that is said', async () => {
    next(WITH_NEW);
    const filters = ['--service', 'shs,ssh,ddi-tcp-2', '--server', '10.0.0.7'];
    const mistyped = 'synsum: --service shs: matches nothing here; did you mean ssh?\n';
    const { status, stderr } = await folder.check(...filters, '-v');
    expect(status).toBe(0);
    expect(stderr).toContain(`synsum: --server 10.0.0.7: matches nothing here\n${mistyped}`);
    // Somebody may watch for a machine that must not appear: it is not reported each hour that it did not.
    expect((await folder.check(...filters)).stderr).toBe(mistyped);
  });
});

describe('--update', () => {
  test('when nothing was reported then the counts are added, and nothing is reported', async () => {
    next(USUAL);
    await folder.check();
    next(USUAL);
    expect(await folder.check('--update')).toEqual(SILENT);
    expect(await folder.services()).toEqual({ '10.0.0.1:22': 300, '10.0.0.1:80': 600, '10.0.0.2:25': 5 });
    expect(fs.existsSync(folder.pending)).toBe(false);
  });

  test('when there is nothing to accept then the baseline stays as it is', async () => {
    const before = fs.readFileSync(folder.baseline);
    const { ino } = fs.statSync(folder.baseline);
    expect(await folder.check('--update')).toEqual(SILENT);
    expect(fs.readFileSync(folder.baseline)).toEqual(before);
    expect(fs.statSync(folder.baseline).ino).toBe(ino);
  });

  test('when there is a new service then it is reported, and from then on it is usual', async () => {
    next(WITH_NEW);
    await folder.check();
    expect(await folder.check('--update')).toEqual({ status: 1, stdout: NEW_TOLD, stderr: '' });
    next(WITH_NEW);
    expect(await folder.check()).toEqual(SILENT);
  });

  test('when nobody looked before then the captures are checked, reported and accepted at once', async () => {
    next(WITH_NEW);
    expect(await folder.check('--update')).toEqual({ status: 1, stdout: NEW_TOLD, stderr: '' });
    expect((await folder.services())['10.0.0.2:8889']).toBe(12);
    expect(await folder.check()).toEqual(SILENT);
  });

  test('when a service is gone then it is accepted, and its silence not reported again', async () => {
    next(WITHOUT_SSH);
    await folder.check();
    const { status, stdout } = await folder.check('--update');
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('- 22/tcp  ssh  ') });
    expect(Object.keys(await folder.services())).not.toContain('10.0.0.1:22');
    next(WITHOUT_SSH);
    expect(await folder.check()).toEqual(SILENT);
  });

  test('when a service is gone that was seen since the last time then it is accepted anyway', async () => {
    next(USUAL);
    await folder.check();
    next(WITHOUT_SSH);
    const gone = await folder.check();
    expect(gone).toMatchObject({ status: 1, stdout: expect.stringContaining('- 22/tcp  ssh  ') });
    const { status, stdout } = await folder.check('--update');
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('- 22/tcp  ssh  ') });
    next(WITHOUT_SSH);
    expect(await folder.check()).toEqual(SILENT);
  });

  test('when a service was gone and came back then nothing of it is accepted or lost', async () => {
    next(WITHOUT_SSH);
    await folder.check();
    next(USUAL);
    expect(await folder.check()).toEqual(SILENT);
    expect(await folder.check('--update')).toEqual(SILENT);
    expect((await folder.services())['10.0.0.1:22']).toBe(240);
  });

  test('when a machine is gone then it is accepted, and comes back as a new one', async () => {
    next({ '10.0.0.1:22': 60, '10.0.0.1:80': 120 });
    next({ '10.0.0.1:22': 60, '10.0.0.1:80': 120 });
    next({ '10.0.0.1:22': 60, '10.0.0.1:80': 120 });
    await folder.check();
    const { stdout } = await folder.check('--update');
    expect(stdout).toContain('The following machines are gone:\n- 10.0.0.2 ');
    next(USUAL);
    expect((await folder.check()).stdout).toContain('The following machines are new:\n+ 10.0.0.2 ');
  });

  test('when it is run as it is by hand and from cron then both give the same baseline', async () => {
    const other = new CheckFolder(`${folder.place}-2`);
    fs.cpSync(folder.baseline, other.baseline);
    for (const services of [USUAL, WITH_NEW, USUAL]) {
      const file = next(services);
      await folder.check();
      fs.cpSync(file, path.join(other.captures, path.basename(file)), { preserveTimestamps: true });
    }
    await folder.check('--update');
    await other.check('--update');
    const [one, two] = [folder, other].map(({ baseline }) =>
      fs.readFileSync(baseline, 'utf8').replace(/"name":"[^"]*\//g, '"name":"'),
    );
    expect(one).toBe(two);
  });
});

describe('a machine that was remote in the baseline', () => {
  const WITH_WAN: Hour = { ...USUAL, '203.0.113.50:443': 30 };

  test('when it gets a name then the note comes once and is not a change, but its other services are', async () => {
    folder = new CheckFolder(fs.mkdtempSync(path.join(FOLDER, 'test-')));
    hours = 0;
    next(WITH_WAN);
    await folder.save();
    const hosts = path.join(folder.place, 'hosts.yaml');
    fs.writeFileSync(hosts, 'hosts: { wanbox: 203.0.113.50 }\n');
    const check = (...options: string[]): Promise<Result> => folder.check('--hosts', hosts, ...options);
    const stderr =
      'synsum: wanbox (203.0.113.50) was counted as remote in the baseline, so it is not reported as new\n';
    next(WITH_WAN);
    expect(await check()).toEqual({ ...SILENT, stderr });
    next(WITH_WAN);
    expect(await check()).toEqual(SILENT);
    next(WITH_WAN);
    expect(await check('-v')).toEqual({ ...SILENT, stderr });
    expect(await check('-f', 'nagios')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('no changes; 1 machine counted as remote in the baseline |'),
    });
    expect(await check('--update')).toEqual({ ...SILENT, stderr });
    next(WITH_WAN);
    expect(await check()).toEqual(SILENT);
    next({ ...WITH_WAN, '203.0.113.50:23': 2 });
    expect(await check()).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('wanbox has had the following services added:\n+ 23/tcp  telnet  2 '),
      stderr: '',
    });
  });
});

describe('-f nagios', () => {
  test('when there is no new capture then it reports how things stand, until that is accepted', async () => {
    expect(await folder.check('-f', 'nagios')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^SYNSUM OK - no changes \| changes=0;0;;0 /),
    });
    next(WITH_NEW);
    const warning = {
      status: 1,
      stdout: expect.stringMatching(/^SYNSUM WARNING - 1 service added: 10\.0\.0\.2 /),
    };
    expect(await folder.check('-f', 'nagios')).toMatchObject(warning);
    expect(await folder.check('-f', 'nagios')).toMatchObject(warning);
    next(USUAL);
    expect(await folder.check('-f', 'nagios')).toMatchObject(warning);
    expect(await folder.check('-f', 'nagios', '--critical', '0')).toMatchObject({
      status: 2,
      stdout: expect.stringMatching(/^SYNSUM CRITICAL - /),
    });
    await folder.check('--update');
    expect(await folder.check('-f', 'nagios')).toMatchObject({ status: 0 });
  });

  test('when a service is gone that was seen before then it stays so until it is seen again', async () => {
    next(USUAL);
    await folder.check('-f', 'nagios');
    next(WITHOUT_SSH);
    const gone = { status: 1, stdout: expect.stringContaining('1 service gone: 10.0.0.1 22/tcp ssh gone |') };
    expect(await folder.check('-f', 'nagios')).toMatchObject(gone);
    expect(await folder.check('-f', 'nagios')).toMatchObject(gone);
    next(USUAL);
    expect(await folder.check('-f', 'nagios')).toMatchObject({ status: 0 });
  });

  test('when there is no baseline then it is UNKNOWN', async () => {
    fs.rmSync(folder.baseline);
    expect(await folder.check('-f', 'nagios')).toEqual({
      status: 3,
      stdout: expect.stringMatching(
        /^SYNSUM UNKNOWN - --baseline: .*no such file.*synsum save -o .* creates it\n$/,
      ),
      stderr: '',
    });
  });
});

describe('the baseline', () => {
  test('when it is a store then the message says how to make one from it', async () => {
    const { status, stderr } = await synsum(['check', '--baseline', 'store:h.db', '--dir', folder.captures]);
    expect([status, stderr]).toEqual([
      2,
      'synsum: --baseline: found a store, expected a saved inventory; synsum save -o FILE STORE creates one from it\n',
    ]);
  });

  test('when there is none then the message says how to make one', async () => {
    fs.rmSync(folder.baseline);
    expect(await folder.check()).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: --baseline: no such file; synsum save -o ${folder.baseline} CAPTURE… creates it\n`,
    });
    expect(fs.readdirSync(folder.place)).toEqual(['captures']);
  });

  test('when it is a scan or a capture then it is compared with, and --update does not write over it', async () => {
    const scan = path.join(folder.place, 'scan.xml');
    fs.writeFileSync(scan, SCAN);
    const capture = path.join(folder.place, 'base.pcap');
    fs.writeFileSync(capture, captureOfHour(0, { '10.0.0.1:22': 60 }));
    for (const baseline of [scan, capture]) {
      const before = fs.readFileSync(baseline);
      const told = await synsum(['check', '--baseline', baseline, '--dir', folder.captures]);
      expect(told).toMatchObject({
        status: 1,
        stderr: '',
        stdout: expect.stringContaining('+ 80/tcp  http  '),
      });
      expect(told.stdout).not.toContain('22/tcp');
      expect(await synsum(['check', '--baseline', baseline, '--dir', folder.captures, '--update'])).toEqual({
        status: 2,
        stdout: '',
        stderr: expect.stringMatching(
          /^synsum: --baseline: found .*, expected a saved inventory.*synsum save/,
        ),
      });
      expect(fs.readFileSync(baseline)).toEqual(before);
    }
  });

  test.each(['baseline', 'pending', 'state'] as const)(
    'when the %s is damaged then it says so, and nothing is done',
    async (which) => {
      next(WITH_NEW);
      await folder.check();
      next(WITH_NEW);
      const whole = fs.readFileSync(folder[which]);
      const damages = [
        whole.subarray(0, whole.length - 5),
        Buffer.from('\u001b[2J'),
        Buffer.from('null'),
        Buffer.from('{"schema":"synsum.check","version":2}'),
        Buffer.alloc(0),
      ];
      for (const damaged of damages) {
        fs.writeFileSync(folder[which], damaged);
        const before = snapshot(folder.place);
        for (const options of [[], ['--update'], ['-f', 'nagios']]) {
          const { status, stdout, stderr } = await folder.check(...options);
          const isPlugin = options.includes('nagios');
          expect(status).toBe(isPlugin ? 3 : 2);
          expect(isPlugin ? stdout : stderr).toContain(path.basename(folder[which]));
          expect(isPlugin ? stderr : stdout).toBe('');
          expect(stdout + stderr).not.toContain('\u001b');
          expect(stdout + stderr).not.toContain('    at ');
          expect(snapshot(folder.place)).toEqual(before);
        }
      }
      fs.writeFileSync(folder[which], whole);
      expect((await folder.check()).status).toBe(1);
    },
  );

  test('when it was rebuilt from some of the pending captures then the others are checked again', async () => {
    const first = next(WITH_NEW);
    const second = next({ ...USUAL, '10.0.0.2:9999': 12 });
    await folder.check();
    fs.rmSync(folder.baseline);
    await synsum(['save', '--force', '-q', '-o', folder.baseline, first]);
    const { status, stdout, stderr } = await folder.check();
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('+ 9999/tcp') });
    expect(stderr).toContain(`${folder.pending}: some of its captures are in the baseline`);
    fs.rmSync(second);
    await folder.check('--update');
    expect((await folder.services())['10.0.0.2:9999']).toBe(12);
  });
});

describe('what is remembered', () => {
  test('when the state is lost then nothing is reported again or counted twice', async () => {
    next(WITH_NEW);
    await folder.check();
    fs.rmSync(folder.state);
    expect(await folder.check()).toEqual(SILENT);
    fs.rmSync(folder.state);
    await folder.check('--update');
    fs.rmSync(folder.state);
    expect(await folder.check('--update')).toEqual(SILENT);
    expect(await folder.services()).toEqual({ ...sum(USUAL, 4), '10.0.0.2:8889': 12 });
  });

  test('when the pending inventory is lost then its captures are reported again', async () => {
    next(WITH_NEW);
    const told = await folder.check();
    fs.rmSync(folder.pending);
    expect(await folder.check()).toEqual(told);
  });

  test('when a run was ended before it removed what it had accepted then nothing is counted twice', async () => {
    next(WITH_NEW);
    await folder.check();
    const [pending, state] = [folder.pending, folder.state].map((file) => fs.readFileSync(file));
    await folder.check('--update');
    const accepted = fs.readFileSync(folder.baseline);
    fs.writeFileSync(folder.pending, pending ?? '');
    fs.writeFileSync(folder.state, state ?? '');
    expect(await folder.check()).toEqual(SILENT);
    expect(await folder.check('--update')).toEqual(SILENT);
    expect(fs.readFileSync(folder.baseline)).toEqual(accepted);
    expect(fs.existsSync(folder.pending)).toBe(false);
  });

  test('when captures are removed then what is pending of them stays, and the state forgets them', async () => {
    fs.rmSync(next(WITH_NEW));
    const file = next(WITH_NEW);
    await folder.check();
    expect(fs.readFileSync(folder.state, 'utf8')).toContain(path.basename(file));
    fs.rmSync(file);
    expect(await folder.check()).toEqual(SILENT);
    expect(fs.readFileSync(folder.state, 'utf8')).not.toContain(path.basename(file));
    await folder.check('--update');
    expect((await folder.services())['10.0.0.2:8889']).toBe(12);
  });

  test('when several runs are made at the same time then nothing is lost or counted twice', async () => {
    for (let round = 0; round < 4; round++) {
      next(WITH_NEW);
      const runs = [[], [], ['--update'], ['-f', 'nagios']].map((options) => folder.check(...options));
      for (const { stderr } of await Promise.all(runs)) expect(stderr).toBe('');
    }
    await folder.check('--update');
    await folder.check('--update');
    expect(await folder.services()).toEqual({ ...sum(USUAL, 7), '10.0.0.2:8889': 48 });
    expect(fs.readdirSync(folder.place).sort()).toEqual(['base.json', 'base.json.state', 'captures']);
  });

  const hasFull = fs.existsSync('/dev/full');
  test.skipIf(!hasFull)(
    `when changes cannot be reported then they are reported the next time${hasFull ? '' : ' (skipped: no /dev/full)'}`,
    async () => {
      next(WITH_NEW);
      const before = snapshot(folder.place);
      const args = ['check', '--baseline', folder.baseline, '--dir', folder.captures];
      const { status } = await shell(`synsum ${args.join(' ')} >/dev/full`);
      expect(status).toBe(3);
      expect(snapshot(folder.place)).toEqual(before);
      expect((await folder.check()).stdout).toBe(NEW_TOLD);
    },
  );

  test('when it cannot be kept then nothing is reported', async () => {
    next(WITH_NEW);
    fs.mkdirSync(folder.pending);
    expect(await folder.check()).toMatchObject({ status: 2, stdout: '' });
    fs.rmdirSync(folder.pending);
    const state = path.join(folder.place, 'missing', 'state');
    expect(await folder.check('--state', state)).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^synsum: .*missing.*no such file or directory/),
    });
    expect(fs.readdirSync(folder.place).sort()).toEqual(['base.json', 'captures']);
  });
});

function sum(hour: Hour, times: number): Hour {
  return Object.fromEntries(Object.entries(hour).map(([service, count]) => [service, count * times]));
}

/** All files of a folder and what is in them. */
function snapshot(place: string): Record<string, string> {
  const names = fs.readdirSync(place, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => fs.statSync(path.join(place, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, fs.readFileSync(path.join(place, name), 'latin1')]));
}

const SCAN = `<?xml version="1.0"?>
<nmaprun scanner="nmap" args="nmap -oX - 10.0.0.1" start="1767225600" version="7.93" xmloutputversion="1.05">
<scaninfo type="connect" protocol="tcp" numservices="2" services="22,80"/>
<host starttime="1767225600" endtime="1767225601"><status state="up" reason="syn-ack"/>
<address addr="10.0.0.1" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="22"><state state="open" reason="syn-ack"/><service name="ssh" method="table"/></port></ports>
</host>
<runstats><finished time="1767225602" exit="success"/><hosts up="1" down="0" total="1"/></runstats>
</nmaprun>
`;
