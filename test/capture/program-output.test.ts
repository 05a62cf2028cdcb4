// Reads the output of real programs, fast and slow ones.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { readOutput } from '../../src/capture/program-output.js';

/** Reads all that a shell script writes. */
async function readAll(script: string, maySleep: boolean): Promise<{ digest: string; length: number }> {
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const hash = createHash('sha256');
  let length = 0;
  for await (const piece of readOutput(child.stdout, maySleep)) {
    hash.update(piece);
    length += piece.length;
  }
  // The end of the program is reported, as nothing is left in its output.
  await closed;
  return { digest: hash.digest('hex'), length };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const NUMBERS = Array.from({ length: 300_000 }, (_, at) => `${at + 1}\n`).join('');

describe.each([true, false])('the output of a program, if the thread may sleep: %s', (maySleep) => {
  test('when there is much of it, then every byte comes once, in its order', async () => {
    expect(await readAll('seq 300000', maySleep)).toEqual({
      digest: digestOf(NUMBERS),
      length: NUMBERS.length,
    });
  });

  test('when it comes in pieces with pauses, then it is read to its end', async () => {
    const script = 'printf one; sleep 0.05; seq 300000; sleep 0.05; printf two; sleep 0.01; printf three';
    const text = `one${NUMBERS}twothree`;
    expect(await readAll(script, maySleep)).toEqual({ digest: digestOf(text), length: text.length });
  });

  test('when there is none, then it ends', async () => {
    expect((await readAll('true', maySleep)).length).toBe(0);
  });

  test('when the stream is destroyed meanwhile, then the reading ends', async () => {
    const child = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] });
    const closed = once(child, 'close');
    child.stdin.write('some bytes');
    const pieces = readOutput(child.stdout, maySleep);
    expect(Buffer.from((await pieces.next()).value as Uint8Array).toString()).toBe('some bytes');
    const next = pieces.next();
    child.kill('SIGKILL');
    child.stdout.destroy();
    expect((await next).done).toBe(true);
    await closed;
  });
});
