import { describe, expect, test } from 'vitest';
import { decodeNflog } from '../../../../src/decode/link/host/nflog.js';
import { MALFORMED, NOT_IP, SYN_ACK, TRUNCATED } from '../../../../src/decode/packet-class.js';
import { concat, ETHER_TYPE, ipv4, ipv6, u16, vlan } from '../../../helpers/packets.js';
import { classOf, decode } from '../../decoding.js';

const FAMILY = { inet: 1, ipv4: 2, arp: 3, bridge: 7, ipv6: 10 } as const;
const PACKET_HEADER = 1;
const TEXT = 10;
const PAYLOAD = 9;

interface Parts {
  readonly family?: number;
  readonly version?: number;
  readonly attributes?: readonly Uint8Array[];
  readonly payload?: Uint8Array;
  /** In the attribute with the payload. */
  readonly length?: number;
  readonly isLittleEndian?: boolean;
}

function attribute(
  type: number,
  value: Uint8Array,
  isLittleEndian = true,
  length = 4 + value.length,
): Uint8Array {
  const short = (number: number): number[] => (isLittleEndian ? u16(number).reverse() : u16(number));
  const padding = new Uint8Array((4 - (value.length % 4)) % 4);
  return concat(short(length), short(type), value, padding);
}

function nflog(parts: Parts = {}): Uint8Array {
  const { family = FAMILY.ipv4, version = 0, attributes = [], payload = ipv4() } = parts;
  const { isLittleEndian = true, length = 4 + payload.length } = parts;
  const group = [0, 5];
  return concat(
    [family, version, ...group],
    ...attributes,
    attribute(PAYLOAD, payload, isLittleEndian, length),
  );
}

function packetHeader(etherType: number, isLittleEndian = true): Uint8Array {
  return attribute(PACKET_HEADER, Uint8Array.from([...u16(etherType), 1, 0]), isLittleEndian);
}

describe('decodeNflog', () => {
  test.each([
    ['little-endian', true],
    ['big-endian', false],
  ])('when attributes are %s, of any length, then they are skipped', (_order, isLittleEndian) => {
    for (let size = 0; size < 300; size++) {
      const text = attribute(TEXT, new Uint8Array(size).fill(0x61), isLittleEndian);
      const attributes = [packetHeader(ETHER_TYPE.ipv4, isLittleEndian), text];
      expect(classOf(decodeNflog, nflog({ attributes, isLittleEndian }))).toBe(SYN_ACK);
    }
  });

  test('when the type has the bits that describe the value then it is the same type', () => {
    const nested = attribute(0x8000 | TEXT, new Uint8Array(4));
    const inNetworkOrder = attribute(0x4000 | PACKET_HEADER, Uint8Array.from([0x08, 0x00, 1, 0]));
    const attributes = [nested, inNetworkOrder];
    expect(classOf(decodeNflog, nflog({ family: FAMILY.bridge, attributes }))).toBe(SYN_ACK);
  });

  test('when the family is that of IP then the version of the payload decides', () => {
    expect(decode(decodeNflog, nflog({ family: FAMILY.ipv6, payload: ipv6() }))).toMatchObject({
      packetClass: SYN_ACK,
      family: 6,
    });
    expect(decode(decodeNflog, nflog({ family: FAMILY.ipv6 }))).toMatchObject({
      packetClass: SYN_ACK,
      family: 4,
    });
    expect(decode(decodeNflog, nflog({ payload: ipv6() }))).toMatchObject({
      packetClass: SYN_ACK,
      family: 6,
    });
    expect(classOf(decodeNflog, nflog({ payload: ipv6({ version: 5 }) }))).toBe(MALFORMED);
  });

  test.each([FAMILY.inet, FAMILY.bridge])('when the family is %i then the EtherType decides', (family) => {
    const of = (etherType: number, payload: Uint8Array): Uint8Array =>
      nflog({ family, attributes: [packetHeader(etherType)], payload });
    expect(classOf(decodeNflog, of(ETHER_TYPE.ipv6, ipv6()))).toBe(SYN_ACK);
    expect(classOf(decodeNflog, of(ETHER_TYPE.vlan, vlan({})))).toBe(SYN_ACK);
    expect(classOf(decodeNflog, of(ETHER_TYPE.arp, ipv4()))).toBe(NOT_IP);
    expect(classOf(decodeNflog, nflog({ family }))).toBe(NOT_IP);
  });

  test('when the version is not 0 then it is not IP', () => {
    expect(classOf(decodeNflog, nflog({ version: 1 }))).toBe(NOT_IP);
  });

  test('when the length of an attribute is impossible then it is malformed', () => {
    for (let length = 0; length < 4; length++) {
      expect(classOf(decodeNflog, nflog({ length }))).toBe(MALFORMED);
      const attributes = [attribute(TEXT, new Uint8Array(0), true, length)];
      expect(classOf(decodeNflog, nflog({ attributes }))).toBe(MALFORMED);
    }
  });

  test('when the length of the payload ends inside the TCP header then it is malformed', () => {
    const { length } = ipv4();
    expect(classOf(decodeNflog, nflog({ length: 4 + length - 1 }))).toBe(MALFORMED);
    expect(classOf(decodeNflog, nflog({ length: 0xffff }))).toBe(SYN_ACK);
  });

  test('when attributes end without a payload then it is truncated', () => {
    expect(classOf(decodeNflog, concat([FAMILY.ipv4, 0, 0, 5], packetHeader(ETHER_TYPE.ipv4)))).toBe(
      TRUNCATED,
    );
    const beyond = attribute(TEXT, new Uint8Array(4), true, 0xfff0);
    expect(classOf(decodeNflog, nflog({ attributes: [beyond] }))).toBe(TRUNCATED);
  });
});
