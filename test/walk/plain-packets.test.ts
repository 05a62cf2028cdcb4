// The hot path against the decoders. Both must classify and count the packets of every capture in the same way.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MALFORMED,
  NOT_TCP,
  OTHER_TCP,
  SYN_ACK,
  TRUNCATED,
  UNKNOWN_LINK_TYPE,
} from '../../src/decode/packet-class.js';
import { anyFrame, mostly } from '../decode/any-frame.js';
import { TUNNELS } from '../decode/tunnel/tunnels.js';
import {
  concat,
  ETHER_TYPE,
  ethernet,
  FLAG,
  IP_PROTOCOL,
  ipv4,
  ipv6,
  SYN_ACK_FLAGS,
  tcp,
  udp,
  vlan,
} from '../helpers/packets.js';

import {
  EIGHT,
  inSeconds,
  KINDS,
  LAST,
  overIpv4,
  overIpv6,
  SHAPES,
  TUNNEL_PORTS,
  withPorts,
} from './plain-captures.js';
import {
  classesBothWays,
  countedHot,
  FILE_HEADER,
  OUTER_ONLY,
  placesOf,
  readIn,
  WAYS,
  walkBothWays,
} from './two-ways.js';

describe.each(KINDS)('a %s', (_name, { linkHeaderLength, of, writers, dataAt, any, leftAtEnd }) => {
  test('when there are any frames, then both ways classify each in the same way', () => {
    const seen = new Array<number>(UNKNOWN_LINK_TYPE).fill(0);
    const anyFrames = fc.array(anyFrame.map(of), { minLength: 100, maxLength: 100 });
    fc.assert(
      fc.property(anyFrames, fc.constantFrom(...writers), fc.boolean(), (frames, write, outerOnly) => {
        const capture = write(inSeconds([...frames, LAST]));
        for (const packetClass of classesBothWays(capture, outerOnly ? OUTER_ONLY : WAYS)) {
          seen[packetClass] = (seen[packetClass] ?? 0) + 1;
        }
      }),
      { numRuns: 80 },
    );
    // The generator must produce every class often, and the most important ones most often.
    expect(Math.min(...seen)).toBeGreaterThan(40);
    expect(Math.min(seen[SYN_ACK] ?? 0, seen[OTHER_TCP] ?? 0)).toBeGreaterThan(1000);
  });

  test('when there is any capture, and stop is anywhere, then both ways have the same result', () => {
    const anyStop = mostly<number | undefined>(undefined, fc.nat(6000), fc.nat(300));
    fc.assert(
      fc.property(any(40), anyStop, fc.boolean(), (capture, stop, isLast) => {
        walkBothWays(capture, { stop, isLast });
      }),
      { numRuns: 400 },
    );
  });

  test('when a capture is damaged anywhere, then both ways have the same result', () => {
    const anyDamage = fc.record({
      place: fc.nat(),
      // In a header more often than in a packet.
      byte: fc.oneof(fc.nat(31), fc.nat(90)),
      value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0xff)),
    });
    const anyDamages = fc.array(anyDamage, { minLength: 1, maxLength: 4 });
    const seen = { isSound: 0, isDamaged: 0, packets: 0 };
    fc.assert(
      fc.property(
        any(20),
        anyDamages,
        mostly(0, fc.nat(100)),
        fc.boolean(),
        (sound, damages, cut, isLast) => {
          const places = placesOf(sound);
          const capture = sound.slice(0, Math.max(FILE_HEADER, sound.length - cut));
          for (const { place, byte, value } of damages) {
            const at = (places[place % places.length] ?? 0) + byte;
            // The first block of a pcapng is its head.
            if (at >= FILE_HEADER && at < capture.length) capture[at] = value;
          }
          const { damage, packetsByClass } = walkBothWays(capture, { isLast });
          seen[damage === undefined ? 'isSound' : 'isDamaged'] += 1;
          seen.packets += packetsByClass.reduce((sum, count) => sum + count);
        },
      ),
      { numRuns: 600 },
    );
    expect(Math.min(seen.isSound, seen.isDamaged)).toBeGreaterThan(50);
    expect(seen.packets).toBeGreaterThan(1000);
  });

  test('when captures follow one another, in pieces, damaged or not, then both ways have the same result', async () => {
    const anyDamages = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 });
    const anySizes = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 4 });
    const anyCaptures = fc.array(any(20), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(anyCaptures, anyDamages, anySizes, async (captures, damages, sizes) => {
        const capture = concat(...captures);
        for (const [place, value] of damages) {
          capture[FILE_HEADER + (place % (capture.length - FILE_HEADER))] = value;
        }
        const whole = await readIn(WAYS.decoders, capture, [capture.length]);
        expect(await readIn(WAYS.hot, capture, [capture.length])).toEqual(whole);
        expect(await readIn(WAYS.hot, capture, sizes)).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  test.each(SHAPES)('when %s is cut at any length, then both ways have the same result', (_what, frame) => {
    const whole = of(frame);
    const cuts = Array.from({ length: whole.length + 1 }, (_, length) => whole.subarray(0, length));
    for (const write of writers) {
      const packets = inSeconds([...cuts, LAST]).map((each) => ({ ...each, originalLength: 1500 }));
      const isCut = classesBothWays(write(packets)).map((packetClass) => packetClass === TRUNCATED);
      // It is too short up to some length, and never again after it.
      expect(isCut.indexOf(false)).toBeGreaterThan(linkHeaderLength + 20);
      expect(isCut.slice(isCut.indexOf(false))).not.toContain(true);
    }
  });

  test.each(SHAPES)(
    'when a byte of the headers of %s has any value, then both ways have the same result',
    (_what, frame, headersEnd) => {
      const [write] = writers;
      const sound = write(inSeconds([...new Array<Uint8Array>(256).fill(of(frame)), LAST]));
      const places = placesOf(sound).slice(-257, -1);
      for (let at = 0; at < headersEnd - 14 + linkHeaderLength; at++) {
        const capture = sound.slice();
        for (const [value, place] of places.entries()) capture[place + dataAt + at] = value;
        classesBothWays(capture);
      }
    },
  );

  test('when an IP length has any value, and more or less was captured, then both ways have the same result', () => {
    const [write] = writers;
    for (const [protocol, payload] of [
      [IP_PROTOCOL.tcp, tcp({ payload: new Uint8Array(20) })],
      [IP_PROTOCOL.udp, udp({ payload: new Uint8Array(32) })],
    ] as const) {
      const frames: Uint8Array[] = [];
      for (let said = 0; said <= 64; said++) {
        const ip4 = ipv4({ totalLength: said, protocol, payload });
        const ip6 = ipv6({ payloadLength: said, nextHeader: protocol, payload });
        for (const frame of [ethernet({ payload: ip4 }), ethernet({ type: ETHER_TYPE.ipv6, payload: ip6 })]) {
          for (let length = 46; length <= 76; length++) frames.push(of(frame.subarray(0, length)));
        }
      }
      classesBothWays(write(inSeconds([...frames, LAST])));
    }
  });

  test('when a datagram has the port of a tunnel, or one next to it, then both ways have the same result', () => {
    const [write] = writers;
    const ports = TUNNEL_PORTS.flatMap((port) => [port - 1, port, port + 1]);
    const overUdp = TUNNELS.filter(({ wrap }) => wrap(ipv4())[23] === IP_PROTOCOL.udp);
    const datagrams = overUdp.flatMap(({ wrap, family }) => {
      const datagram = wrap(family === 4 ? ipv4() : ipv6()).subarray(14 + 20);
      return ports.flatMap((port) => [
        withPorts(datagram, 50_000, port),
        withPorts(datagram, port, 50_000),
        withPorts(datagram, port, port),
      ]);
    });
    let synAcks = 0;
    // A window does not hold all of them at once.
    const chunks = Array.from({ length: Math.ceil(datagrams.length / 3000) }, (_, at) =>
      datagrams.slice(at * 3000, (at + 1) * 3000),
    );
    for (const over of [overIpv4, overIpv6]) {
      for (const chunk of chunks) {
        const frames = chunk.map((datagram) => of(over(IP_PROTOCOL.udp, datagram)));
        const capture = write(inSeconds([...frames, LAST]));
        synAcks += classesBothWays(capture).filter((packetClass) => packetClass === SYN_ACK).length;
        expect(new Set(classesBothWays(capture, OUTER_ONLY).slice(0, -1))).toEqual(new Set([NOT_TCP]));
      }
    }
    // By either port, and by both, in either IP version: at least each tunnel on its own port.
    expect(synAcks).toBeGreaterThanOrEqual(overUdp.length * 3 * 2);
  });

  test('when the walk must stop, then both ways stop at the first item that begins there or later', () => {
    const tagged = ethernet({ type: ETHER_TYPE.vlan, payload: vlan({}) });
    const frames = [tagged, ...SHAPES.map(([, frame]) => frame), LAST, ethernet()].map(of);
    for (const write of writers) {
      const capture = write(inSeconds(frames));
      const places = placesOf(capture);
      for (const isLast of [true, false]) {
        // Before the end is known, the last record of a pcap is not confirmed by another.
        const end = isLast || leftAtEnd === 0 ? capture.length : places.at(-1);
        for (const place of [...places, capture.length]) {
          for (const stop of [place - 1, place, place + 1, place + 20]) {
            if (stop < FILE_HEADER || stop > capture.length) continue;
            const expected = places.find((each) => each >= stop) ?? end;
            const walked = walkBothWays(capture, { stop, isLast });
            expect([stop, walked.stop, walked.damage]).toEqual([stop, expected, undefined]);
          }
        }
      }
    }
  });

  test('when a capture is cut anywhere, then the hot path does not look beyond its end', () => {
    const packets = inSeconds(SHAPES.map(([, frame]) => of(frame)));
    for (const write of writers) {
      const capture = write(packets);
      for (let length = capture.length - 300; length <= capture.length; length++) {
        const after = capture.subarray(length);
        for (const isLast of [true, false]) walkBothWays(capture.subarray(0, length), { after, isLast });
      }
    }
  });

  test('when packets are plain, then the hot path counts them', () => {
    const frames = [...SHAPES, ...SHAPES].map(([, frame]) => of(frame));
    for (const write of writers) {
      const all = [...frames.keys()];
      expect(countedHot(write(inSeconds(frames)))).toEqual(all.slice(0, all.length - leftAtEnd));
    }
  });

  test('when a packet is not plain, then the hot path leaves it, and counts the others', () => {
    const [write] = writers;
    const datagrams = TUNNEL_PORTS.flatMap((port) => [{ destinationPort: port }, { sourcePort: port }]);
    const odd: readonly (readonly [string, Uint8Array])[] = [
      ['ARP', LAST],
      ['a tag', ethernet({ type: ETHER_TYPE.vlan, payload: vlan({}) })],
      ['IPv4 with options', ethernet({ payload: ipv4({ options: [1, 1, 1, 1] }) })],
      ['a later fragment', ethernet({ payload: ipv4({ fragmentOffset: 1 }) })],
      ['IPv6 with a hop-by-hop header', overIpv6(0, tcp())],
      ['IPv4 that says it is IPv6', ethernet({ type: ETHER_TYPE.ipv6 })],
      ['TCP with a short header', overIpv4(IP_PROTOCOL.tcp, tcp({ dataOffset: 4 }))],
      ['a packet cut short', ethernet().subarray(0, 47)],
      ...datagrams.map((ports): [string, Uint8Array] => [
        `a datagram of ${JSON.stringify(ports)}`,
        overIpv4(IP_PROTOCOL.udp, udp({ ...ports, payload: EIGHT })),
      ]),
    ];
    for (const [what, frame] of odd) {
      const capture = write(inSeconds([ethernet(), ethernet(), frame, ethernet(), ethernet()].map(of)));
      expect([what, countedHot(capture)]).toEqual([what, leftAtEnd === 1 ? [0, 1, 3] : [0, 1, 3, 4]]);
    }
  });

  test('when no port of a datagram is that of a tunnel, then the hot path counts it', () => {
    const [write] = writers;
    const ports = TUNNEL_PORTS.flatMap((port) => [port - 1, port + 1, port ^ 0x8000, port ^ 0x100]);
    const free = [...ports, 0, 53, 0xffff].filter((port) => !TUNNEL_PORTS.includes(port));
    const frames = free.flatMap((port) =>
      [{ sourcePort: port }, { destinationPort: port }].map((parts) =>
        overIpv4(IP_PROTOCOL.udp, udp({ ...parts, payload: EIGHT })),
      ),
    );
    const counted = countedHot(write(inSeconds([...frames, ethernet()].map(of))));
    expect(counted.slice(0, frames.length)).toEqual([...frames.keys()]);
  });

  test('when the data offset is too small, then the packet is malformed, with any flags', () => {
    const [write] = writers;
    for (const flags of [SYN_ACK_FLAGS, FLAG.syn, 0]) {
      const frames = [0, 1, 2, 3, 4].flatMap((dataOffset) => {
        const payload = tcp({ flags, dataOffset });
        return [overIpv4(IP_PROTOCOL.tcp, payload), overIpv6(IP_PROTOCOL.tcp, payload)];
      });
      const classes = classesBothWays(write(inSeconds([...frames, LAST].map(of))));
      expect(classes.slice(0, -1)).toEqual(frames.map(() => MALFORMED));
    }
  });
});
