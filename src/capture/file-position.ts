// The position of an open file, from which its next reader reads. Processes that share a descriptor share the position too,
// as the commands of `(synsum -; cat) < FILE` do. Node has no call for it.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/** Reading this much takes less time than starting a program. */
const SHORT_LENGTH = 4 << 20;

/** Returns the position; undefined if the system does not report it. Only Linux does. */
export function filePosition(fd: number): number | undefined {
  try {
    const [, position] = /^pos:\s*(\d+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? [];
    return position === undefined ? undefined : Number(position);
  } catch {
    return undefined;
  }
}

/** Moves the position forward to this offset, unless it is there already or farther. Errors leave it where it is. */
export function advanceFile(fd: number, to: number): void {
  const from = filePosition(fd) ?? to;
  // dd skips by seeking, relative to the position.
  if (to - from > SHORT_LENGTH)
    spawnSync('dd', ['bs=1', `skip=${to - from}`, 'count=0'], { stdio: [fd, 'ignore', 'ignore'] });
  const buffer = new Uint8Array(Math.min(SHORT_LENGTH, Math.max(0, to - from)));
  for (let left = to - (filePosition(fd) ?? to); left > 0; ) {
    const count = readSome(fd, buffer, left);
    if (count === 0) return;
    left -= count;
  }
}

function readSome(fd: number, buffer: Uint8Array, most: number): number {
  try {
    return fs.readSync(fd, buffer, 0, Math.min(most, buffer.length), null);
  } catch {
    return 0;
  }
}
