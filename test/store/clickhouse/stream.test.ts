// Streams that are recorded directly into a fleet, in pieces, count once, whatever comes again.

import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DATABASE, HAS_CLICKHOUSE, NEEDS_CLICKHOUSE, PASSWORD } from '../../helpers/clickhouse.js';
import { ROOT, resultOf, start } from '../../helpers/program.js';
import { inFleet, MONDAY, OFFICE, useServers } from './servers.js';

const fleet = useServers();
const NAMES = ['--names', `${ROOT}samples/hosts.yaml`];

async function servicesOf(...sources: string[]): Promise<string> {
  const { stdout, status } = await inFleet(['services', '-q', '-f', 'csv', ...NAMES, ...sources]);
  expect(status).toBe(0);
  return stdout;
}

function record(
  sources: readonly string[],
  input?: Uint8Array,
): Promise<{ status: number | null; stderr: string }> {
  const args = ['record', '--sensor', 'here', '--store', fleet.url, ...NAMES, ...sources];
  const child = start(args, { env: { SYNSUM_CLICKHOUSE_PASSWORD: PASSWORD } });
  child.stdin.end(input);
  return resultOf(child);
}

/** Records a stream of which the second half comes once the first one is recorded. */
async function recordInHalves(bytes: Uint8Array): Promise<void> {
  const args = ['record', '--sensor', 'here', '--store', fleet.url, '--every', '1s', ...NAMES, '-'];
  const child = start(args, { env: { SYNSUM_CLICKHOUSE_PASSWORD: PASSWORD } });
  const result = resultOf(child);
  child.stdin.write(bytes.subarray(0, bytes.length / 2));
  for (let pieces = 0; pieces === 0; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const counts = fleet.servers.map((server) =>
      server
        .query("SELECT count() FROM batches WHERE stream != '' AND syn_acks > 0", DATABASE)
        .catch(() => '0'),
    );
    pieces = (await Promise.all(counts)).reduce((sum, count) => sum + Number(count), 0);
  }
  child.stdin.end(bytes.subarray(bytes.length / 2));
  expect(await result).toMatchObject({ status: 0 });
}

describe.skipIf(!HAS_CLICKHOUSE)(`a stream into a fleet${NEEDS_CLICKHOUSE}`, () => {
  test('when it is recorded in pieces then they add up, and the same again changes nothing', async () => {
    await recordInHalves(fs.readFileSync(OFFICE));
    const direct = await servicesOf(OFFICE);
    expect(await servicesOf(fleet.url)).toBe(direct);
    expect(await record(['-'], fs.readFileSync(OFFICE))).toMatchObject({ status: 0 });
    expect(await record([OFFICE])).toMatchObject({ status: 0 });
    expect(await servicesOf(fleet.url)).toBe(direct);
    // Another stream has the same name, and is not taken for it.
    expect(await record(['-'], fs.readFileSync(MONDAY))).toMatchObject({ status: 0 });
    expect(await servicesOf(fleet.url)).toBe(await servicesOf(OFFICE, MONDAY));
  });

  test('when the capture was recorded before then the stream adds nothing', async () => {
    expect(await record([OFFICE])).toMatchObject({ status: 0 });
    expect(await record(['--every', '1s', '-'], fs.readFileSync(OFFICE))).toMatchObject({ status: 0 });
    expect(await servicesOf(fleet.url)).toBe(await servicesOf(OFFICE));
  });
});
