import { describe, expect, test } from 'vitest';
import { MAX_CAPTURED_LENGTH } from '../../src/capture/pcap/limits.js';
import { PAGE_LENGTH } from '../../src/capture/window.js';
import { PACKET_CLASSES } from '../../src/decode/packet-class.js';
import * as layout from '../../src/tally/layout.js';

describe('the layout of the memory', () => {
  test('when there is a counter for each packet class, then the next number is after them', () => {
    expect(layout.PACKETS_BY_CLASS + PACKET_CLASSES.length * 8).toBeLessThanOrEqual(layout.OUTSIDE_TIME);
  });

  test('when rows must not cross cache lines, then the batch and the single row begin with one', () => {
    for (const at of [layout.PENDING_4, layout.PENDING_6, layout.SINGLE_ROW]) expect(at % 64).toBe(0);
  });

  test('when a table follows single numbers, then it begins after them', () => {
    expect(layout.TUNNEL_PORTS).toBeGreaterThanOrEqual(layout.RANGE_COUNT_6 + 4);
  });

  test('when a single row has a block, then there is room for the largest', () => {
    const largest = Math.max(layout.REGISTER_COUNT, 4 + layout.HOURS_PER_DAY * layout.HOUR_ENTRY);
    expect(layout.PENDING_4 - layout.SINGLE_BLOCK).toBeGreaterThanOrEqual(8 + largest);
  });

  test('when the window is filled, then it begins with a page and holds five of the largest records', () => {
    expect(layout.WINDOW % PAGE_LENGTH).toBe(0);
    expect(layout.WINDOW_LENGTH).toBe(5 * MAX_CAPTURED_LENGTH + PAGE_LENGTH);
  });

  test('when the memory is new, then it has more pages than the layout uses', () => {
    expect(layout.INITIAL_PAGES * 65_536).toBeGreaterThan(layout.FIXED_END);
  });
});
