// `--across`: two sensors that see the same path.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, synsum } from '../helpers/program.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-across-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));
const STORE = `store:${path.join(FOLDER, 'h.db')}`;
const NORTH = `${ROOT}samples/monday.pcap`;
const NAMES = ['--names', `${ROOT}samples/hosts.yaml`];
const SOUTH = path.join(FOLDER, 'south.pcap');

beforeAll(async () => {
  // Without the first packet, so it is another capture.
  const bytes = fs.readFileSync(NORTH);
  const length = 16 + bytes.readUInt32LE(24 + 8);
  fs.writeFileSync(SOUTH, Buffer.concat([bytes.subarray(0, 24), bytes.subarray(24 + length)]));
  for (const [sensor, capture] of [
    ['north', NORTH],
    ['south', SOUTH],
  ] as const) {
    await synsum(['record', '--store', path.join(FOLDER, 'h.db'), '--sensor', sensor, ...NAMES, capture]);
  }
});

async function outputOf(...args: string[]): Promise<string> {
  return (await synsum([...args, ...NAMES, '-q'])).stdout;
}

describe('--across', () => {
  test.each([
    ['summary', []],
    ['services', ['services']],
    ['hosts', ['hosts']],
    ['save', ['save']],
    ['map', ['map', '-f', 'mermaid']],
  ])(
    'when %s is asked with it then the answer is that of across= in the name of the store',
    async (_, args) => {
      const joined = await outputOf(...args, '--across', 'max', STORE);
      expect(joined).toBe(await outputOf(...args, `${STORE}?across=max`));
      expect(joined.length).toBeGreaterThan(20);
    },
  );

  test('when it is max then what both saw counts once, and with sum twice', async () => {
    const alone = await outputOf('-f', 'csv', NORTH);
    expect(await outputOf('-f', 'csv', '--across', 'max', STORE)).toBe(alone);
    const both = await outputOf('-f', 'csv', '--allow-duplicates', NORTH, SOUTH);
    expect(both).not.toBe(alone);
    expect(await outputOf('-f', 'csv', '--across', 'sum', STORE)).toBe(both);
    expect(await outputOf('-f', 'csv', STORE)).toBe(both);
  });

  test('when hours of one sensor were added up and those of the other come late then both count once', async () => {
    const file = path.join(FOLDER, 'late.db');
    const record = (sensor: string, capture: string): Promise<unknown> =>
      synsum(['record', '--store', file, '--sensor', sensor, ...NAMES, capture]);
    await record('north', NORTH);
    await synsum(['history', 'compact', file, '--keep', '0h,0d']);
    await record('south', SOUTH);
    await record('south', `${ROOT}samples/office.pcap`);
    const alone = await outputOf('-f', 'csv', NORTH, `${ROOT}samples/office.pcap`);
    expect(await outputOf('-f', 'csv', `store:${file}?across=max`)).toBe(alone);
    expect(await outputOf('-f', 'csv', `store:${file}?across=max&sensor=north`)).toBe(
      await outputOf('-f', 'csv', NORTH),
    );
    await synsum(['history', 'compact', file, '--keep', '0h,0d']);
    expect(await outputOf('-f', 'csv', `store:${file}?across=max`)).toBe(alone);
  });

  test('when the name of a store says how then that counts', async () => {
    const sensor = `${STORE}?sensor=north&since=2007-01-01`;
    expect(await outputOf('--across', 'max', sensor)).toBe(await outputOf(sensor));
    expect(await outputOf('--across', 'max', `${STORE}?across=sum`)).toBe(await outputOf(STORE));
  });

  test('when a store is a side of a diff then its connections count once', async () => {
    const diff = ['diff', '-f', 'json', `${ROOT}samples/tuesday.pcap`];
    const joined = await outputOf(...diff, '--across', 'max', STORE);
    expect(joined).toContain('"connections"');
    expect(joined).toBe(await outputOf(...diff, `${STORE}?sensor=north`));
    expect(joined).not.toBe(await outputOf(...diff, STORE));
  });

  test('when no source is a store, or it is something else, then it is refused', async () => {
    const without = await synsum(['--across', 'max', NORTH]);
    expect([without.status, without.stderr]).toEqual([
      2,
      'synsum: --across: joins the sensors of a store, and no source is a store\n',
    ]);
    const other = await synsum(['--across', 'min', STORE]);
    expect([other.status, other.stderr]).toEqual([2, expect.stringContaining('sum, max')]);
  });
});
