// A thread that counts segments of a large capture for the main thread. It is a program of its own, because a thread can
// begin as soon as its program is compiled.

import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Claims } from './sources/threads/claims.js';
import type { SegmentMemory, SegmentTask, ThreadData } from './sources/threads/messages.js';
import { countRun, MAX_RUN, readerOf } from './sources/threads/segment-threads.js';
import { buffersOf } from './sources/threads/thread.js';
import { shareCode } from './tally/engine.js';
import { Tally } from './tally/tally.js';

const { task, options, claims, code, port } = workerData as ThreadData<SegmentTask>;
shareCode(code);
countSegments(task, new Claims(claims), new Tally(options), port);

function countSegments({ file, layout }: SegmentTask, claims: Claims, tally: Tally, to: MessagePort): void {
  const read = readerOf(file);
  for (let run = claims.waitForRun(MAX_RUN); run !== undefined; run = claims.waitForRun(MAX_RUN)) {
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
