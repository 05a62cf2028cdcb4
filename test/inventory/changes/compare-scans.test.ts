// What scans say of each other.

import { describe, expect, test } from 'vitest';
import type { PortState, Scan } from '../../../src/inventory/scan.js';
import { scanOf } from '../fixtures.js';
import { A, B, CAPTURED, CAPTURED_LATER, type Side, tell } from './telling.js';

/** Of A alone, with two services of which 80 is always there. */
const scanned = (port: string | undefined, parts: Parameters<typeof scanOf>[1] = {}): Scan =>
  scanOf({ [A]: [...(port === undefined ? [] : [port]), '80/tcp'] }, { udp: '1-1000', ...parts });

describe('one scan against another', () => {
  const before: Side = { scans: [scanned('22/tcp')] };
  const later = { from: 5000, to: 6000 };

  test.each([
    ['closed', '22/tcp closed', '- 10.0.0.1 22/tcp closed'],
    ['filtered where a scan got through before', '22/tcp filtered', '- 10.0.0.1 22/tcp filtered'],
    ['closed or filtered', '22/tcp closed|filtered', '- 10.0.0.1 22/tcp closed|filtered'],
    ['not listed', undefined, '- 10.0.0.1 22/tcp not open'],
  ])('when the port is %s then the service is gone, and the state is told', (_, port, line) => {
    expect(tell(before, { scans: [scanned(port, later)] })).toEqual([line]);
  });

  test.each(['open|filtered', 'unfiltered'])('when the port is %s then it may be open', (state) => {
    expect(tell(before, { scans: [scanned(`22/tcp ${state}`, later)] })).toEqual([
      '? 10.0.0.1 22/tcp undefined',
    ]);
  });

  test.each<[string, PortState[], string[]]>([
    ['closed then it is gone', ['closed'], ['- 10.0.0.1 53/udp closed']],
    ['open or filtered then it may be there', ['open|filtered'], ['? 10.0.0.1 53/udp undefined']],
  ])('when a port of UDP is not listed, and such ports are %s', (_, unlisted, lines) => {
    const was: Side = { scans: [scanned('53/udp')] };
    expect(tell(was, { scans: [scanned(undefined, { ...later, unlisted })] })).toEqual(lines);
  });

  test('when a scan did not look at the port then it says nothing of it', () => {
    expect(tell(before, { scans: [scanned(undefined, { ...later, tcp: '1-21,23-65535' })] })).toEqual([
      '? 10.0.0.1 22/tcp undefined',
    ]);
  });

  test('when a scan has the port, though it is not among those that it says it looked at, then it did look', () => {
    expect(tell(before, { scans: [scanned('22/tcp closed', { ...later, tcp: '' })] })).toEqual([
      '- 10.0.0.1 22/tcp closed',
    ]);
  });

  test('when a scan looked for the machine and it did not answer then it is gone, with all it had', () => {
    const after: Side = { scans: [scanOf({ [B]: [] }, { ...later, targets: ['10.0.0.0/24'] })] };
    expect(tell({ scans: [scanOf({ [A]: ['22/tcp', '53/udp'], [B]: [] })] }, after)).toEqual([
      '- 10.0.0.1 22/tcp down',
      '- 10.0.0.1 53/udp down',
      '- 10.0.0.1 down',
    ]);
  });

  test('when a scan that looks at no port finds the machine down then no port is open', () => {
    const after: Side = { scans: [scanOf({}, { ...later, targets: [A], tcp: '' })] };
    expect(tell(before, after)).toEqual([
      '- 10.0.0.1 22/tcp down',
      '- 10.0.0.1 80/tcp down',
      '- 10.0.0.1 down',
    ]);
  });

  test('when a scan did not look for the machine, as one that was interrupted, then it says nothing of it', () => {
    const after: Side = { scans: [scanOf({ [B]: [] }, { ...later, targets: [B] })] };
    expect(tell({ scans: [scanned('22/tcp'), scanOf({ [B]: [] })] }, after)).toEqual([
      '? 10.0.0.1 22/tcp undefined',
      '? 10.0.0.1 80/tcp undefined',
    ]);
  });

  test('when a port is open now that was not then it is added, and so is one that nobody looked at before', () => {
    expect(tell({ scans: [scanned('22/tcp closed')] }, { scans: [scanned('22/tcp', later)] })).toEqual([
      '+ 10.0.0.1 22/tcp active',
    ]);
    expect(
      tell({ scans: [scanned(undefined, { tcp: '80' })] }, { scans: [scanned('22/tcp', later)] }),
    ).toEqual(['+ 10.0.0.1 22/tcp active']);
  });

  test('when a port is not open for sure then it is no service', () => {
    const states = ['closed', 'filtered', 'unfiltered', 'open|filtered', 'closed|filtered'];
    for (const state of states) {
      expect(tell({ scans: [scanned(undefined)] }, { scans: [scanned(`22/tcp ${state}`, later)] })).toEqual(
        [],
      );
    }
  });
});

describe('UDP', () => {
  const later = { from: 5000, to: 6000 };

  test('when TCP and UDP have a service on a port of the same number then these are two', () => {
    const before: Side = { scans: [scanOf({ [A]: ['53/tcp', '53/udp'] }, { udp: '53' })] };
    expect(tell(before, { scans: [scanOf({ [A]: ['53/udp'] }, { ...later, udp: '53' })] })).toEqual([
      '- 10.0.0.1 53/tcp not open',
    ]);
    expect(tell(before, { scans: [scanOf({ [A]: ['53/tcp'] }, { ...later, udp: '53' })] })).toEqual([
      '- 10.0.0.1 53/udp not open',
    ]);
  });

  test('when a scan looked at TCP only then it says nothing of UDP', () => {
    const after: Side = { scans: [scanOf({ [A]: ['53/tcp'] }, later)] };
    expect(tell({ scans: [scanOf({ [A]: ['53/tcp', '53/udp'] }, { udp: '53' })] }, after)).toEqual([
      '? 10.0.0.1 53/udp undefined',
    ]);
  });

  test('when nothing came back from the port then it is no change: it may be open, as it was', () => {
    const after: Side = { scans: [scanOf({ [A]: ['53/udp open|filtered'] }, { ...later, udp: '53' })] };
    expect(tell({ scans: [scanOf({ [A]: ['53/udp'] }, { udp: '53' })] }, after)).toEqual([
      '? 10.0.0.1 53/udp undefined',
    ]);
  });

  test('when there are captures too then these say nothing of UDP', () => {
    const before: Side = {
      uses: [[B, A, 53, 99]],
      captures: CAPTURED,
      scans: [scanOf({ [A]: ['53/udp'] }, { udp: '53' })],
    };
    const after: Side = { uses: [[B, A, 53, 99]], captures: CAPTURED_LATER };
    expect(tell(before, after)).toEqual(['? 10.0.0.1 53/udp undefined']);
  });
});

describe('several scans of one side: the last that looked has the say', () => {
  const [first, second, third] = [
    { from: 1000, to: 2000 },
    { from: 3000, to: 4000 },
    { from: 5000, to: 6000 },
  ] as const;
  const open = (when: { from: number; to: number }): Scan => scanned('22/tcp', when);
  const closed = (when: { from: number; to: number }): Scan => scanned('22/tcp closed', when);
  const ping = (when: { from: number; to: number }): Scan => scanOf({ [A]: [] }, { ...when, tcp: '' });
  const down = (when: { from: number; to: number }): Scan => scanOf({}, { ...when, targets: [A] });
  const baseline: Side = { scans: [open({ from: 100, to: 200 })] };

  test.each<[string, Scan[], string[]]>([
    ['it was open, then closed', [open(first), closed(second)], ['- 10.0.0.1 22/tcp closed']],
    ['it was closed, then open again', [closed(first), open(second)], []],
    ['the later one did not look at the port', [closed(first), ping(second)], ['- 10.0.0.1 22/tcp closed']],
    [
      'the machine was up, then down',
      [open(first), down(second)],
      ['- 10.0.0.1 22/tcp down', '- 10.0.0.1 80/tcp down', '- 10.0.0.1 down'],
    ],
    ['the machine was down, then up', [down(first), open(second)], []],
    ['it was open, the machine down, and up again', [open(first), down(second), ping(third)], []],
    [
      'the machine was down, and all that is known is that it is up again',
      [down(first), ping(second)],
      ['? 10.0.0.1 22/tcp undefined', '? 10.0.0.1 80/tcp undefined'],
    ],
  ])('when %s then that is what is told, in whatever order they come', (_, scans, lines) => {
    expect(tell(baseline, { scans })).toEqual(lines);
    expect(tell(baseline, { scans: scans.toReversed() })).toEqual(lines);
  });

  test('when a long scan looked at the machine early then a short one meanwhile looked later', () => {
    const long = scanned('22/tcp', { from: 1000, to: 9000 });
    const early = { ...long, hosts: long.hosts.map((host) => ({ ...host, from: 1000, to: 1100 })) };
    expect(tell(baseline, { scans: [early, closed(second)] })).toEqual(['- 10.0.0.1 22/tcp closed']);
    const late = { ...long, hosts: long.hosts.map((host) => ({ ...host, from: 8000, to: 8100 })) };
    expect(tell(baseline, { scans: [late, closed(second)] })).toEqual([]);
  });

  test('when a service of the baseline was closed when it was looked at last then it is new if it is open again', () => {
    expect(tell({ scans: [open(first), closed(second)] }, { scans: [open(third)] })).toEqual([
      '+ 10.0.0.1 22/tcp active',
    ]);
    expect(tell({ scans: [open(first), closed(second)] }, { scans: [closed(third)] })).toEqual([]);
  });

  test('when a machine of the baseline was down when it was looked for last then it is neither new nor gone', () => {
    const before: Side = { scans: [ping(first), down(second)] };
    expect(tell(before, { scans: [ping(third)] })).toEqual([]);
    expect(tell(before, { scans: [down(third)] })).toEqual([]);
  });

  test('when an open port could not be told the next time then the service is there all the same', () => {
    const unsure = scanned('22/tcp open|filtered', second);
    expect(tell(baseline, { scans: [open(first), unsure] })).toEqual([]);
    expect(tell({ scans: [open(first), unsure] }, { scans: [closed(third)] })).toEqual([
      '- 10.0.0.1 22/tcp closed',
    ]);
  });
});
