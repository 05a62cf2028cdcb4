// The evaluator and the kernel, asked about the same connections.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFolder } from '../cli/office.js';
import { ethernet, ipv4, ipv6, pcap, tcp } from '../helpers/packets.js';
import { synsum } from '../helpers/program.js';
import { agreement } from './lab/agreement.js';
import { Dice } from './lab/dice.js';
import { LAB_FAULT, LAB_NOTE } from './lab/namespaces.js';
import type { Probe } from './lab/probes.js';
import { randomProbe } from './lab/random-rules.js';
import { TestRouter } from './lab/test-router.js';
import { comparable, recorded, written } from './rulesets/rulesets.js';

const { write } = makeFolder();

describe.skipIf(LAB_FAULT !== undefined)('the kernel and the evaluator', () => {
  let router: TestRouter;
  beforeAll(() => {
    router = new TestRouter();
  });
  afterAll(() => router.close());

  test(`when a hand-written rule set is listed again, it is as recorded${LAB_NOTE}`, () => {
    expect(comparable(router.load(written('office.nft')))).toEqual(comparable(recorded('office')));
  });

  test(`when 1500 connections meet a hand-written rule set, both decide alike${LAB_NOTE}`, () => {
    const dice = new Dice(2026);
    const probes = Array.from({ length: 1500 }, (_, number) => randomProbe(dice, number));
    const { wrong, undecided, accepted } = agreement(router, router.load(written('office.nft')), probes);
    expect(wrong).toEqual([]);
    // Only those whose address is translated, because they may leave by another interface then.
    const translated = probes.filter(
      ({ destination, port }) => destination === '198.51.100.7' && port === 8080,
    );
    expect(undecided).toBeLessThanOrEqual(translated.length);
    expect(translated.length).toBeLessThan(100);
    // Otherwise the rules would show nothing.
    expect(accepted).toBeGreaterThan(300);
    expect(accepted).toBeLessThan(1200);
  });

  test(`when 1000 connections meet rules that were made from a capture, both decide alike${LAB_NOTE}`, async () => {
    const dice = new Dice(11);
    const seen = Array.from({ length: 60 }, (_, number) => randomProbe(dice, number));
    const capture = write('seen.pcap', captureOf(seen));
    const names = write('hosts.yaml', 'local: [10.0.0.0/8, fd00::/8]\n');
    const made = await synsum(['rules', '-q', '--accept', 'all', '--remote', '--names', names, capture]);
    expect(made).toMatchObject({ status: 0, stderr: '' });
    const probes = Array.from({ length: 1000 }, (_, number) => randomProbe(dice, number));
    const { wrong, undecided, accepted } = agreement(router, router.load(made.stdout), probes);
    expect({ wrong, undecided }).toEqual({ wrong: [], undecided: 0 });
    const keys = new Set(seen.filter(hasLocalEnd).map(keyOf));
    expect(accepted).toBe(probes.filter((probe) => keys.has(keyOf(probe))).length);
    expect(accepted).toBeGreaterThan(100);
  });
});

function keyOf({ source, destination, port }: Probe): string {
  return `${source} ${destination} ${port}`;
}

function hasLocalEnd({ source, destination }: Probe): boolean {
  return [source, destination].some((address) => /^(10\.|fd)/.test(address));
}

/** The SYN-ACKs of connections, one in an hour, so that nobody seems to scan. */
function captureOf(seen: readonly Probe[]): Uint8Array {
  return pcap({
    records: seen.map(({ source, destination, port, sourcePort }, at) => {
      const payload = tcp({ sourcePort: port, destinationPort: sourcePort });
      const ends = { source: destination, destination: source, payload };
      const isV6 = source.includes(':');
      return {
        seconds: 1_795_400_000 + at * 3600,
        data: ethernet(isV6 ? { type: 0x86dd, payload: ipv6(ends) } : { payload: ipv4(ends) }),
      };
    }),
  });
}
