// Standard input that is a file is read like the file by its name, from its position on, and is at its end afterwards.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HAS_PROC, type Result, ROOT, shell } from '../helpers/program.js';

const PROC_NOTE = HAS_PROC ? '' : ' (skipped: needs /proc)';
const OFFICE = readFileSync(path.join(ROOT, 'samples/office.pcap'));
const HEADER = 24;
const SYNSUM = 'synsum --hosts samples/hosts.yaml';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synsum-stdin-'));
  const body = OFFICE.subarray(HEADER);
  const copies = Array.from({ length: Math.ceil((130 << 20) / body.length) }, () => body);
  write('tiny', readFileSync(path.join(ROOT, 'samples/monday.pcap')));
  write('small', OFFICE);
  // Threads read a capture of this length.
  write('large', OFFICE.subarray(0, HEADER), ...copies);
  write('gzip', gzipSync(OFFICE));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, ...parts: readonly Uint8Array[]): void {
  writeFileSync(path.join(folder, name), Buffer.concat(parts));
}

/** Runs a script, in which F is the path of the file. */
function run(name: string, script: string): Promise<Result> {
  return shell(`F='${path.join(folder, name)}'; ${script}`);
}

describe.each(['tiny', 'small', 'large', 'gzip'])('a %s file as standard input', (name) => {
  test('then the result is the same as by its name and through a pipe', async () => {
    const named = await run(name, `${SYNSUM} --threads 2 "$F"`);
    expect(named).toMatchObject({ status: 0, stdout: expect.stringMatching(/\d/) });
    for (const script of [
      `${SYNSUM} --threads 2 - < "$F"`,
      `${SYNSUM} --threads 1 - < "$F"`,
      `${SYNSUM} /dev/stdin < "$F"`,
      `${SYNSUM} /dev/fd/7 7< "$F"`,
      `${SYNSUM} <(cat "$F")`,
      `cat "$F" | ${SYNSUM} -`,
      `cat "$F" | ${SYNSUM} /dev/stdin`,
    ])
      expect(await run(name, script)).toEqual(named);
  });

  test.skipIf(!HAS_PROC)(
    `when a part has been read, then only the rest is, and nothing is left for the next reader${PROC_NOTE}`,
    async () => {
      const after = `${name}-after`;
      const prefix = Buffer.alloc(100_001, 'x');
      write(after, prefix, readFileSync(path.join(folder, name)));
      const skip = `head -c ${prefix.length} > /dev/null`;
      const { stdout, ...rest } = await run(
        after,
        `(${skip}; ${SYNSUM} --threads 2 -; echo "left: $(wc -c)") < "$F"`,
      );
      const named = await run(name, `${SYNSUM} "$F"`);
      expect({ ...rest, stdout }).toEqual({ ...named, stdout: `${named.stdout}left: 0\n` });
    },
  );
});

test.skipIf(!HAS_PROC).each(['tiny', 'small'])(
  `when a %s file has been read from its beginning, then nothing is left for the next reader${PROC_NOTE}`,
  async (name) => {
    const { stdout } = await run(name, `(${SYNSUM} -q - > /dev/null; echo "left: $(wc -c)") < "$F"`);
    expect(stdout).toBe('left: 0\n');
  },
);

test.skipIf(!HAS_PROC)(`when all of it has been read, then it is empty, as for cat${PROC_NOTE}`, async () => {
  const { status, stderr } = await run('small', `(cat > /dev/null; ${SYNSUM} -) < "$F"`);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining('found nothing (0 bytes)'),
  });
});

test.skipIf(!HAS_PROC)(
  `when it is damaged after its beginning, then the offset in the message is that in the input${PROC_NOTE}`,
  async () => {
    write('cut', Buffer.alloc(1000), gzipSync(OFFICE).subarray(0, 20_000));
    const { stderr } = await run('cut', `(head -c 1000 > /dev/null; ${SYNSUM} -) < "$F"`);
    expect(stderr).toMatch(/at byte 20000 of the gzip data: cut short/);
  },
);
