// `synsum diff` as users run it: the article of 2004 replayed with real servers, scans and captures.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { feed } from '../../helpers/filler.js';
import { type Result, resultOf, start, synsum } from '../../helpers/program.js';
import {
  BANNER,
  CAPTURE_NOTE,
  canCapture,
  captureWhile,
  freePorts,
  hasLoopback6,
  hasNdiff,
  hasNmap,
  LOOPBACK6_NOTE,
  NDIFF_NOTE,
  NMAP_NOTE,
  runProgram,
  serve,
  stop,
  stopAll,
  visit,
} from '../lab.js';
import { HOSTS, MONDAY, makeFolder, OFFICE, RECORD_LENGTH, sampleOf, TUESDAY } from '../office.js';
import { appended, captureOfHour } from './check-folder.js';

const { folder, write } = makeFolder();
afterEach(stopAll);

/** What a run prints, with TIME in the place of times, which no test knows. */
async function diff(...args: string[]): Promise<Result> {
  const result = await synsum(['diff', ...args], { cwd: folder });
  return { ...result, stdout: result.stdout.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME') };
}

/** Puts a second between the packets of a capture, so that it does not matter how long they took. */
function setTimes(file: string, firstSeconds: number): void {
  const bytes = readFileSync(file);
  let seconds = firstSeconds;
  for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) {
    bytes.writeUInt32LE(seconds, at);
    bytes.writeUInt32LE(0, at + 4);
    seconds += 1;
  }
  writeFileSync(file, bytes);
}

const NOTHING: Result = { status: 0, stdout: '', stderr: '' };
const LAB = write('lab.yaml', 'hosts: { lab: 127.0.0.1 }\n');

/** The services that were there, those that changed, and a scan before and after. */
async function replay(
  scan: (file: string, ports: string) => Promise<void>,
): Promise<{ base: string; now: string; ports: readonly [number, number, number, number] }> {
  const [ssh = 0, smtp = 0, ftp = 0, other = 0] = await freePorts(4);
  const ports = [ssh, smtp, ftp, other].join(',');
  const [base, now] = [path.join(folder, 'base'), path.join(folder, 'now')];
  await serve(BANNER.oldSsh, ssh);
  await serve(BANNER.smtp, smtp);
  await serve(BANNER.ssh, other);
  await scan(base, ports);
  stop(ssh);
  await serve(BANNER.ssh, ssh);
  stop(smtp);
  await serve(BANNER.ftp, ftp);
  await scan(now, ports);
  return { base, now, ports: [ssh, smtp, ftp, other] };
}

/** Cells of a port are as wide as the widest. */
function changesOf([ssh, smtp, ftp]: readonly number[], machine: string): string {
  return `\
${machine} has had the following services added:
+ ${ftp}/tcp  ftp  vsftpd 3.0.3 (open to the scan; first seen TIME)

${machine} has had the following services removed:
- ${smtp}/tcp  smtp  Postfix smtpd (the scan found it closed; last seen TIME)

${machine} has had the following services changed:
- ${ssh}/tcp  ssh OpenSSH 8.4p1 Debian 5 (protocol 2.0)
+ ${ssh}/tcp  ssh OpenSSH 9.2p1 Debian 2 (protocol 2.0)
`;
}

describe.skipIf(!hasNmap)(`the article, scanned${NMAP_NOTE}`, () => {
  test('when a service is started, one is stopped and one is updated then that is reported, and nothing else', async () => {
    const { base, now, ports } = await replay(async (file, list) => {
      const { status } = await synsum(['scan', '--save', file, '127.0.0.1', '--', '-p', list]);
      expect(status).toBe(0);
    });
    expect(await diff('--hosts', LAB, base, now)).toEqual({
      status: 1,
      stdout: changesOf(ports, 'lab'),
      stderr: '',
    });
    expect(await diff(base, base)).toEqual(NOTHING);
  });

  test.skipIf(!hasNdiff)(
    `when nmap writes the files then it is the same, and as ndiff says${NDIFF_NOTE}`,
    async () => {
      const { base, now, ports } = await replay(async (file, list) => {
        await runProgram('nmap', ['-sV', '-oX', file, '-p', list, '127.0.0.1']);
      });
      expect(await diff(base, now)).toEqual({ status: 1, stdout: changesOf(ports, '127.0.0.1'), stderr: '' });
      const { status, stdout } = await runProgram('ndiff', [base, now]);
      expect(status).toBe(1);
      const [ssh, smtp, ftp, other] = ports;
      expect(stdout).toMatch(new RegExp(`^-${ssh}/tcp +open +ssh .*8\\.4p1`, 'm'));
      expect(stdout).toMatch(new RegExp(`^\\+${ssh}/tcp +open +ssh .*9\\.2p1`, 'm'));
      expect(stdout).toMatch(new RegExp(`^-${smtp}/tcp +open +smtp`, 'm'));
      expect(stdout).toMatch(new RegExp(`^\\+${ftp}/tcp +open +ftp`, 'm'));
      expect(stdout).not.toMatch(new RegExp(`^[-+]${other}/tcp`, 'm'));
      expect((await runProgram('ndiff', [now, now])).status).toBe(0);
      expect(await diff(now, now)).toEqual(NOTHING);
    },
  );

  test.skipIf(!hasLoopback6)(`when it is IPv6 then likewise${LOOPBACK6_NOTE}`, async () => {
    const [kept = 0, gone = 0] = await freePorts(2);
    await serve(BANNER.ssh, kept, '::1');
    await serve(BANNER.ftp, gone, '::1');
    const scan = (file: string): Promise<Result> =>
      synsum(['scan', '--save', path.join(folder, file), '::1', '--', '-6', '-p', `${kept},${gone}`]);
    await scan('base6');
    stop(gone, '::1');
    await scan('now6');
    expect(await diff('base6', 'now6')).toEqual({
      status: 1,
      stdout: `\
::1 has had the following services removed:
- ${gone}/tcp  ftp  vsftpd 3.0.3 (the scan found it closed; last seen TIME)
`,
      stderr: '',
    });
  });

  test('when a later scan looks at fewer ports then what it did not look at is not gone', async () => {
    const [seen = 0, unseen = 0] = await freePorts(2);
    await serve(BANNER.ssh, seen);
    await serve(BANNER.ftp, unseen);
    const scan = (file: string, ports: string): Promise<Result> =>
      synsum(['scan', '--save', path.join(folder, file), '127.0.0.1', '--', '-p', ports]);
    await scan('wide', `${seen},${unseen}`);
    stop(unseen);
    await scan('narrow', `${seen}`);
    expect(await diff('wide', 'narrow')).toEqual(NOTHING);
    const { status, stdout } = await diff('-v', 'wide', 'narrow');
    expect(status).toBe(0);
    expect(stdout).toContain(`? ${unseen}/tcp  ftp  not seen yet (too little is known to expect it)`);
  });
});

describe.skipIf(!canCapture)(`the article, captured${CAPTURE_NOTE}`, () => {
  test('when clients use other services than before then that is reported', async () => {
    const [kept = 0, gone = 0, added = 0] = await freePorts(3);
    for (const port of [kept, gone, added]) await serve(BANNER.ssh, port);
    const [base, now] = [path.join(folder, 'base.pcap'), path.join(folder, 'now.pcap')];
    await captureWhile(base, async () => {
      for (let times = 0; times < 20; times++) for (const port of [kept, gone]) await visit(port);
    });
    await captureWhile(now, async () => {
      await visit(added);
      // As long as before: so long a silence has to mean something.
      for (let times = 0; times < 40; times++) await visit(kept);
    });
    setTimes(base, 1_700_000_000);
    setTimes(now, 1_700_001_000);
    const { status, stdout, stderr } = await diff(base, now);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(
        `^127\\.0\\.0\\.1 has had the following services added:\n` +
          `\\+ ${added}/tcp  up:${added}  1 connection; first seen TIME\n\n` +
          `127\\.0\\.0\\.1 has had the following services removed:\n` +
          `- ${gone}/tcp  up:${gone}  expected about \\d+ connections in this time, saw none; last seen TIME\n$`,
      ),
    );
    expect(await diff(base, base)).toEqual(NOTHING);
    // Saved in between, it is the same.
    const saved = path.join(folder, 'base.json');
    expect(await synsum(['save', '--force', '-q', '-o', saved, base])).toEqual(NOTHING);
    expect((await diff(saved, now)).stdout).toBe(stdout);
  });

  test('when a capture is still being made then what is seen until Ctrl-C is compared', async () => {
    const [port = 0] = await freePorts(1);
    await serve(BANNER.ssh, port);
    const capture = path.join(folder, 'one.pcap');
    await captureWhile(capture, () => visit(port));
    const base = write('empty.pcap', readFileSync(capture).subarray(0, 24));
    const child = start(['diff', base, '-']);
    const result = resultOf(child);
    await feed(child, readFileSync(capture));
    child.kill('SIGINT');
    const { status, stdout } = await result;
    expect(status).toBe(1);
    expect(stdout).toContain(`+ ${port}/tcp  up:${port}  1 connection; `);
  });
});

describe.skipIf(!hasNmap || !canCapture)(`open and unused${NMAP_NOTE || CAPTURE_NOTE}`, () => {
  test('when a scan and a capture disagree then it reports what is open and unused, and what is hidden', async () => {
    const [used = 0, unused = 0, hidden = 0] = await freePorts(3);
    await serve(BANNER.ssh, used);
    await serve(BANNER.ftp, unused);
    const [scan, capture] = [path.join(folder, 'scan.xml'), path.join(folder, 'used.pcap')];
    // Closed at the time of the scan, and open a little later.
    await runProgram('nmap', ['-sV', '-oX', scan, '-p', `${used},${unused},${hidden}`, '127.0.0.1']);
    await serve(BANNER.smtp, hidden);
    await captureWhile(capture, async () => {
      for (const port of [used, hidden, hidden]) await visit(port);
    });
    const expected = {
      status: 1,
      stdout: expect.stringMatching(
        new RegExp(
          '^Candidates to close: open to the scan, but not used in the captures, which cover \\d+ seconds?:\n' +
            `  127\\.0\\.0\\.1  ${unused}/tcp  ftp  vsftpd 3\\.0\\.3\n\n` +
            'Blocked from the scanner, or hidden: used in the captures, but not found open by the scan:\n' +
            `  127\\.0\\.0\\.1  ${hidden}/tcp  up:${hidden}  the scan found it closed; 2 connections\n$`,
        ),
      ),
      stderr: '',
    };
    expect(await diff('--open-unused', scan, capture)).toEqual(expected);
    expect(await diff('--open-unused', capture, scan)).toEqual(expected);
    const json = JSON.parse((await diff('--open-unused', '-f', 'json', scan, capture)).stdout);
    expect(json).toMatchObject({
      schema: 'synsum.open-unused',
      unused: [{ port: unused, product: 'vsftpd', version: '3.0.3' }],
      hidden: [{ port: hidden, connections: 2, state: 'closed', down: false }],
    });
    const markdown = await diff('--open-unused', '-f', 'markdown', scan, capture);
    expect(markdown.stdout).toContain(`| 127.0.0.1 | ${unused}/tcp | ftp | vsftpd 3.0.3 |`);
    const ignored = ['--ignore', `127.0.0.1:${unused}`, '--ignore', `:${hidden}`];
    expect(await diff('--open-unused', ...ignored, scan, capture)).toEqual(NOTHING);
    expect((await diff('--open-unused', '-v', ...ignored, scan, capture)).stdout).toBe(
      '2 services are expected or ignored, and not listed.\n',
    );
  });
});

describe('the sample', () => {
  const [mon, tue] = [write('mon.pcap', MONDAY), write('tue.pcap', TUESDAY)];
  const QUIET = write('quiet.pcap', sampleOf(0, 40));

  test('when nothing is new then nothing at all is printed', async () => {
    expect(await diff(...HOSTS, mon, tue)).toEqual(NOTHING);
    for (const format of ['text', 'markdown']) {
      expect(await diff(...HOSTS, '-f', format, OFFICE, OFFICE)).toEqual(NOTHING);
    }
  });

  test('when a machine has gone then that is reported where its silence is unlikely', async () => {
    const ours = write(
      'other.pcap',
      MONDAY.map((byte) => byte),
    );
    const capture = readFileSync(ours);
    // pluto, 12.13.15.166, is .167 from then on, as client and as server.
    for (let at = 24; at < capture.length; at += RECORD_LENGTH) {
      for (const end of [16 + 14 + 12, 16 + 14 + 16]) {
        if (capture.subarray(at + end, at + end + 4).equals(Buffer.from([12, 13, 15, 166]))) {
          capture[at + end + 3] = 167;
        }
      }
    }
    const { status, stdout, stderr } = await diff(...HOSTS, mon, write('moved.pcap', capture));
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(
      /^12\.13\.15\.167 has had the following services added:\n\+ 22\/tcp {3}ssh {4}[\d,]+ connections; first seen TIME\n\+ 873\/tcp {2}rsync {2}[\d,]+ connections; first seen TIME\n\npluto has had the following services removed:\n- 22\/tcp {3}ssh {4}expected about [\d,]+ connections in this time, saw none; last seen TIME\n- 873\/tcp {2}rsync {2}expected about [\d,]+ connections in this time, saw none; last seen TIME\n\nThe following machines are new:\n\+ 12\.13\.15\.167 {2}in the captures; first seen TIME\n\nThe following machines are gone:\n- pluto \(12\.13\.15\.166\) {2}expected about [\d,]+ connections in this time, saw none; last seen TIME\n$/,
    );
  });

  test('when the time compared is short then what is silent is not gone, unless less is asked for', async () => {
    expect(await diff(...HOSTS, OFFICE, QUIET)).toEqual(NOTHING);
    const { status, stdout } = await diff(...HOSTS, '-v', OFFICE, QUIET);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^\? 80\/tcp {2}http {2}not seen yet \(expected about 0\.\d+ in this time\); last seen TIME$/m,
    );
    expect(stdout).toContain('at most 5%');
    expect((await diff(...HOSTS, '--gone-probability', '0.95', OFFICE, QUIET)).status).toBe(1);
  });

  test('when clients are asked for then those that are new are reported', async () => {
    const rest = write('rest.pcap', sampleOf(40));
    const capture = readFileSync(rest);
    expect(await diff(...HOSTS, '--clients', rest, rest)).toEqual(NOTHING);
    // One SYN-ACK of pluto goes to goofy, who never used it.
    const at = 24 + RECORD_LENGTH;
    expect([...capture.subarray(at + 42, at + 46)]).toEqual([12, 13, 15, 166]);
    capture.set([12, 13, 15, 162], at + 46);
    const other = write('goofy.pcap', capture);
    expect(await diff(...HOSTS, rest, other)).toEqual(NOTHING);
    expect(await diff(...HOSTS, '--clients', rest, other)).toEqual({
      status: 1,
      stdout: expect.stringMatching(/^pluto's \w+ \(\d+\/tcp\) has other clients than before:\n\+ goofy\n$/),
      stderr: '',
    });
  });

  test('when changes are expected or ignored then they are not reported', async () => {
    const [first, all] = [write('first.pcap', sampleOf(0, 40)), OFFICE];
    const { stdout } = await diff(...HOSTS, first, all);
    expect(stdout).toContain('minnie has had the following services added:\n+ 80/tcp  http');
    expect(stdout).toContain('The following machines are new:\n');
    const ignore = [
      '--ignore',
      'minnie:http',
      '--ignore',
      'minnie',
      '--ignore',
      'dumbo',
      '--ignore',
      'goofy',
    ];
    expect(await diff(...HOSTS, ...ignore, first, all)).toEqual(NOTHING);
    const { stdout: told } = await diff(...HOSTS, '-v', ...ignore, first, all);
    expect(told).toMatch(/^\d changes are expected or ignored, and not listed\.\n$/);
    const sample = readFileSync(HOSTS[1] as string, 'utf8');
    const expecting = write('expecting.yaml', `${sample}\nexpected: [minnie, dumbo, goofy]\n`);
    expect(await diff('--hosts', expecting, first, all)).toEqual(NOTHING);
  });

  test('when names are given later then they are in the report', async () => {
    const hosts = write('later.yaml', readFileSync(HOSTS[1] as string, 'utf8'));
    const base = path.join(folder, 'named.json');
    await synsum(['save', '--force', '-q', '--hosts', hosts, '-o', base, write('few.pcap', sampleOf(0, 40))]);
    expect((await diff('--hosts', hosts, base, OFFICE)).stdout).toContain('minnie has had');
    write('later.yaml', readFileSync(hosts, 'utf8').replace('minnie', 'daisy'));
    const { stdout } = await diff('--hosts', hosts, base, OFFICE);
    expect(stdout).toContain('daisy has had the following services added:\n+ 80/tcp  http');
    expect(stdout).not.toContain('minnie');
  });

  test('when other formats are asked for then they say the same', async () => {
    const first = write('first.pcap', sampleOf(0, 40));
    const json = await diff(...HOSTS, '-f', 'json', first, OFFICE);
    const changes = JSON.parse(json.stdout);
    expect({ status: json.status, changes }).toMatchObject({
      status: 1,
      changes: { schema: 'synsum.changes', added: [{ server: 'minnie', port: 80 }], gone: [] },
    });
    const same = JSON.parse((await diff(...HOSTS, '-f', 'json', OFFICE, OFFICE)).stdout);
    expect(same).toMatchObject({ changes: 0, added: [] });
    const { stdout } = await diff(...HOSTS, '-f', 'markdown', first, OFFICE);
    expect(stdout).toContain('| minnie | 80/tcp | http |');
    const csv = await diff(...HOSTS, '-f', 'csv', first, OFFICE);
    expect(csv.stdout.split('\n').slice(0, 2).join('\n')).toMatch(
      /^change,machine,address,port,.*\nadded,minnie,12\.13\.15\.163,80,tcp,http,/,
    );
    const lines = (await diff(...HOSTS, '-f', 'ndjson', first, OFFICE)).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).type)).toEqual([
      'added',
      ...['new_machine', 'new_machine', 'new_machine'],
      'totals',
    ]);
    const file = path.join(folder, 'report.txt');
    expect(await diff(...HOSTS, '-o', file, first, OFFICE)).toEqual({ status: 1, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toContain('minnie has had');
  });

  test('when nothing is local then nothing is compared, and it says so', async () => {
    const { status, stdout, stderr } = await diff(OFFICE, OFFICE);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(
      /^synsum: no machine is local: list your networks in hosts\.yaml .*; nothing is compared/,
    );
    const plugin = await diff('-f', 'nagios', OFFICE, OFFICE);
    expect(plugin.status).toBe(3);
    expect(plugin.stdout).toContain('SYNSUM UNKNOWN - ');
  });

  test('when the baseline was saved under other names then it says so', async () => {
    const saved = path.join(folder, 'nameless.json');
    expect((await synsum(['save', '--force', '-q', '-o', saved, OFFICE])).status).toBe(0);
    const { status, stderr } = await diff(...HOSTS, saved, OFFICE);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('was it saved with another hosts.yaml?'),
    });
  });

  describe('when a machine was remote in the baseline', () => {
    const WAN = '203.0.113.50';
    const before = write('wan0.pcap', captureOfHour(0, { '10.0.0.1:22': 60, [`${WAN}:443`]: 10 }));
    const after = write('wan1.pcap', captureOfHour(1, { '10.0.0.1:22': 60, [`${WAN}:443`]: 10 }));
    const other = write(
      'wan2.pcap',
      captureOfHour(1, { '10.0.0.1:22': 60, [`${WAN}:443`]: 10, [`${WAN}:23`]: 1 }),
    );
    const named = write('named.yaml', `hosts: { wanbox: ${WAN} }\n`);
    const local = write('local.yaml', 'local: [10.0.0.0/8, 203.0.113.0/24]\n');
    const note = (machine: string): string =>
      `synsum: ${machine} was counted as remote in the baseline, so it is not reported as new\n`;
    const save = (...options: string[]): Promise<Result> =>
      synsum(['save', '--force', '-q', ...options, '-o', path.join(folder, 'wan.json'), before]);

    test('then it is not reported as new once it has a name, or is local', async () => {
      await save();
      const hosts = ['--hosts', named];
      expect(await diff(...hosts, 'wan.json', after)).toEqual({
        ...NOTHING,
        stderr: note(`wanbox (${WAN})`),
      });
      expect(await diff('--hosts', local, 'wan.json', after)).toEqual({ ...NOTHING, stderr: note(WAN) });
      expect(await diff(...hosts, '--clients', 'wan.json', after)).toMatchObject({ status: 0, stdout: '' });
      const json = await diff(...hosts, '-f', 'json', 'wan.json', after);
      expect(json.status).toBe(0);
      expect(JSON.parse(json.stdout)).toMatchObject({
        changes: 0,
        added: [],
        new_machines: [],
        remote_before: [
          { machine: 'wanbox', address: WAN, services: [{ port: 443, protocol: 'tcp', service: 'https' }] },
        ],
      });
      expect(await diff(...hosts, '-f', 'nagios', 'wan.json', after)).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(
          /^SYNSUM OK - no changes; 1 machine counted as remote in the baseline \|/,
        ),
        stderr: '',
      });
    });

    test('then a service that no remote machine had is reported as new', async () => {
      await save();
      expect(await diff('--hosts', named, 'wan.json', other)).toEqual({
        status: 1,
        stdout:
          'wanbox has had the following services added:\n+ 23/tcp  telnet  1 connection; first seen TIME\n',
        stderr: note(`wanbox (${WAN})`),
      });
    });

    test('then it is reported as new if it had its name already', async () => {
      await synsum([
        'save',
        '--force',
        '-q',
        '--hosts',
        named,
        '-o',
        path.join(folder, 'wan.json'),
        write('lan.pcap', captureOfHour(0, { '10.0.0.1:22': 60, '203.0.113.9:443': 9 })),
      ]);
      const { status, stdout, stderr } = await diff('--hosts', named, 'wan.json', after);
      expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
      expect(stdout).toContain('+ 443/tcp  https  10 connections');
      expect(stdout).toContain('The following machines are new:');
    });
  });

  test('when nothing was seen in the sources to compare then it says so, and a plugin does not know', async () => {
    const silent = write('silent.pcap', sampleOf(0, 0));
    const { status, stdout, stderr } = await diff(...HOSTS, OFFICE, silent);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toContain('nothing was seen in the sources to compare');
    expect((await diff(...HOSTS, '-f', 'nagios', OFFICE, silent)).status).toBe(3);
  });

  test('when a time is chosen then only that is compared', async () => {
    const { status, stdout } = await diff(
      ...HOSTS,
      '--until',
      '2007-06-21T09:00:00Z',
      '-f',
      'json',
      OFFICE,
      mon,
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout).changes).toBe(0);
  });

  describe('when a time is chosen and the baseline is a saved inventory', () => {
    const BOTH = { '10.0.0.1:22': 60, '10.0.0.1:80': 60 };
    const hour = write('hour.pcap', captureOfHour(0, BOTH));
    // ssh stops after an hour, and telnet begins.
    const later = write(
      'later.pcap',
      appended(captureOfHour(1, BOTH), captureOfHour(2, { '10.0.0.1:23': 6, '10.0.0.1:80': 60 })),
    );
    const TWO = '2026-01-01T02:00:00Z';
    const WHOLE =
      'synsum: hour.json: a saved inventory, so it is compared as a whole; --since and --until apply to captures only\n';
    const ADDED =
      '10.0.0.1 has had the following services added:\n+ 23/tcp  telnet  6 connections; first seen TIME\n';
    const save = (): Promise<Result> =>
      synsum(['save', '--force', '-q', '-o', path.join(folder, 'hour.json'), hour]);

    test('then it is compared as a whole, and the time chooses from the captures', async () => {
      await save();
      expect(await diff('hour.json', later)).toEqual({ status: 1, stdout: ADDED, stderr: '' });
      expect(await diff('--until', TWO, 'hour.json', later)).toEqual({ ...NOTHING, stderr: WHOLE });
      expect(await diff('--since', TWO, 'hour.json', later)).toEqual({
        status: 1,
        stdout: `${ADDED}
10.0.0.1 has had the following services removed:
- 22/tcp  ssh  expected about 60 connections in this time, saw none; last seen TIME
`,
        stderr: WHOLE,
      });
      expect(await diff('--since', '2027-01-01', 'hour.json', later)).toEqual({
        ...NOTHING,
        stderr: expect.stringMatching(new RegExp(`^${WHOLE}synsum: nothing was seen`)),
      });
    });

    test('then a plugin judges it, and a saved inventory that is compared with it is refused', async () => {
      await save();
      expect(await diff('-f', 'nagios', '--until', TWO, 'hour.json', later)).toMatchObject({ status: 0 });
      expect(await diff('-f', 'nagios', '--since', TWO, 'hour.json', later)).toMatchObject({ status: 1 });
      expect(await diff('--until', TWO, hour, 'hour.json')).toEqual({
        status: 2,
        stdout: '',
        stderr: expect.stringContaining('hour.json: found a saved inventory, expected captures'),
      });
    });
  });

  test('when some input is damaged then the rest is compared, and the status is 3', async () => {
    const cut = write('cut.pcap', TUESDAY.subarray(0, -10));
    const { status, stdout, stderr } = await diff(...HOSTS, mon, cut);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(/cut\.pcap: at byte \d+: cut short in a packet record/);
    const { status: other, stdout: text } = await diff(...HOSTS, write('first.pcap', sampleOf(0, 40)), cut);
    expect(other).toBe(3);
    expect(text).toContain('minnie has had');
  });
});

describe('what is wrong', () => {
  const mon = write('mon.pcap', MONDAY);

  test.each([
    [['missing.json', mon], 'synsum: missing.json: no such file\n'],
    [[mon, 'missing.json'], 'synsum: missing.json: no such file\n'],
    [
      [mon, 'missing.json', 'missing.xml'],
      'synsum: missing.json: no such file\nsynsum: missing.xml: no such file\n',
    ],
    [['-', '-'], 'synsum: -: standard input is named twice, expected it once\n'],
    [
      ['--since', '2007-06-21', mon, 'mon.json'],
      'synsum: mon.json: found a saved inventory, expected captures: --since and --until select single SYN-ACKs\n',
    ],
    [
      ['--warning', '3', mon, mon],
      'synsum: --warning: found -f text, expected -f nagios: only it has thresholds\n',
    ],
    [
      ['-f', 'nagios', '--open-unused', mon, mon],
      'synsum: --open-unused: found -f nagios, expected text, json or markdown\n',
    ],
    [
      ['--open-unused', mon, mon, '--allow-duplicates'],
      'synsum: --open-unused: expected a scan and a capture, or inventories that contain them\n',
    ],
    [['--ignore', '*:70000', mon, mon], 'synsum: --ignore: found'],
    [
      ['--gone-probability', '2', mon, mon],
      "synsum: option '--gone-probability <p>' argument '2' is invalid. Expected a number between 0 and 1.\n",
    ],
    [[mon], "synsum: missing required argument 'source'\n"],
    [['-o', mon, mon, mon], `synsum: -o ${mon}: is one of the sources, expected another file to write to\n`],
  ])('when it is %j then it says so, with status 2', async (args, message) => {
    await synsum(['save', '--force', '-q', '-o', path.join(folder, 'mon.json'), mon]);
    const { status, stdout, stderr } = await diff(...args);
    const plugin = args.includes('nagios');
    expect(status).toBe(plugin ? 3 : 2);
    if (plugin) expect(stdout).toMatch(/^SYNSUM UNKNOWN - /);
    else expect({ stdout, stderr }).toEqual({ stdout: '', stderr: expect.stringContaining(message) });
  });
});

describe('as a plugin', () => {
  const [first, mon] = [write('first.pcap', sampleOf(0, 40)), write('mon.pcap', MONDAY)];
  const plugin = (...args: string[]): Promise<Result> => diff('-f', 'nagios', ...HOSTS, ...args);
  const METRICS = 'added=1;;;0 gone=0;;;0 changed=0;;;0 new_machines=3;;;0 gone_machines=0;;;0 clients=0;;;0';

  test.each([
    [[], 1, 'WARNING', '0;'],
    [['--warning', '4'], 0, 'OK', '4;'],
    [['--warning', '10', '--critical', '3'], 2, 'CRITICAL', '10;3'],
    [['--critical', '@4:9'], 2, 'CRITICAL', '0;@4:9'],
  ])('when thresholds are %j then the status is %i', async (thresholds, status, level, ranges) => {
    expect(await plugin(...thresholds, first, OFFICE)).toEqual({
      status,
      stdout:
        `SYNSUM ${level} - 1 service added, 3 new machines: ` +
        'minnie 80/tcp http added, dumbo new, goofy new, minnie new ' +
        `| changes=4;${ranges};0 ${METRICS}\n`,
      stderr: '',
    });
  });

  test('when nothing has changed then it is OK', async () => {
    const { status, stdout } = await plugin(mon, mon);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^SYNSUM OK - no changes \| changes=0;0;;0 /);
  });

  test('when some input is damaged then OK is UNKNOWN, and an alert stays one', async () => {
    const cut = write('cut.pcap', MONDAY.subarray(0, -10));
    expect(await plugin(mon, cut)).toMatchObject({
      status: 3,
      stdout: 'SYNSUM UNKNOWN - some input could not be read completely\n',
    });
    expect((await plugin(first, cut)).status).toBe(1);
  });

  const BAD = write('bad.yaml', 'hosts: { www: 010.0.0.1 }\n');
  test.each([
    [[mon, 'missing.pcap'], 'missing.pcap: no such file'],
    [['missing.json', mon], 'missing.json: no such file'],
    [[mon], 'missing required argument source'],
    [['--bogus', mon, mon], 'unknown option --bogus'],
    [['--warning', 'x', mon, mon], '--warning: '],
    [['--hosts', 'missing.yaml', mon, mon], 'missing.yaml: found no such file'],
    [['--hosts', BAD, mon, mon], 'found 010.0.0.1'],
    [['--since', 'whenever', mon, mon], '--since: found whenever'],
    [['--open-unused', mon, mon], '--open-unused: found -f nagios'],
    [['-o', '/nonexistent/x', mon, mon], '-o /nonexistent/x: no such file or directory'],
  ])('when it is given %j then it is UNKNOWN, with the reason', async (args, reason) => {
    const { status, stdout } = await diff('-f', 'nagios', ...args);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^SYNSUM UNKNOWN - [^|\n]*\n$/);
    expect(stdout).toContain(reason);
    expect(stdout).not.toContain('synsum: ');
  });

  test.each([['-fnagios'], ['--format=nagios'], ['-vfnagios']])(
    'when it is asked for as %s then it is UNKNOWN too',
    async (option) => {
      expect(await diff(option, '--bogus')).toMatchObject({
        status: 3,
        stdout: 'SYNSUM UNKNOWN - unknown option --bogus\n',
      });
    },
  );

  test('when help is asked for then that is not an error', async () => {
    const { status, stdout } = await diff('-f', 'nagios', '--help');
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('Usage: synsum diff') });
  });
});
