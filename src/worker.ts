// A thread that reads for the main thread: segments of a large capture, or whole inputs.

import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Claims } from './sources/threads/claims.js';
import type {
  InputAnswer,
  InputTask,
  SegmentMemory,
  SegmentTask,
  ThreadData,
} from './sources/threads/messages.js';
import { countRun, readerOf } from './sources/threads/segment-threads.js';
import { buffersOf } from './sources/threads/thread.js';
import { shareCode } from './tally/engine.js';
import { Tally } from './tally/tally.js';

const { task, options, claims: buffer, code, port } = workerData as ThreadData;
shareCode(code);
const claims = new Claims(buffer);
const tally = new Tally(options);
if (task.kind === 'segments') countSegments(task, port);
else void readInputs(task, port);

function countSegments({ file, layout, run: most }: SegmentTask, to: MessagePort): void {
  const read = readerOf(file);
  for (let run = claims.waitForRun(most); run !== undefined; run = claims.waitForRun(most)) {
    for (let received = receiveMessageOnPort(to); received; received = receiveMessageOnPort(to)) {
      tally.spare.give(received.message as SegmentMemory);
    }
    for (const answer of countRun(read, layout, run, tally)) {
      to.postMessage(answer, answer.segment === undefined ? [] : buffersOf(answer.segment.part));
      claims.answer();
    }
  }
  to.close();
}

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
