// Which machines are reported, and under which names.

import { describe, expect, test } from 'vitest';
import { Scope } from '../../../src/tally/scope.js';
import { type Connection, namesFrom, scanOf } from '../fixtures.js';
import { A, B, C, CAPTURED, CAPTURED_LATER, changeLines, type Side } from './change-lines.js';

/** A connection of other machines: it is on both sides, so it is not a change. */
const BESIDES: Connection = [B, C, 25];

const named = await namesFrom(`
local: [10.0.0.0/24, "fd00::/8"]
hosts: { www: [10.0.0.1, 10.0.0.2], pluto: 192.0.2.7 }
`);

describe('machines', () => {
  test('when machines share a name then they are told apart by address', () => {
    const moved = changeLines(
      {
        uses: [
          [C, A, 80, 9],
          [C, B, 25],
        ],
        captures: CAPTURED,
      },
      {
        uses: [
          [C, B, 80, 9],
          [C, A, 25],
        ],
        captures: CAPTURED_LATER,
      },
      { names: named },
    );
    expect(moved).toEqual([
      '+ www=10.0.0.1 25/tcp passive',
      '+ www=10.0.0.2 80/tcp passive',
      '- www=10.0.0.1 80/tcp silent 9',
      '? www=10.0.0.2 25/tcp 1',
    ]);
  });

  test('when machines are remote then nothing is reported about them, whether or not their addresses were kept', () => {
    const ours = new Scope([{ family: 4, first: 0x0a000000n, last: 0x0affffffn }]);
    const remote: Side = {
      uses: [
        [A, '192.0.2.1', 443, 99],
        ['192.0.2.2', A, 22],
        [A, B, 25],
      ],
      captures: CAPTURED,
    };
    const without: Side = {
      uses: [
        [A, B, 25],
        [B, A, 22],
      ],
      captures: CAPTURED_LATER,
    };
    for (const scope of [ours, Scope.everything()]) {
      expect(changeLines({ ...remote, scope }, without)).toEqual([]);
      expect(changeLines(without, { ...remote, scope })).toEqual([]);
    }
  });

  test('when a remote machine has a name then it counts as own', () => {
    const after: Side = {
      uses: [
        [A, '192.0.2.7', 443],
        [A, '192.0.2.8', 443],
      ],
      captures: CAPTURED_LATER,
    };
    expect(changeLines({ uses: [[B, A, 22]], captures: CAPTURED }, after, { names: named })).toEqual([
      '+ pluto=192.0.2.7 443/tcp passive',
      '? www=10.0.0.1 22/tcp 1',
      '+ pluto=192.0.2.7 passive',
    ]);
  });

  test('when a scan found a remote machine then it counts as own, by its address, in captures too', () => {
    const scan: Side = { scans: [scanOf({ '192.0.2.1': ['22/tcp'] })] };
    const after: Side = {
      uses: [
        [A, '192.0.2.1', 443],
        [A, '192.0.2.2', 443],
      ],
      captures: CAPTURED_LATER,
    };
    expect(changeLines(scan, after)).toEqual([
      '+ 192.0.2.1 443/tcp passive',
      '? 192.0.2.1 22/tcp undefined',
      '+ 10.0.0.1 passive',
    ]);
    expect(changeLines({ uses: after.uses ?? [], captures: CAPTURED }, scan)).toEqual([
      '+ 192.0.2.1 22/tcp active',
      '- 192.0.2.1 443/tcp not open',
    ]);
  });

  test('when names changed since the baseline was saved then the new names are used, and this is not a change', async () => {
    const side: Side = { uses: [[B, A, 22, 9]], captures: CAPTURED };
    const renamed = await namesFrom('hosts: { goofy: 10.0.0.1, dumbo: 10.0.0.2 }');
    expect(changeLines(side, side, { names: renamed })).toEqual([]);
    expect(changeLines(side, { uses: [[B, A, 80]], captures: CAPTURED_LATER }, { names: renamed })).toEqual([
      '+ goofy=10.0.0.1 80/tcp passive',
      '- goofy=10.0.0.1 22/tcp silent 9',
    ]);
  });

  test('when an address is no longer local then it is left out', async () => {
    const names = await namesFrom('local: [10.0.0.2]');
    expect(
      changeLines(
        { uses: [[B, A, 22, 9]], captures: CAPTURED },
        { uses: [BESIDES], captures: CAPTURED_LATER },
        { names },
      ),
    ).toEqual([]);
  });

  test('when an address is written in two families then it is two machines', () => {
    const before: Side = { uses: [['::ffff:10.0.0.2', '::ffff:10.0.0.1', 22]] };
    expect(
      changeLines({ scans: [scanOf({ '::ffff:10.0.0.1': ['22/tcp'] })] }, { uses: [[B, A, 22]] }),
    ).toContain('+ 10.0.0.1 passive');
    expect(changeLines(before, before)).toEqual([]);
  });

  test('when many machines change then they are ordered by the bytes of their names, then by address, IPv4 first', () => {
    const uses: Connection[] = [
      ['fd00::1', 'fd00::2', 22],
      ['10.0.0.100', '10.0.0.9', 22],
      ['10.0.0.100', '10.0.0.9', 8080],
      ['10.0.0.100', '10.0.0.9', 443],
      ['10.0.0.100', B, 22],
      ['10.0.0.100', A, 22],
    ];
    expect(changeLines({}, { uses }, { names: named })).toEqual([
      '+ 10.0.0.9 22/tcp passive',
      '+ 10.0.0.9 443/tcp passive',
      '+ 10.0.0.9 8080/tcp passive',
      '+ fd00::2 22/tcp passive',
      '+ www=10.0.0.1 22/tcp passive',
      '+ www=10.0.0.2 22/tcp passive',
      '+ 10.0.0.100 passive',
      '+ 10.0.0.9 passive',
      '+ fd00::1 passive',
      '+ fd00::2 passive',
      '+ www=10.0.0.1 passive',
      '+ www=10.0.0.2 passive',
    ]);
  });
});
