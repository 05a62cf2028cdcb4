// Says when the local addresses of a sensor were changed, and nothing where sensors only differ.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { describeChanges } from '../../src/store/scope-changes.js';
import { ROOT, synsum } from '../helpers/program.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-scopes-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

const HOUR = 3_600_000_000;
const CHANGED = 'the local and named addresses were changed';

describe('what counted as local', () => {
  test('when sensors have different lists then nothing was changed', () => {
    expect(
      describeChanges([
        { sensor: 1, start: 2 * HOUR },
        { sensor: 2, start: 0 },
      ]),
    ).toEqual([]);
  });

  test('when sensors change theirs then each time is reported once', () => {
    const problems = describeChanges([
      { sensor: 1, start: 2 * HOUR },
      { sensor: 1, start: 0 },
      { sensor: 2, start: HOUR },
      { sensor: 2, start: 2 * HOUR },
    ]);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining(`${CHANGED} before what was recorded from 1970-01-01 02:00Z on`),
    ]);
  });

  test('when a store is asked then it is the same', async () => {
    const store = path.join(FOLDER, 'h.db');
    const other = path.join(FOLDER, 'other.yaml');
    fs.writeFileSync(other, 'local: [10.0.0.0/8]\n');
    const record = (sensor: string, names: string, capture: string): Promise<unknown> =>
      synsum([
        'record',
        '--store',
        store,
        '--sensor',
        sensor,
        '--names',
        names,
        `${ROOT}samples/${capture}.pcap`,
      ]);
    await record('north', `${ROOT}samples/hosts.yaml`, 'office');
    await record('south', other, 'monday');
    expect((await synsum([`store:${store}`])).stderr).not.toContain(CHANGED);
    await record('south', `${ROOT}samples/hosts.yaml`, 'tuesday');
    expect((await synsum([`store:${store}`])).stderr).toContain(
      `${CHANGED} before what was recorded from 2007-06-26 08:00Z`,
    );
  });
});
