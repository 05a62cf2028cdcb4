// The terminal of the live view: keys from /dev/tty, as standard input is the capture, and frames to it. It is left as it
// was before, also if a signal ends the program.

import fs from 'node:fs';
import type { ReadStream } from 'node:tty';

const DEVICE = '/dev/tty';
/** The alternate screen, without a cursor and without line wrap. xterm's ctlseqs, DECSET 1049, 25 and 7. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

/** How long a suspended program waits to be stopped before it returns to the view: it may not be stopped at all. */
const STOP_MILLISECONDS = 200;
/** A frame is not waited for longer than this when the terminal is left. */
const BUSY_MILLISECONDS = 100;

export interface TerminalEvents {
  /** Text from the keyboard. */
  readonly keys: (text: string) => void;
  /** The terminal has another size, or was left and entered again: nothing of the last frame is there. */
  readonly redraw: () => void;
}

export class Terminal {
  readonly #keyboard: ReadStream;
  readonly #fd: number;
  #isEntered = false;
  #isWriting = false;
  #isSuspending = false;
  #isClosed = false;

  private constructor(keyboard: ReadStream, fd: number) {
    this.#keyboard = keyboard;
    this.#fd = fd;
  }

  /** Takes over the terminal; undefined if there is none. */
  static async open(events: TerminalEvents): Promise<Terminal | undefined> {
    const { ReadStream } = await import('node:tty');
    let terminal: Terminal;
    try {
      terminal = new Terminal(new ReadStream(fs.openSync(DEVICE, 'r')), fs.openSync(DEVICE, 'w'));
    } catch {
      return undefined;
    }
    const keyboard = terminal.#keyboard;
    keyboard.setEncoding('utf8').on('data', events.keys);
    // The terminal was closed: SIGHUP ends the reading.
    keyboard.on('error', () => undefined);
    process.stdout.on('resize', events.redraw);
    process.on('SIGCONT', () => {
      if (!terminal.#isEntered && !terminal.#isSuspending) return;
      terminal.#isSuspending = false;
      terminal.enter();
      events.redraw();
    });
    // A second signal ends the program at once.
    process.on('exit', () => terminal.leave());
    terminal.enter();
    return terminal;
  }

  get size(): { readonly width: number; readonly height: number } {
    const { columns, rows } = process.stdout;
    // A terminal reports 0 if it does not know.
    return { width: columns > 0 ? columns : 80, height: rows > 0 ? rows : 24 };
  }

  enter(): void {
    // Another program may have changed the mode since.
    this.#keyboard.setRawMode(false);
    this.#keyboard.setRawMode(true);
    this.#isEntered = true;
    this.#writeNow(ENTER);
  }

  /** Whether a frame can be written: a slow terminal does not keep the program from counting. */
  get isReady(): boolean {
    return this.#isEntered && !this.#isWriting && !this.#isClosed;
  }

  /** Writes a frame; `written` is called if another one can follow. */
  write(text: string, written: () => void): void {
    this.#isWriting = true;
    fs.write(this.#fd, text, (error) => {
      this.#isWriting = false;
      if (error === null) written();
    });
  }

  /** Leaves the terminal as it was. It can be entered again. */
  leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    this.#writeNow(LEAVE);
    try {
      this.#keyboard.setRawMode(false);
    } catch {
      // The terminal was closed.
    }
  }

  /** Leaves the terminal for good. A frame that is being written comes first. */
  async close(): Promise<void> {
    const until = performance.now() + BUSY_MILLISECONDS;
    this.#isClosed = true;
    while (this.#isWriting && performance.now() < until)
      await new Promise((resolve) => setImmediate(resolve));
    this.leave();
    this.#keyboard.destroy();
  }

  /** Stops this program and those that it runs with, as the terminal does for Ctrl-Z; returns to the view with SIGCONT. */
  suspend(): void {
    this.leave();
    this.#isSuspending = true;
    process.kill(0, 'SIGTSTP');
    setTimeout(() => {
      if (this.#isSuspending) process.emit('SIGCONT', 'SIGCONT');
    }, STOP_MILLISECONDS);
  }

  #writeNow(text: string): void {
    try {
      fs.writeSync(this.#fd, text);
    } catch {
      // The terminal was closed.
    }
  }
}
