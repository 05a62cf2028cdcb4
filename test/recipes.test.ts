// Runs the recipes of docs/recipes.md as they are written. ssh runs its command on this machine, tcpdump and nmap hand out
// recorded files, sendmail keeps the mail, and the webhook is a server of this test. Everything else is real.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Result, ROOT, shell } from './helpers/program.js';

const TEXT = readFileSync(path.join(ROOT, 'docs/recipes.md'), 'utf8');
const SECTIONS = new Map(
  TEXT.split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);
const has = (program: string, option = '--version'): boolean => spawnSync(program, [option]).status === 0;
const hasNft = spawnSync('unshare', ['-n', 'nft', 'list', 'ruleset']).status === 0;
const NFT_NOTE = hasNft ? '' : ' (skipped: nft cannot run here)';
const hasSqlite = has('sqlite3');
const SQLITE_NOTE = hasSqlite ? '' : ' (skipped: sqlite3 is not installed)';
const canPost = has('jq') && has('curl');
const POST_NOTE = canPost ? '' : ' (skipped: jq or curl is not installed)';

const work = mkdtempSync(path.join(tmpdir(), 'synsum-recipes-'));
const BIN = path.join(work, 'bin');

beforeAll(() => {
  mkdirSync(BIN);
  const programs: Readonly<Record<string, string>> = {
    synsum: `exec '${process.execPath}' '${ROOT}dist/bin/synsum.cjs' "$@"`,
    ssh: '[ "$1" = root@router ] || exit 255; exec sh -c "$2"',
    // Writes to standard output what passed, as the real one with -w -; the arguments are checked.
    tcpdump: `case "$*" in '-i br-lan -np -s 128 -U -w - tcp') cat '${ROOT}samples/office.pcap' ;; *) exit 1 ;; esac`,
    nmap: `[ "$1 $2" = '-sV -oX' ] || exit 1; cp '${ROOT}test/scans/synsum__lan.xml' "$3"`,
    sendmail: '[ "$*" = -t ] || exit 1; cat >> "$MAIL"',
  };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(path.join(BIN, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(BIN, name), 0o755);
  }
});
afterAll(() => rmSync(work, { recursive: true }));

interface Kitchen {
  readonly folder: string;
  /** Writes the files of a recipe, and runs its commands in one shell that ends at the first failure. */
  cook(wrapper?: string): Promise<Result>;
  read(name: string): string;
}

/** A folder with samples, in which the paths of a recipe are. Files were written two hours ago. */
function kitchen(title: string): Kitchen {
  const folder = mkdtempSync(path.join(work, 'recipe-'));
  const hosts = title.startsWith('Router') || title.startsWith('OpenWrt') ? [] : ['hosts.yaml'];
  for (const name of ['office.pcap', 'monday.pcap', 'tuesday.pcap', ...hosts]) {
    cpSync(path.join(ROOT, 'samples', name), path.join(folder, name));
  }
  for (const name of ['captures', 'lib', 'etc']) mkdirSync(path.join(folder, name));
  writeFileSync(path.join(folder, 'dhcp.leases'), '1790000000 00:00:00:00:00:01 12.13.15.166 pluto *\n');
  const section = SECTIONS.get(title) ?? '';
  const place = (text: string): string =>
    text
      .replaceAll('/var/captures', path.join(folder, 'captures'))
      .replaceAll('/var/lib/synsum', path.join(folder, 'lib'))
      .replaceAll('/tmp/dhcp.leases', path.join(folder, 'dhcp.leases'));
  const blocks = [...section.matchAll(/^```sh(?: file=(\S+))?\n([\s\S]*?)^```/gm)];
  return {
    folder,
    cook: (wrapper = '') => {
      const commands: string[] = [];
      for (const [, file, text = ''] of blocks) {
        if (file === undefined) commands.push(place(text));
        // Files that the test has made stay.
        else if (!existsSync(path.join(folder, file))) writeFileSync(path.join(folder, file), place(text));
      }
      expect(commands.length).toBeGreaterThan(0);
      const script = `set -e\nexport PATH='${BIN}':"$PATH"\n${commands.join('')}`;
      writeFileSync(path.join(folder, 'script'), script);
      const env = { MAIL: path.join(folder, 'mail'), SYNSUM_HOSTS: path.join(folder, 'hosts.yaml') };
      return shell(`${wrapper} bash script`, {
        cwd: folder,
        env: title.startsWith('Router') ? { MAIL: env.MAIL } : env,
      });
    },
    read: (name) => readFileSync(path.join(folder, name), 'utf8'),
  };
}

/** A capture of two hours ago in the folder of captures. */
function addCapture(folder: string, name: string): void {
  const file = path.join(folder, 'captures', name);
  cpSync(path.join(ROOT, 'samples', name), file);
  const time = Date.now() / 1000 - 7200;
  utimesSync(file, time, time);
}

test('when recipes are counted, then each is in the list at the top and is tried here', () => {
  const listed = [...TEXT.matchAll(/^- \[(.*)\]\(#/gm)].map(([, title]) => title);
  expect([...SECTIONS.keys()]).toEqual(listed);
  const source = readFileSync(new URL(import.meta.url), 'utf8');
  for (const title of listed) if (title !== 'Windows') expect(source).toContain(`kitchen('${title}')`);
});

test.skipIf(!hasNft)(`router to firewall in an hour${NFT_NOTE}`, async () => {
  const { cook, read } = kitchen('Router to firewall in an hour');
  const { status, stdout, stderr } = await cook('unshare -n');
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(read('hosts.yaml')).toContain('12.13.15.');
  expect(stdout).toContain('rsync');
  expect(read('trial.nft')).toContain('log');
  expect(read('loaded.json')).toContain('"synsum"');
  expect(stderr).toMatch(/let through, 0 refused, 0 undecided/);
});

test('a week of change reports by mail', async () => {
  const { folder, cook, read } = kitchen('A week of change reports by mail');
  addCapture(folder, 'monday.pcap');
  expect(await cook()).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(existsSync(path.join(folder, 'mail'))).toBe(false);
  rmSync(path.join(folder, 'captures/monday.pcap'));
  addCapture(folder, 'tuesday.pcap');
  expect(await cook()).toEqual({ status: 0, stdout: '', stderr: '' });
  const mail = read('mail');
  expect(mail).toMatch(/^To: admin@example\.org\nSubject: Changes in the network\n\n/);
  expect(mail).toContain('has had the following services added:');
  expect(existsSync(path.join(folder, 'lib/last-week.json'))).toBe(true);
});

test('nmap with captures', async () => {
  const { cook } = kitchen('nmap with captures');
  const { status, stdout } = await cook();
  expect(status).toBe(0);
  expect(stdout).toContain('OpenSSH');
});

test('a fleet in a day', async () => {
  const { cook } = kitchen('A fleet in a day');
  const { status, stdout } = await cook();
  expect(status).toBe(0);
  expect(stdout).toContain('pluto');
});

test('OpenWrt and pfSense', async () => {
  const { cook } = kitchen('OpenWrt and pfSense');
  const { status, stdout, stderr } = await cook();
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(stdout).toContain('pluto,12.13.15.166,22,tcp,ssh');
});

test.skipIf(!hasSqlite)(`Grafana on the store${SQLITE_NOTE}`, async () => {
  const { folder, cook } = kitchen('Grafana on the store');
  expect((await cook()).status).toBe(0);
  const queries = [...(SECTIONS.get('Grafana on the store') ?? '').matchAll(/^```sql\n([\s\S]*?)^```/gm)];
  expect(queries).toHaveLength(2);
  // Grafana fills in milliseconds since 1970.
  const [from, to] = ['2007-06-01', '2007-07-01'].map((day) => String(Date.parse(day)));
  for (const [, query = ''] of queries) {
    const filled = query.replaceAll('$__from', from ?? '').replaceAll('$__to', to ?? '');
    const { status, stdout, stderr } = spawnSync(
      'sqlite3',
      ['-header', path.join(folder, 'history.db'), filled],
      {
        encoding: 'utf8',
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trim().split('\n').length).toBeGreaterThan(3);
  }
});

test.skipIf(!canPost)(`Slack from cron${POST_NOTE}`, async () => {
  const { folder, cook } = kitchen('Slack from cron');
  const posted: { type: string | undefined; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      posted.push({ type: request.headers['content-type'], body });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const config =
    /^```sh file=slack\.conf\n([\s\S]*?)^```/m.exec(SECTIONS.get('Slack from cron') ?? '')?.[1] ?? '';
  expect(config).toContain('https://hooks.slack.com');
  writeFileSync(
    path.join(folder, 'slack.conf'),
    config.replace('https://hooks.slack.com', `http://127.0.0.1:${port}`),
  );
  addCapture(folder, 'tuesday.pcap');
  try {
    expect(await cook()).toMatchObject({ status: 0, stdout: 'ok' });
  } finally {
    server.close();
  }
  expect(posted).toHaveLength(1);
  expect(posted[0]?.type).toBe('application/json');
  expect((JSON.parse(posted[0]?.body ?? '') as { text: string }).text).toMatch(
    /^```\n[\s\S]*has had the following services added:[\s\S]*```$/,
  );
});
