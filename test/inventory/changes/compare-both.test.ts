// Comparisons of captures with scans.

import { describe, expect, test } from 'vitest';
import type { Scan } from '../../../src/inventory/scan.js';
import { type Connection, captureOf, scanOf } from '../fixtures.js';
import { A, B, C, CAPTURED, CAPTURED_LATER, changeLines, type Side } from './change-lines.js';

/** A connection of other machines: it is on both sides, so it is not a change. */
const BESIDES: Connection = [B, C, 25];

describe('a baseline of captures against a scan', () => {
  const before: Side = { uses: [[B, A, 22, 9, 10]], captures: CAPTURED };
  const scan = (ports: readonly string[], parts = {}): Side => ({
    scans: [scanOf({ [A]: ports, [B]: [] }, { targets: ['10.0.0.0/24'], ...parts })],
  });

  test('when the service is open then there is no change', () => {
    expect(changeLines(before, scan(['22/tcp']))).toEqual([]);
  });

  test.each([
    ['closed', ['22/tcp closed'], 'closed'],
    ['not listed', [], 'not open'],
  ])('when the scan found it %s then it is gone', (_, ports, why) => {
    expect(changeLines(before, scan(ports))).toEqual([`- 10.0.0.1 22/tcp ${why}`]);
  });

  test.each(['filtered', 'closed|filtered', 'unfiltered', 'open|filtered'])(
    'when the port is %s then a firewall may keep the scanner out, as it always did',
    (state) => {
      expect(changeLines(before, scan([`22/tcp ${state}`]))).toEqual(['? 10.0.0.1 22/tcp undefined']);
    },
  );

  test('when a machine did not answer then it is gone, even if it was only a client', () => {
    const after: Side = { scans: [scanOf({ [A]: ['22/tcp'] }, { targets: ['10.0.0.0/24'] })] };
    expect(changeLines(before, after)).toEqual(['- 10.0.0.2 down']);
  });

  test('when more services are open than were used then these are added', () => {
    expect(changeLines(before, scan(['22/tcp', '80/tcp']))).toEqual(['+ 10.0.0.1 80/tcp active']);
  });

  test('when a service was in use after the scan looked then the scan cannot know that it is gone', () => {
    const late: Side = { uses: [[B, A, 22, 9, 1500]], captures: [captureOf(0, 1600)] };
    expect(changeLines(late, scan([]))).toEqual(['? 10.0.0.1 22/tcp undefined']);
    // Its last use was at 1508.
    expect(changeLines(late, scan([], { from: 1507, to: 1700 }))).toEqual(['? 10.0.0.1 22/tcp undefined']);
    expect(changeLines(late, scan([], { from: 1508, to: 1700 }))).toEqual(['- 10.0.0.1 22/tcp not open']);
  });

  test('when a machine was seen after the scan looked for it then the scan cannot know that it is gone', () => {
    const late: Side = { uses: [[B, A, 22, 9, 1500]], captures: [captureOf(0, 1600)] };
    expect(changeLines(late, { scans: [scanOf({ [B]: [] }, { targets: ['10.0.0.0/24'] })] })).toEqual([
      '? 10.0.0.1 22/tcp undefined',
    ]);
  });
});

describe('a baseline of a scan against captures', () => {
  const before: Side = { scans: [scanOf({ [A]: ['22/tcp', '80/tcp'], [B]: [], [C]: ['25/tcp'] })] };

  test('when a service is not used then nothing says whether it should have been', () => {
    expect(changeLines(before, { uses: [[B, A, 22, 9], BESIDES], captures: CAPTURED_LATER })).toEqual([
      '? 10.0.0.1 80/tcp undefined',
    ]);
  });

  test('when a machine is not seen then it is not gone', () => {
    expect(changeLines(before, { uses: [BESIDES], captures: CAPTURED_LATER })).toEqual([
      '? 10.0.0.1 22/tcp undefined',
      '? 10.0.0.1 80/tcp undefined',
    ]);
  });

  test('when a service is used that the scan did not find then it is added, and so is its machine', () => {
    const uses: Connection[] = [
      [B, A, 22],
      [B, A, 80],
      [B, A, 5432],
      ['10.0.0.9', C, 25],
    ];
    expect(changeLines(before, { uses, captures: CAPTURED_LATER })).toEqual([
      '+ 10.0.0.1 5432/tcp passive',
      '+ 10.0.0.9 passive',
    ]);
  });
});

describe('captures and scans on both sides', () => {
  const used: Connection = [B, A, 22, 90, 1000];
  const captures = [captureOf(0, 3000)];
  const captures2 = [captureOf(6000, 9000)];
  const scan = (ports: readonly string[], from: number): Scan =>
    scanOf({ [A]: ports, [B]: [] }, { from, to: from + 10, targets: ['10.0.0.0/24'] });

  test('when a service is silent but open then it is present', () => {
    const before: Side = { uses: [used], captures, scans: [scan(['22/tcp'], 100)] };
    expect(
      changeLines(before, { uses: [[A, B, 25]], captures: captures2, scans: [scan(['22/tcp'], 7000)] }),
    ).toEqual(['+ 10.0.0.2 25/tcp passive']);
  });

  test('when no scan looked again then silence decides, even for a service that a scan had found open', () => {
    const before: Side = { uses: [used, BESIDES], captures, scans: [scan(['22/tcp', '80/tcp'], 100)] };
    expect(changeLines(before, { uses: [BESIDES], captures: captures2 })).toEqual([
      '- 10.0.0.1 22/tcp silent 90',
      '? 10.0.0.1 80/tcp undefined',
      '- 10.0.0.1 silent 90',
    ]);
  });

  test('when a scan is inconclusive then silence decides', () => {
    const before: Side = { uses: [used, BESIDES], captures };
    const after: Side = { uses: [BESIDES], captures: captures2, scans: [scan(['22/tcp filtered'], 7000)] };
    expect(changeLines(before, after)).toEqual(['- 10.0.0.1 22/tcp silent 90']);
  });

  test('when a scan found it closed then that decides, however short the silence is', () => {
    const before: Side = { uses: [[B, A, 22, 1, 10], BESIDES], captures };
    const after: Side = { uses: [BESIDES], captures: captures2, scans: [scan(['22/tcp closed'], 7000)] };
    expect(changeLines(before, after)).toEqual(['- 10.0.0.1 22/tcp closed']);
  });

  test('when a service was in use while the scan of the baseline did not find it then it is hidden, and scans say nothing', () => {
    const before: Side = { uses: [[B, A, 22, 900, 1000]], captures, scans: [scan(['22/tcp closed'], 1500)] };
    expect(changeLines(before, { scans: [scan(['22/tcp closed'], 7000)] })).toEqual([
      '? 10.0.0.1 22/tcp undefined',
    ]);
    expect(changeLines(before, { scans: [scan([], 7000)] })).toEqual(['? 10.0.0.1 22/tcp undefined']);
    // Another scan that did not find it does not make it less hidden.
    const twice: Side = { ...before, scans: [...(before.scans ?? []), scan([], 2500)] };
    expect(changeLines(twice, { scans: [scan([], 7000)] })).toEqual(['? 10.0.0.1 22/tcp undefined']);
  });

  test.each([
    ['before it was first used', 100],
    ['when it was no longer used', 2500],
  ])('when the scan of the baseline looked %s then it is not hidden', (_, from) => {
    const before: Side = { uses: [[B, A, 22, 900, 1000]], captures, scans: [scan(['22/tcp closed'], from)] };
    expect(changeLines(before, { scans: [scan(['22/tcp closed'], 7000)] })).toEqual([
      '- 10.0.0.1 22/tcp closed',
    ]);
  });

  test('when a machine was in use while the scan of the baseline found it down then scans say nothing about it', () => {
    const down = (from: number): Scan =>
      scanOf({ [B]: [] }, { from, to: from + 10, targets: ['10.0.0.0/24'] });
    const before: Side = { uses: [[B, A, 22, 900, 1000]], captures, scans: [down(1500)] };
    expect(changeLines(before, { scans: [down(7000)] })).toEqual(['? 10.0.0.1 22/tcp undefined']);
    const off: Side = { ...before, scans: [down(100)] };
    expect(changeLines(off, { scans: [down(7000)] })).toEqual(['- 10.0.0.1 22/tcp down', '- 10.0.0.1 down']);
  });

  test('when the scan of the baseline found the machine down then a service whose port is closed now is gone', () => {
    const down = scanOf({ [B]: [] }, { from: 1500, to: 1510, targets: ['10.0.0.0/24'] });
    const before: Side = { uses: [[B, A, 22, 900, 1000]], captures, scans: [down] };
    expect(changeLines(before, { scans: [scan(['22/tcp closed'], 7000)] })).toEqual([
      '- 10.0.0.1 22/tcp closed',
    ]);
  });

  test('when captures show a machine that a scan found down then it is present', () => {
    const down = scanOf({ [B]: [] }, { from: 7000, to: 7010, targets: ['10.0.0.0/24'] });
    const before: Side = { uses: [used], captures };
    expect(changeLines(before, { uses: [used], captures: captures2, scans: [down] })).toEqual([]);
  });
});
