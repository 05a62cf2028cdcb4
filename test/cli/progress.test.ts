// The line on a terminal that says how far a long run is. script(1) gives the program a terminal of its own.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { describeProgress } from '../../src/cli/progress.js';
import { type Result, ROOT, resultOf } from '../helpers/program.js';

const PROGRAM = `'${process.execPath}' '${ROOT}dist/bin/synsum.cjs'`;
const LINE = /synsum: 1\.0 MB, 12,09\d packets, 12,09\d SYN-ACKs, [\d.]+ [kM]B\/s/;

const folder = mkdtempSync(path.join(tmpdir(), 'synsum-progress-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A run whose input does not end before `end` is called. */
interface Held {
  readonly end: () => Promise<void>;
  readonly result: Promise<Result>;
  /** What it has printed so far, and the next time that it prints something. */
  readonly printed: { text: string };
  readonly prints: () => Promise<unknown>;
}

/** Runs a command line whose input is the sample, and then silence. INPUT in it stands for that input. */
function hold(name: string, commandLine: string): Held {
  const gate = path.join(folder, name);
  execFileSync('mkfifo', [gate]);
  const child = spawn(
    'bash',
    ['--norc', '--noprofile', '-c', commandLine.replace('INPUT', `(cat samples/office.pcap '${gate}')`)],
    { cwd: ROOT, env: { PATH: process.env['PATH'], XDG_CONFIG_HOME: '/nonexistent', TZ: 'UTC' } },
  );
  child.stdin.end();
  const printed = { text: '' };
  child.stdout.on('data', (piece: Buffer) => {
    printed.text += piece.toString('latin1');
  });
  return {
    end: () => writeFile(gate, ''),
    result: resultOf(child),
    printed,
    prints: () => once(child.stdout, 'data'),
  };
}

const onTerminal = (commandLine: string): string => `script -qec "${commandLine}" /dev/null < /dev/null`;

async function untilShown({ printed, prints }: Held): Promise<void> {
  while (!LINE.test(printed.text)) await prints();
}

describe('progress', () => {
  test('when a run on a terminal takes long then a line is shown, and erased when it is through', async () => {
    const run = hold('summary', onTerminal(`INPUT | ${PROGRAM} -`));
    await untilShown(run);
    await run.end();
    const { stdout } = await run.result;
    expect(stdout).toMatch(LINE);
    const erased = stdout.slice(stdout.lastIndexOf('\r\u001b[K') + 4);
    expect(erased).toMatch(/^\S/);
    expect(erased).toContain('synsum: packets: 12,092');
    expect(erased).not.toMatch(LINE);
  });

  test('when init takes long then it shows the line too', async () => {
    const run = hold('init', onTerminal(`INPUT | ${PROGRAM} init -`));
    await untilShown(run);
    await run.end();
    expect((await run.result).status).toBe(0);
  });

  test('when it is to be quiet, or standard error is not a terminal, then there is none', async () => {
    const quiet = hold('quiet', onTerminal(`INPUT | ${PROGRAM} -q -`));
    const elsewhere = hold('elsewhere', `INPUT | ${PROGRAM} -`);
    // Started after them: when it shows its line, they would have shown theirs.
    const loud = hold('loud', onTerminal(`INPUT | ${PROGRAM} -`));
    await untilShown(loud);
    for (const run of [quiet, elsewhere, loud]) await run.end();
    expect((await quiet.result).stdout).not.toContain('\u001b[K');
    expect((await elsewhere.result).stderr).toBe(
      'synsum: packets: 12,092, SYN-ACKs: 12,092, rows: 4, from 2007-06-21T08:00:02.043596Z to 2007-06-21T17:59:58.517734Z\n' +
        'synsum: no machine is local: list your networks in hosts.yaml (`synsum init CAPTURE` guesses them)\n',
    );
  });

  test.each([
    [0, 0, 1e9, 1, 'synsum: 0% of 1.0 GB, 0 packets, 0 SYN-ACKs, 0 B/s'],
    [
      43e7,
      4_000_000,
      1e9,
      0.5,
      'synsum: 43% of 1.0 GB, 4,000,000 packets, 4,000,000 SYN-ACKs, 860 MB/s, 1 s left',
    ],
    [1e9, 1, 1e9, 2, 'synsum: 100% of 1.0 GB, 1 packet, 1 SYN-ACK, 500 MB/s, 0 s left'],
    [2e9, 5, 1e9, 4, 'synsum: 2.0 GB, 5 packets, 5 SYN-ACKs, 500 MB/s'],
    [1e6, 5, undefined, 4, 'synsum: 1.0 MB, 5 packets, 5 SYN-ACKs, 250 kB/s'],
    [1e9, 5, 1e12, 10, 'synsum: 0% of 1.0 TB, 5 packets, 5 SYN-ACKs, 100 MB/s, 2 h 46 min left'],
    [1e9, 5, 11e9, 10, 'synsum: 9% of 11 GB, 5 packets, 5 SYN-ACKs, 100 MB/s, 1 min 40 s left'],
  ])(
    'when %d bytes and %d packets of %s were read in %d s then it says so',
    (bytesRead, packets, total, seconds, line) => {
      expect(describeProgress({ bytesRead, packets, synAcks: packets }, total, seconds)).toBe(line);
    },
  );
});
