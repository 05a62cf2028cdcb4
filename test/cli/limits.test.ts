// Options that say how the work is done, and not what the answer is; and the ways in which the program is started.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT, synsum } from '../helpers/program.js';

const OFFICE = 'samples/office.pcap';
const HOSTS = ['--hosts', 'samples/hosts.yaml'];
const FOLDER = mkdtempSync(path.join(tmpdir(), 'synsum-limits-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

describe('--threads', () => {
  test('when a large capture is read with any number then the answer is the same', async () => {
    const office = readFileSync(path.join(ROOT, OFFICE));
    const body = office.subarray(24);
    const large = path.join(FOLDER, 'large.pcap');
    writeFileSync(large, Buffer.concat([office, ...Array.from({ length: 140 }, () => body)]));
    const answers = await Promise.all(
      ['1', '2', '4'].map((threads) => synsum([large, ...HOSTS, '-f', 'json', '--threads', threads])),
    );
    expect(answers[0]).toMatchObject({ status: 0 });
    expect(JSON.parse(answers[0]?.stdout ?? '').totals).toMatchObject({ syn_acks: 141 * 12092 });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test.each(['0', '-1', 'two', '1.5', ''])('when it is %j then that is wrong usage', async (threads) => {
    const { status, stderr } = await synsum([OFFICE, '--threads', threads]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('whole number, at least 1'),
    });
  });
});

test.each([
  ['--threads', '257', 256],
  ['--max-rows', '3500001', 3_500_000],
])('when %s is %s then at most %i is expected', async (option, value, most) => {
  const { status, stderr } = await synsum([OFFICE, option, value]);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining(`Expected at most ${most}.`),
  });
});

describe('--max-rows', () => {
  test('when there are more rows then the smallest are summed up, and totals are exact', async () => {
    const { status, stdout, stderr } = await synsum([OFFICE, ...HOSTS, '--max-rows', '4']);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout:
        '    417 (other)         (other)            (other)\n' +
        '   2496 _               pluto                  ssh\n' +
        '   9179 _               pluto                rsync\n',
    });
    expect(stderr).toContain('synsum: too many rows for memory: 4 of them are combined as (other)\n');
  });

  test('when there are not then nothing is', async () => {
    const plain = await synsum([OFFICE, ...HOSTS]);
    expect(await synsum([OFFICE, ...HOSTS, '--max-rows', '6'])).toEqual(plain);
  });
});
