import { describe, expect, test } from 'vitest';
import { decodeExportedPdu } from '../../../../src/decode/link/host/exported-pdu.js';
import {
  MALFORMED,
  NOT_IP,
  NOT_TCP,
  OTHER_TCP,
  SYN_ACK,
  TRUNCATED,
} from '../../../../src/decode/packet-class.js';
import {
  address,
  concat,
  ethernet,
  FLAG,
  ipv4,
  ipv6,
  ppp,
  tcp,
  u16,
  u32,
  udp,
} from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';
import { ieee80211 } from '../../tunnel/tunnels.js';

const TAG = { end: 0, dissector: 12, heuristic: 13, table: 14, number: 32 } as const;
const SOURCE = { 4: 20, 6: 22 } as const;
const DESTINATION = { 4: 21, 6: 23 } as const;

function tag(type: number, value: Uint8Array | readonly number[]): Uint8Array {
  return concat(u16(type), u16(value.length), value);
}

function text(type: number, value: string): Uint8Array {
  return tag(type, Buffer.from(value.padEnd(Math.ceil(value.length / 4) * 4, '\0')));
}

function pdu(dissector: string, payload: Uint8Array, ...tags: readonly Uint8Array[]): Uint8Array {
  return concat(text(TAG.dissector, dissector), ...tags, tag(TAG.end, []), payload);
}

const SOURCE_4 = tag(SOURCE[4], address('192.0.2.1'));
const DESTINATION_4 = tag(DESTINATION[4], address('198.51.100.2'));
const SOURCE_6 = tag(SOURCE[6], address('2001:db8::1'));
const DESTINATION_6 = tag(DESTINATION[6], address('2001:db8::2'));

describe('decodeExportedPdu', () => {
  test('when the dissector is that of IP then addresses and port are found', () => {
    const bytes = pdu('ip', ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 12 + 12, client: 12 + 16, port: 443 };
    expect(decode(decodeExportedPdu, bytes)).toEqual(found);
    expectTruncation(decodeExportedPdu, bytes, 12 + 20 + 13);
    expect(classOf(decodeExportedPdu, pdu('ipv6', ipv6()))).toBe(SYN_ACK);
  });

  test.each([
    ['raw_ip', ipv4()],
    ['eth_withoutfcs', ethernet()],
    ['eth_maybefcs', ethernet()],
    ['ppp_hdlc', ppp({})],
    ['wlan', ieee80211(ipv4())],
  ])('when the dissector is %s then IP is found in it', (name, payload) => {
    expect(classOf(decodeExportedPdu, pdu(name, payload))).toBe(SYN_ACK);
  });

  test('when the dissector is that of TCP then the addresses are in tags', () => {
    const over4 = pdu('tcp', tcp(), SOURCE_4, DESTINATION_4);
    const found = { packetClass: SYN_ACK, family: 4, server: 8 + 4, client: 8 + 8 + 4, port: 443 };
    expect(decode(decodeExportedPdu, over4)).toEqual(found);
    expectTruncation(decodeExportedPdu, over4, over4.length - 7);
    const over6 = pdu('tcp', tcp(), DESTINATION_6, SOURCE_6);
    expect(decode(decodeExportedPdu, over6)).toMatchObject({ family: 6, server: 8 + 20 + 4, client: 8 + 4 });
    const other = pdu('tcp', tcp({ flags: FLAG.syn }), SOURCE_4, DESTINATION_4);
    expect(classOf(decodeExportedPdu, other)).toBe(OTHER_TCP);
    const overUdp = pdu(
      'udp',
      udp({ destinationPort: 53, payload: new Uint8Array(8) }),
      SOURCE_4,
      DESTINATION_4,
    );
    expect(classOf(decodeExportedPdu, overUdp)).toBe(NOT_TCP);
  });

  test('when there are not two addresses of one family then TCP has none', () => {
    expect(classOf(decodeExportedPdu, pdu('tcp', tcp()))).toBe(NOT_IP);
    expect(classOf(decodeExportedPdu, pdu('tcp', tcp(), SOURCE_4))).toBe(NOT_IP);
    expect(classOf(decodeExportedPdu, pdu('tcp', tcp(), SOURCE_4, DESTINATION_6))).toBe(MALFORMED);
    expect(classOf(decodeExportedPdu, pdu('tcp', tcp(), tag(SOURCE[6], [1, 2, 3, 4])))).toBe(MALFORMED);
  });

  test('when a dissector table is named then its entry decides', () => {
    const byTable = (table: string, number: number, payload: Uint8Array): Uint8Array =>
      concat(
        text(TAG.table, table),
        tag(TAG.number, u32(number)),
        SOURCE_4,
        DESTINATION_4,
        [0, 0, 0, 0],
        payload,
      );
    expect(classOf(decodeExportedPdu, byTable('ethertype', 0x86dd, ipv6()))).toBe(SYN_ACK);
    expect(classOf(decodeExportedPdu, byTable('ip.proto', 6, tcp()))).toBe(SYN_ACK);
    expect(classOf(decodeExportedPdu, byTable('ip.proto', 4, ipv4()))).toBe(SYN_ACK);
    expect(classOf(decodeExportedPdu, byTable('tcp.port', 80, ipv4()))).toBe(NOT_IP);
    const short = concat(text(TAG.table, 'ethertype'), tag(TAG.number, u16(0x0800)), [0, 0, 0, 0], ipv4());
    expect(classOf(decodeExportedPdu, short)).toBe(MALFORMED);
  });

  test('when the dissector is another one, or only looks like one, then it is not IP', () => {
    for (const name of ['http', 'sip', 'ipx', 'ipv', 'i', 'ip\0x', '']) {
      expect(classOf(decodeExportedPdu, pdu(name, ipv4()))).toBe(NOT_IP);
    }
    const heuristic = concat(text(TAG.heuristic, 'ip'), tag(TAG.end, []), ipv4());
    expect(classOf(decodeExportedPdu, heuristic)).toBe(NOT_IP);
  });

  test('when tags do not end then it is truncated', () => {
    expect(classOf(decodeExportedPdu, new Uint8Array(60_000).fill(1))).toBe(TRUNCATED);
    expect(classOf(decodeExportedPdu, concat(text(TAG.dissector, 'ip'), u16(1), u16(60_000), ipv4()))).toBe(
      TRUNCATED,
    );
  });
});
