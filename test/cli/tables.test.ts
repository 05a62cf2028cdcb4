// Tables and reports as people see them, at several widths: in a pipe of that width, and on a real terminal, which must show
// the same. The expected texts are in tables/, as files, because they are best judged by looking at them.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { widthOf } from '../../src/views/width.js';
import { ROOT, shell } from '../helpers/program.js';
import { COMMANDS, makeNetwork, TABLES } from './awkward.js';

const PROGRAM = `${process.execPath} ${ROOT}dist/bin/synsum.cjs`;
const WIDTHS = [60, 80, 120, 300];
const hasTmux = (await shell('tmux -V')).status === 0;

const folder = makeNetwork();
beforeAll(async () => {
  mkdirSync(path.join(folder, 'captures'));
  const { status } = await shell(
    'cp tuesday.pcap captures && synsum save -q --hosts names.yaml -o monday.json monday.pcap',
    { cwd: folder },
  );
  expect(status).toBe(0);
});

/** A check keeps what it has reported, so each run gets a baseline of its own. */
function scriptOf(name: string): string {
  const command = COMMANDS[name] ?? '';
  return name === 'check' ? `rm -f base.*; cp monday.json base.json; ${command}` : command;
}

async function run(name: string, width: number): Promise<string> {
  const format = TABLES.includes(name) ? ' -f table' : '';
  const { stdout } = await shell(`${scriptOf(name)}${format}`, {
    cwd: folder,
    env: { COLUMNS: String(width) },
  });
  return stdout;
}

describe.each(WIDTHS)('on %d columns', (width) => {
  test.each(Object.keys(COMMANDS))('when %s is asked for, then it fits', async (name) => {
    const text = await run(name, width);
    await expect(text).toMatchFileSnapshot(`tables/${name}-${width}.txt`);
    expect(text).not.toMatch(/\p{Cc}(?<!\n)|\p{Cf}/u);
    for (const line of text.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(width);
  });

  test.skipIf(!hasTmux)('when a terminal shows them, then it shows the same', async () => {
    for (const name of Object.keys(COMMANDS)) {
      // Right-to-left text is as tmux stores it.
      const shown = await inTmux(`${scriptOf(name).replaceAll('synsum', PROGRAM)} 2>/dev/null`, width);
      expect(shown, name).toBe((await run(name, width)).trimEnd());
    }
  });
});

test.each(WIDTHS)(
  'when the samples have many connections then their services fit on %d columns',
  async (width) => {
    const { stdout } = await shell(
      'synsum services -q --names hosts.yaml -f table office.pcap monday.pcap tuesday.pcap',
      { cwd: path.join(ROOT, 'samples'), env: { COLUMNS: String(width) } },
    );
    expect(stdout).toMatch(/^pluto .*microsoft-/m);
    for (const line of stdout.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(width);
  },
);

/** Runs a script in a terminal of this width, and returns what the screen shows at its end. */
async function inTmux(script: string, width: number): Promise<string> {
  const tmux = `timeout 20 tmux -u -f /dev/null -S ${path.join(folder, 'tmux')}`;
  const { stdout } = await shell(
    `rm -f through
     ${tmux} new-session -d -x ${width} -y 100 "${script}; touch through; sleep 60" > tmux.log 2>&1 < /dev/null
     for try in $(seq 300); do [ -e through ] && break; sleep 0.05; done
     ${tmux} capture-pane -p
     ${tmux} kill-server`,
    { cwd: folder, env: { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' } },
  );
  return stdout.trimEnd();
}

test.skipIf(!hasTmux)(
  'when names have emoji of several characters then a terminal keeps their lines in place',
  async () => {
    const names = [
      '\u{1f44d}\u{1f3fd}',
      '\u2764\ufe0f',
      '1\ufe0f\u20e3',
      '\u261d\u{1f3fd}',
      '\u{1faf1}\u{1f3fd}',
      '\u{1f1e9}\u{1f1ea}',
      '\u270c',
    ];
    const hosts = names.map((name, at) => `  "${name} ${at}": 10.0.0.${at + 1}\n`);
    writeFileSync(path.join(folder, 'emoji.yaml'), `local: [10.0.0.0/8]\nhosts:\n${hosts.join('')}`);
    for (const command of ['summary -f table', 'services -f table', 'diff']) {
      const files = command === 'diff' ? 'monday.pcap tuesday.pcap' : 'monday.pcap';
      const script = `${command} -q --names emoji.yaml ${files}`;
      const shown = await inTmux(`COLUMNS=100 ${PROGRAM} ${script} 2>/dev/null`, 100);
      const { stdout } = await shell(`synsum ${script}`, { cwd: folder, env: { COLUMNS: '100' } });
      expect(shown).toBe(stdout.trimEnd());
      expect(shown).toContain('\u{1f44d} 0');
      expect(shown).toContain('\u2764 1');
      // Where nothing is aligned for a screen, they are whole.
      const whole = await shell(`synsum ${script} | cat`, { cwd: folder });
      expect(whole.stdout).toContain('\u{1f44d}\u{1f3fd} 0');
    }
  },
);

test('when nothing says how wide the output is, then nothing is cut', async () => {
  const { stdout } = await shell(`${COMMANDS['services']} -f table`, { cwd: folder });
  expect(stdout).not.toContain('…');
  expect(stdout).toContain('a-name-that-is-much-longer-than-any-table-has-room-for.corp.example.com');
});

describe('colours', () => {
  const onTerminal = async (name: string, env: Record<string, string> = {}): Promise<string> => {
    const command = scriptOf(name).replaceAll('synsum', PROGRAM);
    const { stdout } = await shell(
      `script -qec "stty cols 80; ${command} 2>/dev/null" /dev/null < /dev/null`,
      {
        cwd: folder,
        env: { TERM: 'xterm', ...env },
      },
    );
    return stdout;
  };

  test('when a table is on a terminal, then its header stands out, and remote machines do not', async () => {
    const text = await onTerminal('summary');
    expect(text).toContain('\u001b[1mClient\u001b[22m');
    expect(text).toContain('\u001b[2m_\u001b[22m');
  });

  test('when changes are on a terminal, then what is new and what is silent differ', async () => {
    const text = await onTerminal('diff');
    expect(text).toMatch(/\u001b\[32m\+ 8443\/tcp/);
    expect(text).toMatch(/\u001b\[35m\? /);
  });

  test.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])(
    'when the environment has %j, then there are none',
    async (env) => {
      expect(await onTerminal('summary', env)).not.toContain('\u001b');
      expect(await onTerminal('diff', env)).not.toContain('\u001b');
    },
  );

  test('when colours are asked for, or refused, then that decides', async () => {
    const { stdout } = await shell(`${COMMANDS['summary']} -f table --color always`, {
      cwd: folder,
      env: { NO_COLOR: '1' },
    });
    expect(stdout).toContain('\u001b[1mClient');
    const command = `${COMMANDS['summary']} --color never`.replaceAll('synsum', PROGRAM);
    const never = await shell(`script -qec "${command}" /dev/null < /dev/null`, {
      cwd: folder,
      env: { TERM: 'xterm' },
    });
    expect(never.stdout).toContain('Client');
    expect(never.stdout).not.toContain('\u001b');
  });

  test('when the output is a pipe, then there are none', async () => {
    for (const name of Object.keys(COMMANDS)) expect(await run(name, 80)).not.toContain('\u001b');
  });
});
