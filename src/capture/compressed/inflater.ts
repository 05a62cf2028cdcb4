// Inflates deflated data, RFC 1951, with the zlib in Node. Its streams do that in a pool of threads, one piece at a time, and
// waiting for each takes as long as inflating it. So this thread inflates, by a call that Node does not document, if it exists.

import { setImmediate as pause } from 'node:timers/promises';
import { constants, createInflateRaw } from 'node:zlib';

export interface Inflater {
  /** Takes a piece of deflated data. All that comes of the piece before must have been read. */
  write(piece: Uint8Array): void;
  /** Returns the next chunk that comes of the piece, valid until the next call; undefined if there are no more. */
  read(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Then this is the number of bytes of the piece that belong to the deflated data. If all do, more may follow. */
  readonly taken: number;
  /** The fault in the data, in the words of zlib. */
  readonly failure: string | undefined;
  close(): void;
}

export type OpenInflater = () => Inflater;

/** The most that zlib inflates at once. */
const CHUNK_LENGTH = 64 << 10;
/** After this time without the event loop, signals get a chance. */
const MAX_BUSY_MS = 50;

let busySince = 0;

/** Opens an inflater that uses the threads of Node's pool. */
export function openPooledInflater(): Inflater {
  const engine = createInflateRaw({ chunkSize: CHUNK_LENGTH });
  let chunks: Uint8Array[] = [];
  let piece: Uint8Array | undefined;
  let before = 0;
  let failure: string | undefined;
  let settle: (() => void) | undefined;
  engine.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  engine.on('error', ({ message }) => {
    failure = message;
    settle?.();
  });
  const inflate = async (data: Uint8Array): Promise<Uint8Array | undefined> => {
    before = engine.bytesWritten;
    await new Promise<void>((resolve) => {
      settle = resolve;
      // If it fails, there is an error event, after which this is not always called.
      engine.write(data, (error) => {
        if (!error) resolve();
      });
    });
    return chunks.shift();
  };
  return {
    write(data) {
      chunks = [];
      piece = data;
    },
    read() {
      const data = piece;
      piece = undefined;
      return data === undefined ? chunks.shift() : inflate(data);
    },
    get taken() {
      return engine.bytesWritten - before;
    },
    get failure() {
      return failure;
    },
    close() {
      engine.close();
    },
  };
}

/** The parts that are used of the object that a stream of zlib wraps. */
interface Handle {
  onerror: (message: string) => void;
  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputLength: number,
    output: Uint8Array,
    outputAt: number,
    outputLength: number,
  ): void;
}

interface Wrapped {
  readonly _handle?: Handle | null;
  /** The bytes of output and of input that the last call has left. */
  readonly _writeState?: Uint32Array;
}

let canUseThread: boolean | undefined;

/** Returns how to open an inflater that uses this thread; undefined if this Node cannot. */
export function inflaterOfThread(): OpenInflater | undefined {
  canUseThread ??= hasHandle();
  return canUseThread ? openThreadInflater : undefined;
}

function hasHandle(): boolean {
  const engine = createInflateRaw();
  const { _handle: handle, _writeState: state } = engine as Wrapped;
  engine.close();
  return typeof handle?.writeSync === 'function' && state instanceof Uint32Array;
}

function openThreadInflater(): Inflater {
  const engine = createInflateRaw({ chunkSize: CHUNK_LENGTH });
  const { _handle: handle, _writeState: state } = engine as unknown as {
    _handle: Handle;
    _writeState: Uint32Array;
  };
  const output = new Uint8Array(CHUNK_LENGTH);
  let filled = 0;
  let piece: Uint8Array = output.subarray(0, 0);
  let taken = 0;
  let isDone = true;
  let failure: string | undefined;
  handle.onerror = (message) => {
    failure = message;
  };
  const inflate = (): Uint8Array | undefined => {
    while (!isDone) {
      if (filled === CHUNK_LENGTH) filled = 0;
      const room = CHUNK_LENGTH - filled;
      const left = piece.length - taken;
      handle.writeSync(constants.Z_NO_FLUSH, piece, taken, left, output, filled, room);
      if (failure !== undefined) {
        isDone = true;
        return undefined;
      }
      const [roomLeft, inputLeft] = state as unknown as [number, number];
      taken = piece.length - inputLeft;
      // As long as it fills all the room, it may have more.
      isDone = roomLeft > 0;
      const from = filled;
      filled = CHUNK_LENGTH - roomLeft;
      if (filled > from) return output.subarray(from, filled);
    }
    return undefined;
  };
  return {
    write(data) {
      piece = data;
      taken = 0;
      isDone = false;
    },
    read() {
      if (performance.now() - busySince < MAX_BUSY_MS) return inflate();
      return pause().then(() => {
        busySince = performance.now();
        return inflate();
      });
    },
    get taken() {
      return taken;
    },
    get failure() {
      return failure;
    },
    close() {
      engine.close();
    },
  };
}
