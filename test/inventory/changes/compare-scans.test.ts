// Comparisons of scans with scans.

import { describe, expect, test } from 'vitest';
import type { PortState, Scan } from '../../../src/inventory/scan.js';
import { scanOf } from '../fixtures.js';
import { A, B, CAPTURED, CAPTURED_LATER, changeLines, type Side } from './change-lines.js';

/** Scans of A alone, with two services; 80 is always there. */
const scanned = (port: string | undefined, parts: Parameters<typeof scanOf>[1] = {}): Scan =>
  scanOf({ [A]: [...(port === undefined ? [] : [port]), '80/tcp'] }, { udp: '1-1000', ...parts });

describe('one scan against another', () => {
  const before: Side = { scans: [scanned('22/tcp')] };
  const later = { from: 5000, to: 6000 };

  test.each([
    ['closed', '22/tcp closed', '- 10.0.0.1 22/tcp closed'],
    ['filtered, though a scan got through before', '22/tcp filtered', '- 10.0.0.1 22/tcp filtered'],
    ['closed or filtered', '22/tcp closed|filtered', '- 10.0.0.1 22/tcp closed|filtered'],
    ['not listed', undefined, '- 10.0.0.1 22/tcp not open'],
  ])('when the port is %s then the service is gone, with the state as the reason', (_, port, line) => {
    expect(changeLines(before, { scans: [scanned(port, later)] })).toEqual([line]);
  });

  test.each(['open|filtered', 'unfiltered'])('when the port is %s then it may be open', (state) => {
    expect(changeLines(before, { scans: [scanned(`22/tcp ${state}`, later)] })).toEqual([
      '? 10.0.0.1 22/tcp undefined',
    ]);
  });

  test.each<[string, PortState[], string[]]>([
    ['closed then it is gone', ['closed'], ['- 10.0.0.1 53/udp closed']],
    ['open or filtered then it may be there', ['open|filtered'], ['? 10.0.0.1 53/udp undefined']],
  ])('when a UDP port is not listed, and unlisted ports are %s', (_, unlisted, lines) => {
    const was: Side = { scans: [scanned('53/udp')] };
    expect(changeLines(was, { scans: [scanned(undefined, { ...later, unlisted })] })).toEqual(lines);
  });

  test('when a scan did not look at the port then it says nothing about it', () => {
    expect(changeLines(before, { scans: [scanned(undefined, { ...later, tcp: '1-21,23-65535' })] })).toEqual([
      '? 10.0.0.1 22/tcp undefined',
    ]);
  });

  test('when a scan lists a port that is not among those it looked at then it did look at it', () => {
    expect(changeLines(before, { scans: [scanned('22/tcp closed', { ...later, tcp: '' })] })).toEqual([
      '- 10.0.0.1 22/tcp closed',
    ]);
  });

  test('when a scan looked for the machine and it did not answer then it is gone with all its services', () => {
    const after: Side = { scans: [scanOf({ [B]: [] }, { ...later, targets: ['10.0.0.0/24'] })] };
    expect(changeLines({ scans: [scanOf({ [A]: ['22/tcp', '53/udp'], [B]: [] })] }, after)).toEqual([
      '- 10.0.0.1 22/tcp down',
      '- 10.0.0.1 53/udp down',
      '- 10.0.0.1 down',
    ]);
  });

  test('when a scan that looks at no ports finds the machine down then no port is open', () => {
    const after: Side = { scans: [scanOf({}, { ...later, targets: [A], tcp: '' })] };
    expect(changeLines(before, after)).toEqual([
      '- 10.0.0.1 22/tcp down',
      '- 10.0.0.1 80/tcp down',
      '- 10.0.0.1 down',
    ]);
  });

  test('when a scan did not look for the machine, because it was interrupted, then it says nothing about it', () => {
    const after: Side = { scans: [scanOf({ [B]: [] }, { ...later, targets: [B] })] };
    expect(changeLines({ scans: [scanned('22/tcp'), scanOf({ [B]: [] })] }, after)).toEqual([
      '? 10.0.0.1 22/tcp undefined',
      '? 10.0.0.1 80/tcp undefined',
    ]);
  });

  test('when a port is open now then it is added, whether it was closed before or no scan looked at it', () => {
    expect(changeLines({ scans: [scanned('22/tcp closed')] }, { scans: [scanned('22/tcp', later)] })).toEqual(
      ['+ 10.0.0.1 22/tcp active'],
    );
    expect(
      changeLines({ scans: [scanned(undefined, { tcp: '80' })] }, { scans: [scanned('22/tcp', later)] }),
    ).toEqual(['+ 10.0.0.1 22/tcp active']);
  });

  test('when a port is not certainly open then it is not a service', () => {
    const states = ['closed', 'filtered', 'unfiltered', 'open|filtered', 'closed|filtered'];
    for (const state of states) {
      expect(
        changeLines({ scans: [scanned(undefined)] }, { scans: [scanned(`22/tcp ${state}`, later)] }),
      ).toEqual([]);
    }
  });
});

describe('UDP', () => {
  const later = { from: 5000, to: 6000 };

  test('when TCP and UDP have a service on the same port number then these are two services', () => {
    const before: Side = { scans: [scanOf({ [A]: ['53/tcp', '53/udp'] }, { udp: '53' })] };
    expect(changeLines(before, { scans: [scanOf({ [A]: ['53/udp'] }, { ...later, udp: '53' })] })).toEqual([
      '- 10.0.0.1 53/tcp not open',
    ]);
    expect(changeLines(before, { scans: [scanOf({ [A]: ['53/tcp'] }, { ...later, udp: '53' })] })).toEqual([
      '- 10.0.0.1 53/udp not open',
    ]);
  });

  test('when a scan looked at TCP only then it says nothing about UDP', () => {
    const after: Side = { scans: [scanOf({ [A]: ['53/tcp'] }, later)] };
    expect(changeLines({ scans: [scanOf({ [A]: ['53/tcp', '53/udp'] }, { udp: '53' })] }, after)).toEqual([
      '? 10.0.0.1 53/udp undefined',
    ]);
  });

  test('when nothing came back from the port then it is not a change, because it may still be open', () => {
    const after: Side = { scans: [scanOf({ [A]: ['53/udp open|filtered'] }, { ...later, udp: '53' })] };
    expect(changeLines({ scans: [scanOf({ [A]: ['53/udp'] }, { udp: '53' })] }, after)).toEqual([
      '? 10.0.0.1 53/udp undefined',
    ]);
  });

  test('when there are captures too then these say nothing about UDP', () => {
    const before: Side = {
      uses: [[B, A, 53, 99]],
      captures: CAPTURED,
      scans: [scanOf({ [A]: ['53/udp'] }, { udp: '53' })],
    };
    const after: Side = { uses: [[B, A, 53, 99]], captures: CAPTURED_LATER };
    expect(changeLines(before, after)).toEqual(['? 10.0.0.1 53/udp undefined']);
  });
});

describe('several scans on one side, of which the last that looked decides', () => {
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
    ['it was open, then the machine was down, then up again', [open(first), down(second), ping(third)], []],
    [
      'the machine was down, and a later scan says only that it is up again',
      [down(first), ping(second)],
      ['? 10.0.0.1 22/tcp undefined', '? 10.0.0.1 80/tcp undefined'],
    ],
  ])('when %s then these changes are reported, in whatever order the scans come', (_, scans, lines) => {
    expect(changeLines(baseline, { scans })).toEqual(lines);
    expect(changeLines(baseline, { scans: scans.toReversed() })).toEqual(lines);
  });

  test('when a long scan looked at the machine early then a short scan during it looked later', () => {
    const long = scanned('22/tcp', { from: 1000, to: 9000 });
    const early = { ...long, hosts: long.hosts.map((host) => ({ ...host, from: 1000, to: 1100 })) };
    expect(changeLines(baseline, { scans: [early, closed(second)] })).toEqual(['- 10.0.0.1 22/tcp closed']);
    const late = { ...long, hosts: long.hosts.map((host) => ({ ...host, from: 8000, to: 8100 })) };
    expect(changeLines(baseline, { scans: [late, closed(second)] })).toEqual([]);
  });

  test('when the last scan of the baseline found a service closed then it is new if it is open again', () => {
    expect(changeLines({ scans: [open(first), closed(second)] }, { scans: [open(third)] })).toEqual([
      '+ 10.0.0.1 22/tcp active',
    ]);
    expect(changeLines({ scans: [open(first), closed(second)] }, { scans: [closed(third)] })).toEqual([]);
  });

  test('when the last scan of the baseline found a machine down then it is neither new nor gone', () => {
    const before: Side = { scans: [ping(first), down(second)] };
    expect(changeLines(before, { scans: [ping(third)] })).toEqual([]);
    expect(changeLines(before, { scans: [down(third)] })).toEqual([]);
  });

  test('when the next scan is not sure about an open port then the service is still present', () => {
    const unsure = scanned('22/tcp open|filtered', second);
    expect(changeLines(baseline, { scans: [open(first), unsure] })).toEqual([]);
    expect(changeLines({ scans: [open(first), unsure] }, { scans: [closed(third)] })).toEqual([
      '- 10.0.0.1 22/tcp closed',
    ]);
  });
});
