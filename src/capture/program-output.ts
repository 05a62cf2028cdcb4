// The output of a program, in large pieces. Node reads 64 KiB at a time into new memory and goes through the event loop for
// each, which takes longer than decompressing them. So the descriptor is read directly as long as there are bytes. If the
// program reads a file and has just written much, a read waits for more: waking up in a read takes the least time.

import fs from 'node:fs';
import type { Readable } from 'node:stream';
import { setImmediate as pause } from 'node:timers/promises';
import type { Chunks } from './chunk-input.js';

/** More than a socket of Linux holds. */
const PIECE_LENGTH = 256 << 10;

/** A smaller place would take more reads. */
const LEAST_PLACE = 64 << 10;

/** If reads cannot wait, the thread sleeps this long for more bytes, then longer, and then leaves the waiting to the event loop. */
const SLEEP_MS = 0.1;
const MAX_SLEEPS = 7;
/**
 * A program that writes a few kilobytes at a time is given time to write more, twice as long each time, so that reading does
 * not take longer than decompressing. The pipe must not become full meanwhile.
 */
const FEW_BYTES = 32 << 10;
const MANY_BYTES = 64 << 10;
const MAX_REST_MS = 1.6;
/** After this time without the event loop, signals get a chance. */
const MAX_BUSY_MS = 50;

/**
 * Returns the bytes of a stream between processes that nobody else reads. Each piece is valid until the next is asked for. A
 * piece that is asked for with a place may already be there.
 * @param maySleep the program does not depend on this thread for its input
 */
export async function* readOutput(stdout: Readable, maySleep: boolean): Chunks {
  const fd = descriptorOf(stdout);
  if (fd === undefined) {
    for await (const chunk of stdout) yield chunk as Uint8Array;
    return;
  }
  const own = new Uint8Array(PIECE_LENGTH);
  let place: Uint8Array | undefined;
  let wake = (): void => {};
  const onChange = (): void => wake();
  // As long as somebody listens to `readable`, Node keeps the bytes that it reads when the program ends.
  const events = ['readable', 'end', 'error', 'close'] as const;
  for (const event of events) stdout.on(event, onChange);
  try {
    let sleeps = 0;
    let isWaiting = false;
    let rest = 0;
    let busySince = performance.now();
    for (;;) {
      // Bytes that the event loop has read come before those that can be read now.
      const kept = stdout.read() as Uint8Array | null;
      if (kept !== null) {
        place = yield kept;
        continue;
      }
      if (stdout.readableEnded || stdout.destroyed) return;
      const target = place !== undefined && place.length >= LEAST_PLACE ? place : own;
      const count = readNow(fd, target);
      if (count === 0) return;
      if (count !== undefined) {
        sleeps = 0;
        place = yield target.subarray(0, count);
        if (maySleep) {
          if (isWaiting !== count >= FEW_BYTES) {
            isWaiting = !isWaiting;
            makeWaiting(stdout, isWaiting);
          }
          rest = restAfter(count, rest);
          if (rest > 0) sleep(rest);
        }
        if (performance.now() - busySince < MAX_BUSY_MS) continue;
        await pause();
        busySince = performance.now();
      } else if (maySleep && sleeps < MAX_SLEEPS) {
        sleeps += 1;
        sleep(Math.min(SLEEP_MS * 2 ** Math.max(0, sleeps - 2), MAX_REST_MS));
      } else {
        sleeps = 0;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        busySince = performance.now();
      }
    }
  } finally {
    for (const event of events) stdout.off(event, onChange);
    // The stream has to end before the end of the program is reported.
    stdout.resume();
  }
}

/** Milliseconds to wait before the next read, by those before the last one and the bytes that it returned. */
function restAfter(count: number, rest: number): number {
  if (count < FEW_BYTES) return Math.min(Math.max(2 * rest, SLEEP_MS), MAX_REST_MS);
  if (count < MANY_BYTES) return rest;
  return rest > SLEEP_MS ? rest / 2 : 0;
}

const NEVER_WOKEN = new Int32Array(new SharedArrayBuffer(4));

function sleep(milliseconds: number): void {
  Atomics.wait(NEVER_WOKEN, 0, 0, milliseconds);
}

interface Handle {
  readonly fd?: number;
  readonly setBlocking?: (isBlocking: boolean) => number;
}

/** Makes reads of the descriptor of a stream wait for bytes, if Node can, or not wait. */
function makeWaiting(stream: Readable, isWaiting: boolean): void {
  (stream as { _handle?: Handle | null })._handle?.setBlocking?.(isWaiting);
}

/** The descriptor of a stream between processes, which Node does not document; undefined if there is none. */
function descriptorOf(stream: Readable): number | undefined {
  const { _handle: handle } = stream as { _handle?: Handle | null };
  const fd = handle?.fd;
  return fd === undefined || fd < 0 ? undefined : fd;
}

/** Reads what there is; 0 at the end, undefined if there is nothing yet. */
function readNow(fd: number, buffer: Uint8Array): number | undefined {
  const { stackTraceLimit } = Error;
  // Most of the time that an error takes goes into its stack.
  Error.stackTraceLimit = 0;
  try {
    return fs.readSync(fd, buffer, 0, buffer.length, null);
  } catch (error) {
    // If the program is gone, its status says why.
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? undefined : 0;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
