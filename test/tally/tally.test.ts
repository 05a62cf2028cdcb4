import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SYN_ACK } from '../../src/decode/packet-class.js';
import type { AddressRange } from '../../src/ip/address.js';
import type { TallyOptions } from '../../src/tally/options.js';
import type { Rows } from '../../src/tally/rows.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally } from '../../src/tally/tally.js';
import { address } from '../helpers/packets.js';
import { EVERYTHING } from '../helpers/scope.js';
import { hexOf, rowsOf, timedRowsOf } from './rows-of.js';

const NET_10: AddressRange = { family: 4, first: 0x0a00_0000n, last: 0x0aff_ffffn };
const NET_DB8: AddressRange = { family: 6, first: 0x2001_0db8n << 96n, last: (0x2001_0db9n << 96n) - 1n };

function add(tally: Tally, client: string, server: string, port: number, time = 0): void {
  const bytes = Uint8Array.from([...address(client), ...address(server)]);
  const view = new DataView(bytes.buffer);
  if (bytes.length === 8) tally.add4(view.getUint32(0), view.getUint32(4), port, time);
  else tally.add6(view, 0, 16, port, time);
}

function everything(options: Omit<TallyOptions, 'scope'> = {}): Tally {
  return new Tally({ scope: EVERYTHING, ...options });
}

function sumOf(rows: Rows): number {
  return Array.from({ length: rows.size }, (_, row) => rows.countOf(row)).reduce(
    (sum, count) => sum + count,
    0,
  );
}

describe('Tally', () => {
  test('when SYN-ACKs have the same client, server and port, then they are one row, with first and last time', () => {
    const tally = everything();
    add(tally, '10.0.0.1', '10.0.0.2', 22, 500);
    add(tally, '10.0.0.1', '10.0.0.2', 22, 300);
    add(tally, '10.0.0.1', '10.0.0.2', 22, 400);
    add(tally, '10.0.0.2', '10.0.0.1', 22, 100);
    add(tally, '10.0.0.1', '10.0.0.2', 23, 100);
    add(tally, '2001:db8::1', '2001:db8::2', 65_535, 7);
    expect(timedRowsOf(tally)).toEqual([
      '0a000001 0a000002 22 3 300 500',
      '0a000001 0a000002 23 1 100 100',
      '0a000002 0a000001 22 1 100 100',
      `${hexOf('2001:db8::1')} ${hexOf('2001:db8::2')} 65535 1 7 7`,
    ]);
    expect(tally.readPacketsByClass()[SYN_ACK]).toBe(6);
  });

  test('when an end is outside the scope, then it is remote, whatever its address', () => {
    const tally = new Tally({ scope: new Scope([NET_10, NET_DB8]) });
    for (const remote of ['9.9.9.9', '8.8.8.8', '0.0.0.0', '255.255.255.255']) {
      add(tally, remote, '10.0.0.2', 22);
      add(tally, '10.0.0.2', remote, 80);
      add(tally, remote, '1.1.1.1', 443);
    }
    for (const remote of ['2001:db9::1', '::', 'fe80::1']) {
      add(tally, remote, '2001:db8::2', 22);
      add(tally, '2001:db8::2', remote, 80);
      add(tally, remote, '::1', 443);
    }
    add(tally, '10.0.0.1', '10.0.0.2', 22);
    expect(rowsOf(tally)).toEqual([
      '0a000001 0a000002 22 1',
      '0a000002 _ 80 4',
      `${hexOf('2001:db8::2')} _ 80 3`,
      '_ 0a000002 22 4',
      `_ ${hexOf('2001:db8::2')} 22 3`,
      '_ _ 443 3',
      '_ _ 443 4',
    ]);
  });

  test('when an address in scope is zero, then it is not remote', () => {
    const tally = new Tally({ scope: new Scope([{ family: 4, first: 0n, last: 0n }]) });
    add(tally, '0.0.0.0', '9.9.9.9', 22);
    add(tally, '8.8.8.8', '9.9.9.9', 22);
    expect(rowsOf(tally)).toEqual(['00000000 _ 22 1', '_ _ 22 1']);
  });

  test('when times are bounded, then `since` is inside, `until` is not, and the others are counted separately', () => {
    const tally = everything({ since: 100, until: 200 });
    const times = [99, 100, 101, 199, 200, 201];
    for (const time of times) add(tally, '10.0.0.1', '10.0.0.2', 22, time);
    for (const time of times) add(tally, '2001:db8::1', '2001:db8::2', 22, time);
    expect(timedRowsOf(tally).map((row) => row.split(' ').slice(3).join(' '))).toEqual([
      '3 100 199',
      '3 100 199',
    ]);
    expect(tally.outsideTime).toBe(6);
    expect(tally.readPacketsByClass()[SYN_ACK]).toBe(12);
  });

  test('when there is only one bound, then the other side is open', () => {
    const since = everything({ since: 100 });
    const until = everything({ until: 100 });
    for (const tally of [since, until]) {
      for (const time of [0, 99, 100, 1e15]) add(tally, '10.0.0.1', '10.0.0.2', 22, time);
    }
    expect([since.outsideTime, until.outsideTime]).toEqual([2, 2]);
    expect([since.readRows(4).firstOf(0), until.readRows(4).lastOf(0)]).toEqual([100, 99]);
  });
});

describe('Tally at its ceiling', () => {
  test('when maxRows exceeds its limit, then it is refused', () => {
    expect(() => everything({ maxRows: 3_500_001 })).toThrow(
      'found maxRows 3500001, expected at most 3500000',
    );
    expect(everything({ maxRows: 3_500_000 }).readRows(4).size).toBe(0);
  });

  test('when rows do not exceed it, then none is folded', () => {
    const tally = everything({ maxRows: 10 });
    for (let port = 0; port < 10; port++) add(tally, '10.0.0.1', '10.0.0.2', port);
    tally.foldIfFull();
    expect([tally.readRows(4).size, tally.folded.rows]).toEqual([10, 0]);
    add(tally, '10.0.0.1', '10.0.0.2', 10);
    tally.foldIfFull();
    expect([tally.readRows(4).size, tally.folded.rows]).toEqual([5, 6]);
  });

  test('when rows exceed it and foldIfFull is not called, then all rows stay', () => {
    const tally = everything({ maxRows: 10 });
    for (let port = 0; port < 1000; port++) add(tally, '10.0.0.1', '10.0.0.2', port);
    expect([tally.readRows(4).size, tally.folded.rows]).toEqual([1000, 0]);
  });

  test('when rows exceed it, then the rows with the most SYN-ACKs stay, of both IP versions', () => {
    const tally = everything({ maxRows: 8 });
    for (const [port, count] of [3, 9, 1, 7].entries()) {
      for (let packet = 0; packet < count; packet++) add(tally, '10.0.0.1', '10.0.0.2', port, port);
    }
    for (const [port, count] of [2, 8, 4, 6].entries()) {
      for (let packet = 0; packet < count; packet++)
        add(tally, '2001:db8::1', '2001:db8::2', port, port + 10);
    }
    add(tally, '10.0.0.1', '10.0.0.2', 99, 50);
    tally.foldIfFull();
    const kept = rowsOf(tally).map((row) => row.split(' ').slice(2).join(' '));
    expect(kept).toEqual(['1 9', '3 7', '1 8', '3 6']);
    expect(tally.folded).toEqual({ rows: 5, count: 3 + 1 + 2 + 4 + 1, first: 0, last: 50 });
  });

  test('when all rows are equal, then the first ones stay', () => {
    const tally = everything({ maxRows: 6 });
    for (let port = 1; port <= 7; port++) add(tally, '10.0.0.1', '10.0.0.2', port);
    tally.foldIfFull();
    expect(rowsOf(tally).map((row) => row.split(' ')[2])).toEqual(['1', '2', '3']);
  });

  test('when a flood of forged addresses comes, then the honest rows from before it stay', () => {
    const tally = everything({ maxRows: 100 });
    for (let packet = 0; packet < 3; packet++) {
      for (let port = 0; port < 20; port++) add(tally, '10.0.0.1', '10.0.0.2', port);
    }
    for (let number = 0; number < 5000; number++) {
      tally.add4(0xc000_0000 + number, 0x0a00_0002, 80, number);
      tally.foldIfFull();
    }
    expect(tally.readRows(4).size).toBeLessThanOrEqual(100);
    const honest = rowsOf(tally).filter((row) => row.startsWith('0a000001'));
    expect(honest).toHaveLength(20);
    expect(sumOf(tally.readRows(4)) + tally.folded.count).toBe(5060);
  });

  test.each([0, 1, 2, 3])('when it is as low as %i, then totals are still exact', (maxRows) => {
    const tally = everything({ maxRows });
    for (let number = 0; number < 50; number++) {
      add(tally, '10.0.0.1', '10.0.0.2', number % 7, number);
      tally.foldIfFull();
    }
    expect(tally.readRows(4).size).toBeLessThanOrEqual(maxRows);
    expect(sumOf(tally.readRows(4)) + tally.folded.count).toBe(50);
  });

  test('when there are any SYN-ACKs, then rows, folded and outside of time add up to all, and rows are bounded', () => {
    const anyPacket = fc.record({
      isV4: fc.boolean(),
      client: fc.nat(4),
      server: fc.nat(4),
      port: fc.nat(3),
      time: fc.nat(20),
    });
    fc.assert(
      fc.property(
        fc.array(anyPacket, { maxLength: 300, size: 'max' }),
        fc.nat(20),
        fc.nat(5),
        fc.boolean(),
        (packets, maxRows, since, isFoldedOften) => {
          const tally = everything({ maxRows, since });
          for (const { isV4, client, server, port, time } of packets) {
            const prefix = isV4 ? '10.0.0.' : '2001:db8::';
            add(tally, `${prefix}${client}`, `${prefix}${server}`, port, time);
            if (isFoldedOften) tally.foldIfFull();
          }
          tally.foldIfFull();
          const { folded, outsideTime } = tally;
          expect(tally.countRows()).toBeLessThanOrEqual(maxRows);
          expect(sumOf(tally.readRows(4)) + sumOf(tally.readRows(6)) + folded.count + outsideTime).toBe(
            packets.length,
          );
          expect(tally.readPacketsByClass()[SYN_ACK]).toBe(packets.length);
          expect(folded.rows > 0).toBe(folded.count > 0);
          const times = packets.map(({ time }) => time).filter((time) => time >= since);
          if (folded.rows > 0) {
            expect(folded.first).toBeGreaterThanOrEqual(Math.min(...times));
            expect(folded.last).toBeLessThanOrEqual(Math.max(...times));
            expect(folded.first).toBeLessThanOrEqual(folded.last);
          }
        },
      ),
    );
  });
});
