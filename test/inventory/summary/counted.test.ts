// Summaries that count handshakes, or those of used services, on real traffic whose truth is known.

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../../src/inventory/inventory.js';
import { EvidenceError } from '../../../src/inventory/summary/judged-rows.js';
import type { Query } from '../../../src/inventory/summary/query.js';
import { type Summary, summarize } from '../../../src/inventory/summary/summary.js';
import { loadNames } from '../../../src/names/find-hosts-file.js';
import type { Names } from '../../../src/names/names.js';
import { readInventory } from '../../../src/sources/read-inventory.js';
import { HOUR } from '../../../src/tally/layout.js';
import { CASES, casePath } from '../../helpers/cases.js';
import { ROOT } from '../../helpers/program.js';
import { parseTsv } from '../../helpers/shared.js';

interface Truth {
  readonly case: string;
  readonly client: string;
  readonly server: string;
  readonly port: string;
  readonly synacks: string;
  readonly attempts: string;
  readonly class: string;
}
const TRUTH = parseTsv(readFileSync(`${ROOT}test/captures/cases.tsv`, 'utf8')) as unknown as Truth[];

const BY: Query = { by: ['client', 'server', 'port'], numeric: true, remote: true };
/** The second row of each connection that a router forwards is the same use under its inside address. */
const ALSO_USED = ['used', 'forwarded'];

let names: Names;
beforeAll(async () => {
  names = (await loadNames({ env: {}, cwd: '/nonexistent' })).names;
});

function read(name: string, options: object = {}): Promise<Inventory> {
  return readInventory([name], { names, remote: true, clients: true, evidence: true, ...options });
}

function countsOf({ rows }: Summary): Map<string, number> {
  return new Map([...rows].map(({ client, server, port, count }) => [`${client} ${server} ${port}`, count]));
}

describe('counting handshakes that are use', () => {
  test.each(CASES)(
    'when all packets of %s were captured then each use counts, and nothing else',
    async (name) => {
      const counted = countsOf(
        summarize(await read(casePath(name, 'full')), names, { ...BY, counted: 'used' }),
      );
      const used = TRUTH.filter((truth) => truth.case === name && ALSO_USED.includes(truth.class));
      expect(counted).toEqual(
        new Map(
          used.map(({ client, server, port, attempts }) => [`${client} ${server} ${port}`, Number(attempts)]),
        ),
      );
    },
  );

  test.each(CASES)(
    'when only SYN-ACKs of %s were captured then nothing counts that is not use',
    async (name) => {
      const counted = countsOf(
        summarize(await read(casePath(name, 'synack')), names, { ...BY, counted: 'used' }),
      );
      const used = TRUTH.filter((truth) => truth.case === name && ALSO_USED.includes(truth.class));
      for (const [key, count] of counted) {
        const truth = used.find(({ client, server, port }) => `${client} ${server} ${port}` === key);
        expect(truth, key).toBeDefined();
        expect(count).toBeLessThanOrEqual(Number(truth?.attempts));
      }
    },
  );
});

describe('counting handshakes', () => {
  test('when each packet was captured twice then each handshake counts once', async () => {
    const inventory = await read(casePath('03a-any-twice', 'full'));
    const { count, synAcks, cut } = summarize(inventory, names, { ...BY, counted: 'handshakes', top: 1 });
    expect([count, synAcks, cut]).toEqual([15, 30, { rows: 1, synAcks: 10 }]);
  });

  test('when counts are divided by the hour then the hours add up, and each row has the verdict of the whole', async () => {
    const office = `${ROOT}samples/office.pcap`;
    const { names: ours } = await loadNames({ hosts: `${ROOT}samples/hosts.yaml`, env: {}, cwd: ROOT });
    const options = { names: ours, clients: true, evidence: true };
    const whole = summarize(await readInventory([office], options), ours, { judged: true, counted: 'used' });
    const sliced = await readInventory([office], { ...options, slice: HOUR });
    const hours = summarize(sliced, ours, {
      by: ['hour', 'client', 'server', 'service'],
      judged: true,
      counted: 'used',
    });
    expect(hours.rows.length).toBeGreaterThan(whole.rows.length);
    const sums = new Map<string, number>();
    for (const { client, server, service, count } of hours.rows) {
      const key = `${client} ${server} ${service}`;
      sums.set(key, (sums.get(key) ?? 0) + count);
    }
    for (const { client, server, service, count, judgement } of whole.rows) {
      expect(sums.get(`${client} ${server} ${service}`)).toBe(count);
      expect(judgement?.handshakes).toBe(count);
    }
    expect(hours.count).toBe(whole.count);
  });

  test('when there is no evidence then handshakes cannot be counted, but SYN-ACKs can', async () => {
    const inventory = await readInventory([`${ROOT}samples/monday.pcap`], { names });
    for (const counted of ['handshakes', 'used'] as const)
      expect(() => summarize(inventory, names, { counted })).toThrow(EvidenceError);
    expect(summarize(inventory, names).count).toBe(287);
  });
});

describe('choosing by level', () => {
  test('when rows are chosen then those that are left out are counted', async () => {
    const inventory = await read(casePath('04-synscan', 'full'));
    const all = summarize(inventory, names, BY);
    const yes = summarize(inventory, names, { ...BY, only: 'yes', judged: true });
    expect([...yes.rows].map(({ judgement }) => judgement?.verdict)).toEqual(['used', 'used']);
    expect(yes.synAcks + yes.unchosen).toBe(all.synAcks);
    expect(summarize(inventory, names, { ...BY, only: 'all' }).synAcks).toBe(all.synAcks);
  });

  test('when a filter hides the services that a scan touched then the scan is still known', async () => {
    const inventory = await read(casePath('04-synscan', 'full'));
    const { parseServicePattern } = await import('../../../src/names/patterns.js');
    const services = [parseServicePattern('22')];
    const { rows } = summarize(inventory, names, { ...BY, services, judged: true });
    expect([...rows].map(({ judgement }) => judgement?.verdict)).toEqual(['probed', 'probed']);
  });
});
