// The live view on a real terminal, driven as people do: keys, signals, other sizes and kinds of terminals.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { widthOf } from '../../src/views/width.js';
import { ROOT, synsum } from '../helpers/program.js';
import { hasTmux, Terminal, TMUX_NOTE } from './live-terminal.js';

const OFFICE = readFileSync(path.join(ROOT, 'samples/office.pcap'));
const HEADER = OFFICE.subarray(0, 24);
const NAMES = `--names '${ROOT}samples/hosts.yaml'`;
const LIVE = `cat feed | synsum live ${NAMES} -`;
const LIMIT = 60_000;

/** Some records of the sample, from a byte on, and where the next one begins. */
function recordsFrom(from: number, count: number): { readonly bytes: Uint8Array; readonly end: number } {
  let end = from;
  for (let record = 0; record < count; record++) end += 16 + OFFICE.readUInt32LE(end + 8);
  return { bytes: OFFICE.subarray(from, end), end };
}

// The last record of a silent stream is shown after a second.
const FIRST = recordsFrom(24, 500);
const SECOND = recordsFrom(FIRST.end, 100);

let terminal: Terminal;
beforeEach(() => {
  terminal = new Terminal();
});
afterEach(() => terminal.close());

/** Starts the view, and waits until it has counted. */
async function startLive(command = LIVE, options: Parameters<Terminal['start']>[0] = {}): Promise<string> {
  await terminal.start(options);
  await terminal.line('echo before; clear -x 2>/dev/null; echo before');
  terminal.feed(Buffer.concat([HEADER, FIRST.bytes]));
  await terminal.line(command);
  return terminal.until((text) => text.includes('500 SYN-ACKs') && text.includes('pluto'));
}

/** Waits for the summary and the shell's prompt, and checks that the terminal is as it was before. */
async function untilShell(): Promise<string> {
  await terminal.until((text) => /SYN-ACKs: \d[\s\S]*\nready\$\s*$/.test(text));
  await terminal.line("stty -a | grep -o ' icanon' && stty -a | grep -o ' echo ' && echo c''ooked");
  const text = await terminal.until('cooked\n');
  expect(text).toContain('before');
  expect(text).not.toContain('synsum live  ');
  return text;
}

/** The rows of the table: the lines between the headings and the empty ones before the keys. */
function rowsOf(text: string): string[][] {
  const lines = text.split('\n').slice(4);
  return lines.slice(0, lines.indexOf('')).map((line) => line.trim().split(/ {2,}/));
}

describe.skipIf(!hasTmux)(`on a terminal${TMUX_NOTE}`, { timeout: LIMIT }, () => {
  test('when SYN-ACKs come, then the services, rows and machines are shown, the busiest first', async () => {
    const services = await startLive();
    expect(
      rowsOf(services)
        .map(([server, service]) => `${server} ${service}`)
        .slice(0, 2),
    ).toEqual(['pluto rsync', 'pluto ssh']);
    expect(services.split('\n')[3]).toMatch(/^ {2}Server +Service +Rate\/s ▾ +Last 15 s +SYN-ACKs +Clients/);
    await terminal.keys('2');
    const rows = await terminal.until('Client  ');
    expect(rowsOf(rows)[0]?.slice(0, 3)).toEqual(['_', 'pluto', 'rsync']);
    await terminal.keys('3');
    expect(rowsOf(await terminal.until('As server'))[0]?.[0]).toBe('_');
    await terminal.keys('Tab');
    await terminal.until('Clients');
    terminal.feed(SECOND.bytes);
    await terminal.until('600 SYN-ACKs');
    await terminal.keys('s');
    const counted = rowsOf(await terminal.until('SYN-ACKs ▾')).map((cells) => cells.slice(-4)[0]);
    await terminal.keys('r');
    const reversed = rowsOf(await terminal.until('SYN-ACKs ▴')).map((cells) => cells.slice(-4)[0]);
    expect(counted.length).toBeGreaterThan(2);
    expect(reversed).toEqual(counted.toReversed());
    await terminal.keys('S', 'r');
    await terminal.until('Rate/s ▾');
  });

  test('when a filter is typed, then it applies at once, and Escape clears it', async () => {
    await startLive();
    await terminal.keys('/', 's', 's', 'h');
    const typing = await terminal.until((text) => text.includes('1-1 of 1'));
    expect(typing).toContain('/ssh_');
    expect(rowsOf(typing).map(([, service]) => service)).toEqual(['ssh']);
    await terminal.keys('BSpace', 'x');
    await terminal.until('Nothing matches the filter');
    await terminal.keys('BSpace', 'Enter');
    await terminal.until((text) => text.includes('/ss ') && text.includes('q quit'));
    await terminal.keys('Escape');
    await terminal.until((text) => !text.includes('/ss '));
  });

  test('when help is asked for, then it is shown until another key', async () => {
    await startLive();
    await terminal.keys('?');
    expect(await terminal.until('quit, and print the summary')).not.toContain('pluto');
    await terminal.keys('Escape');
    await terminal.until('pluto');
  });

  test('when it is paused, then the view stands still, and counting continues', async () => {
    await startLive();
    await terminal.keys('p');
    // The terminal may be read while it draws, so it is read until it has stopped.
    let before = '';
    const paused = await terminal.until((text) => {
      const isSettled = text === before && text.includes('PAUSED');
      before = text;
      return isSettled;
    });
    terminal.feed(SECOND.bytes);
    await terminal.keys('3');
    expect(await terminal.until('As server')).toContain('500 SYN-ACKs');
    await terminal.keys('1');
    await terminal.until((text) => text === paused);
    await terminal.keys('p');
    await terminal.until('600 SYN-ACKs');
    await terminal.keys('p');
    await terminal.until('PAUSED');
    terminal.feed(recordsFrom(SECOND.end, 50).bytes);
    await terminal.keys('q');
    expect(await untilShell()).toContain('SYN-ACKs: 650,');
  });

  test('when the terminal has another size, then the view fits it', async () => {
    await startLive();
    for (const [width, height] of [
      [48, 12],
      [160, 40],
      [20, 6],
      [100, 24],
    ] as const) {
      await terminal.resize(width, height);
      const text = await terminal.until(
        (shown) =>
          shown.split('\n').slice(0, height)[height - 1]?.trim() !== '' && fits(shown, width, height),
      );
      expect(text).toContain('pluto');
      expect(text.includes('Last 15 s')).toBe(width > 90);
    }
    function fits(text: string, width: number, height: number): boolean {
      const lines = text.trimEnd().split('\n');
      const foot = lines.at(-1) ?? '';
      return lines.length === height && lines.every((line) => widthOf(line) <= width) && foot.endsWith('UTC');
    }
  });

  test.each(['q', 'C-c', 'C-d'])(
    'when %s is pressed and nothing comes, then the shell returns',
    async (key) => {
      await startLive();
      await terminal.keys(key);
      expect(await untilShell()).toMatch(/_ +pluto +ssh\n/);
    },
  );

  test('when the capture ends, then the summary is printed', async () => {
    await startLive(
      `(head -c ${24 + FIRST.bytes.length} feed; head -c ${SECOND.bytes.length} feed) | synsum live ${NAMES} -`,
    );
    terminal.feed(SECOND.bytes);
    expect(await untilShell()).toContain('SYN-ACKs: 600,');
  });

  test('when a signal ends it, then the terminal is as it was', async () => {
    await startLive(`cat feed | (echo $BASHPID > pid; synsum live ${NAMES} -; true)`);
    const subshell = readFileSync(path.join(terminal.folder, 'pid'), 'utf8').trim();
    const [child = ''] = readFileSync(`/proc/${subshell}/task/${subshell}/children`, 'utf8').split(' ');
    process.kill(Number(child), 'SIGTERM');
    await terminal.until('SYN-ACKs: 500,');
    // In the mode of the view, this would not end the rest of the pipeline.
    await terminal.keys('C-c');
    await untilShell();
  });

  test('when it is suspended, then the shell works, and fg returns to the view', async () => {
    await startLive();
    await terminal.keys('C-z');
    await terminal.until((text) => text.includes('Stopped') && text.includes('before'));
    await terminal.line("stty -a | grep -o ' icanon' && echo c''ooked");
    await terminal.until('cooked\n');
    await terminal.line('fg');
    terminal.feed(SECOND.bytes);
    const text = await terminal.until('600 SYN-ACKs');
    expect(text).toContain('pluto');
    await terminal.keys('2');
    await terminal.until('Client  ');
    await terminal.keys('q');
    await untilShell();
  });

  test('when services are new, then they have a sign and a colour, unless NO_COLOR is set', async () => {
    const monday = path.join(ROOT, 'samples/monday.pcap');
    const command = `cat '${ROOT}samples/tuesday.pcap' feed | synsum live ${NAMES} --baseline '${monday}' -`;
    await terminal.start();
    await terminal.line(command);
    const text = await terminal.until('mysql');
    const marked = text.split('\n').filter((line) => line.startsWith('+'));
    const { stdout } = await synsum([
      'diff',
      '-f',
      'ndjson',
      '--names',
      `${ROOT}samples/hosts.yaml`,
      monday,
      `${ROOT}samples/tuesday.pcap`,
    ]);
    const added = stdout.split('\n').filter((line) => line.includes('"type":"added"'));
    expect(marked).toHaveLength(added.length);
    expect(marked.join('\n')).toContain('mysql');
    const coloured = await terminal.screen({ hasColors: true });
    expect(coloured).toMatch(/\u001b\[32m\+/);
    await terminal.keys('q');
    await terminal.until('SYN-ACKs: ');
    await terminal.line('clear');
    await terminal.line(`export NO_COLOR=1; ${command}`);
    await terminal.until('mysql');
    expect(await terminal.screen({ hasColors: true })).not.toContain('\u001b');
  });

  test('when it is asked for, then the inventory is saved at the end, with all that was counted', async () => {
    await startLive(`cat feed | synsum live ${NAMES} --save saved.json -`);
    await terminal.keys('q');
    await untilShell();
    const saved = path.join(terminal.folder, 'saved.json');
    expect(existsSync(saved)).toBe(true);
    const { stderr } = await synsum([saved, '--names', `${ROOT}samples/hosts.yaml`]);
    expect(stderr).toContain('SYN-ACKs: 500,');
  });
});

describe.skipIf(!hasTmux)(`on other terminals${TMUX_NOTE}`, { timeout: LIMIT }, () => {
  const ASCII = /^[\n -~]*$/;

  test('when it can only print, then each new service has a line, and the summary follows', async () => {
    await terminal.start({ env: 'TERM=dumb' });
    terminal.feed(Buffer.concat([HEADER, FIRST.bytes]));
    await terminal.line(LIVE);
    await terminal.until('+ pluto                     ssh');
    await terminal.keys('C-c');
    const text = await terminal.until((shown) => /SYN-ACKs: 500,/.test(shown));
    expect(text).toMatch(/_ +pluto +ssh\n/);
    expect(text.match(/\+ pluto/g)).toHaveLength(2);
  });

  test('when it is a VT100 in the C locale, then everything is ASCII, also names, and without colours', async () => {
    const hosts = 'hosts:\n  Müller-日本: 12.13.15.166\n';
    await terminal.start({ env: 'TERM=vt100 LC_ALL=C' });
    writeFileSync(path.join(terminal.folder, 'names.yaml'), hosts);
    terminal.feed(Buffer.concat([HEADER, FIRST.bytes]));
    await terminal.line('cat feed | synsum live --names names.yaml -');
    const text = await terminal.until('M\\u{fc}ller');
    expect(text).toMatch(ASCII);
    expect(text).toContain('Rate/s v');
    expect(await terminal.screen({ hasColors: true })).not.toMatch(/\u001b\[[0-9;]*3\dm/);
    await terminal.keys('?');
    expect(await terminal.until('Ctrl-Z')).toMatch(ASCII);
    await terminal.keys('q');
    await terminal.until('SYN-ACKs: 500');
  });

  test('when names are wide or hostile, then columns stay where they are, and nothing reaches the terminal', async () => {
    const hosts =
      'hosts:\n  日本語のとても長い名前のサーバーです: 12.13.15.166\n  e\u0301\u0301\u0301-x: 12.13.15.163\n';
    await terminal.start();
    writeFileSync(path.join(terminal.folder, 'names.yaml'), hosts);
    terminal.feed(Buffer.concat([HEADER, FIRST.bytes]));
    await terminal.line(
      "mkfifo $'evil\\e[2Jname'; cat feed > $'evil\\e[2Jname' & synsum live --names names.yaml $'evil\\e[2Jname'",
    );
    const text = await terminal.until((shown) => shown.includes('500 SYN-ACKs') && shown.includes('日本語'));
    expect(text).toContain('evil\\u{1b}[2Jname');
    const [headings = '', ...lines] = text.split('\n').slice(3, 8);
    const at = headings.indexOf('Service ');
    for (const line of lines.filter((each) => each.trim() !== '')) {
      expect(
        widthOf(
          line.slice(
            0,
            [...line].findIndex((_, end) => widthOf(line.slice(0, end)) === at),
          ),
        ),
      ).toBe(at);
    }
    await terminal.keys('q');
    await terminal.until('SYN-ACKs: 500');
  });
});
