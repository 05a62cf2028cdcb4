// The hot path against the decoders, where a pcap and a pcapng differ.

import { describe, expect, test } from 'vitest';
import { SYN_ACK } from '../../src/decode/packet-class.js';
import {
  concat,
  ETHER_TYPE,
  ethernet,
  FLAG,
  IP_PROTOCOL,
  LINK_TYPE,
  pcap,
  tcp,
  vlan,
} from '../helpers/packets.js';
import { describedInterface, packet, section, simplePacket } from '../helpers/pcapng.js';

import { DAY, inSeconds, LAST, NOW, ORDERS, overIpv4, SHAPES } from './plain-captures.js';
import { classesBothWays, countedHot, walkBothWays } from './two-ways.js';

describe('a pcap', () => {
  test('when its lengths may be swapped, or none of its packets are plain, then both ways have the same result', () => {
    const records = inSeconds([...SHAPES.map(([, frame]) => frame), LAST]);
    for (const parts of [{ version: [2, 3] as const }, { linkType: LINK_TYPE.raw }, { linkType: 189 }]) {
      for (const littleEndian of ORDERS) {
        const capture = pcap({ ...parts, littleEndian, records });
        classesBothWays(capture);
        expect(countedHot(capture)).toEqual([]);
      }
    }
  });

  test('when time leaps after a packet that contains the head of another capture, then both ways doubt that packet', () => {
    const withHead = overIpv4(IP_PROTOCOL.tcp, tcp({ payload: pcap() }));
    for (const [leap, isDoubted] of [
      [400 * DAY, false],
      [400 * DAY + 1, true],
      [500 * DAY, true],
      [-400 * DAY, false],
      [-400 * DAY - 1, true],
    ] as const) {
      for (const littleEndian of ORDERS) {
        const seconds = [NOW, NOW, NOW + leap, NOW + leap];
        const records = seconds.map((each) => ({ seconds: each, data: withHead }));
        const { doubtfulEnd } = walkBothWays(pcap({ littleEndian, records }));
        expect([leap, doubtfulEnd !== undefined]).toEqual([leap, isDoubted]);
      }
    }
  });

  test('when records have the largest allowed length, then both ways count them, but not a larger one', () => {
    for (const length of [262_143, 262_144, 262_145]) {
      const data = new Uint8Array(length);
      data.set(ethernet());
      const { packetsByClass, damage } = walkBothWays(pcap({ records: [{}, { data }, {}, {}] }));
      const isTooLarge = length > 262_144;
      expect([packetsByClass[SYN_ACK], damage === undefined]).toEqual([isTooLarge ? 0 : 4, !isTooLarge]);
    }
  });
});

describe('a pcapng', () => {
  const data = ethernet();
  const head = concat(section({}), describedInterface());

  test('when a block is too short for its header, or has no padding, then both ways refuse it', () => {
    for (const length of [12, 16, 20, 24, 28]) {
      // The bytes after it look like its own.
      const short = packet({ data });
      const view = new DataView(short.buffer);
      for (const at of [4, length - 4]) view.setUint32(at, length, true);
      const { damage, packetsByClass } = walkBothWays(
        concat(head, short, packet({ data }), packet({ data })),
      );
      expect(damage).toBe(`found a packet block of ${length} bytes, too short for its header`);
      expect(packetsByClass[SYN_ACK]).toBe(0);
    }
    for (const more of [1, 2, 3]) {
      const whole = packet({ data: concat(data, new Uint8Array(2)), length: 88 + more });
      const odd = concat(whole.subarray(0, 84), new Uint8Array(more), whole.subarray(84));
      const { damage } = walkBothWays(concat(head, odd, packet({ data })));
      expect(damage).toBe('found a block whose two lengths differ, expected equal lengths');
    }
  });

  test('when block lengths leave out the padding, then both ways count the packets', () => {
    for (const missing of [1, 2, 3]) {
      const odd = packet({ data: data.subarray(0, data.length - missing) });
      const length = odd.length - missing;
      const view = new DataView(odd.buffer);
      for (const at of [4, odd.length - 4]) view.setUint32(at, length, true);
      const { damage, packetsByClass } = walkBothWays(concat(head, odd, odd, packet({ data })));
      expect([damage, packetsByClass[SYN_ACK]]).toEqual([undefined, 3]);
    }
  });

  test('when packets have the largest allowed length, then both ways count them, but not a larger one', () => {
    for (const length of [262_143, 262_144, 262_145]) {
      const large = new Uint8Array(length);
      large.set(data);
      const { packetsByClass, damage } = walkBothWays(
        concat(head, packet({ data: large }), packet({ data })),
      );
      const isTooLarge = length > 262_144;
      expect([packetsByClass[SYN_ACK], damage === undefined]).toEqual([isTooLarge ? 0 : 2, !isTooLarge]);
    }
  });

  test('when it has more interfaces than the hot path can remember, then both ways have the same result', () => {
    for (const littleEndian of ORDERS) {
      const numbers = Array.from({ length: 70 }, (_, number) => number);
      const linkTypeOf = (number: number): number => (number % 3 === 0 ? LINK_TYPE.raw : LINK_TYPE.ethernet);
      const capture = concat(
        section({ littleEndian }),
        ...numbers.map((number) => describedInterface({ littleEndian, linkType: linkTypeOf(number) })),
        ...numbers.map((number) => packet({ littleEndian, interface: number, data })),
      );
      const classes = classesBothWays(capture);
      expect(classes.map((packetClass) => packetClass === SYN_ACK)).toEqual(
        numbers.map((number) => number % 3 !== 0),
      );
    }
  });

  test('when a section begins, then both ways forget the interfaces of the one before', () => {
    for (const littleEndian of ORDERS) {
      const first = concat(section({}), describedInterface(), packet({ data }), packet({ data }));
      const none = concat(first, section({ littleEndian }), packet({ littleEndian, data }));
      expect(walkBothWays(none)).toMatchObject({
        damage: 'found a packet from interface 0, which has no description',
        packetsByClass: expect.arrayContaining([2]),
      });
      const foreign = concat(
        first,
        section({ littleEndian, version: [3, 0] }),
        packet({ littleEndian, data }),
      );
      expect(walkBothWays(foreign).damage).toContain('version 3.0');
      const other = concat(
        first,
        section({ littleEndian }),
        describedInterface({ littleEndian, linkType: LINK_TYPE.raw }),
        packet({ littleEndian, data }),
        describedInterface({ littleEndian }),
        packet({ littleEndian, interface: 1, data }),
      );
      expect(walkBothWays(other).packetsByClass[SYN_ACK]).toBe(3);
    }
  });

  test('when simple packets follow others, then both ways give them the time of the last SYN-ACK', () => {
    const ack = overIpv4(IP_PROTOCOL.tcp, tcp({ flags: FLAG.ack }));
    const tagged = ethernet({ type: ETHER_TYPE.vlan, payload: vlan({}) });
    const timed = [
      [5n, data],
      [6n, ack],
      [7n, tagged],
      [8n, ack],
    ] as const;
    const simple = (sourcePort: number): Uint8Array =>
      simplePacket({ data: overIpv4(IP_PROTOCOL.tcp, tcp({ sourcePort })) });
    const capture = concat(
      section({}),
      describedInterface(),
      ...timed.flatMap(([time, each], at) => [packet({ time, data: each }), simple(at + 1)]),
    );
    const { rows } = walkBothWays(capture);
    expect(rows.map((row) => row.split(' ').slice(2, 6).join(' '))).toEqual([
      '1 1 5 5',
      '2 1 5 5',
      '3 1 7 7',
      '4 1 7 7',
      '443 2 5 7',
    ]);
  });
});
