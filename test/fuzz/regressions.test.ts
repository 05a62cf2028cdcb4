// Faults that the fuzz tests found, each with a test that keeps it fixed.

import { expect, test } from 'vitest';
import { pcap } from '../helpers/packets.js';
import { walkWhole } from '../walk/walking.js';

/** A section header block of pcapng, little-endian, version 1.0, that claims this length. */
function sectionHeader(length: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(28));
  view.setUint32(0, 0x0a0d0d0a);
  view.setUint32(4, length, true);
  view.setUint32(8, 0x1a2b3c4d, true);
  view.setUint16(12, 1, true);
  view.setUint32(24, 28, true);
  return new Uint8Array(view.buffer);
}

test.each([0, 13, 0xffff_fff0])(
  'when the head of a pcapng claims a length of %i, then it is not opened again and again',
  async (length) => {
    const { gaps, packets } = await walkWhole(sectionHeader(length));
    expect(packets).toBe(0);
    expect(gaps).toEqual([
      { offset: 0, length: 28, kind: 'damaged', message: expect.stringMatching(/block length|two lengths/) },
    ]);
  },
);

test('when the header of a pcap is in the middle of another one, then pieces of any size give the same result', async () => {
  const capture = pcap({ records: [{}, {}, {}, {}, {}] });
  const bytes = new Uint8Array(Buffer.concat([capture.subarray(0, 11), capture]));
  const whole = await walkWhole(bytes);
  for (const size of [1, 7, 40, 100]) expect(await walkWhole(bytes, [size])).toEqual(whole);
  expect(whole.packets).toBe(5);
});

test('when numbers in a torn first packet look like records, then they do not count as records', async () => {
  const data = new Uint8Array(400);
  const view = new DataView(data.buffer);
  // Seconds 5, captured and original length 20, again and again: as samples of traffic have them.
  for (let at = 0; at + 36 <= data.length; at += 36) {
    for (const [field, value] of [5, 0, 20, 20].entries()) view.setUint32(at + field * 4, value, true);
  }
  const capture = pcap({ records: [{ data }] });
  for (let length = 24; length < capture.length; length++) {
    expect((await walkWhole(capture.subarray(0, length))).packets).toBe(0);
  }
});

test('when a torn pcap has swallowed part of the next header, then pieces of any size give the same result', async () => {
  const capture = pcap({ records: [{}, {}] });
  const next = pcap({ littleEndian: false, records: [{}, {}, {}] });
  for (let cut = 1; cut < 40; cut++) {
    const torn = capture.subarray(0, capture.length - cut);
    const bytes = new Uint8Array(Buffer.concat([torn, next]));
    const whole = await walkWhole(bytes);
    for (const size of [1, 3, 17, 50]) expect([cut, await walkWhole(bytes, [size])]).toEqual([cut, whole]);
  }
});
