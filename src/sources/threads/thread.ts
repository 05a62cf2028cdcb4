// Starts and stops threads. They run src/worker.ts or src/segment-worker.ts.

import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { packageFile } from '../../files/package-root.js';
import { sharedCode } from '../../tally/engine.js';
import type { TallyOptions } from '../../tally/options.js';
import type { TallyPart } from '../../tally/tally.js';
import type { ThreadData } from './messages.js';

const PROGRAMS = {
  inputs: packageFile('dist/bin/worker.cjs'),
  segments: packageFile('dist/bin/segment-worker.cjs'),
} as const satisfies Record<ThreadData['task']['kind'], URL>;

export interface Thread {
  readonly port: MessagePort;
  readonly worker: Worker;
}

/** Starts a thread. It does not keep the program from ending. */
export function startThread(
  task: ThreadData['task'],
  options: TallyOptions,
  claims: SharedArrayBuffer,
): Thread {
  const { port1, port2 } = new MessageChannel();
  const workerData: ThreadData = { task, options, claims, code: sharedCode(), port: port2 };
  const worker = new Worker(PROGRAMS[task.kind], { workerData, transferList: [port2], execArgv: [] });
  worker.unref();
  return { port: port1, worker };
}

export function stopThread({ port, worker }: Thread): void {
  port.close();
  void worker.terminate();
}

/** Returns the memory of a part, which is transferred and not copied. */
export function buffersOf(part: TallyPart): ArrayBuffer[] {
  const { rows4, rows6, sketches4, sketches6, hours4, hours6, activity, evidence } = part;
  const ofEvidence =
    evidence === undefined ? [] : [evidence.rows4, evidence.rows6, evidence.records, evidence.repeats];
  const ofActivity = activity === undefined ? [] : [activity.blocks4, activity.blocks6];
  return [rows4, rows6, sketches4, sketches6, hours4, hours6, ...ofActivity, ...ofEvidence]
    .filter(({ length }) => length > 0)
    .map(({ buffer }) => buffer as ArrayBuffer);
}
