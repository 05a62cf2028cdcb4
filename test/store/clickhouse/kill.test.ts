// Pushes that are killed at any moment, two at a time: the next one completes them, and everything counts once.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeDocument } from '../../../src/inventory/document/writer.js';
import type { Names } from '../../../src/names/names.js';
import { readInventory } from '../../../src/sources/read-inventory.js';
import { openToAsk, openToRecord } from '../../../src/store/open.js';
import { HOUR } from '../../../src/tally/layout.js';
import { HAS_CLICKHOUSE, NEEDS_CLICKHOUSE } from '../../helpers/clickhouse.js';
import { ROOT } from '../../helpers/program.js';
import { captureFor, inFleet, loadSampleNames, useServers } from './servers.js';

const fleet = useServers();
const CAPTURES = ['monday', 'tuesday', 'office'].map((name) => `${ROOT}samples/${name}.pcap`);
/** A sensor with quotes, SQL, a line break and a control sequence in its name, and a plain one. */
const SENSORS = ["o'\\' OR 1=1 -- \n\u001b[31m", 'plain'];
const ROUNDS = 6;

let names: Names;
beforeAll(async () => {
  names = await loadSampleNames();
});

/** Pushes, and is killed once it has begun for a while: at another moment each time. */
async function pushAndKill(file: string, after: number): Promise<void> {
  const args = [`${ROOT}dist/main.js`, 'push', '--store', file, '--to', fleet.url];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const isGone = new Promise((resolve) => child.once('close', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), after);
  await isGone;
  clearTimeout(timer);
}

async function ask(...sources: readonly string[]): Promise<string> {
  const inventory = await readInventory(sources, { names, digests: true, evidence: true });
  return [...writeDocument(inventory)].join('').replace(/"name":"[^"]*"/g, '"name":""');
}

describe.skipIf(!HAS_CLICKHOUSE)(`pushes that are killed${NEEDS_CLICKHOUSE}`, () => {
  test('when two stores of each sensor are pushed and killed again and again then all of it counts once', async () => {
    const files = SENSORS.flatMap((sensor, at) =>
      [0, 1].map((copy) => ({ sensor, file: path.join(fleet.folder, `killed-${at}-${copy}.db`) })),
    );
    const captures = SENSORS.map((sensor) => CAPTURES.map((capture) => captureFor(fleet, sensor, capture)));
    for (const { sensor, file } of files) {
      const store = await openToRecord(file);
      for (const source of captures[SENSORS.indexOf(sensor)] as string[]) {
        const inventory = await readInventory([source], {
          names,
          digests: true,
          evidence: true,
          slice: HOUR,
        });
        await store.record({ sensor, source, inventory });
      }
      await store.close();
    }
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(files.map(({ file }, at) => pushAndKill(file, 150 + 100 * round + 30 * at)));
    }
    for (const { file } of files) {
      expect(await inFleet(['push', '--store', file, '--to', fleet.url])).toMatchObject({ status: 0 });
    }
    expect(await ask(fleet.url)).toBe(await ask(...captures.flat()));
    for (const [at, sensor] of SENSORS.entries()) {
      const own = await ask(`${fleet.url}?sensor=${encodeURIComponent(sensor)}`);
      expect(own).toBe(await ask(...(captures[at] as string[])));
    }
    const store = await openToAsk(fleet.url);
    expect((await store.verify()).faults).toEqual([]);
    expect((await store.sensorStates()).map(({ sensor }) => sensor)).toEqual(SENSORS);
    await store.close();
    const shown = await inFleet(['history', 'sensors', '-f', 'table', fleet.url]);
    expect(shown.stdout).toContain('OR 1=1');
    expect(shown.stdout).not.toContain('\u001b');
  });
});
