// Reads several inputs side by side: each thread takes the next one. The results come in the order of the names, so they
// do not depend on which thread was faster.

import type { TallyOptions } from '../../tally/options.js';
import { Tally } from '../../tally/tally.js';
import type { InputOptions } from '../input-result.js';
import { readInput } from '../read-input.js';
import { Claims } from './claims.js';
import type { InputAnswer, InputTask } from './messages.js';
import { startThread, stopThread, type Thread } from './thread.js';

/** Reading less than this takes less time than starting a thread. */
const MIN_LENGTH_FOR_THREADS = 32 << 20;
/** The same for captures that are shorter, on average: handing each to another thread takes longer than reading it. */
const MIN_MEAN_LENGTH_FOR_THREADS = 128 << 10;

export interface NamedFile {
  readonly name: string;
  /** Bytes; 0 if it is not a regular file. */
  readonly length: number;
}

/** Small captures are read without waiting: after this time without the event loop, signals get a chance. */
const MAX_BUSY_MS = 50;

/** The most inputs per thread that have been read and wait for an earlier one. */
const MAX_AHEAD = 4;

/** Yields all inputs in their order, except those that were not begun when the signal was aborted. */
export async function* readEach(
  files: readonly NamedFile[],
  options: InputOptions,
  tallyOptions: TallyOptions,
): AsyncGenerator<InputAnswer, void, undefined> {
  const threads = new InputThreads(files, options, tallyOptions);
  try {
    for (let number = 0; number < files.length; number++) {
      const input = await threads.take(number);
      if (input !== undefined) yield input;
    }
  } finally {
    threads.close();
  }
}

class InputThreads {
  readonly #names: readonly string[];
  readonly #options: InputOptions;
  readonly #tally: Tally;
  readonly #claims: Claims;
  readonly #threads: Thread[];
  readonly #done = new Map<number, InputAnswer>();
  /** Threads that may still answer. */
  #busy: number;
  #wake: (() => void) | undefined;
  #busySince = performance.now();

  constructor(files: readonly NamedFile[], options: InputOptions, tallyOptions: TallyOptions) {
    const names = files.map(({ name }) => name);
    this.#names = names;
    this.#options = { ...options, threads: 1 };
    this.#tally = new Tally(tallyOptions);
    options.progress?.watchTally(this.#tally);
    const count = isLong(files) && !options.signal.aborted ? Math.min(options.threads, names.length) : 1;
    this.#claims = Claims.make(0, names.length, MAX_AHEAD * count);
    const { reader, records, digests, wholeInventories, onlyCaptures } = options;
    const task: InputTask = {
      kind: 'inputs',
      names,
      settings: { reader, records, digests, wholeInventories, onlyCaptures },
    };
    this.#threads = Array.from({ length: count - 1 }, () => this.#start(task, tallyOptions, options));
    this.#busy = this.#threads.length;
    options.signal.addEventListener('abort', this.#stop);
  }

  async take(wanted: number): Promise<InputAnswer | undefined> {
    this.#claims.reach(wanted);
    while (!this.#done.has(wanted)) {
      if (performance.now() - this.#busySince > MAX_BUSY_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        this.#busySince = performance.now();
      }
      const isOver = this.#options.signal.aborted && wanted > 0;
      const number = isOver ? undefined : this.#claims.claim();
      if (number !== undefined) await this.#read(number);
      else if (this.#busy > 0) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (this.#options.signal.aborted) return undefined;
      // The thread that claimed it has died.
      else await this.#read(wanted);
    }
    const input = this.#done.get(wanted);
    this.#done.delete(wanted);
    return input;
  }

  close(): void {
    this.#options.signal.removeEventListener('abort', this.#stop);
    this.#claims.stop();
    for (const thread of this.#threads) stopThread(thread);
  }

  async #read(number: number): Promise<void> {
    this.#tally.evidence?.beginSeparateCapture();
    const result = await readInput(this.#names[number] as string, this.#tally, this.#options);
    this.#done.set(number, { number, result, part: this.#tally.takePart() });
  }

  #start(task: InputTask, tallyOptions: TallyOptions, options: InputOptions): Thread {
    const thread = startThread(task, tallyOptions, this.#claims.buffer);
    thread.port.on('message', (input: InputAnswer) => {
      this.#done.set(input.number, input);
      options.progress?.watchInput(input.result);
      this.#wake?.();
    });
    const end = (): void => {
      this.#busy -= 1;
      this.#wake?.();
    };
    thread.port.on('close', end);
    thread.worker.on('error', () => undefined);
    return thread;
  }

  /** Begins no more inputs, and ends those that are being read. */
  readonly #stop = (): void => {
    this.#claims.stop();
    for (const { port } of this.#threads) port.postMessage('stop');
  };
}

function isLong(files: readonly NamedFile[]): boolean {
  const sum = files.reduce((total, { length }) => total + length, 0);
  return sum >= Math.max(MIN_LENGTH_FOR_THREADS, files.length * MIN_MEAN_LENGTH_FOR_THREADS);
}
