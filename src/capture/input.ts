// Sources of bytes: a file, a pipe, standard input. Knows nothing of what the bytes mean.

import fs from 'node:fs';
import type { OnReadOpts, Socket, SocketConstructorOpts } from 'node:net';
import { promisify } from 'node:util';
import { isTerminal } from '../files/output.js';
import { describeSystemError } from '../files/system-error.js';
import { CaptureError } from './errors.js';

/** A capture in another format, for example `Sniffer (DOS)`, and the program that converts it. */
interface Conversion {
  readonly format: string;
  readonly program: string;
}

/** An open regular file. */
export interface OpenFile {
  readonly fd: number;
  /** The offset at which the input begins: standard input may be a file that has been read in part. */
  readonly begin: number;
}

/** A sequence of bytes that is read once, from its beginning. */
export interface Input {
  /** The compression from which its bytes come, for example `gzip`; absent if they were not compressed. */
  readonly compression?: string;
  /** The format from which a program has converted it; absent if nothing was converted. */
  readonly conversion?: Conversion;
  /** The file that it is read from, if it is a regular one and not compressed. */
  readonly file?: OpenFile;
  /** The length of that file, in bytes, when it was opened. */
  readonly fileLength?: number;
  /**
   * Reads some bytes into target from `at` on and returns their number; 0 at the end, and after the signal that it was
   * opened with is aborted.
   * @throws CaptureError UNREADABLE
   */
  read(target: Uint8Array, at: number): number | Promise<number>;
  /**
   * Returns the first `length` bytes, or all that there are, however much has been read; absent if only reading shows them.
   * @throws CaptureError UNREADABLE
   */
  beginning?(length: number): Uint8Array;
  /** Skips at most `count` bytes, as far as that costs nothing, and returns their number. */
  skip?(count: number): number;
  close(): void;
}

/** The name of standard input on the command line. */
export const STDIN_NAME = '-';

const open = promisify(fs.open);

/**
 * Opens a file, named pipe or device by its path, or standard input by `-`. Aborting the signal ends the input as if
 * there were no more bytes: a stream may not end in any other way.
 * @throws CaptureError UNREADABLE
 */
export async function openInput(name: string, signal: AbortSignal): Promise<Input> {
  try {
    const { fd, stats } =
      name === STDIN_NAME ? { fd: 0, stats: fs.fstatSync(0) } : await openForReading(name);
    if (stats.isDirectory()) {
      if (fd !== 0) fs.closeSync(fd);
      throw new CaptureError(
        'UNREADABLE',
        'found a directory, expected a capture file; name the files in it',
      );
    }
    if (stats.isFIFO() || stats.isSocket()) return await openStream(fd, signal);
    if (fd === 0 && isTerminal(fd)) {
      throw new CaptureError(
        'UNREADABLE',
        'standard input is a terminal, expected a capture from a pipe or a file',
      );
    }
    if (!stats.isFile()) return openDevice(fd, signal);
    if (fd !== 0) return openFile(fd, stats.size, signal, 0, () => fs.closeSync(fd));
    const { advanceFile, filePosition } = await import('./file-position.js');
    const begin = filePosition(fd);
    if (begin === undefined || begin >= stats.size) return openDevice(fd, signal);
    return openFile(fd, stats.size, signal, begin, (end) => advanceFile(fd, end));
  } catch (error) {
    throw asCaptureError(error);
  }
}

interface Opened {
  readonly fd: number;
  readonly stats: fs.Stats;
}

/**
 * Opening a FIFO blocks until there is a writer, and no signal is handled meanwhile. On Linux the reading can wait
 * instead; on other systems it would find the end at once. Nothing else can block.
 */
async function openForReading(path: string): Promise<Opened> {
  const { O_RDONLY, O_NONBLOCK } = fs.constants;
  if (process.platform === 'linux') {
    const opened = tryOpen(path, O_RDONLY | O_NONBLOCK);
    // It makes no difference to files and directories.
    if (opened?.stats.isFile() || opened?.stats.isDirectory() || opened?.stats.isFIFO()) return opened;
    if (opened !== undefined) fs.closeSync(opened.fd);
  } else if (fs.statSync(path).isFIFO()) {
    const fd = await open(path, O_RDONLY);
    return { fd, stats: fs.fstatSync(fd) };
  }
  const fd = fs.openSync(path, O_RDONLY);
  return { fd, stats: fs.fstatSync(fd) };
}

/** Returns undefined if the file would have to be waited for, because another program holds a lease on it. */
function tryOpen(path: string, flags: number): Opened | undefined {
  try {
    const fd = fs.openSync(path, flags);
    return { fd, stats: fs.fstatSync(fd) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    return undefined;
  }
}

/**
 * A regular file is read synchronously, from `begin` on: nothing is faster, and nothing else has to be done meanwhile. Its
 * own position does not change, so that threads can read it too. `close` is called with the offset of the first byte that
 * was not read.
 */
function openFile(
  fd: number,
  length: number,
  signal: AbortSignal,
  begin: number,
  close: (end: number) => void,
): Input {
  let position = begin;
  return {
    file: { fd, begin },
    fileLength: length,
    read(target, at) {
      if (signal.aborted) return 0;
      const count = readAt(fd, target, at, position);
      position += count;
      return count;
    },
    beginning(length) {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readAt(fd, bytes, 0, begin));
    },
    skip(count) {
      const skipped = Math.max(0, Math.min(count, fs.fstatSync(fd).size - position));
      position += skipped;
      return skipped;
    },
    close() {
      close(position);
    },
  };
}

/** A device, or a file whose position is not known, is read from its position on. */
function openDevice(fd: number, signal: AbortSignal): Input {
  return {
    read: (target, at) => (signal.aborted ? 0 : readAt(fd, target, at, null)),
    close() {
      if (fd !== 0) fs.closeSync(fd);
    },
  };
}

/** @throws CaptureError UNREADABLE */
function readAt(fd: number, target: Uint8Array, at: number, position: number | null): number {
  try {
    return fs.readSync(fd, target, at, target.length - at, position);
  } catch (error) {
    throw asCaptureError(error);
  }
}

/** The default capacity of a pipe on Linux, so that one read can empty it. */
const STAGE_LENGTH = 64 << 10;

/** A pipe is read through the event loop, so that a signal can end it while it is silent. */
async function openStream(fd: number, signal: AbortSignal): Promise<Input> {
  const { Socket } = await import('node:net');
  const stage = new Uint8Array(STAGE_LENGTH);
  // The bytes of the stage that have not been taken.
  let from = 0;
  let to = 0;
  let failure: CaptureError | undefined;
  let ended = false;
  let wake: (() => void) | undefined;

  const onread: OnReadOpts = {
    buffer: stage,
    callback(count) {
      from = 0;
      to = count;
      wake?.();
      // Stops the reading until the stage is empty.
      return false;
    },
  };
  // The types of this Node lack `onread`, which is in the documentation of net.Socket.
  const options: SocketConstructorOpts & { onread: OnReadOpts } = {
    fd,
    readable: true,
    writable: false,
    onread,
  };
  const socket: Socket = new Socket(options);
  const end = (): void => {
    ended = true;
    wake?.();
  };
  socket.on('end', end);
  socket.on('close', end);
  socket.on('error', (error) => {
    failure = asCaptureError(error);
    wake?.();
  });
  const stop = (): void => {
    socket.destroy();
    end();
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });

  return {
    async read(target, at) {
      if (from === to && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          socket.resume();
        });
      }
      if (failure !== undefined) throw failure;
      const count = Math.min(to - from, target.length - at);
      target.set(stage.subarray(from, from + count), at);
      from += count;
      return count;
    },
    close() {
      signal.removeEventListener('abort', stop);
      socket.destroy();
    },
  };
}

const FOLDER = 'found a directory, expected a capture file; name the files in it';

function asCaptureError(error: unknown): CaptureError {
  if (error instanceof CaptureError) return error;
  const isFolder = (error as NodeJS.ErrnoException).code === 'EISDIR';
  return new CaptureError('UNREADABLE', isFolder ? FOLDER : describeSystemError(error));
}
