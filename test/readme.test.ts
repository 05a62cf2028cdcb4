// Runs every command in the README as it is written there, except for two that a test machine cannot run: ssh runs its
// command on this machine, and tcpdump reads the sample instead of listening to eth0.

import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, shell } from './helpers/program.js';

const OFFICE = path.join(ROOT, 'samples/office.pcap');
const HOSTS = path.join(ROOT, 'samples/hosts.yaml');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

function blocksOf(language: string): string[] {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm');
  return [...README.matchAll(fence)].map(([, indent = '', text = '']) =>
    text.replaceAll(`\n${indent}`, '\n').trim(),
  );
}

const commands = blocksOf('sh').flatMap((block) => block.split('\n').map((line) => line.trim()));
const needsClone = commands.filter((command) => command.startsWith('npm install'));
const others = commands.filter((command) => !command.startsWith('npm install'));

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

const STAND_INS = `
  ssh() { shift; eval "\${1//\\/root\\//}"; }
  tcpdump() {
    local args=()
    for arg in "$@"; do [ "$arg" = -i ] && arg=-r; [ "$arg" = eth0 ] && arg=router.pcap; args+=("$arg"); done
    command tcpdump "\${args[@]}"
  }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
  for (const name of ['synacks.pcap', 'router.pcap']) copyFileSync(OFFICE, path.join(folder, name));
  for (const name of ['monday.pcap', 'tuesday.pcap', 'captures/tuesday.pcap']) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    copyFileSync(path.join(ROOT, 'samples', path.basename(name)), path.join(folder, name));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the README', () => {
  test('when its commands are counted, then there are those that a new user needs', () => {
    expect(needsClone).toEqual([
      'npm install && npx synsum samples/office.pcap --names samples/hosts.yaml',
      'npm install && npm test',
    ]);
    expect(others.length).toBeGreaterThan(10);
  });

  test('when the first one is run in a fresh copy of the project, then it prints what the README says', async () => {
    const copy = path.join(folder, 'clone');
    mkdirSync(copy);
    const { stdout: tracked } = await shell('git ls-files --cached --others --exclude-standard -z');
    for (const file of tracked.split('\0').filter((name) => name !== '' && !name.startsWith('test/'))) {
      cpSync(path.join(ROOT, file), path.join(copy, file));
    }
    const [command = ''] = needsClone;
    const env = Object.fromEntries(Object.entries(process.env).map(([key, value]) => [key, value ?? '']));
    const result = await shell(command.replace(' && ', ' >npm.log 2>&1 && '), { cwd: copy, env });
    const [table = ''] = blocksOf('text');
    const rows = table
      .split('\n')
      .slice(2)
      // Only the table separates thousands.
      .map((line) => line.trim().replace(',', '').split(/ +/));
    expect(
      result.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.trim().split(/ +/)),
    ).toEqual(rows);
    const asTable = await shell(`${command.split(' && ')[1]} -f table`, { cwd: copy, env });
    expect(asTable.stdout.trimEnd()).toBe(table);
  });

  test('when the second one is run, then it is these tests', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    expect(scripts.test).toBe('vitest run');
  });

  // In their order and in one folder, because the hosts.yaml that one command writes is used by the next ones.
  for (const command of others) {
    const missing = ['tcpdump', 'jq', ...(command.startsWith('synsum scan') ? ['nmap'] : [])].filter(
      (program) => (program === 'nmap' || new RegExp(`\\b${program}\\b`).test(command)) && !has(program),
    );
    const note = missing.length === 0 ? '' : ` (skipped: not installed: ${missing.join(', ')})`;
    test.skipIf(missing.length > 0)(`when the user types ${command}, then it works${note}`, async () => {
      const { status, stdout, stderr } = await shell(`${STAND_INS}\n${command}`, { cwd: folder });
      const compares = /^synsum (diff|check)/.test(command);
      expect(stderr).not.toContain('rror');
      expect(compares ? [0, 1] : [0]).toContain(status);
      const isSilent = / -o | -w synacks|synsum record /.test(command) || (compares && status === 0);
      expect(stdout === '').toBe(isSilent);
      // The README shows the output of this command.
      if (command === 'synsum diff monday.json tuesday.pcap')
        expect(stdout.trimEnd()).toBe(blocksOf('text')[1]);
      // Then the user gives the machines their names.
      if (command.startsWith('synsum init')) copyFileSync(HOSTS, path.join(folder, 'hosts.yaml'));
    });
  }

  test('when its hosts.yaml is used, then it has no mistakes', async () => {
    const [example = ''] = blocksOf('yaml');
    const { status, stdout, stderr } = await shell(
      'cat > example.yaml && synsum -q synacks.pcap --hosts example.yaml',
      {
        cwd: folder,
        input: Buffer.from(`${example}\n`),
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(' pluto ');
  });
});
