// `synsum record -` at the end of a real pipe, as of `ssh router tcpdump`: recorded at full hours, and ended in every way.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openForReading } from '../../src/store/sqlite/store.js';
import { ROOT, resultOf, start, synsum } from '../helpers/program.js';
import { CAN_MOUNT, fill, withTmpfs } from '../helpers/tmpfs.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-stream-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

const OFFICE = `${ROOT}samples/office.pcap`;
const BYTES = fs.readFileSync(OFFICE);
const HALF = BYTES.subarray(0, 500_003);

let number = 0;
function newStore(): string {
  number += 1;
  return path.join(FOLDER, `${number}.db`);
}

function startRecording(store: string, every = '1s'): ReturnType<typeof start> {
  return start(['record', '--store', store, '--sensor', 'here', '--every', every, '-v', '-']);
}

async function servicesOf(source: string): Promise<string> {
  return (await synsum(['services', '-q', '-f', 'csv', source])).stdout;
}

async function verified(store: string): Promise<void> {
  const { status, stderr } = await synsum(['history', 'verify', store]);
  expect(status, stderr).toBe(0);
}

/** Waits until so many pieces were recorded. */
async function untilRecorded(file: string, pieces: number): Promise<void> {
  for (;;) {
    if (fs.existsSync(file) && fs.statSync(file).size > 0) {
      const found = await countBatches(file).catch(() => 0);
      if (found >= pieces) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until a stream has so many pieces. */
async function untilPieces(file: string, pieces: number): Promise<void> {
  while ((await countBatches(file, 'WHERE sequence IS NOT NULL')) < pieces) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function countBatches(file: string, condition = ''): Promise<number> {
  const store = await openForReading(file);
  try {
    return store.value(`SELECT count(*) FROM batches ${condition}`) as number;
  } finally {
    store.close();
  }
}

describe('synsum record -', () => {
  test('when the hour ends then what a silent stream has brought is recorded, and the rest at its end', async () => {
    const store = newStore();
    const child = startRecording(store);
    child.stdin.write(HALF);
    await untilRecorded(store, 1);
    await verified(store);
    child.stdin.end(BYTES.subarray(HALF.length));
    const { status, stderr } = await resultOf(child);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('recorded 1 source with 12,092 SYN-ACKs');
    expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(OFFICE));
    await verified(store);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
    'when %s ends it then everything is recorded',
    async (signal) => {
      const store = newStore();
      const child = startRecording(store);
      child.stdin.write(HALF);
      await untilRecorded(store, 1);
      const rest = BYTES.subarray(HALF.length, 700_000);
      child.stdin.write(rest);
      // The second piece shows that the rest was read.
      await untilRecorded(store, 2);
      child.kill(signal);
      const { status, stderr } = await resultOf(child);
      expect(status, stderr).toBe(0);
      const file = path.join(FOLDER, `${signal}.pcap`);
      fs.writeFileSync(file, BYTES.subarray(0, 700_000));
      expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(file));
      await verified(store);
    },
  );

  test('when it is killed then only what was not recorded yet is lost, and nothing of it counts twice', async () => {
    const store = newStore();
    const child = startRecording(store);
    child.stdin.write(HALF);
    await untilRecorded(store, 1);
    child.kill('SIGKILL');
    await resultOf(child);
    await verified(store);
    const before = await servicesOf(`store:${store}`);
    expect(before.split('\n').length).toBeGreaterThan(2);
    // `tee` has kept all of it in a file, and the stream is read again from it.
    const file = path.join(FOLDER, 'copy.pcap');
    fs.writeFileSync(file, HALF);
    expect((await synsum(['record', '--store', store, '--sensor', 'here', file])).status).toBe(3);
    expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(file));
    fs.writeFileSync(file, BYTES);
    expect((await synsum(['record', '--store', store, '--sensor', 'here', file])).status).toBe(0);
    expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(OFFICE));
    await verified(store);
    const again = await synsum(['record', '--store', store, OFFICE]);
    expect(again.stderr).toContain('recorded 0 sources with 0 SYN-ACKs; 1 was recorded before');
  });

  test('when a stream that was recorded in pieces comes again then it counts once', async () => {
    const store = newStore();
    for (const piece of [HALF, BYTES]) {
      const child = startRecording(store);
      child.stdin.write(HALF);
      await untilRecorded(store, 1);
      child.stdin.end(piece.subarray(HALF.length));
      await resultOf(child);
    }
    expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(OFFICE));
    await verified(store);
  });

  test('when a capture was recorded as a file and comes again in pieces then it never counts twice', async () => {
    const store = newStore();
    const expected = await servicesOf(OFFICE);
    await synsum(['record', '--store', store, OFFICE]);
    const child = startRecording(store);
    child.stdin.write(HALF);
    // Two pieces become due.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await countBatches(store)).toBe(1);
    expect(await servicesOf(`store:${store}`)).toBe(expected);
    child.stdin.end(BYTES.subarray(HALF.length));
    const { stderr } = await resultOf(child);
    expect(stderr).toContain('recorded before');
    expect(await servicesOf(`store:${store}`)).toBe(expected);
    await verified(store);
  });

  test('when the beginning of a capture was recorded as a file then the pieces of a stream replace it', async () => {
    const store = newStore();
    const file = path.join(FOLDER, 'beginning.pcap');
    fs.writeFileSync(file, BYTES.subarray(0, 400_000));
    await synsum(['record', '--store', store, '--sensor', 'here', file]);
    const child = startRecording(store);
    child.stdin.write(HALF);
    await untilPieces(store, 1);
    expect(await countBatches(store)).toBe(1);
    child.stdin.end(BYTES.subarray(HALF.length));
    await resultOf(child);
    expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(OFFICE));
    await verified(store);
  });

  test('when only the beginning of a recorded capture comes again then it is left out', async () => {
    const store = newStore();
    const before = await servicesOf(OFFICE);
    await synsum(['record', '--store', store, OFFICE]);
    const part = BYTES.subarray(0, 200_000);
    const file = path.join(FOLDER, 'part.pcap');
    fs.writeFileSync(file, part);
    const recorded = await synsum(['record', '--store', store, file]);
    expect(recorded.stderr).toContain(
      `${file}: left out, as it is the beginning of a capture that is recorded`,
    );
    const piped = await synsum(['record', '--store', store, '-'], { input: part });
    expect(piped.stderr).toContain('left out, as it is the beginning of a capture that is recorded');
    expect(await servicesOf(`store:${store}`)).toBe(before);
    expect(await countBatches(store)).toBe(1);
    await verified(store);
  });

  test('when a stream is shorter than a kilobyte then it has pieces too, once its second packet has come', async () => {
    const store = newStore();
    const child = startRecording(store);
    child.stdin.write(BYTES.subarray(0, 400));
    await untilRecorded(store, 1);
    child.kill('SIGKILL');
    await resultOf(child);
    await verified(store);
    const { stderr } = await synsum(['record', '--store', store, '--sensor', 'here', OFFICE]);
    expect(stderr).toContain('recorded 1 source');
    expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(OFFICE));
    await verified(store);
  });

  test('when the store was moved away then the next piece makes a new one', async () => {
    const store = newStore();
    const child = startRecording(store);
    child.stdin.write(HALF);
    await untilRecorded(store, 1);
    fs.renameSync(store, `${store}.old`);
    child.stdin.end(BYTES.subarray(HALF.length));
    const { status, stderr } = await resultOf(child);
    expect(status, stderr).toBe(0);
    expect(await countBatches(store)).toBe(1);
    await verified(store);
  });

  describe.skipIf(!CAN_MOUNT)('on a full disk (needs root to mount a tmpfs)', () => {
    /** Records the first part, and then has no room for the second. */
    async function fillDuring(small: string): Promise<{ child: ReturnType<typeof start>; filling: string }> {
      const store = path.join(small, 'h.db');
      const child = startRecording(store);
      child.stdin.on('error', () => undefined);
      child.stdin.write(BYTES.subarray(0, 400_000));
      await untilRecorded(store, 1);
      const filling = fill(small);
      child.stdin.write(BYTES.subarray(400_000, 800_000));
      let said = '';
      for await (const text of child.stderr.iterator({ destroyOnReturn: false })) {
        said += text;
        if (said.includes('the disk is full; the last change was undone; synsum tries again')) break;
      }
      return { child, filling };
    }

    test('when the stream ends then the first pieces are there, and the rest is recorded when it comes again', () =>
      withTmpfs('600K', async (small) => {
        const store = path.join(small, 'h.db');
        const { child, filling } = await fillDuring(small);
        child.stdin.end(BYTES.subarray(800_000));
        const { status, stderr } = await resultOf(child);
        expect(status, stderr).toBe(3);
        expect(stderr).toContain('recorded 1 source with 4,761 SYN-ACKs');
        await verified(store);
        fs.rmSync(filling);
        const again = await synsum(['record', '--store', store, '--sensor', 'here', '-'], { input: BYTES });
        expect(again.status, again.stderr).toBe(0);
        expect(again.stderr).toContain('recorded 1 source with 7,331 SYN-ACKs');
        expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(OFFICE));
        await verified(store);
      }));

    test('when there is room again then the next piece contains what was missing', () =>
      withTmpfs('600K', async (small) => {
        const store = path.join(small, 'h.db');
        const { child, filling } = await fillDuring(small);
        fs.rmSync(filling);
        await untilRecorded(store, 2);
        child.stdin.end(BYTES.subarray(800_000));
        const { status, stderr } = await resultOf(child);
        expect(status, stderr).toBe(0);
        expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(OFFICE));
        await verified(store);
      }));

    test('when it is killed then nothing is half-written, and nothing counts twice', () =>
      withTmpfs('600K', async (small) => {
        const store = path.join(small, 'h.db');
        const { child, filling } = await fillDuring(small);
        child.kill('SIGKILL');
        await resultOf(child);
        await verified(store);
        fs.rmSync(filling);
        expect((await synsum(['record', '--store', store, '-'], { input: BYTES })).status).toBe(0);
        expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(OFFICE));
        await verified(store);
      }));
  });

  test('when the store cannot be used as the stream begins then that is reported, and the status is 3', async () => {
    const store = newStore();
    const child = startRecording(store, '1h');
    child.stdin.on('error', () => undefined);
    while ((await countBatches(store).catch(() => -1)) < 0) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    fs.renameSync(store, `${store}.old`);
    fs.mkdirSync(store);
    child.stdin.end(BYTES);
    const { status, stderr } = await resultOf(child);
    expect(status, stderr).toBe(3);
    expect(stderr).toContain(
      'synsum: standard input: found something that is not a file, expected a store that synsum record made\n',
    );
  });

  test.each(['0s', '25h', '10', 'hourly'])('when --every is %s then it is refused', async (every) => {
    const { status, stderr } = await synsum(['record', '--store', newStore(), '--every', every, OFFICE]);
    expect(status).toBe(2);
    expect(stderr).toContain('Expected a time such as 10m or 1h, at most 24h.');
  });
});

describe('a store of version 2', () => {
  const SECOND = gunzipSync(fs.readFileSync(`${ROOT}test/store/version-2.db.gz`));
  const CAPTURES = [
    'test/captures/cases__08-backscatter.full.pcap',
    'test/captures/cases__07a-flood-forged.full.pcap',
    'samples/office.pcap',
    'test/captures/synsum__ppp.pcap',
  ].map((name) => ROOT + name);

  test('when it is read, and after it was upgraded, then it has all evidence and remote clients', async () => {
    const store = newStore();
    fs.writeFileSync(store, SECOND);
    const answers = async (): Promise<string[]> =>
      Promise.all(
        [
          ['services', '-q', '-f', 'csv', `store:${store}`],
          ['--evidence', '-q', '-f', 'csv', `store:${store}`],
          ['history', 'timeline', '-f', 'csv', store],
          ['history', 'export', '-f', 'csv', store],
        ].map(async (args) => (await synsum(args)).stdout),
      );
    const before = await answers();
    expect(before[0]).toBe((await synsum(['services', '-q', '-f', 'csv', ...CAPTURES])).stdout);
    expect(fs.readFileSync(store).equals(SECOND)).toBe(true);
    const { stderr } = await synsum(['record', '--store', store, ...CAPTURES]);
    expect(stderr).toContain(`the store as it was is ${store}.v2\n`);
    expect(stderr).toContain('recorded 0 sources');
    expect(await answers()).toEqual(before);
    await verified(store);
  });
});

describe('a store of version 1', () => {
  const FIRST = gunzipSync(fs.readFileSync(`${ROOT}test/store/version-1.db.gz`));
  const MONDAY = `${ROOT}samples/monday.pcap`;
  const TUESDAY = `${ROOT}samples/tuesday.pcap`;

  test('when it is read then it answers, and stays as it is', async () => {
    const store = newStore();
    fs.writeFileSync(store, FIRST);
    expect(await servicesOf(`store:${store}`)).toBe(await servicesOf(MONDAY));
    for (const question of ['seen', 'timeline', 'sensors', 'captures']) {
      expect((await synsum(['history', question, store])).status).toBe(0);
    }
    expect(fs.readFileSync(store).equals(FIRST)).toBe(true);
  });

  test('when something is recorded then it is upgraded, and a copy stays', async () => {
    const store = newStore();
    fs.writeFileSync(store, FIRST);
    fs.writeFileSync(`${store}.v1`, 'precious');
    const { status, stderr } = await synsum(['record', '--store', store, MONDAY, TUESDAY]);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(`${store}: upgraded to this version; the store as it was is ${store}.v1.2\n`);
    expect(stderr).toContain('recorded 1 source with 219 SYN-ACKs; 1 was recorded before');
    expect(fs.readFileSync(`${store}.v1`, 'utf8')).toBe('precious');
    expect(await servicesOf(`store:${store}.v1.2`)).toBe(await servicesOf(MONDAY));
    await verified(store);
    await verified(`${store}.v1.2`);
    expect((await synsum(['record', '--store', store, TUESDAY])).stderr).not.toContain('upgraded');
    expect(fs.readdirSync(FOLDER).filter((name) => name.startsWith(`${path.basename(store)}.v`))).toEqual([
      `${path.basename(store)}.v1`,
      `${path.basename(store)}.v1.2`,
    ]);
  });

  test(`when upgrading is killed then it is of version 1 or whole, and the next run upgrades it`, async () => {
    for (let kill = 0; kill < Number(process.env['SYNSUM_KILLS'] ?? 5); kill++) {
      const store = newStore();
      fs.writeFileSync(store, FIRST);
      const child = start(['record', '--store', store, TUESDAY]);
      const timer = setTimeout(() => child.kill('SIGKILL'), 60 + Math.random() * 200);
      await resultOf(child);
      clearTimeout(timer);
      await verified(store);
      expect((await synsum(['record', '--store', store, MONDAY, TUESDAY])).status).toBe(0);
      await verified(store);
      expect(await countBatches(store)).toBe(2);
    }
  });
});
