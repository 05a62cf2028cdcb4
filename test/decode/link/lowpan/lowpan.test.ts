// 6LoWPAN. Addresses that are left out of compressed headers are those that tshark 4.0.17 shows, unless a comment says
// otherwise.

import { describe, expect, test } from 'vitest';
import { decodeEthernet } from '../../../../src/decode/link/ethernet/ethernet.js';
import { decodeIeee802154 } from '../../../../src/decode/link/lowpan/ieee802154.js';
import {
  LATER_FRAGMENT,
  MALFORMED,
  NOT_IP,
  NOT_TCP,
  OTHER_TCP,
  SYN_ACK,
  TRUNCATED,
} from '../../../../src/decode/packet-class.js';
import { address, concat, EXTENSION, ethernet, FLAG, ipv6, tcp, vlan } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

// biome-ignore format: a field a line
const SHORT = [
  0x41, 0x88, // frame control: data, one PAN, both addresses short, version 0
  0x01, // sequence number
  0xcd, 0xab, // PAN
  0x02, 0x00, // destination
  0x01, 0x00, // source
];

// biome-ignore format: a field a line
const EXTENDED = [
  0x41, 0xcc, // frame control: data, one PAN, both addresses extended, version 0
  0x01, // sequence number
  0xcd, 0xab, // PAN
  0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, // destination
  0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, // source
];

const SOURCE = address('2001:db8::1');
const DESTINATION = address('2001:db8::2');
const IPV6 = 0x41;
const NEXT_HEADER_TCP = 6;
/** Compression with a hop limit of 64, no traffic class and no flow label, and the next header in full or compressed. */
const NEXT_IN_FULL = 0x7a;
const NEXT_COMPRESSED = 0x7e;

type Bytes = Uint8Array | readonly number[];

function hex(text: string): string {
  return Buffer.from(address(text)).toString('hex');
}

/** A frame whose IPv6 header is compressed, with `addresses` as its second byte and in the packet. */
function compressed(addresses: number, inPacket: Bytes, header: Bytes = SHORT): Uint8Array {
  return concat(header, [NEXT_IN_FULL, addresses, NEXT_HEADER_TCP], inPacket, tcp());
}

/** A frame with compressed extension headers. */
function extended(...headers: readonly Bytes[]): Uint8Array {
  return concat(SHORT, [NEXT_COMPRESSED, 0], SOURCE, DESTINATION, ...headers, tcp());
}

describe('compressed IPv6 headers', () => {
  test.each([
    ['in full', 0x00, [...SOURCE, ...DESTINATION], SHORT, '2001:db8::1', '2001:db8::2'],
    ['of 8 bytes', 0x11, [...SOURCE.slice(8), ...DESTINATION.slice(8)], SHORT, 'fe80::1', 'fe80::2'],
    ['of 2 bytes', 0x22, [0, 1, 0, 2], SHORT, 'fe80::ff:fe00:1', 'fe80::ff:fe00:2'],
    ['left out, with short ones of the link', 0x33, [], SHORT, 'fe80::ff:fe00:1', 'fe80::ff:fe00:2'],
    ['left out, with extended ones of the link', 0x33, [], EXTENDED, 'fe80::202:0:0:1', 'fe80::202:0:0:2'],
  ])('when addresses are %s then they are restored', (_form, addresses, inPacket, header, server, client) => {
    const bytes = compressed(addresses, inPacket, header);
    const found = { packetClass: SYN_ACK, family: 6, server: hex(server), client: hex(client), port: 443 };
    expect(decode(decodeIeee802154, bytes)).toEqual(found);
    expectTruncation(decodeIeee802154, bytes, bytes.length - 7);
  });

  test('when a mesh header has addresses then they take the place of those of the link', () => {
    const short = [0xb5, 0x00, 0x0a, 0x00, 0x0b];
    const server = hex('fe80::ff:fe00:a');
    const client = hex('fe80::ff:fe00:b');
    expect(decode(decodeIeee802154, compressed(0x33, [], [...SHORT, ...short]))).toMatchObject({
      server,
      client,
    });
    // With a byte of its own for the hops left, and extended addresses: RFC 4944 5.2.
    const long = [0x8f, 0x20, 0, 2, 0, 0, 0, 0, 0, 0x0a, 0, 2, 0, 0, 0, 0, 0, 0x0b];
    const bytes = compressed(0x33, [], [...SHORT, ...long]);
    expect(decode(decodeIeee802154, bytes)).toMatchObject({
      server: hex('fe80::202:0:0:a'),
      client: hex('fe80::202:0:0:b'),
    });
    expectTruncation(decodeIeee802154, bytes, bytes.length - 7);
  });

  test('when the link has no address to restore one from then it is not IP', () => {
    const withoutDestination = [0x01, 0x80, 0x01, 0xcd, 0xab, 0x01, 0x00];
    const ofLink = (addresses: number, inPacket: Bytes): number =>
      classOf(decodeIeee802154, compressed(addresses, inPacket, withoutDestination));
    expect(ofLink(0x33, [])).toBe(NOT_IP);
    expect(ofLink(0x30, DESTINATION)).toBe(SYN_ACK);
    expect(ofLink(0x03, SOURCE)).toBe(NOT_IP);
  });

  test('when an address needs a context then it is not IP', () => {
    for (const addresses of [0x40, 0x55, 0x66, 0x77, 0x04, 0x05]) {
      const bytes = compressed(addresses, [...SOURCE, ...DESTINATION]);
      expect([addresses, classOf(decodeIeee802154, bytes)]).toEqual([addresses, NOT_IP]);
    }
  });

  test('when the destination is a group then it is not TCP', () => {
    const group = address('ff02::1');
    expect(classOf(decodeIeee802154, compressed(0x08, [...SOURCE, ...group]))).toBe(NOT_TCP);
    expect(classOf(decodeIeee802154, compressed(0x0b, [...SOURCE, 0x01]))).toBe(NOT_TCP);
  });

  test('when it carries something else than a SYN-ACK then that is its class', () => {
    const header = concat(SHORT, [NEXT_IN_FULL, 0], [NEXT_HEADER_TCP], SOURCE, DESTINATION);
    expect(classOf(decodeIeee802154, concat(header, tcp({ flags: FLAG.syn })))).toBe(OTHER_TCP);
    expect(classOf(decodeIeee802154, concat(header.with(SHORT.length + 2, 58), tcp()))).toBe(NOT_TCP);
  });
});

describe('compressed extension headers', () => {
  const OPTIONS = [0x06, 0x01, 0x04, 0x00, 0x00, 0x00, 0x00];

  test.each([
    ['hop-by-hop options', 0xe0],
    ['routing', 0xe2],
    ['destination options', 0xe6],
    ['mobility', 0xe8],
  ])('when the header is %s then TCP is found after it', (_name, encoding) => {
    const bytes = extended([encoding, NEXT_HEADER_TCP], OPTIONS);
    expect(decode(decodeIeee802154, bytes)).toMatchObject({ server: hex('2001:db8::1'), port: 443 });
    expectTruncation(decodeIeee802154, bytes, bytes.length - 7);
    const longer = extended([encoding, NEXT_HEADER_TCP], [200], new Uint8Array(200));
    expect(classOf(decodeIeee802154, longer)).toBe(SYN_ACK);
  });

  test('when the next header is in full then headers after it are not compressed', () => {
    const plain = [NEXT_HEADER_TCP, 0, 1, 4, 0, 0, 0, 0];
    const bytes = extended([0xe0, EXTENSION.destinationOptions], OPTIONS, plain);
    expect(classOf(decodeIeee802154, bytes)).toBe(SYN_ACK);
  });

  test('when it is a fragment then only the first one has a TCP header', () => {
    const fragment = (offset: number): Uint8Array =>
      extended([0xe4, NEXT_HEADER_TCP, 0x00, offset >>> 5, (offset << 3) & 0xff, 0, 0, 0, 1]);
    expect(classOf(decodeIeee802154, fragment(0))).toBe(SYN_ACK);
    for (const offset of [1, 32, 0x1fff]) {
      expect(classOf(decodeIeee802154, fragment(offset))).toBe(LATER_FRAGMENT);
    }
  });

  test('when an IPv6 header is in it then the inner one decides', () => {
    const inner = [NEXT_IN_FULL, 0, NEXT_HEADER_TCP, ...DESTINATION, ...SOURCE];
    const bytes = extended([0xee], inner);
    expect(decode(decodeIeee802154, bytes)).toMatchObject({
      server: hex('2001:db8::2'),
      client: hex('2001:db8::1'),
    });
    expect(classOf(decodeIeee802154, extended([0xee], [NEXT_IN_FULL, 0x33, NEXT_HEADER_TCP]))).toBe(NOT_IP);
  });

  test('when UDP or anything else is compressed then it is not TCP', () => {
    for (const encoding of [0xf0, 0xf7, 0xd0, 0x00]) {
      expect(classOf(decodeIeee802154, extended([encoding]))).toBe(NOT_TCP);
    }
  });

  test('when headers go on without end then it is malformed', () => {
    const bytes = extended(...Array.from({ length: 60_000 }, () => [0xe1, 0x00]));
    expect(classOf(decodeIeee802154, bytes)).toBe(MALFORMED);
    const nested = extended(
      ...Array.from({ length: 1000 }, () => [0xee, NEXT_COMPRESSED, 0, ...SOURCE, ...SOURCE]),
    );
    expect(classOf(decodeIeee802154, nested)).toBe(MALFORMED);
  });
});

describe('dispatch', () => {
  test('when it is a later fragment then it is one', () => {
    const bytes = concat(SHORT, [0xe1, 0x00, 0x00, 0x01, 0x05], ipv6());
    expect(classOf(decodeIeee802154, bytes)).toBe(LATER_FRAGMENT);
  });

  test.each([
    ['not a LoWPAN frame', 0x00],
    ['the compression of RFC 4944', 0x42],
    ['an escape', 0x40],
    ['a page of RFC 8025', 0xf1],
  ])('when it is %s then it is not IP', (_name, dispatch) => {
    expect(classOf(decodeIeee802154, concat(SHORT, [dispatch], ipv6()))).toBe(NOT_IP);
  });

  test('when IPv6 is uncompressed then its version must be 6', () => {
    expect(classOf(decodeIeee802154, concat(SHORT, [IPV6], ipv6({ version: 4 })))).toBe(MALFORMED);
  });

  test('when headers go on without end then it is malformed', () => {
    const bytes = concat(SHORT, ...Array.from({ length: 30_000 }, () => [0x50, 0x01]));
    expect(classOf(decodeIeee802154, bytes)).toBe(MALFORMED);
  });
});

describe('6LoWPAN on Ethernet', () => {
  const TYPE = 0xa0ed;

  test('when addresses are left out then they are made from those of Ethernet', () => {
    // The bit for local addresses is inverted, RFC 2464 4.
    const payload = concat([NEXT_IN_FULL, 0x33, NEXT_HEADER_TCP], tcp());
    const [destination, source] = [
      [0x00, 0x1b, 0x21, 0x01, 0x02, 0x03],
      [0x02, 0x1b, 0x21, 0x0a, 0x0b, 0x0c],
    ];
    const found = { server: hex('fe80::1b:21ff:fe0a:b0c'), client: hex('fe80::21b:21ff:fe01:203') };
    const frame = concat(destination, source, [0xa0, 0xed], payload);
    expect(decode(decodeEthernet, frame)).toMatchObject({ packetClass: SYN_ACK, ...found });
    const tagged = concat(destination, source, [0x81, 0x00], vlan({ type: TYPE, payload }));
    expect(decode(decodeEthernet, tagged)).toMatchObject({ packetClass: SYN_ACK, ...found });
  });

  test('when addresses are in full then they are found', () => {
    const header = [NEXT_IN_FULL, 0, NEXT_HEADER_TCP, ...SOURCE, ...DESTINATION];
    const bytes = ethernet({ type: TYPE, payload: concat(header, tcp()) });
    expect(decode(decodeEthernet, bytes)).toMatchObject({ server: hex('2001:db8::1') });
    expectTruncation(decodeEthernet, bytes, bytes.length - 7);
  });
});

describe('IEEE 802.15.4', () => {
  const withIpv6 = (...header: readonly number[]): Uint8Array => concat(header, [IPV6], ipv6());

  test.each([
    ['one PAN, no destination', [0x01, 0x80, 1, 0xcd, 0xab, 1, 0]],
    ['one PAN, no source', [0x01, 0x08, 1, 0xcd, 0xab, 2, 0]],
    ['two PANs', [0x01, 0x88, 1, 0xcd, 0xab, 2, 0, 0xce, 0xab, 1, 0]],
    ['version 1', [0x41, 0x98, 1, 0xcd, 0xab, 2, 0, 1, 0]],
    ['version 2, one PAN', [0x41, 0xa8, 1, 0xcd, 0xab, 2, 0, 1, 0]],
    ['version 2, two PANs', [0x01, 0xa8, 1, 0xcd, 0xab, 2, 0, 0xce, 0xab, 1, 0]],
    ['version 2, no sequence number', [0x41, 0xa9, 0xcd, 0xab, 2, 0, 1, 0]],
    ['version 2, no source', [0x01, 0x28, 1, 0xcd, 0xab, 2, 0]],
    ['version 2, no source and no PAN', [0x41, 0x28, 1, 2, 0]],
    ['version 2, no destination', [0x01, 0xa0, 1, 0xcd, 0xab, 1, 0]],
    ['version 2, no destination and no PAN', [0x41, 0xa0, 1, 1, 0]],
    ['version 2, a PAN alone', [0x41, 0x20, 1, 0xcd, 0xab]],
    ['version 2, nothing', [0x01, 0x20, 1]],
    ['version 2, extended', [0x01, 0xec, 1, 0xcd, 0xab, 2, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 2, 0]],
    ['version 2, extended without PAN', [0x41, 0xec, 1, 2, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 2, 0]],
    ['elements, then a payload', [0x41, 0xaa, 1, 0xcd, 0xab, 2, 0, 1, 0, 0x02, 0x0f, 0xaa, 0xbb, 0x80, 0x3f]],
    ['the bit for elements in version 1', [0x41, 0x9a, 1, 0xcd, 0xab, 2, 0, 1, 0]],
  ])('when the header has %s then IPv6 is found after it', (_fields, header) => {
    const bytes = withIpv6(...header);
    expect(decode(decodeIeee802154, bytes)).toMatchObject({ packetClass: SYN_ACK, port: 443 });
    expectTruncation(decodeIeee802154, bytes, bytes.length - 7);
  });

  test.each([
    ['a beacon', [0x40, 0x88]],
    ['an acknowledgement', [0x42, 0x88]],
    ['a command', [0x43, 0x88]],
    ['secured', [0x49, 0x88]],
    ['of another version', [0x41, 0xb8]],
  ])('when the frame is %s then it is not IP', (_kind, control) => {
    expect(classOf(decodeIeee802154, withIpv6(...control, ...SHORT.slice(2)))).toBe(NOT_IP);
  });

  test('when elements do not end then it is truncated', () => {
    const header = [0x41, 0xaa, 1, 0xcd, 0xab, 2, 0, 1, 0];
    expect(classOf(decodeIeee802154, concat(header, new Uint8Array(1000)))).toBe(TRUNCATED);
  });
});
