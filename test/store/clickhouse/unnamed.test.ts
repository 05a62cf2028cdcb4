// An address that lacks a server of the fleet: no answer is silently a part.

import { describe, expect, test } from 'vitest';
import { DATABASE, HAS_CLICKHOUSE, LosingProxy, NEEDS_CLICKHOUSE } from '../../helpers/clickhouse.js';
import { captureFor, inFleet, MONDAY, urlOf, useServers } from './servers.js';

const fleet = useServers();

/** Runs `record` for sensors of both servers. */
async function recordAll(url = fleet.url): Promise<void> {
  await Promise.all(
    ['a', 'b', 'c', 'd'].map(async (sensor) => {
      const capture = captureFor(fleet, sensor, MONDAY);
      expect(await inFleet(['record', '-q', '--sensor', sensor, '--store', url, capture])).toMatchObject({
        status: 0,
        stderr: '',
      });
    }),
  );
}

describe.skipIf(!HAS_CLICKHOUSE)(`a server that an address does not name${NEEDS_CLICKHOUSE}`, () => {
  test('when a question is asked then the message names it, and the status is 3', async () => {
    await recordAll();
    const [one, two] = fleet.servers.map(({ host }) => host) as [string, string];
    const message = (missing: string) =>
      `${missing} belongs to the fleet too, but the address does not name it; the answer is without it`;
    for (const [named, missing] of [
      [one, two],
      [two, one],
    ] as const) {
      for (const question of [
        ['services', '-q'],
        ['history', 'seen'],
        ['history', 'export'],
      ]) {
        const { status, stderr } = await inFleet([...question, urlOf([named])]);
        expect([status, stderr]).toEqual([3, expect.stringContaining(message(missing))]);
      }
    }
    const upkeep = await inFleet(['history', 'compact', urlOf([one])]);
    expect([upkeep.status, upkeep.stderr]).toEqual([
      2,
      expect.stringContaining(
        `${two} belongs to the fleet too, but the address does not name it; upkeep needs all shards`,
      ),
    ]);
  });

  test('when servers were recorded to by several programs at once then all know each other', async () => {
    await recordAll();
    const { status, stderr } = await inFleet(['history', 'sensors', fleet.url]);
    expect([status, stderr]).toEqual([0, '']);
  });

  test('when servers have other names then they are recognised', async () => {
    await recordAll();
    const proxies = await Promise.all(fleet.servers.map(({ port }) => LosingProxy.start(port, 1e9)));
    const { status, stderr } = await inFleet(['history', 'sensors', urlOf(proxies.map(({ host }) => host))]);
    expect([status, stderr]).toEqual([0, '']);
    const one = await inFleet(['history', 'sensors', urlOf([proxies[0]?.host as string])]);
    expect([one.status, one.stderr]).toEqual([
      3,
      expect.stringContaining(`${fleet.servers[1]?.host} belongs to the fleet too`),
    ]);
    for (const proxy of proxies) proxy.close();
  });

  test('when two names are those of one server then nothing is answered or recorded', async () => {
    const [one] = fleet.servers as [(typeof fleet.servers)[0]];
    const twice = urlOf([one.host, one.host.replace('127.0.0.1', 'localhost')]);
    for (const args of [
      ['record', '--store', twice, MONDAY],
      ['history', 'sensors', twice],
    ]) {
      const { status, stderr } = await inFleet(args);
      expect([status, stderr]).toEqual([2, expect.stringContaining('are the same server; name it once')]);
    }
  });

  test('when a server was removed for good then it is not missed', async () => {
    await recordAll();
    const [one, two] = fleet.servers as [(typeof fleet.servers)[0], (typeof fleet.servers)[0]];
    await one.query(`INSERT INTO meta (key, value) VALUES ('gone ${two.host}', '')`, DATABASE);
    const { status, stderr } = await inFleet(['history', 'sensors', urlOf([one.host])]);
    expect([status, stderr]).toEqual([0, '']);
  });

  test('when a server is added then an address without it is noticed', async () => {
    const [one, two] = fleet.servers.map(({ host }) => host) as [string, string];
    await recordAll(urlOf([one]));
    expect(await inFleet(['history', 'sensors', urlOf([one])])).toMatchObject({ status: 0, stderr: '' });
    const capture = captureFor(fleet, 'e', MONDAY);
    await inFleet(['record', '-q', '--sensor', 'e', '--store', fleet.url, capture]);
    const { status, stderr } = await inFleet(['history', 'sensors', urlOf([one])]);
    expect([status, stderr]).toEqual([3, expect.stringContaining(`${two} belongs to the fleet too`)]);
  });
});
