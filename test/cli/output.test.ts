// Outputs that cannot be written, for each command: one line says so, and the status is 3.

import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shell } from '../helpers/program.js';

const HAS_FULL_DEVICE = existsSync('/dev/full');
const NOTE = HAS_FULL_DEVICE ? '' : ' (skipped: no /dev/full)';
const FOLDER = mkdtempSync(path.join(tmpdir(), 'synsum-output-'));
const EARLIER = path.join(FOLDER, 'earlier.json');
const SAMPLE = 'samples/office.pcap --hosts samples/hosts.yaml';

beforeAll(async () => {
  const { status } = await shell(`synsum save -q --until 2007-06-21T09:00:00Z -o ${EARLIER} ${SAMPLE}`);
  expect(status).toBe(0);
});
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Commands that print something, and the output that messages name. */
const COMMANDS: readonly string[] = [
  SAMPLE,
  `-f json ${SAMPLE}`,
  `-f csv ${SAMPLE}`,
  `hosts ${SAMPLE}`,
  `services ${SAMPLE}`,
  `save ${SAMPLE}`,
  `diff ${EARLIER} ${SAMPLE}`,
  `diff -f json ${EARLIER} ${SAMPLE}`,
  'init samples/office.pcap',
  'filter',
  '--help',
  'help save',
  '--version',
];

describe('an output that cannot be written', () => {
  for (const command of COMMANDS) {
    const title = command
      .replaceAll(FOLDER, '')
      .replaceAll(' samples/office.pcap --hosts samples/hosts.yaml', '');
    test.skipIf(!HAS_FULL_DEVICE)(`when standard output is full then '${title}' says so${NOTE}`, async () => {
      const { status, stderr } = await shell(`synsum ${command} >/dev/full`);
      expect({ status, stderr }).toEqual({
        status: 3,
        stderr: expect.stringMatching(/^synsum: (?:standard output|-o -): ENOSPC: .*\n$/m),
      });
      expect(stderr).not.toMatch(/^ +at /m);
      expect((await shell(`synsum ${command} >/dev/full 2>/dev/full`)).status).toBe(3);
    });

    test.skipIf(!HAS_FULL_DEVICE)(
      `when standard error is full then '${title}' prints its result${NOTE}`,
      async () => {
        const expected = await shell(`synsum ${command}`);
        const { status, stdout } = await shell(`synsum ${command} 2>/dev/full`);
        expect(stdout).toBe(expected.stdout);
        expect(status).toBe(expected.stderr === '' ? expected.status : 3);
      },
    );

    test(`when outputs are closed then '${title}' ends without a stack trace`, async () => {
      // Node opens the null device in their place, so nothing can be seen to be lost.
      const expected = await shell(`synsum ${command}`);
      for (const closed of ['>&-', '2>&-', '>&- 2>&-']) {
        const { status, stderr } = await shell(`synsum ${command} ${closed}`);
        expect({ closed, status }).toEqual({ closed, status: expected.status });
        expect(stderr).not.toMatch(/^ +at /m);
      }
      expect((await shell(`synsum ${command} | true; exit "\${PIPESTATUS[0]}"`)).status).toBe(
        expected.status,
      );
    });
  }

  test.skipIf(!HAS_FULL_DEVICE)(
    `when a file for a result is full then each command says so${NOTE}`,
    async () => {
      for (const command of [
        `-o /dev/full ${SAMPLE}`,
        `hosts -o /dev/full ${SAMPLE}`,
        `services -o /dev/full ${SAMPLE}`,
        `save -q -o /dev/full ${SAMPLE}`,
        `diff -o /dev/full ${EARLIER} ${SAMPLE}`,
        `init --force -o /dev/full samples/office.pcap`,
      ]) {
        const { status, stdout, stderr } = await shell(`synsum ${command}`);
        expect({ command, status, stdout }).toEqual({ command, status: 3, stdout: '' });
        expect(stderr).toMatch(/^synsum: (?:-o )?\/dev\/full: ENOSPC: .*\n$/m);
        expect(stderr).not.toMatch(/^ +at /m);
      }
    },
  );
});

const DISK = path.join(FOLDER, 'disk');
mkdirSync(DISK);
const hasDisk =
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', DISK]).status === 0 &&
  statSync(DISK).dev !== statSync(FOLDER).dev;
const DISK_NOTE = hasDisk ? '' : ' (skipped: no file system can be mounted here)';
const hasNmap = spawnSync('nmap', ['--version']).status === 0;

describe.skipIf(!hasDisk)(`a full disk${DISK_NOTE}`, () => {
  afterAll(() => {
    spawnSync('umount', [DISK]);
  });

  /** Fills the disk, as far as its last byte. */
  function fill(): void {
    spawnSync('dd', ['if=/dev/zero', `of=${DISK}/filler`, 'bs=1k'], { stdio: 'ignore' });
  }

  /** Runs a command that replaces this file, which must stay as it is; one line says why. */
  async function expectIntact(file: string, command: string): Promise<void> {
    fill();
    const before = readFileSync(file);
    const { status, stderr } = await shell(`synsum ${command}`);
    expect({ command, status, stderr }).toEqual({
      command,
      status: 3,
      stderr: expect.stringMatching(/^(?:synsum: (?!.*ENOSPC).*\n)*synsum: .*ENOSPC: .*\n$/),
    });
    expect(stderr).not.toMatch(/^ +at /m);
    expect(readFileSync(file).equals(before)).toBe(true);
    rmSync(`${DISK}/filler`);
    expect((await shell(`ls -A ${DISK}`)).stdout).not.toContain('.tmp');
  }

  test('when save replaces an inventory then the old one stays', async () => {
    const file = `${DISK}/saved.json`;
    copyFileSync(EARLIER, file);
    await expectIntact(file, `save --force -q -o ${file} ${SAMPLE}`);
  });

  test('when check --update accepts changes then the baseline stays, and another run accepts them', async () => {
    const captures = path.join(FOLDER, 'captures');
    mkdirSync(captures);
    copyFileSync('samples/office.pcap', path.join(captures, 'office.pcap'));
    const file = `${DISK}/base.json`;
    writeFileSync(file, readFileSync(EARLIER));
    const command = `check --settle 0 --baseline ${file} --dir ${captures} --hosts samples/hosts.yaml`;
    await expectIntact(file, `${command} --update >/dev/null`);
    expect((await shell(`synsum ${command} --update`)).status).toBeLessThanOrEqual(1);
    expect(await shell(`synsum ${command}`)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test.skipIf(!hasNmap)('when scan --save replaces a scan then the old one stays', async () => {
    const file = `${DISK}/scan.json`;
    writeFileSync(file, readFileSync(EARLIER));
    await expectIntact(file, `scan --force --save ${file} -o /dev/null 127.0.0.1 -- -n -Pn -p 9`);
  });
});

test.skipIf(!hasNmap || !HAS_FULL_DEVICE)(
  'when scan --save writes to a full device then it says so',
  async () => {
    const { status, stderr } = await shell(
      'synsum scan --save /dev/full -o /dev/null 127.0.0.1 -- -n -Pn -p 9',
    );
    expect(status).toBe(3);
    expect(stderr).toMatch(/^synsum: .*\/dev\/full: ENOSPC: .*$/m);
    expect(stderr).not.toMatch(/^ +at /m);
  },
);
