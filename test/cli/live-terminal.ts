// A real terminal for tests of the live view: a shell in tmux. Nothing here waits for a fixed time; a text on the screen is
// waited for until the test's own limit.

import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT, shell } from '../helpers/program.js';

export const hasTmux: boolean = (await shell('tmux -V')).status === 0;
export const TMUX_NOTE: string = hasTmux ? '' : ' (needs tmux)';

const PROGRAM = `'${process.execPath}' '${ROOT}dist/bin/synsum.cjs'`;
const POLL_MILLISECONDS = 50;

export class Terminal {
  readonly folder: string = mkdtempSync(path.join(tmpdir(), 'synsum-'));
  readonly #tmux: string = `tmux -u -f /dev/null -S ${path.join(this.folder, 'tmux')}`;
  #feed: number | undefined;
  #isClosed = false;

  /** Starts a shell in which `synsum` is the program. */
  async start({ width = 100, height = 24, env = '' } = {}): Promise<void> {
    await this.#run('mkfifo feed');
    await this.startShell('bash --norc --noprofile -i', { width, height, env: `PS1='ready$ ' ${env}` });
    await this.line(`synsum() { ${PROGRAM} "$@"; }; printf '\\033[H\\033[2J'`);
    await this.until((text) => text.trim() === 'ready$');
    // Opened for reading too, so that it does not wait for a reader.
    this.#feed = openSync(path.join(this.folder, 'feed'), 'r+');
  }

  /** Starts a shell whose prompt is `ready$`. It must contain no double quotes. */
  async startShell(command: string, { width = 100, height = 24, env = '' } = {}): Promise<void> {
    const inShell = `env LC_ALL=C.UTF-8 XDG_CONFIG_HOME=/nonexistent ${env} ${command}`;
    await this.#run(`${this.#tmux} new-session -d -x ${width} -y ${height} "${inShell}" </dev/null`);
    await this.until('ready$');
  }

  /** Types a text without Enter. */
  async type(text: string): Promise<void> {
    await this.#run(`${this.#tmux} send-keys -l -- ${quote(text)}`);
  }

  /** Sends bytes to the pipe `feed`. */
  feed(bytes: Uint8Array): void {
    writeSync(this.#feed as number, bytes);
  }

  /** Presses keys, by the names that tmux has for them. */
  async keys(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#run(`${this.#tmux} send-keys -- '${key}'`);
  }

  /** Types a command line. */
  async line(text: string): Promise<void> {
    await this.#run(`${this.#tmux} send-keys -l -- ${quote(text)}; ${this.#tmux} send-keys Enter`);
  }

  async resize(width: number, height: number): Promise<void> {
    await this.#run(`${this.#tmux} resize-window -x ${width} -y ${height}`);
  }

  /** The text on the screen, with its colours if they are asked for. */
  async screen({ hasColors = false } = {}): Promise<string> {
    return this.#run(`${this.#tmux} capture-pane -p ${hasColors ? '-e' : ''}`);
  }

  /** Waits until the screen has a text, or passes a test, and returns it. */
  async until(expected: string | ((text: string) => boolean)): Promise<string> {
    for (;;) {
      const text = await this.screen();
      if (typeof expected === 'string' ? text.includes(expected) : expected(text)) return text;
      // The test has reached its limit.
      if (this.#isClosed) throw new Error(`found on the screen:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#feed !== undefined) closeSync(this.#feed);
    await this.#run(`${this.#tmux} kill-server`);
    rmSync(this.folder, { recursive: true });
  }

  async #run(script: string): Promise<string> {
    const env = { LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' };
    return (await shell(script, { cwd: this.folder, env })).stdout;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
