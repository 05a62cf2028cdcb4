// Records of pcap with false captured lengths that cover other records.

import { describe, expect, test } from 'vitest';
import { concat, ethernet, ipv4, pcap, tcp } from '../helpers/packets.js';
import { frameFrom, HEADER_LENGTH, RECORD_LENGTH, records, walk } from './damaged-captures.js';
import { portsOf } from './walking.js';

const PORTS = [1, 2, 3, 4, 5, 6, 7, 8];

describe.each([true, false])('pcap (little-endian: %s)', (littleEndian) => {
  /** A capture whose third record has this captured length. */
  const withLength = (capturedLength: number, originalLength?: number): Uint8Array => {
    const bytes = pcap({ littleEndian, records: records(...PORTS) });
    const view = new DataView(bytes.buffer);
    const record = HEADER_LENGTH + 2 * RECORD_LENGTH;
    view.setUint32(record + 8, capturedLength, littleEndian);
    if (originalLength !== undefined) view.setUint32(record + 12, originalLength, littleEndian);
    return bytes;
  };

  test.each([1, 2, 3, 4, 5])(
    'when a record covers %i others exactly, then they are read',
    async (covered) => {
      const capturedLength = 54 + covered * RECORD_LENGTH;
      const walked = await walk(withLength(capturedLength));
      expect(portsOf(walked)).toEqual(
        Object.fromEntries(PORTS.filter((port) => port !== 3).map((port) => [port, 1])),
      );
      expect(walked.gaps).toEqual([
        {
          offset: HEADER_LENGTH + 2 * RECORD_LENGTH,
          length: RECORD_LENGTH,
          kind: 'damaged',
          message: `found a captured length of ${capturedLength} bytes, which covers other records`,
        },
      ]);
    },
  );

  test('when bytes after a false length look like a record of another time, then the records inside are read', async () => {
    const data = concat(frameFrom(6), new Uint8Array(20));
    const parts = records(...PORTS).map((record, at) => (at === 5 ? { ...record, data } : record));
    const bytes = pcap({ littleEndian, records: parts });
    const view = new DataView(bytes.buffer);
    const record = HEADER_LENGTH + 2 * RECORD_LENGTH;
    // A header in the padding of the sixth packet: seconds 0, length 4 of 4.
    const false_ = HEADER_LENGTH + 5 * RECORD_LENGTH + 16 + 54;
    view.setUint32(false_ + 8, 4, littleEndian);
    view.setUint32(false_ + 12, 4, littleEndian);
    for (const field of [8, 12]) view.setUint32(record + field, false_ - record - 16, littleEndian);
    const walked = await walk(bytes);
    expect(portsOf(walked)).toEqual(
      Object.fromEntries(PORTS.filter((port) => port !== 3).map((port) => [port, 1])),
    );
    expect(walked.gaps).toMatchObject([{ offset: record, length: RECORD_LENGTH }]);
  });

  test('when a packet contains a capture, then it counts, also before a leap in time', async () => {
    // As when the output of `tcpdump -U -w -` goes over the network: whole records end where the packet ends.
    const inside = pcap({ littleEndian, records: records(100, 101, 102, 103) });
    for (const payload of [inside, inside.subarray(HEADER_LENGTH), inside.subarray(HEADER_LENGTH + 5, -7)]) {
      const data = ethernet({ payload: ipv4({ payload: tcp({ sourcePort: 3, payload }) }) });
      for (const leap of [0, 10, 1_000_000_000]) {
        const parts = records(...PORTS).map((record, at) => ({
          ...record,
          seconds: (record.seconds ?? 0) + (at > 2 ? leap : 0),
          ...(at === 2 ? { data } : {}),
        }));
        const hasHead = payload === inside && leap > 1000;
        if (hasHead) continue;
        const walked = await walk(pcap({ littleEndian, records: parts }));
        expect(portsOf(walked)).toEqual(Object.fromEntries(PORTS.map((port) => [port, 1])));
        expect(walked.gaps).toEqual([]);
      }
    }
  });

  test('when a writer gives an original length that is too small, then its records count', async () => {
    const parts = records(...PORTS).map((record) => ({ ...record, originalLength: 40 }));
    const walked = await walk(pcap({ littleEndian, records: parts }));
    expect(walked.packets).toBe(PORTS.length);
    expect(walked.gaps).toEqual([]);
  });
});
