// Completion in the real shells, in a terminal: a text is typed, then Tab and Enter, and a function called `synsum`
// prints the words that it gets. Names in hosts.yaml and in a store come from anybody, so none may be evaluated.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, shell as run, synsum } from '../../helpers/program.js';
import { hasTmux, Terminal } from '../live-terminal.js';
import { OFFICE } from '../office.js';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

const HOSTILE = [
  '$(touch pwned)',
  '`touch pwned`',
  "quote's; touch pwned",
  '"; touch pwned; "',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: for shells.
  '${x@P} {a,b} *',
  'back\\slash $HOME ~',
  '<(touch pwned)',
  '& touch pwned & #',
  'bang !! !touch',
];

const HOSTS = `hosts:
  dumbo: 12.13.14.137
  Front desk: 12.13.14.138
${HOSTILE.map((name, at) => `  ${JSON.stringify(`x${at}${name}`)}: 12.13.15.${at}`).join('\n')}
services: { 9999: gnump3dd }
`;

interface Shell {
  readonly name: string;
  readonly command: string;
  /** The file that it reads first. */
  readonly file: string;
  readonly setup: string;
}

const SHELLS: readonly Shell[] = [
  {
    name: 'bash',
    command: 'bash --noprofile --rcfile setup -i',
    file: 'setup',
    setup: `PS1='ready$ '; eval "$(command synsum completion bash)"; synsum() { printf '[%s]' "$@"; echo; }\n`,
  },
  {
    name: 'zsh',
    command: 'env ZDOTDIR=. zsh -d -i',
    file: '.zshrc',
    setup: `PS1='ready$ '; autoload -Uz compinit; compinit -u -D; eval "$(command synsum completion zsh)"
synsum() { printf '[%s]' "$@"; echo; }\n`,
  },
  {
    name: 'fish',
    command: "fish --no-config -C 'source setup'",
    file: 'setup',
    setup: `function fish_prompt; printf 'ready$ '; end; command synsum completion fish | source
function synsum; printf '[%s]' $argv; echo; end\n`,
  },
];

/** What is typed, and the words of the command line after Tab. */
const CASES: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ['di', ['diff']],
  ['his', ['history']],
  ['capture.pc', ['capture.pcap']],
  ['diff --numer', ['diff', '--numeric']],
  ['map -f d', ['map', '-f', 'dot']],
  ['map --format=sv', ['map', '--format=svg']],
  ['--format nd', ['--format', 'ndjson']],
  ['-q history time', ['-q', 'history', 'timeline']],
  ['--server dumbo services --sort po', ['--server', 'dumbo', 'services', '--sort', 'port']],
  ['help sc', ['help', 'scan']],
  ['completion pow', ['completion', 'powershell']],
  ['check --dir fol', ['check', '--dir', 'folder']],
  ['diff --names hos', ['diff', '--names', 'hosts.yaml']],
  ['history new hist', ['history', 'new', 'history.db']],
  ['history new history.db --sensor fr', ['history', 'new', 'history.db', '--sensor', 'frankfurt-1']],
  ['record --store history.db --sensor fr', ['record', '--store', 'history.db', '--sensor', 'frankfurt-1']],
  ['--tz Europe/Berl', ['--tz', 'Europe/Berlin']],
  ['--client du', ['--client', 'dumbo']],
  ['--client Fr', ['--client', 'Front desk']],
  ["--client 'Fr", ['--client', 'Front desk']],
  ['--client "Fr', ['--client', 'Front desk']],
  ['--server=du', ['--server=dumbo']],
  ['scan dum', ['scan', 'dumbo']],
  ['diff --service gnump3dd', ['diff', '--service', 'gnump3dd']],
  ['--service https-a', ['--service', 'https-alt']],
  ['--client dumbo,Fro', ['--client', 'dumbo,Front desk']],
  ['--names other.yaml --client min', ['--names', 'other.yaml', '--client', 'minnie']],
  ['--names=other.yaml --client min', ['--names=other.yaml', '--client', 'minnie']],
  ...HOSTILE.map((name, at) => [`--client x${at}`, ['--client', `x${at}${name}`]] as const),
];

async function fill(folder: string): Promise<void> {
  writeFileSync(path.join(folder, 'hosts.yaml'), HOSTS);
  writeFileSync(path.join(folder, 'other.yaml'), 'hosts: { minnie: 10.0.0.1 }\n');
  writeFileSync(path.join(folder, 'capture.pcap'), '');
  mkdirSync(path.join(folder, 'folder'));
  mkdirSync(path.join(folder, 'bin'));
  mkdirSync(path.join(folder, 'home'));
  const program = path.join(folder, 'bin/synsum');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${ROOT}dist/bin/synsum.cjs' "$@"\n`);
  chmodSync(program, 0o755);
  const store = ['record', '--store', 'history.db', '--sensor', 'frankfurt-1', OFFICE];
  expect(await synsum(store, { cwd: folder })).toMatchObject({ status: 0 });
}

describe.each(SHELLS)('completion in $name', ({ name, command, file, setup }) => {
  const isHere = hasTmux && has(name);
  const note = isHere ? '' : ` (skipped: ${hasTmux ? name : 'tmux'} is missing)`;
  const terminal = new Terminal();
  beforeAll(async () => {
    if (!isHere) return;
    await fill(terminal.folder);
    writeFileSync(path.join(terminal.folder, file), setup);
    const PATH = `'${path.join(terminal.folder, 'bin')}:${process.env['PATH']}'`;
    // Shells write their history and settings.
    const settings = ['HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME'].map(
      (variable) => `${variable}=${path.join(terminal.folder, 'home')}`,
    );
    await terminal.startShell(command, { width: 200, env: `${settings.join(' ')} PATH=${PATH}` });
  }, 60_000);
  afterAll(() => terminal.close());

  test.skipIf(!isHere).each(CASES)(
    `when %s and Tab are typed, then the words are %j${note}`,
    async (typed, words) => {
      await terminal.type(`synsum ${typed}`);
      await terminal.keys('Tab', 'Enter');
      const printed = words.map((word) => `[${word}]`).join('');
      // zsh removes the slash after the name of a folder.
      await terminal.until((text) =>
        text
          .replaceAll('/]', ']')
          .split('\n')
          .some((line) => line.startsWith(printed)),
      );
      await terminal.keys('C-l');
      await terminal.until((text) => text.trim() === 'ready$');
      expect(existsSync(path.join(terminal.folder, 'pwned'))).toBe(false);
    },
  );
});

describe('completion in PowerShell', () => {
  const isHere = has('pwsh');
  const note = isHere ? '' : ' (skipped: pwsh is missing, so its script is not tested)';
  test.skipIf(!isHere)(
    `when a command, an option, a choice and a name begin, then they are completed${note}`,
    async () => {
      const terminal = new Terminal();
      await fill(terminal.folder);
      for (const [typed, found] of [
        ['synsum di', 'diff'],
        ['synsum diff --numer', '--numeric'],
        ['synsum map -f d', 'dot'],
        ['synsum --client Fr', "'Front desk'"],
        ['synsum --client x2', "'x2quote''s; touch pwned'"],
      ]) {
        const script = `synsum completion powershell | Out-String | Invoke-Expression
        [Management.Automation.CommandCompletion]::CompleteInput('${typed}', ${typed?.length}, $null).CompletionMatches |
          ForEach-Object { $_.CompletionText }`;
        const { stdout } = spawnSync('pwsh', ['-NoProfile', '-Command', script], {
          cwd: terminal.folder,
          encoding: 'utf8',
          env: { ...process.env, PATH: `${path.join(terminal.folder, 'bin')}:${process.env['PATH']}` },
        });
        expect(stdout.trim()).toBe(found);
      }
    },
  );
});

describe('synsum completion names', () => {
  const names = async (cwd: string, ...words: string[]): Promise<unknown> =>
    synsum(['completion', 'names', '--', ...words], { cwd });
  const nothing = { status: 0, stdout: '', stderr: '' };

  test('when files are missing, damaged or pipes, then it prints nothing and does not wait', async () => {
    const { folder } = new Terminal();
    const hosts = path.join(folder, 'hosts.yaml');
    writeFileSync(hosts, 'hosts: [');
    expect(await names(folder, 'zsh', 'machines', '')).toEqual(nothing);
    expect(await names(folder, 'zsh', 'machines', '', '--names', 'missing.yaml')).toEqual(nothing);
    writeFileSync(path.join(folder, 'text.db'), 'not a store');
    await run('mkfifo pipe', { cwd: folder });
    for (const store of ['text.db', 'missing.db', 'pipe', '.', 'store:x?y=z', 'store:pipe', '']) {
      expect(await names(folder, 'zsh', 'sensors', '', 'history', 'new', store)).toEqual(nothing);
      expect(await names(folder, 'zsh', 'sensors', '', '--store', store)).toEqual(nothing);
    }
    expect(await names(folder, 'zsh', 'machines', '', '--names', 'pipe')).toEqual(nothing);
    expect(await names(folder, 'zsh', 'machines', '', '--names', '/dev/zero')).toEqual(nothing);
    writeFileSync(hosts, 'names_from: [pipe, /dev/zero]\nhosts: { here: 10.0.0.1 }\n');
    expect(await names(folder, 'zsh', 'machines', '')).toEqual({ ...nothing, stdout: 'here\n' });
    writeFileSync(hosts, `hosts: { here: 10.0.0.1 }\n${'#'.repeat(3 << 20)}\n`);
    expect(await names(folder, 'zsh', 'machines', '')).toEqual(nothing);
    expect(await names(folder, 'zsh', 'colours', '')).toEqual(nothing);
    expect(await names(folder)).toMatchObject({ stdout: '' });
  });

  test('when a store has names with characters that a terminal obeys, then they are left out', async () => {
    const { folder } = new Terminal();
    const store = path.join(folder, 'history.db');
    await synsum(['record', '--store', store, '--sensor', 'good', OFFICE]);
    const script = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for at, name in enumerate(['a\\nb', 'c\\x1b[31m', 'd\\u2028', 'e\\u202e', 'fine $(x)']):
    db.execute('INSERT INTO sensors (id, name) VALUES (?, ?)', (100 + at, name))
db.commit()`;
    expect(spawnSync('python3', ['-c', script, store], { encoding: 'utf8' }).stderr).toBe('');
    expect(await names(folder, 'zsh', 'sensors', '', 'history', 'new', 'history.db')).toEqual({
      ...nothing,
      stdout: 'fine $(x)\ngood\n',
    });
  });

  test('when there are thousands of names, then those that begin with the word are chosen first', async () => {
    const { folder } = new Terminal();
    const lines = Array.from({ length: 5000 }, (_, at) => `  host-${at}: 10.0.${at >> 8}.${at & 255}`);
    writeFileSync(path.join(folder, 'hosts.yaml'), `hosts:\n${lines.join('\n')}\n`);
    const all = (await names(folder, 'zsh', 'machines', '')) as { stdout: string };
    expect(all.stdout.split('\n')).toHaveLength(1001);
    expect(await names(folder, 'zsh', 'machines', 'host-4999')).toEqual({
      ...nothing,
      stdout: 'host-4999\n',
    });
  });
});
