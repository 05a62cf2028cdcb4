// A thread that reads whole inputs for the main thread.

import { type MessagePort, workerData } from 'node:worker_threads';
import { Claims } from './sources/threads/claims.js';
import type { InputAnswer, InputTask, ThreadData } from './sources/threads/messages.js';
import { buffersOf } from './sources/threads/thread.js';
import { shareCode } from './tally/engine.js';
import { Tally } from './tally/tally.js';

const { task, options, claims: buffer, code, port } = workerData as ThreadData<InputTask>;
shareCode(code);
const claims = new Claims(buffer);
const tally = new Tally(options);
void readInputs(task, port);

async function readInputs({ names, settings }: InputTask, to: MessagePort): Promise<void> {
  const { readInput } = await import('./sources/read-input.js');
  const controller = new AbortController();
  to.once('message', () => controller.abort());
  const { signal } = controller;
  for (let number = claims.waitForClaim(); number !== undefined; number = claims.waitForClaim()) {
    tally.evidence?.beginSeparateCapture();
    const result = await readInput(names[number] as string, tally, { ...settings, signal, threads: 1 });
    const input: InputAnswer = { number, result, part: tally.takePart() };
    to.postMessage(input, buffersOf(input.part));
  }
  to.close();
}
