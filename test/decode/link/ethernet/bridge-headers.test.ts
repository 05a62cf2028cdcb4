// Headers that bridges, brokers and the like put before a frame, or before the type of one.

import { describe, expect, test } from 'vitest';
import { decodeBatman } from '../../../../src/decode/link/ethernet/batman.js';
import {
  decodeBroadcomTag,
  decodeETag,
  decodeHsrTag,
  decodeRealtekTag,
  decodeRedundancyTag,
  decodeSecurityGroupTag,
  decodeTTag,
  decodeVnTag,
} from '../../../../src/decode/link/ethernet/bridge-tag.js';
import { decodeAristaTag, decodeGigamonTag } from '../../../../src/decode/link/ethernet/broker-tag.js';
import { decodeEthernet } from '../../../../src/decode/link/ethernet/ethernet.js';
import {
  decodeBackboneTag,
  decodeFabricPath,
  decodeVmLab,
} from '../../../../src/decode/link/ethernet/frame-header.js';
import { decodeMacsec } from '../../../../src/decode/link/ethernet/macsec.js';
import { decodeTrill } from '../../../../src/decode/link/ethernet/trill.js';
import type { Decoder } from '../../../../src/decode/packet.js';
import { MALFORMED, NOT_IP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import { concat, ETHER_TYPE, ethernet, ipv4, llc, vlan } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

// biome-ignore format: a field a line
const PBB = [
  0x00, // priority 0, no customer addresses left out, reserved
  0x00, 0x00, 0x64, // service instance 100
];

// biome-ignore format: a field a line
const VN_TAG = [
  0x80, 0x01, // to the bridge, destination interface 1
  0x00, 0x02, // not looped, version 0, source interface 2
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const E_TAG = [
  0x00, 0x64, // priority 0, ingress channel 100
  0x00, 0x01, // group 0, channel 1
  0x00, 0x00, // extensions of both
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const HSR = [
  0x00, 0x2e, // path 0, size 46
  0x00, 0x01, // sequence number
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const REDUNDANCY = [
  0x00, 0x00, // reserved
  0x00, 0x01, // sequence number
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const SECURITY_GROUP = [
  0x01, // version 1
  0x01, // length 1
  0x00, 0x01, // option: security group tag
  0x00, 0x64, // group 100
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const TTAG = [
  0x9c, 0xfe, 0x36, 0x2a, 0x00, 0x00, // time stamp
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const BROADCOM = [
  0x00, 0x00, 0x00, 0x01, // to the CPU, from port 1
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const REALTEK_SHORT = [
  0xa0, 0x01, // protocol 0xa, from port 1
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const REALTEK_LONG = [
  0x04, // protocol 4
  0x00, // reason
  0x00, 0x00, // flags
  0x00, 0x01, // from port 1
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const MACSEC = [
  0x02, // version 0, no channel, neither encrypted nor changed, association 2
  0x00, // not a short frame
  0x00, 0x00, 0x00, 0x01, // packet number
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const MACSEC_WITH_CHANNEL = [
  0x20, // version 0, with a channel, neither encrypted nor changed
  0x2a, // short frame of 42 bytes
  0x00, 0x00, 0x00, 0x01, // packet number
  0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, // channel
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const FABRICPATH = [
  0x00, 0x60, // forwarding tag 1, time to live 32
];

// biome-ignore format: a field a line
const VM_LAB = [
  0x00, 0x00, // unknown, no more fragments
  0x00, 0x00, // unknown
  0x00, 0x00, 0x00, 0x01, // port group
  0x00, 0x00, // unknown
];

// biome-ignore format: a field a line
const GIGAMON = [
  0x06, // length 6
  0x01, 0x03, // source port, 3 bytes
  0x00, 0x00, 0x01, // port 1
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const ARISTA = [
  0x00, 0x01, // subtype: time
  0x00, 0x10, // version: 64 bits, TAI
  0x65, 0x53, 0xf1, 0x00, 0x00, 0x00, 0x00, 0x00, // time
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const ARISTA_SHORT = [
  0x00, 0x01, // subtype: time
  0x01, 0x20, // version: 48 bits, UTC
  0xf1, 0x00, 0x00, 0x00, 0x00, 0x00, // time
  0x08, 0x00, // type IPv4
];

// biome-ignore format: a field a line
const TRILL = [
  0x00, 0x7f, // version 0, one destination, options of 1 word, hop count 63
  0x00, 0x01, // egress
  0x00, 0x02, // ingress
  0x00, 0x00, 0x00, 0x00, // options
];

// biome-ignore format: a field a line
const BATMAN = [
  0x40, // type: to one station
  0x0f, // version 15
  0x32, // time to live
  0x01, // number of the translation table
  0x02, 0x00, 0x00, 0x00, 0x00, 0x01, // destination in the mesh
];

// biome-ignore format: a field a line
const BATMAN_4_ADDRESSES = [
  0x42, // type: to one station, with the sender
  0x0f, // version 15
  0x32, // time to live
  0x01, // number of the translation table
  0x02, 0x00, 0x00, 0x00, 0x00, 0x01, // destination in the mesh
  0x02, 0x00, 0x00, 0x00, 0x00, 0x02, // source in the mesh
  0x01, // of which kind
  0x00, // reserved
];

const BEFORE_A_FRAME: readonly [name: string, etherType: number, decoder: Decoder, header: number[]][] = [
  ['PBB', 0x88e7, decodeBackboneTag, PBB],
  ['TRILL', 0x22f3, decodeTrill, TRILL],
  ['FabricPath', 0x8903, decodeFabricPath, FABRICPATH],
  ['VMware Lab Manager', 0x88de, decodeVmLab, VM_LAB],
  ['B.A.T.M.A.N.', 0x4305, decodeBatman, BATMAN],
  ['B.A.T.M.A.N. with four addresses', 0x4305, decodeBatman, BATMAN_4_ADDRESSES],
];

const BEFORE_A_TYPE: readonly [name: string, etherType: number, decoder: Decoder, header: number[]][] = [
  ['a VN-tag', 0x8926, decodeVnTag, VN_TAG],
  ['an E-tag', 0x893f, decodeETag, E_TAG],
  ['a tag of HSR', 0x892f, decodeHsrTag, HSR],
  ['a redundancy tag', 0xf1c1, decodeRedundancyTag, REDUNDANCY],
  ['a security group tag', 0x8909, decodeSecurityGroupTag, SECURITY_GROUP],
  ['a TTag', 0x8988, decodeTTag, TTAG],
  ['a tag of a Broadcom switch', 0x8874, decodeBroadcomTag, BROADCOM],
  ['a short tag of a Realtek switch', 0x8899, decodeRealtekTag, REALTEK_SHORT],
  ['a long tag of a Realtek switch', 0x8899, decodeRealtekTag, REALTEK_LONG],
  ['a tag of a Gigamon broker', 0x22e5, decodeGigamonTag, GIGAMON],
  ['a tag of an Arista switch', 0xd28b, decodeAristaTag, ARISTA],
  ['a short tag of an Arista switch', 0xd28b, decodeAristaTag, ARISTA_SHORT],
  ['MACsec', 0x88e5, decodeMacsec, MACSEC],
  ['MACsec with a channel', 0x88e5, decodeMacsec, MACSEC_WITH_CHANNEL],
];

describe.each(BEFORE_A_FRAME)('%s', (_name, etherType, decoder, header) => {
  test('when it carries a frame then addresses and port are found', () => {
    const bytes = concat(header, ethernet());
    const at = header.length + 14;
    const found = { packetClass: SYN_ACK, family: 4, server: at + 12, client: at + 16, port: 443 };
    expect(decode(decoder, bytes)).toEqual(found);
    expectTruncation(decoder, bytes, at + 20 + 13);
    expect(classOf(decodeEthernet, ethernet({ type: etherType, payload: bytes }))).toBe(SYN_ACK);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decoder, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when the frame has a tag then it is skipped', () => {
    const tagged = ethernet({ type: ETHER_TYPE.vlan, payload: vlan({}) });
    expect(classOf(decoder, concat(header, tagged))).toBe(SYN_ACK);
  });

  test('when the frame does not carry IP then it is not IP', () => {
    expect(classOf(decoder, concat(header, ethernet({ type: ETHER_TYPE.arp })))).toBe(NOT_IP);
  });
});

describe.each(BEFORE_A_TYPE)('%s', (_name, etherType, decoder, header) => {
  const typed = (type: number, payload: Uint8Array): Uint8Array =>
    concat(header.slice(0, -2), [type >>> 8, type & 0xff], payload);

  test('when IPv4 follows it then addresses and port are found', () => {
    const bytes = concat(header, ipv4());
    const at = header.length;
    const found = { packetClass: SYN_ACK, family: 4, server: at + 12, client: at + 16, port: 443 };
    expect(decode(decoder, bytes)).toEqual(found);
    expectTruncation(decoder, bytes, at + 20 + 13);
    expect(classOf(decodeEthernet, ethernet({ type: etherType, payload: bytes }))).toBe(SYN_ACK);
    for (let limit = 0; limit < bytes.length; limit++) {
      expect(classOf(decoder, bytes, { limit })).toBe(MALFORMED);
    }
  });

  test('when a tag or a length follows it then both are skipped', () => {
    expect(classOf(decoder, typed(ETHER_TYPE.vlan, vlan({})))).toBe(SYN_ACK);
    const payload = llc({});
    expect(classOf(decoder, typed(payload.length, payload))).toBe(SYN_ACK);
  });

  test('when another type follows it then it is not IP', () => {
    expect(classOf(decoder, typed(ETHER_TYPE.arp, ipv4()))).toBe(NOT_IP);
  });

  test('when tags go on without end then it is malformed, and the stack holds', () => {
    const tag = [...header.slice(0, -2), etherType >>> 8, etherType & 0xff];
    const bytes = Uint8Array.from({ length: 60_000 }, (_, at) => tag[at % tag.length] ?? 0);
    expect(classOf(decoder, bytes)).toBe(MALFORMED);
  });
});

describe('decodeTrill', () => {
  test('when the version is another one then it is not IP', () => {
    for (const version of [1, 2, 3]) {
      expect(classOf(decodeTrill, concat(TRILL.with(0, version << 6), ethernet()))).toBe(NOT_IP);
    }
  });

  test('when options are as long as possible then the frame is found after them', () => {
    const header = [0x07, 0xff, 0x00, 0x01, 0x00, 0x02];
    expect(classOf(decodeTrill, concat(header, new Uint8Array(31 * 4), ethernet()))).toBe(SYN_ACK);
  });
});

describe('decodeBatman', () => {
  test('when the version or the type is another one then it is not IP', () => {
    for (const version of [0, 14, 16]) {
      expect(classOf(decodeBatman, concat(BATMAN.with(1, version), ethernet()))).toBe(NOT_IP);
    }
    for (const type of [0x00, 0x01, 0x02, 0x03, 0x41, 0x43, 0x44, 0xff]) {
      expect(classOf(decodeBatman, concat(BATMAN.with(0, type), ethernet()))).toBe(NOT_IP);
    }
  });
});

describe('decodeMacsec', () => {
  test('when a frame is encrypted, or changed, or of another version, then it is not IP', () => {
    for (const control of [0x0c, 0x08, 0x04, 0x80, 0x2c, 0xff]) {
      const payload = concat(MACSEC.with(0, control), ipv4());
      expect(classOf(decodeEthernet, ethernet({ type: 0x88e5, payload }))).toBe(NOT_IP);
    }
  });

  test('when the bits for an end station and for broadcast are set then they do not matter', () => {
    for (const control of [0x00, 0x40, 0x10, 0x50, 0x03]) {
      expect(classOf(decodeMacsec, concat(MACSEC.with(0, control), ipv4()))).toBe(SYN_ACK);
    }
  });
});

describe('decodeGigamonTag', () => {
  test('when its length is 0 then it is malformed, and when it is 1 then it has no fields', () => {
    expect(classOf(decodeGigamonTag, concat([0x00, 0x08, 0x00], ipv4()))).toBe(MALFORMED);
    expect(classOf(decodeGigamonTag, concat([0x01, 0x08, 0x00], ipv4()))).toBe(SYN_ACK);
  });
});

describe('decodeAristaTag', () => {
  test('when the subtype or the version is another one then it is not IP', () => {
    for (const subtype of [0, 2, 3]) {
      expect(classOf(decodeAristaTag, concat(ARISTA.with(1, subtype), ipv4()))).toBe(NOT_IP);
    }
    for (const version of [0x00, 0x11, 0x30]) {
      expect(classOf(decodeAristaTag, concat(ARISTA.with(3, version), ipv4()))).toBe(NOT_IP);
    }
  });
});

describe('decodeRealtekTag', () => {
  test('when the protocol is another one then it is not IP', () => {
    for (const first of [0x01, 0x03, 0x23, 0x40]) {
      expect(classOf(decodeRealtekTag, concat(REALTEK_SHORT.with(0, first), ipv4()))).toBe(NOT_IP);
    }
  });
});
