// Arbitrary Ethernet frames: mostly correct IP with TCP, some with UDP, some wrong in one or two fields, some cut.

import fc from 'fast-check';
import {
  concat,
  ETHER_TYPE,
  EXTENSION,
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
import { PORT, TUNNELS } from './tunnel/tunnels.js';

/** Mostly the first value, which is the correct one. */
export function mostly<T>(honest: T, ...others: (T | fc.Arbitrary<T>)[]): fc.Arbitrary<T> {
  const arbitraries = others.map((other) => (other instanceof fc.Arbitrary ? other : fc.constant(other)));
  return fc.oneof({ weight: 12 * others.length, arbitrary: fc.constant(honest) }, ...arbitraries);
}

const anyByte = fc.nat(0xff);

const anyTcp = fc
  .record({
    sourcePort: fc.constantFrom(0, 22, 443, 0xffff),
    flags: fc.oneof(fc.constant(SYN_ACK_FLAGS), fc.constantFrom(FLAG.syn, FLAG.ack, FLAG.rst), anyByte),
    dataOffset: mostly(5, 0, 4, 6, 15),
    reserved: mostly(0, 1, 15),
    payload: mostly(new Uint8Array(0), Uint8Array.of(1), fc.uint8Array({ maxLength: 20 })),
  })
  .map(tcp);

/** Ports of tunnels, the ports next to them, and others. */
const anyUdpPort = fc.constantFrom(
  ...Object.values(PORT).flatMap((port) => [port - 1, port, port + 1]),
  ...[0, 53, 443, 0xffff],
);

const anyUdp = fc
  .record({
    sourcePort: mostly(50_000, anyUdpPort),
    destinationPort: anyUdpPort,
    payload: mostly(Uint8Array.of(1, 2, 3, 4), new Uint8Array(0), fc.uint8Array({ maxLength: 40 })),
    // -1 is the length that is right.
    length: mostly(-1, 0, 7, 8, 9, 0xffff),
  })
  .map(({ length, ...parts }) => udp({ ...parts, ...(length < 0 ? {} : { length }) }));

const anyIpv4 = fc
  .record({
    payload: anyTcp,
    source: fc.constantFrom('0.0.0.0', '10.0.0.1', '255.255.255.255'),
    destination: fc.constantFrom('10.0.0.2', '192.0.2.1'),
    protocol: mostly(6, 5, 7, 17, 0),
    version: mostly(4, 3, 5, 6),
    headerLength: mostly(5, 0, 4, 6, 7, 15),
    // -1 is the length that is right.
    totalLength: mostly(-1, 0, 1, 19, 20, 33, 34, 39, 40, 41, 60, 0xffff),
    fragmentOffset: mostly(0, 1, 0x1000, 0x1fff),
    flags: mostly(0b010, 0b000, 0b001, 0b100, 0b111),
    options: mostly<number[]>([], [1, 1, 1, 1], new Array<number>(40).fill(1)),
  })
  .chain((parts) =>
    mostly(
      parts,
      anyUdp.map((payload) => ({ ...parts, protocol: IP_PROTOCOL.udp, payload })),
    ),
  )
  .map(({ totalLength, ...parts }) => ipv4({ ...parts, ...(totalLength < 0 ? {} : { totalLength }) }));

const anyIpv6 = fc
  .record({
    payload: anyTcp,
    source: fc.constantFrom('::', '2001:db8::1', 'fe80::1'),
    destination: fc.constantFrom('2001:db8::2', 'ff02::1'),
    version: mostly(6, 4, 5, 7),
    nextHeader: mostly(
      6,
      5,
      7,
      EXTENSION.hopByHop,
      EXTENSION.fragment,
      EXTENSION.authentication,
      EXTENSION.noNextHeader,
    ),
    payloadLength: mostly(-1, 0, 1, 8, 13, 14, 19, 20, 21, 0xffff),
  })
  .chain((parts) =>
    mostly(
      parts,
      anyUdp.map((payload) => ({ ...parts, nextHeader: IP_PROTOCOL.udp, payload })),
    ),
  )
  .map(({ payloadLength, ...parts }) => ipv6({ ...parts, ...(payloadLength < 0 ? {} : { payloadLength }) }));

/** An IP packet under its own EtherType or, rarely, under another one. */
const anyTyped = fc.oneof(
  fc.record({
    type: mostly<number>(ETHER_TYPE.ipv4, ETHER_TYPE.ipv6, ETHER_TYPE.arp, 46, 1500),
    payload: anyIpv4,
  }),
  fc.record({
    type: mostly<number>(ETHER_TYPE.ipv6, ETHER_TYPE.ipv4, ETHER_TYPE.arp, 66, 1501),
    payload: anyIpv6,
  }),
);

const anyTunnelled = fc
  .constantFrom(...TUNNELS)
  .map(({ wrap, family }) => wrap(family === 4 ? ipv4() : ipv6()));

const anyShapedFrame = anyTyped.chain((typed) =>
  mostly(ethernet(typed), ethernet({ type: ETHER_TYPE.vlan, payload: vlan(typed) }), anyTunnelled),
);

/** Sets some bytes of the headers to anything, often to a value one off. */
function mutate(
  frame: Uint8Array,
  mutations: readonly [place: number, value: number, isStep: boolean][],
): Uint8Array {
  const mutated = frame.slice();
  for (const [place, value, isStep] of mutations) {
    // Not in the Ethernet addresses, which are not read.
    const at = 12 + (place % Math.max(1, Math.min(frame.length, 80) - 12));
    mutated[at] = isStep ? (frame[at] ?? 0) + (value & 1 ? 1 : -1) : value;
  }
  return mutated;
}

const anyMutations = mostly<[number, number, boolean][]>(
  [],
  fc.array(fc.tuple(fc.nat(80), anyByte, fc.boolean()), { minLength: 1, maxLength: 3 }),
);

/** Where the frame ends: unchanged, padded, or cut, most often near the flags. */
const anyEnd = mostly<number | undefined>(
  undefined,
  fc.integer({ min: 40, max: 80 }),
  fc.integer({ min: 46, max: 50 }),
  fc.integer({ min: 66, max: 70 }),
  fc.nat(150),
);

export const anyFrame: fc.Arbitrary<Uint8Array> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.tuple(anyShapedFrame, anyMutations, anyEnd).map(([frame, mutations, end]) => {
      const mutated = mutate(frame, mutations);
      if (end === undefined) return mutated;
      return end <= mutated.length
        ? mutated.slice(0, end)
        : concat(mutated, new Uint8Array(end - mutated.length).fill(0x12));
    }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(ETHER_TYPE.ipv4, ETHER_TYPE.ipv6), fc.uint8Array({ maxLength: 90 }))
      .map(([type, payload]) => ethernet({ type, payload })),
  },
);
