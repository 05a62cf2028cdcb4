// The line on a terminal that says how far a long run is. script(1) gives the program a terminal of its own.

import { describe, expect, test } from 'vitest';
import { describeProgress } from '../../src/cli/progress.js';
import { ROOT, shell } from '../helpers/program.js';

const PROGRAM = `'${process.execPath}' '${ROOT}dist/bin/synsum.cjs'`;
const SLOW_INPUT = '(cat samples/office.pcap; sleep 2)';
const LINE = /synsum: 1\.0 MB, 12,09\d packets, 12,09\d SYN-ACKs, [\d.]+ [kM]B\/s/;

describe('progress', () => {
  test('when a run on a terminal takes long then a line is shown, and erased when it is through', async () => {
    const { stdout } = await shell(`script -qec "${SLOW_INPUT} | ${PROGRAM} -" /dev/null < /dev/null`);
    expect(stdout).toMatch(LINE);
    const erased = stdout.slice(stdout.lastIndexOf('\r\u001b[K') + 4);
    expect(erased).toMatch(/^\S/);
    expect(erased).toContain('synsum: packets: 12092');
    expect(erased).not.toMatch(LINE);
  });

  test('when init takes long then it shows the line too', async () => {
    const { stdout } = await shell(`script -qec "${SLOW_INPUT} | ${PROGRAM} init -" /dev/null < /dev/null`);
    expect(stdout).toMatch(LINE);
  });

  test('when it is to be quiet, or standard error is not a terminal, then there is none', async () => {
    const quiet = await shell(`script -qec "${SLOW_INPUT} | ${PROGRAM} -q -" /dev/null < /dev/null`);
    expect(quiet.stdout).not.toContain('\u001b[K');
    const { stderr } = await shell(`${SLOW_INPUT} | synsum -`);
    expect(stderr).toBe(
      'synsum: packets: 12092, SYN-ACKs: 12092, rows: 4, from 2007-06-21T08:00:02.043596Z to 2007-06-21T17:59:58.517734Z\n' +
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
    [1e9, 1, 1e9, 2, 'synsum: 100% of 1.0 GB, 1 packets, 1 SYN-ACKs, 500 MB/s, 0 s left'],
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
