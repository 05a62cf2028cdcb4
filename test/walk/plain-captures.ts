// Captures whose packets are mostly plain, in every format that the hot path reads, and frames for them.

import fc from 'fast-check';
import { TUNNELS as TUNNEL_DECODERS } from '../../src/decode/ip/udp.js';
import { anyFrame, mostly } from '../decode/any-frame.js';
import {
  concat,
  ETHER_TYPE,
  ethernet,
  FLAG,
  IP_PROTOCOL,
  ipv4,
  ipv6,
  LINK_TYPE,
  PCAP_MAGIC,
  pcap,
  tcp,
  u16,
  udp,
} from '../helpers/packets.js';
import {
  BLOCK_TYPE,
  block,
  describedInterface,
  OPTION,
  offsetOption,
  oldPacket,
  packet,
  section,
  simplePacket,
} from '../helpers/pcapng.js';

export interface Captured {
  readonly seconds: number;
  readonly data: Uint8Array;
  readonly originalLength?: number;
}

type Writer = (packets: readonly Captured[]) => Uint8Array;

/** Captures of one format and link type. */
export interface Kind {
  readonly linkType: number;
  readonly linkHeaderLength: number;
  /** The frame with the link header of this type instead of the one of Ethernet. */
  readonly of: (frame: Uint8Array) => Uint8Array;
  /** Writers of captures that the hot path can read. */
  readonly writers: readonly [Writer, ...Writer[]];
  /** Offset of the packet in a record or block of the first writer. */
  readonly dataAt: number;
  /** Captures of at most this number of packets, most of which are like those of an honest writer. */
  readonly any: (maxLength: number) => fc.Arbitrary<Uint8Array>;
  /** Packets at the end that the hot path leaves to the decoders, as no other follows them. */
  readonly leftAtEnd: number;
}

/** Ethernet frames, unchanged or with another link header. */
const LINKS: readonly [name: string, linkType: number, headerLength: number, of: Kind['of']][] = [
  ['Ethernet', LINK_TYPE.ethernet, 14, (frame) => frame],
  ['Linux cooked', LINK_TYPE.sll, 16, (frame) => concat(frame.subarray(0, 12), [0, 1], frame.subarray(12))],
  [
    'Linux cooked of version 2',
    LINK_TYPE.sll2,
    20,
    (frame) => concat(frame.subarray(12, 14), new Uint8Array(6), frame.subarray(0, 12), frame.subarray(14)),
  ],
];

export const ORDERS = [true, false];

/** A frame with the head of another capture in it, as if `cat` had appended that to a packet that was cut short. */
const anyFrameWithHead = anyFrame.map((frame) => concat(frame, pcap()));
const anyContent = fc.oneof({ weight: 30, arbitrary: anyFrame }, { weight: 1, arbitrary: anyFrameWithHead });
/** -1 stands for the captured length. More is usual, less is odd. */
const anyOriginalLength = mostly(-1, 1500, 1500, 1500, 60, 0);
export const DAY = 86_400;
export const NOW = 1_700_000_000;

function pcapKind(linkType: number, linkHeaderLength: number, of: Kind['of']): Kind {
  const files = Object.values(PCAP_MAGIC).flatMap((magic) =>
    ORDERS.map((littleEndian) => ({ magic, littleEndian, linkType })),
  );
  const writers = files.map(
    (file): Writer =>
      (packets) =>
        pcap({ ...file, records: withFractions(packets) }),
  );
  const any: Kind['any'] = (maxLength) =>
    fc.constantFrom(...files).chain((file) => {
      const fractions = file.magic === PCAP_MAGIC.nanoseconds ? 1_000_000_000 : 1_000_000;
      const anyRecord = fc
        .record({
          seconds: mostly(NOW, NOW + 1, NOW - 1, NOW + 400 * DAY, NOW - 401 * DAY, 0, 0xffff_ffff),
          fraction: mostly(123_456, 0, fractions - 1, fractions, fc.nat(fractions)),
          frame: anyContent,
          originalLength: anyOriginalLength,
        })
        .map(({ frame, originalLength, ...times }) => {
          const data = of(frame);
          return { ...times, data, originalLength: originalLength < 0 ? data.length : originalLength };
        });
      return fc
        .array(anyRecord, { minLength: 1, maxLength, size: 'max' })
        .map((records) => pcap({ ...file, records }));
    });
  return { linkType, linkHeaderLength, of, writers: writers as [Writer], dataAt: 16, any, leftAtEnd: 1 };
}

function withFractions(packets: readonly Captured[]): (Captured & { fraction: number })[] {
  return packets.map((each, at) => ({ ...each, fraction: at * 7 }));
}

const NANOSECONDS = [{ code: OPTION.resolution, value: [9] }];
const MILLISECONDS = [{ code: OPTION.resolution, value: [3] }];

function pcapngKind(linkType: number, linkHeaderLength: number, of: Kind['of']): Kind {
  const clocks = [
    { options: [], units: 1_000_000n },
    { options: NANOSECONDS, units: 1_000_000_000n },
  ];
  const writers = clocks.flatMap(({ options, units }) =>
    ORDERS.map(
      (littleEndian): Writer =>
        (packets) =>
          concat(
            section({ littleEndian }),
            describedInterface({ littleEndian, linkType, options }),
            ...packets.map(({ seconds, ...parts }, at) =>
              packet({ littleEndian, time: BigInt(seconds) * units + BigInt(at * 7), ...parts }),
            ),
          ),
    ),
  );
  const any: Kind['any'] = (maxLength) =>
    fc.constantFrom(...ORDERS).chain((littleEndian) => {
      const head = concat(
        section({ littleEndian }),
        describedInterface({ littleEndian, linkType }),
        describedInterface({ littleEndian, linkType, options: NANOSECONDS }),
      );
      const others = [
        section({ littleEndian }),
        head,
        concat(section({ littleEndian }), describedInterface({ littleEndian, linkType: LINK_TYPE.raw })),
        section({ littleEndian, version: [2, 0] }),
        describedInterface({ littleEndian, linkType, options: MILLISECONDS }),
        describedInterface({ littleEndian, linkType, options: [offsetOption(-3n, littleEndian)] }),
        describedInterface({ littleEndian, linkType: LINK_TYPE.raw }),
        block({ littleEndian, type: BLOCK_TYPE.statistics, body: new Uint8Array(12) }),
        block({ littleEndian, type: 0x0600_0000 }),
      ];
      const anyTime = fc.bigInt(0n, 2n ** 64n - 1n);
      const anyPacket = fc
        .record({
          interface: mostly(0, 1, 1, 1, 2, 3, 4, 64, 0xffff_ffff),
          time: mostly(BigInt(NOW) * 1_000_000n, 0n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, anyTime),
          frame: anyContent,
          originalLength: anyOriginalLength,
          options: mostly<readonly { code: number; value: number[] }[]>([], [{ code: 1, value: [1, 2, 3] }]),
          isMore: mostly(false, false, true),
        })
        .map(({ frame, originalLength, isMore, ...parts }) => {
          const data = of(frame);
          return {
            ...parts,
            littleEndian,
            data,
            capturedLength: data.length + (isMore ? 4 : 0),
            originalLength: originalLength < 0 ? data.length : originalLength,
          };
        });
      const anyBlock = fc.oneof(
        { weight: 30, arbitrary: anyPacket.map(packet) },
        { weight: 1, arbitrary: anyPacket.map(oldPacket) },
        { weight: 1, arbitrary: anyPacket.map(simplePacket) },
        { weight: 1, arbitrary: fc.constantFrom(...others) },
      );
      return fc
        .array(anyBlock, { minLength: 1, maxLength, size: 'max' })
        .map((blocks) => concat(head, ...blocks));
    });
  return {
    linkType,
    linkHeaderLength,
    of,
    writers: writers as [Writer, Writer],
    dataAt: 28,
    any,
    leftAtEnd: 0,
  };
}

export const KINDS = LINKS.flatMap(([name, ...link]) => [
  [`pcap of ${name}`, pcapKind(...link)] as const,
  [`pcapng of ${name}`, pcapngKind(...link)] as const,
]);

/** Packets a second apart, so that the rows show which of them were SYN-ACKs. */
export function inSeconds(frames: readonly Uint8Array[]): Captured[] {
  return frames.map((data, at) => ({ seconds: NOW + at, data }));
}

/** Makes a datagram at least as long as the headers of TCP, as the hot path skips shorter packets. */
export const EIGHT = new Uint8Array(8);
const PAYLOAD = udp({ payload: new Uint8Array(30) });

export function overIpv4(protocol: number, payload: Uint8Array): Uint8Array {
  return ethernet({ payload: ipv4({ protocol, payload }) });
}

export function overIpv6(nextHeader: number, payload: Uint8Array): Uint8Array {
  return ethernet({ type: ETHER_TYPE.ipv6, payload: ipv6({ nextHeader, payload }) });
}

export const SHAPES: readonly [name: string, frame: Uint8Array, headersEnd: number][] = [
  ['a SYN-ACK over IPv4', overIpv4(IP_PROTOCOL.tcp, tcp({ payload: PAYLOAD })), 48],
  ['an ACK over IPv4', overIpv4(IP_PROTOCOL.tcp, tcp({ flags: FLAG.ack, payload: PAYLOAD })), 48],
  ['UDP over IPv4', overIpv4(IP_PROTOCOL.udp, PAYLOAD), 42],
  ['a SYN-ACK over IPv6', overIpv6(IP_PROTOCOL.tcp, tcp({ payload: PAYLOAD })), 68],
  ['an ACK over IPv6', overIpv6(IP_PROTOCOL.tcp, tcp({ flags: FLAG.ack, payload: PAYLOAD })), 68],
  ['UDP over IPv6', overIpv6(IP_PROTOCOL.udp, PAYLOAD), 62],
];

/** A frame to follow others, as the hot path leaves the last record of a pcap to the decoders. */
export const LAST = ethernet({ type: ETHER_TYPE.arp, payload: new Uint8Array(28) });

export const TUNNEL_PORTS = [...TUNNEL_DECODERS.keys()];

export function withPorts(datagram: Uint8Array, sourcePort: number, destinationPort: number): Uint8Array {
  return concat(u16(sourcePort), u16(destinationPort), datagram.subarray(4));
}
